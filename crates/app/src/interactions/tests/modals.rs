//! The click that opens the modal: for whom it is opened, and what is said to
//! everybody else.

mod faults;
pub(super) mod shut;

use domain::ids::TeamId;
use domain::job::Job;
use serde_json::{Value, json};

use super::plans::{JOB, awaiting, hash, show};
use crate::ports::Clock as _;
use crate::testing::{ANN, Click, World};

/// A click of Ann's on the button that opens the modal.
fn justify(world: &World, job: &Job) -> Click {
    Click::on(&show(world, job, false), "Terminate…").unwrap()
}

/// What the person was told, besides the card.
fn told(world: &World) -> Vec<String> {
    world.answers().into_iter().filter(|line| line.starts_with("only")).collect()
}

#[tokio::test(start_paused = true)]
async fn the_requester_gets_the_modal() {
    for verb in ["terminate", "kill"] {
        let world = World::new();
        let click = justify(&world, &awaiting(&world, verb));
        assert_eq!(click.text("/actions/0/value"), format!("{JOB} {}", hash('7')), "nothing else is in it");
        let answer = world.clicks(&click).await.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, ""));
        let view = world.slack.modal(ANN).unwrap().view;
        for (pointer, text) in [
            ("/title/text", "Terminate"),
            ("/submit/text", "Terminate"),
            ("/close/text", "Cancel"),
            ("/blocks/1/label/text", "Name"),
            ("/blocks/1/hint/text", "Type db-1 to confirm, or its instance ID."),
            ("/blocks/2/label/text", "Reason"),
        ] {
            assert_eq!(view.pointer(pointer), Some(&json!(text)), "{pointer}");
        }
        let shown = view.pointer("/blocks/0/text/text").and_then(Value::as_str).unwrap();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "*Terminate* `db-1` (i-44444444) in acme, us-east-1?");
        assert!(lines[2].contains("db&lt;asg&gt;"), "the warnings of the card, escaped: {shown}");
        for (pointer, expected) in [
            ("/blocks/1/optional", json!(false)),
            ("/blocks/2/optional", json!(false)),
            ("/blocks/2/element/max_length", json!(500)),
            ("/callback_id", json!("justify")),
        ] {
            assert_eq!(view.pointer(pointer), Some(&expected), "{pointer}");
        }
        let metadata: Value = serde_json::from_str(view["private_metadata"].as_str().unwrap()).unwrap();
        assert_eq!(metadata, json!({"job": JOB, "plan": hash('7')}), "nothing else goes round");
        assert_eq!(world.jobs.all().len(), 1, "nothing is said yet");
        let calls = ["secrets.verifier", "teams.find", "jobs.find", "tokens.active", "slack.views.open"];
        assert_eq!(world.seam.calls(), calls);
    }
}

#[tokio::test(start_paused = true)]
async fn an_instance_without_a_name_is_confirmed_by_its_id() {
    let world = World::new();
    let mut job = awaiting(&world, "terminate");
    let target = &mut job.plan.as_mut().unwrap().targets[0];
    (target.name, target.label) = (None, "i-44444444".to_owned());
    world.clicks(&justify(&world, &job)).await.unwrap();
    let view = world.slack.modal(ANN).unwrap().view;
    assert_eq!(view.pointer("/blocks/1/hint/text"), Some(&json!("Type i-44444444 to confirm.")));
    let text = view.pointer("/blocks/0/text/text").and_then(Value::as_str).unwrap();
    assert!(text.starts_with("*Terminate* `i-44444444` in acme, us-east-1?"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_click_that_comes_twice_opens_one_modal() {
    let world = World::new();
    let click = justify(&world, &awaiting(&world, "terminate"));
    for _ in 0..2 {
        assert_eq!(world.clicks(&click).await.unwrap().status, 200);
    }
    assert_eq!(told(&world), ["only U0ANN: That took too long; click again."]);
    world.fill(ANN, &[("Name", "db-1"), ("Reason", "old")]).await;
    assert_eq!(world.slack.modal(ANN), None, "there was one");
}

#[tokio::test(start_paused = true)]
async fn for_a_team_that_is_gone_nothing_is_opened() {
    let world = World::new();
    let click = justify(&world, &awaiting(&world, "terminate"));
    world.teams.uninstall_now(&TeamId::new(crate::testing::TEAM), world.clock.now());
    assert_eq!(world.clicks(&click).await.unwrap().status, 200);
    assert_eq!(world.seam.calls(), ["secrets.verifier", "teams.find"]);
}
