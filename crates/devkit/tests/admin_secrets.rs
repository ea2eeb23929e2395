//! `cargo admin secrets`: what it asks for, writes, keeps and replaces; and that the app goes on.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic here is a failed test"
)]

mod support;

use serde_json::{Value, json};
use support::admin::admin;
use support::role::Role;
use support::{App, app, bare_with};

const SECRETS: [&str; 3] = ["secrets", "--stage", "dev"];
const SIGNING: &str = "slack/signing_secret";
const PREVIOUS: &str = "slack/signing_secret_previous";
const KEYS: &str = "token_keys";

/// Three right answers.
const TYPED: &str =
    "1234567890.987654321\n0123456789abcdef0123456789abcdef\nfedcba9876543210fedcba9876543210\n";

fn ring(text: &str) -> Value {
    serde_json::from_str(text).expect("the ring is JSON")
}

/// The type that a parameter is stored as.
async fn kind(app: &App, name: &str) -> Value {
    let body = json!({ "Name": format!("/bellhop/dev/{name}") });
    let (_, answer) = Role::operator(app).call("ssm", "GetParameter", &body).await;
    answer["Parameter"]["Type"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_stored_and_keys_are_made_once() {
    let app = bare_with(|_| {}).await;
    for (name, _) in app.slack_parameters().await {
        app.remove_parameter(&name).await;
    }
    let said = admin(&app, &SECRETS, TYPED).await;
    assert!(said.succeeded, "{said:?}");
    let expected = "wrote /bellhop/dev/slack/client_id\nwrote /bellhop/dev/slack/client_secret\n\
                    wrote /bellhop/dev/slack/signing_secret\nmade /bellhop/dev/token_keys\n";
    assert_eq!((said.out.as_str(), said.err.as_str()), (expected, ""));
    for (name, value) in ["slack/client_id", "slack/client_secret", SIGNING].into_iter().zip(TYPED.lines()) {
        assert_eq!(app.slack_parameter(name).await.as_deref(), Some(value), "{name}");
        assert_eq!(kind(&app, name).await, "SecureString", "{name}");
    }
    let made = app.slack_parameter(KEYS).await.expect("there are keys");
    assert_eq!(
        (ring(&made)["current"].as_str(), kind(&app, KEYS).await),
        (Some("k1"), json!("SecureString"))
    );
    let said = admin(&app, &SECRETS, TYPED).await;
    assert!(said.out.contains("replaced /bellhop/dev/slack/client_id\n"), "{said:?}");
    assert!(said.out.contains("kept /bellhop/dev/token_keys"), "{said:?}");
    assert_eq!(app.slack_parameter(KEYS).await, Some(made), "the keys were overwritten");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_secret_is_not_stored() {
    let app = bare_with(|_| {}).await;
    let before = app.slack_parameters().await;
    let hex = "0123456789abcdef0123456789abcdef";
    let id = "1234567890.987654321";
    for (typed, why) in [
        (String::new(), "standard input ends before the client id"),
        (format!("\n{hex}\n{hex}\n"), "the client id is blank"),
        (format!("{id}\n \n{hex}\n"), "the client secret is blank"),
        (format!("{id}\n{hex}\n"), "standard input ends before the signing secret"),
        (format!("{hex}\n{hex}\n{hex}\n"), "the client id is not two numbers"),
        (format!("{id}\n{hex} \n{hex}\n"), "the client secret has blanks or line breaks around it"),
        (format!("{id}\r\n{hex}\r\n{hex}\r\n"), "the client id has blanks or line breaks around it"),
        (
            format!("{id}\nxoxb-1234567890-abcdefghijklmnop\n{hex}\n"),
            "the client secret is not 32 of the digits",
        ),
        (format!("{id}\n{hex}\n{hex}\n"), "are the same"),
    ] {
        let said = admin(&app, &SECRETS, &typed).await;
        assert!(!said.succeeded && said.err.contains(why), "{why}: {said:?}");
    }
    assert_eq!(app.slack_parameters().await, before, "something was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signing_secret_is_replaced_without_a_gap() {
    let app = app().await;
    let rotate = ["secrets", "rotate", "signing", "--stage", "dev"];
    let old = app.slack_parameter(SIGNING).await.expect("there is one");
    let same = admin(&app, &rotate, &format!("{old}\n")).await;
    assert!(!same.succeeded && same.err.contains("that is the signing secret already"), "{same:?}");
    let new = "00112233445566778899aabbccddeeff";
    let said = admin(&app, &rotate, &format!("{new}\n")).await;
    assert!(said.succeeded && said.out.contains(" UTC and cargo admin doctor"), "{said:?}");
    assert!(said.out.contains("cargo admin secrets forget-previous --stage dev"), "{said:?}");
    assert_eq!(app.slack_parameter(SIGNING).await.as_deref(), Some(new));
    assert_eq!(app.slack_parameter(PREVIOUS).await, Some(old));
    // Functions that have read both still let in what Slack signs with the old one.
    app.cloud().chill();
    assert!(app.ann("version").await.starts_with("Bellhop "));
    let doctor = admin(&app, &["doctor", "--stage", "dev"], "").await;
    assert!(doctor.succeeded && doctor.out.contains("ok    signing secret of events: "), "{doctor:?}");
    let again = admin(&app, &rotate, "ffeeddccbbaa99887766554433221100\n").await;
    assert!(!again.succeeded && again.err.contains("a rotation is under way"), "{again:?}");
    let forget = ["secrets", "forget-previous", "--stage", "dev"];
    assert!(
        admin(&app, &forget, "").await.out.starts_with("removed /bellhop/dev/slack/signing_secret_previous")
    );
    assert_eq!(app.slack_parameter(PREVIOUS).await, None);
    assert!(admin(&app, &forget, "").await.out.starts_with("there is no "));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_waits_until_every_function_has_it() {
    let app = app().await;
    let rotate = ["secrets", "rotate", "token-keys", "--stage", "dev"];
    let first = ring(&app.slack_parameter(KEYS).await.expect("there are keys"));
    let said = admin(&app, &rotate, "").await;
    assert!(
        said.succeeded && said.out.starts_with("added the key k2 to /bellhop/dev/token_keys"),
        "{said:?}"
    );
    let second = ring(&app.slack_parameter(KEYS).await.expect("there are keys"));
    assert_eq!((&second["current"], &second["keys"]["k1"]), (&json!("k1"), &first["keys"]["k1"]));
    let early = admin(&app, &rotate, "").await;
    assert!(!early.succeeded && early.err.contains("less than ten minutes ago"), "{early:?}");
    let said = admin(&app, &[&rotate[..], &["--at-once"]].concat(), "").await;
    assert!(said.succeeded && said.out.starts_with("new tokens are sealed with k2"), "{said:?}");
    let third = ring(&app.slack_parameter(KEYS).await.expect("there are keys"));
    assert_eq!((&third["current"], &third["keys"]), (&json!("k2"), &second["keys"]));
    // The token was sealed with the first key, and still opens.
    app.cloud().chill();
    assert!(app.ann("version").await.starts_with("Bellhop "));
    let doctor = admin(&app, &["doctor", "--stage", "dev"], "").await;
    assert!(doctor.succeeded && doctor.out.contains("tokens are sealed with k2"), "{doctor:?}");
    app.finish().await;
}
