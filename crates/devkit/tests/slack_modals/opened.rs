//! How a modal is opened, and with what.

use serde_json::{Value, json};

use crate::pickers::setup;
use crate::slack_common::World;
use crate::{errors, labels, modal, open, payload, trigger};

#[tokio::test]
async fn a_modal_is_opened_within_three_seconds_and_once() {
    let (world, token) = World::installed().await;
    let fresh = trigger(&world, &token).await;
    assert_eq!(open(&world, &token, &fresh, &modal()).await["ok"], json!(true));
    assert_eq!(open(&world, &token, &fresh, &modal()).await["error"], json!("exchanged_trigger_id"));
    let old = trigger(&world, &token).await;
    world.sim("age", json!({"seconds": 2})).await;
    let newer = trigger(&world, &token).await;
    world.sim("age", json!({"seconds": 2})).await;
    assert_eq!(open(&world, &token, &old, &modal()).await["error"], json!("expired_trigger_id"));
    assert_eq!(open(&world, &token, &newer, &modal()).await["ok"], json!(true));
    assert_eq!(
        open(&world, &token, &json!("1.2.made-up"), &modal()).await["error"],
        json!("invalid_trigger_id")
    );
}

#[tokio::test]
async fn a_modal_that_slack_would_refuse_is_refused() {
    let (world, token) = World::installed().await;
    let fresh = trigger(&world, &token).await;
    let plain = |text: String| json!({"type": "plain_text", "text": text});
    let long = |length: usize| "x".repeat(length);
    let text = json!({"type": "section", "text": plain(long(3_000))});
    for (pointer, value, code) in [
        ("/type", json!("home"), "invalid_arguments"),
        ("/title", plain(long(25)), "invalid_arguments"),
        ("/submit", json!(null), "invalid_arguments"),
        ("/private_metadata", json!(long(3_001)), "invalid_arguments"),
        ("/callback_id", json!(long(256)), "invalid_arguments"),
        ("/blocks/0/element/max_length", json!(3_001), "invalid_arguments"),
        ("/blocks", json!(vec![text; 90]), "view_too_large"),
    ] {
        let mut view = modal();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        view.pointer_mut(parent).unwrap()[key] = value;
        let answer = open(&world, &token, &fresh, &view).await;
        assert_eq!(answer["error"], json!(code), "{pointer} {answer}");
    }
    // None of them has used the trigger up.
    assert_eq!(open(&world, &token, &fresh, &modal()).await["ok"], json!(true));
}

#[tokio::test]
async fn a_modal_that_was_opened_light_is_filled_in_later() {
    let (world, token) = World::installed().await;
    let fresh = trigger(&world, &token).await;
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let light = json!({"type": "modal", "title": plain("Standup"),
        "blocks": [{"type": "section", "text": plain("One moment…")}]});
    let opened = open(&world, &token, &fresh, &light).await;
    let (id, hash) = (&opened["view"]["id"], &opened["view"]["hash"]);
    let waiting = world.slack.modal("ann").unwrap();
    assert_eq!((waiting.text.as_str(), waiting.inputs.len()), ("One moment…", 0));
    let nothing = world.slack.submit(&labels("ann", &[])).await.unwrap_err();
    assert_eq!(nothing.to_string(), "the modal “Standup” has nothing to submit");

    let update = |arguments: Value| {
        let (world, token) = (&world, &token);
        async move { world.api(token, "views.update", arguments).await }
    };
    let refused = update(json!({"view_id": id, "view": light, "hash": "1.old"})).await;
    assert_eq!(refused["error"], json!("hash_conflict"));
    let mut wrong = setup();
    wrong["blocks"][1]["element"]["initial_conversation"] = json!("C0NOWHERE1");
    assert_eq!(update(json!({"view_id": id, "view": wrong})).await["error"], json!("invalid_arguments"));
    assert_eq!(update(json!({"view_id": "V9", "view": setup()})).await["error"], json!("not_found"));
    let updated = update(json!({"view_id": id, "view": setup(), "hash": hash})).await;
    assert_eq!((&updated["view"]["id"], &updated["ok"]), (id, &json!(true)));
    assert_ne!(&updated["view"]["hash"], hash);

    assert_eq!(world.slack.modal("ann").unwrap().inputs[0], "[Channel ▾ #ops]", "where it was clicked");
    world.replies([errors(&json!({"ask": "Too early"}))]);
    world.slack.submit(&labels("ann", &[("Ask at", "00:00")])).await.unwrap();
    assert_eq!(world.slack.modal("ann").unwrap().errors.len(), 1);
    update(json!({"view_id": id, "view": setup()})).await;
    assert_eq!(world.slack.modal("ann").unwrap().errors, [], "another view has no errors yet");
    world.slack.submit(&labels("ann", &[("Ask at", "09:00")])).await.unwrap();
    let sent = payload(world.got().last().unwrap());
    assert_eq!((&sent["view"]["id"], &sent["view"]["callback_id"]), (id, &json!("setup")));
    assert_eq!(sent["view"]["state"]["values"]["ask"]["time"]["selected_time"], json!("09:00"));
    assert_eq!(
        update(json!({"view_id": id, "view": setup()})).await["error"],
        json!("not_found"),
        "it is closed"
    );
}
