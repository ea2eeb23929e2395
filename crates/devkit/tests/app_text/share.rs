//! A summary is shown to the channel, once.

use devkit::cloud::{InvokeFault, LambdaFault};
use devkit::slack::{Click, Command, Fault, FaultKind, Seen};

use crate::support::clicked::{on, typed};
use crate::support::{App, app, words};
use crate::{FERRY, FERRY_TITLE};

const SHARE: &str = "Share to channel";
const SHARED: &str = "I showed it to the channel.";

/// What everybody in the channel sees of the bot's.
fn open(app: &App, user: &str, channel: &str) -> Vec<Seen> {
    let seen = app.conversation(user, channel).expect("they can see the channel");
    seen.answers().into_iter().filter(|one| !one.ephemeral).cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn share_shows_the_channel_once() {
    let app = app().await;
    for (n, channel) in ["#random", "#ops", "#partners"].into_iter().enumerate() {
        let (_, heard) = app
            .command_as(&Command {
                copies: Some(1 + u32::try_from(n).unwrap()),
                ..typed("ann", channel, &format!("/summarize {FERRY} 2 share"))
            })
            .await;
        let shown = heard.shout();
        assert!(
            shown.plain.starts_with(FERRY_TITLE) && shown.plain.ends_with("Shared by @ann"),
            "{shown:#?}"
        );
        assert_eq!((shown.plain.matches("\n• ").count(), shown.buttons.len()), (2, 0), "{shown:#?}");
        assert_eq!(open(&app, "bob", channel).len(), 1, "bob sees it in {channel}");
    }
    let heard = app.command("bob", "#secret", &format!("/summarize share {FERRY}")).await;
    assert!(heard.shout().plain.ends_with("Shared by @bob"), "{heard:#?}");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_is_shared_by_a_click_and_only_once() {
    let app = app().await;
    for (user, channel) in [("ann", "#ops"), ("ann", "#random"), ("bob", "#secret")] {
        app.command(user, channel, &format!("/summarize {FERRY}")).await;
        let before = app.before(user, channel);
        // Twice, before the first click has been seen to: each copy may wake the worker.
        let lost = InvokeFault { function: "Text".into(), skip: 0, times: 4, what: LambdaFault::Lose };
        app.cloud().faults().add_invoke(lost);
        for copies in [3, 1] {
            let click = Click { copies: Some(copies), ..on(user, channel, SHARE) };
            assert_eq!(app.slack().click(&click).await.unwrap().error, None);
        }
        app.quieten().await;
        app.cloud().faults().clear();
        app.recover().await;
        let heard = app.since(&before);
        assert_eq!(heard.counts(), [1, 1, 0], "{heard:#?}");
        let shown = &heard.open[0].plain;
        assert!(shown.starts_with(FERRY_TITLE) && shown.ends_with(&format!("Shared by @{user}")), "{shown}");
        assert_eq!(heard.private[0].plain, SHARED);
        // The button is gone with it.
        assert_eq!(app.clickable(user, channel), Vec::<String>::new(), "{channel}");
        assert_eq!(open(&app, user, channel).len(), 1);
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_failed_can_be_clicked_again() {
    let app = app().await;
    app.command("ann", "#random", &format!("/summarize {FERRY}")).await;
    let refused = FaultKind::Http { status: 403, text: "action_prohibited".into() };
    app.slack().fault(Fault { method: "response_url".into(), times: 1, kind: refused });
    let heard = app.click("ann", "#random", SHARE).await;
    let failed = heard.whisper().clone();
    assert_eq!(words(&failed), "Slack did not let me show it to the channel, so only you see it.");
    assert_eq!(failed.buttons, [SHARE]);
    // The first button is used up, and says so; the new one works.
    let all = app.conversation("ann", "#random").unwrap();
    let first = all.answers().into_iter().find(|one| one.plain.starts_with(FERRY_TITLE)).cloned().unwrap();
    let heard = app.click_as(&Click { ts: Some(first.ts), ..on("ann", "#random", SHARE) }).await;
    assert!(heard.whisper().plain.starts_with("I have nothing to share here any more."), "{heard:#?}");
    let heard = app.click_as(&Click { ts: Some(failed.ts), ..on("ann", "#random", SHARE) }).await;
    assert_eq!(heard.counts(), [1, 1, 0], "{heard:#?}");
    assert!(heard.open[0].plain.ends_with("Shared by @ann"));
    assert_eq!(open(&app, "bob", "#random").len(), 1);
    app.finish_after_faults().await;
}
