//! The public line about each change, whichever way it was asked for.

use domain::ids::{Alias, ChannelId, UserId};
use domain::settings::LogChannel;

use crate::testing::{ANN, Asked, BOSS, BOT_USER, Said, Trouble, Typed, World};

const LOG: &str = "C0LOG";

fn typed(text: &str) -> Typed {
    Typed::new("/ec2", text)
}

fn log_to(channel: &str) -> LogChannel {
    LogChannel { channel: ChannelId::new(channel), set_by: UserId::new(BOSS), reported_unusable: false }
}

/// A world in which the bot is in #ops and in the log channel.
fn world() -> World {
    let world = World::new();
    world.slack.channel("C0OPS", &[BOT_USER, ANN]);
    world.slack.channel(LOG, &[BOT_USER]);
    world.set(|settings| settings.log = Some(log_to(LOG)));
    world
}

/// What stands in `channel` itself, for all of its members.
fn lines(world: &World, channel: &str) -> Vec<String> {
    let is_there = |said: &Said| said.channel == channel && said.only.is_none() && said.thread.is_none();
    world.slack.said().into_iter().filter(is_there).map(|said| said.text).collect()
}

/// What the small print below the answer says besides who asked.
fn notes(world: &World) -> Vec<String> {
    let blocks = world.slack.said().into_iter().flat_map(|said| said.blocks);
    let contexts = blocks.filter(|block| block["type"] == "context");
    let texts = contexts.map(|block| block["elements"][0]["text"].as_str().unwrap().to_owned());
    texts.filter(|text| !text.starts_with("Asked for by ")).collect()
}

#[tokio::test(start_paused = true)]
async fn a_change_by_slash_command_is_announced_in_its_channel_and_in_the_log() {
    let world = world();
    world.run(&typed("stop web-1 because cost")).await;
    assert_eq!(lines(&world, "C0OPS"), ["<@U0ANN> stopped `web-1` (eu-west-1) by /ec2. Reason: “cost”."]);
    assert_eq!(
        lines(&world, LOG),
        ["<@U0ANN> stopped `web-1` (eu-west-1) by /ec2 in <#C0OPS>. Reason: “cost”."]
    );
    assert!(notes(&world).is_empty(), "others see it");
}

#[tokio::test(start_paused = true)]
async fn each_way_to_a_change_leaves_a_line_in_the_log() {
    for (asked, line) in [
        (Asked::mention("start web-3"), "<@U0ANN> started `web-3` (eu-west-1) in <#C0OPS>."),
        (Asked::direct("start web-3"), "<@U0ANN> started `web-3` (eu-west-1) by direct message."),
        (Asked::mention("reboot web-1"), "<@U0ANN> rebooted `web-1` (eu-west-1) in <#C0OPS>."),
        (
            Asked::mention("stop web-1 db-1"),
            "<@U0ANN> stopped `web-1` (eu-west-1) and `db-1` (us-east-1) in <#C0OPS>.",
        ),
        (Asked::mention("stop web-1 --force"), "<@U0ANN> stopped `web-1` (eu-west-1) by force in <#C0OPS>."),
    ] {
        let world = world();
        world.ask(&asked).await;
        assert_eq!(lines(&world, LOG), [line], "{}", asked.text);
        assert!(lines(&world, "C0OPS").is_empty(), "{}: the card is there", asked.text);
    }
}

