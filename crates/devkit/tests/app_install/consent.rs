//! The way to Slack and back, and what leads nowhere.

use devkit::sandbox::{Browser, Decision};
use reqwest::{StatusCode, Url};

use crate::support::{app, bare_with, jobs, timeless};
use crate::{installation, refused};

fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_consent_page_is_asked_for_exactly_what_is_needed() {
    let app = bare_with(|_| {}).await;
    let consent = Browser::new().unwrap().begin(&app.cloud().app_url, "ann").await.unwrap();
    assert_eq!(
        query(&consent, "scope").as_deref(),
        Some(
            "app_mentions:read,channels:read,chat:write,commands,groups:read,im:history,im:write,usergroups:read,users:read"
        )
    );
    assert_eq!(query(&consent, "client_id"), Some(app.slack().app().client_id));
    let redirect = format!("{}/slack/oauth_redirect", app.cloud().app_url);
    assert_eq!(query(&consent, "redirect_uri"), Some(redirect));
    assert!(query(&consent, "state").is_some_and(|state| state.len() >= 43), "{consent}");
    assert!(jobs::items(app.cloud(), "Installations").is_empty());
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_installation_takes_the_place_of_the_first() {
    let app = app().await;
    app.ann("find web-1").await;
    app.install("bob").await.expect("it can be installed again");
    let [first, second] = app.slack().tokens().try_into().expect("two tokens were granted");
    assert_ne!(first, second);
    let record = installation(&app)["record"].to_string();
    assert!(record.contains("U0ANN00001"), "the first installer stays on record: {record}");
    assert_eq!(timeless(&app.agreed("stop web-1").await), "Done: `web-1` is *stopped* (…).");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cancelled_used_up_or_anothers_installs_nothing() {
    let app = bare_with(|_| {}).await;
    let url = app.cloud().app_url.clone();
    let mut browser = Browser::new().unwrap();
    // Cancel.
    let consent = browser.begin(&url, "ann").await.unwrap();
    let back = browser.decide(&consent, Decision::Cancel).await.unwrap();
    let page = browser.follow(back).await.unwrap();
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("nothing was installed"), "{}", page.body);
    // Another browser, which has no cookie; its visit does not use the state up.
    let consent = browser.begin(&url, "ann").await.unwrap();
    let back = browser.decide(&consent, Decision::Allow).await.unwrap();
    let page = Browser::new().unwrap().follow(back.clone()).await.unwrap();
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(jobs::items(app.cloud(), "Installations").is_empty(), "nothing is installed");
    // A browser with a cookie of its own, which is not this state's.
    let mut other = Browser::new().unwrap();
    other.begin(&url, "bob").await.unwrap();
    assert_eq!(other.follow(back.clone()).await.unwrap().status, StatusCode::BAD_REQUEST);
    assert!(!app.slack().installed() && jobs::items(app.cloud(), "Installations").is_empty());
    // The browser that began.
    assert_eq!(browser.follow(back.clone()).await.unwrap().status, StatusCode::OK);
    let before = installation(&app);
    // Twice.
    assert_eq!(browser.follow(back).await.unwrap().status, StatusCode::BAD_REQUEST);
    assert_eq!(installation(&app), before);
    assert_eq!(app.slack().tokens().len(), 1, "no second token was granted");
    // Redirects that Slack would not make.
    for query in
        ["", "?code=1", "?state=1", "?code=1&state=2", "?error=access_denied", "?code=a&code=b&state=c"]
    {
        let page =
            browser.follow(format!("{url}/slack/oauth_redirect{query}").parse().unwrap()).await.unwrap();
        assert!(page.status.as_u16() < 500 && !page.body.contains("now in"), "{query}: {}", page.body);
    }
    assert_eq!(installation(&app), before);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_fails_leaves_nothing_and_can_be_tried_again() {
    let app = bare_with(|_| {}).await;
    let url = app.cloud().app_url.clone();
    let mut browser = Browser::new().unwrap();
    for method in ["oauth.v2.access", "auth.test"] {
        app.slack().fault(refused(method, "fatal_error", 4));
        let consent = browser.begin(&url, "ann").await.unwrap();
        let back = browser.decide(&consent, Decision::Allow).await.unwrap();
        let page = browser.follow(back).await.unwrap();
        assert!(page.status.is_client_error(), "{method}: {} {}", page.status, page.body);
        assert!(page.body.contains("Add to Slack again"), "{}", page.body);
        assert!(jobs::items(app.cloud(), "Installations").is_empty(), "{method}");
        let clear = reqwest::Client::builder().no_proxy().build().unwrap();
        let clear = clear.post(format!("{}/sim/faults", app.slack().url())).body(r#"{"clear":true}"#);
        assert_eq!(clear.send().await.unwrap().status(), StatusCode::OK);
    }
    app.install("ann").await.expect("it can be installed now");
    assert!(app.ann("find web-1").await.starts_with("*1 instance*"));
    app.finish().await;
}
