//! Changes: what is done, and how what came of it is told.

use domain::job::Status;

use super::check;
use crate::testing::story::undisturbed;
use crate::testing::{Asked, Trouble, World};

const CARD: &str = "1764575999.000100";

#[tokio::test(start_paused = true)]
async fn a_change_is_made_once_and_its_card_becomes_the_answer() {
    for (text, card, answer, done) in [
        (
            "stop web-1",
            "On it: *stop* `web-1` (i-11111111) in eu-west-1.",
            "Done: `web-1` is *stopped* (5 s).",
            &["stop web-1"][..],
        ),
        (
            "start web-3",
            "On it: *start* `web-3` (i-33333333) in eu-west-1.",
            "Done: `web-3` is *running* (5 s).",
            &["start web-3"],
        ),
        (
            "reboot web-1",
            "On it: *reboot* `web-1` (i-11111111) in eu-west-1.",
            "Done: `web-1` is *rebooting* (same host).",
            &["reboot web-1"],
        ),
        (
            "restart web-1",
            "On it: *restart* `web-1` (i-11111111) in eu-west-1.",
            "Done: `web-1` is *rebooting* (same host).",
            &["reboot web-1"],
        ),
        (
            "terminate i-11111111",
            "On it: *terminate* `web-1` (i-11111111) in eu-west-1.",
            "Done: `web-1` is *terminated* (5 s).",
            &["terminate web-1"],
        ),
        (
            "stop web-1 db-1",
            "On it: *stop* `web-1` (i-11111111) and `db-1` (i-44444444) in eu-west-1 and us-east-1.",
            "Done: `web-1` and `db-1` are *stopped* (5 s).",
            &["stop web-1", "stop db-1"],
        ),
        (
            "stop tag:Env=dev",
            "On it: *stop* `web-1` (i-11111111) and `web-2` (i-22222222) in eu-west-1.",
            "Done: `web-1` and `web-2` are *stopped* (5 s).",
            &["stop web-1", "stop web-2"],
        ),
        (
            "stop web-1 web-3",
            "On it: *stop* `web-1` (i-11111111) in eu-west-1.\n`web-3` is already stopped (since Fri 18:02 UTC). Nothing to do.",
            "1 of 2 done.\nDone: `web-1` is *stopped* (5 s).\n`web-3` is already stopped (since Fri 18:02 UTC). Nothing to do.",
            &["stop web-1"],
        ),
        (
            "stop asg-1",
            "On it: *stop* `asg-1` (i-88888888) in eu-west-1.\n`asg-1` belongs to the Auto Scaling group web-asg. If you stop it, AWS will replace it.",
            "Done: `asg-1` is *stopped* (5 s).\n`asg-1` belongs to the Auto Scaling group web-asg, so AWS will replace it.",
            &["stop asg-1"],
        ),
        (
            "stop web-1 --no-wait",
            "On it: *stop* `web-1` (i-11111111) in eu-west-1.",
            "AWS has accepted the stop: `web-1` is *stopping*. I don't look any further.",
            &["stop web-1"],
        ),
        (
            "stop web-1 --dry-run",
            "On it: *stop* (dry run) `web-1` (i-11111111) in eu-west-1.",
            "Dry run: AWS would stop `web-1`. Nothing was changed.",
            &[],
        ),
        (
            "stop web-1 web-3 --dry-run",
            "On it: *stop* (dry run) `web-1` (i-11111111) in eu-west-1.\n`web-3` is already stopped (since Fri 18:02 UTC). Nothing to do.",
            "Dry run: AWS would stop `web-1`. Nothing was changed.\n`web-3` is already stopped (since Fri 18:02 UTC). Nothing to do.",
            &[],
        ),
        (
            "stop web-1 for 123456789012 because migrated",
            "On it: *stop* `web-1` (i-11111111) in eu-west-1.",
            "Done: `web-1` is *stopped* (5 s).",
            &["stop web-1"],
        ),
    ] {
        let world = World::new();
        check(&world, &Asked::mention(text), &[&format!("thread: {answer}")], done).await;
        let said = &world.slack.said()[0];
        let is_asked = !text.starts_with("start") && !text.ends_with("--dry-run");
        let times = if text.starts_with("terminate") { 2 } else { usize::from(is_asked) };
        assert_eq!((said.before.len(), said.thread.as_deref()), (times + 1, Some(CARD)), "{text}: {said:?}");
        assert_eq!(said.before.last().map(String::as_str), Some(card), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_ec2_refuses_does_not_keep_it_from_the_others() {
    let world = World::new();
    world.fleet.refuses("web-2", "OperationNotPermitted");
    let answer = "thread: 2 of 3 done.\nDone: `web-1` and `db-1` are *stopped* (5 s).\n\
         `web-2` failed: OperationNotPermitted in eu-west-1 (in EC2's own words).";
    check(&world, &Asked::mention("stop web-1 web-2 db-1"), &[answer], &["stop web-1", "stop db-1"]).await;
    assert_eq!(world.jobs.all()[0].machine.status, Status::Failed);
}

#[tokio::test(start_paused = true)]
async fn what_ec2_refuses_is_told_in_one_sentence() {
    for (trouble, answer) in [
        (
            Trouble::Refused("InsufficientInstanceCapacity"),
            "`web-1` failed: InsufficientInstanceCapacity in eu-west-1 (in EC2's own words).",
        ),
        (
            Trouble::NotAllowed,
            "AWS refused: ec2:StopInstances is not allowed for role BellhopEc2 in 123456789012 in eu-west-1 (request req-1). I left `web-1` alone.",
        ),
        (Trouble::Busy, "AWS could not be reached or asked to slow down in eu-west-1. I left `web-1` alone."),
    ] {
        let world = World::new();
        world.seam.always("ec2.change", trouble);
        check(&world, &Asked::mention("stop web-1"), &[&format!("thread: {answer}")], &[]).await;
        assert_eq!(world.jobs.all()[0].machine.status, Status::Failed);
        assert_eq!(world.seam.count("ec2.change"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn one_reason_for_several_is_given_once() {
    let world = World::new();
    world.seam.always("ec2.change eu-west-1", Trouble::NotAllowed);
    let answer = "thread: 1 of 3 done.\nDone: `db-1` is *stopped* (5 s).\n\
         AWS refused: ec2:StopInstances is not allowed for role BellhopEc2 in 123456789012 in eu-west-1 (request req-1). I left `web-1` and `web-2` alone.";
    check(&world, &Asked::mention("stop web-1 web-2 db-1"), &[answer], &["stop db-1"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_role_that_cannot_be_told_is_left_out() {
    let world = World::new();
    world.seam.always("ec2.change", Trouble::NotAllowed);
    world.seam.always("sts.caller", Trouble::Busy);
    let answer = "thread: AWS refused: ec2:StopInstances is not allowed in eu-west-1 (request req-1). I left `web-1` alone.";
    check(&world, &Asked::mention("stop web-1"), &[answer], &[]).await;
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_found_out_by_looking_and_the_call_is_not_repeated() {
    for (text, trouble, answer, done, status) in [
        (
            "stop web-1",
            Trouble::FailAfter,
            "Done: `web-1` is *stopped* (5 s).",
            &["stop web-1"][..],
            Status::Done,
        ),
        (
            "start web-3",
            Trouble::FailAfter,
            "Done: `web-3` is *running* (5 s).",
            &["start web-3"],
            Status::Done,
        ),
        (
            "stop web-1",
            Trouble::FailBefore,
            "I lost contact while stopping `web-1`. It is *running* now; I did not try again.",
            &[],
            Status::Unknown,
        ),
        (
            "reboot web-1",
            Trouble::FailAfter,
            "I lost contact while rebooting `web-1`. It is *running* now; I did not try again.",
            &["reboot web-1"],
            Status::Unknown,
        ),
        (
            "reboot web-1",
            Trouble::FailBefore,
            "I lost contact while rebooting `web-1`. It is *running* now; I did not try again.",
            &[],
            Status::Unknown,
        ),
        (
            "terminate web-1",
            Trouble::FailAfter,
            "Done: `web-1` is *terminated* (5 s).",
            &["terminate web-1"],
            Status::Done,
        ),
    ] {
        let world = World::new();
        world.seam.next("ec2.change", trouble);
        check(&world, &Asked::mention(text), &[&format!("thread: {answer}")], done).await;
        assert_eq!(world.jobs.all()[0].machine.status, status, "{text}");
        assert_eq!(world.seam.count("ec2.change"), 1, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_answered_is_kept_though_another_answer_was_lost_and_nothing_can_be_seen() {
    let world = World::new();
    world.fleet.refuses("web-1", "OperationNotPermitted");
    world.seam.next("ec2.change us-east-1", Trouble::FailBefore);
    // The looks before the call go well, the next three do not.
    let calls = undisturbed("stop web-1 db-1").await;
    let call = 1 + calls.iter().position(|name| name.starts_with("ec2.change us-east-1")).unwrap();
    world.seam.trouble(call, "ec2.describe", Trouble::Busy, 3);
    let answer = "thread: `web-1` failed: OperationNotPermitted in eu-west-1 (in EC2's own words).\n\
         I lost contact while stopping `db-1`. It is *running* now; I did not try again.";
    check(&world, &Asked::mention("stop web-1 db-1"), &[answer], &[]).await;
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_is_never_told_as_a_change() {
    for from in 1..=20 {
        for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
            let world = World::new();
            world.seam.trouble(from, "", trouble, 1);
            world.ask(&Asked::mention("stop web-1 --dry-run")).await;
            let answers = world.answers();
            let told = answers.iter().filter(|answer| !answer.starts_with("thread: On it"));
            let told: Vec<_> = told.collect();
            assert_eq!(told, ["thread: Dry run: AWS would stop `web-1`. Nothing was changed."], "{from}");
            assert!(world.fleet.all_done().is_empty());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_card_whose_plan_fell_through_does_not_stay_as_it_was() {
    let world = World::new();
    // The process dies when the card is on record and nothing has begun.
    world.seam.next("jobs.advance executing", Trouble::CrashBefore);
    world.hear(&Asked::mention("start web-3")).await;
    world.work_off().await;
    assert_eq!(world.answers(), ["thread: On it: *start* `web-3` (i-33333333) in eu-west-1."]);
    world.fleet.forget("web-3");
    world.settle().await;
    let answer = "thread: No instance matches “web-3” in eu-west-1, us-east-1. Closest: `web-1`, `web-2`.";
    assert_eq!(world.answers(), [answer]);
}
