//! Slack is slow, down, or refuses.

use devkit::slack;
use domain::instance::InstanceState;

use crate::Since::{Agreed, Asked};
use crate::support::{App, app, is_final, jobs, say};
use crate::{NAME, Stop, assert_stopped, slack_fault, stop};

#[tokio::test(flavor = "multi_thread")]
async fn slack_may_be_slow_or_down_and_everybody_hears_once() {
    let app = app().await;
    let limited = || slack::FaultKind::RateLimited { retry_after: 1 };
    let internal = || slack::FaultKind::Refused { error: "internal_error".into() };
    for (from, method, times, kind) in [
        (Asked, "chat.postMessage", 1, limited()),
        (Asked, "users.info", 1, limited()),
        (Asked, "users.info", 2, slack::FaultKind::ServerError),
        (Agreed, "users.info", 1, limited()),
        (Agreed, "users.info", 2, slack::FaultKind::ServerError),
        (Agreed, "users.info", 1, slack::FaultKind::Cut),
        (Agreed, "chat.update", 2, limited()),
        (Agreed, "chat.update", 3, slack::FaultKind::ServerError),
        (Agreed, "chat.update", 2, slack::FaultKind::Cut),
        (Agreed, "chat.update", 1, internal()),
    ] {
        let what = format!("{from:?}: {method}: {kind:?}");
        let fault = slack_fault(method, times, kind);
        let before = struck(&app);
        let stop = stop(&app, from, || app.slack().fault(fault)).await;
        assert_eq!(struck(&app) - before, times as usize, "{what}: it did not happen");
        assert_stopped(&app, &what, &stop);
        assert_eq!(stop.answers.len(), 1, "{what}: {:#?}", stop.answers);
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_of_which_nobody_knows_whether_it_was_posted_does_not_stop_the_work() {
    let app = app().await;
    for kind in
        [slack::FaultKind::ServerError, slack::FaultKind::Cut, slack::FaultKind::Late { millis: 5_500 }]
    {
        let what = format!("{kind:?}");
        let fault = slack_fault("chat.postMessage", 1, kind);
        let stop = stop(&app, Asked, || app.slack().fault(fault)).await;
        assert_stopped(&app, &what, &stop);
        // A first card may have been left behind, without a final word.
        assert!(stop.answers.len() <= 2, "{what}: {:#?}", stop.answers);
    }
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slack_is_out_of_reach_when_all_is_done_and_hears_of_it_later() {
    let app = app().await;
    let (said, _) = app.type_in(say("@bellhop stop web-1")).await;
    // That it begins can still be said.
    app.slack().fault(slack_fault("chat.update", 1, slack::FaultKind::Late { millis: 0 }));
    app.slack().fault(slack_fault("chat.update", 13, slack::FaultKind::ServerError));
    app.agree_once().await;
    let answers = app.answers("ann", "#ops", &said);
    assert!(answers.iter().all(|one| !is_final(one)), "nobody could be told: {answers:#?}");
    assert_eq!((app.changes(NAME).stopped, app.state(NAME)), (1, InstanceState::Stopped));
    assert_eq!(jobs::statuses(app.cloud()), ["done", "done"]);
    app.recover().await;
    let answers = app.answers("ann", "#ops", &said);
    assert_stopped(&app, "told later", &Stop { answers, times: 1 });
    app.finish_after_faults().await;
}

/// What ann was told in her direct messages.
fn letters(app: &App) -> Vec<String> {
    let told = app.conversation("ann", "@bellhop").expect("ann has direct messages");
    told.answers().into_iter().map(|one| one.plain.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_bot_may_not_speak_nothing_is_changed_and_the_person_is_told_alone() {
    let app = app().await;
    let refused = |method: &str, error: &str| {
        app.slack().fault(slack_fault(method, 1, slack::FaultKind::Refused { error: error.into() }));
    };
    for error in ["not_in_channel", "is_archived", "restricted_action"] {
        // The refusal, too, goes to a channel that is closed.
        refused("chat.postMessage", error);
        refused("chat.postEphemeral", error);
        app.type_in(say("@bellhop stop web-1")).await;
        app.recover().await;
        assert_eq!(jobs::awaiting(app.cloud()).len(), 0, "{error}");
        let last = letters(&app).pop().unwrap_or_default();
        assert!(last.contains("so I did nothing"), "{error}: {last}");
    }
    // The card cannot say any more that it begins.
    for error in ["message_not_found", "is_archived", "cant_update_message"] {
        app.type_in(say("@bellhop stop web-1")).await;
        refused("chat.update", error);
        refused("chat.update", error);
        app.agree_once().await;
        app.recover().await;
        let last = letters(&app).pop().unwrap_or_default();
        assert!(last.contains("so I did nothing"), "{error}: {last}");
    }
    assert_eq!((app.all_changes(), app.times_called("StopInstances")), (0, 0));
    assert_eq!((letters(&app).len(), jobs::open(app.cloud()).len()), (6, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_ends_a_job_and_nothing_is_changed() {
    let app = app().await;
    for error in ["token_revoked", "account_inactive", "invalid_auth"] {
        for from in [Asked, Agreed] {
            if from == Agreed {
                app.type_in(say("@bellhop stop web-1")).await;
                assert_eq!(jobs::awaiting(app.cloud()).len(), 1, "{error}");
            }
            let refused = || slack::FaultKind::Refused { error: error.into() };
            app.slack().fault(slack_fault("users.info", 1, refused()));
            for method in ["chat.postMessage", "chat.postEphemeral", "chat.update"] {
                app.slack().fault(slack_fault(method, 20, refused()));
            }
            if from == Asked {
                app.type_in(say("@bellhop stop web-1")).await;
            } else {
                app.agree_once().await;
            }
            app.recover().await;
            assert_eq!((app.all_changes(), jobs::left(app.cloud()).len()), (0, 0), "{from:?}: {error}");
            heal(&app).await;
        }
        // Nobody has decided it.
        jobs::let_plans_lapse(app.cloud());
        app.sweep().await;
    }
    assert_eq!((app.times_called("StopInstances"), jobs::open(app.cloud()).len()), (0, 0));
}

/// All is well with Slack again.
async fn heal(app: &App) {
    let client = reqwest::Client::builder().no_proxy().build().expect("there is an HTTP client");
    let call = client.post(format!("{}/sim/faults", app.slack().url())).body(r#"{"clear":true}"#);
    assert!(call.send().await.expect("Slack answers").status().is_success());
}

/// How many calls of Slack have met a fault.
fn struck(app: &App) -> usize {
    app.slack().calls().iter().filter(|call| call["fault"].is_string()).count()
}
