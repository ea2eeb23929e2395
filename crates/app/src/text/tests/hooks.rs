//! A `response_url` that takes nothing any more: the sweeper tells the person
//! in a direct message.

use domain::ids::TeamId;
use domain::job::Status;

use super::story::{STORIES, Seen, Story, sound};
use super::{PAGE, SUMMARY};
use crate::ports::Clock as _;
use crate::testing::story::Mishap;
use crate::testing::{ANN, TEAM, Trouble, Typed, World};

fn dead() -> [Trouble; 3] {
    [Trouble::word(404, "used_url"), Trouble::word(404, "expired_url"), Trouble::page(404)]
}

#[tokio::test(start_paused = true)]
async fn a_url_that_dies_at_any_answer_ends_as_one_direct_message() {
    for story in STORIES {
        for trouble in dead() {
            let answers = story.calls().await.iter().filter(|name| *name == "slack.response_url").count();
            for number in 0..answers {
                let played = story.begin(&[]).await;
                let (world, from) = (&played.world, played.before + 1);
                let first = story.calls().await.iter().position(|name| name == "slack.response_url").unwrap();
                // After `number` answers were taken.
                world.seam.trouble(from + first + number, "slack.response_url", trouble.clone(), usize::MAX);
                world.settle().await;
                let context = format!("{story:?}: {trouble:?} from answer {number} on");
                let seen = sound(&played, &context);
                let public = usize::from(number > 0);
                assert_eq!(seen, Seen { public, private: 0, direct: 1 }, "{context}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_worker_itself_sends_no_direct_message() {
    let world = World::new();
    world.types(&Typed::new("/reverse", "abc")).await.unwrap();
    world.clock.later(31 * 60_000).await;
    world.work_off().await;
    assert_eq!((world.seam.count("slack.chat"), world.seam.count("tokens")), (0, 1), "the gateway's");
    assert!(world.slack.said().is_empty());
    let job = world.jobs.all().remove(0);
    assert_eq!(job.machine.status, Status::Done);
    world.minute().await;
    assert_eq!(world.answers(), ["direct: cba"]);
    assert!(world.jobs.all()[0].machine.is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_woken_for_it_again_leaves_it_to_the_sweeper() {
    let world = World::new();
    world.types(&Typed::new("/reverse", "abc")).await.unwrap();
    let wake = world.wake.take().remove(0);
    world.clock.later(31 * 60_000).await;
    for _ in 0..3 {
        world.work(&wake).await.unwrap().unwrap();
    }
    assert_eq!(world.seam.count("slack.response_url"), 1);
    world.settle().await;
    assert_eq!(world.answers(), ["direct: cba"]);
}

#[tokio::test(start_paused = true)]
async fn a_summary_in_a_direct_message_offers_nothing_to_share() {
    let world = World::new();
    world.types(&Typed::new("/summarize", PAGE)).await.unwrap();
    world.clock.later(31 * 60_000).await;
    world.settle().await;
    assert_eq!(world.answers(), [format!("direct: {SUMMARY}")]);
    let blocks = world.slack.said().remove(0).blocks;
    assert_eq!(blocks.len(), 1, "a click there would show the channel nothing: {blocks:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_gateway_of_slack_is_waited_for_until_the_url_expires() {
    // Slack takes nothing through the URL for its whole life.
    let world = World::new();
    world.types(&Typed::new("/reverse", "abc")).await.unwrap();
    world.seam.always("slack.response_url", Trouble::page(503));
    for _ in 0..31 {
        world.work_off().await;
        world.minute().await;
    }
    assert!(world.slack.said().is_empty());
    world.seam.calm();
    world.settle().await;
    assert_eq!(world.answers(), ["direct: cba"]);
}

#[tokio::test(start_paused = true)]
async fn a_url_that_is_not_slacks_is_never_called() {
    for url in ["https://evil.example/x", "http://hooks.slack.com/x", "https://hooks.slack.com@evil.example/"]
    {
        let world = World::new();
        world.run(&Typed::new("/reverse", "abc").with("response_url", url)).await;
        assert_eq!(world.seam.count("slack.response_url"), 0, "{url}");
        assert_eq!(world.answers(), ["direct: cba"], "{url}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_direct_message_that_fails_is_sent_again() {
    for (trouble, most) in [
        (Trouble::page(503), 1),
        (Trouble::too_many("1"), 1),
        (Trouble::Busy, 1),
        (Trouble::CrashBefore, 1),
        // Slack has no way to post once only, and silence would be worse.
        (Trouble::FailAfter, 2),
        (Trouble::CrashAfter, 2),
    ] {
        let dead = Mishap {
            from: 0,
            prefix: "slack.response_url",
            trouble: Trouble::word(404, "used_url"),
            times: 9,
        };
        let fails = Mishap { from: 0, prefix: "slack.chat", trouble: trouble.clone(), times: 1 };
        let played = Story::Reverse.play(&[dead, fails]).await;
        let seen = sound(&played, &format!("{trouble:?}"));
        assert!((1..=most).contains(&seen.direct), "{trouble:?}: {seen:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn whom_nothing_reaches_is_given_up_and_the_answer_stays_on_record() {
    type Silence = fn(&World);
    let silences: [(&str, Silence); 3] = [
        ("uninstalled", |world| {
            world.teams.uninstall_now(&TeamId::new(TEAM), world.clock.now());
        }),
        ("a dead token", |world| world.slack.kill_token("token_revoked")),
        ("no messages tab", |world| world.slack.close(ANN)),
    ];
    for (what, silence) in silences {
        let world = World::new();
        world.types(&Typed::new("/reverse", "abc")).await.unwrap();
        world.clock.later(31 * 60_000).await;
        silence(&world);
        world.settle().await;
        let job = world.jobs.all().remove(0);
        assert!(job.machine.is_closed() && !job.machine.told, "{what}");
        assert_eq!(job.reply.unwrap().message["text"], "cba", "{what}");
        assert!(world.slack.said().is_empty(), "{what}");
    }
}
