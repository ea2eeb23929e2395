//! Showing a summary to the channel: by its button, or at once.

use domain::ids::{TeamId, UserId};
use domain::job::{Ask, Job, Status};
use serde_json::json;
use slack::blocks::validate;

use super::{PAGE, SUMMARY};
use crate::testing::{ANN, Recorder, Said, TEAM, Trouble, Typed, World};

const NOTHING: &str =
    "only U0ANN: I have nothing to share here any more. Ask for the summary again with *share* behind it.";

fn public(world: &World) -> Vec<Said> {
    world.slack.said().into_iter().filter(Said::is_public).collect()
}

fn shared() -> String {
    format!("{SUMMARY}\nShared by <@{ANN}>")
}

#[tokio::test(start_paused = true)]
async fn the_button_shows_the_channel_the_summary_once_and_is_gone() {
    let world = World::new();
    world.run(&Typed::new("/summarize", PAGE)).await;
    assert_eq!(world.press("Share to channel").await.unwrap().status, 200);
    let said = world.slack.said();
    let [private, public] = said.as_slice() else { panic!("{said:#?}") };
    assert_eq!((private.text.as_str(), private.only.as_deref()), ("I showed it to the channel.", Some(ANN)));
    assert!(private.blocks.is_empty(), "the button would be left over");
    assert_eq!(private.before, [SUMMARY]);
    assert_eq!((&public.text, public.channel.as_str()), (&shared(), "C0OPS"));
    validate(&json!(public.blocks)).unwrap();
    assert_eq!(public.blocks[0]["text"]["text"], SUMMARY);
    assert_eq!(public.blocks[1]["elements"][0]["text"], format!("Shared by <@{ANN}>"));
    assert!(public.blocks.iter().all(|block| block["type"] != "actions"), "others have nothing to click");
    assert_eq!(world.slack.aired(), [shared()]);
    // The gateways have asked who ann is; the worker has no token.
    assert_eq!((world.seam.count("tokens"), world.seam.count("slack.chat")), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn share_behind_the_address_shows_it_at_once_and_to_nobody_twice() {
    let world = World::new();
    let id = world.run(&Typed::new("/summarize", &format!("{PAGE} share"))).await;
    assert_eq!(world.answers(), [format!("channel: {}", shared())]);
    let job = world.jobs.peek(&id).unwrap();
    assert!(job.machine.told && job.machine.status == Status::Done);
    assert_eq!(world.seam.count("slack.response_url"), 1);
}

/// Clicks a button that has this value; says what can be seen afterwards, and
/// which calls the worker made to find out.
async fn share_of(world: &World, value: &str) -> (Vec<String>, Vec<String>) {
    world.run(&Typed::new("/summarize", PAGE)).await;
    let click = world.button("Share to channel").with_value(value);
    world.clicks(&click).await.unwrap();
    let before = world.seam.calls().len();
    world.work_off().await;
    let calls = world.seam.calls().split_off(before);
    world.settle().await;
    (world.answers(), calls)
}

#[tokio::test(start_paused = true)]
async fn another_workers_job_is_not_even_read() {
    for (value, is_job) in [
        ("ec2#T0ACME#C0OPS#1.2", true),
        ("standup#x", true),
        ("texts#T0ACME#1", true),
        ("x", false),
        ("ec2", false),
        ("text#", false),
        ("#", false),
        ("TEXT#1", false),
    ] {
        let world = World::new();
        let (answers, calls) = share_of(&world, value).await;
        assert_eq!(answers[1..], [NOTHING], "{value}");
        // The job itself, and nothing else; what is no job's id does not become a job.
        let found = calls.iter().filter(|call| *call == "jobs.find").count();
        assert_eq!(
            (found, world.jobs.all().len()),
            (usize::from(is_job), 1 + usize::from(is_job)),
            "{value}"
        );
        assert!(world.slack.aired().is_empty(), "{value}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_ones_own_summary_can_be_shared() {
    type Change = fn(&mut Job);
    let changes: [(&str, Change); 6] = [
        ("another team's", |job| job.team = TeamId::new("T0OTHER")),
        ("another person's", |job| job.request.user = UserId::new("U0BOB")),
        ("a reversed text", |job| job.request.ask = Ask::Reverse { text: "x".to_owned() }),
        ("a failure", |job| job.machine.status = Status::Failed),
        ("no answer yet", |job| job.reply = None),
        ("no message", |job| job.reply.as_mut().unwrap().message = json!({"blocks": 7})),
    ];
    for (what, change) in changes {
        let world = World::new();
        let id = world.run(&Typed::new("/summarize", PAGE)).await;
        let mut job = world.jobs.peek(&id).unwrap();
        change(&mut job);
        world.jobs.put(&job);
        let (recorder, _guard) = Recorder::start();
        world.press("Share to channel").await.unwrap();
        assert_eq!(world.answers()[1..], [NOTHING], "{what}");
        let is_refused = what.starts_with("another");
        assert_eq!(recorder.refusals(), vec!["not_allowed"; usize::from(is_refused)], "{what}");
        assert!(world.slack.aired().is_empty(), "{what}");
    }
    let world = World::new();
    let missing = format!("text#{TEAM}#command#gone");
    assert_eq!(share_of(&world, &missing).await.0[1..], [NOTHING]);
}

#[tokio::test(start_paused = true)]
async fn somebody_elses_click_shares_nothing() {
    // Only Ann sees the button; this is a payload that Slack would never make.
    let world = World::new();
    world.run(&Typed::new("/summarize", PAGE)).await;
    world.slack.person("U0BOB", &json!({}));
    world.clicks(&world.button("Share to channel").by("U0BOB")).await.unwrap();
    world.settle().await;
    assert_eq!(world.answers()[1], NOTHING.replace(ANN, "U0BOB"));
    assert!(public(&world).is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_slack_did_not_show_can_be_shared_again() {
    let world = World::new();
    world.run(&Typed::new("/summarize", PAGE)).await;
    world.seam.trouble(0, "slack.response_url", Trouble::word(403, "restricted_action"), 1);
    world.press("Share to channel").await.unwrap();
    let words = "Slack did not let me show it to the channel, so only you see it.";
    assert_eq!(world.answers(), [format!("only {ANN}: {SUMMARY}"), format!("only {ANN}: {words}")]);
    // The newest button is the one below the apology.
    world.press("Share to channel").await.unwrap();
    assert_eq!(world.slack.aired(), [shared()]);
    assert_eq!(world.answers()[1], format!("only {ANN}: I showed it to the channel."));
}

#[tokio::test(start_paused = true)]
async fn what_slack_did_not_show_at_once_can_be_asked_for_again() {
    let world = World::new();
    world.seam.trouble(0, "slack.response_url", Trouble::word(403, "restricted_action"), 1);
    let id = world.run(&Typed::new("/summarize", &format!("{PAGE} share"))).await;
    let words = "I have the summary, but Slack did not let me show it to the channel. Ask again without *share* to see it yourself.";
    assert_eq!(world.answers(), [format!("only {ANN}: {words}")]);
    assert_eq!(world.jobs.peek(&id).unwrap().machine.status, Status::Failed);
}

#[tokio::test(start_paused = true)]
async fn what_may_have_been_shown_is_not_shown_again_and_that_is_said() {
    let words = "I lost contact while I showed it to the channel. If it is not there, ask me once more; I did not try again.";
    for (trouble, aired) in
        [(Trouble::FailBefore, 0), (Trouble::FailAfter, 1), (Trouble::page(502), 0), (Trouble::HangAfter, 1)]
    {
        let world = World::new();
        world.seam.next("slack.response_url", trouble.clone());
        let id = world.run(&Typed::new("/summarize", &format!("{PAGE} share"))).await;
        let mut answers = vec![format!("channel: {}", shared()); aired];
        answers.push(format!("only {ANN}: {words}"));
        assert_eq!(world.answers(), answers, "{trouble:?}");
        assert_eq!(world.jobs.peek(&id).unwrap().machine.status, Status::Unknown, "{trouble:?}");

        let world = World::new();
        world.run(&Typed::new("/summarize", PAGE)).await;
        world.seam.next("slack.response_url", trouble.clone());
        world.press("Share to channel").await.unwrap();
        assert_eq!(world.slack.aired().len(), aired);
        assert_eq!(*world.answers().last().unwrap(), format!("only {ANN}: {words}"), "{trouble:?}");
        // The summary stays, and so does a button, for whoever finds it missing.
        assert_eq!(world.answers()[0], format!("only {ANN}: {SUMMARY}"));
        let again = world.button("Share to channel");
        assert_eq!(again.ts(), world.slack.said().last().unwrap().ts);
    }
}
