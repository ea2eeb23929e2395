//! How people are asked: in which message, where, and for what.

use devkit::slack::Way;

use crate::support::plans::{OPS, at};
use crate::support::{app, jobs, only, timeless, words};
use crate::{assert_all_clicks_answered, assert_untouched, card_says, plan_name};

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
        "@oncall: @ann wants to *terminate* `web-2` (eu-west-1) and needs one of you to approve. {}, expires {expires}.",
        plan_name(&card)
    );
    assert_eq!(notice.plain, said);
    // Slack notifies of a mention in a message that is posted, and of none in an edit.
    assert!(notice.text.starts_with("<!subteam^S0ONCALL01>: <@U0ANN00001> "), "{notice:#?}");
    assert!(!notice.edited && !notice.ephemeral && notice.buttons.is_empty(), "{notice:#?}");
    assert_eq!(notice.thread_ts, card.thread_ts);
    app.click_as(&at(&card, "bob", "Approve")).await;
    assert_eq!(timeless(&card_says(&app, &card)), "Done: `web-2` is *terminated* (…).");
    assert_eq!(app.notices(), [(*notice).clone()], "it is the only one, and stays as it is");
    // What is confirmed by who asks notifies nobody, and admins are told directly.
    app.card("ann", "stop web-1").await;
    app.ask("ann", OPS, "@bellhop account approvers home admins").await;
    let card = app.termination("bob", "web-0").await;
    assert!(card.plain.contains(" Needs a workspace admin. @ann gets a direct message. "), "{card:#?}");
    assert_eq!(app.notices().len(), 1);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_tells_whoever_asks_and_decides_nothing() {
    let app = app().await;
    let card = app.card("ann", "stop web-1").await;
    for user in ["ann", "bob"] {
        let said = app.refused(&at(&card, user, "Dry run")).await;
        assert_eq!(said, "Dry run: AWS would stop `web-1`. Nothing was changed.", "{user}");
    }
    assert_eq!(app.message("ann", OPS, &card.ts).plain, card.plain, "the card is as it was");
    // By a word it needs nobody's consent, not even in direct messages.
    let heard = app.ann("terminate web-2 --dry-run").await;
    assert_eq!(heard, "Dry run: AWS would terminate `web-2`. Nothing was changed.");
    let answers = app.ask("ann", "@bellhop", "terminate web-2 --dry-run").await;
    assert_eq!(only("dry run", &answers), heard);
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
        ("Stop web-1", "Done: `web-1` is *stopped* (…).", 1),
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
        assert_eq!(only(verb, &answers), sentence(verb));
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
            "@bob wants to *terminate* `web-2` (eu-west-1). Reason: “migrated <!channel>”. Needs a workspace admin. @ann gets a direct message. Plan "
        ),
        "{asked:#?}"
    );
    assert!(!asked.text.contains("<!channel>"), "the reason is escaped: {asked:#?}");
    app.click_as(&at(&card, "ann", "Deny")).await;
    assert_eq!(card_says(&app, &card), "Denied by @ann. Nothing was run.");
    assert_untouched(&app);
    app.finish().await;
}
