//! AWS, Slack and Lambda fail in every way they can, while something is asked for
//! and while it is agreed to. It is done once or surely not, and nobody is left
//! without a word.
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
use devkit::slack::{self, Seen};
use domain::ids::Region;
use domain::instance::InstanceState;
use support::agree::is_question;
use support::{App, app, app_with, is_final, jobs, only, say, timeless};

/// How soon a person should have an answer when nothing has to wait for a clock.
const SOON: Duration = Duration::from_secs(20);
/// What everything here is about.
const NAME: &str = "web-1";

fn status(status: u16, code: &str) -> AwsFault {
    AwsFault::Status { status, code: code.into() }
}

fn slack_fault(method: &str, times: u32, kind: slack::FaultKind) -> slack::Fault {
    slack::Fault { method: method.into(), times, kind }
}

/// From when on something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Since {
    /// From when a stop is asked for.
    Asked,
    /// From when people agree to it.
    Agreed,
}
use Since::{Agreed, Asked};

/// What came of a stop.
struct Stop {
    answers: Vec<Seen>,
    /// How often the instance was stopped.
    times: u32,
}

/// `stop web-1` to its end, sweeps and clicks included, with trouble that begins then.
async fn stop(app: &App, from: Since, trouble: impl FnOnce()) -> Stop {
    stop_until(app, from, trouble, || {}).await
}

/// The same where the trouble is over as soon as all is quiet.
async fn stop_through(app: &App, from: Since, trouble: impl FnOnce()) -> Stop {
    stop_until(app, from, trouble, || app.cloud().faults().clear()).await
}

async fn stop_until(app: &App, from: Since, trouble: impl FnOnce(), over: impl Fn()) -> Stop {
    assert!(app.fleet().put(&app.id(NAME), InstanceState::Running));
    let before = app.changes(NAME).stopped;
    let said = if from == Asked {
        trouble();
        let (said, _) = app.type_in(say("@bellhop stop web-1")).await;
        over();
        app.recover().await;
        said
    } else {
        let (said, card) = app.type_in(say("@bellhop stop web-1")).await;
        assert!(card.iter().any(is_question), "{card:#?}");
        trouble();
        app.agree_once().await;
        over();
        said
    };
    app.see_through().await;
    let times = app.changes(NAME).stopped - before;
    Stop { answers: app.answers("ann", "#ops", &said), times }
}

impl Stop {
    /// The words on how it ended.
    fn finals(&self) -> Vec<String> {
        self.answers.iter().filter(|one| is_final(one)).map(|one| timeless(&one.plain)).collect()
    }

    /// Without the words to who has clicked that the click may have been missed.
    fn without_excuses(mut self) -> Self {
        self.answers.retain(|one| !one.plain.starts_with("I am slow or in trouble right now"));
        self
    }
}

