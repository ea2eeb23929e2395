//! The modal comes back: what is taken, what must be changed in it, and what is
//! not believed.

use domain::ids::{JobId, MessageTs, UserId};
use domain::job::{Answers, Ask, Verdict};
use serde_json::{Value, json};

use super::THREAD;
use super::modals::shut::SHUT;
use super::plans::{JOB, awaiting, hash, show};
use crate::http::Response;
use crate::ports::Clock as _;
use crate::testing::{ANN, Click, Filled, OpenModal, TEAM, Trouble, World};

/// What Slack waits, less what the network takes.
const IN_TIME_MS: u64 = 2_700;

const RIGHT: [(&str, &str); 2] = [("Name", "db-1"), ("Reason", "migrated to db-2")];

/// A world in which Ann has the modal before her.
async fn opened() -> (World, OpenModal) {
    let world = World::new();
    let said = show(&world, &awaiting(&world, "terminate"), false);
    world.clicks(&Click::on(&said, "Terminate…").unwrap()).await.unwrap();
    let modal = world.slack.modal(ANN).unwrap();
    (world, modal)
}

/// The sentence at an input, if the answer is nothing else.
fn error(answer: &Response) -> Value {
    assert_eq!(answer.status, 200);
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["response_action"], "errors", "{body}");
    body["errors"].clone()
}

/// The job of a modal.
fn view_job(id: &str) -> JobId {
    JobId::new(format!("ec2#{TEAM}#view#{id}"))
}

#[tokio::test(start_paused = true)]
async fn what_is_typed_right_becomes_a_job_in_the_thread_of_the_plan() {
    for typed in ["db-1", " db-1 ", "i-44444444"] {
        let (world, modal) = opened().await;
        let filled = modal.filled(&[("Name", typed), ("Reason", "  migrated\n to db-2 ")]);
        let answer = world.submits(&filled).await.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "an empty body closes it");
        assert_eq!(answer.headers, []);
        assert_eq!(world.slack.modal(ANN), None);
        let job = world.jobs.peek(&view_job(&modal.id)).unwrap();
        let verdict =
            Verdict::Justify { typed: typed.trim().to_owned(), reason: "migrated\n to db-2".to_owned() };
        assert_eq!(job.request.ask, Ask::Decide { job: JobId::new(JOB), plan: hash('7'), verdict });
        let thread = MessageTs::new(THREAD);
        let answers = Answers::Channel { thread: thread.clone(), open_thread: Some(thread) };
        assert_eq!((job.request.answers, job.request.user), (answers, UserId::new(ANN)));
        assert_eq!(job.request.channel.as_str(), "C0OPS");
        assert_eq!(world.wake.take().len(), 1);
        assert_eq!(world.seam.count("tokens.active"), 1, "the click's; a submission needs no token");
    }
}

#[tokio::test(start_paused = true)]
async fn a_modal_is_one_job_however_often_it_comes() {
    let (world, modal) = opened().await;
    let other = [("Name", "i-44444444"), ("Reason", "another")];
    for labels in [&RIGHT[..], &RIGHT, &other] {
        assert_eq!(world.submits(&modal.filled(labels)).await.unwrap().body, "");
    }
    assert_eq!(world.jobs.all().len(), 2, "the plan's and this one");
    let reason = "migrated to db-2".to_owned();
    let Ask::Decide { verdict, .. } = world.jobs.peek(&view_job(&modal.id)).unwrap().request.ask else {
        panic!("no word on a plan")
    };
    assert_eq!(verdict, Verdict::Justify { typed: "db-1".to_owned(), reason }, "the first counts");
}

