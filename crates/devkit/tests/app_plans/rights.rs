//! Who may decide: never alone, and not any more once the right is gone.

use devkit::cloud::{AwsFault, Fault};
use devkit::slack::{Click, Role, Seen};

use crate::support::clicked::on;
use crate::support::plans::at;
use crate::support::{App, MEMBERS_ONLY, app, jobs, timeless};
use crate::{assert_untouched, card_says};

/// How the attribute of a job's status begins in the write that agrees to its plan.
const AGREED: &str = r#"{"S":"approved"}"#;

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
    assert_eq!(timeless(&card_says(&app, &card)), "Done: `web-0` is *terminated* (…).");
    assert_eq!(app.all_changes(), 1);
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
    assert_eq!(timeless(&said), "Done: `web-2` is *terminated* (…).");
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
    // A stranger, in a shared channel in which an admin allows cards.
    app.card_in("ann", "#partners", "share here on").await;
    let card = app.card_in("ann", "#partners", "stop web-1").await;
    for button in ["Stop web-1", "Cancel", "Dry run"] {
        let click = Click { ts: Some(card.ts.clone()), ..on("sam", "#partners", button) };
        assert_eq!(app.refused(&click).await, MEMBERS_ONLY, "[{button}]");
    }
    assert_untouched(&app);
    app.finish().await;
}
