//! Things come twice, and Slack fails at the moment of the answer: what is said
//! is said once, or, where it cannot be, in a direct message.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use std::time::Duration;

use devkit::cloud::{AwsFault, Fault};
use devkit::slack::{self, FaultKind, Way};
use support::story::{End, Story};
use support::{App, app, jobs, words};

/// More than a `response_url` lives.
const ITS_LIFE: Duration = Duration::from_mins(31);
const NOT_SHARED: &str = "I have the summary, but Slack did not let me show it to the channel.";

/// The next uses of any `response_url` meet this.
fn next(app: &App, times: u32, kind: FaultKind) {
    app.slack().fault(slack::Fault { method: "response_url".into(), times, kind });
}

/// How often any of that has happened.
fn struck(app: &App) -> usize {
    app.slack().calls().iter().filter(|call| call["fault"].is_string()).count()
}

fn gone(word: &str) -> FaultKind {
    FaultKind::Http { status: 404, text: word.into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_twice_is_done_once() {
    let app = app().await;
    for story in Story::ALL {
        for (what, copies) in [("three deliveries", 3), ("a doubled event", 1), ("both", 3)] {
            story.prepare(&app).await;
            if what != "three deliveries" {
                app.cloud().faults().duplicate_next("Text");
            }
            let known = jobs::all(app.cloud()).len();
            let heard = story.play(&app, copies).await;
            assert_eq!(story.end(what, &heard), End::Well);
            assert_eq!(jobs::all(app.cloud()).len() - known, 1, "{story:?}: {what}");
        }
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_url_that_fails_for_a_while_shows_one_answer() {
    let app = app().await;
    for story in [Story::Reverse, Story::Summarize] {
        for (what, times, kind) in [
            ("an error", 1, FaultKind::ServerError),
            ("three errors", 3, FaultKind::ServerError),
            ("more errors than one run outlasts", 7, FaultKind::ServerError),
            ("a slow-down", 1, FaultKind::RateLimited { retry_after: 1 }),
            ("a lost answer", 1, FaultKind::Cut),
            ("three lost answers", 3, FaultKind::Cut),
            ("no connection", 3, FaultKind::CutBefore),
            ("an answer that is no answer", 1, FaultKind::Http { status: 200, text: "<html>".into() }),
        ] {
            let before = struck(&app);
            next(&app, times, kind);
            let heard = story.play(&app, 1).await;
            assert_eq!(story.end(what, &heard), End::Well);
            assert_eq!(struck(&app) - before, times as usize, "{what}");
            let last = app.slack().waits().pop().expect("ann has asked");
            assert!(matches!(last.answered, Some((_, Way::ResponseUrl))), "{what}: {last:?}");
        }
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_response_url_takes_nothing_the_answer_is_a_direct_message() {
    let app = app().await;
    for story in [Story::Reverse, Story::Summarize] {
        for kind in
            [gone("used_url"), gone("expired_url"), FaultKind::Http { status: 403, text: "no".into() }]
        {
            next(&app, 1, kind.clone());
            let before = Story::before(&app);
            assert_eq!(story.ask(&app, 1).await, None);
            app.quieten().await;
            assert_eq!(app.since(&before).counts(), [0, 0, 0], "{kind:?}: the worker has no token");
            app.recover().await;
            let heard = app.since(&before);
            let letter = heard.letter();
            let said = if story == Story::Reverse { "cba" } else { "*Wrenhaven’s" };
            assert!(letter.plain.starts_with(said) && letter.buttons.is_empty(), "{kind:?}: {letter:#?}");
            let last = app.slack().waits().pop().expect("ann has asked");
            assert!(matches!(last.answered, Some((_, Way::Direct))), "{last:?}");
        }
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_too_late_is_a_direct_message() {
    let app = app().await;
    for story in [Story::Reverse, Story::Summarize, Story::ShareAtOnce] {
        let before = Story::before(&app);
        app.cloud().faults().lose_next("Text");
        assert_eq!(story.ask(&app, 1).await, None);
        app.quieten().await;
        app.slack().age_response_urls(ITS_LIFE);
        app.recover().await;
        let heard = app.since(&before);
        let letter = words(heard.letter());
        let said = match story {
            Story::Reverse => "cba",
            Story::Summarize => "*Wrenhaven’s electric ferry",
            _ => NOT_SHARED,
        };
        assert!(letter.starts_with(said), "{story:?}: {letter}");
    }
    // The same for /ec2: it may not even say that it begins, so it does nothing.
    let before = Story::before(&app);
    app.cloud().faults().lose_next("Ec2");
    let late = support::clicked::typed("ann", "#random", "/ec2 stop web-1");
    assert_eq!(app.slack().command(&late).await.unwrap().error, None);
    app.quieten().await;
    app.slack().age_response_urls(ITS_LIFE);
    app.recover().await;
    let heard = app.since(&before);
    let too_late = "I can't answer where you asked me any more, so I did nothing.";
    assert!(heard.letter().plain.starts_with(too_late), "{heard:#?}");
    assert_eq!((app.all_changes(), jobs::awaiting(app.cloud()).len()), (0, 0));
    // Nor if she has agreed by then.
    app.command("ann", "#random", "/ec2 stop web-1").await;
    let before = Story::before(&app);
    app.cloud().faults().lose_next("Ec2");
    assert_eq!(app.agree_once().await, Some(Vec::new()));
    app.slack().age_response_urls(ITS_LIFE);
    app.recover().await;
    let heard = app.since(&before);
    assert!(heard.letter().plain.starts_with(too_late), "{heard:#?}");
    assert_eq!((app.all_changes(), jobs::open(app.cloud()).len()), (0, 0));
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_url_that_was_used_up_unheard_ends_in_a_direct_message() {
    let app = app().await;
    // Five uses, each shown, and no answer to any of them.
    next(&app, 5, FaultKind::Cut);
    let heard = Story::Reverse.play(&app, 1).await;
    assert_eq!(heard.counts(), [0, 1, 1], "{heard:#?}");
    assert_eq!((heard.private[0].plain.as_str(), heard.direct[0].plain.as_str()), ("cba", "cba"));
    assert_eq!(struck(&app), 5);
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_channel_is_shown_it_once_or_ann_is_asked_to_look() {
    let app = app().await;
    for story in [Story::ShareAtOnce, Story::ShareByClick] {
        for (what, kind, end) in [
            ("an error", FaultKind::ServerError, End::LostAndNotShown),
            ("a lost answer", FaultKind::Cut, End::LostAndShown),
            ("no connection", FaultKind::CutBefore, End::LostAndNotShown),
            ("an answer after its time", FaultKind::Late { millis: 6_000 }, End::LostAndShown),
            ("a slow-down", FaultKind::RateLimited { retry_after: 1 }, End::Well),
        ] {
            story.prepare(&app).await;
            next(&app, 1, kind);
            let heard = story.play(&app, 1).await;
            assert_eq!(story.end(what, &heard), end, "{story:?}: {what}");
        }
    }
    // Where Slack says no, that is said; at once there is nothing to click.
    next(&app, 1, gone("used_url"));
    let heard = Story::ShareAtOnce.play(&app, 1).await;
    assert!(heard.whisper().plain.starts_with(NOT_SHARED), "{heard:#?}");
    assert_eq!(struck(&app), 11);
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_refuse_for_a_while_lose_no_text() {
    let app = app().await;
    let status = |status, code: &str| AwsFault::Status { status, code: code.into() };
    for story in Story::ALL {
        for (what, operation, fault, function, times) in [
            (
                "writes are refused",
                "PutItem",
                status(400, "ProvisionedThroughputExceededException"),
                "Text",
                2,
            ),
            ("reads fail", "GetItem", status(500, "InternalServerError"), "Text", 5),
            ("answers are lost", "*", AwsFault::DropAfter, "Text", 2),
        ] {
            story.prepare(&app).await;
            app.cloud().faults().add(Fault::next("dynamodb", operation, fault).from(function).times(times));
            let heard = story.play(&app, 1).await;
            app.cloud().faults().clear();
            assert_eq!(story.end(what, &heard), End::Well, "{story:?}: {what}");
        }
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_cannot_be_put_on_record_says_so_and_does_nothing() {
    let app = app().await;
    let broken = || AwsFault::Status { status: 500, code: "InternalServerError".into() };
    for (operation, fault) in
        [("PutItem", broken()), ("GetItem", broken()), ("PutItem", AwsFault::DropBefore)]
    {
        app.cloud().faults().add(Fault::next("dynamodb", operation, fault).from("Commands").times(9));
        let heard = app.command("ann", "#random", "/reverse abc").await;
        app.cloud().faults().clear();
        let said = &heard.whisper().plain;
        assert!(said.starts_with("I am slow or in trouble right now, and may have missed that."), "{said}");
        assert_eq!(jobs::all(app.cloud()).len(), 0);
    }
    // A table that is slow beyond Slack's patience: told in time, and done all the same.
    let slow = AwsFault::Delay(Duration::from_millis(2_600));
    app.cloud().faults().add(Fault::next("dynamodb", "PutItem", slow).from("Commands").times(9));
    let before = Story::before(&app);
    assert_eq!(Story::Reverse.ask(&app, 1).await, None, "it answers within Slack's three seconds");
    app.quieten().await;
    app.cloud().faults().clear();
    app.until("the write arrives", || jobs::all(app.cloud()).len() == 1).await;
    app.recover().await;
    let heard = app.since(&before);
    assert_eq!(heard.counts(), [0, 2, 0], "{heard:#?}");
    assert!(heard.private[0].plain.contains("may have missed that"), "{heard:#?}");
    assert_eq!(heard.private[1].plain, "cba");
    app.finish_after_faults().await;
}
