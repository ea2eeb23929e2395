//! AWS, Slack and Lambda fail in every way they can. What a person asked for is
//! done once or surely not, and nobody is left without a word.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use std::time::{Duration, Instant};

use devkit::cloud::{AwsFault, Fault, InvokeFault, LambdaFault, Outcome};
use devkit::fleet::{self, FaultKind};
use devkit::slack::{self, Say, Seen};
use domain::ids::Region;
use domain::instance::InstanceState;
use support::{App, app, app_with, is_final, jobs, only, timeless};

/// How soon a person should have an answer when nothing has to wait for a clock.
const SOON: Duration = Duration::from_secs(20);

fn say(text: &str) -> Say {
    Say { user: "ann".into(), channel: "#ops".into(), text: text.into(), ..Say::default() }
}

fn status(status: u16, code: &str) -> AwsFault {
    AwsFault::Status { status, code: code.into() }
}

fn slack_fault(method: &str, times: u32, kind: slack::FaultKind) -> slack::Fault {
    slack::Fault { method: method.into(), times, kind }
}

/// `stop <name>` to its end, sweeps included; every answer to it.
async fn stop(app: &App, name: &str) -> Vec<Seen> {
    let (said, _) = app.type_in(say(&format!("@bellhop stop {name}"))).await;
    app.recover().await;
    app.answers("ann", "#ops", &said)
}

