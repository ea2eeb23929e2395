//! Processes die where it hurts most, while a text is reversed or an article
//! summarized and shown: at every call of AWS and of Slack. Whatever happens,
//! there is one answer, and never two for everybody.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use std::time::Duration;

use devkit::cloud::{AwsFault, Fault};
use devkit::slack::{self, FaultKind};
use support::story::{End, Story};
use support::{App, app, jobs};

/// How late an answer of Slack comes to a process that is to die first.
const TOO_LATE: Duration = Duration::from_mins(1);

/// The calls of AWS that `function` makes for one undisturbed run from a cold start.
async fn calls_of_a_clean_run(app: &App, function: &str, story: Story) -> Vec<String> {
    story.prepare(app).await;
    app.cloud().chill();
    let before = app.aws_calls_of(function).len();
    let heard = story.play(app, 1).await;
    assert_eq!(story.end("undisturbed", &heard), End::Well);
    let calls = app.aws_calls_of(function);
    calls[before..].iter().map(|call| format!("{} {}", call.service, call.operation)).collect()
}

/// Every end but a good one, and the number of the call at which `function` was
/// killed for it.
async fn killed_at_every_call(story: Story, fault: &AwsFault) -> (Vec<String>, Vec<(usize, End)>) {
    let app = app().await;
    let calls = calls_of_a_clean_run(&app, "Text", story).await;
    let mut ends = Vec::new();
    for (n, call) in calls.iter().enumerate() {
        story.prepare(&app).await;
        app.cloud().chill();
        let what = format!("{fault:?} at call {n}, {call}");
        let skip = u32::try_from(n).expect("few calls");
        app.cloud().faults().add(Fault::next("*", "*", fault.clone()).from("Text").after(skip));
        let heard = story.play(&app, 1).await;
        assert_eq!(app.cloud().faults().pending(), 0, "{what}: it did not happen");
        ends.push((n, story.end(&what, &heard)));
    }
    app.finish_after_faults().await;
    ends.retain(|(_, end)| *end != End::Well);
    (calls, ends)
}

