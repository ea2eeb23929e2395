//! The sentences word for word.

use domain::command::{Clause, Refusal, Verb};
use domain::ids::{AccountId, JobId};
use domain::instance::{Action, InstanceState};
use domain::job::Progress;
use domain::preflight::{Outcome, Warning};
use domain::time::Millis;
use slack::blocks::Message;

use super::super::*;
use super::{STOP, instance, page, place, plan};
use crate::ports::{Caller, Health, InstancesError};

const RUNNING: InstanceState = InstanceState::Running;
const STOPPED: InstanceState = InstanceState::Stopped;

fn check_all(cases: &[(&Message, &str)]) {
    for (message, words) in cases {
        assert_eq!(message.fallback(), *words);
    }
}

#[test]
fn refusals_say_what_was_not_understood() {
    let (verb, word) = (Verb::Stop, "x".to_owned());
    for (reason, words) in [
        (
            Refusal::LeftOver { text: word.clone() },
            "I don't understand “x” in this command, so I did nothing.",
        ),
        (
            Refusal::TooLong { limit: 1_000 },
            "That is longer than 1000 characters, so I did not read it. Say *help* for what I understand.",
        ),
        (
            Refusal::TooManyTargets { verb, count: 26, limit: 25 },
            "You named 26 instances; I take 25 in one *stop*. I did nothing.",
        ),
        (
            Refusal::StateNeedsFind { verb, state: RUNNING },
            "To *stop* by state, say it as a filter with something that narrows it down, e.g. *stop tag:Env=dev state=running*. I did nothing.",
        ),
        (
            Refusal::BrokenClause { clause: Clause::In, text: String::new() },
            "Something is missing after *in*, so I did nothing.",
        ),
        (
            Refusal::BrokenClause { clause: Clause::At, text: word },
            "I don't understand “x” after *at*, so I did nothing.",
        ),
        (
            Refusal::RepeatedClause { clause: Clause::In },
            "*in* stands in this command twice, so I did nothing.",
        ),
        (
            Refusal::NotWithVerb { clause: Clause::Force, verb: Verb::Start },
            "*--force* has no meaning with *start*, so I did nothing.",
        ),
        (
            Refusal::NoTarget { verb: Verb::Reboot },
            "Reboot what? Give an instance ID, a name, or a filter, e.g. *reboot web-1* or *reboot tag:Env=dev*.",
        ),
    ] {
        assert_eq!(refusal(&reason).fallback(), words);
    }
}

#[test]
fn what_is_left_alone_is_told_with_what_to_do() {
    let mut web = instance("web-1", STOPPED);
    web.transition_reason = "User initiated (2026-11-20 18:02:11 GMT)".to_owned();
    for (outcome, words) in [
        (
            Outcome::NothingToDo { state: STOPPED },
            "`web-1` is already stopped (since Fri 18:02 UTC). Nothing to do.",
        ),
        (Outcome::NothingToDo { state: RUNNING }, "`web-1` is already running. Nothing to do."),
        (
            Outcome::WrongState { state: InstanceState::Pending, needs: Some(RUNNING) },
            "`web-1` is *pending*; try again when it is running.",
        ),
        (
            Outcome::WrongState { state: InstanceState::ShuttingDown, needs: None },
            "`web-1` is *shutting-down*; I can't *stop* it any more.",
        ),
        (Outcome::OfferStart, "`web-1` is *stopped*. Say `start web-1` to bring it up."),
        (Outcome::Protected, "`web-1` is protected (bellhop:protected). I left it alone."),
        (Outcome::Gone, "`web-1` is *terminated*; it will not come back."),
    ] {
        assert_eq!(left_alone(Verb::Stop, &web, outcome), words);
    }
}

