//! How it ends what nobody else can end.

use std::pin::pin;

use domain::ids::TeamId;
use domain::job::{Ending, Move, Status};

use super::{left_at, moved, owner, sweeps_alone};
use crate::ports::Clock as _;
use crate::testing::{Asked, Recorder, TEAM, Trouble, Typed, World};

#[tokio::test(start_paused = true)]
async fn a_job_that_gets_nowhere_is_parked_after_five_drives_and_the_truth_is_told() {
    let on_it = "thread: On it: *stop* `web-1` (i-11111111) in eu-west-1.";
    for (stage, words) in [
        ("jobs.find", "Nothing else was done."),
        ("jobs.advance claimed", "Nothing else was done."),
        (
            "jobs.advance executing",
            "I don't know whether *stop* reached `web-1`; I did not try again. *check* tells.",
        ),
        ("ec2.change", "I don't know whether *stop* reached `web-1`; I did not try again. *check* tells."),
        (
            "jobs.advance waiting",
            "AWS has accepted *stop* for `web-1`, but I lost sight of it. *check* tells.",
        ),
    ] {
        let world = World::new();
        let id = left_at(&world, "stop web-1", stage).await;
        assert_eq!(sweeps_alone(&world, &id).await, 5, "{stage}");
        let job = world.jobs.peek(&id).unwrap();
        assert_eq!((job.machine.status, job.machine.told), (Status::Parked, true), "{stage}");
        let answers = world.answers();
        assert!(!answers.contains(&on_it.to_owned()), "{stage}: {answers:?}");
        let [answer] = answers.as_slice() else { panic!("{stage}: {answers:?}") };
        assert!(answer.starts_with("thread: Something went wrong on my side (reference "), "{answer}");
        assert!(answer.ends_with(words), "{stage}: {answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_parked_plan_is_told_without_what_was_left_out_of_it() {
    let world = World::new();
    let id = left_at(&world, "stop web-1 web-3", "ec2.change").await;
    sweeps_alone(&world, &id).await;
    let answer = world.answers().remove(0);
    let (first, second) = answer.split_once('\n').unwrap();
    assert!(first.contains("whether *stop* reached `web-1`; I did"), "{answer}");
    assert_eq!(second, "`web-3` is already stopped (since Fri 18:02 UTC). Nothing to do.");
}

#[tokio::test(start_paused = true)]
async fn a_parked_dry_run_changed_nothing() {
    let world = World::new();
    let id = left_at(&world, "stop web-1 --dry-run", "ec2.dry-run").await;
    sweeps_alone(&world, &id).await;
    let answer = world.answers().remove(0);
    assert!(answer.ends_with("It was a dry run, so nothing was changed."), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_finished_job_is_told_as_it_ended_and_never_parked() {
    let world = World::new();
    let id = left_at(&world, "start web-3", "jobs.advance done").await;
    world.sweep().await.unwrap().unwrap();
    world.work_off().await;
    assert_eq!(world.answers(), ["thread: Done: `web-3` is *running* (5 s)."]);
    assert_eq!(world.jobs.peek(&id).unwrap().machine.status, Status::Done);
}

#[tokio::test(start_paused = true)]
async fn a_finished_job_that_cannot_be_told_is_given_up_at_last() {
    let world = World::new();
    let id = left_at(&world, "start web-3", "jobs.advance done").await;
    let woken = sweeps_alone(&world, &id).await;
    assert_eq!(woken, 25);
    let job = world.jobs.peek(&id).unwrap();
    assert_eq!((job.machine.status, job.machine.told), (Status::Done, false));
    assert!(job.reply.is_some(), "what should have been told stays on record");
}

#[tokio::test(start_paused = true)]
async fn a_parked_job_is_told_when_slack_is_back() {
    let world = World::new();
    let id = left_at(&world, "stop web-1", "jobs.advance executing").await;
    world.seam.always("slack.", Trouble::page(503));
    for _ in 0..40 {
        world.clock.later(60_000).await;
        world.sweep().await.unwrap().unwrap();
    }
    assert_eq!(world.jobs.peek(&id).unwrap().machine.status, Status::Parked);
    world.seam.calm();
    sweeps_alone(&world, &id).await;
    let job = world.jobs.peek(&id).unwrap();
    assert!(job.machine.told);
    assert!(world.answers()[0].contains("I don't know whether"), "{:?}", world.answers());
}

#[tokio::test(start_paused = true)]
async fn a_parked_job_that_nobody_can_hear_of_is_closed() {
    type Silence = fn(&World);
    let silences: [(&str, Silence); 4] = [
        ("a dead token", |world| world.slack.kill_token("token_revoked")),
        ("no installation", |world| {
            world.teams.uninstall_now(&TeamId::new(TEAM), world.clock.now());
        }),
        ("no channel and no messages", |world| {
            world.slack.close("C0OPS");
            world.slack.close("U0ANN");
        }),
        ("Slack down for a day", |world| world.seam.always("slack.", Trouble::page(503))),
    ];
    for (what, silence) in silences {
        let world = World::new();
        let id = left_at(&world, "stop web-1", "jobs.find").await;
        silence(&world);
        sweeps_alone(&world, &id).await;
        let job = world.jobs.peek(&id).unwrap();
        assert_eq!((job.machine.status, job.machine.told), (Status::Parked, false), "{what}");
        assert!(job.reply.is_some(), "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_nobody_agreed_to_lapses_and_that_is_told() {
    for text in ["stop web-1", "terminate web-1"] {
        let world = World::new();
        world.nobody_agrees();
        let id = world.plan(&Asked::mention(text)).await;
        let plan = world.jobs.peek(&id).unwrap().asked[0].plan.short();
        world.clock.later(599_000).await;
        world.sweep().await.unwrap().unwrap();
        assert_eq!(world.jobs.peek(&id).unwrap().machine.status.name(), "awaiting");
        world.clock.later(1_000).await;
        world.sweep().await.unwrap().unwrap();
        let expired = format!("thread: Plan {plan} has expired (08:10 UTC). Nothing was run.");
        assert_eq!(world.answers(), [expired]);
        let job = world.jobs.peek(&id).unwrap();
        assert_eq!((job.machine.status, job.machine.told), (Status::Expired, true));
        assert!(world.wake.take().is_empty());
        // The card offers to ask again, about the same instance.
        world.clicks(&world.fresh("Ask again")).await;
        world.work_off().await;
        let again = world.answers().pop().unwrap();
        let verb = if text.starts_with("stop") { "Stop" } else { "Terminate" };
        assert!(again.starts_with(&format!("thread: {verb} `web-1`? ")), "{again}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_in_private_lapses_there() {
    let world = World::new();
    world.nobody_agrees();
    world.types(&Typed::new("/ec2", "stop web-1")).await;
    world.settle().await;
    let [answer] = world.answers().try_into().unwrap();
    assert!(answer.starts_with("only U0ANN: Plan ") && answer.ends_with(" Nothing was run."), "{answer}");
    assert_eq!(world.seam.count("ec2.change"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_click_that_gets_nowhere_is_told_to_whoever_clicked() {
    let world = World::new();
    world.nobody_agrees();
    world.plan(&Asked::mention("stop web-1")).await;
    world.seam.always("slack.users.info", Trouble::page(503));
    world.clicks(&world.fresh("Stop web-1")).await;
    world.settle().await;
    let told: Vec<_> = world.slack.said().into_iter().filter(|said| said.only.is_some()).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].text.starts_with("Something went wrong on my side (reference "), "{told:?}");
    assert_eq!(world.seam.count("ec2.change"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_on_record_is_not_replaced() {
    let world = World::new();
    let id = left_at(&world, "find stopped", "slack.chat.postMessage").await;
    world.settle().await;
    let job = world.jobs.peek(&id).unwrap();
    assert_eq!(job.machine.status, Status::Done);
    assert!(
        job.after(&Move::Finish { owner: owner("x"), ending: Ending::Failed }, world.clock.now()).is_err()
    );
    assert!(world.answers().iter().all(|answer| answer.starts_with("thread: *1 instance*: 1 stopped")));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_another_writer_tells_at_the_end_is_not_given_up() {
    let world = World::new();
    let id = left_at(&world, "find", "jobs.advance done").await;
    while !world.jobs.peek(&id).unwrap().machine.is_worn_out() {
        world.clock.later(60_000).await;
        world.sweep().await.unwrap().unwrap();
        world.wake.take();
    }
    world.clock.later(3_600_000).await;
    let (recorder, _guard) = Recorder::start();
    world.seam.next("jobs.advance", Trouble::Freeze);
    let mut sweep = pin!(world.sweep());
    tokio::select! {
        biased;
        () = world.seam.frozen() => {}
        _ = &mut sweep => panic!("nothing was given up"),
    }
    let until = world.clock.now().plus(60_000);
    let taken = moved(&world, &world.jobs.peek(&id).unwrap(), &Move::Take { owner: owner("rival"), until });
    let told = moved(&world, &taken, &Move::Told { owner: owner("rival") });
    world.seam.thaw();
    sweep.await.unwrap().unwrap();
    assert_eq!(world.jobs.peek(&id).unwrap(), told);
    assert!(!recorder.text().contains("Nobody could be told"), "{}", recorder.text());
}
