//! What fails before the modal is open, and what is said and logged of it.

use domain::job::Status;
use serde_json::{Value, json};

use super::super::changed;
use super::super::plans::awaiting;
use super::{justify, told};
use crate::ports::Clock as _;
use crate::testing::{ANN, Recorder, TOKEN, Trouble, World};

const NO_WINDOW: &str =
    "only U0ANN: I am slow or in trouble right now. If no window has opened, click again.";

/// What Slack waits, less what the network takes.
const IN_TIME_MS: u64 = 2_700;

#[tokio::test(start_paused = true)]
async fn a_trigger_that_is_spent_is_told() {
    for code in ["expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"] {
        let world = World::new();
        let click = justify(&world, &awaiting(&world, "terminate"));
        world.seam.next("slack.views.open", Trouble::code(code));
        assert_eq!(world.clicks(&click).await.unwrap().status, 200, "{code}");
        assert_eq!(told(&world), ["only U0ANN: That took too long; click again."], "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_before_the_modal_is_open_is_told_in_time() {
    for port in ["teams.find", "jobs.find", "tokens.active", "slack.views.open"] {
        for trouble in [Trouble::FailBefore, Trouble::FailAfter, Trouble::Hang, Trouble::HangAfter] {
            let world = World::new();
            let click = justify(&world, &awaiting(&world, "terminate"));
            world.seam.next(port, trouble.clone());
            let begun = world.clock.now();
            let answer = world.clicks(&click).await.unwrap();
            assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{port}: {trouble:?}");
            assert!(world.clock.now().since(begun) <= IN_TIME_MS, "{port}: {trouble:?}");
            assert_eq!(told(&world), [NO_WINDOW], "{port}: {trouble:?}");
            assert!(world.seam.count("slack.views.open") <= 1, "{port}: {trouble:?}: it may be open");
            assert_eq!(world.jobs.all().len(), 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn slack_itself_may_refuse_the_modal() {
    for trouble in [
        Trouble::code("view_too_large"),
        Trouble::code("internal_error"),
        Trouble::page(500),
        Trouble::too_many("1"),
    ] {
        let world = World::new();
        let click = justify(&world, &awaiting(&world, "terminate"));
        world.seam.always("slack.views.open", trouble.clone());
        assert_eq!(world.clicks(&click).await.unwrap().status, 200, "{trouble:?}");
        assert_eq!(told(&world), [NO_WINDOW], "{trouble:?}");
    }
    for (code, words) in
        [("invalid_auth", "does not accept my token"), ("org_login_required", "does not let me")]
    {
        let world = World::new();
        let click = justify(&world, &awaiting(&world, "terminate"));
        world.seam.always("slack.views.open", Trouble::code(code));
        assert_eq!(world.clicks(&click).await.unwrap().status, 200, "{code}");
        assert!(
            told(&world)[0].starts_with(&format!("only U0ANN: I can't do that: Slack {words}")),
            "{code}"
        );
    }
    // What surely did not reach it is sent again.
    let world = World::new();
    let click = justify(&world, &awaiting(&world, "terminate"));
    world.seam.next("slack.views.open", Trouble::Busy);
    world.clicks(&click).await.unwrap();
    assert!(world.slack.modal(ANN).is_some());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_told_is_an_error_that_slack_shows() {
    let world = World::new();
    let mut job = awaiting(&world, "terminate");
    let click = justify(&world, &job);
    job.machine.status = Status::Expired;
    world.jobs.put(&job);
    world.seam.always("slack.response_url", Trouble::page(500));
    assert_eq!(world.clicks(&click).await.unwrap().status, 500);
    let mute = changed(click, "/response_url", Value::Null);
    assert_eq!(world.clicks(&mute).await.unwrap().status, 500);
}

#[tokio::test(start_paused = true)]
async fn a_click_without_a_trigger_is_told() {
    let world = World::new();
    let click = justify(&world, &awaiting(&world, "terminate"));
    let click = changed(click, "/trigger_id", json!("x".repeat(256)));
    world.clicks(&click).await.unwrap();
    assert_eq!(told(&world), [NO_WINDOW]);
    assert_eq!(world.seam.count("tokens."), 0);
}

#[tokio::test(start_paused = true)]
async fn nothing_secret_is_logged() {
    let (recorder, _guard) = Recorder::start();
    for port in ["jobs.find", "tokens.active", "slack.views.open", "slack.response_url", "none"] {
        for trouble in [Trouble::FailBefore, Trouble::Hang, Trouble::code("invalid_auth")] {
            let world = World::new();
            let click = justify(&world, &awaiting(&world, "terminate"));
            world.seam.always(port, trouble);
            world.clicks(&click).await.unwrap();
            if world.slack.modal(ANN).is_some() {
                world.fill(ANN, &[("Name", "db-1"), ("Reason", "our-own-reason")]).await;
            }
            let logged = recorder.text();
            let url = click.text("/response_url");
            for secret in [TOKEN, url.as_str(), &click.text("/trigger_id"), "our-own-reason"] {
                assert!(!logged.contains(secret), "{port}: {secret}: {logged}");
            }
        }
    }
    assert!(recorder.text().contains("opening a modal"), "what went wrong is");
}