#[test]
fn a_card_ends_in_what_became_of_each_instance() {
    let reached = Progress::Reached { state: STOPPED, took_ms: 41_900 };
    let accepted = Progress::Accepted { state: InstanceState::Stopping };
    let lost = Progress::Lost { state: Some(RUNNING) };
    let refused = Progress::Refused { why: "`db-1` failed: X in eu-west-1 (y).".to_owned(), tried: true };
    check_all(&[
        (&result(&plan(STOP, &[("web-1", reached.clone())])), "Done: `web-1` is *stopped* (41 s)."),
        (
            &result(&plan(STOP, &[("a", reached.clone()), ("b", reached.clone()), ("c", reached.clone())])),
            "Done: `a`, `b` and `c` are *stopped* (41 s).",
        ),
        (
            &result(&plan(
                STOP,
                &[("a", reached.clone()), ("b", reached.clone()), ("db-1", refused.clone())],
            )),
            "2 of 3 done.\nDone: `a` and `b` are *stopped* (41 s).\n`db-1` failed: X in eu-west-1 (y).",
        ),
        (&result(&plan(STOP, &[("db-1", refused)])), "`db-1` failed: X in eu-west-1 (y)."),
        (
            &result(&plan(STOP, &[("web-1", lost.clone())])),
            "I lost contact while stopping `web-1`. It is *running* now; I did not try again.",
        ),
        (
            &result(&plan(Action::Start, &[("web-1", Progress::Lost { state: None })])),
            "I lost contact while starting `web-1`. It is nowhere to be seen now; I did not try again.",
        ),
        (
            &still_waiting(&plan(STOP, &[("web-1", accepted)]), 600_000, 1_200_000),
            "`web-1` is still *stopping* after 10 min. I'll look again in 20 min.",
        ),
    ]);
}

#[test]
fn a_card_begins_with_what_will_be_done() {
    let mut in_group = plan(STOP, &[("web-1", Progress::Planned)]);
    in_group.targets[0].warnings.push(Warning::AutoScaling { group: "web-asg".to_owned() });
    let mut done = in_group.clone();
    done.targets[0].progress = Progress::Reached { state: InstanceState::Stopped, took_ms: 41_000 };
    check_all(&[
        (
            &result(&done),
            "Done: `web-1` is *stopped* (41 s).\n`web-1` belongs to the Auto Scaling group web-asg, so AWS will replace it.",
        ),
        (
            &ack(&in_group),
            "On it: *stop* `web-1` (i-00000000) in eu-west-1.\n`web-1` belongs to the Auto Scaling group web-asg. If you stop it, AWS will replace it.",
        ),
        (&ack(&plan(STOP, &[("i-00000000", Progress::Planned)])), "On it: *stop* `i-00000000` in eu-west-1."),
    ]);
}

#[test]
fn aws_refusals_name_what_was_left_alone() {
    let caller = Caller { account: AccountId::new("123456789012"), role: "BellhopOps".to_owned() };
    let not_allowed =
        InstancesError::NotAllowed { operation: "ec2:StopInstances".to_owned(), request_id: "r".to_owned() };
    let place = place("eu-west-1");
    assert_eq!(
        not_changed(&["a", "b"], &place, &not_allowed, Some(&caller)),
        "AWS refused: ec2:StopInstances is not allowed for role BellhopOps in 123456789012 in eu-west-1 (request r). I left `a` and `b` alone."
    );
    assert_eq!(
        not_changed(&["a"], &place, &InstancesError::Busy(String::new()), None),
        "AWS could not be reached or asked to slow down in eu-west-1. I left `a` alone."
    );
}

#[test]
fn a_list_shows_ten_and_counts_all() {
    let many: Vec<_> = (0..12).map(|number| instance(&format!("web-{number}"), RUNNING)).collect();
    let many: Vec<_> = many.iter().collect();
    let blind = ["I could not see us-east-1.".to_owned()];
    let said = list(&Page { blind: &blind, ..page(&many, 1) });
    let lines: Vec<&str> = said.fallback().lines().collect();
    assert_eq!(lines[0], "*12 instances*: 12 running (12 in eu-west-1), rows 1–10");
    assert_eq!(lines[10], "10. `web-9` `i-00000001` · running · t3.micro · eu-west-1a");
    let rest = "… and 2 more. Narrow it down, e.g. `find running web-*`.";
    assert_eq!(lines[11..], [rest, "I could not see us-east-1."]);
    check_all(&[(&list(&page(&[], 1)), "No instances match.")]);
}

