//! `/ec2`: the same language, for one person's eyes.

use domain::job::Status;

use crate::testing::story::sound;
use crate::testing::{Trouble, Typed, World};

fn typed(text: &str) -> Typed {
    Typed::new("/ec2", text)
}

#[tokio::test(start_paused = true)]
async fn whatever_the_answer_is_only_the_person_sees_it() {
    for (text, answer, done) in [
        (
            "",
            "Hi <@U0ANN>. Try */ec2 find*, */ec2 check*, */ec2 start*, */ec2 stop*, or */ec2 help*.",
            &[][..],
        ),
        ("help", "I look after EC2 instances. Mention me, or type `/ec2`, with one of these:", &[]),
        ("version", "Bellhop ", &[]),
        ("find web-*", "*3 instances*: 2 running, 1 stopped (3 in eu-west-1)\n1. `web-1` ", &[]),
        ("check web-1", "`web-1` is *running* for 3 days. Both status checks pass.", &[]),
        ("stop web-1", "Done: `web-1` is *stopped* (5 s).", &["stop web-1"]),
        ("stop web-1 db-1", "Done: `web-1` and `db-1` are *stopped* (5 s).", &["stop web-1", "stop db-1"]),
        ("stop web-1 --dry-run", "Dry run: AWS would stop `web-1`. Nothing was changed.", &[]),
        ("stop web-3", "`web-3` is already stopped (since Fri 18:02 UTC). Nothing to do.", &[]),
        ("stop web-9", "No instance matches “web-9” in eu-west-1, us-east-1. Closest: ", &[]),
        ("stop vault", "`vault` is protected (bellhop:protected). I left it alone.", &[]),
        ("stop", "Stop what? ", &[]),
        ("stpo web-1", "I don't know “stpo”. Did you mean `stop web-1`?", &[]),
    ] {
        let world = World::new();
        // The bot need not even be there.
        world.slack.close("C0OPS");
        let id = world.run(&typed(text)).await;
        let answers = world.answers();
        let expected = format!("only U0ANN: {answer}");
        assert!(answers.len() == 1 && answers[0].starts_with(&expected), "{text}: {answers:?}");
        assert_eq!(world.fleet.all_done(), done, "{text}");
        assert!(world.jobs.peek(&id).unwrap().machine.told, "{text}");
        assert_eq!(world.seam.count("slack.chat"), 0, "{text}");
    }
}

/// What people call the plan that they were asked about.
fn plan_of(world: &World) -> String {
    let asked = world.jobs.all().into_iter().find_map(|job| job.asked.last().cloned());
    asked.unwrap().plan.short()
}

