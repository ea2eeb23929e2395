//! What can be clicked when something is done: undo it, or try it again.

use devkit::cloud::{AwsFault, Fault};
use devkit::fleet::{self, FaultKind};
use devkit::slack::Click;
use domain::instance::InstanceState;

use crate::support::agree::question;
use crate::support::clicked::on;
use crate::support::{MEMBERS_ONLY, app, timeless, words};
use crate::{agreed, asked, assert_all_clicks_answered};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_undone_by_whoever_may() {
    let app = app().await;
    agreed(&app, "stop web-1").await;
    // A click counts as its own person's command.
    let heard = app.click("gil", "#ops", "Undo").await;
    assert_eq!(heard.whisper().plain, MEMBERS_ONLY);
    assert_eq!((app.state("web-1"), app.all_changes()), (InstanceState::Stopped, 1));
    let heard = app.click("bob", "#ops", "Undo").await;
    assert_eq!(timeless(&words(heard.shout())), "Done: `web-1` is *running* (…).");
    assert_eq!((app.changes("web-1").started, app.all_changes()), (1, 2));
    // And back, by /ec2, in private.
    let before = app.before("ann", "#random");
    let heard = app.command("ann", "#random", "/ec2 start web-3").await;
    assert_eq!(heard.whisper().buttons, ["Undo"]);
    let heard = app.click("ann", "#random", "Undo").await;
    assert_eq!(
        question(heard.whisper()),
        "Stop `web-3`? It loses its public IP.",
        "undoing a start stops something"
    );
    assert_eq!(app.all_changes(), 3);
    app.agree().await;
    let heard = app.since(&before);
    assert_eq!(timeless(&words(heard.whisper())), "Done: `web-3` is *stopped* (…).");
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
    assert_eq!(app.click_as(&undo).await.shout().plain, "`web-1` is already running. Nothing to do.");
    assert!(app.fleet().put(&app.id("web-1"), InstanceState::Terminated));
    let heard = app.click_as(&undo).await;
    assert_eq!(heard.whisper().plain, "`web-1` is *terminated*; it will not come back.");
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
    assert_eq!(timeless(&words(heard.shout())), "Done: `web-3` is *running* (…).");
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
    assert!(
        lost.plain.starts_with("I lost contact while stopping `web-2`. It is *running* now"),
        "{lost:#?}"
    );
    assert_eq!(lost.buttons, ["Stop web-2"]);
    let heard = app.click_agreed("bob", "#ops", "Stop web-2").await;
    assert_eq!(timeless(&words(heard.shout())), "Done: `web-2` is *stopped* (…).");
    // What was made although its answer was lost is not made again by the button.
    let before = app.before("ann", "#ops");
    app.command("ann", "#ops", "/ec2 reboot web-0").await;
    app.cloud().faults().add(Fault::next("ec2", "RebootInstances", AwsFault::DropAfter));
    app.agree().await;
    let heard = app.since(&before);
    assert_eq!(heard.whisper().buttons, ["Reboot web-0"], "{heard:#?}");
    assert_eq!((app.changes("web-2").stopped, app.changes("web-0").total()), (1, 1));
    assert_eq!(question(app.click("ann", "#ops", "Reboot web-0").await.whisper()), "Reboot `web-0`?");
    assert_eq!(app.changes("web-0").total(), 1);
    assert_all_clicks_answered(&app);
    app.finish_after_faults().await;
}
