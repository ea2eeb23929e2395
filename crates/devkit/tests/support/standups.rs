//! Standups as those meet them who are asked: their direct messages, the modals,
//! and the report in the channel.

use devkit::slack::{Click, Modal, Seen, Submit};
use serde_json::Value;

use super::App;
use super::clicked::on;

/// Where people are asked.
pub(crate) const DIRECT: &str = "@bellhop";
/// The questions that are asked if nobody has said which.
pub(crate) const YESTERDAY: &str = "What did you work on yesterday?";
pub(crate) const PLAN: &str = "What is your plan for today?";
pub(crate) const HINDRANCES: &str = "Any impediments?";
/// What those see who have answered.
pub(crate) const THANKS: &str = "Thank you for your submission.";
/// What those see who have not, and do not want to.
pub(crate) const SKIPPED: &str = "Skipped for today.";

/// The id of somebody.
pub(crate) fn id_of(user: &str) -> String {
    format!("U0{}00001", user.to_uppercase())
}

impl App {
    /// Types `/standup text`; the one sentence that is said to whoever types it alone.
    pub(crate) async fn standup(&self, user: &str, channel: &str, text: &str) -> String {
        let heard = self.command(user, channel, &format!("/standup {text}")).await;
        match heard.private.as_slice() {
            [one] => super::words(one),
            several => panic!("“{text}” should get one sentence and got {several:#?}"),
        }
    }

    /// The messages in which somebody was asked for a standup, as they are now.
    pub(crate) fn questions(&self, user: &str) -> Vec<Seen> {
        let shown = self.conversation(user, DIRECT).expect("everybody has direct messages");
        let is_one = |seen: &&Seen| {
            let begins = |words: &&str| seen.plain.starts_with(words);
            seen.from_bot && ["It is time for ", THANKS, SKIPPED].iter().any(begins)
        };
        shown.messages.iter().filter(is_one).cloned().collect()
    }

    /// The one message in which somebody was asked.
    #[track_caller]
    pub(crate) fn question(&self, user: &str) -> Seen {
        match self.questions(user).as_slice() {
            [one] => one.clone(),
            several => panic!("{user} should be asked once: {several:#?}"),
        }
    }

    /// The reports that stand in a channel, as `user` sees it.
    pub(crate) fn reports(&self, user: &str, channel: &str) -> Vec<Seen> {
        let shown = self.conversation(user, channel).expect("they can see the channel");
        let is_one = |seen: &&Seen| seen.from_bot && !seen.ephemeral && seen.plain.starts_with("Standup ");
        shown.messages.iter().filter(is_one).cloned().collect()
    }

    /// The lines of the only report in a channel, but for its title.
    #[track_caller]
    pub(crate) fn report(&self, user: &str, channel: &str) -> Vec<String> {
        match self.reports(user, channel).as_slice() {
            [one] => one.plain.lines().skip(1).map(str::to_owned).collect(),
            several => panic!("there should be one report: {several:#?}"),
        }
    }

    /// Clicks what opens a modal on the last message of that kind; the modal.
    pub(crate) async fn open(&self, user: &str, button: &str) -> Modal {
        self.open_by(&on(user, DIRECT, button)).await
    }

    /// The same by a click made by hand.
    pub(crate) async fn open_by(&self, click: &Click) -> Modal {
        let taken = self.slack().click(click).await.unwrap_or_else(|error| panic!("{click:?}: {error}"));
        assert_eq!(taken.error, None, "{click:?}");
        self.quieten().await;
        self.slack().modal(&click.user).unwrap_or_else(|| panic!("{click:?} opens nothing"))
    }

    /// Submits the modal that is open before `user` with these texts, and waits until
    /// all is quiet. What stands in red at its inputs then.
    pub(crate) async fn fill_in(&self, user: &str, labels: &[(&str, &str)]) -> Vec<(String, String)> {
        let submit = filled(user, labels);
        let taken = self.slack().submit(&submit).await.unwrap_or_else(|error| panic!("{submit:?}: {error}"));
        assert_eq!(taken.error, None, "{submit:?}");
        self.quieten().await;
        self.slack().modal(user).map(|modal| modal.errors).unwrap_or_default()
    }

    /// Answers the newest questions.
    pub(crate) async fn answer(&self, user: &str, labels: &[(&str, &str)]) {
        let last = self.questions(user).pop().unwrap_or_else(|| panic!("{user} is asked nothing"));
        let button = if last.plain.starts_with(THANKS) { "Edit" } else { "Open report" };
        let click = Click { ts: Some(last.ts), ..on(user, DIRECT, button) };
        self.open_by(&click).await;
        assert_eq!(self.fill_in(user, labels).await, [], "{user}");
    }

    /// The ids of those whom the app has sent a direct message since there were `from`
    /// calls, each as often as that was done.
    pub(crate) fn asked_since(&self, from: usize) -> Vec<String> {
        let calls = self.slack().calls().split_off(from);
        let asked = calls.iter().filter(|call| {
            call["method"] == "chat.postMessage"
                && call["answer"]["ok"] == true
                && call["arguments"]["text"].as_str().is_some_and(|text| text.starts_with("It is time for"))
        });
        let mut asked: Vec<String> = asked.map(|call| text(&call["arguments"]["channel"])).collect();
        asked.sort();
        asked
    }
}

/// What `user` submits in the modal that is open before them.
pub(crate) fn filled(user: &str, labels: &[(&str, &str)]) -> Submit {
    let labels = labels.iter().map(|(label, text)| ((*label).to_owned(), (*text).to_owned())).collect();
    Submit { user: user.into(), labels, ..Submit::default() }
}

fn text(value: &Value) -> String {
    value.as_str().expect("it is a text").to_owned()
}
