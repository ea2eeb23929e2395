//! Standups by the clock: schedules that fire, twice as well as once, members in
//! other zones, and what may still be said of a day that is over.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use devkit::cloud::{Kind, Outcome};
use devkit::slack::{Click, Fault, FaultKind, Role};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};
use support::clicked::{on, typed};
use support::standups::{DIRECT, PLAN, SKIPPED, THANKS, id_of};
use support::{App, app, standup_table as table};

const CHANNEL: &str = "#general";
const EVERY_DAY: (&str, &str) = ("Days", "Mon, Tue, Wed, Thu, Fri, Sat, Sun");
const OVER: &str =
    "This standup is over: the next one has begun. Your newest message from me has the questions.";

/// The moment it is, to the minute.
fn now(app: &App) -> Timestamp {
    let now = Timestamp::from_millisecond(i64::try_from(app.fleet().clock().now().0).unwrap()).unwrap();
    Timestamp::from_second(now.as_second() / 60 * 60).unwrap()
}

/// Ann sets up `daily`, on every day, in UTC unless `labels` say otherwise.
async fn daily(app: &App, labels: &[(&str, &str)]) {
    let taken = app.slack().command(&typed("ann", CHANNEL, "/standup setup")).await.unwrap();
    assert_eq!(taken.error, None);
    app.quieten().await;
    let labels = [&[EVERY_DAY, ("Time zone", "UTC")], labels].concat();
    assert_eq!(app.fill_in("ann", &labels).await, []);
    assert_eq!(app.cloud().schedules().len(), 2);
}

