//! What a person fills in, and what the app may answer.

use devkit::slack::Way;
use serde_json::json;

use crate::slack_common::{Reply, World};
use crate::{errors, labels, modal, open, payload, trigger};

#[tokio::test]
async fn a_modal_is_submitted_by_its_labels() {
    let (world, token) = World::installed().await;
    let trigger = trigger(&world, &token).await;
    open(&world, &token, &trigger, &modal()).await;
    assert!(world.slack.unanswered().is_empty(), "the modal is the answer to the click");
    let shown = world.slack.modal("ann").unwrap();
    assert_eq!((shown.title.as_str(), shown.labels.join(",")), ("Sure?", "Name,Where to".to_owned()));
    assert!(shown.errors.is_empty());
    let wrong = world.slack.submit(&labels("ann", &[("nmae", "x")])).await.unwrap_err();
    assert_eq!(wrong.to_string(), "the modal has no input “nmae”; there are: Name, Where to");
    world.replies([errors(&json!({"name": "That is not its name"}))]);
    world.slack.submit(&labels("ann", &[("name", "web-2"), ("where TO", "new host")])).await.unwrap();
    let values = payload(&world.got()[1])["view"]["state"]["values"].clone();
    assert_eq!(values["name"]["typed"]["value"], json!("web-2"));
    assert_eq!(values["host"]["chosen"]["selected_option"]["value"], json!("new"));
    let sentence = ("Name".to_owned(), "That is not its name".to_owned());
    assert_eq!(world.slack.modal("ann").unwrap().errors, [sentence], "it stands at its input");
    let (_, answer) = world.sim("submit", json!({"user": "ann", "labels": {"Name": "web-1"}})).await;
    assert_eq!(answer["ok"], json!(true));
    assert_eq!(world.slack.modal("ann"), None);
    assert_eq!(world.slack.unanswered(), ["ann got no answer to the modal “Sure?”"]);
    let ops = world.channel("ops");
    world.api(&token, "chat.postMessage", json!({"channel": ops, "text": "Done"})).await;
    assert!(world.slack.unanswered().is_empty());
    let ways: Vec<_> = world.slack.waits().into_iter().map(|wait| wait.answered.unwrap().1).collect();
    let refused = Way::Errors("That is not its name".into());
    assert_eq!(ways, [Way::Modal, refused, Way::Channel]);
}

#[tokio::test]
async fn an_input_takes_what_a_person_can_type_into_it() {
    let (world, token) = World::installed().await;
    let fresh = trigger(&world, &token).await;
    let mut view = modal();
    view["blocks"][0]["element"]["max_length"] = json!(5);
    open(&world, &token, &fresh, &view).await;
    let refused = world.slack.submit(&labels("ann", &[("Name", "web-10")])).await.unwrap_err();
    assert_eq!(refused.to_string(), "the input “Name” takes no more than 5 characters");
    let refused = world.slack.submit(&labels("ann", &[("Name", "")])).await.unwrap_err();
    assert_eq!(refused.to_string(), "the input “Name” must be filled in");
    assert_eq!(world.got().len(), 1, "the app has heard of neither");
    world.slack.submit(&labels("ann", &[("Name", "web-1")])).await.unwrap();
    assert_eq!(world.slack.modal("ann"), None);
}

#[tokio::test]
async fn an_answer_that_slack_cannot_use_is_trouble() {
    for body in [
        " ".to_owned(),
        "ok".to_owned(),
        "{}".to_owned(),
        json!({"response_action": "errors", "errors": {"nmae": "That is not its name"}}).to_string(),
        json!({"response_action": "errors", "errors": {"name": ""}}).to_string(),
        json!({"response_action": "errors", "errors": {}}).to_string(),
        json!({"response_action": "update"}).to_string(),
    ] {
        let (world, token) = World::installed().await;
        let fresh = trigger(&world, &token).await;
        open(&world, &token, &fresh, &modal()).await;
        world.replies([Reply::body(&body)]);
        let answer = world.slack.submit(&labels("ann", &[("Name", "web-1")])).await.unwrap();
        assert_eq!(answer.error.as_deref(), Some("We had some trouble connecting. Try again?"), "{body}");
        assert!(world.slack.modal("ann").is_some(), "{body}");
    }
}
