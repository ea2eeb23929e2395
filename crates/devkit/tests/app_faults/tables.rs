//! DynamoDB refuses, loses answers, and is slow.

use std::time::Duration;

use devkit::cloud::{AwsFault, Fault};
use domain::instance::InstanceState;

use crate::Since::{Agreed, Asked};
use crate::support::{app, jobs, only, say};
use crate::{NAME, Since, assert_stopped, broken, status, stop, stop_through};

/// What goes wrong with a table: the operation, how, of which function, and how often.
type TableTrouble = (&'static str, &'static str, AwsFault, &'static str, u32);

fn full() -> AwsFault {
    status(400, "ProvisionedThroughputExceededException")
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
        assert!(only("stop web-1", &answers).starts_with("Done: `web-1` is *stopped*"), "write {nth}");
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
        let left = "I could not write down what I was about to do, so I left `web-1` alone.";
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
