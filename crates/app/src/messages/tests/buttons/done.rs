//! What can be clicked below what was done: undo it, try again, or start instead.

use domain::instance::{Action, InstanceState};
use domain::job::{Plan, PlanTarget, Progress};
use domain::preflight::Outcome;

use super::super::{STOP, instance, plan, region};
use super::{RUNNING, STOPPED, check, reached, read, refused};
use crate::messages::{nothing_changed, result};

#[test]
fn what_is_done_can_be_undone_if_there_is_a_way_back() {
    let lost = Progress::Lost { state: Some(RUNNING) };
    let dry = Plan { dry_run: true, ..plan(STOP, &[("web-1", reached(STOPPED))]) };
    let away = |plan: Plan| Plan {
        targets: plan
            .targets
            .into_iter()
            .map(|target| PlanTarget { region: region("us-east-1"), ..target })
            .collect(),
        ..plan
    };
    let eleven = vec![("web", reached(RUNNING)); 11];
    for (plan, expected) in [
        (plan(STOP, &[("web-1", reached(STOPPED))]), &[("Undo", "start i-00000000 in eu-west-1")][..]),
        (
            plan(
                Action::Stop { force: true, hibernate: false },
                &[("a", reached(STOPPED)), ("b", reached(STOPPED))],
            ),
            &[("Undo", "start i-00000000 i-00000001 in eu-west-1")],
        ),
        (
            away(plan(Action::Start, &[("web-1", reached(RUNNING))])),
            &[("Undo", "stop i-00000000 in us-east-1")],
        ),
        (plan(Action::Start, &eleven[..10]), &[("Undo", TEN)]),
        // More than one stop may name.
        (plan(Action::Start, &eleven), &[]),
        (plan(Action::Reboot, &[("web-1", reached(RUNNING))]), &[]),
        (plan(Action::Terminate, &[("web-1", reached(InstanceState::Terminated))]), &[]),
        (dry, &[]),
        (
            plan(STOP, &[("web-1", Progress::Accepted { state: InstanceState::Stopping })]),
            &[("check web-1", "check i-00000000 in eu-west-1")],
        ),
        (plan(STOP, &[("web-1", Progress::WouldRun)]), &[]),
        (plan(STOP, &[("web-1", refused(false))]), &[]),
        (
            plan(STOP, &[("a", reached(STOPPED)), ("b", refused(true)), ("c", refused(false)), ("d", lost)]),
            &[
                ("Undo", "start i-00000000 in eu-west-1"),
                ("Retry b", "stop i-00000001 in eu-west-1"),
                ("Stop d", "stop i-00000003 in eu-west-1"),
            ],
        ),
    ] {
        check(&result(&plan), expected);
    }
}

const TEN: &str = "stop i-00000000 i-00000001 i-00000002 i-00000003 i-00000004 i-00000005 i-00000006 i-00000007 i-00000008 i-00000009 in eu-west-1";

#[test]
fn what_failed_or_was_lost_is_tried_again_just_as_it_was_asked() {
    let hard = Action::Stop { force: true, hibernate: false };
    let sleep = Action::Stop { force: false, hibernate: true };
    let lost = |state| Progress::Lost { state };
    for (plan, expected) in [
        (plan(hard, &[("a", refused(true))]), &[("Retry a", "stop i-00000000 in eu-west-1 --force")][..]),
        (
            plan(sleep, &[("a", lost(Some(RUNNING)))]),
            &[("Stop a", "stop i-00000000 in eu-west-1 --hibernate")],
        ),
        (
            plan(Action::Reboot, &[("a", lost(Some(RUNNING)))]),
            &[("Reboot a", "reboot i-00000000 in eu-west-1")],
        ),
        (
            Plan { verb: "restart".to_owned(), ..plan(Action::Reboot, &[("a", refused(true))]) },
            &[("Retry a", "restart i-00000000 in eu-west-1")],
        ),
        (
            Plan { wait: false, dry_run: true, ..plan(Action::Start, &[("a", refused(true))]) },
            &[("Retry a", "start i-00000000 in eu-west-1 --dry-run --no-wait")],
        ),
        (plan(STOP, &[("a", lost(None))]), &[]),
        (
            plan(STOP, &[("a", refused(true)), ("b", refused(true)), ("c", refused(true))]),
            &[
                ("Retry a", "stop i-00000000 in eu-west-1"),
                ("Retry b", "stop i-00000001 in eu-west-1"),
                ("Retry c", "stop i-00000002 in eu-west-1"),
            ],
        ),
        (
            plan(STOP, &vec![("a", refused(true)); 4]),
            &[("Retry all 4", "stop i-00000000 i-00000001 i-00000002 i-00000003 in eu-west-1")],
        ),
        // Two of one name, and one of a name that no button holds, are told apart by their ids.
        (
            plan(STOP, &[("twin", refused(true)), ("twin", refused(true)), (&"w".repeat(70), refused(true))]),
            &[
                ("Retry i-00000000", "stop i-00000000 in eu-west-1"),
                ("Retry i-00000001", "stop i-00000001 in eu-west-1"),
                ("Retry i-00000002", "stop i-00000002 in eu-west-1"),
            ],
        ),
    ] {
        check(&result(&plan), expected);
    }
}

#[test]
fn what_is_stopped_and_was_to_be_restarted_can_be_started() {
    let web = instance("web-3", STOPPED);
    for (text, outcome, expected) in [
        ("restart web-3", Outcome::OfferStart, &[("start web-3", "start i-00000001 in eu-west-1")][..]),
        (
            "restart web-3 tag:Env=dev in all --dry-run --no-wait because slow",
            Outcome::OfferStart,
            &[(
                "start (dry run) web-3",
                "start i-00000001 in eu-west-1 --dry-run --no-wait because \"slow\"",
            )],
        ),
        ("restart web-3", Outcome::Protected, &[]),
        ("stop web-3", Outcome::NothingToDo { state: STOPPED }, &[]),
    ] {
        check(&nothing_changed(&read(text), &[(&web, outcome)]), expected);
    }
}
