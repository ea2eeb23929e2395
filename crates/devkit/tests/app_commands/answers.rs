//! What each command says.

use devkit::slack::Deed;

use crate::support::app;
use crate::{FERRY, REVERSE_HELP, assert_all_answered_by_their_urls, at_once};

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
        assert!(heard.whisper().plain.starts_with("`web-1` is *running*"), "{channel}: {heard:#?}");
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
        ("/ec2 stpo web-1", "I don't know “stpo”. Did you mean `stop web-1`?"),
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
