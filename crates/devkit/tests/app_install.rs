//! Add to Slack and away again, through the real functions, as a person with a
//! browser goes through it; and what must never leak on the way.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use devkit::cloud::Log;
use devkit::sandbox::{Browser, Decision};
use devkit::slack::Seen;
use domain::instance::InstanceState;
use reqwest::{StatusCode, Url};
use serde_json::{Value, json};
use support::signed::{Knocker, now_s};
use support::{App, app, bare_with, jobs, timeless};

/// A text of each table's items, every attribute of them.
fn tables(app: &App) -> Vec<String> {
    let tables = &app.cloud().stack().tables;
    let items = tables.iter().flat_map(|table| jobs::items(app.cloud(), &table.logical_id));
    items.map(|item| serde_json::to_string(&item).expect("an item is JSON")).collect()
}

/// The one installation on record, attribute by attribute.
fn installation(app: &App) -> BTreeMap<String, Value> {
    let items = jobs::items(app.cloud(), "Installations");
    let [item] = items.as_slice() else { panic!("there are {} installations", items.len()) };
    item.iter().map(|(name, value)| (name.clone(), json!(value))).collect()
}

/// Whether it is a tombstone: said so, and without a token.
fn is_tombstone(installation: &BTreeMap<String, Value>) -> bool {
    let is = installation.contains_key("uninstalled_at");
    assert_eq!(is, !installation.contains_key("token"), "a tombstone, and nothing else, has no token");
    is
}

fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
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

fn refused(method: &str, error: &str, times: u32) -> devkit::slack::Fault {
    let kind = devkit::slack::FaultKind::Refused { error: error.into() };
    devkit::slack::Fault { method: method.into(), times, kind }
}

