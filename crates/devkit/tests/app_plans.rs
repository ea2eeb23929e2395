//! What interrupts or destroys is planned, shown, and done only when the right
//! people agree to that very plan. Everybody else is told why not, once, and EC2
//! is not asked for anything.
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
use devkit::fleet::Machine;
use devkit::slack::{Click, Deed, Role, Seen, Way};
use domain::instance::InstanceState;
use domain::time::Millis;
use serde_json::json;
use support::clicked::on;
use support::plans::{OPS, at};
use support::signed::{Knocker, NOW};
use support::{App, app, jobs, timeless, words};

const MEMBERS_ONLY: &str = "Only members of this workspace can use me for that.";
const UNKNOWN: &str = "I know no such plan.";
const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// How the attribute of a job's status begins in the write that agrees to its plan.
const AGREED: &str = r#"{"S":"approved"}"#;

/// Nothing was changed, and every click was answered.
#[track_caller]
fn assert_untouched(app: &App) {
    assert_eq!(app.changing_calls(), [], "nothing is called");
    assert_eq!(app.all_changes(), 0);
    assert_all_clicks_answered(app);
}

#[track_caller]
fn assert_all_clicks_answered(app: &App) {
    for wait in app.slack().waits().iter().filter(|wait| wait.deed == Deed::Click) {
        assert!(wait.error.is_none() && wait.answered.is_some(), "{wait:?}");
    }
}

/// What the card says by now, without its buttons.
fn card_says(app: &App, card: &Seen) -> String {
    words(&app.message("ann", OPS, &card.ts))
}