#[tokio::test(start_paused = true)]
async fn a_click_on_undo_leaves_a_line_too() {
    let world = world();
    world.run(&typed("stop web-1")).await;
    world.press("Undo").await;
    assert_eq!(
        lines(&world, "C0OPS"),
        [
            "<@U0ANN> stopped `web-1` (eu-west-1) by /ec2.",
            "<@U0ANN> started `web-1` (eu-west-1) by a private button."
        ]
    );
    assert_eq!(lines(&world, LOG).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_line_names_who_has_approved() {
    let world = world();
    world.ask(&Asked::mention("terminate web-3")).await;
    let said = lines(&world, LOG);
    let [line] = said.as_slice() else { panic!("{said:?}") };
    assert!(line.starts_with("<@U0ANN> terminated `web-3` (eu-west-1) in <#C0OPS>. Reason: “"), "{line}");
    assert!(line.ends_with("”. Approved by <@U0BOSS>."), "{line}");
}

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_is_not_announced() {
    for text in ["find", "check web-1", "stop web-1 --dry-run", "stop vault", "start web-1", "stop web-9"] {
        let world = world();
        world.run(&typed(text)).await;
        assert!(lines(&world, LOG).is_empty() && lines(&world, "C0OPS").is_empty(), "{text}");
    }
    let world = world();
    world.seam.next("ec2.change", Trouble::NotAllowed);
    world.run(&typed("stop web-1")).await;
    assert!(lines(&world, LOG).is_empty(), "{:?}", world.answers());
    assert!(notes(&world).is_empty(), "there is no change that others should see");
}

#[tokio::test(start_paused = true)]
async fn the_requester_is_told_if_only_they_see_the_change() {
    let note = "Only you see this change, for no log channel is set. An admin can set one: mention me with *log #channel*.";
    // The bot is in no channel here, and there is no log.
    let slash = World::new();
    slash.run(&typed("stop web-1")).await;
    assert_eq!(slash.answers(), ["only U0ANN: Done: `web-1` is *stopped* (5 s)."]);
    assert_eq!(notes(&slash), [note]);
    let direct = World::new();
    direct.ask(&Asked::direct("start web-3")).await;
    assert_eq!(notes(&direct), [note]);
    let mention = World::new();
    mention.ask(&Asked::mention("start web-3")).await;
    assert!(notes(&mention).is_empty(), "the card is there for all");
}

#[tokio::test(start_paused = true)]
async fn an_account_has_a_log_of_its_own() {
    let world = world();
    world.slack.channel("C0HOME", &[BOT_USER]);
    world.set(|settings| {
        settings.account_logs.insert(Alias::new("home"), log_to("C0HOME"));
    });
    world.run(&typed("start web-3")).await;
    assert_eq!(lines(&world, "C0HOME").len(), 1);
    assert!(lines(&world, LOG).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_log_that_cannot_be_used_any_more_is_reported_once_and_loses_nothing() {
    let world = world();
    world.slack.close(LOG);
    world.run(&typed("stop web-1")).await;
    world.press("Undo").await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1"]);
    assert_eq!(lines(&world, "C0OPS").len(), 2, "the channel has its lines");
    let reports: Vec<String> = lines(&world, "D-U0BOSS");
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert!(reports[0].starts_with("I can't post to <#C0LOG> any more"), "{reports:?}");
    assert!(world.settings_now().log.unwrap().reported_unusable);
    assert!(world.jobs.all().iter().all(|job| job.machine.told));
}

#[tokio::test(start_paused = true)]
async fn without_any_channel_left_the_requester_hears_whose_log_is_unusable() {
    let world = World::new();
    world.set(|settings| settings.log = Some(log_to("C0GONE")));
    world.run(&typed("stop web-1")).await;
    assert_eq!(
        notes(&world),
        [
            "Only you see this change, for I can't post to the log channel <#C0GONE>, which <@U0BOSS> has set. An admin can set another: mention me with *log #channel*."
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_log_that_another_company_reads_gets_no_line() {
    for flag in ["is_ext_shared", "is_pending_ext_shared"] {
        let world = world();
        world.slack.share(LOG, flag);
        world.slack.share("C0OPS", flag);
        world.run(&typed("stop web-1")).await;
        assert!(lines(&world, LOG).is_empty() && lines(&world, "C0OPS").is_empty(), "{flag}");
        world.set(|settings| _ = settings.shared_channels.insert(ChannelId::new(LOG)));
        world.press("Undo").await;
        assert_eq!(lines(&world, LOG).len(), 1, "{flag}: it is allowed now");
    }
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_leaves_at_least_one_line_and_at_most_two() {
    let undisturbed = world();
    undisturbed.run(&typed("start web-3")).await;
    let calls = undisturbed.seam.calls();
    for number in 1..=calls.len() {
        for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
            let world = world();
            world.seam.trouble(number, "", trouble.clone(), 1);
            world.run(&typed("start web-3")).await;
            // A crash in the gateway makes Slack tell the person to try again.
            if world.fleet.all_done().is_empty() && world.jobs.all().is_empty() {
                continue;
            }
            let context = format!("{trouble:?} at {number} ({})", calls[number - 1]);
            for channel in ["C0OPS", LOG] {
                let count = lines(&world, channel).len();
                assert!((1..=2).contains(&count), "{context}: {count} lines in {channel}");
            }
            assert!(world.jobs.all().iter().all(|job| job.machine.told), "{context}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_that_slack_does_not_take_for_now_follows_later() {
    let world = world();
    world.seam.trouble(0, "slack.conversations.info", Trouble::page(503), 6);
    world.run(&typed("start web-3")).await;
    assert_eq!((lines(&world, "C0OPS").len(), lines(&world, LOG).len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_record_from_before_is_announced_as_well() {
    let world = world();
    let id = world.run(&typed("start web-3")).await;
    let mut stored = serde_json::to_value(world.jobs.peek(&id).unwrap()).unwrap();
    let fields = stored.as_object_mut().unwrap();
    assert!(fields.remove("announced").is_some() && fields.remove("accepted").is_some());
    let read: domain::job::Job = serde_json::from_value(stored).unwrap();
    assert_eq!(read.changed().count(), 1);
    assert!(read.announced.is_empty());
}