/// Whether a line of the log is what a function printed.
fn is_output(line: &str) -> bool {
    ["Install", "Events", "Ec2", "Sweeper"].iter().any(|name| line.starts_with(&format!("{name} | ")))
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
    assert!(record.contains("U0BOB00001"), "bob installed it last: {record}");
    assert_eq!(timeless(&app.agreed("stop web-1").await), "Done: web-1 is *stopped* (…).");
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

/// Delivers the events of an uninstallation by hand, in any order and number.
async fn tell_of_uninstall(app: &App, events: &[&str], at_s: i64) {
    let knocker = Knocker::new(app);
    let world = app.slack().world();
    for (n, kind) in events.iter().enumerate() {
        let event = match *kind {
            "tokens_revoked" => {
                json!({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [world["team"]["bot"]["user_id"]]}})
            }
            kind => json!({"type": kind}),
        };
        let mut envelope: Value = knocker.mention("1.1", &format!("Ev{n}"), "");
        envelope["event"] = event;
        envelope["event_time"] = json!(at_s);
        let (status, body) = knocker.deliver(envelope.to_string()).await;
        assert_eq!(status, 200, "{kind}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_uninstalling_nothing_is_done_until_it_is_installed_again() {
    for events in [
        ["tokens_revoked", "app_uninstalled", "tokens_revoked"],
        ["app_uninstalled", "tokens_revoked", "app_uninstalled"],
        ["app_uninstalled", "app_uninstalled", "app_uninstalled"],
        ["tokens_revoked", "tokens_revoked", "tokens_revoked"],
    ] {
        let app = app().await;
        app.ann("find web-1").await;
        let jobs_before = jobs::all(app.cloud()).len();
        assert!(!is_tombstone(&installation(&app)));
        let told = now_s();
        tell_of_uninstall(&app, &events, told).await;
        app.quieten().await;
        assert!(is_tombstone(&installation(&app)), "{events:?}");
        app.fleet().forget_calls();
        let invocations = app.invocations_of("Ec2").len();
        // Slack delivers nothing to an app that is gone, but a late retry may still come.
        let knocker = Knocker::new(&app);
        for (ts, text) in [("1700000001.000001", "stop web-1"), ("1700000002.000001", "find")] {
            let (status, body) = knocker.deliver(knocker.mention(ts, ts, text).to_string()).await;
            assert_eq!((status, body.as_str()), (200, ""), "{events:?}");
        }
        app.quieten().await;
        assert_eq!(jobs::all(app.cloud()).len(), jobs_before, "{events:?}: no job");
        assert_eq!(app.ec2_calls(), Vec::<String>::new(), "{events:?}: no call of EC2");
        assert_eq!(app.invocations_of("Ec2").len(), invocations, "{events:?}: the worker sleeps");
        // Again. Slack counts whole seconds, so the new installation has to be in a later one.
        app.until("the second is over", || now_s() > told).await;
        app.install("bob").await.expect("it can be installed again");
        assert!(!is_tombstone(&installation(&app)), "{events:?}");
        // The old news, delivered once more, does not touch the new installation.
        tell_of_uninstall(&app, &events, told).await;
        assert!(!is_tombstone(&installation(&app)), "{events:?}");
        assert_eq!(timeless(&app.agreed("stop web-1").await), "Done: web-1 is *stopped* (…).", "{events:?}");
        app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_removes_the_app() {
    let app = app().await;
    app.ann("find web-1").await;
    app.slack().uninstall().expect("it is installed");
    app.quieten().await;
    assert!(is_tombstone(&installation(&app)));
    app.fleet().forget_calls();
    assert_eq!(app.ask("ann", "#ops", "@bellhop stop web-1").await, Vec::<Seen>::new());
    assert_eq!((app.ec2_calls(), app.state("web-1")), (Vec::new(), InstanceState::Running));
    app.finish().await;
}

/// A click of `user` on the plan that `job` asks about, as Slack would tell of it;
/// what the gateway answers.
async fn click_by_hand(app: &App, job: &Value, user: &str) -> (u16, String) {
    let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
    let thread = text(&job["request"]["answers"]["channel"]["thread"]);
    let action = json!({
        "type": "button", "block_id": format!("in:{thread}"), "action_id": "decide.confirm.0",
        "value": format!("{} {}", text(&job["id"]), text(&job["machine"]["plan_hash"])),
        "action_ts": "1700000003.000001",
    });
    let payload = json!({
        "type": "block_actions", "user": {"id": user, "team_id": "T0ACME0001"},
        "api_app_id": app.slack().app().id, "team": {"id": "T0ACME0001"}, "enterprise": null,
        "is_enterprise_install": false, "trigger_id": "1.2.3",
        "response_url": format!("{}/hooks/actions/x", app.slack().url()),
        "channel": {"id": "C0OPS00001"}, "actions": [action],
        "container": {
            "type": "message", "message_ts": job["card"], "channel_id": "C0OPS00001", "is_ephemeral": false,
        },
    });
    let knocker = Knocker::at(app, "/slack/interactions");
    let form =
        form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish();
    let headers = knocker.headers(form.as_bytes(), 0);
    let taken = knocker.post_as("application/x-www-form-urlencoded", form, headers).await;
    app.quieten().await;
    taken
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_waits_for_people_when_the_app_is_removed_is_never_run() {
    let app = app().await;
    app.ask("ann", "#ops", "@bellhop stop web-1").await;
    let job = jobs::awaiting(app.cloud()).pop().expect("ann is asked");
    // Such a click is understood, and bob's is refused.
    assert_eq!(click_by_hand(&app, &job, "U0BOB00001").await, (200, String::new()));
    assert_eq!(jobs::all(app.cloud()).len(), 2);
    app.slack().uninstall().expect("it is installed");
    app.quieten().await;
    // Ann's was on its way meanwhile.
    assert_eq!(click_by_hand(&app, &job, "U0ANN00001").await, (200, String::new()));
    assert_eq!(jobs::all(app.cloud()).len(), 2, "her click is no job");
    // The plan lapses, and there is nobody to tell.
    jobs::let_plans_lapse(app.cloud());
    app.sweep().await;
    let mut statuses = jobs::statuses(app.cloud());
    statuses.sort();
    assert_eq!(statuses, ["expired", "failed"]);
    assert_eq!((jobs::open(app.cloud()).len(), app.all_changes()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_under_way_when_the_app_is_removed_is_dropped() {
    let app = app().await;
    // The worker never hears of the job; then the app is removed, and the sweeper finds it.
    app.cloud().faults().lose_next("Ec2");
    app.ask("ann", "#ops", "@bellhop stop web-1").await;
    assert_eq!(jobs::statuses(app.cloud()), ["pending"]);
    app.slack().uninstall().expect("it is installed");
    app.quieten().await;
    app.recover().await;
    assert_eq!((app.state("web-1"), app.all_changes()), (InstanceState::Running, 0));
    assert_eq!(jobs::statuses(app.cloud()), ["failed"]);
    assert_eq!(app.ec2_calls(), Vec::<String>::new());
}
