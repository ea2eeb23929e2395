//! What the worker of standups does, part by part, played while processes die, and
//! what must hold afterwards. Each part begins with the table as it was when the
//! part before it was over.

use devkit::slack::{Command, Role};
use serde_json::Value;

use super::clicked::{on, typed};
use super::standup_table::{self as table, Snapshot};
use super::standups::{PLAN, THANKS, filled, id_of};
use super::{App, app, jobs, words};

/// Where it happens: to ann and bob, and to two who have left.
pub(crate) const CHANNEL: &str = "#general";
/// Those who are asked.
const PEOPLE: [&str; 2] = ["ann", "bob"];
/// Sweeps after which what is still open will stay so.
const MOST_SWEEPS: usize = 8;
/// What is said when nobody knows whether the report was posted.
const LOST: &str = "I lost contact while posting the report of *standup* (";
const AGAIN: &str = "Post it again";

/// What the worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Ann asks everybody.
    Questions,
    /// Bob answers; the report is posted already.
    Answer,
    /// Ann wants the report.
    Report,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// As it was asked for.
    Well,
    /// The report is there, and ann was asked to look.
    LostAndPosted,
    /// The report is not there, and ann was asked to look.
    LostAndNotPosted,
}

/// The app, and how the table was before each part.
pub(crate) struct Stage {
    pub(crate) app: App,
    part: Part,
    at_first: Snapshot,
}

/// What was there before it was played.
pub(crate) struct Before {
    calls: usize,
    reports: usize,
    questions: [usize; 2],
    seen: super::clicked::Before,
    answer: String,
}

impl Stage {
    /// The app, in which all has happened that comes before `part`.
    pub(crate) async fn of(part: Part) -> Self {
        let app = app().await;
        for gone in ["gil", "kim"] {
            app.slack().set_role(gone, Role::Deactivated).expect("there are such people");
        }
        let earlier: &[&str] = match part {
            Part::Questions => &[],
            Part::Answer => &["now", "report"],
            Part::Report => &["now"],
        };
        for text in earlier {
            app.standup("ann", CHANNEL, text).await;
        }
        if part == Part::Report {
            app.answer("bob", &[(PLAN, "ship it")]).await;
        }
        let at_first = table::snapshot(app.cloud());
        Self { app, part, at_first }
    }

    /// All is as it was at first, every process will start anew, and whoever is to
    /// answer has the questions before them.
    pub(crate) async fn prepare(&self) -> Before {
        let app = &self.app;
        table::put_back(app.cloud(), &self.at_first);
        let calls = app.slack().calls().len();
        if self.part == Part::Answer {
            app.open("bob", if shows_an_answer(app) { "Edit" } else { "Open report" }).await;
        }
        app.cloud().chill();
        Before {
            calls: app.slack().calls().len(),
            reports: app.reports("ann", CHANNEL).len(),
            questions: PEOPLE.map(|user| app.questions(user).len()),
            seen: app.before("ann", CHANNEL),
            answer: format!("answer {calls}"),
        }
    }

    /// Asks for it; what Slack said if the app failed.
    pub(crate) async fn begin(&self, before: &Before) -> Option<String> {
        let slack = self.app.slack();
        let taken = match self.part {
            Part::Questions => slack.command(&command("now")).await,
            Part::Report => slack.command(&command("report")).await,
            Part::Answer => slack.submit(&filled("bob", &[(PLAN, &before.answer)])).await,
        };
        taken.expect("it can be asked for").error
    }

    /// Lets the minutes pass until all is over: how it ended.
    pub(crate) async fn end(&self, what: &str, before: &Before) -> End {
        let app = &self.app;
        app.quieten().await;
        app.recover_standups(MOST_SWEEPS).await;
        let statuses = jobs::statuses(app.cloud());
        assert!(
            statuses.iter().all(|status| ["done", "unknown"].contains(&status.as_str())),
            "{what}: {statuses:?}"
        );
        match self.part {
            Part::Questions => self.assert_asked(what, before),
            Part::Answer => self.assert_answered(what, before),
            Part::Report => return self.assert_reported(what, before).await,
        }
        End::Well
    }

