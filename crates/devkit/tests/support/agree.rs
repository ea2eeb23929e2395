//! People who agree to what they are asked: the requester confirms, or says why,
//! and a second person approves, each by clicking what they see.

use devkit::slack::{Click, Say, Seen, Submit};
use serde_json::Value;

use super::clicked::Heard;
use super::{App, jobs, only, words};

/// How often people click what seems to do nothing: each plan is asked about
/// twice at most.
pub(crate) const PATIENCE: usize = 4;
/// The only admin of the workspace.
const ADMIN: &str = "ann";
/// Who is in the user group `@oncall`, by name and id.
const ON_CALL: [(&str, &str); 2] = [("bob", "U0BOB00001"), ("kim", "U0KIM00001")];
/// Why anything is terminated.
pub(crate) const REASON: &str = "it has served";

/// Who has a word in it, and how the ids of their buttons begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Confirm,
    Justify,
    Approve,
}

impl Part {
    const ALL: [Self; 3] = [Self::Confirm, Self::Justify, Self::Approve];

    const fn button(self) -> &'static str {
        match self {
            Self::Confirm => "decide.confirm",
            Self::Justify => "justify",
            Self::Approve => "decide.approve",
        }
    }
}

impl App {
    /// Lets the members of `@oncall` approve what is done in Bellhop's own account.
    pub(crate) async fn let_oncall_approve(&self) {
        let answers = self.ask("ann", "#ops", "@bellhop account approvers home @oncall").await;
        let said = only("account approvers", &answers);
        assert!(said.contains("@oncall"), "{said}");
    }

    /// Everybody who is asked agrees, until nobody is asked any more.
    pub(crate) async fn agree(&self) {
        for _ in 0..PATIENCE {
            match self.agree_once().await {
                None => return,
                Some(errors) => assert_eq!(errors, Vec::<String>::new(), "Slack showed an error"),
            }
        }
        panic!("people are still asked: {:?}", jobs::awaiting(self.cloud()));
    }

    /// Everybody who is asked clicks once, and all becomes quiet. What Slack told
    /// them of clicks that the app did not take; nothing if nobody is asked.
    pub(crate) async fn agree_once(&self) -> Option<Vec<String>> {
        let asked = jobs::awaiting(self.cloud());
        let mut errors = Vec::new();
        for job in &asked {
            errors.extend(self.agree_to(job).await);
        }
        self.quieten().await;
        (!asked.is_empty()).then_some(errors)
    }

    /// The minutes pass and everybody who is asked agrees, until all is over.
    pub(crate) async fn see_through(&self) {
        for _ in 0..PATIENCE {
            self.recover().await;
            if self.agree_once().await.is_none() {
                return;
            }
        }
        panic!("people are still asked: {:?}", jobs::awaiting(self.cloud()));
    }

    /// What Slack shows to who clicks, if the app fails.
    async fn agree_to(&self, job: &Value) -> Option<String> {
        let (click, part) = self.word(job);
        let taken = self.slack().click(&click).await.unwrap_or_else(|error| panic!("{click:?}: {error}"));
        // A modal does not open if the app fails.
        if part != Part::Justify || self.slack().modal(&click.user).is_none() {
            return taken.error;
        }
        // Nobody fills it in as fast as it opens.
        self.quieten().await;
        let name = job["plan"]["targets"][0]["label"].as_str().expect("the plan has a target");
        let labels = [("Name", name), ("Reason", REASON)];
        let labels = labels.map(|(label, text)| (label.to_owned(), text.to_owned())).into();
        let submit = Submit { user: click.user, labels, ..Submit::default() };
        self.slack().submit(&submit).await.expect("the modal can be filled in").error
    }

    /// The click by which whoever is asked about `job` agrees, on the last card
    /// that they see of it.
    pub(crate) fn click_for(&self, job: &Value) -> Click {
        self.word(job).0
    }

    fn word(&self, job: &Value) -> (Click, Part) {
        let [requester, channel] = ["user", "channel"]
            .map(|name| job["request"][name].as_str().expect("a request has it").to_owned());
        let shown = self.conversation(&requester, &channel).expect("they can see where they asked");
        let card = shown.all().into_iter().rev().find_map(|seen| {
            let part = Part::ALL.into_iter().find(|part| button(seen, *part, job).is_some())?;
            Some((seen.clone(), part))
        });
        let (card, part) = card.unwrap_or_else(|| panic!("nobody is shown what this asks: {job}"));
        let user = match part {
            Part::Confirm | Part::Justify => requester,
            Part::Approve => approver(&card, &requester).to_owned(),
        };
        let button = button(&card, part, job).expect("it was just there");
        (Click { user, channel, ts: Some(card.ts), button, copies: None }, part)
    }

