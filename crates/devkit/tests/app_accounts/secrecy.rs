//! External ids, tokens and keys are told to nobody else.

use crate::support::plans::OPS;
use crate::support::{App, app_with, jobs};
use crate::{Steps, linked, told};

/// No line that any function has printed has a secret in it.
#[track_caller]
pub(crate) fn assert_no_secret_is_told(app: &App, steps: &Steps) {
    let app_of = app.slack().app();
    let mut secrets = app.slack().tokens();
    secrets.extend([steps.external_id.clone(), app_of.client_secret, app_of.signing_secret]);
    let mut lines = 0;
    for function in &app.cloud().stack().functions {
        for line in app.cloud().log().output(&function.logical_id) {
            lines += 1;
            for secret in &secrets {
                assert!(!line.contains(secret), "{}: {line}", function.logical_id);
            }
            // Keys of sessions: their ids begin with this, their tokens are longer than any word.
            assert!(!line.contains("ASIA"), "{}: {line}", function.logical_id);
            let longest = line.split(|letter: char| !letter.is_ascii_alphanumeric()).map(str::len).max();
            assert!(longest < Some(200), "{}: {line}", function.logical_id);
        }
    }
    assert!(lines >= 5, "there are lines");
    // Nor is any in what people other than ann were shown.
    for (user, channel) in [("bob", OPS), ("kim", OPS), ("gil", OPS)] {
        let seen = format!("{:?}", app.conversation(user, channel).unwrap());
        assert!(secrets.iter().all(|secret| !seen.contains(secret)), "{user} in {channel}");
    }
    // Nor in any record but those of the accounts themselves, and of the answer to ann.
    for table in ["Jobs", "Instances", "Audit", "Accounts"] {
        for item in jobs::items(app.cloud(), table) {
            let item = format!("{item:?}");
            let may_have_it = table == "Accounts" || item.contains("account add ");
            let has = |secret: &&String| item.contains(secret.as_str());
            let found: Vec<_> = secrets.iter().filter(has).collect();
            let right = found.is_empty() || may_have_it && found == [&steps.external_id];
            assert!(right, "{table}: {item}");
        }
    }
}

/// Whatever an operator sets `RUST_LOG` to.
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_logged_at_any_level() {
    let app = app_with(|config| {
        config.adjust = |stack| {
            for function in &mut stack.functions {
                function.environment.insert("RUST_LOG".to_owned(), "trace".to_owned());
            }
        };
    })
    .await;
    let steps = linked(&app).await;
    app.anns("/reverse abc").await;
    told(&app, "ann", "start mailer").await;
    assert_no_secret_is_told(&app, &steps);
    let urls = app.slack().response_urls();
    assert!(!urls.is_empty());
    for function in &app.cloud().stack().functions {
        for line in app.cloud().log().output(&function.logical_id) {
            let told = ["Signature=", "v0=", "aws4_request"].into_iter().find(|part| line.contains(part));
            assert_eq!(told, None, "{}: {line}", function.logical_id);
            assert!(urls.iter().all(|url| !line.contains(url)), "{}: {line}", function.logical_id);
        }
    }
    app.finish_after_refusals().await;
}
