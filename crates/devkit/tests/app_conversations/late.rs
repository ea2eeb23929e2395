//! Messages that Slack delivers late, and messages that are edited.

use devkit::slack::{Click, Say};

use crate::support::{App, app, only, say, words};

const NOT_FOLLOWED: &str =
    "I don't follow edits of messages that I have read: if you still want this, send it as a new message.";

fn state(app: &App, name: &str) -> String {
    app.instance(name).state.to_string()
}

/// Makes `ts` of ann's in #ops say `text`, and waits until all is quiet.
async fn edit(app: &App, ts: &str, text: &str) {
    app.slack().edit("ann", "#ops", ts, &format!("@bellhop {text}")).expect("it is hers");
    app.quieten().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_start_is_asked_about_and_runs_by_a_click() {
    let app = app().await;
    let late = Say { late_s: 3 * 3_600, ..say("@bellhop start web-3") };
    let (said, answers) = app.type_in(late).await;
    let answer = only("start web-3", &answers);
    let begins = "You asked for *start web-3* at ";
    assert!(
        answer.starts_with(begins) && answer.contains(" UTC and I only got it now. Still want it?"),
        "{answer}"
    );
    assert_eq!(answers[0].thread_ts.as_deref(), Some(said.ts.as_str()));
    assert_eq!(
        (state(&app, "web-3").as_str(), answers[0].buttons.as_slice()),
        ("stopped", &["start web-3".to_owned()][..])
    );
    let click = Click {
        user: "ann".into(),
        channel: "#ops".into(),
        ts: Some(answers[0].ts.clone()),
        button: "start web-3".into(),
        ..Click::default()
    };
    app.slack().click(&click).await.expect("there is such a button");
    app.quieten().await;
    assert_eq!(state(&app, "web-3"), "running");
    // Reading may be late.
    let (_, answers) = app.type_in(Say { late_s: 3 * 3_600, ..say("@bellhop find web-3") }).await;
    assert!(only("find web-3", &answers).starts_with("*1 instance*"), "{answers:#?}");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_corrects_what_was_not_understood_and_nothing_else() {
    let app = app().await;
    let (said, answers) = app.type_in(say("@bellhop strat web-3")).await;
    assert!(words(&answers[0]).starts_with("I don't know “strat”."), "{answers:#?}");
    edit(&app, said.ts.as_str(), "start web-3").await;
    assert_eq!(state(&app, "web-3"), "running");
    for text in ["start reports", "find web-3"] {
        edit(&app, said.ts.as_str(), text).await;
        let heard = app.answers("ann", "#ops", &said);
        let last = heard.iter().rfind(|seen| seen.ephemeral).expect("an edit is answered");
        assert_eq!((words(last).as_str(), last.ephemeral), (NOT_FOLLOWED, true), "{text}");
    }
    assert_eq!(state(&app, "reports"), "stopped");

    // In direct messages Slack tells of edits in another way.
    let direct = Say { channel: "@bellhop".into(), ..say("stpo web-1") };
    let (said, _) = app.type_in(direct).await;
    app.slack().edit("ann", "@bellhop", said.ts.as_str(), "check web-1").expect("it is hers");
    app.quieten().await;
    let heard = app.answers("ann", "@bellhop", &said);
    assert!(words(heard.last().expect("it is read")).starts_with("`web-1` is *running*"), "{heard:#?}");
    app.finish().await;
}
