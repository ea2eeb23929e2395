//! Clicks that come several times, get lost, or cannot be kept.

use devkit::cloud::{AwsFault, Fault};
use devkit::slack::{self, Click};
use domain::instance::InstanceState;

use crate::support::clicked::on;
use crate::support::{app, jobs, timeless, words};
use crate::{agreed, asked, assert_all_clicks_answered};

#[tokio::test(flavor = "multi_thread")]
async fn copies_of_a_click_are_one_click() {
    let app = app().await;
    // The card of a stop, and the word on it.
    let before = app.before("ann", "#ops");
    let card = asked(&app, "stop web-1").await;
    let stop = Click { ts: Some(card.ts), copies: Some(3), ..on("ann", "#ops", "Stop web-1") };
    app.click_as(&stop).await;
    let heard = app.since(&before);
    assert_eq!(timeless(&words(heard.shout())), "Done: `web-1` is *stopped* (…).");
    assert_eq!((app.changes("web-1").stopped, jobs::all(app.cloud()).len()), (1, 2));
    let heard = app.click_as(&Click { copies: Some(3), ..on("ann", "#ops", "Undo") }).await;
    assert_eq!(timeless(&words(heard.shout())), "Done: `web-1` is *running* (…).");
    assert_eq!((app.changes("web-1").started, jobs::all(app.cloud()).len()), (1, 3));
    // Two clicks are two commands, and the second one finds nothing to do.
    let card = agreed(&app, "stop web-1").await;
    for (user, said) in
        [("ann", "Done: `web-1` is *running* (…)."), ("bob", "`web-1` is already running. Nothing to do.")]
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
        assert_eq!(timeless(&words(heard.shout())), "Done: `web-1` is *running* (…).");
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
