//! No secret is on any page, in any line that is printed, or in any table.

use std::sync::{Arc, Mutex};

use devkit::cloud::Log;
use devkit::sandbox::{Browser, Decision};
use reqwest::StatusCode;

use crate::support::signed::Knocker;
use crate::support::{App, bare_with, jobs};
use crate::{installation, refused};

/// A text of each table's items, every attribute of them.
fn tables(app: &App) -> Vec<String> {
    let tables = &app.cloud().stack().tables;
    let items = tables.iter().flat_map(|table| jobs::items(app.cloud(), &table.logical_id));
    items.map(|item| serde_json::to_string(&item).expect("an item is JSON")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_shows_anywhere() {
    let printed: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&printed);
    let log = Log::to(move |line| kept.lock().unwrap().push(line.to_owned()), true);
    let app = bare_with(|config| config.log = log).await;
    let mut seen = Vec::new();
    // The landing page, the way to Slack, and the page at its end.
    let mut browser = Browser::new().unwrap();
    for path in ["/", "/healthz"] {
        let page = browser.open(&format!("{}{path}", app.cloud().app_url).parse().unwrap()).await.unwrap();
        assert_eq!(page.status, StatusCode::OK);
        seen.push(page.body);
    }
    let consent = browser.begin(&app.cloud().app_url, "ann").await.unwrap();
    seen.push(consent.to_string());
    let back = browser.decide(&consent, Decision::Allow).await.unwrap();
    let page = browser.follow(back.clone()).await.unwrap();
    assert!(page.body.contains("Bellhop is now in <strong>Acme</strong>"), "{}", page.body);
    seen.push(page.body);
    // The same link again, a made-up state, and a visit to Slack that was broken off.
    let used = browser.follow(back).await.unwrap();
    seen.push(used.body);
    // Work of every kind, with a fault in it.
    for text in ["find", "check web-1", "stop web-1", "stpo web-1", "start web-1 db-main"] {
        seen.push(app.ann(text).await);
        app.agree().await;
    }
    assert_eq!(app.changes("web-1").stopped, 1);
    // A wrong signature, and a revoked token.
    let knocker = Knocker::new(&app);
    let (status, body) = knocker.post("{}", knocker.headers(b"[]", 0)).await;
    assert_eq!(status, 401);
    seen.push(body);
    app.slack().fault(refused("chat.postMessage", "token_revoked", 1));
    app.ask("ann", "#ops", "@bellhop stop web-2").await;
    seen.extend(app.conversation("ann", "#ops").unwrap().all().into_iter().map(|one| one.text.clone()));
    let bodies = app.cloud().invocations().into_iter().map(|one| one.response.to_string());
    seen.extend(bodies);
    seen.extend(app.slack().calls().iter().map(|call| call["arguments"].to_string()));
    seen.extend(tables(&app));
    let tokens = app.slack().tokens();
    assert_eq!(tokens.len(), 1, "one token was granted");
    let Secrets { client, signing } = Secrets::of(&app);
    let secrets = [tokens[0].as_str(), client.as_str(), signing.as_str()];
    let functions: Vec<String> =
        printed.lock().unwrap().iter().filter(|line| is_output(line)).cloned().collect();
    assert!(functions.iter().any(|line| line.contains("Installed for team")), "the output is looked at");
    for metric in ["deliveries", "ack_ms", "jobs_ended", "refusals"] {
        let measured = |line: &&String| line.contains("\"_aws\"") && line.contains(&format!("\"{metric}\":"));
        assert!(functions.iter().any(|line| measured(&line)), "measurements are looked at, {metric} too");
    }
    for text in seen.iter().chain(&functions) {
        for secret in secrets {
            assert!(!text.contains(secret), "a secret shows in: {text}");
        }
    }
    // Nor any token that we do not know of; Slack's own record masks it.
    for text in tables(&app).iter().chain(&functions) {
        assert!(!text.contains("xoxb-"), "a token shows in: {text}");
    }
    let sealed = installation(&app)["token"]["S"].as_str().map(str::to_owned).expect("the token is kept");
    assert!(sealed.starts_with("v1.k1."), "the token is sealed with the current key: {sealed}");
    app.finish_after_faults().await;
}

struct Secrets {
    client: String,
    signing: String,
}

impl Secrets {
    fn of(app: &App) -> Self {
        let devkit::slack::App { client_secret, signing_secret, .. } = app.slack().app();
        Self { client: client_secret, signing: signing_secret }
    }
}

/// Whether a line of the log is what a function printed.
fn is_output(line: &str) -> bool {
    ["Install", "Events", "Ec2", "Sweeper"].iter().any(|name| line.starts_with(&format!("{name} | ")))
}