#[tokio::test(start_paused = true)]
async fn a_private_card_becomes_the_answer() {
    let world = World::new();
    world.run(&typed("stop web-1")).await;
    let said = world.slack.said();
    assert_eq!(
        (said.len(), said[0].before.as_slice()),
        (
            1,
            &[
                format!(
                    "Stop `web-1`? Plan {}, valid 10 min.\n• `web-1` (i-11111111) in eu-west-1: *running* → stopped",
                    plan_of(&world)
                ),
                "On it: *stop* `web-1` (i-11111111) in eu-west-1.".to_owned()
            ][..]
        )
    );
    world.press("Undo").await;
    assert_eq!(world.answers(), ["only U0ANN: Done: `web-1` is *running* (5 s)."]);
    assert_eq!(world.fleet.all_done(), ["stop web-1", "start web-1"]);
    let said = &world.slack.said()[0];
    assert_eq!(
        said.before.last().map(String::as_str),
        Some("On it: *start* `web-1` (i-11111111) in eu-west-1.")
    );
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_named_is_not_written_down() {
    let world = World::new();
    world.run(&typed("start web-3")).await;
    let claimed = world.seam.calls().iter().filter(|name| *name == "jobs.advance claimed").count();
    assert_eq!(claimed, 1, "taking it up; a card without a name is no news");
}

#[tokio::test(start_paused = true)]
async fn rows_are_those_of_the_persons_own_last_list() {
    let world = World::new();
    world.slack.person("U0BOB", &serde_json::json!({}));
    world.run(&typed("find web-*")).await;
    world.run(&typed("find db-*").by("U0BOB").again("bob")).await;
    world.run(&typed("stop #2").again("second")).await;
    world.run(&typed("start this").again("third")).await;
    world.run(&typed("stop #2").by("U0BOB").again("fourth")).await;
    assert_eq!(world.fleet.all_done(), ["stop web-2", "start web-2"]);
}

#[tokio::test(start_paused = true)]
async fn who_is_no_member_gets_nothing() {
    for user in ["U0GUEST", "U0STRANGER", "U0UNKNOWN"] {
        let world = World::new();
        world.run(&typed("stop web-1").by(user)).await;
        assert_eq!(
            world.answers(),
            [format!("only {user}: Only members of this workspace can use me for that.")]
        );
        assert!(world.fleet.all_done().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_can_no_longer_be_answered_is_not_carried_out() {
    let world = World::new();
    let typed = typed("stop web-1");
    world.types(&typed).await;
    world.slack.use_up(typed.field("response_url"));
    world.settle().await;
    let answer = "direct: I can't answer where you asked me any more, so I did nothing. Please ask again.";
    assert_eq!(world.answers(), [answer]);
    assert!(world.fleet.all_done().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_takes_longer_than_slack_takes_answers_is_told_directly() {
    let world = World::new();
    world.fleet.takes("web-1", 45 * 60_000);
    let id = world.run(&typed("stop web-1")).await;
    let answers = world.answers();
    assert_eq!(answers.len(), 2, "{answers:?}");
    assert!(answers[0].starts_with("only U0ANN: `web-1` is still *stopping* after "), "{answers:?}");
    assert!(answers[1].starts_with("direct: Done: `web-1` is *stopped* ("), "{answers:?}");
    assert_eq!(world.jobs.peek(&id).unwrap().machine.status, Status::Done);
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_taken_no_more_is_told_directly() {
    for (text, answer) in
        [("find web-*", "direct: *3 instances*"), ("stop web-1", "direct: Done: `web-1` is *stopped*")]
    {
        let world = World::new();
        world.types(&typed(text)).await;
        let after = if text.starts_with("stop") { "ec2.change" } else { "ec2.describe" };
        // From the change on, nothing is taken.
        world.seam.next(after, Trouble::CrashAfter);
        world.go_on().await;
        world.seam.always("slack.response_url", Trouble::word(404, "used_url"));
        world.settle().await;
        let answers = world.answers();
        assert!(answers.last().unwrap().starts_with(answer), "{text}: {answers:?}");
        assert!(world.fleet.done("web-1").len() <= 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_changes_nothing_twice_and_ends_in_one_private_answer() {
    for text in ["stop web-1", "find", "reboot web-1", "stop web-1 db-1"] {
        for number in 1.. {
            let mut is_over = false;
            for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
                let world = World::new();
                world.types(&typed(text)).await;
                let from = world.seam.calls().len() + number;
                let context = format!("{text}: {trouble:?} {number}");
                world.seam.trouble(from, "", trouble, 1);
                world.settle().await;
                let doubt = sound(&world, &context);
                assert_eq!((doubt.cards, doubt.copies), (0, 0), "{context}: {:?}", world.answers());
                assert_eq!(world.slack.said()[0].only.as_deref(), Some("U0ANN"), "{context}");
                is_over = world.seam.calls().len() < from;
            }
            if is_over {
                break;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn slack_failing_anywhere_delays_the_private_answer_and_does_not_double_it() {
    for text in ["stop web-1", "find"] {
        for trouble in [Trouble::page(500), Trouble::Busy, Trouble::FailBefore, Trouble::FailAfter] {
            for number in 0..4 {
                let world = World::new();
                world.types(&typed(text)).await;
                let from = world.seam.calls().len() + number;
                world.seam.trouble(from, "slack.response_url", trouble.clone(), 1);
                world.settle().await;
                let context = format!("{text}: {trouble:?} {number}");
                let doubt = sound(&world, &context);
                assert_eq!((doubt.cards, doubt.copies), (0, 0), "{context}: {:?}", world.answers());
            }
        }
    }
}
