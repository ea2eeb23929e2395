//! People type slash commands: the real Lambda binaries on the embedded AWS.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use devkit::slack::{Command, Deed, Way};
use domain::instance::InstanceState;
use support::agree::question;
use support::clicked::typed;
use support::signed::{Knocker, NOW};
use support::{App, app, garbage, jobs, timeless, words};

const FERRY: &str = "http://articles.test/news/harbour-ferry";
const REVERSE_HELP: &str = "Give me a text, and I write it backwards: `/reverse stressed`";
const MEMBERS_ONLY: &str = "Only members of this workspace can use me for that.";

/// Every command so far was acknowledged within Slack's three seconds, and
/// answered through its `response_url`.
#[track_caller]
fn assert_all_answered_by_their_urls(app: &App) {
    for wait in app.slack().waits() {
        assert!(wait.acknowledged.is_some() && wait.error.is_none(), "{wait:?}");
        assert!(matches!(wait.answered, Some((_, Way::ResponseUrl))), "{wait:?}");
    }
}

/// What the app itself answers at once to the line.
async fn at_once(app: &App, line: &str) -> String {
    app.command_as(&typed("ann", "#ops", line)).await.0.answer
}

#[tokio::test(flavor = "multi_thread")]
async fn the_five_lines_of_the_story() {
    let app = app().await;
    assert_eq!(app.anns("/reverse sdrawkcab si siht 👩‍👩‍👧‍👦").await, "👩‍👩‍👧‍👦 this is backwards");
    let heard = app.command("ann", "#ops", &format!("/summarize {FERRY}")).await;
    let summary = heard.whisper();
    assert_eq!(summary.buttons, ["Share to channel"]);
    let lines: Vec<_> = summary.plain.lines().collect();
    assert_eq!(lines[0], "*Wrenhaven’s electric ferry makes its first crossing*", "{lines:#?}");
    assert!(lines[1..4].iter().all(|line| line.starts_with("• ") && line.len() > 20), "{lines:#?}");
    assert_eq!(lines[4..], ["2 min read · articles.test/news/harbour-ferry", "[Share to channel]"]);
    let listed = app.anns("/ec2 find running").await;
    assert!(
        listed.starts_with("*20 instances*: 20 running (16 in eu-west-1, 4 in us-east-1), rows 1–10\n"),
        "{listed}"
    );
    assert_eq!(
        app.anns("/summarize http://169.254.169.254/").await,
        "I don't open “http://169.254.169.254/”: it is not on the public internet."
    );
    assert_eq!(app.anns("/reverse").await, REVERSE_HELP);
    assert_eq!(app.slack().waits().len(), 5);
    assert_all_answered_by_their_urls(&app);
    assert!(app.slack().waits().iter().all(|wait| wait.deed == Deed::Command));
    // Nobody else has seen anything of it.
    let bobs = app.conversation("bob", "#ops").expect("bob is in #ops");
    assert!(bobs.answers().is_empty(), "{bobs:#?}");
    let hits: Vec<_> = app.site().hits().into_iter().map(|hit| hit.path).collect();
    assert_eq!(hits, ["/news/harbour-ferry"]);
    // Neither what was typed nor where it is answered is in any log.
    for function in &app.cloud().stack().functions {
        let printed = app.log().output(&function.logical_id).join("\n");
        for secret in ["/hooks/", "sdrawkcab", "backwards", "harbour-ferry", "find running"] {
            assert!(!printed.contains(secret), "{}: {secret}: {printed}", function.logical_id);
        }
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_work_where_the_bot_is_not() {
    let app = app().await;
    for (user, channel) in [("ann", "#random"), ("bob", "#secret"), ("bob", "@bellhop"), ("ann", "#partners")]
    {
        let heard = app.command(user, channel, "/ec2 check web-1").await;
        assert!(heard.whisper().plain.starts_with("*web-1* is *running*"), "{channel}: {heard:#?}");
        let heard = app.command(user, channel, "/reverse abc").await;
        assert_eq!(heard.whisper().plain, "cba", "{channel}");
        let heard = app.command(user, channel, &format!("/summarize {FERRY} 1")).await;
        assert!(heard.whisper().plain.starts_with("*Wrenhaven’s"), "{channel}: {heard:#?}");
    }
    assert_all_answered_by_their_urls(&app);
    // Not a word in any channel needed a membership.
    let posted = app.slack().calls().into_iter().filter(|call| call["method"] == "chat.postMessage");
    assert_eq!(posted.count(), 0);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_command_has_a_private_card_that_is_replaced_in_place() {
    let app = app().await;
    for (channel, name) in [("#ops", "web-1"), ("#random", "web-2")] {
        let first = app.slack().calls().len();
        let before = app.before("ann", channel);
        let heard = app.command("ann", channel, &format!("/ec2 stop {name}")).await;
        let card = heard.whisper();
        assert!(question(card).starts_with(&format!("Stop {name}?")), "{channel}: {card:#?}");
        assert_eq!(card.buttons, [format!("Stop {name}"), "Dry run".into(), "Cancel".into()]);
        assert_eq!(app.changes(name).total(), 0);
        let asked = card.ts.clone();
        app.agree().await;
        let heard = app.since(&before);
        let card = heard.whisper();
        assert_eq!(timeless(&words(card)), format!("Done: {name} is *stopped* (…)."), "{channel}");
        assert!(card.edited && card.ts == asked, "the card became the result: {card:#?}");
        assert_eq!(card.buttons, ["Undo"]);
        let said: Vec<_> = app.slack().calls()[first..]
            .iter()
            .filter(|call| call["method"] == "response_url")
            .map(|call| call["arguments"]["text"].as_str().unwrap_or_default().to_owned())
            .collect();
        let began = [format!("Stop {name}?"), format!("On it: *stop* {name}"), format!("Done: {name}")];
        assert_eq!(said.len(), began.len(), "{said:?}");
        assert!(said.iter().zip(&began).all(|(said, began)| said.starts_with(began)), "{said:?}");
        assert_eq!((app.changes(name).stopped, app.state(name)), (1, InstanceState::Stopped));
    }
    // The rows of a list by /ec2 are remembered for that person in that channel.
    app.command("ann", "#random", "/ec2 find web-*").await;
    for (user, channel) in [("bob", "#random"), ("ann", "#ops"), ("ann", "@bellhop")] {
        let foreign = app.command(user, channel, "/ec2 start #2").await;
        let said = &foreign.whisper().plain;
        assert!(said.starts_with("No instance matches “#2”"), "{user} in {channel}: {said}");
    }
    let heard = app.command("ann", "#random", "/ec2 start #2").await;
    assert_eq!(timeless(&words(heard.whisper())), "Done: web-1 is *running* (…).");
    assert_eq!(app.all_changes(), 3);
    app.finish().await;
}

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
async fn each_command_explains_itself() {
    let app = app().await;
    for line in ["/reverse", "/reverse help", "/reverse   HELP "] {
        assert_eq!(app.anns(line).await, REVERSE_HELP, "{line}");
    }
    for line in ["/summarize", "/summarize help"] {
        let help = app.anns(line).await;
        assert!(help.starts_with("Give me the address of an article") && help.contains("*share*"), "{help}");
    }
    assert_eq!(
        app.anns("/ec2").await,
        "Hi @ann. Try */ec2 find*, */ec2 check*, */ec2 start*, */ec2 stop*, or */ec2 help*."
    );
    assert!(app.anns("/ec2 help").await.starts_with("I look after EC2 instances."));
    assert!(app.anns("/ec2 help stop").await.starts_with("*stop* – stop running instances"));
    // Nothing is being worked on where help is all there is to say.
    for line in ["/reverse", "/summarize help", "/ec2 "] {
        assert_eq!(at_once(&app, line).await, "", "{line}");
    }
    for (line, acknowledgement) in
        [("/reverse abc", "Reversing…"), ("/summarize nowhere", "Reading…"), ("/ec2 find", "Working on it…")]
    {
        assert!(at_once(&app, line).await.contains(acknowledgement), "{line}");
    }
    assert_all_answered_by_their_urls(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_said_and_nothing_is_done() {
    let app = app().await;
    app.fleet().forget_calls();
    for (line, answer) in [
        ("/ec2 stpo web-1", "I don't know “stpo”. Did you mean *stop web-1*?"),
        ("/ec2 s3 list", "I only know *ec2* here. “s3” is not set up."),
        ("/summarize 3", "There is no address in it."),
        ("/summarize a.test b.test", "I read one article at a time."),
        ("/summarize http://articles.test/ 11", "I can't pick “11” sentences; take a number from 1 to 10."),
        ("/summarize gibberish", "“gibberish” is not an address."),
        (
            "/summarize ftp://articles.test/x",
            "I don't open “ftp://articles.test/x”: I read *http* and *https*",
        ),
        (
            "/summarize http://me:pw@articles.test/x",
            "I don't open “http://me:pw@articles.test/x”: there is a name",
        ),
        (
            "/summarize http://articles.test:8080/",
            "I don't open “http://articles.test:8080/”: I read from the usual",
        ),
    ] {
        let said = app.anns(line).await;
        assert!(said.starts_with(answer), "{line}: {said}");
    }
    let long = "x".repeat(5_000);
    assert!(app.anns(&format!("/reverse {long}")).await.starts_with("That is longer than "));
    assert_eq!((app.ec2_calls(), app.site().hits().len()), (Vec::new(), 0));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_type_mentions_and_formats_nothing() {
    let app = app().await;
    for (text, reversed) in [
        ("<!channel> & <b>", ">b< & >lennahc!<"),
        ("to #ops", "spo# ot"),
        ("see http://a.io/x?y=1&z=2", "2=z&1=y?x/oi.a//:ptth ees"),
        ("`code` *bold*", "*dlob* `edoc`"),
    ] {
        assert_eq!(app.anns(&format!("/reverse {text}")).await, reversed, "{text}");
    }
    let sent = app.slack().calls();
    let sent = sent.iter().map(|call| call["arguments"]["text"].as_str().unwrap_or_default());
    assert!(
        sent.clone().all(|text| !text.contains("<!") && !text.contains("<@")),
        "{:?}",
        sent.collect::<Vec<_>>()
    );
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

#[tokio::test(flavor = "multi_thread")]
async fn copies_of_a_command_are_one_command() {
    let app = app().await;
    let three = |line: &str| Command { copies: Some(3), ..typed("ann", "#ops", line) };
    for _ in 0..3 {
        let (_, heard) = app.command_as(&three("/reverse abc")).await;
        assert_eq!(heard.whisper().plain, "cba");
    }
    let before = app.before("ann", "#ops");
    let (_, heard) = app.command_as(&three("/ec2 reboot web-1")).await;
    assert_eq!(question(heard.whisper()), "Reboot web-1?");
    app.agree().await;
    let heard = app.since(&before);
    assert_eq!(words(heard.whisper()), "Done: web-1 is *rebooting* (same host).");
    assert_eq!((app.changes("web-1").total(), jobs::all(app.cloud()).len()), (1, 5));
    app.finish().await;
}