/// The instance was stopped once, and that was said once.
#[track_caller]
fn assert_stopped(app: &App, what: &str, name: &str, answers: &[Seen]) {
    let finals: Vec<_> = answers.iter().filter(|one| is_final(one)).map(|one| timeless(&one.plain)).collect();
    assert_eq!(finals.len(), 1, "{what}: {answers:#?}");
    assert!(finals[0].starts_with(&format!("Done: {name} is *stopped*")), "{what}: {}", finals[0]);
    assert_eq!((app.changes(name).stopped, app.state(name)), (1, InstanceState::Stopped), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_that_cannot_be_read_at_first_are_read_later() {
    let app = app().await;
    let throttled = || Fault::next("ssm", "GetParameters", status(400, "ThrottlingException"));
    let broken = || Fault::next("ssm", "GetParameters", status(500, "InternalServerError"));
    for (name, what, fault) in [
        ("web-0", "the worker is throttled", throttled().from("Ec2").times(2)),
        ("web-1", "the worker is throttled for long", throttled().from("Ec2").times(5)),
        ("web-2", "the worker meets errors", broken().from("Ec2").times(2)),
        (
            "legacy",
            "the gateway is throttled, so that it does not even start",
            throttled().from("Events").times(3),
        ),
        ("sick-1", "the gateway meets errors", broken().from("Events").times(5)),
        ("web-us-0", "the connection is closed", Fault::next("ssm", "*", AwsFault::DropBefore).times(3)),
    ] {
        app.cloud().chill();
        app.cloud().faults().add(fault);
        let answers = stop(&app, name).await;
        assert_eq!(app.cloud().faults().pending(), 0, "{what}: it did not happen");
        assert_stopped(&app, what, name, &answers);
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_refuse_for_a_while_lose_nothing() {
    let app = app().await;
    let full = || status(400, "ProvisionedThroughputExceededException");
    let broken = || status(500, "InternalServerError");
    for (name, what, operation, fault, function, times) in [
        ("web-0", "writes are refused", "PutItem", full(), "Ec2", 2),
        ("web-1", "writes are refused for long", "PutItem", full(), "Ec2", 9),
        ("web-2", "reads fail", "GetItem", broken(), "Ec2", 5),
        ("legacy", "the gateway cannot write", "PutItem", broken(), "Events", 3),
        ("sick-1", "the gateway cannot read", "GetItem", full(), "Events", 4),
        ("web-us-0", "answers are lost", "*", AwsFault::DropAfter, "Ec2", 3),
        ("api-blue", "the gateway's answers are lost", "*", AwsFault::DropAfter, "Events", 3),
    ] {
        app.cloud().faults().add(Fault::next("dynamodb", operation, fault).from(function).times(times));
        let (said, _) = app.type_in(say(&format!("@bellhop stop {name}"))).await;
        // What is left of a long fault ends with it.
        app.cloud().faults().clear();
        app.recover().await;
        assert_stopped(&app, what, name, &app.answers("ann", "#ops", &said));
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_whose_answers_are_lost_are_recognized_one_by_one() {
    let app = app().await;
    // How many writes a run makes.
    let before = app.aws_calls_of("Ec2").len();
    let answers = stop(&app, "web-1").await;
    assert_stopped(&app, "undisturbed", "web-1", &answers);
    let calls = app.aws_calls_of("Ec2");
    let writes = calls[before..].iter().filter(|call| call.operation == "PutItem").count();
    assert!(writes >= 6, "{calls:#?}");
    for nth in 0..writes {
        let before = app.changes("web-1").stopped;
        assert!(app.fleet().put(&app.id("web-1"), InstanceState::Running));
        let skip = u32::try_from(nth).expect("few writes");
        app.cloud()
            .faults()
            .add(Fault::next("dynamodb", "PutItem", AwsFault::DropAfter).from("Ec2").after(skip));
        let (_, answers) = app.type_in(say("@bellhop stop web-1")).await;
        // Within this very run: the stored record tells that the write was ours.
        assert!(only("stop web-1", &answers).starts_with("Done: web-1 is *stopped*"), "write {nth}");
        assert_eq!(app.changes("web-1").stopped - before, 1, "write {nth}");
        assert_eq!(jobs::open(app.cloud()), Vec::<String>::new(), "write {nth}");
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_tables_are_waited_for_and_late_writes_do_no_harm() {
    let app = app().await;
    // Longer than the gateway waits for one try; the write still happens, after it was tried again.
    let slow = |operation: &str| {
        Fault::next("dynamodb", operation, AwsFault::Delay(Duration::from_millis(900))).from("Events")
    };
    for (name, operation, times) in
        [("web-0", "PutItem", 1), ("web-1", "GetItem", 1), ("web-2", "PutItem", 3)]
    {
        app.cloud().faults().add(slow(operation).times(times));
        let answers = stop(&app, name).await;
        assert_stopped(&app, &format!("{times} slow {operation}"), name, &answers);
    }
    assert_eq!(jobs::all(app.cloud()).len(), 3, "one job for each message");
    // Longer than the worker waits: its write of the change's beginning arrives twice.
    let slow = AwsFault::Delay(Duration::from_millis(5_300));
    app.cloud().faults().add(Fault::next("dynamodb", "PutItem", slow).from("Ec2").containing("executing"));
    let answers = stop(&app, "legacy").await;
    assert_stopped(&app, "a late write", "legacy", &answers);
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_could_not_be_woken_is_woken_by_a_retry_or_the_sweeper() {
    let app = app().await;
    let invoke = |fault| Fault::next("lambda", "Invoke", fault).from("Events");
    for (name, what, fault) in [
        ("web-0", "an error", invoke(status(500, "ServiceException")).times(3)),
        ("web-1", "throttled", invoke(status(429, "TooManyRequestsException")).times(3)),
        ("web-2", "no answer, though it was woken", invoke(AwsFault::DropAfter).times(2)),
        ("legacy", "no connection", invoke(AwsFault::DropBefore).times(2)),
    ] {
        app.cloud().faults().add(fault);
        let (_, answers) = app.type_in(say(&format!("@bellhop stop {name}"))).await;
        // Slack's retry is enough.
        assert_stopped(&app, what, name, &answers);
        assert_eq!(app.cloud().faults().pending(), 0, "{what}");
    }
    // Slack gives up after four deliveries of two tries each; the job is on record.
    app.cloud().faults().add(invoke(status(500, "ServiceException")).times(8));
    let (said, answers) = app.type_in(say("@bellhop stop sick-1")).await;
    assert_eq!(answers, Vec::<Seen>::new());
    assert_eq!(app.slack().failures().len(), 1, "Slack has given up");
    assert_eq!(jobs::open(app.cloud()).len(), 1);
    app.recover().await;
    assert_stopped(&app, "given up by Slack", "sick-1", &app.answers("ann", "#ops", &said));
    // The event was accepted and never came.
    app.cloud().faults().lose_next("Ec2");
    let answers = stop(&app, "web-us-0").await;
    assert_stopped(&app, "lost", "web-us-0", &answers);
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_keeps_crashing_leaves_a_dead_letter_and_the_sweeper_goes_on() {
    let app = app().await;
    let dies = InvokeFault { function: "Ec2".into(), skip: 0, times: 3, what: LambdaFault::KillAtStart };
    app.cloud().faults().add_invoke(dies);
    let (said, answers) = app.type_in(say("@bellhop stop web-1")).await;
    assert_eq!(answers, Vec::<Seen>::new());
    let outcomes: Vec<_> = app.invocations_of("Ec2").iter().map(|one| (one.attempt, one.outcome)).collect();
    assert_eq!(outcomes, [(1, Outcome::Crashed), (2, Outcome::Crashed), (3, Outcome::Crashed)]);
    let [dead] = app.cloud().dead_letters().try_into().expect("one event was given up");
    assert_eq!(dead.function, "Ec2");
    assert!(dead.destination.as_deref().is_some_and(|arn| arn.starts_with("arn:aws:sqs:")), "{dead:?}");
    assert_eq!(dead.record["requestContext"]["condition"], "RetriesExhausted");
    // The letter names the job and holds nothing of what was said.
    assert_eq!(dead.record["requestPayload"]["job"], jobs::all(app.cloud())[0]["id"]);
    assert!(!dead.record.to_string().contains("web-1"), "{}", dead.record);
    app.recover().await;
    assert_stopped(&app, "swept", "web-1", &app.answers("ann", "#ops", &said));
    app.finish_after_faults().await;
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
async fn slack_may_be_slow_or_down_and_everybody_hears_once() {
    let app = app().await;
    let limited = || slack::FaultKind::RateLimited { retry_after: 1 };
    for (name, method, times, kind) in [
        ("web-0", "chat.update", 2, limited()),
        ("web-1", "chat.postMessage", 1, limited()),
        ("web-2", "users.info", 1, limited()),
        ("legacy", "chat.update", 3, slack::FaultKind::ServerError),
        ("sick-1", "users.info", 2, slack::FaultKind::ServerError),
        ("web-us-0", "chat.update", 2, slack::FaultKind::Cut),
        ("api-blue", "chat.update", 1, slack::FaultKind::Refused { error: "internal_error".into() }),
    ] {
        let what = format!("{method}: {kind:?}");
        app.slack().fault(slack_fault(method, times, kind));
        let answers = stop(&app, name).await;
        assert_stopped(&app, &what, name, &answers);
        assert_eq!(answers.len(), 1, "{what}: {answers:#?}");
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_of_which_nobody_knows_whether_it_was_posted_does_not_stop_the_work() {
    let app = app().await;
    for (name, kind) in [
        ("web-0", slack::FaultKind::ServerError),
        ("web-1", slack::FaultKind::Cut),
        ("web-2", slack::FaultKind::Late { millis: 5_500 }),
    ] {
        let what = format!("{kind:?}");
        app.slack().fault(slack_fault("chat.postMessage", 1, kind));
        let answers = stop(&app, name).await;
        assert_stopped(&app, &what, name, &answers);
        // A first card may have been left behind, without a final word.
        assert!(answers.len() <= 2, "{what}: {answers:#?}");
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slack_is_out_of_reach_when_all_is_done_and_hears_of_it_later() {
    let app = app().await;
    app.slack().fault(slack_fault("chat.update", 13, slack::FaultKind::ServerError));
    let (said, answers) = app.type_in(say("@bellhop stop web-1")).await;
    assert!(answers.iter().all(|one| !is_final(one)), "nobody could be told: {answers:#?}");
    assert_eq!((app.changes("web-1").stopped, app.state("web-1")), (1, InstanceState::Stopped));
    assert_eq!(jobs::statuses(app.cloud()), ["done"]);
    app.recover().await;
    assert_stopped(&app, "told later", "web-1", &app.answers("ann", "#ops", &said));
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_bot_may_not_speak_nothing_is_changed_and_the_person_is_told_alone() {
    let app = app().await;
    for error in ["not_in_channel", "is_archived", "restricted_action"] {
        app.slack().fault(slack_fault(
            "chat.postMessage",
            1,
            slack::FaultKind::Refused { error: error.into() },
        ));
        // The refusal, too, goes to a channel that is closed.
        app.slack().fault(slack_fault(
            "chat.postEphemeral",
            1,
            slack::FaultKind::Refused { error: error.into() },
        ));
        app.type_in(say("@bellhop stop web-1")).await;
        app.recover().await;
        assert_eq!(app.all_changes(), 0, "{error}");
        let told = app.conversation("ann", "@bellhop").expect("ann has direct messages");
        let last = told.answers().last().map(|one| one.plain.clone()).unwrap_or_default();
        assert!(last.contains("so I did nothing"), "{error}: {last}");
    }
    let told = app.conversation("ann", "@bellhop").expect("ann has direct messages");
    assert_eq!(told.answers().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_ends_a_job_and_nothing_is_changed() {
    let app = app().await;
    for error in ["token_revoked", "account_inactive", "invalid_auth"] {
        app.slack().fault(slack_fault("users.info", 1, slack::FaultKind::Refused { error: error.into() }));
        for method in ["chat.postMessage", "chat.postEphemeral", "chat.update"] {
            app.slack().fault(slack_fault(method, 20, slack::FaultKind::Refused { error: error.into() }));
        }
        app.type_in(say("@bellhop stop web-1")).await;
        app.recover().await;
        assert_eq!(app.all_changes(), 0, "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_ec2_that_is_lost_is_found_out_by_looking() {
    let app = app().await;
    // The change was made: HTTP 500, and a closed connection.
    app.fleet().inject(fleet::Fault::new(FaultKind::LostAnswer).of("StopInstances").times(1));
    let answers = stop(&app, "web-0").await;
    assert_stopped(&app, "HTTP 500", "web-0", &answers);
    app.cloud().faults().add(Fault::next("ec2", "StopInstances", AwsFault::DropAfter));
    let answers = stop(&app, "web-1").await;
    assert_stopped(&app, "a closed connection", "web-1", &answers);
    // It was not, and nobody can know that: it is not made in secret later.
    app.cloud().faults().add(Fault::next("ec2", "StopInstances", AwsFault::DropBefore));
    let lost = only("stop web-2", &stop(&app, "web-2").await);
    assert_eq!(lost, "I lost contact while stopping web-2. It is *running* now; I did not try again.");
    assert_eq!(app.changes("web-2").total(), 0);
    assert_eq!(jobs::statuses(app.cloud()).iter().filter(|status| *status == "unknown").count(), 1);
    // Said again, it is done.
    let answers = stop(&app, "web-2").await;
    assert_stopped(&app, "again", "web-2", &answers);
    // Each was asked for as often as a person asked.
    let stops = app.ec2_calls().into_iter().filter(|action| action == "StopInstances").count();
    // The dropped one did not reach the fleet.
    assert_eq!(stops, 3);
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ec2_that_asks_to_slow_down_is_asked_again_and_then_left_alone() {
    let app = app().await;
    app.fleet().inject(fleet::Fault::new(FaultKind::Throttled).of("StopInstances").times(2));
    let answers = stop(&app, "web-0").await;
    assert_stopped(&app, "throttled twice", "web-0", &answers);
    // A server that fails does not say what it has done, so the call is not made again.
    app.fleet().inject(fleet::Fault::new(FaultKind::Unavailable).of("StopInstances").times(1));
    let lost = only("stop web-1", &stop(&app, "web-1").await);
    assert!(lost.starts_with("I lost contact while stopping web-1. It is *running*"), "{lost}");
    assert_eq!(app.changes("web-1").total(), 0);
    app.fleet().inject(fleet::Fault::new(FaultKind::Throttled).of("StopInstances"));
    let refused = only("stop web-2", &stop(&app, "web-2").await);
    assert!(refused.contains("asked to slow down in eu-west-1"), "{refused}");
    assert_eq!(app.changes("web-2").total(), 0);
    app.fleet().heal();
    // Half blind, nothing is changed: the other region may hold another of that name.
    let blind = fleet::Fault::new(FaultKind::Throttled).of("DescribeInstances");
    app.fleet().inject(blind.in_region(Region::new("us-east-1")));
    let refused = only("stop web-2", &stop(&app, "web-2").await);
    assert!(refused.starts_with("I could not look everywhere, so I did nothing."), "{refused}");
    assert_eq!(app.changes("web-2").total(), 0);
    // A list says what is missing from it.
    let listed = app.ann("find web-*").await;
    assert!(listed.starts_with("*4 instances*") && listed.contains("us-east-1"), "{listed}");
    app.finish_after_faults().await;
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
    let (said, answers) = app.type_in(say("@bellhop stop web-1")).await;
    assert!(only("stop web-1", &answers).starts_with("On it:"), "{answers:#?}");
    assert_eq!(jobs::statuses(app.cloud()), ["waiting"]);
    assert_eq!(app.invocations_of("Ec2").len(), 1);
    // Ten minutes on, the person hears that it takes long, and looks become rare.
    jobs::let_pass(app.cloud(), Duration::from_mins(11));
    app.sweep().await;
    let waiting = only("stop web-1", &app.answers("ann", "#ops", &said));
    assert!(waiting.starts_with("web-1 is still *stopping* after 1"), "{waiting}");
    assert_eq!(jobs::statuses(app.cloud()), ["waiting"]);
    // At last.
    assert!(app.fleet().put(&app.id("web-1"), InstanceState::Stopped));
    let began = Instant::now();
    app.sweep().await;
    assert_stopped(&app, "in a later run", "web-1", &app.answers("ann", "#ops", &said));
    assert!(began.elapsed() < SOON);
    let stops = app.ec2_calls().into_iter().filter(|action| action == "StopInstances").count();
    assert_eq!((stops, app.invocations_of("Ec2").len()), (1, 3));
    assert_eq!(jobs::statuses(app.cloud()), ["done"]);
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
