//! A job: one request, from the moment it arrives until a person has been
//! told how it ended.
//!
//! The record is the queue and the dedupe record at once. [`machine`] says how
//! it may move; whoever stores it makes every move one conditional write.

mod consent;
pub mod machine;
pub mod moves;
mod request;
mod step;

use serde::{Deserialize, Serialize};

pub use consent::{Asked, Consent, Given, Notice};
pub use machine::{Duty, Ending, Machine, Status};
pub use moves::{Move, Refused};
pub use request::{Answers, Ask, EC2, Request, TEXT, Verdict};
pub use step::step;

use crate::command::Verb;
use crate::command::clean::is_invisible;
use crate::ids::{Alias, ChannelId, InstanceId, JobId, MessageTs, Owner, Region, TeamId};
use crate::instance::{Action, InstanceState};
use crate::preflight::Warning;
use crate::time::Millis;

/// What a person asked for longer ago than this (10 minutes) is not done without asking
/// them again.
pub const LATE_AFTER_MS: u64 = 10 * 60_000;

/// A request and everything that has become of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its name; the same request always has the same one.
    pub id: JobId,
    /// The installation it came through.
    pub team: TeamId,
    /// When the gateway stored it.
    pub created_at: Millis,
    /// When the person wrote, typed or clicked what it does, by Slack's clock where Slack
    /// says it. None for what Bellhop does of itself, such as the second half of a restart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Millis>,
    /// The edit of a message that it reads, if it does not read the message as first written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
    /// What was asked, by whom, where.
    pub request: Request,
    /// Where it stands.
    pub machine: Machine,
    /// What will be, or was, done to which instances. Set before anything is.
    #[serde(default)]
    pub plan: Option<Plan>,
    /// Who has agreed to the plan, or refused it.
    #[serde(default)]
    pub consent: Consent,
    /// The times that people were asked to, the last one last.
    #[serde(default)]
    pub asked: Vec<Asked>,
    /// The one message in Slack that shows how it goes.
    #[serde(default)]
    pub card: Option<MessageTs>,
    /// The last message by which those who may approve were notified.
    #[serde(default)]
    pub notice: Option<Notice>,
    /// The instances whose change EC2 has accepted.
    #[serde(default)]
    pub accepted: Vec<InstanceId>,
    /// The channels in which the change was announced.
    #[serde(default)]
    pub announced: Vec<ChannelId>,
    /// What the person is to be told in the end.
    #[serde(default)]
    pub reply: Option<Reply>,
}

/// The edit of a message that a job reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Slack's `edited.ts`, which tells one edit of a message from the next.
    pub ts: MessageTs,
    /// The job that has read the message before; none if this is the first to read it.
    pub first: Option<JobId>,
}

impl Job {
    /// A new job, as a gateway stores it. `writer` names the gateway's own
    /// request, so that a lost reply can be told from a lost race.
    pub fn new(id: JobId, team: TeamId, request: Request, writer: Owner, now: Millis) -> Self {
        let machine = Machine::new(writer, now);
        Self {
            id,
            team,
            created_at: now,
            asked_at: None,
            edit: None,
            request,
            machine,
            plan: None,
            consent: Consent::default(),
            asked: Vec::new(),
            card: None,
            notice: None,
            accepted: Vec::new(),
            announced: Vec::new(),
            reply: None,
        }
    }

    /// How long ago the person asked for it, in milliseconds, if that is more than
    /// [`LATE_AFTER_MS`]. Slack may deliver hours late, an edit names an old message, and a job
    /// may have waited: what was wanted then may do harm now.
    pub fn late_by(&self, now: Millis) -> Option<u64> {
        self.asked_at.map(|at| now.since(at)).filter(|age| *age > LATE_AFTER_MS)
    }

    /// The instances that it has changed, or may have: what EC2 has accepted, and
    /// what it may have done although its answer was lost.
    pub fn changed(&self) -> impl Iterator<Item = &PlanTarget> {
        let plan = self.plan.as_ref().filter(|plan| !plan.dry_run);
        plan.into_iter().flat_map(|plan| &plan.targets).filter(|target| {
            let is_sent = match target.progress {
                Progress::Accepted { .. } | Progress::Reached { .. } | Progress::Lost { .. } => true,
                Progress::Planned | Progress::WouldRun | Progress::Refused { .. } => false,
            };
            is_sent || self.accepted.contains(&target.id)
        })
    }

