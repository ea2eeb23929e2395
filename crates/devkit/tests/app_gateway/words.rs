//! Hostile words: they change nothing, and get one short answer.

use crate::support::{app, jobs, only, say, timeless};

#[tokio::test(flavor = "multi_thread")]
async fn words_that_are_not_understood_change_nothing_and_are_answered_once() {
    let app = app().await;
    let ids: Vec<_> = (0..500).map(|n| format!("i-{n:017x}")).collect();
    let long = "web-1 ".repeat(6_700);
    for (what, text) in [
        ("40,000 characters", format!("stop {long}")),
        ("40,000 characters without a space", format!("stop {}", "w".repeat(40_000))),
        ("40,000 characters of another script", format!("stop {}", "é".repeat(40_000))),
        ("500 ids", format!("stop {}", ids.join(" "))),
        ("26 ids", format!("stop {}", ids[..26].join(" "))),
        ("a look-alike verb", "st\u{43e}p web-1".to_owned()),
        ("a look-alike name", "stop w\u{435}b-1".to_owned()),
        ("full-width letters", "ｓｔｏｐ web-1".to_owned()),
        ("a right-to-left override", "stop \u{202e}1-bew".to_owned()),
        ("two lines", "stop web-1\nstop web-2".to_owned()),
        ("a left-over word", "stop web-1 tomorrow maybe".to_owned()),
        ("a left-over half of a filter", "terminate tag:\"Cost Center\"=42=".to_owned()),
        ("a filter that is torn apart", "terminate tag: Env=dev web-1".to_owned()),
        ("two commands", "stop web-1 and start web-3".to_owned()),
        ("everything", "stop all".to_owned()),
        ("a wildcard for everything", "terminate *".to_owned()),
        ("a file of commands", "stop `cat web-1`".to_owned()),
        ("somebody as a target", "stop @bob".to_owned()),
        ("a channel as a target", "stop #general".to_owned()),
        ("mentions for everybody", "stop @channel".to_owned()),
        ("nothing", String::new()),
        ("only punctuation", "!?…".to_owned()),
        ("marks", "stop \u{0}\u{7}web-1\u{1b}[31m".to_owned()),
    ] {
        let (_, answers) = app.type_in(say(&format!("@bellhop {text}"))).await;
        let answer = only(what, &answers);
        assert!(answer.len() < 4_000, "{what} is answered at length: {answer}");
        assert!(!answer.starts_with("Done"), "{what}: {answer}");
        let raw = &answers[0].text;
        assert!(!raw.contains("<!channel>"), "{what}: the answer calls everybody: {raw}");
        assert_eq!(jobs::awaiting(app.cloud()).len(), 0, "{what} could be confirmed: {answer}");
        assert_eq!(app.all_changes(), 0, "{what}: {answer}");
    }
    let changing = app.ec2_calls().into_iter().filter(|action| !action.starts_with("Describe"));
    assert_eq!(changing.collect::<Vec<_>>(), Vec::<String>::new());
    // What cannot be seen is as if it were not there.
    let hidden = app.agreed("st\u{200b}op\u{a0}web\u{200d}-1\u{feff}").await;
    assert_eq!(timeless(&hidden), "Done: `web-1` is *stopped* (…).");
    assert_eq!(app.all_changes(), 1);
    app.finish().await;
}