    /// Everybody was asked once, it is on record, and ann was told so once.
    #[track_caller]
    fn assert_asked(&self, what: &str, before: &Before) {
        let app = &self.app;
        assert_eq!(app.asked_since(before.calls), PEOPLE.map(id_of), "{what}");
        for (user, known) in PEOPLE.iter().zip(before.questions) {
            let asked = app.questions(user);
            assert_eq!(asked.len(), known + 1, "{what}: {user}");
            let asking = &table::entry(app.cloud(), &id_of(user))["asking"];
            let last = asked.last().map(|seen| seen.ts.clone());
            assert_eq!(
                (asking["is"].as_str(), asking["ts"].as_str()),
                (Some("asked"), last.as_deref()),
                "{what}"
            );
        }
        assert_eq!(self.whispers(before), ["I ask everybody in #general for *standup* now."], "{what}");
    }

    /// What bob has said is on record, in his message and in the one report.
    #[track_caller]
    fn assert_answered(&self, what: &str, before: &Before) {
        let app = &self.app;
        let answer = &table::entry(app.cloud(), &id_of("bob"))["answer"];
        assert_eq!(answer["texts"][1], before.answer.as_str(), "{what}: {answer}");
        let shown = app.question("bob");
        assert!(shown.plain.starts_with(THANKS), "{what}: {shown:#?}");
        let report = app.report("ann", CHANNEL);
        assert!(report[0] == "1 of 2 answered" && report.contains(&before.answer), "{what}: {report:#?}");
        assert_eq!(app.asked_since(before.calls), Vec::<String>::new(), "{what}: nobody is asked again");
    }

    /// There is one report; or ann was asked to look, and what she is offered works.
    async fn assert_reported(&self, what: &str, before: &Before) -> End {
        let app = &self.app;
        let posted = app.reports("ann", CHANNEL).len() - before.reports;
        // Whoever comes after one who died may find that the report is there by now.
        let said = ["I post the report of *standup* in ", "The report of *standup* is in "];
        let is_said = |one: &&String| said.iter().any(|said| one.starts_with(said));
        let whispers = self.whispers(before);
        let (said, rest): (Vec<_>, Vec<_>) = whispers.iter().partition(is_said);
        assert_eq!(said.len(), 1, "{what}: {posted} reports: {whispers:#?}");
        let end = match (rest.as_slice(), posted) {
            ([], 1) => return self.assert_on_record(what, End::Well),
            ([lost], 0) if lost.starts_with(LOST) => End::LostAndNotPosted,
            ([lost], 1) if lost.starts_with(LOST) => End::LostAndPosted,
            _ => panic!("{what}: {posted} reports: {whispers:#?}"),
        };
        let is_lost = |run: &Value| ["lost", "posting"].iter().any(|is| run["report"]["is"] == *is);
        assert!(table::runs(app.cloud()).iter().all(is_lost), "{what}");
        // The record of who was posting it is fresh: whoever wants it again waits.
        table::let_time_pass(app.cloud());
        app.slack().click(&on("ann", CHANNEL, AGAIN)).await.expect("it is offered");
        app.quieten().await;
        app.recover_standups(MOST_SWEEPS).await;
        assert_eq!(app.reports("ann", CHANNEL).len(), before.reports + posted + 1, "{what}: posted again");
        self.assert_on_record(what, end)
    }

    #[track_caller]
    fn assert_on_record(&self, what: &str, end: End) -> End {
        let runs = table::runs(self.app.cloud());
        let [run] = runs.as_slice() else { panic!("{what}: {runs:#?}") };
        let last = self.app.reports("ann", CHANNEL).pop().expect("there is one");
        assert_eq!(run["report"]["messages"], serde_json::json!([last.ts]), "{what}: {run}");
        assert!(
            last.plain.contains("1 of 2 answered") && last.plain.contains("ship it"),
            "{what}: {last:#?}"
        );
        end
    }

    /// What ann was told alone.
    fn whispers(&self, before: &Before) -> Vec<String> {
        self.app.since(&before.seen).private.iter().map(words).collect()
    }
}

/// Whether bob's message shows an answer, though the table says otherwise again.
fn shows_an_answer(app: &App) -> bool {
    app.question("bob").plain.starts_with(THANKS)
}

fn command(text: &str) -> Command {
    typed("ann", CHANNEL, &format!("/standup {text}"))
}
