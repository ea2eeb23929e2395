//! Faults of the secrets in SSM, before gateways that have started with the right ones.

use devkit::cloud::{Kind, Outcome};
use futures_util::future::join_all;
use serde_json::json;

use crate::cases::{Case, SECRETS};
use crate::plants::Plant::{Removed, Stored};
use crate::support::App;

/// The functions that read a secret while they start.
const GATEWAYS: [&str; 3] = ["Events", "Commands", "Interactions"];
/// How often the doctor asks each of them: for its version, and without a signature, with a
/// wrong one and with a right one.
const ASKED: usize = 4;

/// Starts each gateway once for every time that the doctor asks it. An answer comes a moment
/// before its process is free again, so the next question may need another one; with these,
/// none starts while its secret is wrong.
pub(crate) async fn start_gateways(app: &App) {
    let (cloud, version) = (app.cloud(), json!({ "bellhop": "version" }));
    cloud.idle().await;
    cloud.chill();
    let before = cloud.invocations().len();
    for gateway in GATEWAYS {
        let asked = join_all((0..ASKED).map(|_| cloud.invoke(gateway, &version, Kind::Sync))).await;
        assert!(asked.into_iter().all(|reply| reply.unwrap().outcome == Outcome::Ok), "{gateway}");
    }
    cloud.idle().await;
    let cold = cloud.invocations().split_off(before).into_iter().filter(|one| one.init.is_some());
    assert_eq!(cold.count(), GATEWAYS.len() * ASKED, "each has a process of its own");
}

pub(crate) fn cases_of_parameters() -> Vec<Case> {
    let stored = |name, value: &str| Stored(name, "SecureString", value.to_owned());
    let other_ring = format!(r#"{{"current":"k2","keys":{{"k2":"{}="}}}}"#, "A".repeat(43));
    vec![
        Case(
            Removed("slack/client_secret"),
            Some(1),
            "parameter slack/client_secret: there is no /bellhop/dev/slack/client_secret",
            SECRETS,
        ),
        Case(
            Removed("slack/signing_secret"),
            Some(1),
            "parameter slack/signing_secret: there is no ",
            SECRETS,
        ),
        Case(
            stored("slack/client_id", " "),
            Some(1),
            "parameter slack/client_id: its value is blank",
            SECRETS,
        ),
        Case(
            stored("slack/client_id", "1234567890.987654321\n"),
            Some(1),
            "parameter slack/client_id: its value has blanks or line breaks around it",
            SECRETS,
        ),
        Case(
            stored("slack/client_id", "A0123456789"),
            Some(1),
            "parameter slack/client_id: its value is not two numbers",
            SECRETS,
        ),
        Case(
            Stored("slack/client_secret", "String", "0123456789abcdef0123456789abcdef".to_owned()),
            Some(1),
            "parameter slack/client_secret: it is no SecureString",
            "aws ssm delete-parameter --name /bellhop/dev/slack/client_secret, then cargo admin secrets",
        ),
        Case(
            stored("slack/signing_secret_previous", "xoxb-not-a-secret-of-this-kind"),
            Some(1),
            "parameter slack/signing_secret_previous: its value is not 32 of the digits",
            "cargo admin secrets forget-previous --stage dev",
        ),
        Case(
            stored("slack/signing_secret", "0123456789abcdef0123456789abcdef"),
            Some(3),
            "signing secret of commands: it is not the one that is stored",
            "wait ten minutes, until commands reads its secrets again; then aws logs tail",
        ),
        Case(
            stored("token_keys", "not a ring of keys"),
            Some(1),
            "parameter token_keys: the key ring is not JSON",
            "aws ssm get-parameter-history --with-decryption --name /bellhop/dev/token_keys",
        ),
        Case(
            Stored("token_keys", "SecureString", other_ring),
            Some(1),
            "the key ring has no key \"k1\"",
            "/slack/install",
        ),
    ]
}