    /// The job after `change`, if the machine allows it.
    pub fn after(&self, change: &Move, now: Millis) -> Result<Self, Refused> {
        Ok(Self { machine: step(&self.machine, change, now)?, ..self.clone() })
    }
}

/// What is to be done, to which instances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The verb as the person meant it: `stop`.
    pub verb: String,
    /// The EC2 call.
    pub action: Action,
    /// Ask EC2 whether it would, and change nothing.
    pub dry_run: bool,
    /// Whether to stay until the new state is reached.
    pub wait: bool,
    /// When the change began.
    pub begun_at: Millis,
    /// The instances, each with what is known of it.
    pub targets: Vec<PlanTarget>,
}

impl Plan {
    /// Whether what it stops is to be started again, by a job of its own: a restart
    /// that is no reboot.
    pub fn starts_again(&self) -> bool {
        self.verb == Verb::Restart.as_str() && matches!(self.action, Action::Stop { .. })
    }
}

/// One instance of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanTarget {
    /// The instance.
    pub id: InstanceId,
    /// Its account.
    pub account: Alias,
    /// Its region.
    pub region: Region,
    /// When it was last launched, as the plan knows it.
    pub launched_at: Millis,
    /// Its `Name` tag, as the plan knows it.
    #[serde(default)]
    pub name: Option<String>,
    /// What people call it: its name, else its id.
    pub label: String,
    /// Its state when the plan was made.
    pub before: InstanceState,
    /// How far it has come.
    pub progress: Progress,
    /// Set while its account or region cannot be looked at, so that `progress` may be outdated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen: Option<Unseen>,
    /// What else the change will bring about.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// Its tags of which the command excludes a value (`env!=prod`), as the card shows them.
    #[serde(default)]
    pub tags: Vec<TagValue>,
}

/// A tag of an instance, or that it has none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TagValue {
    /// The tag's key.
    pub key: String,
    /// Its value; `None` if the instance has no such tag.
    pub value: Option<String>,
}

/// Since when an instance could not be looked at, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unseen {
    /// When the first of the failed looks was made.
    pub since: Millis,
    /// Why the last one failed, as a sentence that people may read.
    pub why: String,
}

impl PlanTarget {
    /// Whether another look can still tell more of it: EC2 has accepted the change, or
    /// whether it has could not be looked up yet.
    pub const fn is_open(&self) -> bool {
        match self.progress {
            Progress::Accepted { .. } => true,
            Progress::Lost { .. } => self.unseen.is_some(),
            Progress::Planned | Progress::Reached { .. } | Progress::WouldRun | Progress::Refused { .. } => {
                false
            }
        }
    }

    /// Whether `typed` names it: by what people call it, or by its id. Characters
    /// that cannot be seen do not count, since they are not shown either.
    pub fn is_called(&self, typed: &str) -> bool {
        let seen =
            |text: &str| text.chars().filter(|ch| !is_invisible(*ch)).collect::<String>().trim().to_owned();
        let typed = seen(typed);
        !typed.is_empty() && typed == seen(&self.label) || typed == self.id.as_str()
    }
}

/// How far one instance of a plan has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Progress {
    /// Not sent to EC2, as far as anybody knows.
    Planned,
    /// EC2 accepted the change.
    Accepted {
        /// The state when last looked at.
        state: InstanceState,
    },
    /// It has got where it should.
    Reached {
        /// The state it is in.
        state: InstanceState,
        /// How long that took, in milliseconds.
        took_ms: u64,
    },
    /// EC2 would have done it (`DryRunOperation`).
    WouldRun,
    /// It surely was not done.
    Refused {
        /// Why, as a sentence that people may read.
        why: String,
        /// Whether it was sent to EC2 at all: then it may be worth another try.
        #[serde(default)]
        tried: bool,
    },
    /// Whether it was done is not known; it was not tried again.
    Lost {
        /// The state it was found in, if it could be looked at.
        state: Option<InstanceState>,
    },
}

/// What a person is told in the end, stored before it is sent, so that it can
/// be sent again by anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Who sees it.
    pub audience: Audience,
    /// The message, as Slack takes it (`text` and `blocks`).
    pub message: serde_json::Value,
}

/// Who sees a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody in the thread of the request: the card, if there is one, is edited.
    Thread,
    /// The requester alone: a refusal does not disturb a channel.
    Requester,
    /// The requester, in their messages with the bot: where the answer should
    /// have gone nothing is taken any more.
    DirectMessage,
    /// Nobody: it was said already, or the app was uninstalled.
    Nobody,
}

#[cfg(test)]
mod tests;