/// Where the record says that the channel is being shown it, and where it is
/// said that it was.
fn begun_and_finished(story: Story, calls: &[String]) -> Option<(usize, usize)> {
    let writes: Vec<_> = (0..calls.len()).filter(|n| calls[*n] == "dynamodb PutItem").collect();
    match (story, writes.as_slice()) {
        (Story::Reverse | Story::Summarize, [_taken, _finished, _told]) => None,
        (Story::ShareAtOnce | Story::ShareByClick, [_taken, begun, finished, _told]) => {
            Some((*begun, *finished))
        }
        _ => panic!("{story:?}: {calls:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_before_each_of_its_calls_takes_effect() {
    for story in Story::ALL {
        let (calls, ends) = killed_at_every_call(story, &AwsFault::KillBefore).await;
        // It was shown, and the record does not say so yet.
        let lost = begun_and_finished(story, &calls).map(|(_, finished)| (finished, End::LostAndShown));
        assert_eq!(ends, Vec::from_iter(lost), "{story:?}: {calls:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_after_each_of_its_calls_has_taken_effect() {
    for story in Story::ALL {
        let (calls, ends) = killed_at_every_call(story, &AwsFault::KillAfter).await;
        // The record says that it is being shown, and it was not yet.
        let lost = begun_and_finished(story, &calls).map(|(begun, _)| (begun, End::LostAndNotShown));
        assert_eq!(ends, Vec::from_iter(lost), "{story:?}: {calls:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_killed_after_each_word_to_slack() {
    for story in Story::ALL {
        let app = app().await;
        let words = if story == Story::ShareByClick { 2 } else { 1 };
        for n in 0..words {
            story.prepare(&app).await;
            app.cloud().chill();
            let heard = app.slack().calls().len();
            let fault = |kind| slack::Fault { method: "response_url".into(), times: 1, kind };
            // Those before it pass.
            (0..n).for_each(|_| app.slack().fault(fault(FaultKind::Late { millis: 0 })));
            let late = u64::try_from(TOO_LATE.as_millis()).expect("it fits");
            app.slack().fault(fault(FaultKind::Late { millis: late }));
            let before = Story::before(&app);
            assert_eq!(story.ask(&app, 1).await, None);
            let said = || {
                let calls = app.slack().calls();
                calls[heard..].iter().filter(|call| call["method"] == "response_url").count()
            };
            app.until(&format!("{story:?}: word {n} is said"), || said() > n).await;
            assert_eq!(app.cloud().kill("Text"), 1, "{story:?}: the worker is killed");
            app.quieten().await;
            app.recover().await;
            let end = story.end(&format!("killed after word {n}"), &app.since(&before));
            let is_public = matches!(story, Story::ShareAtOnce | Story::ShareByClick) && n == 0;
            assert_eq!(end, if is_public { End::LostAndShown } else { End::Well }, "{story:?}: {n}");
        }
        app.finish_after_faults().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_is_killed_at_each_of_its_calls() {
    for (function, story) in [("Commands", Story::Reverse), ("Interactions", Story::ShareByClick)] {
        let app = app().await;
        let calls = calls_of_a_clean_run(&app, function, story).await;
        // The installation is looked up, then its token is opened to ask who this is.
        let asking = ["dynamodb GetItem", "dynamodb GetItem", "ssm GetParameters"];
        let expected = [&["ssm GetParameters"][..], &asking, &["dynamodb PutItem", "lambda Invoke"]].concat();
        assert_eq!(calls, expected, "{function}");
        for fault in [AwsFault::KillBefore, AwsFault::KillAfter] {
            for (n, call) in calls.iter().enumerate() {
                story.prepare(&app).await;
                app.cloud().chill();
                let what = format!("{function}: {fault:?} at call {n}, {call}");
                let known = jobs::all(app.cloud()).len();
                let skip = u32::try_from(n).expect("few calls");
                app.cloud().faults().add(Fault::next("*", "*", fault.clone()).from(function).after(skip));
                let before = Story::before(&app);
                // Slack tells the person that it failed, and does not try again.
                assert!(story.ask(&app, 1).await.is_some(), "{what}");
                app.quieten().await;
                app.recover().await;
                assert_eq!(app.cloud().faults().pending(), 0, "{what}: it did not happen");
                let heard = app.since(&before);
                if jobs::all(app.cloud()).len() > known {
                    assert_eq!(story.end(&what, &heard), End::Well);
                } else {
                    assert_eq!(heard.counts(), [0, 0, 0], "{what}: {heard:#?}");
                    assert_eq!(story.end(&what, &story.play(&app, 1).await), End::Well);
                }
            }
        }
        app.finish_after_faults().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_keeps_dying_leaves_it_to_the_sweeper() {
    let app = app().await;
    for story in Story::ALL {
        story.prepare(&app).await;
        let before = Story::before(&app);
        (0..3).for_each(|_| app.cloud().faults().kill_next("Text"));
        assert_eq!(story.ask(&app, 1).await, None);
        app.quieten().await;
        assert_eq!(app.since(&before).counts(), [0, 0, 0], "{story:?}");
        app.recover().await;
        assert_eq!(story.end("after three deaths", &app.since(&before)), End::Well);
    }
    let letters = app.cloud().dead_letters();
    assert_eq!(letters.len(), 4);
    // A letter names the job and holds nothing of what was said, nor where to answer.
    let letters: String = letters.iter().map(|dead| dead.record.to_string()).collect();
    assert!(!["abc", "articles.test", "/hooks/"].iter().any(|word| letters.contains(word)), "{letters}");
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_never_gets_through_ends_in_an_apology() {
    let app = app().await;
    app.cloud().faults().add(Fault::next("dynamodb", "PutItem", AwsFault::KillAfter).from("Text").times(99));
    for story in [Story::Reverse, Story::Summarize, Story::ShareAtOnce] {
        let heard = story.play(&app, 1).await;
        let said = &heard.whisper().plain;
        assert!(said.starts_with("Something went wrong on my side (reference "), "{story:?}: {said}");
    }
    app.cloud().faults().clear();
    assert_eq!(jobs::statuses(app.cloud()), ["parked"; 3]);
    app.finish_after_faults().await;
}
