//! What people can click below a sentence, and how a click finds its way back
//! to what was asked.

use domain::command::{Parsed, Tier, parse};
use domain::ids::{JobId, MessageTs, PlanHash};
use domain::job::{Answers, Request, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use slack::blocks::{self, Block, Button, Confirm, Element, LimitError, Message, Section, Select};
use slack::text::{escape, length};

/// Runs its value as a command, as whoever clicks.
pub(crate) const RUN: &str = "run";
/// Shows the page of a list that the id ends in.
pub(crate) const PAGE: &str = "page";
/// Shows the channel what the job in its value has answered.
pub(crate) const SHARE: &str = "share";
/// Says of the plan in its value what the id goes on with.
pub(crate) const DECIDE: &str = "decide";
/// Opens the modal in which the plan in its value is justified.
pub(crate) const JUSTIFY: &str = "justify";

/// How the id of a block begins whose clicks are answered in the thread that
/// follows. Other blocks stand in messages that one person sees.
const IN_THREAD: &str = "in:";

/// The longest paragraph of a block.
const PARAGRAPH: usize = 3_000;

/// The hexadecimal digits of a plan's hash.
const HASH: usize = 64;

/// What a button can show whole. A shortened command or name would be another
/// one, so a longer one gets no button.
///
/// <https://docs.slack.dev/reference/block-kit/block-elements/button-element>
pub(super) const LABEL: usize = 75;

/// Something to click. Labels and commands are plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// A button that runs a command.
    Run {
        /// What it says.
        label: String,
        /// The command.
        command: String,
    },
    /// A button that shows page number `page` of what `command` lists.
    Page {
        /// The command; not plain, but as Slack sent it.
        command: String,
        /// The page.
        page: usize,
    },
    /// A menu of commands.
    Menu {
        /// What it says before anything is chosen.
        label: String,
        /// What each choice says, and the command it runs.
        choices: Vec<(String, String)>,
    },
    /// A button that shows the channel what this job has answered.
    Share {
        /// The job.
        job: JobId,
    },
    /// A button that says something of a plan in one click.
    Decide {
        /// What it says.
        label: String,
        /// The job whose plan it is.
        job: JobId,
        /// The plan that the person sees beside it.
        plan: PlanHash,
        /// What it says of the plan.
        verdict: Choice,
    },
    /// A button that opens the modal in which a plan is justified.
    Justify {
        /// What it says.
        label: String,
        /// The job whose plan it is.
        job: JobId,
        /// The plan that the person sees beside it.
        plan: PlanHash,
    },
}

/// What can be said of a plan in one click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// [`Verdict::Confirm`]
    Confirm,
    /// [`Verdict::DryRun`]
    DryRun,
    /// [`Verdict::Cancel`]
    Cancel,
    /// [`Verdict::Approve`]
    Approve,
    /// [`Verdict::Deny`]
    Deny,
}

impl Choice {
    const ALL: [Self; 5] = [Self::Confirm, Self::DryRun, Self::Cancel, Self::Approve, Self::Deny];

    /// Its name in a button's id.
    const fn name(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::DryRun => "dry_run",
            Self::Cancel => "cancel",
            Self::Approve => "approve",
            Self::Deny => "deny",
        }
    }

    const fn verdict(self) -> Verdict {
        match self {
            Self::Confirm => Verdict::Confirm,
            Self::DryRun => Verdict::DryRun,
            Self::Cancel => Verdict::Cancel,
            Self::Approve => Verdict::Approve,
            Self::Deny => Verdict::Deny,
        }
    }
}

impl Offer {
    /// A button that says the command it runs.
    pub(crate) fn run(command: impl Into<String>) -> Self {
        let command = command.into();
        Self::Run { label: command.clone(), command }
    }

    /// The button that tells what can be asked.
    pub(crate) fn help() -> Self {
        Self::Run { label: "Help".to_owned(), command: "help".to_owned() }
    }

    fn element(&self, number: usize) -> Result<Element, LimitError> {
        let run = format!("{RUN}.{number}");
        Ok(match self {
            Self::Run { label, command } => {
                let button = Button::new(run, one_line(label))?.value(escape(command))?;
                if is_final(command) { button.danger().confirm(question()) } else { button }.into()
            }
            Self::Page { command, page } => {
                Button::new(format!("{PAGE}.{page}"), "Next")?.value(command)?.into()
            }
            Self::Share { job } => Button::new(SHARE, "Share to channel")?.value(job.as_str())?.into(),
            Self::Menu { label, choices } => {
                let is_final = choices.iter().any(|(_, command)| is_final(command));
                let choices: Result<Vec<blocks::Choice>, LimitError> = choices
                    .iter()
                    .map(|(said, command)| blocks::Choice::new(one_line(said), escape(command)))
                    .collect();
                let menu = Select::new(run, label, choices?)?;
                if is_final { menu.confirm(question()) } else { menu }.into()
            }
            Self::Decide { label, job, plan, verdict } => {
                let id = format!("{DECIDE}.{}.{number}", verdict.name());
                let button = Button::new(id, one_line(label))?.value(Pointed::value(job, plan))?;
                match verdict {
                    Choice::Confirm => button.danger(),
                    Choice::Approve => button.primary(),
                    Choice::DryRun | Choice::Cancel | Choice::Deny => button,
                }
                .into()
            }
            Self::Justify { label, job, plan } => {
                let button = Button::new(format!("{JUSTIFY}.{number}"), one_line(label))?;
                button.value(Pointed::value(job, plan))?.danger().into()
            }
        })
    }