/// A schedule fires so many times at once, as if `at` had come, and each of these is
/// delivered twice.
async fn fire(app: &App, schedule: &str, at: Timestamp, times: usize) {
    for _ in 0..times {
        app.cloud().faults().duplicate_next("Standup");
        app.fire(schedule, Some(at)).unwrap();
    }
    app.quieten().await;
    app.recover_standups(4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_often_schedules_fire_everybody_is_asked_once_and_there_is_one_report() {
    let app = app().await;
    daily(&app, &[]).await;
    let (at, before) = (now(&app), app.slack().calls().len());
    let invocations = app.invocations_of("Standup").len();
    fire(&app, "daily ask", at, 3).await;
    fire(&app, "daily ask", at, 1).await;
    assert_eq!(app.asked_since(before), ["ann", "bob", "gil", "kim"].map(id_of));
    app.answer("bob", &[(PLAN, "ship it")]).await;
    app.answer("kim", &[(PLAN, "rest")]).await;
    fire(&app, "daily report", at, 3).await;
    fire(&app, "daily report", at, 1).await;
    let report = app.report("ann", CHANNEL);
    assert_eq!(
        (report[0].as_str(), report.last().unwrap().as_str()),
        ("2 of 4 answered", "*Missing:* ann, gil")
    );
    let posts = app.slack().calls().into_iter().filter(|call| {
        call["method"] == "chat.postMessage"
            && call["arguments"]["text"].to_string().contains("Standup *daily*")
    });
    assert_eq!(posts.count(), 1, "it was not posted and taken back, either");
    let woken = app.invocations_of("Standup").len() - invocations;
    assert!(woken >= 16, "each firing came twice: {woken}");
    // The book of the day says so, too.
    let runs = table::runs(app.cloud());
    assert_eq!((runs.len(), &runs[0]["report"]["is"]), (1, &json!("posted")));
    // Late answers go on until the next day begins.
    app.answer("gil", &[(PLAN, "late")]).await;
    assert_eq!(app.report("ann", CHANNEL)[0], "3 of 4 answered");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_was_lost_sight_of_is_posted_again_if_its_owner_says_so() {
    for (kind, there) in [(FaultKind::Cut, 1), (FaultKind::CutBefore, 0)] {
        let app = app().await;
        daily(&app, &[]).await;
        let at = now(&app);
        fire(&app, "daily ask", at, 1).await;
        app.slack().fault(Fault { method: "chat.postMessage".into(), times: 1, kind });
        let before = app.before("ann", DIRECT);
        fire(&app, "daily report", at, 2).await;
        assert_eq!(app.reports("ann", CHANNEL).len(), there, "nobody posts it again by themselves");
        let heard = app.since(&before);
        let letter = heard.letter();
        assert!(
            letter.plain.starts_with("I lost contact while posting the report of *daily* ("),
            "{letter:#?}"
        );
        assert_eq!(letter.buttons, ["Post it again"]);
        // However often she says so.
        table::let_time_pass(app.cloud());
        for _ in 0..2 {
            let heard = app.click("ann", DIRECT, "Post it again").await;
            app.recover_standups(4).await;
            assert_eq!(heard.whisper().plain, "The report of *daily* is in #general now.");
        }
        assert_eq!(app.reports("ann", CHANNEL).len(), there + 1);
        app.answer("bob", &[(PLAN, "ship it")]).await;
        let last = app.reports("ann", CHANNEL).pop().unwrap();
        assert!(last.plain.contains("1 of 4 answered"), "the newer one is kept right: {last:#?}");
        app.finish_after_faults().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_that_is_left_behind_does_nothing() {
    let app = app().await;
    daily(&app, &[]).await;
    let known = app.cloud().schedules().remove(0);
    app.standup("ann", CHANNEL, "list").await;
    app.click("ann", CHANNEL, "Delete").await;
    let before = app.slack().calls().len();
    let at = u64::try_from(now(&app).as_millisecond()).unwrap();
    app.cloud().fire(&known, at).unwrap();
    app.quieten().await;
    let team = app.slack().world()["team"]["id"].clone();
    for (kind, standup, outcome) in [
        ("send_questions", "00000000", Outcome::Ok),
        ("send_report", "00000000", Outcome::Ok),
        ("send_flowers", "00000000", Outcome::Error),
    ] {
        let payload = json!({"type": kind, "standup": standup, "team": team, "time": now(&app).to_string(),
            "source": "schedule"});
        let reply = app.cloud().invoke("Standup", &payload, Kind::Sync).await.unwrap();
        assert_eq!(reply.outcome, outcome, "{payload}");
    }
    assert_eq!(app.slack().calls().len(), before, "nobody hears of it");
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reaches_nobody_leaves_a_letter() {
    let app = app().await;
    daily(&app, &[]).await;
    let at = now(&app);
    // The function dies at each of its three attempts.
    (0..3).for_each(|_| app.cloud().faults().kill_next("Standup"));
    app.fire("daily ask", Some(at)).unwrap();
    app.quieten().await;
    // The schedule still names a function of old.
    let mut astray = app.cloud().schedules().remove(0);
    astray.target.arn.push_str("-of-old");
    app.cloud().fire(&astray, u64::try_from(at.as_millisecond()).unwrap()).unwrap_err();
    let queue = app.cloud().stack().queues[0].arn.clone();
    let letters = app.cloud().dead_letters();
    let letters: Vec<_> =
        letters.iter().map(|letter| (letter.function.as_str(), letter.destination.as_ref())).collect();
    assert_eq!(letters, [("Standup", Some(&queue)), (astray.target.arn.as_str(), Some(&queue))]);
    app.finish_after_faults().await;
}

/// Makes the moment at which those are to be asked who are not yet, so much earlier.
fn let_wait(app: &App, ms: u64) {
    table::change(app.cloud(), |record| {
        let is_waiting = record["asking"]["is"] == "waiting";
        if is_waiting {
            record["ask_at"] = json!(record["ask_at"].as_u64().unwrap() - ms);
        }
        is_waiting
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_asked_when_it_is_time_where_they_are() {
    let app = app().await;
    let new_york = TimeZone::get("America/New_York").unwrap();
    // A time that comes in New York in two hours and a half, and was in Madrid before.
    let (at, soon) = (now(&app), now(&app).checked_add(150.minutes()).unwrap().to_zoned(new_york));
    let time = soon.strftime("%H:%M").to_string();
    let own = ("Time zones of members", "Ask everybody at this time where they are");
    daily(&app, &[own, ("Ask at", &time), ("Report at", "00:00")]).await;
    let before = app.slack().calls().len();
    fire(&app, "daily ask", at, 2).await;
    let first = ["ann", "gil", "kim"].map(id_of);
    assert_eq!(app.asked_since(before), first, "they live in Madrid, and bob does not");
    let day = soon.strftime("%Y%m%d").to_string();
    let is_of_day = |seen: &devkit::slack::Seen| seen.blocks.as_ref().unwrap().to_string().contains(&day);
    assert!(is_of_day(&app.question("ann")));
    let quarter = |n: i64| at.checked_add((15 * n).minutes()).unwrap();
    fire(&app, "daily ask", quarter(1), 1).await;
    assert_eq!(app.asked_since(before), first, "it is not yet time for bob");
    assert_eq!(table::entry(app.cloud(), &id_of("bob"))["asking"]["is"], "waiting");
    // The hours pass; the next firing finds him.
    let_wait(&app, 3 * 3_600_000);
    fire(&app, "daily ask", quarter(10), 2).await;
    fire(&app, "daily ask", quarter(11), 1).await;
    assert_eq!(app.asked_since(before), ["ann", "bob", "gil", "kim"].map(id_of));
    assert!(is_of_day(&app.question("bob")), "for the same day");
    assert_eq!(table::runs(app.cloud()).len(), 1);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_over_for_whoever_is_asked_again() {
    let app = app().await;
    app.slack().set_role("gil", Role::Deactivated).unwrap();
    daily(&app, &[]).await;
    let (today, yesterday) = (now(&app), now(&app).checked_sub(24.hours()).unwrap());
    fire(&app, "daily ask", yesterday, 1).await;
    fire(&app, "daily report", yesterday, 1).await;
    // Bob has the modal open while the next day begins; kim is away by then.
    let earlier = app.question("bob");
    app.open("bob", "Open report").await;
    app.standup("kim", CHANNEL, "skip until 31 dec").await;
    fire(&app, "daily ask", today, 1).await;
    assert_eq!([app.questions("bob").len(), app.questions("kim").len()], [2, 1]);
    let errors = app.fill_in("bob", &[(PLAN, "too late")]).await;
    assert_eq!(errors[0].1, OVER);
    let old = |button: &str| Click { ts: Some(earlier.ts.clone()), ..on("bob", DIRECT, button) };
    let heard = app.click_as(&old("Skip today")).await;
    assert_eq!(heard.whisper().plain, OVER);
    let modal = app.open_by(&old("Open report")).await;
    assert_eq!((modal.text.as_str(), modal.labels.len()), (OVER, 0));
    let texts = |entries: &[Value]| entries.iter().filter(|entry| entry["answer"]["is"] == "given").count();
    assert_eq!(texts(&table::entries(app.cloud())), 0);
    // Kim is not asked again, so what she has to say still counts for the day before.
    app.answer("kim", &[(PLAN, "still in time")]).await;
    assert_eq!(app.report("ann", CHANNEL)[0], "1 of 3 answered");
    // And bob for the new one.
    app.answer("bob", &[(PLAN, "ship it")]).await;
    let shown = app.questions("bob");
    assert!(shown[0].plain.starts_with("It is time") && shown[1].plain.starts_with(THANKS), "{shown:#?}");
    assert!(!app.question("kim").plain.starts_with(SKIPPED));
    fire(&app, "daily report", today, 2).await;
    let reports = app.reports("ann", CHANNEL);
    assert_eq!(reports.len(), 2);
    assert!(
        reports[1].plain.contains("1 of 2 answered") && reports[1].plain.contains("*Away:* kim"),
        "{reports:#?}"
    );
    app.finish().await;
}
