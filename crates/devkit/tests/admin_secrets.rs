//! `cargo admin secrets`: what it asks for, writes, keeps and replaces; and that the app goes on.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic here is a failed test"
)]

mod support;

use std::time::Duration;

use devkit::cloud::{AwsFault, Fault};
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
    assert!(!early.succeeded && early.err.contains("less than half an hour ago"), "{early:?}");
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

/// Where the token keys have been for so long that every function has them.
const SETTLED: Duration = Duration::from_mins(31);

const RESEAL: [&str; 4] = ["secrets", "reseal", "--stage", "dev"];
const RETIRE: [&str; 4] = ["secrets", "retire", "--stage", "dev"];

/// Rotates the token keys, and lets the time pass in which functions read them.
async fn rotated() -> App {
    let app = app().await;
    let rotate = ["secrets", "rotate", "token-keys", "--at-once", "--stage", "dev"];
    let said = admin(&app, &rotate, "").await;
    assert!(said.succeeded && said.out.contains("cargo admin secrets reseal --stage dev"), "{said:?}");
    let early = admin(&app, &RESEAL, "").await;
    assert!(!early.succeeded && early.err.contains("less than 31 minutes ago"), "{early:?}");
    app.cloud().age_parameters(SETTLED);
    app
}

/// The names of the keys in the ring.
async fn ids(app: &App) -> Vec<String> {
    let ring = ring(&app.slack_parameter(KEYS).await.expect("there are keys"));
    ring["keys"].as_object().expect("there are keys").keys().cloned().collect()
}

/// The app answers in functions that start now, and the doctor finds nothing.
async fn is_well(app: &App) {
    app.cloud().chill();
    assert!(app.ann("version").await.starts_with("Bellhop "));
    let doctor = admin(app, &["doctor", "--stage", "dev"], "").await;
    assert!(doctor.succeeded && doctor.out.contains("ok    workspaces: 1 have the app"), "{doctor:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn old_keys_go_when_nothing_is_sealed_with_them() {
    let app = rotated().await;
    let early = admin(&app, &RETIRE, "").await;
    assert!(
        !early.succeeded && early.err.contains("still sealed, 1 with k1; nothing was removed"),
        "{early:?}"
    );
    assert_eq!(ids(&app).await, ["k1", "k2"]);
    let installations = app.cloud().stack().table("Installations").unwrap().name.clone();
    let gone = json!({ "TableName": installations, "Item": { "team_id": { "S": "T0GONE" } } });
    assert_eq!(Role::operator(&app).call("dynamodb", "PutItem", &gone).await.0, 200);
    for (anew, before) in [(1, 0), (0, 1)] {
        let said = admin(&app, &RESEAL, "").await;
        let sum = format!("sealed with k2: {anew} anew, {before} before; 0 failed; 1 workspaces have none\n");
        assert!(said.succeeded && said.out.contains(&sum), "{said:?}");
        assert!(said.out.ends_with("cargo admin secrets retire --stage dev\n"), "{said:?}");
    }
    let key = json!({ "TableName": installations, "Key": { "team_id": { "S": "T0GONE" } } });
    assert_eq!(Role::operator(&app).call("dynamodb", "DeleteItem", &key).await.0, 200);
    let said = admin(&app, &RETIRE, "").await;
    assert!(said.succeeded && said.out.starts_with("removed k1 from /bellhop/dev/token_keys"), "{said:?}");
    assert_eq!(ids(&app).await, ["k2"]);
    is_well(&app).await;
    app.cloud().age_parameters(SETTLED);
    let again = admin(&app, &RETIRE, "").await;
    assert!(again.succeeded && again.out.starts_with("k2 is the only key"), "{again:?}");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_seals_nothing_yet_is_neither_used_nor_removed() {
    let app = app().await;
    assert!(admin(&app, &["secrets", "rotate", "token-keys", "--stage", "dev"], "").await.succeeded);
    app.cloud().age_parameters(SETTLED);
    for command in [RESEAL, RETIRE] {
        let said = admin(&app, &command, "").await;
        assert!(!said.succeeded && said.err.contains("k2 does not seal yet; first: cargo admin"), "{said:?}");
    }
    assert_eq!(ids(&app).await, ["k1", "k2"]);
    let other = admin(&app, &[&RESEAL[..], &["--stack", "other"]].concat(), "").await;
    assert!(!other.succeeded, "{other:?}");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_interrupted_loses_nothing_and_is_done_again() {
    let app = rotated().await;
    let denied = AwsFault::Status { status: 400, code: "AccessDeniedException".to_owned() };
    for (fault, succeeds, said_of_it) in [
        (Fault::next("dynamodb", "UpdateItem", denied), false, "the right dynamodb:UpdateItem is missing"),
        (Fault::next("dynamodb", "UpdateItem", AwsFault::DropBefore).times(3), false, "1 failed"),
        // It was stored, and only the answer is lost.
        (Fault::next("dynamodb", "UpdateItem", AwsFault::DropAfter), true, "0 anew, 1 before; 0 failed"),
    ] {
        app.cloud().faults().add(fault);
        let said = admin(&app, &RESEAL, "").await;
        assert!(said.succeeded == succeeds && said.out.contains(said_of_it), "{said_of_it}: {said:?}");
        assert!(succeeds || said.err.contains("run it again: cargo admin secrets reseal"), "{said:?}");
        assert_eq!(app.cloud().faults().pending(), 0, "{said_of_it}");
        let retired = admin(&app, &RETIRE, "").await;
        assert_eq!(retired.succeeded, succeeds, "{retired:?}");
        is_well(&app).await;
    }
    assert_eq!(ids(&app).await, ["k2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_installs_the_app_meanwhile_wins() {
    let app = rotated().await;
    // Functions that start now have the newer key.
    app.cloud().chill();
    let slow = AwsFault::Delay(Duration::from_secs(1));
    app.cloud().faults().add(Fault::next("dynamodb", "UpdateItem", slow));
    let (said, installed) = tokio::join!(admin(&app, &RESEAL, ""), app.install("ann"));
    installed.expect("the app can be installed");
    assert!(said.succeeded && said.out.contains("; 0 failed"), "{said:?}");
    let retired = admin(&app, &RETIRE, "").await;
    assert!(retired.succeeded, "{retired:?}");
    is_well(&app).await;
}
