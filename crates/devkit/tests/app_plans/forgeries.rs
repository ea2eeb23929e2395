//! Buttons and modals that the app has not made.

use devkit::slack::{Click, Seen};
use serde_json::json;

use crate::support::clicked::on;
use crate::support::plans::{OPS, at};
use crate::support::signed::{Knocker, NOW};
use crate::support::{App, app, jobs, timeless};
use crate::{NO_HASH, UNKNOWN, assert_untouched, card_says};

/// What is written on a button, which tells its id from the others'.
fn label_of(button: &serde_json::Value) -> String {
    let label = button["text"]["text"].as_str().expect("a label");
    label.chars().filter(char::is_ascii_alphanumeric).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_button_means_no_plan_at_all() {
    let app = app().await;
    let card = app.card("ann", "stop web-1").await;
    let (job, hash) = app.awaited();
    app.copy_job(&job, "ec2#T0OTHER001#C0OPS00001#1.1", "T0OTHER001");
    let long = "x".repeat(1_500);
    for value in [
        format!("{job} {NO_HASH}"),
        format!("{job}x {hash}"),
        // Another team's job, with the hash of its very plan.
        format!("ec2#T0OTHER001#C0OPS00001#1.1 {hash}"),
        format!("text#T0ACME0001#C0OPS00001#1.1 {hash}"),
        format!("ec2#T0ACME0001#{long} {hash}"),
        format!("{job} {}", &hash[..60]),
        format!("{job}{hash}"),
        job.clone(),
        hash.clone(),
        "stop web-1".to_owned(),
        json!({"job": job, "plan": hash}).to_string(),
        "?".to_owned(),
    ] {
        let ts = app.forged(&card, &value).await;
        for button in ["Stop web-1", "Cancel", "Dry run"] {
            let click = Click { ts: Some(ts.clone()), ..on("ann", OPS, button) };
            assert_eq!(app.refused(&click).await, UNKNOWN, "{value} [{button}]");
        }
    }
    assert_untouched(&app);
    // Whatever was clicked, the plan is still open, and so is the other team's.
    assert_eq!(jobs::awaiting(app.cloud()).len(), 2);
    app.click_as(&at(&card, "ann", "Stop web-1")).await;
    assert_eq!(timeless(&card_says(&app, &card)), "Done: `web-1` is *stopped* (…).");
    assert_eq!((app.changing_calls().len(), app.changes("web-1").stopped), (1, 1));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_button_of_a_termination_opens_and_approves_nothing() {
    let app = app().await;
    let first = app.card("bob", "terminate web-2").await;
    let (job, hash) = app.awaited();
    app.copy_job(&job, "ec2#T0OTHER001#C0OPS00001#1.1", "T0OTHER001");
    let forgeries =
        [format!("{job} {NO_HASH}"), format!("ec2#T0OTHER001#C0OPS00001#1.1 {hash}"), "garbage".to_owned()];
    for value in &forgeries {
        let ts = app.forged(&first, value).await;
        let click = Click { ts: Some(ts), ..on("bob", OPS, "Terminate…") };
        assert_eq!(app.refused(&click).await, UNKNOWN, "{value}");
        assert_eq!(app.slack().modal("bob"), None, "{value}");
    }
    let card = app.termination("bob", "web-2").await;
    let (job, hash) = app.awaited_in(&card);
    for value in forgeries.iter().cloned().chain([format!("{job} {NO_HASH}")]) {
        let ts = app.forged(&card, &value).await;
        for button in ["Approve", "Deny"] {
            let click = Click { ts: Some(ts.clone()), ..on("ann", OPS, button) };
            let said = app.refused(&click).await;
            assert_eq!(said, UNKNOWN, "{value} [{button}]");
        }
    }
    // The question of the first card is over: its plan is not the one that counts now.
    let stale = app.forged(&card, &format!("{job} {}", app.first_hash(&job))).await;
    let click = Click { ts: Some(stale), ..on("ann", OPS, "Approve") };
    let said = app.refused(&click).await;
    assert!(said.starts_with("Already confirmed by @bob at "), "{said}");
    assert_ne!(app.first_hash(&job), hash);
    assert_untouched(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_nobody_is_asked_for_counts_for_nothing() {
    let app = app().await;
    let stop = app.card("bob", "stop web-1").await;
    let end = app.card("bob", "terminate web-2").await;
    // ann is an admin, and so may approve what is to be approved.
    for (card, user, word) in [
        (&stop, "ann", "decide.approve.0"),
        (&stop, "ann", "decide.deny.0"),
        (&end, "bob", "decide.confirm.0"),
        // It has not been justified yet.
        (&end, "ann", "decide.approve.0"),
    ] {
        let ts = app
            .forged_as(card, |button| button["action_id"] = json!(format!("{word}{}", label_of(button))))
            .await;
        let label = card.buttons[0].clone();
        let click = Click { ts: Some(ts), ..on(user, OPS, &label) };
        assert_eq!(app.refused(&click).await, UNKNOWN, "{word}");
    }
    let card = app.termination("bob", "web-0").await;
    for word in ["decide.confirm.0", "justify.0"] {
        let ts = app
            .forged_as(&card, |button| button["action_id"] = json!(format!("{word}{}", label_of(button))))
            .await;
        let click = Click { ts: Some(ts), ..on("bob", OPS, "Approve") };
        assert_eq!(app.refused(&click).await, UNKNOWN, "{word}");
    }
    assert_untouched(&app);
    assert_eq!(jobs::awaiting(app.cloud()).len(), 3, "all of them are still open");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_modal_justifies_nothing() {
    let app = app().await;
    app.card("bob", "terminate web-2").await;
    let (job, hash) = app.awaited();
    app.copy_job(&job, "ec2#T0OTHER001#C0OPS00001#1.1", "T0OTHER001");
    app.card("bob", "stop web-1").await;
    let (stop, stop_hash) = app.awaited_of("stop");
    let knocker = Knocker::at(&app, "/slack/interactions");
    let pointed = |job: &str, hash: &str| json!({"job": job, "plan": hash}).to_string();
    for (metadata, user, said) in [
        (pointed(&job, NO_HASH), "U0BOB00001", UNKNOWN),
        (pointed("ec2#T0OTHER001#C0OPS00001#1.1", &hash), "U0BOB00001", UNKNOWN),
        // What is only stopped is not justified.
        (pointed(&stop, &stop_hash), "U0BOB00001", UNKNOWN),
        (pointed(&format!("text#{job}"), &hash), "U0BOB00001", UNKNOWN),
        ("garbage".to_owned(), "U0BOB00001", UNKNOWN),
        (String::new(), "U0BOB00001", UNKNOWN),
        (pointed(&job, &hash), "U0ANN00001", "Only the person who asked for this can say that."),
    ] {
        let values = json!({
            "name": {"typed": {"type": "plain_text_input", "value": "web-2"}},
            "reason": {"typed": {"type": "plain_text_input", "value": "it has served"}},
        });
        let view = json!({
            "id": "V0FORGED01", "type": "modal", "callback_id": "justify", "private_metadata": metadata,
            "state": {"values": values}, "hash": "1.x", "team_id": "T0ACME0001",
        });
        let payload = json!({
            "type": "view_submission", "team": {"id": "T0ACME0001", "domain": "acme"},
            "user": {"id": user, "team_id": "T0ACME0001"}, "view": view, "is_enterprise_install": false,
        });
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("payload", &payload.to_string())
            .finish();
        let headers = knocker.headers(body.as_bytes(), NOW);
        let (status, answer) = knocker.post_as("application/x-www-form-urlencoded", body, headers).await;
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap_or_default();
        let expected = json!({"response_action": "errors", "errors": {"name": said}});
        assert_eq!((status, answer), (200, expected), "{metadata} by {user}");
    }
    app.quieten().await;
    assert_eq!(jobs::awaiting(app.cloud()).len(), 3, "all of them are as they were");
    assert_untouched(&app);
    app.finish().await;
}

impl App {
    /// The plan of the job that asks for this: its id and its hash.
    fn awaited_of(&self, verb: &str) -> (String, String) {
        let open = jobs::awaiting(self.cloud());
        let job = open.iter().find(|job| job["plan"]["verb"] == verb).expect("it is asked for");
        (job["id"].as_str().unwrap().to_owned(), job["machine"]["plan_hash"].as_str().unwrap().to_owned())
    }

    /// The plan that this card asks about: its job and its hash.
    fn awaited_in(&self, card: &Seen) -> (String, String) {
        let blocks = card.blocks.as_ref().expect("a card has blocks").to_string();
        let open = jobs::awaiting(self.cloud());
        let found = open.iter().find(|job| {
            blocks.contains(job["id"].as_str().unwrap())
                && blocks.contains(job["machine"]["plan_hash"].as_str().unwrap())
        });
        let job = found.expect("the card asks about an open plan");
        (job["id"].as_str().unwrap().to_owned(), job["machine"]["plan_hash"].as_str().unwrap().to_owned())
    }

    /// What the job was asked about first.
    fn first_hash(&self, job: &str) -> String {
        let all = jobs::all(self.cloud());
        let job = all.iter().find(|one| one["id"] == job).expect("there is the job");
        job["asked"][0]["plan"].as_str().expect("it was asked about").to_owned()
    }
}
