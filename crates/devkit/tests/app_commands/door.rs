//! Who gets in, and with what.

use crate::support::clicked::typed;
use crate::support::signed::{Knocker, NOW};
use crate::support::{MEMBERS_ONLY, app, garbage, jobs};

#[tokio::test(flavor = "multi_thread")]
async fn guests_and_strangers_change_and_see_nothing_by_command() {
    let app = app().await;
    app.fleet().forget_calls();
    for (user, channel, text) in [
        ("gil", "#ops", "stop web-1"),
        ("gil", "#general", "find"),
        ("gil", "@bellhop", "help"),
        ("sam", "#partners", "stop web-1"),
    ] {
        let heard = app.command(user, channel, &format!("/ec2 {text}")).await;
        assert_eq!(heard.whisper().plain, MEMBERS_ONLY, "{user}: {text}");
    }
    assert_eq!(app.ec2_calls(), Vec::<String>::new());
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_check_is_answered_and_nobody_unsigned_gets_in() {
    let app = app().await;
    let taken = app.slack().ssl_check().await;
    assert_eq!((taken.status, taken.answer.as_str()), (Some(200), ""));
    let form = "ssl_check=1&token=x";
    let kind = "application/x-www-form-urlencoded";
    let knocker = Knocker::at(&app, "/slack/commands");
    let headers = knocker.headers(form.as_bytes(), NOW);
    assert_eq!(knocker.post_as(kind, form, headers.clone()).await, (200, String::new()));
    assert_eq!(knocker.post_as(kind, "ssl_check=2", headers).await.0, 401);
    for path in ["/slack/commands", "/slack/interactions"] {
        let knocker = Knocker::at(&app, path);
        assert_eq!(knocker.post_as(kind, form, reqwest::header::HeaderMap::new()).await.0, 401, "{path}");
        let stale = knocker.headers(form.as_bytes(), -3_600);
        assert_eq!(knocker.post_as(kind, form, stale).await.0, 401, "{path}");
    }
    assert_eq!(jobs::all(app.cloud()).len(), 0);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_make_no_sense_are_refused_kindly() {
    let app = app().await;
    let mut wrong = Vec::new();
    for path in ["/slack/commands", "/slack/interactions"] {
        let knocker = Knocker::at(&app, path);
        let mention = knocker.mention("1.1", "Ev1", "stop web-1");
        let odd = garbage::bodies(&mention).into_iter();
        let payloads = garbage::bodies(&mention).into_iter().map(|(what, body)| {
            let form = form_urlencoded::Serializer::new(String::new())
                .append_pair("payload", &String::from_utf8_lossy(&body))
                .finish();
            (format!("a payload that is {what}"), form.into_bytes())
        });
        for (what, body) in odd.chain(payloads) {
            let headers = knocker.headers(&body, NOW);
            let (status, answer) = knocker.post_as("application/x-www-form-urlencoded", body, headers).await;
            if !matches!(status, 200 | 400 | 413) {
                wrong.push(format!("{path}: {what}: {status} {answer}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    app.quieten().await;
    assert_eq!(jobs::all(app.cloud()).len(), 0);
    assert_eq!(app.anns("/reverse abc").await, "cba", "it lives");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_uninstalling_the_commands_are_gone_and_do_nothing() {
    let app = app().await;
    app.slack().uninstall().expect("it is installed");
    app.quieten().await;
    let refused = app.slack().command(&typed("ann", "#ops", "/reverse abc")).await;
    assert!(refused.is_err(), "Slack does not know it any more");
    // A request that was on its way meanwhile.
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("team_id", "T0ACME0001"),
            ("channel_id", "C0OPS00001"),
            ("user_id", "U0ANN00001"),
            ("command", "/ec2"),
            ("text", "stop web-1"),
            ("trigger_id", "1.2.3"),
            ("response_url", &format!("{}/hooks/commands/x", app.slack().url())),
        ])
        .finish();
    let knocker = Knocker::at(&app, "/slack/commands");
    let headers = knocker.headers(form.as_bytes(), NOW);
    let (status, answer) = knocker.post_as("application/x-www-form-urlencoded", form, headers).await;
    assert!(status == 200 && answer.contains("I am not installed in this workspace any more."), "{answer}");
    app.quieten().await;
    assert_eq!((app.all_changes(), jobs::all(app.cloud()).len()), (0, 0));
    app.finish().await;
}
