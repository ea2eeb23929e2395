//! The gateway as the internet sees it: requests made by hand, in every wrong way,
//! against the real functions.
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

use devkit::slack::{Said, Say};
use domain::instance::InstanceState;
use futures_util::StreamExt as _;
use reqwest::header::HeaderMap;
use serde_json::json;
use support::garbage;
use support::signed::{Knocker, NOW, now_s, sign, value};
use support::{App, app, jobs, only, say, timeless};

/// What a gateway passes on at most.
const MOST_BYTES: usize = 256 * 1024;

/// Nothing came of what was sent: no job, no worker, no call of EC2.
#[track_caller]
fn assert_nothing_happened(app: &App) {
    assert_eq!(jobs::all(app.cloud()).len(), 0, "there is a job");
    assert_eq!(app.invocations_of("Ec2").len(), 0, "the worker was woken");
    assert_eq!(app.ec2_calls(), Vec::<String>::new(), "EC2 was called");
}

/// A message that stands in #ops, though Slack has not told the app of it yet.
fn typed(app: &App, text: &str) -> Said {
    let say = Say { copies: Some(0), ..say(&format!("@bellhop {text}")) };
    app.slack().say(&say).expect("ann may write in #ops")
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_valid_signature_nobody_gets_in() {
    let app = app().await;
    let knocker = Knocker::new(&app);
    let body = knocker.mention("1700000000.000001", "Ev1", "stop web-1").to_string();
    let bytes = body.as_bytes();
    let now = now_s().to_string();
    let good = || knocker.headers_at(bytes, &now);
    let with = |name: &'static str, text: &str| {
        let mut headers = good();
        headers.insert(name, value(text));
        headers
    };
    let without = |name: &str| {
        let mut headers = good();
        headers.remove(name);
        headers
    };
    let doubled = |name: &'static str| {
        let mut headers = good();
        let again = headers[name].clone();
        headers.append(name, again);
        headers
    };
    let (timestamp, signature) = ("x-slack-request-timestamp", "x-slack-signature");
    let right = good()[signature].to_str().unwrap().to_owned();
    let digest = right.trim_start_matches("v0=").to_owned();
    let strangers = sign("another secret", &now, bytes);
    let mut wrong: Vec<(String, HeaderMap)> = vec![
        ("unsigned".into(), HeaderMap::new()),
        ("no signature".into(), without(signature)),
        ("no timestamp".into(), without(timestamp)),
        ("another secret".into(), with(signature, &strangers)),
        ("another body".into(), knocker.headers_at(b"{}", &now)),
        ("the timestamp of another".into(), with(timestamp, &(now_s() - 1).to_string())),
        ("an empty secret".into(), with(signature, &sign("", &now, bytes))),
        ("doubled signature".into(), doubled(signature)),
        ("doubled timestamp".into(), doubled(timestamp)),
        ("a right and a wrong signature".into(), {
            let mut headers = good();
            headers.append(signature, value(&strangers));
            headers
        }),
    ];
    // Signed, but at a time that is not now.
    for age in [-301, -3_600, 360, 3_600, 10_000_000] {
        wrong.push((format!("{age} s from now"), knocker.headers(bytes, age)));
    }
    for at in ["", " ", "-1", "+1", "1e9", "0x10", "１７", "99999999999999999999", "NaN", "1700000000.0"] {
        if let Ok(at_header) = reqwest::header::HeaderValue::from_bytes(at.as_bytes()) {
            let mut headers = knocker.headers_at(bytes, &now);
            headers.insert(timestamp, at_header);
            headers.insert(signature, value(&sign(&app.slack().app().signing_secret, at, bytes)));
            wrong.push((format!("timestamp {at:?}"), headers));
        }
    }
    for text in [
        "",
        "v0",
        "v0=",
        &digest,
        &format!("v1={digest}"),
        &format!("V0={digest}"),
        &format!("v0={}", digest.to_uppercase()),
        &format!("v0={}", &digest[..63]),
        &format!("{right}0"),
        &format!("{right},{right}"),
        &format!("v0={}", "é".repeat(32)),
        &format!("v0={}", "0".repeat(64)),
    ] {
        let header = reqwest::header::HeaderValue::from_bytes(text.as_bytes()).unwrap();
        let mut headers = good();
        headers.insert(signature, header);
        wrong.push((format!("signature {text:?}"), headers));
    }
    for (what, headers) in wrong {
        let (status, answer) = knocker.post(body.clone(), headers).await;
        assert_eq!((status, answer.as_str()), (401, ""), "{what}");
    }
    app.quieten().await;
    assert_nothing_happened(&app);
    // The very same body, properly signed, gets in: at the edges of what is now, too.
    for (n, age) in [NOW, -290, 290].into_iter().enumerate() {
        let said = typed(&app, "help");
        let body = knocker.mention(said.ts.as_str(), &format!("Ev{n}"), "help").to_string();
        let headers = knocker.headers(body.as_bytes(), age);
        assert_eq!(knocker.post(body, headers).await.0, 200, "{age} s from now");
    }
    app.quieten().await;
    assert_eq!(jobs::all(app.cloud()).len(), 3);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_too_large_or_make_no_sense_are_refused_kindly() {
    let app = app().await;
    let knocker = Knocker::new(&app);
    // Too large, signed or not; and just not too large.
    let filled = |bytes: usize| {
        let head = r#"{"type":"event_callback","padding":""#;
        format!("{head}{}\"}}", "x".repeat(bytes - head.len() - 2))
    };
    let large = filled(MOST_BYTES + 1);
    assert_eq!(knocker.deliver(large.clone()).await.0, 413);
    assert_eq!(knocker.post(large, HeaderMap::new()).await.0, 413);
    assert!(knocker.deliver(filled(MOST_BYTES)).await.0 < 500);
    // The limit is on the bytes, not on their base64.
    let binary = vec![0xff; MOST_BYTES];
    let headers = knocker.headers(&binary, NOW);
    assert_eq!(knocker.post_as("application/octet-stream", binary, headers).await.0, 400);
    let mention = knocker.mention("1.1", "Ev1", "stop web-1");
    let mut wrong = Vec::new();
    for (what, body) in garbage::bodies(&mention) {
        for content_type in ["application/json", "application/x-www-form-urlencoded"] {
            let headers = knocker.headers(&body, NOW);
            let (status, answer) = knocker.post_as(content_type, body.clone(), headers).await;
            if !matches!(status, 200 | 400) {
                wrong.push(format!("{what} as {content_type}: {status} {answer}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    app.quieten().await;
    assert_eq!(app.state("web-1"), InstanceState::Running);
    assert_eq!(app.all_changes(), 0);
    let crashed = app.cloud().invocations().into_iter().filter(|one| one.outcome.word() != "ok");
    assert_eq!(crashed.count(), 0, "a function crashed");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_and_paths_lead_nowhere() {
    let app = app().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = &app.cloud().app_url;
    for path in [
        "/slack/events",
        "/slack/events/",
        "/slack/commands",
        "/nothing",
        "/slack/../slack/events",
        "//slack/events",
    ] {
        assert_eq!(client.get(format!("{url}{path}")).send().await.unwrap().status(), 404, "GET {path}");
    }
    for path in ["/slack/install", "/slack/oauth_redirect", "/"] {
        assert_eq!(client.post(format!("{url}{path}")).send().await.unwrap().status(), 404, "POST {path}");
    }
    assert_nothing_happened(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_challenge_is_echoed_to_slack_alone() {
    let app = app().await;
    let knocker = Knocker::new(&app);
    let challenge = r#"{"type":"url_verification","token":"t","challenge":"a \"b\" <c> ☃"}"#;
    let (status, answer) = knocker.deliver(challenge).await;
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((status, &answer["challenge"]), (200, &json!("a \"b\" <c> ☃")));
    assert_eq!(knocker.post(challenge, HeaderMap::new()).await, (401, String::new()));
    assert_eq!(knocker.post(challenge, knocker.headers(challenge.as_bytes(), -400)).await.0, 401);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_comes_as_base64_is_the_same_body() {
    let app = app().await;
    let knocker = Knocker::new(&app);
    // API Gateway encodes whatever it does not take for text; the signature is over the raw bytes.
    for (n, kind) in [
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "",
        "application/json; charset=utf-8",
    ]
    .iter()
    .enumerate()
    {
        let said = typed(&app, "check web-1");
        let body = knocker.mention(said.ts.as_str(), &format!("Ev{n}"), "check web-1").to_string();
        let headers = knocker.headers(body.as_bytes(), NOW);
        assert_eq!(knocker.post_as(kind, body.clone(), headers).await.0, 200, "{kind}");
        assert_eq!(knocker.post_as(kind, body, HeaderMap::new()).await.0, 401, "{kind}");
    }
    let form = b"payload=%7B%22type%22%3A%22url_verification%22%2C%22challenge%22%3A%22x%22%7D".to_vec();
    let headers = knocker.headers(&form, NOW);
    assert_eq!(knocker.post_as("application/x-www-form-urlencoded", form, headers).await.0, 400);
    app.quieten().await;
    assert_eq!(jobs::statuses(app.cloud()), ["done"; 4]);
    app.finish().await;
}

/// One person's message, delivered `copies` times by hand over at most `connections`
/// connections at once; how often each status was answered.
async fn flood(knocker: &Knocker, body: &str, copies: usize, connections: usize) -> BTreeMap<u16, usize> {
    let deliveries = (0..copies).map(|_| knocker.deliver(body.to_owned()));
    let mut statuses = BTreeMap::new();
    let mut answers = futures_util::stream::iter(deliveries).buffer_unordered(connections);
    while let Some((status, _)) = answers.next().await {
        *statuses.entry(status).or_default() += 1;
    }
    statuses
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_copies_of_one_event_are_one_command() {
    let app = app().await;
    let knocker = Knocker::new(&app);
    let stop = typed(&app, "stop web-1");
    let body = knocker.mention(stop.ts.as_str(), "Ev0FLOOD01", "stop web-1").to_string();
    let statuses = flood(&knocker, &body, 2_000, 100).await;
    // Whatever is not taken, Slack delivers again: throttled, or too slow on a busy machine.
    assert!(statuses.keys().all(|status| matches!(status, 200 | 429 | 500 | 503)), "{statuses:?}");
    assert!(statuses[&200] >= 10, "{statuses:?}");
    app.quieten().await;
    app.recover().await;
    assert_eq!(jobs::statuses(app.cloud()), ["awaiting"], "one job, and one card");
    only("stop web-1", &app.answers("ann", "#ops", &stop));
    app.see_through().await;
    assert_eq!(jobs::statuses(app.cloud()), ["done"; 2], "the job and the click, and both are done");
    assert_eq!(app.changes("web-1").stopped, 1);
    assert_eq!(app.times_called("StopInstances"), 1, "EC2 was asked once");
    let answers = app.answers("ann", "#ops", &stop);
    assert_eq!(timeless(&only("stop web-1", &answers)), "Done: web-1 is *stopped* (…).");
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_a_message_is_delivered_it_is_done_once() {
    let app = app().await;
    for (what, say) in [
        ("twenty copies", Say { copies: Some(20), ..say("@bellhop stop web-1") }),
        ("two event ids", Say { event_ids: Some(2), ..say("@bellhop stop web-2") }),
        (
            "copies under several ids",
            Say { copies: Some(5), event_ids: Some(4), ..say("@bellhop stop web-0") },
        ),
        ("a retry without a first delivery", Say { drop_first: true, ..say("@bellhop start web-3") }),
        ("a retry after a lost answer", Say { lose_answer: true, ..say("@bellhop start db-old") }),
        (
            "everything",
            Say { copies: Some(3), event_ids: Some(3), lose_answer: true, ..say("@bellhop reboot api-blue") },
        ),
    ] {
        let before = app.all_changes();
        let answers = app.type_in_agreed(say).await;
        assert!(only(what, &answers).starts_with("Done:"), "{what}: {answers:#?}");
        assert_eq!(app.all_changes() - before, 1, "{what}");
    }
    // Four of them were confirmed.
    assert_eq!(jobs::statuses(app.cloud()), ["done"; 6 + 4]);
    // Lambda, too, delivers at least once, what was typed as well as the word on it.
    for _ in 0..3 {
        app.cloud().faults().duplicate_next("Ec2");
        let before = app.all_changes();
        let (said, answers) = app.type_in(say("@bellhop reboot web-us-0")).await;
        assert!(only("reboot", &answers).starts_with("Reboot web-us-0?"), "{answers:#?}");
        app.cloud().faults().duplicate_next("Ec2");
        app.agree().await;
        assert!(only("reboot", &app.answers("ann", "#ops", &said)).starts_with("Done:"));
        assert_eq!(app.all_changes() - before, 1);
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_are_not_understood_change_nothing_and_are_answered_once() {
    let app = app().await;
    let ids: Vec<_> = (0..500).map(|n| format!("i-{n:017x}")).collect();
    let long = "web-1 ".repeat(6_700);
    for (what, text) in [
        ("40,000 characters", format!("stop {long}")),
        ("40,000 characters without a space", format!("stop {}", "w".repeat(40_000))),
        ("40,000 characters of another script", format!("stop {}", "é".repeat(40_000))),
        ("500 ids", format!("stop {}", ids.join(" "))),
        ("26 ids", format!("stop {}", ids[..26].join(" "))),
        ("a look-alike verb", "st\u{43e}p web-1".to_owned()),
        ("a look-alike name", "stop w\u{435}b-1".to_owned()),
        ("full-width letters", "ｓｔｏｐ web-1".to_owned()),
        ("a right-to-left override", "stop \u{202e}1-bew".to_owned()),
        ("two lines", "stop web-1\nstop web-2".to_owned()),
        ("a left-over word", "stop web-1 tomorrow maybe".to_owned()),
        ("a left-over half of a filter", "terminate tag:\"Cost Center\"=42=".to_owned()),
        ("a filter that is torn apart", "terminate tag: Env=dev web-1".to_owned()),
        ("two commands", "stop web-1 and start web-3".to_owned()),
        ("everything", "stop all".to_owned()),
        ("a wildcard for everything", "terminate *".to_owned()),
        ("a file of commands", "stop `cat web-1`".to_owned()),
        ("somebody as a target", "stop @bob".to_owned()),
        ("a channel as a target", "stop #general".to_owned()),
        ("mentions for everybody", "stop @channel".to_owned()),
        ("nothing", String::new()),
        ("only punctuation", "!?…".to_owned()),
        ("marks", "stop \u{0}\u{7}web-1\u{1b}[31m".to_owned()),
    ] {
        let (_, answers) = app.type_in(say(&format!("@bellhop {text}"))).await;
        let answer = only(what, &answers);
        assert!(answer.len() < 4_000, "{what} is answered at length: {answer}");
        assert!(!answer.starts_with("Done"), "{what}: {answer}");
        let raw = &answers[0].text;
        assert!(!raw.contains("<!channel>"), "{what}: the answer calls everybody: {raw}");
        assert_eq!(jobs::awaiting(app.cloud()).len(), 0, "{what} could be confirmed: {answer}");
        assert_eq!(app.all_changes(), 0, "{what}: {answer}");
    }
    let changing = app.ec2_calls().into_iter().filter(|action| !action.starts_with("Describe"));
    assert_eq!(changing.collect::<Vec<_>>(), Vec::<String>::new());
    // What cannot be seen is as if it were not there.
    let hidden = app.agreed("st\u{200b}op\u{a0}web\u{200d}-1\u{feff}").await;
    assert_eq!(timeless(&hidden), "Done: web-1 is *stopped* (…).");
    assert_eq!(app.all_changes(), 1);
    app.finish().await;
}
