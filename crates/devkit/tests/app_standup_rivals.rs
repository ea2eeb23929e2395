//! Many who submit at once, one who does so twice, and those who answer while the
//! worker that asks them is dead: nothing is lost, and nothing is doubled.
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
use devkit::slack::{Role, Seen, Submit};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream;
use support::clicked::{on, typed};
use support::kills::{answer_late, struck};
use support::plans::OPS;
use support::standups::{DIRECT, PLAN, THANKS, filled, id_of};
use support::{App, app, jobs, standup_table as table};

/// How long an answer takes to be written, so that several of them meet there.
const SLOW_WRITE: Duration = Duration::from_millis(300);
/// How many are under way to the gateway at a time.
const AT_ONCE: usize = 6;
/// So long that a hundred of them do not fit into one message.
const LONG: usize = 400;

/// All of them submit what is open before them at the same time.
async fn submit_all(app: &App, texts: &[(String, String)]) {
    let all = texts.iter().map(|(user, text)| {
        let submit = filled(user, &[(PLAN, text)]);
        async move { app.slack().submit(&submit).await.unwrap().error }
    });
    let errors: Vec<_> = stream::iter(all).buffer_unordered(AT_ONCE).collect().await;
    assert!(errors.iter().all(Option::is_none), "{errors:?}");
    app.quieten().await;
    app.recover_standups(6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_submit_at_once_and_the_report_has_all_of_it() {
    let app = app().await;
    app.standup("ann", OPS, "now").await;
    app.standup("ann", OPS, "report").await;
    let people = ["ann", "bob", "gil", "kim"];
    for user in people {
        app.open(user, "Open report").await;
    }
    // Their answers are written, and the report is edited, at the same time.
    let slow = Fault::next("dynamodb", "PutItem", AwsFault::Delay(SLOW_WRITE)).from("Standup");
    app.cloud().faults().add(slow.containing("the word of").times(4));
    let texts = people.map(|user| (user.to_owned(), format!("the word of {user}")));
    submit_all(&app, &texts).await;
    assert_eq!(app.cloud().faults().pending(), 0, "it was written slowly");
    let report = app.report("ann", OPS);
    assert_eq!(report[0], "4 of 4 answered");
    for (user, text) in &texts {
        assert!(report.contains(text), "{text} in {report:#?}");
        assert!(app.question(user).plain.starts_with(THANKS), "{user}");
    }
    app.finish().await;
}

/// The id of the modal that was opened last.
fn last_window(app: &App) -> String {
    let calls = app.slack().calls();
    let opened = calls.iter().rfind(|call| call["method"] == "views.open").unwrap();
    opened["answer"]["view"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_submits_twice_is_kept_once_and_the_last_word_counts() {
    let app = app().await;
    app.standup("ann", OPS, "now").await;
    app.standup("ann", OPS, "report").await;
    // Slack loses the answer, and bob submits the same window again at once.
    app.open("bob", "Open report").await;
    let known = jobs::all(app.cloud()).len();
    let submit = filled("bob", &[(PLAN, "the first word")]);
    let taken = join_all([app.slack().submit(&submit), app.slack().submit(&submit)]).await;
    assert!(taken.iter().all(|one| one.as_ref().is_ok_and(|taken| taken.error.is_none())), "{taken:?}");
    app.quieten().await;
    assert_eq!(jobs::all(app.cloud()).len(), known + 1, "one window, one job");
    assert_eq!(app.report("ann", OPS)[0], "1 of 4 answered");
    // Of two windows, the later word comes to the record first: the other is written slowly.
    let slow = Fault::next("dynamodb", "PutItem", AwsFault::Delay(SLOW_WRITE)).from("Standup");
    app.cloud().faults().add(slow.containing("the second word").times(2));
    let mut windows = Vec::new();
    for _ in 0..2 {
        app.open("bob", "Edit").await;
        windows.push(last_window(&app));
    }
    assert_ne!(windows[0], windows[1]);
    for (view, word) in windows.into_iter().zip(["the second word", "the third word"]) {
        let submit = Submit { view: Some(view), ..filled("bob", &[(PLAN, word)]) };
        assert_eq!(app.slack().submit(&submit).await.unwrap().error, None);
    }
    app.quieten().await;
    app.recover_standups(6).await;
    assert_eq!(table::entry(app.cloud(), &id_of("bob"))["answer"]["texts"][1], "the third word");
    let report = app.report("ann", OPS);
    assert!(report.contains(&"the third word".to_owned()) && report[0] == "1 of 4 answered", "{report:?}");
    assert_eq!(app.cloud().faults().pending(), 0, "it was written slowly");
    assert_eq!(jobs::all(app.cloud()).len(), known + 3);
    app.standup("bob", OPS, "skip").await;
    assert_eq!(app.report("ann", OPS)[0], "1 of 4 answered", "who has answered does not skip by being away");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_comes_while_the_worker_that_asks_is_dead() {
    let app = app().await;
    for gone in ["gil", "kim"] {
        app.slack().set_role(gone, Role::Deactivated).unwrap();
    }
    let before = app.slack().calls().len();
    answer_late(&app, "chat.postMessage", 0);
    answer_late(&app, "chat.postMessage", 0);
    let taken = app.slack().command(&typed("ann", "#general", "/standup now")).await.unwrap();
    assert_eq!(taken.error, None);
    app.until("both messages are there", || struck(&app) == 2).await;
    assert_eq!(app.cloud().kill("Standup"), 1);
    app.quieten().await;
    assert_eq!(table::entry(app.cloud(), &id_of("bob"))["asking"]["is"], "sending");
    // Bob sees the questions, and answers; ann does not want to.
    app.open("bob", "Open report").await;
    assert_eq!(app.fill_in("bob", &[(PLAN, "ship it")]).await, []);
    app.slack().click(&on("ann", DIRECT, "Skip today")).await.unwrap();
    app.quieten().await;
    app.recover_standups(6).await;
    assert_eq!(app.asked_since(before), ["ann", "bob"].map(id_of), "nobody is asked again");
    assert!(app.question("bob").plain.starts_with(THANKS));
    assert!(app.question("ann").plain.starts_with("Skipped for today."));
    let asking = |user: &str| table::entry(app.cloud(), &id_of(user))["asking"]["is"].clone();
    assert_eq!([asking("ann"), asking("bob")], ["asked", "asked"]);
    app.standup("ann", "#general", "report").await;
    let report = app.report("ann", "#general");
    assert_eq!([report[0].as_str(), report.last().unwrap()], ["1 of 2 answered", "*Skipped:* ann"]);
    app.finish_after_faults().await;
}

/// How often each of `names` has a portrait in what stands below the report.
fn portraits(report: &Seen, names: &[String]) -> Vec<usize> {
    let count = |name: &String| {
        let head = format!("*{name}*");
        report.replies.iter().flat_map(|page| page.plain.lines()).filter(|line| line.ends_with(&head)).count()
    };
    names.iter().map(count).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_many_goes_on_in_its_thread_and_tears_nobody_apart() {
    let app = app().await;
    let extra = app.slack().add_members(OPS, 36).unwrap();
    app.standup("ann", OPS, "now").await;
    let users: Vec<String> = extra.iter().map(ToString::to_string).collect();
    for user in &users {
        app.open(user, "Open report").await;
    }
    // Half of them have answered when it is posted, and it fits.
    let texts: Vec<_> =
        users.iter().map(|user| (user.clone(), format!("word {}", "x".repeat(LONG)))).collect();
    submit_all(&app, &texts[..18]).await;
    app.standup("ann", OPS, "report").await;
    app.recover_standups(6).await;
    let report = app.reports("ann", OPS).remove(0);
    assert!(report.replies.is_empty() && report.plain.contains("18 of 40 answered"), "{}", report.plain);
    // The others come all at once.
    submit_all(&app, &texts[18..]).await;
    let reports = app.reports("ann", OPS);
    let [report] = reports.as_slice() else { panic!("there is one: {}", reports.len()) };
    assert!(report.plain.contains("36 of 40 answered\nThe answers are in the thread."), "{}", report.plain);
    let names: Vec<String> = {
        let known = table::entries(app.cloud());
        let name = |entry: &serde_json::Value| entry["name"].as_str().unwrap().to_owned();
        known.iter().filter(|entry| entry["answer"]["is"] == "given").map(name).collect()
    };
    assert_eq!(names.len(), 36);
    assert_eq!(portraits(report, &names), vec![1; 36], "{:#?}", report.replies.len());
    let whole = |page: &Seen| {
        page.plain.matches(&"x".repeat(LONG)).count() * 2
            == page.blocks.as_ref().unwrap().as_array().unwrap().len()
    };
    assert!(report.replies.len() >= 2 && report.replies.iter().all(whole), "{}", report.replies.len());
    // One of them changes a word: it stands where it stood, and no page is added.
    app.answer(&users[20], &[(PLAN, "only this")]).await;
    let after = app.reports("ann", OPS).remove(0);
    assert_eq!(after.replies.len(), report.replies.len());
    assert_eq!(portraits(&after, &names), vec![1; 36]);
    assert_eq!(after.replies.iter().filter(|page| page.plain.contains("only this")).count(), 1);
    app.finish().await;
}