    /// Types it and everybody who is asked agrees; what came of it.
    pub(crate) async fn ask_agreed(&self, user: &str, channel: &str, text: &str) -> Vec<Seen> {
        let say = Say { user: user.into(), channel: channel.into(), text: text.into(), ..Say::default() };
        self.type_in_agreed(say).await
    }

    /// The same in #ops as ann; the one answer in the end.
    pub(crate) async fn agreed(&self, text: &str) -> String {
        only(text, &self.ask_agreed("ann", "#ops", &format!("@bellhop {text}")).await)
    }

    /// The same for a message made by hand.
    pub(crate) async fn type_in_agreed(&self, say: Say) -> Vec<Seen> {
        let (said, _) = self.type_in(say.clone()).await;
        self.agree().await;
        let mut answers = self.answers(&say.user, &say.channel, &said);
        answers.retain(|answer| !is_notice(answer));
        answers
    }

    /// What has notified `@oncall` in #ops, in the order of its moments.
    pub(crate) fn notices(&self) -> Vec<Seen> {
        let seen = self.conversation("kim", "#ops").expect("kim is in #ops");
        seen.all().into_iter().filter(|one| is_notice(one)).cloned().collect()
    }

    /// A reply into the thread of `ts`, agreed to; the one answer in the end.
    pub(crate) async fn reply_agreed(&self, ts: &str, text: &str) -> String {
        let say = Say { thread_ts: Some(ts.to_owned()), ..super::say(text) };
        only(text, &self.type_in_agreed(say).await)
    }

    /// A slash command, agreed to.
    pub(crate) async fn command_agreed(&self, user: &str, channel: &str, line: &str) -> Heard {
        let before = self.before(user, channel);
        self.command(user, channel, line).await;
        self.agree().await;
        self.since(&before)
    }

    /// A click on something that asks for a change, agreed to.
    pub(crate) async fn click_agreed(&self, user: &str, channel: &str, button: &str) -> Heard {
        let before = self.before(user, channel);
        self.click(user, channel, button).await;
        self.agree().await;
        self.since(&before)
    }
}

/// What a card asks, without the plan's number and what else stands below its
/// first line; the card that offers this.
#[track_caller]
pub(crate) fn question(asked: &Seen) -> String {
    assert!(is_question(asked), "this asks nobody: {asked:#?}");
    let said = words(asked);
    let first = said.lines().next().unwrap_or_default();
    first.split(" Plan ").next().unwrap_or_default().to_owned()
}

/// Whether a message asks people to agree to something.
pub(crate) fn is_question(message: &Seen) -> bool {
    message.buttons.iter().any(|button| button == "Cancel")
}

/// Whether a message only notifies those who may approve.
pub(crate) fn is_notice(message: &Seen) -> bool {
    message.from_bot
        && message.plain.starts_with("@oncall: ")
        && message.plain.contains(" needs one of you to approve. Plan ")
}

/// Who may approve what the card asks, as it says itself.
fn approver(card: &Seen, requester: &str) -> &'static str {
    if card.plain.contains("@oncall") {
        let other = ON_CALL.into_iter().find(|(_, id)| *id != requester);
        return other.expect("there are two of them").0;
    }
    assert_ne!(requester, "U0ANN00001", "ann is the only admin; let @oncall approve: {card:#?}");
    ADMIN
}

/// The id of the button in `seen` that says this of the plan that `job` asks about.
fn button(seen: &Seen, part: Part, job: &Value) -> Option<String> {
    let hash = job["machine"]["plan_hash"].as_str().expect("it asks about a plan");
    let value = format!("{} {hash}", job["id"].as_str().expect("a job has an id"));
    let blocks = seen.blocks.as_ref().and_then(Value::as_array).into_iter().flatten();
    let elements = blocks.filter_map(|block| block["elements"].as_array()).flatten();
    let ids =
        elements.filter(|one| one["value"] == value.as_str()).filter_map(|one| one["action_id"].as_str());
    ids.into_iter().find(|id| id.starts_with(part.button())).map(str::to_owned)
}
