use domain::job::Status;

use super::*;
use crate::testing::{ANN, Asked, BOSS, Recorder, World};

#[test]
fn names_are_used_once() {
    for (index, metric) in ALL.iter().enumerate() {
        assert!(ALL.iter().skip(index + 1).all(|other| other.name != metric.name), "{}", metric.name);
    }
}

#[test]
fn every_end_and_every_refusal_is_known() {
    let ends = [
        Status::Done,
        Status::Failed,
        Status::Unfinished,
        Status::Unknown,
        Status::Denied,
        Status::Expired,
        Status::Parked,
    ];
    assert_eq!(ends.each_ref().map(Status::name), ENDINGS);
    assert!(ends.iter().all(Status::is_terminal));
    let refusals = [
        Refused::Signature,
        Refused::TooLarge,
        Refused::Malformed,
        Refused::NotInstalled,
        Refused::MembersOnly,
        Refused::NotAllowed,
    ];
    assert_eq!(refusals.map(Refused::name), REFUSALS);
}

/// The lines of `text` that hold all of `parts`.
fn count(text: &str, parts: &[&str]) -> usize {
    text.lines().filter(|line| parts.iter().all(|part| line.contains(part))).count()
}

fn ends(text: &str) -> Vec<&'static str> {
    let each = |end: &&'static str| vec![*end; count(text, &["jobs_ended=1", &format!("status=\"{end}\"")])];
    ENDINGS.iter().flat_map(each).collect()
}

#[tokio::test(start_paused = true)]
async fn a_job_ends_once_however_often_it_is_told() {
    let (recorder, _guard) = Recorder::start();
    let world = World::new();
    world.ask(&Asked::mention("find")).await;
    let text = recorder.text();
    assert_eq!(ends(&text), ["done"]);
    assert_eq!(count(&text, &["jobs_ended=1", "age_ms=", "job.id=ec2#"]), 1, "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_decision_is_an_end_of_its_own() {
    let (recorder, _guard) = Recorder::start();
    let world = World::new();
    world.nobody_agrees();
    world.plan(&Asked::mention("stop web-1").by(ANN)).await;
    assert_eq!(ends(&recorder.text()), Vec::<&str>::new(), "people have still to be heard");
    world.clicks(&world.fresh("Cancel").by(BOSS)).await;
    world.work_off().await;
    assert_eq!(count(&recorder.text(), &["refusals=1", "kind=\"not_allowed\""]), 1);
    world.clicks(&world.fresh("Cancel")).await;
    world.work_off().await;
    // The two clicks, one of which was refused, and the plan.
    assert_eq!(ends(&recorder.text()), ["done", "failed", "denied"]);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_says_what_it_drove() {
    let world = World::new();
    world.hear(&Asked::mention("stop web-1")).await;
    world.wake.take();
    let (recorder, _guard) = Recorder::start();
    world.sweep().await.unwrap().unwrap();
    assert_eq!(count(&recorder.text(), &["sweeps=1", "driven=0"]), 1);
    world.clock.later(60_000).await;
    world.sweep().await.unwrap().unwrap();
    assert_eq!(count(&recorder.text(), &["sweeps=1", "driven=1"]), 1);
    for _ in 0..20 {
        world.clock.later(120_000).await;
        world.sweep().await.unwrap().unwrap();
    }
    assert_eq!(ends(&recorder.text()), ["parked"]);
}

#[tokio::test(start_paused = true)]
async fn who_is_not_let_in_is_counted() {
    let (recorder, _guard) = Recorder::start();
    let world = World::new();
    let mut request = world.signed(b"{}");
    request.headers.clear();
    assert_eq!(world.post(&request).await.status, 401);
    assert_eq!(count(&recorder.text(), &["refusals=1", "kind=\"signature\""]), 1);
    request.body = vec![0; crate::MAX_BODY_BYTES + 1].into();
    assert_eq!(world.post(&request).await.status, 413);
    assert_eq!(count(&recorder.text(), &["refusals=1", "kind=\"too_large\""]), 1);
    assert_eq!(world.post(&world.signed(b"{")).await.status, 400);
    assert_eq!(count(&recorder.text(), &["refusals=1", "kind=\"malformed\""]), 1);
}
