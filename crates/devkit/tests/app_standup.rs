//! A standup as people live through it: who is asked and who is not, what the
//! modal offers, what becomes of the message and of the one report at each step.
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

use devkit::slack::{Click, Role, Say};
use dynoxide::actions::put_item::PutItemRequest;
use dynoxide::types::AttributeValue;
use serde_json::{Value, json};
use support::clicked::on;
use support::plans::OPS;
use support::standups::{DIRECT, HINDRANCES, PLAN, SKIPPED, THANKS, YESTERDAY, id_of};
use support::{App, MEMBERS_ONLY, app, jobs, standup_table, words};

const DAY: Duration = Duration::from_hours(24);

/// What is said to whoever asks for it in #ops first.
const ASKING: &str = "I ask everybody in #ops for *standup* now.";

/// What stands in a report of one who has answered these.
fn answers(name: &str, answers: &[(&str, &str)]) -> Vec<String> {
    let head = format!("[image: {name}]  *{name}*");
    let texts = answers.iter().flat_map(|(question, text)| [format!("*{question}*"), (*text).to_owned()]);
    std::iter::once(head).chain(texts).collect()
}

fn lines(parts: &[&[String]]) -> Vec<String> {
    parts.concat()
}

fn line(text: &str) -> Vec<String> {
    vec![text.to_owned()]
}