    fn is_shown_whole(&self) -> bool {
        match self {
            Self::Run { label, .. } | Self::Decide { label, .. } | Self::Justify { label, .. } => {
                length(label) <= LABEL
            }
            Self::Page { .. } | Self::Menu { .. } | Self::Share { .. } => true,
        }
    }
}

/// Whether `text` is a command that nothing can undo. Nobody clicks it by a slip
/// of the hand.
fn is_final(text: &str) -> bool {
    match parse(&escape(text), None) {
        Parsed::Command(command) => command.verb.tier() == Tier::Destroy && !command.flags.dry_run,
        _ => false,
    }
}

fn question() -> Confirm {
    Confirm::new("Terminate for good?", "A terminated instance does not come back.", "Terminate", "Cancel")
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

/// `text` (mrkdwn), and below it what can be clicked. What does not fit into
/// Slack's limits cannot be clicked; the text stays.
pub(crate) fn offering(text: &str, offers: &[Offer]) -> Message {
    let blocks = paragraphs(text).into_iter().map(|text| Section::new(text).expanded().into());
    let message = actions(offers).map(|actions| Message::new(text, blocks.chain([actions])));
    message.and_then(Result::ok).unwrap_or_else(|| Message::text(text))
}

/// A row of what can be clicked, as far as it fits into Slack's limits.
pub(super) fn actions(offers: &[Offer]) -> Option<Block> {
    let shown = offers.iter().filter(|offer| offer.is_shown_whole()).enumerate();
    let elements: Vec<Element> = shown.filter_map(|(number, offer)| offer.element(number).ok()).collect();
    Block::actions(elements).ok()
}

/// `text` in pieces of whole lines, none longer than a block may be.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    for line in text.lines() {
        match paragraphs.last_mut() {
            Some(last) if slack::text::length(last) + slack::text::length(line) < PARAGRAPH => {
                last.push('\n');
                last.push_str(line);
            }
            _ => paragraphs.push(line.to_owned()),
        }
    }
    paragraphs
}

/// `message` as JSON; what is clicked in it will be answered where `request` is.
pub(crate) fn anchored(message: &Message, request: &Request) -> Value {
    // A message is strings and lists only, which always serialise.
    let mut value = serde_json::to_value(message).unwrap_or_default();
    let thread = match &request.answers {
        Answers::Channel { thread, .. } | Answers::Direct { thread } => thread,
        Answers::Private { .. } | Answers::Letter => return value,
    };
    let blocks = value.get_mut("blocks").and_then(Value::as_array_mut).into_iter().flatten();
    for block in blocks.filter_map(Value::as_object_mut) {
        if block.get("type").is_some_and(|kind| kind == "actions") {
            block.insert("block_id".to_owned(), format!("{IN_THREAD}{thread}").into());
        }
    }
    value
}

/// What a button, or a modal, says of a plan: whose it is, and which. Everything
/// else is on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pointed {
    /// The job.
    pub(crate) job: JobId,
    /// The plan that the person saw.
    pub(crate) plan: PlanHash,
}

impl Pointed {
    /// What the value of a button points at.
    pub(crate) fn read(value: &str) -> Option<Self> {
        let (job, plan) = value.rsplit_once(' ')?;
        let is_hash =
            plan.len() == HASH && plan.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let job = JobId::parse(job)?;
        is_hash.then(|| Self { job, plan: PlanHash::new(plan) })
    }

    /// As the value of a button.
    fn value(job: &JobId, plan: &PlanHash) -> String {
        format!("{job} {plan}")
    }
}

/// What a button says of a plan whose id goes on with `rest`.
pub(crate) fn verdict(rest: &str) -> Option<Verdict> {
    let name = rest.split_once('.').map_or(rest, |(name, _)| name);
    Choice::ALL.into_iter().find(|choice| choice.name() == name).map(Choice::verdict)
}

/// Whether everything in this row only runs a command, and no thread is named for its answers.
pub(crate) fn runs_anywhere(block: &Value) -> bool {
    let id = |element: &Value| element.get("action_id").and_then(Value::as_str).map(str::to_owned);
    let runs = |element: &Value| id(element).is_some_and(|id| id.split('.').next() == Some(RUN));
    let names_thread = block.get("block_id").and_then(Value::as_str).and_then(thread_of).is_some();
    !names_thread && block.get("elements").and_then(Value::as_array).is_some_and(|all| all.iter().all(runs))
}

/// The thread that a click in the block `id` is answered in.
pub(crate) fn thread_of(id: &str) -> Option<MessageTs> {
    id.strip_prefix(IN_THREAD).filter(|thread| !thread.is_empty()).map(MessageTs::new)
}