#[test]
fn pages_of_a_list_number_their_rows_on() {
    for (count, number, heading, rows, next) in [
        (0, 1, "No instances match.", None, None),
        (0, 2, "No instances match.", None, None),
        (1, 1, "*1 instance*: 1 running (1 in eu-west-1)", Some((1, 1)), None),
        (10, 1, "*10 instances*: 10 running (10 in eu-west-1)", Some((1, 10)), None),
        (11, 1, "*11 instances*: 11 running (11 in eu-west-1), rows 1–10", Some((1, 10)), Some(2)),
        (11, 2, "*11 instances*: 11 running (11 in eu-west-1), row 11", Some((11, 11)), None),
        (27, 2, "*27 instances*: 27 running (27 in eu-west-1), rows 11–20", Some((11, 20)), Some(3)),
        (27, 3, "*27 instances*: 27 running (27 in eu-west-1), rows 21–27", Some((21, 27)), None),
        (27, 4, "*27 instances*: 27 running (27 in eu-west-1)", None, None),
        (
            1_000,
            99,
            "*1000 instances*: 1000 running (1000 in eu-west-1), rows 981–990",
            Some((981, 990)),
            Some(100),
        ),
        (
            1_000,
            100,
            "*1000 instances*: 1000 running (1000 in eu-west-1), rows 991–1000",
            Some((991, 1_000)),
            None,
        ),
        (27, usize::MAX, "*27 instances*: 27 running (27 in eu-west-1)", None, None),
    ] {
        let many: Vec<_> = (1..=count).map(|row| instance(&format!("web-{row}"), RUNNING)).collect();
        let many: Vec<_> = many.iter().collect();
        let said = list(&page(&many, number));
        let mut lines = said.fallback().lines();
        assert_eq!(lines.next(), Some(heading), "{count}, {number}");
        let (first, last) = rows.unwrap_or((1, 0));
        for row in first..=last {
            let line = lines.next().unwrap();
            assert!(line.starts_with(&format!("{row}. `web-{row}` ")), "{count}, {number}: {line}");
        }
        let rest = lines.next();
        match (rows, next) {
            (_, Some(_)) => {
                assert!(rest.unwrap().starts_with(&format!("… and {} more. ", count - last)), "{rest:?}");
            }
            (None, None) if count > 0 => {
                assert_eq!(
                    rest,
                    Some("The list ends with row 27 now. Ask again to see it from its beginning.")
                );
            }
            _ => assert_eq!(rest, None),
        }
        let buttons = super::buttons::buttons(&said);
        let expected = next.map(|next| (format!("page.{next}"), "Next".to_owned(), "find".to_owned()));
        assert_eq!(buttons, expected.into_iter().collect::<Vec<_>>(), "{count}, {number}");
    }
}

#[test]
fn a_check_tells_of_trouble_ahead() {
    let web = instance("web-1", RUNNING);
    let health = Health {
        id: web.id.clone(),
        system: "impaired".to_owned(),
        instance: "ok".to_owned(),
        events: vec![("instance-stop".to_owned(), "The host is failing".to_owned())],
    };
    let said = check(&[&web], 1, &[health], &[], Millis(7_200_000));
    let words = "`web-1` is *running* for 2 h. Status checks: system *impaired*, instance *ok*.\n    \
         `i-00000001` · t3.micro · eu-west-1a\n    Scheduled by AWS: The host is failing (instance-stop)";
    check_all(&[(&said, words)]);
}

#[test]
fn a_fault_has_a_reference_that_is_not_the_jobs_name() {
    let said = fault(&JobId::new("ec2#T1#C1#1.2"));
    let words = said.fallback();
    let reference = words.strip_prefix("Something went wrong on my side (reference ").unwrap();
    let (reference, rest) = reference.split_once(')').unwrap();
    assert_eq!((reference.len(), rest), (9, ". Nothing else was done."));
    assert!(reference.chars().all(|ch| ch == '-' || ch.is_ascii_hexdigit()), "{reference}");
    assert_ne!(fault(&JobId::new("ec2#T1#C1#1.3")).fallback(), words);
}