/// The instance was stopped once, and that was said once.
#[track_caller]
fn assert_stopped(app: &App, what: &str, stop: &Stop) {
    let finals = stop.finals();
    assert_eq!(finals.len(), 1, "{what}: {:#?}", stop.answers);
    assert!(finals[0].starts_with("Done: web-1 is *stopped*"), "{what}: {}", finals[0]);
    assert_eq!((stop.times, app.state(NAME)), (1, InstanceState::Stopped), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_that_cannot_be_read_at_first_are_read_later() {
    let app = app().await;
    let throttled = || Fault::next("ssm", "GetParameters", status(400, "ThrottlingException"));
    let broken = || Fault::next("ssm", "GetParameters", broken());
    let closed = || Fault::next("ssm", "*", AwsFault::DropBefore);
    for (from, what, fault) in [
        (Asked, "the worker is throttled", throttled().from("Ec2").times(2)),
        (Asked, "the worker is throttled for long", throttled().from("Ec2").times(5)),
        (Asked, "the worker meets errors", broken().from("Ec2").times(2)),
        (
            Asked,
            "the gateway is throttled, so that it does not even start",
            throttled().from("Events").times(3),
        ),
        (Asked, "the gateway meets errors", broken().from("Events").times(5)),
        (Asked, "the connection is closed", closed().times(3)),
        (Agreed, "the worker is throttled for long", throttled().from("Ec2").times(5)),
        (Agreed, "the worker meets errors", broken().from("Ec2").times(2)),
        (Agreed, "the gateway is throttled", throttled().from("Interactions").times(3)),
        (Agreed, "the gateway meets errors", broken().from("Interactions").times(5)),
        (Agreed, "the connection is closed", closed().times(3)),
    ] {
        app.cloud().chill();
        let stop = stop(&app, from, || {
            app.cloud().chill();
            app.cloud().faults().add(fault);
        })
        .await;
        assert_eq!(app.cloud().faults().pending(), 0, "{from:?}: {what}: it did not happen");
        assert_stopped(&app, &format!("{from:?}: {what}"), &stop);
    }
    app.finish_after_faults().await;
}

/// What goes wrong with a table: the operation, how, of which function, and how often.
type TableTrouble = (&'static str, &'static str, AwsFault, &'static str, u32);

fn full() -> AwsFault {
    status(400, "ProvisionedThroughputExceededException")
}

fn broken() -> AwsFault {
    status(500, "InternalServerError")
}

async fn tables_refuse_and_lose_nothing(from: Since, troubles: impl IntoIterator<Item = TableTrouble>) {
    let app = app().await;
    for (what, operation, fault, function, times) in troubles {
        let fault = Fault::next("dynamodb", operation, fault).from(function).times(times);
        let stop = stop_through(&app, from, || app.cloud().faults().add(fault)).await;
        assert_stopped(&app, what, &stop.without_excuses());
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_refuse_for_a_while_lose_no_message() {
    let troubles = [
        ("writes are refused", "PutItem", full(), "Ec2", 2),
        ("writes are refused for long", "PutItem", full(), "Ec2", 9),
        ("reads fail", "GetItem", broken(), "Ec2", 5),
        ("searches fail", "Query", broken(), "Ec2", 9),
        ("the gateway cannot write", "PutItem", broken(), "Events", 3),
        ("the gateway cannot read", "GetItem", full(), "Events", 4),
        ("answers are lost", "*", AwsFault::DropAfter, "Ec2", 3),
        ("the gateway's answers are lost", "*", AwsFault::DropAfter, "Events", 3),
    ];
    tables_refuse_and_lose_nothing(Asked, troubles).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_refuse_for_a_while_lose_no_click() {
    let troubles = [
        ("writes are refused", "PutItem", full(), "Ec2", 2),
        ("writes are refused for long", "PutItem", full(), "Ec2", 9),
        ("reads fail", "GetItem", broken(), "Ec2", 5),
        ("searches fail", "Query", broken(), "Ec2", 9),
        ("the gateway cannot write", "PutItem", broken(), "Interactions", 9),
        ("the gateway cannot read", "GetItem", full(), "Interactions", 9),
        ("answers are lost", "*", AwsFault::DropAfter, "Ec2", 3),
        ("the gateway's answers are lost", "*", AwsFault::DropAfter, "Interactions", 3),
    ];
    tables_refuse_and_lose_nothing(Agreed, troubles).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_whose_answers_are_lost_are_recognized_one_by_one() {
    let app = app().await;
    // The first look at all is never repeated.
    stop(&app, Asked, || {}).await;
    assert!(app.fleet().put(&app.id(NAME), InstanceState::Running));
    // How many writes a run makes until people are asked, and after.
    let writes = |from: usize| {
        let calls = app.aws_calls_of("Ec2").split_off(from);
        calls.iter().filter(|call| call.operation == "PutItem").count()
    };
    let before = app.aws_calls_of("Ec2").len();
    let (said, _) = app.type_in(say("@bellhop stop web-1")).await;
    let first = writes(before);
    app.agree().await;
    let all = writes(before);
    assert_eq!(only("stop", &app.answers("ann", "#ops", &said)).split(' ').next(), Some("Done:"));
    assert!(first >= 5 && all - first >= 10, "{first} and {all} writes");
    for nth in 0..all {
        let before = app.changes(NAME).stopped;
        assert!(app.fleet().put(&app.id(NAME), InstanceState::Running));
        let skip = u32::try_from(nth).expect("few writes");
        app.cloud()
            .faults()
            .add(Fault::next("dynamodb", "PutItem", AwsFault::DropAfter).from("Ec2").after(skip));
        let answers = app.type_in_agreed(say("@bellhop stop web-1")).await;
        // Within these very runs: the stored record tells that the write was ours.
        assert_eq!(app.cloud().faults().pending(), 0, "write {nth}: it did not happen");
        assert!(only("stop web-1", &answers).starts_with("Done: web-1 is *stopped*"), "write {nth}");
        assert_eq!(app.changes(NAME).stopped - before, 1, "write {nth}");
        assert_eq!(jobs::open(app.cloud()), Vec::<String>::new(), "write {nth}");
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_into_the_book_is_not_done() {
    let app = app().await;
    let book = app.cloud().stack().table("Audit").expect("the template has it").name.clone();
    for (what, fault) in [("throttled", full()), ("closed connections", AwsFault::DropBefore)] {
        let fault = Fault::next("dynamodb", "PutItem", fault).containing(&book).times(99);
        let stop = stop_through(&app, Agreed, || app.cloud().faults().add(fault)).await;
        assert_eq!((stop.times, app.state(NAME)), (0, InstanceState::Running), "{what}");
        let left = "I could not write down what I was about to do, so I left web-1 alone.";
        assert!(stop.finals()[0].starts_with(left), "{what}: {:?}", stop.answers);
        assert_eq!((app.times_called("StopInstances"), app.audit().len()), (0, 0), "{what}");
    }
    // What was done is, even if that cannot be written down any more.
    let fault = Fault::next("dynamodb", "PutItem", AwsFault::DropBefore).containing(&book).after(1).times(99);
    let stop = stop_through(&app, Agreed, || app.cloud().faults().add(fault)).await;
    assert_stopped(&app, "the entry after the call", &stop);
    assert_eq!(app.audit().len(), 1);
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_tables_are_waited_for_and_late_writes_do_no_harm() {
    let app = app().await;
    // Longer than the gateway waits for one try; the write still happens, after it was tried again.
    let slow = |operation: &str, function: &str| {
        Fault::next("dynamodb", operation, AwsFault::Delay(Duration::from_millis(900))).from(function)
    };
    let cases = [("PutItem", 1), ("GetItem", 1), ("PutItem", 3)]
        .map(|case| [(Asked, "Events", case), (Agreed, "Interactions", case)]);
    for (from, function, (operation, times)) in cases.into_iter().flatten() {
        let fault = slow(operation, function).times(times);
        let known = jobs::all(app.cloud()).len();
        let stop = stop(&app, from, || app.cloud().faults().add(fault)).await;
        assert_stopped(&app, &format!("{from:?}: {times} slow {operation}"), &stop.without_excuses());
        assert_eq!(jobs::all(app.cloud()).len() - known, 2, "one job for the message, and one for the click");
    }
    // Longer than the worker waits: its write of the change's beginning arrives twice.
    let slow = AwsFault::Delay(Duration::from_millis(5_300));
    let slow = Fault::next("dynamodb", "PutItem", slow).from("Ec2").containing("executing");
    let late = stop(&app, Agreed, || app.cloud().faults().add(slow)).await;
    assert_stopped(&app, "a late write", &late);
    // The same for the one by which the click decides.
    let slow = AwsFault::Delay(Duration::from_millis(5_300));
    let slow = Fault::next("dynamodb", "PutItem", slow).from("Ec2").containing("approved");
    let late = stop(&app, Agreed, || app.cloud().faults().add(slow)).await;
    assert_stopped(&app, "a late decision", &late);
    app.finish_after_faults().await;
}

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
        assert!(only(what, &answers).starts_with("Done: web-1 is *stopped*"), "{what}");
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

#[tokio::test(flavor = "multi_thread")]
async fn slack_may_be_slow_or_down_and_everybody_hears_once() {
    let app = app().await;
    let limited = || slack::FaultKind::RateLimited { retry_after: 1 };
    let internal = || slack::FaultKind::Refused { error: "internal_error".into() };
    for (from, method, times, kind) in [
        (Asked, "chat.postMessage", 1, limited()),
        (Asked, "users.info", 1, limited()),
        (Asked, "users.info", 2, slack::FaultKind::ServerError),
        (Agreed, "users.info", 1, limited()),
        (Agreed, "users.info", 2, slack::FaultKind::ServerError),
        (Agreed, "users.info", 1, slack::FaultKind::Cut),
        (Agreed, "chat.update", 2, limited()),
        (Agreed, "chat.update", 3, slack::FaultKind::ServerError),
        (Agreed, "chat.update", 2, slack::FaultKind::Cut),
        (Agreed, "chat.update", 1, internal()),
    ] {
        let what = format!("{from:?}: {method}: {kind:?}");
        let fault = slack_fault(method, times, kind);
        let before = struck(&app);
        let stop = stop(&app, from, || app.slack().fault(fault)).await;
        assert_eq!(struck(&app) - before, times as usize, "{what}: it did not happen");
        assert_stopped(&app, &what, &stop);
        assert_eq!(stop.answers.len(), 1, "{what}: {:#?}", stop.answers);
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_of_which_nobody_knows_whether_it_was_posted_does_not_stop_the_work() {
    let app = app().await;
    for kind in
        [slack::FaultKind::ServerError, slack::FaultKind::Cut, slack::FaultKind::Late { millis: 5_500 }]
    {
        let what = format!("{kind:?}");
        let fault = slack_fault("chat.postMessage", 1, kind);
        let stop = stop(&app, Asked, || app.slack().fault(fault)).await;
        assert_stopped(&app, &what, &stop);
        // A first card may have been left behind, without a final word.
        assert!(stop.answers.len() <= 2, "{what}: {:#?}", stop.answers);
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slack_is_out_of_reach_when_all_is_done_and_hears_of_it_later() {
    let app = app().await;
    let (said, _) = app.type_in(say("@bellhop stop web-1")).await;
    // That it begins can still be said.
    app.slack().fault(slack_fault("chat.update", 1, slack::FaultKind::Late { millis: 0 }));
    app.slack().fault(slack_fault("chat.update", 13, slack::FaultKind::ServerError));
    app.agree_once().await;
    let answers = app.answers("ann", "#ops", &said);
    assert!(answers.iter().all(|one| !is_final(one)), "nobody could be told: {answers:#?}");
    assert_eq!((app.changes(NAME).stopped, app.state(NAME)), (1, InstanceState::Stopped));
    assert_eq!(jobs::statuses(app.cloud()), ["done", "done"]);
    app.recover().await;
    let answers = app.answers("ann", "#ops", &said);
    assert_stopped(&app, "told later", &Stop { answers, times: 1 });
    app.finish_after_faults().await;
}

/// What ann was told in her direct messages.
fn letters(app: &App) -> Vec<String> {
    let told = app.conversation("ann", "@bellhop").expect("ann has direct messages");
    told.answers().into_iter().map(|one| one.plain.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_bot_may_not_speak_nothing_is_changed_and_the_person_is_told_alone() {
    let app = app().await;
    let refused = |method: &str, error: &str| {
        app.slack().fault(slack_fault(method, 1, slack::FaultKind::Refused { error: error.into() }));
    };
    for error in ["not_in_channel", "is_archived", "restricted_action"] {
        // The refusal, too, goes to a channel that is closed.
        refused("chat.postMessage", error);
        refused("chat.postEphemeral", error);
        app.type_in(say("@bellhop stop web-1")).await;
        app.recover().await;
        assert_eq!(jobs::awaiting(app.cloud()).len(), 0, "{error}");
        let last = letters(&app).pop().unwrap_or_default();
        assert!(last.contains("so I did nothing"), "{error}: {last}");
    }
    // The card cannot say any more that it begins.
    for error in ["message_not_found", "is_archived", "cant_update_message"] {
        app.type_in(say("@bellhop stop web-1")).await;
        refused("chat.update", error);
        refused("chat.update", error);
        app.agree_once().await;
        app.recover().await;
        let last = letters(&app).pop().unwrap_or_default();
        assert!(last.contains("so I did nothing"), "{error}: {last}");
    }
    assert_eq!((app.all_changes(), app.times_called("StopInstances")), (0, 0));
    assert_eq!((letters(&app).len(), jobs::open(app.cloud()).len()), (6, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_ends_a_job_and_nothing_is_changed() {
    let app = app().await;
    for error in ["token_revoked", "account_inactive", "invalid_auth"] {
        for from in [Asked, Agreed] {
            if from == Agreed {
                app.type_in(say("@bellhop stop web-1")).await;
                assert_eq!(jobs::awaiting(app.cloud()).len(), 1, "{error}");
            }
            let refused = || slack::FaultKind::Refused { error: error.into() };
            app.slack().fault(slack_fault("users.info", 1, refused()));
            for method in ["chat.postMessage", "chat.postEphemeral", "chat.update"] {
                app.slack().fault(slack_fault(method, 20, refused()));
            }
            if from == Asked {
                app.type_in(say("@bellhop stop web-1")).await;
            } else {
                app.agree_once().await;
            }
            app.recover().await;
            assert_eq!((app.all_changes(), jobs::left(app.cloud()).len()), (0, 0), "{from:?}: {error}");
            heal(&app).await;
        }
        // Nobody has decided it.
        jobs::let_plans_lapse(app.cloud());
        app.sweep().await;
    }
    assert_eq!((app.times_called("StopInstances"), jobs::open(app.cloud()).len()), (0, 0));
}

/// All is well with Slack again.
async fn heal(app: &App) {
    let client = reqwest::Client::builder().no_proxy().build().expect("there is an HTTP client");
    let call = client.post(format!("{}/sim/faults", app.slack().url())).body(r#"{"clear":true}"#);
    assert!(call.send().await.expect("Slack answers").status().is_success());
}

/// How many calls of Slack have met a fault.
fn struck(app: &App) -> usize {
    app.slack().calls().iter().filter(|call| call["fault"].is_string()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_ec2_that_is_lost_is_found_out_by_looking() {
    let app = app().await;
    // The change was made: HTTP 500, and a closed connection.
    let lost = fleet::Fault::new(FaultKind::LostAnswer).of("StopInstances").times(1);
    let stopped = stop(&app, Agreed, || app.fleet().inject(lost)).await;
    assert_stopped(&app, "HTTP 500", &stopped);
    let dropped = |fault| Fault::next("ec2", "StopInstances", fault);
    let stopped = stop(&app, Agreed, || app.cloud().faults().add(dropped(AwsFault::DropAfter))).await;
    assert_stopped(&app, "a closed connection", &stopped);
    // It was not, and nobody can know that: it is not made in secret later.
    let lost = stop(&app, Agreed, || app.cloud().faults().add(dropped(AwsFault::DropBefore))).await;
    let said = "I lost contact while stopping web-1. It is *running* now; I did not try again.";
    assert_eq!(only("stop web-1", &lost.answers), said);
    assert_eq!(lost.times, 0);
    assert_eq!(jobs::statuses(app.cloud()).iter().filter(|status| *status == "unknown").count(), 1);
    // Said again, it is done.
    let stopped = stop(&app, Agreed, || {}).await;
    assert_stopped(&app, "again", &stopped);
    // Each was asked for as often as a person asked; the dropped one did not reach the fleet.
    assert_eq!(app.times_called("StopInstances"), 3);
    // Whether it would be done is no matter of life and death.
    let asked = stop(&app, Asked, || app.cloud().faults().add(dropped(AwsFault::DropAfter))).await;
    assert_stopped(&app, "a dry run", &asked);
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ec2_that_asks_to_slow_down_is_asked_again_and_then_left_alone() {
    let app = app().await;
    let fault = |kind, action: &str| fleet::Fault::new(kind).of(action);
    for from in [Asked, Agreed] {
        let throttled = fault(FaultKind::Throttled, "StopInstances").times(2);
        let stopped = stop(&app, from, || app.fleet().inject(throttled)).await;
        assert_stopped(&app, &format!("{from:?}: throttled twice"), &stopped);
    }
    // A server that fails does not say what it has done, so the call is not made again.
    let unavailable = fault(FaultKind::Unavailable, "StopInstances").times(1);
    let lost = stop(&app, Agreed, || app.fleet().inject(unavailable)).await;
    let said = only("stop web-1", &lost.answers);
    assert!(said.starts_with("I lost contact while stopping web-1. It is *running*"), "{said}");
    assert_eq!(lost.times, 0);
    let throttled = fault(FaultKind::Throttled, "StopInstances");
    let refused = stop(&app, Agreed, || app.fleet().inject(throttled)).await;
    let said = only("stop web-1", &refused.answers);
    assert!(said.contains("asked to slow down in eu-west-1"), "{said}");
    assert_eq!(refused.times, 0);
    // Nor can it say what it would do.
    let asked = app.ann("stop web-1").await;
    assert!(asked.contains("AWS could not be asked whether it would do that to web-1"), "{asked}");
    app.fleet().heal();
    app.agree().await;
    assert_eq!(app.state(NAME), InstanceState::Stopped);
    // Blind where the instance is, nothing is changed: nobody knows what it is by now.
    let blind = fault(FaultKind::Throttled, "DescribeInstances");
    let refused = stop(&app, Agreed, || app.fleet().inject(blind)).await;
    let said = only("stop web-1", &refused.answers);
    assert!(said.starts_with("I could not look everywhere again, so I did nothing."), "{said}");
    assert_eq!(refused.times, 0);
    app.fleet().heal();
    // Half blind, a wildcard means nothing: the other region may hold another of that name.
    let blind = fault(FaultKind::Throttled, "DescribeInstances").in_region(Region::new("us-east-1"));
    app.fleet().inject(blind);
    let refused = app.ann("start web-*").await;
    assert!(refused.starts_with("I could not look everywhere, so I did nothing."), "{refused}");
    assert_eq!(app.changes("web-3").total(), 0);
    // A list says what is missing from it.
    let listed = app.ann("find web-*").await;
    assert!(listed.starts_with("*4 instances*") && listed.contains("us-east-1"), "{listed}");
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
    assert!(waiting.starts_with("web-1 is still *stopping* after 1"), "{waiting}");
    assert_eq!(left(&app), ["waiting"]);
    // At last.
    assert!(app.fleet().put(&app.id("web-1"), InstanceState::Stopped));
    let began = Instant::now();
    app.sweep().await;
    let answers = app.answers("ann", "#ops", &said);
    assert_stopped(&app, "in a later run", &Stop { answers, times: app.changes(NAME).stopped });
    assert!(began.elapsed() < SOON);
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
