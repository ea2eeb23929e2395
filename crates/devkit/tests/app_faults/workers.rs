//! Lambda does not wake a worker, kills it, or lets it run out of time; and what gets nowhere is parked.

use std::time::Duration;

use devkit::cloud::{AwsFault, Fault, InvokeFault, LambdaFault, Outcome};
use devkit::fleet::{self, FaultKind};
use devkit::slack::{self, Seen};
use domain::instance::InstanceState;

use crate::Since::{Agreed, Asked};
use crate::support::{App, app, app_with, jobs, only, say};
use crate::{NAME, Stop, assert_stopped, slack_fault, status, stop};

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_could_not_be_woken_is_woken_by_a_retry_or_the_sweeper() {
    let app = app().await;
    let invoke = |fault| Fault::next("lambda", "Invoke", fault).from("Events");
    for (what, fault) in [
        ("an error", invoke(status(500, "ServiceException")).times(3)),
        ("throttled", invoke(status(429, "TooManyRequestsException")).times(3)),
        ("no answer, though it was woken", invoke(AwsFault::DropAfter).times(2)),
        ("no connection", invoke(AwsFault::DropBefore).times(2)),
    ] {
        assert!(app.fleet().put(&app.id(NAME), InstanceState::Running));
        app.cloud().faults().add(fault);
        let answers = app.type_in_agreed(say("@bellhop stop web-1")).await;
        // Slack's retry is enough.
        assert!(only(what, &answers).starts_with("Done: `web-1` is *stopped*"), "{what}");
        assert_eq!(app.cloud().faults().pending(), 0, "{what}");
    }
    assert_eq!(app.changes(NAME).stopped, 4);
    // Slack gives up after four deliveries of two tries each; the job is on record.
    assert!(app.fleet().put(&app.id(NAME), InstanceState::Running));
    app.cloud().faults().add(invoke(status(500, "ServiceException")).times(8));
    let (said, answers) = app.type_in(say("@bellhop stop web-1")).await;
    assert_eq!(answers, Vec::<Seen>::new());
    assert_eq!(app.slack().failures().len(), 1, "Slack has given up");
    assert_eq!(jobs::open(app.cloud()).len(), 1);
    app.see_through().await;
    let answers = app.answers("ann", "#ops", &said);
    assert_stopped(&app, "given up by Slack", &Stop { answers, times: app.changes(NAME).stopped - 4 });
    // The event was accepted and never came, for the message or for the click, which Slack
    // does not deliver again.
    for from in [Asked, Agreed] {
        let stop = stop(&app, from, || app.cloud().faults().lose_next("Ec2")).await;
        assert_stopped(&app, &format!("{from:?}: lost"), &stop);
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_keeps_crashing_leaves_a_dead_letter_and_the_sweeper_goes_on() {
    for from in [Asked, Agreed] {
        let app = app().await;
        let asked = if from == Asked { None } else { Some(app.type_in(say("@bellhop stop web-1")).await.0) };
        let done = app.invocations_of("Ec2").len();
        let dies = InvokeFault { function: "Ec2".into(), skip: 0, times: 3, what: LambdaFault::KillAtStart };
        app.cloud().faults().add_invoke(dies);
        let said = if let Some(said) = asked {
            assert_eq!(app.agree_once().await, Some(Vec::new()), "the gateway has taken it");
            said
        } else {
            let (said, answers) = app.type_in(say("@bellhop stop web-1")).await;
            assert_eq!(answers, Vec::<Seen>::new());
            said
        };
        let outcomes: Vec<_> =
            app.invocations_of("Ec2").iter().skip(done).map(|one| (one.attempt, one.outcome)).collect();
        assert_eq!(outcomes, [(1, Outcome::Crashed), (2, Outcome::Crashed), (3, Outcome::Crashed)]);
        let [dead] = app.cloud().dead_letters().try_into().expect("one event was given up");
        assert_eq!(dead.function, "Ec2");
        assert!(dead.destination.as_deref().is_some_and(|arn| arn.starts_with("arn:aws:sqs:")), "{dead:?}");
        assert_eq!(dead.record["requestContext"]["condition"], "RetriesExhausted");
        // The letter names the job and holds nothing of what was said.
        let [job] = jobs::left(app.cloud()).try_into().expect("one job is left");
        assert!(job.starts_with(&dead.record["requestPayload"]["job"].to_string()), "{job}: {}", dead.record);
        assert!(!dead.record.to_string().contains("web-1"), "{}", dead.record);
        app.see_through().await;
        let answers = app.answers("ann", "#ops", &said);
        assert_stopped(&app, "swept", &Stop { answers, times: app.changes(NAME).stopped });
        app.finish_after_faults().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_gets_nowhere_is_parked_and_its_person_told() {
    let app = app().await;
    // Whoever asks, Slack's answer about them fails, so that nothing can be decided.
    app.slack().fault(slack_fault("users.info", 1_000, slack::FaultKind::ServerError));
    let (said, _) = app.type_in(say("@bellhop stop web-1")).await;
    app.recover().await;
    let told = only("stop web-1", &app.answers("ann", "#ops", &said));
    assert!(told.starts_with("Something went wrong on my side (reference "), "{told}");
    assert_eq!(jobs::statuses(app.cloud()), ["parked"]);
    assert_eq!(app.all_changes(), 0);
    // An end is an end: nobody takes it up again.
    let invocations = app.invocations_of("Ec2").len();
    app.sweep().await;
    assert_eq!(app.invocations_of("Ec2").len(), invocations);
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_that_gets_nowhere_is_parked_and_whoever_clicked_is_told_alone() {
    let app = app().await;
    let (said, _) = app.type_in(say("@bellhop stop web-1")).await;
    app.slack().fault(slack_fault("users.info", 1_000, slack::FaultKind::ServerError));
    let before = app.before("ann", "#ops");
    app.agree_once().await;
    app.recover().await;
    let told = app.since(&before).whisper().plain.clone();
    assert!(told.starts_with("Something went wrong on my side (reference "), "{told}");
    let mut statuses = jobs::statuses(app.cloud());
    statuses.sort();
    assert_eq!(statuses, ["awaiting", "parked"], "the plan can still be agreed to");
    assert_eq!(app.all_changes(), 0);
    // And if nobody can, it lapses.
    jobs::let_plans_lapse(app.cloud());
    app.sweep().await;
    let card = app.answers("ann", "#ops", &said).into_iter().find(|one| !one.ephemeral);
    let card = card.expect("the card is there").plain;
    assert!(card.starts_with("Plan ") && card.contains(" has expired ("), "{card}");
    assert_eq!((app.all_changes(), jobs::open(app.cloud()).len()), (0, 0));
    app.finish_after_faults().await;
}

/// How each job stands that is not done.
fn left(app: &App) -> Vec<String> {
    jobs::statuses(app.cloud()).into_iter().filter(|status| status != "done").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_outlasts_one_invocation_is_watched_by_the_next() {
    // The shortest that leaves a worker room to begin a change: 25 s and its start.
    let app = app_with(|config| {
        config.adjust = |stack| {
            for function in stack.functions.iter_mut().filter(|function| function.logical_id == "Ec2") {
                function.timeout_s = 27;
            }
        };
    })
    .await;
    app.fleet().inject(fleet::Fault::new(FaultKind::Stuck).of("StopInstances"));
    let (said, _) = app.type_in(say("@bellhop stop web-1")).await;
    app.agree().await;
    let card = only("stop web-1", &app.answers("ann", "#ops", &said));
    assert!(card.starts_with("On it:"), "{card}");
    assert_eq!(left(&app), ["waiting"]);
    assert_eq!(app.invocations_of("Ec2").len(), 2);
    // Ten minutes on, the person hears that it takes long, and looks become rare.
    jobs::let_pass(app.cloud(), Duration::from_mins(11));
    app.sweep().await;
    let waiting = only("stop web-1", &app.answers("ann", "#ops", &said));
    assert!(waiting.starts_with("`web-1` is still *stopping* after 1"), "{waiting}");
    assert_eq!(left(&app), ["waiting"]);
    // At last.
    assert!(app.fleet().put(&app.id("web-1"), InstanceState::Stopped));
    app.sweep().await;
    let answers = app.answers("ann", "#ops", &said);
    assert_stopped(&app, "in a later run", &Stop { answers, times: app.changes(NAME).stopped });
    assert_eq!((app.times_called("StopInstances"), app.invocations_of("Ec2").len()), (1, 4));
    assert_eq!(left(&app), Vec::<String>::new());
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_runs_out_of_time_hangs_on_to_nothing() {
    // A timeout too short to begin a change in: the job is tried, let go, and parked in the end.
    let app = app_with(|config| {
        config.adjust = |stack| {
            for function in stack.functions.iter_mut().filter(|function| function.logical_id == "Ec2") {
                function.timeout_s = 20;
            }
        };
    })
    .await;
    let (said, _) = app.type_in(say("@bellhop stop web-1")).await;
    app.recover().await;
    let told = only("stop web-1", &app.answers("ann", "#ops", &said));
    assert!(told.starts_with("Something went wrong on my side"), "{told}");
    assert_eq!((app.all_changes(), jobs::statuses(app.cloud())), (0, vec!["parked".to_owned()]));
    // What needs no change still works.
    assert!(app.ann("find web-1").await.starts_with("*1 instance*"));
    app.finish_after_faults().await;
}