/// What is written on a button, which tells its id from the others'.
fn label_of(button: &serde_json::Value) -> String {
    let label = button["text"]["text"].as_str().expect("a label");
    label.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// `Plan 7F3A`, as the card calls it.
fn plan_name(card: &Seen) -> String {
    let (_, rest) = card.plain.split_once("Plan ").expect("a card names its plan");
    format!("Plan {}", &rest[..4])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_button_means_no_plan_at_all() {
    let app = app().await;
    let card = app.card("ann", "stop web-1").await;
    let (job, hash) = app.awaited();
    app.copy_job(&job, "ec2#T0OTHER001#C0OPS00001#1.1", "T0OTHER001");
    let long = "x".repeat(1_500);
    for value in [
        format!("{job} {NO_HASH}"),
        format!("{job}x {hash}"),
        // Another team's job, with the hash of its very plan.
        format!("ec2#T0OTHER001#C0OPS00001#1.1 {hash}"),
        format!("text#T0ACME0001#C0OPS00001#1.1 {hash}"),
        format!("ec2#T0ACME0001#{long} {hash}"),
        format!("{job} {}", &hash[..60]),
        format!("{job}{hash}"),
        job.clone(),
        hash.clone(),
        "stop web-1".to_owned(),
        json!({"job": job, "plan": hash}).to_string(),
        "?".to_owned(),
    ] {
        let ts = app.forged(&card, &value).await;
        for button in ["Stop web-1", "Cancel", "Dry run"] {
            let click = Click { ts: Some(ts.clone()), ..on("ann", OPS, button) };
            assert_eq!(app.refused(&click).await, UNKNOWN, "{value} [{button}]");
        }
    }
    assert_untouched(&app);
    // Whatever was clicked, the plan is still open, and so is the other team's.
    assert_eq!(jobs::awaiting(app.cloud()).len(), 2);
    app.click_as(&at(&card, "ann", "Stop web-1")).await;
    assert_eq!(timeless(&card_says(&app, &card)), "Done: web-1 is *stopped* (…).");
    assert_eq!((app.changing_calls().len(), app.changes("web-1").stopped), (1, 1));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_button_of_a_termination_opens_and_approves_nothing() {
    let app = app().await;
    let first = app.card("bob", "terminate web-2").await;
    let (job, hash) = app.awaited();
    app.copy_job(&job, "ec2#T0OTHER001#C0OPS00001#1.1", "T0OTHER001");
    let forgeries =
        [format!("{job} {NO_HASH}"), format!("ec2#T0OTHER001#C0OPS00001#1.1 {hash}"), "garbage".to_owned()];
    for value in &forgeries {
        let ts = app.forged(&first, value).await;
        let click = Click { ts: Some(ts), ..on("bob", OPS, "Terminate…") };
        assert_eq!(app.refused(&click).await, UNKNOWN, "{value}");
        assert_eq!(app.slack().modal("bob"), None, "{value}");
    }
    let card = app.termination("bob", "web-2").await;
    let (job, hash) = app.awaited_in(&card);
    for value in forgeries.iter().cloned().chain([format!("{job} {NO_HASH}")]) {
        let ts = app.forged(&card, &value).await;
        for button in ["Approve", "Deny"] {
            let click = Click { ts: Some(ts.clone()), ..on("ann", OPS, button) };
            let said = app.refused(&click).await;
            assert_eq!(said, UNKNOWN, "{value} [{button}]");
        }
    }
    // The question of the first card is over: its plan is not the one that counts now.
    let stale = app.forged(&card, &format!("{job} {}", app.first_hash(&job))).await;
    let click = Click { ts: Some(stale), ..on("ann", OPS, "Approve") };
    let said = app.refused(&click).await;
    assert!(said.starts_with("Already confirmed by @bob at "), "{said}");
    assert_ne!(app.first_hash(&job), hash);
    assert_untouched(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_nobody_is_asked_for_counts_for_nothing() {
    let app = app().await;
    let stop = app.card("bob", "stop web-1").await;
    let end = app.card("bob", "terminate web-2").await;
    // ann is an admin, and so may approve what is to be approved.
    for (card, user, word) in [
        (&stop, "ann", "decide.approve.0"),
        (&stop, "ann", "decide.deny.0"),
        (&end, "bob", "decide.confirm.0"),
        // It has not been justified yet.
        (&end, "ann", "decide.approve.0"),
    ] {
        let ts = app
            .forged_as(card, |button| button["action_id"] = json!(format!("{word}{}", label_of(button))))
            .await;
        let label = card.buttons[0].clone();
        let click = Click { ts: Some(ts), ..on(user, OPS, &label) };
        assert_eq!(app.refused(&click).await, UNKNOWN, "{word}");
    }
    let card = app.termination("bob", "web-0").await;
    for word in ["decide.confirm.0", "justify.0"] {
        let ts = app
            .forged_as(&card, |button| button["action_id"] = json!(format!("{word}{}", label_of(button))))
            .await;
        let click = Click { ts: Some(ts), ..on("bob", OPS, "Approve") };
        assert_eq!(app.refused(&click).await, UNKNOWN, "{word}");
    }
    assert_untouched(&app);
    assert_eq!(jobs::awaiting(app.cloud()).len(), 3, "all of them are still open");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_modal_justifies_nothing() {
    let app = app().await;
    app.card("bob", "terminate web-2").await;
    let (job, hash) = app.awaited();
    app.copy_job(&job, "ec2#T0OTHER001#C0OPS00001#1.1", "T0OTHER001");
    app.card("bob", "stop web-1").await;
    let (stop, stop_hash) = app.awaited_of("stop");
    let knocker = Knocker::at(&app, "/slack/interactions");
    let pointed = |job: &str, hash: &str| json!({"job": job, "plan": hash}).to_string();
    for (metadata, user, said) in [
        (pointed(&job, NO_HASH), "U0BOB00001", UNKNOWN),
        (pointed("ec2#T0OTHER001#C0OPS00001#1.1", &hash), "U0BOB00001", UNKNOWN),
        // What is only stopped is not justified.
        (pointed(&stop, &stop_hash), "U0BOB00001", UNKNOWN),
        (pointed(&format!("text#{job}"), &hash), "U0BOB00001", UNKNOWN),
        ("garbage".to_owned(), "U0BOB00001", UNKNOWN),
        (String::new(), "U0BOB00001", UNKNOWN),
        (pointed(&job, &hash), "U0ANN00001", "Only the person who asked for this can say that."),
    ] {
        let values = json!({
            "name": {"typed": {"type": "plain_text_input", "value": "web-2"}},
            "reason": {"typed": {"type": "plain_text_input", "value": "it has served"}},
        });
        let view = json!({
            "id": "V0FORGED01", "type": "modal", "callback_id": "justify", "private_metadata": metadata,
            "state": {"values": values}, "hash": "1.x", "team_id": "T0ACME0001",
        });
        let payload = json!({
            "type": "view_submission", "team": {"id": "T0ACME0001", "domain": "acme"},
            "user": {"id": user, "team_id": "T0ACME0001"}, "view": view, "is_enterprise_install": false,
        });
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("payload", &payload.to_string())
            .finish();
        let headers = knocker.headers(body.as_bytes(), NOW);
        let (status, answer) = knocker.post_as("application/x-www-form-urlencoded", body, headers).await;
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap_or_default();
        let expected = json!({"response_action": "errors", "errors": {"name": said}});
        assert_eq!((status, answer), (200, expected), "{metadata} by {user}");
    }
    app.quieten().await;
    assert_eq!(jobs::awaiting(app.cloud()).len(), 3, "all of them are as they were");
    assert_untouched(&app);
    app.finish().await;
}

impl App {
    /// The plan of the job that asks for this: its id and its hash.
    fn awaited_of(&self, verb: &str) -> (String, String) {
        let open = jobs::awaiting(self.cloud());
        let job = open.iter().find(|job| job["plan"]["verb"] == verb).expect("it is asked for");
        (job["id"].as_str().unwrap().to_owned(), job["machine"]["plan_hash"].as_str().unwrap().to_owned())
    }

    /// The plan that this card asks about: its job and its hash.
    fn awaited_in(&self, card: &Seen) -> (String, String) {
        let blocks = card.blocks.as_ref().expect("a card has blocks").to_string();
        let open = jobs::awaiting(self.cloud());
        let found = open.iter().find(|job| {
            blocks.contains(job["id"].as_str().unwrap())
                && blocks.contains(job["machine"]["plan_hash"].as_str().unwrap())
        });
        let job = found.expect("the card asks about an open plan");
        (job["id"].as_str().unwrap().to_owned(), job["machine"]["plan_hash"].as_str().unwrap().to_owned())
    }

    /// What the job was asked about first.
    fn first_hash(&self, job: &str) -> String {
        let all = jobs::all(self.cloud());
        let job = all.iter().find(|one| one["id"] == job).expect("there is the job");
        job["asked"][0]["plan"].as_str().expect("it was asked about").to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_plan_is_not_run() {
    let app = app().await;
    let stop = app.card("ann", "stop web-1").await;
    let end = app.termination("bob", "web-2").await;
    jobs::let_plans_lapse(app.cloud());
    // Before the sweeper has said so, a click is told.
    for (card, user, button) in [
        (&stop, "ann", "Stop web-1"),
        (&stop, "ann", "Cancel"),
        (&stop, "ann", "Dry run"),
        (&end, "ann", "Approve"),
        (&end, "ann", "Deny"),
    ] {
        let said = app.refused(&at(card, user, button)).await;
        assert!(said.starts_with(&format!("{} has expired (", plan_name(card))), "[{button}] {said}");
        assert!(said.ends_with("). Nothing was run."), "[{button}] {said}");
    }
    app.sweep().await;
    for card in [&stop, &end] {
        let now = app.message("ann", OPS, &card.ts);
        assert!(now.plain.starts_with(&format!("{} has expired (", plan_name(card))), "{now:#?}");
        assert_eq!(now.buttons, ["Ask again"], "{now:#?}");
    }
    // Whoever still has the old card before them hears the same.
    let old = app.reposted(&stop).await;
    let click = Click { ts: Some(old), ..on("ann", OPS, "Stop web-1") };
    assert!(app.refused(&click).await.starts_with(&format!("{} has expired (", plan_name(&stop))));
    assert_untouched(&app);
    assert_eq!(jobs::open(app.cloud()), Vec::<String>::new());
    let heard = app.click_as(&at(&stop, "ann", "Ask again")).await;
    assert_eq!(heard.shout().buttons, ["Stop web-1", "Dry run", "Cancel"], "{heard:#?}");
    app.click_as(&at(heard.shout(), "ann", "Stop web-1")).await;
    assert_eq!((app.changing_calls().len(), app.changes("web-1").stopped), (1, 1));
    app.finish().await;
}

/// What happens to an instance while people think.
type Happening = fn(&App, &str);

fn put(app: &App, name: &str, state: InstanceState) {
    assert!(app.fleet().put(&app.id(name), state));
}

fn vanish(machine: &mut Machine) {
    let (id, region, zone) = (machine.id.clone(), machine.region.clone(), machine.zone.clone());
    *machine = Machine::new(id, region, &zone, InstanceState::Terminated, Millis(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_whose_instance_changed_is_not_run() {
    let happenings: [(Happening, &str); 7] = [
        (|app, name| put(app, name, InstanceState::Stopped), "(was running, now stopped)"),
        (|app, name| put(app, name, InstanceState::Stopping), "(was running, now stopping)"),
        (|app, name| put(app, name, InstanceState::Terminated), "(was running, now terminated)"),
        (|app, name| assert!(app.fleet().alter(&app.id(name), vanish)), "(was running, now gone)"),
        (
            |app, name| {
                let relaunched =
                    |machine: &mut Machine| machine.launched_at = Millis(machine.launched_at.0 + 1_000);
                assert!(app.fleet().alter(&app.id(name), relaunched));
            },
            "(was started anew)",
        ),
        (|app, name| assert!(app.fleet().tag(&app.id(name), "Name", Some("other"))), "now other)"),
        (|app, name| assert!(app.fleet().tag(&app.id(name), "Name", None)), "now nothing)"),
    ];
    let app = app().await;
    let names = ["web-0", "web-1", "web-2", "legacy", "sick-1", "api-blue", "web-us-0"];
    for ((happen, what), name) in happenings.iter().zip(names) {
        let card = app.card("ann", &format!("stop {name}")).await;
        happen(&app, name);
        let heard = app.click_as(&at(&card, "ann", &format!("Stop {name}"))).await;
        let said = words(heard.shout());
        assert!(said.starts_with(&format!("{name} changed since you asked")), "{what}: {said}");
        assert!(said.contains(what) && said.ends_with("I did nothing."), "{what}: {said}");
        let is_gone = what.contains("gone");
        assert_eq!(heard.shout().buttons.len(), usize::from(!is_gone), "{what}: {heard:#?}");
    }
    assert_untouched(&app);
    // The same before a termination, where the approval comes late.
    let card = app.termination("bob", "cache-1 in us-east-1").await;
    let id = app
        .fleet()
        .instances()
        .into_iter()
        .map(|(_, one)| one)
        .find(|one| one.name() == Some("cache-1") && one.region.as_str() == "us-east-1");
    assert!(app.fleet().put(&id.unwrap().id, InstanceState::Stopped));
    let heard = app.click_as(&at(&card, "ann", "Approve")).await;
    let said = words(heard.shout());
    assert_eq!(said, "cache-1 changed since you asked (was running, now stopped). I did nothing.");
    assert_eq!(heard.shout().buttons, ["Plan again"]);
    assert_untouched(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_whose_instance_is_protected_meanwhile_is_not_run() {
    let app = app().await;
    let stop = app.card("ann", "stop web-1").await;
    let end = app.termination("bob", "web-2").await;
    for name in ["web-1", "web-2"] {
        assert!(app.fleet().tag(&app.id(name), "bellhop:protected", Some("yes")));
    }
    app.click_as(&at(&stop, "ann", "Stop web-1")).await;
    assert_eq!(card_says(&app, &stop), "web-1 is protected (bellhop:protected). Nothing was run.");
    app.click_as(&at(&end, "ann", "Approve")).await;
    assert_eq!(card_says(&app, &end), "web-2 is protected (bellhop:protected). Nothing was run.");
    assert_untouched(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_what_they_asked_for_themselves() {
    let app = app().await;
    // ann is an admin, and so may approve what others ask for.
    let card = app.termination("ann", "web-2").await;
    let sentence = "Only workspace admins can approve, and not your own request.";
    for (user, button) in [("ann", "Approve"), ("ann", "Deny"), ("bob", "Approve"), ("bob", "Deny")] {
        assert_eq!(app.refused(&at(&card, user, button)).await, sentence, "{user} [{button}]");
    }
    // The same in a group, of which ann is no member, admin or not.
    app.let_oncall_approve().await;
    let card = app.termination("bob", "web-0").await;
    assert!(card.plain.contains("Needs 1 of @oncall."), "{card:#?}");
    let sentence = "Only @oncall can approve, and not your own request.";
    for user in ["bob", "ann"] {
        assert_eq!(app.refused(&at(&card, user, "Approve")).await, sentence, "{user}");
    }
    assert_untouched(&app);
    app.click_as(&at(&card, "kim", "Approve")).await;
    assert_eq!(timeless(&card_says(&app, &card)), "Done: web-0 is *terminated* (…).");
    assert_eq!(app.all_changes(), 1);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_group_that_may_approve_gets_a_message_of_its_own() {
    let app = app().await;
    app.let_oncall_approve().await;
    let card = app.card("ann", "terminate web-2").await;
    app.click_as(&at(&card, "ann", "Terminate…")).await;
    let bobs = app.before("bob", OPS);
    assert_eq!(app.submit("ann", "web-2", "it has served").await.error, None);
    let card = app.message("bob", OPS, &card.ts);
    let heard = app.since(&bobs);
    let new: Vec<_> = heard.open.iter().filter(|one| one.ts != card.ts).collect();
    let [notice] = new.as_slice() else { panic!("{heard:#?}") };
    let expires = card.plain.split_once(", expires ").and_then(|(_, rest)| rest.split_once('.'));
    let (expires, _) = expires.expect("a card says when it lapses");
    let said = format!(
        "@oncall: @ann wants to *terminate* web-2 (eu-west-1) and needs one of you to approve. {}, expires {expires}.",
        plan_name(&card)
    );
    assert_eq!(notice.plain, said);
    // Slack notifies of a mention in a message that is posted, and of none in an edit.
    assert!(notice.text.starts_with("<!subteam^S0ONCALL01>: <@U0ANN00001> "), "{notice:#?}");
    assert!(!notice.edited && !notice.ephemeral && notice.buttons.is_empty(), "{notice:#?}");
    assert_eq!(notice.thread_ts, card.thread_ts);
    app.click_as(&at(&card, "bob", "Approve")).await;
    assert_eq!(timeless(&card_says(&app, &card)), "Done: web-2 is *terminated* (…).");
    assert_eq!(app.notices(), [(*notice).clone()], "it is the only one, and stays as it is");
    // What is confirmed by who asks, and what admins approve, notifies nobody.
    app.card("ann", "stop web-1").await;
    app.ask("ann", OPS, "@bellhop account approvers home admins").await;
    let card = app.termination("bob", "web-0").await;
    assert!(card.plain.contains(" Nobody is notified: tell one, or "), "{card:#?}");
    assert_eq!(app.notices().len(), 1);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lost_the_right_before_the_click_decides_nothing() {
    let app = app().await;
    app.let_oncall_approve().await;
    let stop = app.card("bob", "stop web-1").await;
    let end = app.termination("ann", "web-2").await;
    for role in [Role::Deactivated, Role::Guest, Role::Stranger, Role::Bot] {
        app.slack().set_role("bob", role).unwrap();
        app.slack().set_role("kim", role).unwrap();
        for (card, user, button) in [
            (&stop, "bob", "Stop web-1"),
            (&stop, "bob", "Cancel"),
            (&stop, "bob", "Dry run"),
            (&end, "kim", "Approve"),
            (&end, "kim", "Deny"),
        ] {
            assert_eq!(
                app.refused(&at(card, user, button)).await,
                MEMBERS_ONLY,
                "{role:?} {user} [{button}]"
            );
        }
    }
    for user in ["bob", "kim"] {
        app.slack().set_role(user, Role::Member).unwrap();
    }
    // Out of the group.
    app.slack().set_group("oncall", &["bob"]).unwrap();
    let sentence = "Only @oncall can approve, and not your own request.";
    assert_eq!(app.refused(&at(&end, "kim", "Approve")).await, sentence);
    assert_untouched(&app);
    // Requesters who are none any more have nothing approved.
    app.slack().set_role("ann", Role::Deactivated).unwrap();
    app.click_as(&at(&end, "bob", "Approve")).await;
    assert_eq!(card_says(&app, &end), "@ann may not say yes to this *terminate* any more. Nothing was run.");
    assert_untouched(&app);
    app.finish().await;
}

/// Somebody clicks, the worker dies when that is on record, `happen` happens, and
/// the sweeper sees to the rest. What the card says then.
async fn agreed_then(app: &App, card: &Seen, (user, button): (&str, &str), happen: impl FnOnce()) -> String {
    let fault = Fault::next("dynamodb", "*", AwsFault::KillAfter).from("Ec2").containing(AGREED);
    app.cloud().faults().add(fault);
    app.slack().click(&at(card, user, button)).await.expect("there is such a button");
    app.quieten().await;
    assert_eq!(app.cloud().faults().pending(), 0, "the worker has died: {:?}", jobs::statuses(app.cloud()));
    assert_eq!(app.changing_calls(), [], "and not begun");
    happen();
    app.recover().await;
    card_says(app, card)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lost_the_right_after_the_click_has_said_nothing() {
    let app = app().await;
    app.let_oncall_approve().await;
    let become_ = |user: &'static str, role: Role| {
        let app = &app;
        move || app.slack().set_role(user, role).unwrap()
    };
    for role in [Role::Deactivated, Role::Guest] {
        let card = app.card("bob", "stop web-1").await;
        let said = agreed_then(&app, &card, ("bob", "Stop web-1"), become_("bob", role)).await;
        assert_eq!(said, "@bob may not say yes to this *stop* any more. Nothing was run.", "{role:?}");
        app.slack().set_role("bob", Role::Member).unwrap();
        let card = app.termination("ann", "web-2").await;
        let said = agreed_then(&app, &card, ("kim", "Approve"), become_("kim", role)).await;
        assert_eq!(said, "@kim may not say yes to this *terminate* any more. Nothing was run.", "{role:?}");
        app.slack().set_role("kim", Role::Member).unwrap();
    }
    let card = app.termination("ann", "web-2").await;
    let leave = || app.slack().set_group("oncall", &["bob"]).unwrap();
    let said = agreed_then(&app, &card, ("kim", "Approve"), leave).await;
    assert_eq!(said, "@kim may not say yes to this *terminate* any more. Nothing was run.");
    assert_untouched(&app);
    // Who keeps it all the while is served by whoever takes the job up.
    let card = app.termination("ann", "web-2").await;
    let said = agreed_then(&app, &card, ("bob", "Approve"), || {}).await;
    assert_eq!(timeless(&said), "Done: web-2 is *terminated* (…).");
    assert_eq!((app.changing_calls().len(), app.all_changes()), (1, 1));
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_for_whom_it_asks() {
    let app = app().await;
    let stop = app.card("ann", "stop web-1").await;
    let end = app.card("ann", "terminate web-2").await;
    let theirs = "Only @ann can say that: it is their request.";
    for (card, user, button, said) in [
        (&stop, "bob", "Stop web-1", theirs),
        (&stop, "bob", "Cancel", theirs),
        (&stop, "gil", "Stop web-1", MEMBERS_ONLY),
        (&stop, "gil", "Cancel", MEMBERS_ONLY),
        (&stop, "gil", "Dry run", MEMBERS_ONLY),
        (&end, "bob", "Terminate…", theirs),
        (&end, "gil", "Cancel", MEMBERS_ONLY),
    ] {
        assert_eq!(app.refused(&at(card, user, button)).await, said, "{user} [{button}]");
        assert_eq!(app.slack().modal(user), None);
    }
    // A stranger, where there is one.
    let card = app.card_in("ann", "#partners", "stop web-1").await;
    for button in ["Stop web-1", "Cancel", "Dry run"] {
        let click = Click { ts: Some(card.ts.clone()), ..on("sam", "#partners", button) };
        assert_eq!(app.refused(&click).await, MEMBERS_ONLY, "[{button}]");
    }
    assert_untouched(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_tells_whoever_asks_and_decides_nothing() {
    let app = app().await;
    let card = app.card("ann", "stop web-1").await;
    for user in ["ann", "bob"] {
        let said = app.refused(&at(&card, user, "Dry run")).await;
        assert_eq!(said, "Dry run: AWS would stop web-1. Nothing was changed.", "{user}");
    }
    assert_eq!(app.message("ann", OPS, &card.ts).plain, card.plain, "the card is as it was");
    // By a word it needs nobody's consent, not even in direct messages.
    let heard = app.ann("terminate web-2 --dry-run").await;
    assert_eq!(heard, "Dry run: AWS would terminate web-2. Nothing was changed.");
    let answers = app.ask("ann", "@bellhop", "terminate web-2 --dry-run").await;
    assert_eq!(support::only("dry run", &answers), heard);
    assert_untouched(&app);
    let heard = app.click_as(&at(&card, "ann", "Cancel")).await;
    assert_eq!(words(heard.shout()), "Cancelled by @ann. Nothing was run.");
    assert_untouched(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_card_is_answered_in_private() {
    let app = app().await;
    for (button, said, changes) in [
        ("Cancel", "Cancelled by @ann. Nothing was run.", 0),
        ("Stop web-1", "Done: web-1 is *stopped* (…).", 1),
    ] {
        let (anns, bobs) = (app.before("ann", "#random"), app.before("bob", "#random"));
        let heard = app.command("ann", "#random", "/ec2 stop web-1").await;
        assert_eq!(heard.whisper().buttons, ["Stop web-1", "Dry run", "Cancel"], "{heard:#?}");
        app.click("ann", "#random", button).await;
        let heard = app.since(&anns);
        assert_eq!(timeless(&words(heard.whisper())), said, "one message in the end");
        assert_eq!(app.since(&bobs).counts(), [0, 0, 0], "nobody else sees any of it");
        assert_eq!(
            (app.changing_calls().len(), app.all_changes()),
            (changes, u32::try_from(changes).unwrap())
        );
    }
    assert_all_clicks_answered(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_second_person_is_asked_in_a_channel() {
    let app = app().await;
    let sentence = |verb: &str| {
        format!(
            "To *{verb}* needs a second person who agrees, so ask me in a channel, by mentioning me. I did nothing."
        )
    };
    for verb in ["terminate", "kill"] {
        let answers = app.ask("ann", "@bellhop", &format!("{verb} web-2")).await;
        assert_eq!(support::only(verb, &answers), sentence(verb));
        assert_eq!(app.anns(&format!("/ec2 {verb} web-2")).await, sentence(verb));
    }
    assert_eq!(jobs::awaiting(app.cloud()).len(), 0);
    assert_untouched(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_name_keeps_the_modal_open() {
    let app = app().await;
    let card = app.card("bob", "terminate web-2").await;
    app.click_as(&at(&card, "bob", "Terminate…")).await;
    let modal = app.slack().modal("bob").expect("it is open");
    assert_eq!((modal.title.as_str(), modal.labels.join(",")), ("Terminate", "Name,Reason".to_owned()));
    for name in ["web-1", "WEB-2", "web-2x", "i-062f746b484e61ceb"] {
        app.submit("bob", name, "it has served").await;
        let modal = app.slack().modal("bob").expect("it is still open");
        let error = ("Name".to_owned(), "That is not its name. Type web-2 to confirm.".to_owned());
        assert_eq!(modal.errors, [error], "{name}");
        let wait = app.last_wait();
        assert!(matches!(wait.answered, Some((_, Way::Errors(_)))), "{wait:?}");
    }
    app.submit("bob", "web-2", " ").await;
    let modal = app.slack().modal("bob").expect("it is still open");
    assert_eq!(modal.errors, [("Reason".to_owned(), "Give a reason in up to 500 characters.".to_owned())]);
    assert_eq!(app.message("ann", OPS, &card.ts).plain, card.plain, "the card is as it was");
    assert_untouched(&app);
    // The id is as good as the name.
    let id = app.id("web-2");
    assert_eq!(app.submit("bob", id.as_str(), "migrated <!channel>").await.error, None);
    assert_eq!(app.slack().modal("bob"), None);
    let asked = app.message("ann", OPS, &card.ts);
    assert!(
        asked.plain.starts_with(
            "@bob wants to *terminate* web-2 (eu-west-1). Reason: “migrated <!channel>”. Needs a workspace admin. Nobody is notified: tell one, or set a group with *account approvers home @group*. Plan "
        ),
        "{asked:#?}"
    );
    assert!(!asked.text.contains("<!channel>"), "the reason is escaped: {asked:#?}");
    app.click_as(&at(&card, "ann", "Deny")).await;
    assert_eq!(card_says(&app, &card), "Denied by @ann. Nothing was run.");
    assert_untouched(&app);
    app.finish().await;
}
