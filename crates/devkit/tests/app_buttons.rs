//! People click what stands below the app's sentences, and choose from its menus.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use devkit::cloud::{AwsFault, Fault};
use devkit::fleet::{self, FaultKind};
use devkit::slack::{self, Click, Deed, Seen};
use domain::instance::InstanceState;
use support::agree::question;
use support::clicked::on;
use support::{App, app, jobs, only, say, timeless, words};

const MEMBERS_ONLY: &str = "Only members of this workspace can use me for that.";

/// Types a mention as ann in #ops; the one answer to it.
async fn asked(app: &App, text: &str) -> Seen {
    let (_, answers) = app.type_in(say(&format!("@bellhop {text}"))).await;
    only(text, &answers);
    answers.into_iter().next().expect("there is one")
}

/// The same, and she agrees to what it asks; what became of it.
async fn agreed(app: &App, text: &str) -> Seen {
    let answers = app.type_in_agreed(say(&format!("@bellhop {text}"))).await;
    only(text, &answers);
    answers.into_iter().next().expect("there is one")
}

/// Every click so far was acknowledged within Slack's three seconds, and answered.
#[track_caller]
fn assert_all_clicks_answered(app: &App) {
    for wait in app.slack().waits().iter().filter(|wait| wait.deed == Deed::Click) {
        assert!(wait.acknowledged.is_some() && wait.error.is_none() && wait.answered.is_some(), "{wait:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suggestion_is_clicked_and_vanishes() {
    let app = app().await;
    let unclear = asked(&app, "stpo web-1").await;
    assert_eq!((unclear.buttons.join(","), unclear.ephemeral), ("stop web-1,Help".to_owned(), true));
    let before = app.before("ann", "#ops");
    let heard = app.click("ann", "#ops", "stop web-1").await;
    let card = heard.shout();
    assert_eq!(question(card), "Stop web-1? It loses its public IP.");
    assert!(card.thread_ts.is_some(), "in the thread of the words: {card:#?}");
    assert_eq!(app.clickable("ann", "#ops"), card.buttons, "the suggestion has vanished");
    assert_eq!(app.all_changes(), 0, "a guess is not run, and not confirmed by being chosen");
    app.agree().await;
    let heard = app.since(&before);
    let done = heard.shout();
    assert_eq!(timeless(&words(done)), "Done: web-1 is *stopped* (…).");
    assert_eq!(done.ts, card.ts, "one card to the end");
    assert_eq!(app.changes("web-1").stopped, 1);
    assert_eq!(app.clickable("ann", "#ops"), ["Undo"]);
    // The same for [Help], whose answer is again for her alone.
    asked(&app, "s3 list").await;
    let heard = app.click("ann", "#ops", "Help").await;
    assert!(heard.whisper().plain.starts_with("I look after EC2 instances."), "{heard:#?}");
    assert_eq!(app.clickable("ann", "#ops"), ["Undo"]);
    // By /ec2 the answer takes the suggestion's place.
    let heard = app.command("ann", "#random", "/ec2 chekc web-2").await;
    assert_eq!(heard.whisper().buttons, ["check web-2", "Help"]);
    let heard = app.click("ann", "#random", "check web-2").await;
    assert!(heard.whisper().plain.starts_with("*web-2* is *running*"), "{heard:#?}");
    assert_eq!(app.clickable("ann", "#random"), Vec::<String>::new());
    assert_all_clicks_answered(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_found_is_found_by_a_click() {
    let app = app().await;
    let missing = asked(&app, "stop web-9").await;
    assert!(missing.buttons.contains(&"web-1".to_owned()), "{missing:#?}");
    let heard = app.click_agreed("ann", "#ops", "web-1").await;
    assert_eq!(timeless(&words(heard.shout())), "Done: web-1 is *stopped* (…).");
    assert_eq!(app.all_changes(), 1);
    assert_all_clicks_answered(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_with_one_name_the_chosen_one_is_meant() {
    let app = app().await;
    let chosen = "i-05e0e14ca778e6176 · running · eu-west-1a · worker";
    let several = asked(&app, "stop worker").await;
    assert_eq!(several.buttons.len(), 2);
    let heard = app.click_agreed("ann", "#ops", chosen).await;
    assert_eq!(timeless(&words(heard.shout())), "Done: worker is *stopped* (…).");
    let id =
        app.fleet().ids_of("worker").into_iter().find(|id| id.as_str() == "i-05e0e14ca778e6176").unwrap();
    assert_eq!((app.fleet().changes(&id).stopped, app.all_changes()), (1, 1));
    // The same by /ec2.
    let chosen = "i-05e0e14ca778e6176 · stopped · eu-west-1a · worker";
    assert_eq!(app.command("bob", "#secret", "/ec2 start worker").await.whisper().buttons.len(), 2);
    let heard = app.click("bob", "#secret", chosen).await;
    assert_eq!(timeless(&words(heard.whisper())), "Done: worker is *running* (…).");
    assert_eq!((app.fleet().changes(&id).started, app.all_changes()), (1, 2));
    // What is final is asked about by Slack itself, too, and only before others.
    let heard = app.command("bob", "#secret", "/ec2 terminate worker").await;
    assert!(heard.whisper().plain.contains("so ask me in a channel"), "{heard:#?}");
    let answers = app.ask("bob", "#ops", "@bellhop terminate worker").await;
    let menu = answers[0].blocks.clone().unwrap_or_default().to_string();
    assert!(menu.contains("Terminate for good?"), "{menu}");
    let chosen = "i-05e0e14ca778e6176 · running · eu-west-1a · worker";
    let heard = app.click_agreed("bob", "#ops", chosen).await;
    assert_eq!(timeless(&words(heard.shout())), "Done: worker is *terminated* (…).");
    assert_eq!((app.fleet().changes(&id).total(), app.all_changes()), (3, 3));
    assert_all_clicks_answered(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_is_read_to_its_end_by_next() {
    let app = app().await;
    let row = |text: &str, at: usize| text.lines().nth(at).unwrap_or_default().to_owned();
    // For everybody, a message for each page, in one thread.
    let first = asked(&app, "find").await;
    assert!(row(&first.plain, 0).ends_with("rows 1–10") && row(&first.plain, 10).starts_with("10. "));
    let second = app.click("bob", "#ops", "Next").await;
    let second = second.shout();
    assert!(row(&second.plain, 0).ends_with("rows 11–20"), "{second:#?}");
    assert!(row(&second.plain, 1).starts_with("11. ") && second.thread_ts == first.thread_ts, "{second:#?}");
    let third = app.click("ann", "#ops", "Next").await;
    let third = third.shout();
    assert!(row(&third.plain, 0).ends_with("rows 21–27"), "{third:#?}");
    assert_eq!((third.plain.lines().count(), third.buttons.len()), (8, 0), "{third:#?}");
    // Every instance stands on one page.
    let all = [&first.plain, &second.plain, &third.plain].map(|page| page.matches("`i-").count());
    assert_eq!(all, [10, 10, 7]);
    // What the last page shows can be referred to by its row.
    let row_21 = row(&third.plain, 1);
    let thread = first.thread_ts.expect("it is in a thread");
    let checked = app.reply(&thread, "@bellhop check #21").await;
    let name = row_21.split('*').nth(1).expect("row 21 has a name");
    assert!(checked.starts_with(&format!("*{name}*")), "{row_21} | {checked}");
    // By /ec2 one message that turns its pages.
    let heard = app.command("ann", "#random", "/ec2 find").await;
    let ts = heard.whisper().ts.clone();
    for rows in ["rows 11–20", "rows 21–27"] {
        let heard = app.click("ann", "#random", "Next").await;
        let page = heard.whisper();
        assert!(row(&page.plain, 0).ends_with(rows) && page.ts == ts && page.edited, "{page:#?}");
    }
    assert_eq!(app.clickable("ann", "#random"), Vec::<String>::new());
    assert_all_clicks_answered(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_undone_by_whoever_may() {
    let app = app().await;
    agreed(&app, "stop web-1").await;
    // A click counts as its own person's command.
    let heard = app.click("gil", "#ops", "Undo").await;
    assert_eq!(heard.whisper().plain, MEMBERS_ONLY);
    assert_eq!((app.state("web-1"), app.all_changes()), (InstanceState::Stopped, 1));
    let heard = app.click("bob", "#ops", "Undo").await;
    assert_eq!(timeless(&words(heard.shout())), "Done: web-1 is *running* (…).");
    assert_eq!((app.changes("web-1").started, app.all_changes()), (1, 2));
    // And back, by /ec2, in private.
    let before = app.before("ann", "#random");
    let heard = app.command("ann", "#random", "/ec2 start web-3").await;
    assert_eq!(heard.whisper().buttons, ["Undo"]);
    let heard = app.click("ann", "#random", "Undo").await;
    assert_eq!(
        question(heard.whisper()),
        "Stop web-3? It loses its public IP.",
        "undoing a start stops something"
    );
    assert_eq!(app.all_changes(), 3);
    app.agree().await;
    let heard = app.since(&before);
    assert_eq!(timeless(&words(heard.whisper())), "Done: web-3 is *stopped* (…).");
    assert_eq!(app.all_changes(), 4);
    assert_all_clicks_answered(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_means_the_instance_as_it_is_by_then() {
    let app = app().await;
    let card = agreed(&app, "stop web-1").await;
    assert_eq!(card.buttons, ["Undo"]);
    // Somebody else was faster.
    assert!(app.fleet().put(&app.id("web-1"), InstanceState::Running));
    let undo = Click { ts: Some(card.ts.clone()), ..on("ann", "#ops", "Undo") };
    assert_eq!(app.click_as(&undo).await.shout().plain, "web-1 is already running. Nothing to do.");
    assert!(app.fleet().put(&app.id("web-1"), InstanceState::Terminated));
    let heard = app.click_as(&undo).await;
    assert_eq!(heard.whisper().plain, "web-1 is *terminated*; it will not come back.");
    assert_eq!(app.all_changes(), 1);
    assert_all_clicks_answered(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ec2_refused_is_tried_again_by_a_click() {
    let app = app().await;
    let none = fleet::Fault::new(FaultKind::NoCapacity).of("StartInstances").on(app.id("web-3"));
    app.fleet().inject(none);
    let refused = asked(&app, "start web-3").await;
    assert!(refused.plain.contains("InsufficientInstanceCapacity"), "{refused:#?}");
    assert_eq!(refused.buttons, ["Retry web-3"]);
    // Still not; the next button is in the next answer.
    let heard = app.click("ann", "#ops", "Retry web-3").await;
    assert_eq!(heard.shout().buttons, ["Retry web-3"], "{heard:#?}");
    app.fleet().heal();
    let heard = app.click("ann", "#ops", "Retry web-3").await;
    assert_eq!(timeless(&words(heard.shout())), "Done: web-3 is *running* (…).");
    assert_eq!(app.all_changes(), 1);
    assert_all_clicks_answered(&app);
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_change_is_asked_for_again_by_a_click() {
    let app = app().await;
    let before = app.before("ann", "#ops");
    asked(&app, "stop web-2").await;
    app.cloud().faults().add(Fault::next("ec2", "StopInstances", AwsFault::DropBefore));
    app.agree().await;
    let heard = app.since(&before);
    let lost = heard.shout();
    assert!(lost.plain.starts_with("I lost contact while stopping web-2. It is *running* now"), "{lost:#?}");
    assert_eq!(lost.buttons, ["Stop web-2"]);
    let heard = app.click_agreed("bob", "#ops", "Stop web-2").await;
    assert_eq!(timeless(&words(heard.shout())), "Done: web-2 is *stopped* (…).");
    // What was made although its answer was lost is not made again by the button.
    let before = app.before("ann", "#ops");
    app.command("ann", "#ops", "/ec2 reboot web-0").await;
    app.cloud().faults().add(Fault::next("ec2", "RebootInstances", AwsFault::DropAfter));
    app.agree().await;
    let heard = app.since(&before);
    assert_eq!(heard.whisper().buttons, ["Reboot web-0"], "{heard:#?}");
    assert_eq!((app.changes("web-2").stopped, app.changes("web-0").total()), (1, 1));
    assert_eq!(question(app.click("ann", "#ops", "Reboot web-0").await.whisper()), "Reboot web-0?");
    assert_eq!(app.changes("web-0").total(), 1);
    assert_all_clicks_answered(&app);
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_of_a_click_are_one_click() {
    let app = app().await;
    // The card of a stop, and the word on it.
    let before = app.before("ann", "#ops");
    let card = asked(&app, "stop web-1").await;
    let stop = Click { ts: Some(card.ts), copies: Some(3), ..on("ann", "#ops", "Stop web-1") };
    app.click_as(&stop).await;
    let heard = app.since(&before);
    assert_eq!(timeless(&words(heard.shout())), "Done: web-1 is *stopped* (…).");
    assert_eq!((app.changes("web-1").stopped, jobs::all(app.cloud()).len()), (1, 2));
    let heard = app.click_as(&Click { copies: Some(3), ..on("ann", "#ops", "Undo") }).await;
    assert_eq!(timeless(&words(heard.shout())), "Done: web-1 is *running* (…).");
    assert_eq!((app.changes("web-1").started, jobs::all(app.cloud()).len()), (1, 3));
    // Two clicks are two commands, and the second one finds nothing to do.
    let card = agreed(&app, "stop web-1").await;
    for (user, said) in
        [("ann", "Done: web-1 is *running* (…)."), ("bob", "web-1 is already running. Nothing to do.")]
    {
        let heard = app.click_as(&Click { ts: Some(card.ts.clone()), ..on(user, "#ops", "Undo") }).await;
        assert_eq!(timeless(&words(heard.shout())), said);
    }
    assert_eq!((app.state("web-1"), app.changes("web-1").started), (InstanceState::Running, 2));
    assert_all_clicks_answered(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_whose_worker_could_not_be_woken_is_done_by_the_sweeper() {
    let app = app().await;
    agreed(&app, "stop web-1").await;
    for fault in [AwsFault::DropBefore, AwsFault::Status { status: 500, code: "ServiceException".into() }] {
        let before = app.before("ann", "#ops");
        app.cloud().faults().add(Fault::next("lambda", "Invoke", fault).from("Interactions").times(4));
        let taken = app.slack().click(&on("ann", "#ops", "Undo")).await.expect("there is such a button");
        assert_eq!(taken.error, None, "it is on record, so it is taken");
        app.quieten().await;
        app.cloud().faults().clear();
        assert_eq!(jobs::open(app.cloud()).len(), 1);
        app.recover().await;
        let heard = app.since(&before);
        assert_eq!(timeless(&words(heard.shout())), "Done: web-1 is *running* (…).");
        agreed(&app, "stop web-1").await;
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_that_cannot_be_put_on_record_is_told_at_once() {
    let app = app().await;
    agreed(&app, "stop web-1").await;
    let broken = || AwsFault::Status { status: 500, code: "InternalServerError".into() };
    app.cloud().faults().add(Fault::next("dynamodb", "PutItem", broken()).from("Interactions").times(9));
    let heard = app.click("ann", "#ops", "Undo").await;
    app.cloud().faults().clear();
    let said = &heard.whisper().plain;
    assert!(said.starts_with("I am slow or in trouble right now, and may have missed that."), "{said}");
    assert_eq!((app.state("web-1"), jobs::open(app.cloud()).len()), (InstanceState::Stopped, 0));
    // And if not even that can be said, Slack marks the button.
    app.cloud().faults().add(Fault::next("dynamodb", "PutItem", broken()).from("Interactions").times(9));
    let kind = slack::FaultKind::ServerError;
    app.slack().fault(slack::Fault { method: "response_url".into(), times: 9, kind });
    let taken = app.slack().click(&on("ann", "#ops", "Undo")).await.expect("there is such a button");
    assert_eq!(taken.error.as_deref(), Some("dispatch_failed"));
    app.cloud().faults().clear();
    app.quieten().await;
    assert_eq!(app.all_changes(), 1);
    app.finish_after_faults().await;
}
