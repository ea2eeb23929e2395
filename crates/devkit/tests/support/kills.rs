//! A change that people have to agree to, played from the words that ask for it
//! over the card to its end while processes die, and what must hold afterwards.

use std::time::Duration;

use devkit::cloud::{AwsCall, Fault};
use devkit::slack::{self, FaultKind, Said, Say, Seen};
use domain::instance::InstanceState;
use dynoxide::actions::delete_item::DeleteItemRequest;
use serde_json::Value;

use super::agree::PATIENCE;
use super::{App, is_final, jobs};

/// What is changed.
pub(crate) const NAME: &str = "web-1";
/// How late an answer of Slack comes to a process that is to die first.
pub(crate) const TOO_LATE: Duration = Duration::from_mins(1);

/// Which change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Ann stops it, and confirms.
    Stop,
    /// Bob terminates it: he says why, and ann approves.
    Terminate,
}

/// What the inventory knows when it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inventory {
    /// Nothing: every region is looked at.
    Empty,
    /// Where the instance is.
    Full,
}

impl Change {
    pub(crate) const fn user(self) -> &'static str {
        match self {
            Self::Stop => "ann",
            Self::Terminate => "bob",
        }
    }

    /// How it ended, as it is said.
    pub(crate) fn done(self) -> String {
        match self {
            Self::Stop => format!("Done: `{NAME}` is *stopped*"),
            Self::Terminate => format!("Done: `{NAME}` is *terminated*"),
        }
    }

    /// The same where nobody can know, and it was not done.
    pub(crate) fn lost(self) -> String {
        let doing = if self == Self::Stop { "stopping" } else { "terminating" };
        format!("I lost contact while {doing} `{NAME}`. It is *running*")
    }

    pub(crate) fn say(self) -> Say {
        let verb = if self == Self::Stop { "stop" } else { "terminate" };
        Say { user: self.user().into(), ..super::say(&format!("@bellhop {verb} {NAME}")) }
    }

    /// Asks for it, and lets the minutes pass until people are asked. Nothing is
    /// changed by that.
    pub(crate) async fn ask(self, app: &App) -> Said {
        let before = app.changes(NAME);
        let (said, _) = app.type_in(self.say()).await;
        app.recover().await;
        assert_eq!(app.changes(NAME), before, "nobody has agreed");
        said
    }

    /// All of it, whatever stands in its way: what was said of it, and how often the
    /// instance was changed.
    pub(crate) async fn play(self, app: &App) -> (Vec<Seen>, u32) {
        let before = app.changes(NAME).total();
        let said = self.ask(app).await;
        agree_from_cold(app).await;
        (app.answers(self.user(), "#ops", &said), app.changes(NAME).total() - before)
    }

    /// What must hold however it was interrupted. Returns the final words.
    #[track_caller]
    pub(crate) fn assert_ended_well(self, app: &App, what: &str, answers: &[Seen], changes: u32) -> String {
        let words: Vec<_> = answers.iter().map(|one| one.plain.as_str()).collect();
        let finals: Vec<_> = answers.iter().filter(|one| is_final(one)).collect();
        assert_eq!(finals.len(), 1, "{what}: one word on how it ended: {words:#?}");
        // A card that was posted by a process that died before it wrote that down stays behind.
        assert!(answers.len() <= 2, "{what}: {words:#?}");
        let last = finals[0].plain.clone();
        assert_true(app, what, (self, changes), &last);
        last
    }
}

/// The minutes pass and everybody who is asked agrees, until all is over. Every click
/// meets processes that start anew.
pub(crate) async fn agree_from_cold(app: &App) {
    for _ in 0..PATIENCE {
        app.recover().await;
        app.cloud().chill();
        if app.agree_once().await.is_none() {
            return;
        }
    }
    panic!("people are still asked: {:?}", jobs::awaiting(app.cloud()));
}

/// One change at most was made, what was said last of it is true, it is in the
/// book, and nobody is left waiting.
#[track_caller]
pub(crate) fn assert_true(app: &App, what: &str, (change, changes): (Change, u32), last: &str) {
    let book = book_of_last(app);
    match changes {
        1 => {
            assert!(last.starts_with(&change.done()), "{what}: {last}");
            let told = book.first().zip(book.last());
            assert!(
                told.is_some_and(|(first, last)| first == "calling" && last == "done"),
                "{what}: {book:?}"
            );
        }
        0 => {
            assert!(last.starts_with(&change.lost()), "{what}: {last}");
            assert_eq!(book.last().map(String::as_str), Some("lost"), "{what}: {book:?}");
        }
        many => panic!("{what}: the instance was changed {many} times"),
    }
    let untold: Vec<_> =
        jobs::all(app.cloud()).into_iter().filter(|job| job["machine"]["told"] != true).collect();
    assert_eq!(untold, Vec::<Value>::new(), "{what}");
}

/// What the book says of the job that was last written of.
fn book_of_last(app: &App) -> Vec<String> {
    let rows = app.audit();
    let last = rows.last().map(|row| row["job"].clone());
    let of_it = rows.iter().filter(|row| Some(&row["job"]) == last.as_ref());
    of_it.map(|row| row["event"]["is"].as_str().unwrap_or_default().to_owned()).collect()
}

/// The instance runs, the inventory knows so much, and every process will start anew.
pub(crate) fn as_at_first(app: &App, inventory: Inventory) {
    assert!(app.fleet().put(&app.id(NAME), InstanceState::Running));
    if inventory == Inventory::Empty {
        forget_inventory(app);
    }
    app.cloud().chill();
}

fn forget_inventory(app: &App) {
    let table = app.cloud().stack().table("Instances").expect("the template has the table");
    for mut item in jobs::items(app.cloud(), "Instances") {
        item.retain(|name, _| table.keys.iter().any(|key| key.attribute == *name));
        let request =
            DeleteItemRequest { table_name: table.name.clone(), key: item, ..DeleteItemRequest::default() };
        app.cloud().database().delete_item(request).expect("the item can be deleted");
    }
}

/// The calls of AWS by `function` since there were `from`, each as its [`kind`].
pub(crate) fn calls_since(app: &App, function: &str, from: usize) -> Vec<String> {
    app.aws_calls_of(function).split_off(from).iter().map(|call| kind(app, call)).collect()
}

/// The kind of a call: service, operation, and the table.
pub(crate) fn kind(app: &App, call: &AwsCall) -> String {
    let name = &call.args["TableName"];
    let known = app.cloud().stack().tables.iter().find(|table| *name == table.name.as_str());
    let table = known.map(|table| format!(" {}", table.logical_id)).unwrap_or_default();
    format!("{} {}{table}", call.service, call.operation)
}

/// The `nth` call from now on that `fault` fits strikes it.
pub(crate) fn strike(app: &App, nth: usize, fault: Fault) {
    app.cloud().faults().add(fault.after(u32::try_from(nth).expect("few calls")));
}

/// The `nth` call of `method` from now on is answered too late for whoever dies.
pub(crate) fn answer_late(app: &App, method: &str, nth: usize) {
    let late = |millis| slack::Fault { method: method.into(), times: 1, kind: FaultKind::Late { millis } };
    (0..nth).for_each(|_| app.slack().fault(late(0)));
    app.slack().fault(late(u64::try_from(TOO_LATE.as_millis()).expect("it fits")));
}

/// How many calls of Slack have met a fault.
pub(crate) fn struck(app: &App) -> usize {
    app.slack().calls().iter().filter(|call| call["fault"].is_string()).count()
}