#[tokio::test(start_paused = true)]
async fn what_is_typed_wrong_is_said_at_its_input() {
    let long = "x".repeat(501);
    let name = "name: That is not its name. Type db-1 to confirm.";
    let reason = "reason: Give a reason in up to 500 characters.";
    for (typed, given, sentence) in [
        ("db-2", "old", name),
        ("DB-1", "old", name),
        ("db-1;", "old", name),
        ("db 1", "old", name),
        ("I-44444444", "old", name),
        ("i-11111111", "old", name),
        ("", "old", name),
        ("db-2", "", name),
        ("db-1", "", reason),
        ("db-1", " \n", reason),
        ("db-1", &long, reason),
    ] {
        let (world, modal) = opened().await;
        world.submits(&modal.filled(&[("Name", typed), ("Reason", given)])).await.unwrap();
        assert_eq!(world.slack.modal(ANN).unwrap().shown(), [sentence], "{typed} {given}");
        assert_eq!((world.jobs.all().len(), world.seam.count("jobs.create")), (1, 0), "nothing is stored");
        // It stays open, and can be put right.
        world.submits(&modal.filled(&RIGHT)).await.unwrap();
        assert!(world.jobs.peek(&view_job(&modal.id)).is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_has_shut_meanwhile_is_told_in_the_modal() {
    for (what, change, sentence) in SHUT {
        let (world, modal) = opened().await;
        let mut job = awaiting(&world, "terminate");
        change(&mut job, world.clock.now());
        world.jobs.put(&job);
        world.submits(&modal.filled(&RIGHT)).await.unwrap();
        let plain = if sentence.starts_with("Only") {
            "Only the person who asked for this can say that."
        } else if sentence.starts_with("Already") {
            "That was decided already; the card says how."
        } else {
            &sentence.replace("click again", "submit again").replace(" (08:10 UTC)", "")
        };
        assert_eq!(world.slack.modal(ANN).unwrap().shown(), [format!("name: {plain}")], "{what}");
        assert_eq!(world.jobs.all(), [job], "{what}");
        assert!(!plain.contains(['<', '*', '&']), "a modal shows no markup: {plain}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_that_comes_back_is_believed() {
    let unknown = json!({"name": "I know no such plan."});
    let metadata = |value: Value| ("/view/private_metadata", json!(value.to_string()));
    let plan = || json!(hash('7'));
    for ((pointer, value), finds) in [
        (("/view/private_metadata", json!("")), 0),
        (("/view/private_metadata", json!(null)), 0),
        (("/view/private_metadata", json!("{")), 0),
        (("/view/private_metadata", json!("x".repeat(3_001))), 0),
        (metadata(json!([])), 0),
        (metadata(json!({"job": JOB})), 0),
        (metadata(json!({"job": JOB, "plan": plan(), "typed": "db-1"})), 0),
        (metadata(json!({"job": 7, "plan": plan()})), 0),
        (metadata(json!({"job": "text#T0ACME#command#1", "plan": plan()})), 0),
        (metadata(json!({"job": "ec2#".to_owned() + &"x".repeat(2_100), "plan": plan()})), 0),
        (metadata(json!({"job": "ec2#T0ACME#nowhere", "plan": plan()})), 1),
        (metadata(json!({"job": JOB, "plan": hash('8')})), 1),
        (metadata(json!({"job": JOB, "plan": ""})), 1),
    ] {
        let (world, modal) = opened().await;
        let before = world.seam.count("jobs.find");
        let answer = world.submits(&modal.filled(&RIGHT).with(pointer, value.clone())).await.unwrap();
        assert_eq!(error(&answer), unknown, "{value}");
        assert_eq!(world.seam.count("jobs.find") - before, finds, "{value}");
        assert_eq!(world.jobs.all().len(), 1, "{value}");
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_justifies_for_somebody_else() {
    let (world, modal) = opened().await;
    for user in ["U0BOB", "U0GUEST", "U0STRANGER"] {
        let answer = world.submits(&modal.filled(&RIGHT).by(user)).await.unwrap();
        assert_eq!(error(&answer), json!({"name": "Only the person who asked for this can say that."}));
    }
    assert_eq!(world.jobs.all().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_modal_of_another_workspace_is_not_taken() {
    type Change = fn(Filled) -> Filled;
    let gone = json!({"name": "I am not installed in this workspace any more."});
    let changes: [Change; 2] = [
        |filled| filled.with("/team/id", json!("T0OTHER")),
        |filled| filled.with("/team", Value::Null).with("/user/team_id", json!(TEAM)),
    ];
    for change in changes {
        let (world, modal) = opened().await;
        assert_eq!(error(&world.submits(&change(modal.filled(&RIGHT))).await.unwrap()), gone);
        assert_eq!(world.jobs.all().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn other_modals_are_none_of_ours() {
    for id in [json!("standup"), json!(""), json!(null), json!("JUSTIFY"), json!("x".repeat(256))] {
        let (world, modal) = opened().await;
        let before = world.seam.calls().len();
        let answer =
            world.submits(&modal.filled(&RIGHT).with("/view/callback_id", id.clone())).await.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{id}");
        assert_eq!(world.seam.calls()[before..], ["secrets.verifier"], "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_modal_of_which_too_much_is_missing_is_refused() {
    for pointer in ["/user", "/view/id", "/view"] {
        let (world, modal) = opened().await;
        let answer = world.submits(&modal.filled(&RIGHT).with(pointer, Value::Null)).await.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (400, ""), "{pointer}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_port_that_fails_is_told_in_the_modal_and_in_time() {
    let sorry = ["name: I am slow or in trouble right now. Please submit again."];
    for port in ["teams.find", "jobs.find", "jobs.create"] {
        for trouble in [Trouble::FailBefore, Trouble::FailAfter, Trouble::Hang, Trouble::HangAfter] {
            let (world, modal) = opened().await;
            world.seam.next(port, trouble.clone());
            let begun = world.clock.now();
            world.submits(&modal.filled(&RIGHT)).await.unwrap();
            assert!(world.clock.now().since(begun) <= IN_TIME_MS, "{port}: {trouble:?}");
            assert_eq!(world.slack.modal(ANN).unwrap().shown(), sorry, "{port}: {trouble:?}");
            // Submitted again, it is the same.
            world.submits(&modal.filled(&RIGHT)).await.unwrap();
            assert_eq!((world.slack.modal(ANN), world.jobs.all().len()), (None, 2), "{port}: {trouble:?}");
            assert!(!world.wake.take().is_empty(), "{port}: {trouble:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn on_record_it_is_safe_although_nobody_is_woken() {
    let (world, modal) = opened().await;
    world.seam.next("wake", Trouble::FailBefore);
    assert_eq!(world.submits(&modal.filled(&RIGHT)).await.unwrap().body, "");
    assert!(world.jobs.peek(&view_job(&modal.id)).is_some());
}

#[tokio::test(start_paused = true)]
async fn without_a_signature_nothing_is_taken() {
    let (world, modal) = opened().await;
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", &modal.filled(&RIGHT).payload.to_string())
        .finish();
    let mut request = world.signed(body.as_bytes());
    request.headers.truncate(1);
    let answer = world.interactions().handle(&request, world.clock.now(), world.writer()).await;
    assert_eq!((answer.status, answer.body.as_str()), (401, ""));
    assert_eq!(world.jobs.all().len(), 1);
}
