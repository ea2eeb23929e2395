//! The app is removed, while nothing happens and in the middle of work.

use devkit::slack::Seen;
use domain::instance::InstanceState;
use serde_json::{Value, json};

use crate::support::signed::{Knocker, now_s};
use crate::support::{App, app, jobs, timeless};
use crate::{installation, is_tombstone};

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
        assert_eq!(
            timeless(&app.agreed("stop web-1").await),
            "Done: `web-1` is *stopped* (…).",
            "{events:?}"
        );
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