#[tokio::test(flavor = "multi_thread")]
async fn three_people_answer_skip_and_come_late() {
    let app = app().await;
    assert!(app.ann("find web-1").await.contains("web-1"), "the inventory knows it");
    let before = app.slack().calls().len();
    assert_eq!(app.standup("ann", OPS, "now").await, ASKING);
    let all = ["ann", "bob", "gil", "kim"];
    assert_eq!(app.asked_since(before), all.map(id_of));
    for user in all {
        let seen = app.question(user);
        let asked = format!("It is time for *standup* in #ops:\n• {YESTERDAY}\n• {PLAN}\n• {HINDRANCES}");
        assert_eq!((words(&seen), seen.edited), (asked, false), "{user}");
        assert_eq!(seen.buttons, ["Open report", "Skip today"], "{user}");
    }

    // Bob answers, but for one question.
    let modal = app.open("bob", "Open report").await;
    assert_eq!(modal.title, "Standup");
    assert_eq!(modal.inputs, [YESTERDAY, PLAN, HINDRANCES].map(|label| format!("[{label}]")));
    assert_eq!(app.fill_in("bob", &[(PLAN, "ship it"), (HINDRANCES, "web-1 is slow")]).await, []);
    let seen = app.question("bob");
    assert!(seen.edited && seen.plain.starts_with(THANKS), "{seen:#?}");
    assert_eq!(seen.buttons, ["Edit"]);

    // Kim does not want to.
    app.click("kim", DIRECT, "Skip today").await;
    let seen = app.question("kim");
    assert!(seen.edited && seen.plain.starts_with(SKIPPED), "{seen:#?}");
    assert_eq!(seen.buttons, ["Open report"]);
    assert_eq!(app.reports("ann", OPS), [], "nobody has asked for it");

    assert_eq!(app.standup("ann", OPS, "report").await, "I post the report of *standup* in #ops.");
    let mut from_bob = answers("bob", &[(PLAN, "ship it"), (HINDRANCES, "web-1 is slow")]);
    from_bob.push("[check web-1]".to_owned());
    let head = |count: u32| line(&format!("{count} of 4 answered"));
    let skipped = line("*Skipped:* kim");
    assert_eq!(
        app.report("gil", OPS),
        lines(&[&head(1), &from_bob, &skipped, &line("*Missing:* ann, gil")]),
        "everybody sees it"
    );
    assert_eq!(app.reports("ann", OPS)[0].buttons, ["check web-1"]);
    let clicked = app.click("kim", OPS, "check web-1").await;
    let checked = clicked.shout();
    assert!(checked.plain.starts_with("`web-1` is *running*"), "{checked:#?}");
    assert_eq!(checked.thread_ts, Some(app.reports("ann", OPS)[0].ts.clone()), "below the report");

    // Gil comes late, and the report goes with it.
    app.answer("gil", &[(PLAN, "tests\nand docs")]).await;
    let from_gil = answers("gil", &[(PLAN, "tests")]);
    let late = lines(&[&head(2), &from_bob, &from_gil, &line("and docs"), &skipped, &line("*Missing:* ann")]);
    assert_eq!(app.report("ann", OPS), late);

    // Bob changes his mind; what he has said before stands there.
    let modal = app.open("bob", "Edit").await;
    let was =
        [format!("[{YESTERDAY}]"), format!("[{PLAN}: ship it]"), format!("[{HINDRANCES}: web-1 is slow]")];
    assert_eq!(modal.inputs, was);
    let changed = [(YESTERDAY, "tests"), (PLAN, "ship it, too"), (HINDRANCES, "")];
    assert_eq!(app.fill_in("bob", &changed).await, []);
    let from_bob = answers("bob", &changed[..2]);
    let edited =
        lines(&[&head(2), &from_bob, &from_gil, &line("and docs"), &skipped, &line("*Missing:* ann")]);
    assert_eq!(app.report("ann", OPS), edited);
    assert_eq!(app.reports("ann", OPS)[0].buttons, [""; 0], "nothing hinders him any more");

    // So does kim; and ann would not like to be missing.
    app.answer("kim", &[(PLAN, "rest")]).await;
    app.click("ann", DIRECT, "Skip today").await;
    let from_kim = answers("kim", &[(PLAN, "rest")]);
    let end = lines(&[&head(3), &from_bob, &from_gil, &line("and docs"), &from_kim, &line("*Skipped:* ann")]);
    assert_eq!(app.report("ann", OPS), end);
    let again = app.standup("ann", OPS, "report").await;
    assert_eq!(again, "The report of *standup* is in #ops already; I bring it up to date.");
    assert_eq!(app.report("ann", OPS), end, "there is one, and it is the same");

    // Whoever asks again asks nobody twice.
    assert_eq!(app.standup("ann", OPS, "now").await, ASKING);
    assert_eq!(app.asked_since(before), all.map(id_of));
    for user in all {
        assert!(app.question(user).edited, "{user}");
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_empty_is_no_answer_and_mark_up_is_text() {
    let app = app().await;
    app.standup("ann", "#general", "now").await;
    app.open("bob", "Open report").await;
    let errors = app.fill_in("bob", &[(PLAN, " \n ")]).await;
    let sentence = "Write at least one answer, or close this window and choose Skip today.";
    assert_eq!(errors, [(YESTERDAY.to_owned(), sentence.to_owned())]);
    let hostile = "<!channel> <@U0KIM00001> *loud* <https://evil.test|click> &amp; @here\n> 1 & 2";
    assert_eq!(app.fill_in("bob", &[(PLAN, hostile), (HINDRANCES, "`<!here>` web-1; i-0123")]).await, []);
    app.standup("ann", "#general", "report").await;
    let report = app.reports("ann", "#general").remove(0);
    let blocks = report.blocks.clone().unwrap().to_string();
    for sign in ["<!", "<@", "<http"] {
        assert!(!blocks.contains(sign) && !report.text.contains(sign), "{sign} in {blocks}");
    }
    assert!(blocks.contains("&lt;!channel&gt; &lt;@U0KIM00001&gt;"), "{blocks}");
    assert!(blocks.contains("&amp;amp; @here"), "what was typed is shown as it was typed: {blocks}");
    // What was typed comes back as it was, too.
    let modal = app.open("bob", "Edit").await;
    let plan = format!("[{PLAN}: {}]", hostile.replace('\n', " / "));
    assert_eq!(modal.inputs[1], plan);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_people_of_the_workspace_are_asked() {
    let app = app().await;
    // Sam is a stranger in #partners, which an admin allows.
    app.ask("ann", "#partners", "@bellhop share here on").await;
    let before = app.slack().calls().len();
    app.standup("ann", "#partners", "now").await;
    assert_eq!(app.asked_since(before), ["ann", "bob"].map(id_of));
    app.standup("ann", "#partners", "report").await;
    assert_eq!(app.report("ann", "#partners"), ["0 of 2 answered", "*Missing:* ann, bob"]);
    // Kim has left; gil is a guest, and a guest is asked.
    app.slack().set_role("kim", Role::Deactivated).unwrap();
    let before = app.slack().calls().len();
    app.standup("ann", "#general", "now").await;
    assert_eq!(app.asked_since(before), ["ann", "bob", "gil"].map(id_of));
    // There are bots in #ops, and kim, who is back.
    app.slack().set_role("kim", Role::Member).unwrap();
    let before = app.slack().calls().len();
    assert!(app.standup("ann", OPS, "now").await.contains("*standup-3*"));
    assert_eq!(app.asked_since(before), ["ann", "bob", "gil", "kim"].map(id_of));
    // None of them starts one.
    for (user, channel) in [("gil", "#ops"), ("sam", "#partners")] {
        let said = app.standup(user, channel, "now").await;
        assert_eq!(said, MEMBERS_ONLY, "{user}");
    }
    // Who joins later is asked with the next call for it, and the others are not again.
    let joined = app.slack().add_members("#general", 1).unwrap();
    let before = app.slack().calls().len();
    app.standup("bob", "#general", "now").await;
    let expected: Vec<String> =
        [id_of("kim")].into_iter().chain(joined.iter().map(ToString::to_string)).collect();
    let mut asked = app.asked_since(before);
    asked.sort();
    let mut expected = expected;
    expected.sort();
    assert_eq!(asked, expected, "kim was not there before, either");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_away_is_spared_and_listed() {
    let app = app().await;
    let said = app.standup("bob", OPS, "skip until 31 dec").await;
    assert!(said.starts_with("I don't ask you before ") && said.contains(" 31 Dec "), "{said}");
    assert_eq!(app.standup("ann", OPS, "now").await, ASKING);
    assert_eq!(app.questions("bob"), []);
    assert_eq!(standup_table::entry(app.cloud(), &id_of("bob"))["asking"]["is"], "spared");
    app.standup("ann", OPS, "report").await;
    let at_first = ["0 of 3 answered", "*Away:* bob", "*Missing:* ann, gil, kim"];
    assert_eq!(app.report("ann", OPS), at_first);
    // Kim has been asked already, and a guest may be away, too.
    for user in ["kim", "gil"] {
        assert_eq!(app.standup(user, OPS, "skip").await, "I don't ask you any more today.", "{user}");
        assert!(app.question(user).plain.starts_with(SKIPPED), "{user}");
    }
    let later = ["0 of 3 answered", "*Skipped:* gil, kim", "*Away:* bob", "*Missing:* ann"];
    assert_eq!(app.report("ann", OPS), later);
    // Kim finds something to say after all.
    app.answer("kim", &[(PLAN, "rest")]).await;
    assert_eq!(app.report("ann", OPS)[0], "1 of 3 answered");
    for (text, start) in [
        ("skip until yesterday", "I don't know the day “yesterday”."),
        ("skip until 2020-01-01", "Wed 1 Jan 2020 is not in the future"),
        ("dance", "I don't know “dance”."),
    ] {
        let said = app.standup("ann", OPS, text).await;
        assert!(said.starts_with(start), "{text}: {said}");
    }
    app.finish().await;
}

/// Makes every row of the book that there is so much older.
fn age_audit(app: &App, by: Duration) {
    let table_name = app.cloud().stack().table("Audit").unwrap().name.clone();
    for mut item in jobs::items(app.cloud(), "Audit") {
        let Some(AttributeValue::S(record)) = item.get("record") else { panic!("{item:?}") };
        let mut record: Value = serde_json::from_str(record).unwrap();
        let at = i64::try_from(record["at"].as_u64().unwrap()).unwrap();
        let at = at - i64::try_from(by.as_millis()).unwrap();
        let moment = format!("{:.3}", jiff::Timestamp::from_millisecond(at).unwrap());
        record["at"] = json!(at);
        let month = format!("{}#{}", record["team"].as_str().unwrap(), &moment[..7]);
        for (name, text) in [("at", moment), ("team_month", month), ("record", record.to_string())] {
            item.insert(name.to_owned(), AttributeValue::S(text));
        }
        let request = PutItemRequest { table_name: table_name.clone(), item, ..PutItemRequest::default() };
        app.cloud().database().put_item(request).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_did_yesterday_is_offered_to_them_alone() {
    let app = app().await;
    app.card("ann", "stop web-1").await;
    app.see_through().await;
    app.card("bob", "start web-3").await;
    app.see_through().await;
    assert_eq!(app.all_changes(), 2);
    age_audit(&app, DAY);
    // What was done today is not of yesterday.
    app.card("ann", "reboot web-2").await;
    app.see_through().await;
    assert_eq!(app.standup("ann", OPS, "now").await, ASKING);
    for (user, offered) in
        [("ann", "stopped web-1 (eu-west-1)"), ("bob", "started web-3 (eu-west-1)"), ("kim", "")]
    {
        let modal = app.open(user, "Open report").await;
        let input =
            if offered.is_empty() { format!("[{YESTERDAY}]") } else { format!("[{YESTERDAY}: {offered}]") };
        assert_eq!(modal.inputs[0], input, "{user}");
        // Only what is submitted is said.
        assert_eq!(standup_table::entry(app.cloud(), &id_of(user))["answer"]["is"], "none");
    }
    assert_eq!(app.fill_in("ann", &[(YESTERDAY, "nothing")]).await, []);
    let modal = app.open("ann", "Edit").await;
    assert_eq!(modal.inputs[0], format!("[{YESTERDAY}: nothing]"), "it is not offered again");
    app.fill_in("ann", &[]).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_are_for_those_who_were_asked() {
    let app = app().await;
    app.standup("ann", "#general", "now").await;
    let of_bob = app.question("bob");
    let (channel, open) = (of_bob.blocks.unwrap(), "Open report");
    let value = channel[1]["elements"][0]["value"].as_str().unwrap().to_owned();
    assert!(value.split_once(' ').is_some_and(|(_, date)| date.len() == 8), "{value}");
    // The standup is deleted while the modal is open, and before it is opened.
    app.open("bob", open).await;
    standup_table::clear(app.cloud());
    let gone = "This standup is not there any more, or you are not asked in it.";
    let errors = app.fill_in("bob", &[(PLAN, "ship it")]).await;
    assert_eq!(errors, [(YESTERDAY.to_owned(), gone.to_owned())]);
    let modal = app.open_by(&Click { ts: Some(of_bob.ts), ..on("bob", DIRECT, open) }).await;
    assert_eq!((modal.text.as_str(), modal.labels.len()), (gone, 0));
    let heard = app.click("kim", DIRECT, "Skip today").await;
    assert_eq!(heard.whisper().plain, gone);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_answer_is_offered_saved_and_never_run() {
    let app = app().await;
    app.standup("ann", OPS, "now").await;
    let question = app.question("bob").ts;
    let types = async |text: &str, thread_ts: Option<String>| {
        let (user, channel, text) = ("bob".to_owned(), DIRECT.to_owned(), text.to_owned());
        let (_, answers) = app.type_in(Say { user, channel, text, thread_ts, ..Say::default() }).await;
        answers.last().cloned().expect("every message is answered")
    };
    let offered = types("start db-old", Some(question)).await;
    let offer = "Is that your answer for *standup*? Save it here; you can still change it before you submit.";
    let hint = "I run no commands in this thread: type them outside of it.";
    assert_eq!(words(&offered), format!("{offer} {hint}"));
    assert_eq!(offered.buttons, ["Save as my answer", "Skip today"]);
    assert_eq!(app.instance("db-old").state.to_string(), "stopped");

    let offered = types("Fixed the build of @kim & co", None).await;
    let hint = "I read no command in it; say *help* for what I understand.";
    assert_eq!(words(&offered), format!("{offer} {hint}"));
    let click = Click {
        user: "bob".into(),
        channel: DIRECT.into(),
        ts: Some(offered.ts.clone()),
        button: "Save as my answer".into(),
        ..Click::default()
    };
    app.slack().click(&click).await.expect("there is such a button");
    app.quieten().await;
    assert_eq!(app.fill_in("bob", &[]).await, []);
    assert!(app.question("bob").plain.starts_with(THANKS));
    app.standup("ann", OPS, "report").await;
    let reports = app.reports("ann", OPS);
    assert!(words(&reports[0]).contains("Fixed the build of"), "{reports:#?}");
    app.finish().await;
}
