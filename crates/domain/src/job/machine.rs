//! How a job moves: a pure function that every write goes through.
//!
//! ```text
//! pending ─take→ claimed ─ask→ awaiting ─approve→ approved ─take→ claimed
//! claimed ─begin→ executing ─accepted→ waiting ─finish→ done | failed | unfinished | unknown
//! claimed ─finish→ done | failed        awaiting ─deny, expire→ denied | expired
//! any that is open ─park→ parked        every terminal state ─told→ closed
//! ```
//!
//! A worker first takes a *hold* on the job, then makes its moves. Each move is
//! one conditional write on (status, writer, epoch), so of two workers one
//! wins. Only `claimed` is ever begun again after its holder vanished;
//! `executing` is looked at with a Describe, never repeated.

use serde::{Deserialize, Serialize};

use crate::ids::{Owner, PlanHash};
use crate::time::Millis;

/// How many times a job may be taken up or driven without getting anywhere
/// before it is parked.
pub const MAX_TRIES: u32 = 5;

/// The same for telling how it ended, which is all that is left then: with the
/// pauses between, about three hours of Slack being out of reach.
pub const MAX_TELLS: u32 = 25;

/// How long the sweeper leaves a new or newly driven job to its worker. An
/// invocation normally begins within a second; a minute is the sweeper's own
/// period.
pub const DRIVE_AFTER_MS: u64 = 45_000;

/// Where a job stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    /// Stored; nobody has looked at it.
    Pending,
    /// A worker decides what it means. Nothing has been changed yet.
    Claimed,
    /// A person must confirm or approve this very plan.
    Awaiting {
        /// SHA-256 of the canonical plan, lower-case hexadecimal.
        plan_hash: PlanHash,
        /// From this moment on it can no longer be approved.
        expires: Millis,
    },
    /// A person has; a worker may take it up.
    Approved,
    /// The EC2 call is being made, or was when the holder vanished.
    Executing,
    /// EC2 has accepted the change, or may have; only looking is left.
    Waiting,
    /// It ended well, or there was nothing to do.
    Done,
    /// It surely was not done, or not wholly.
    Failed,
    /// EC2 accepted it, and it had not taken effect when the worker stopped looking.
    Unfinished,
    /// Whether it was done could not be found out.
    Unknown,
    /// A person said no.
    Denied,
    /// Nobody said yes in time.
    Expired,
    /// It got nowhere, [`MAX_TRIES`] times.
    Parked,
}

impl Status {
    /// Its name in tables and logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Claimed => "claimed",
            Self::Awaiting { .. } => "awaiting",
            Self::Approved => "approved",
            Self::Executing => "executing",
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unfinished => "unfinished",
            Self::Unknown => "unknown",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Parked => "parked",
        }
    }

    /// Whether only telling is left.
    pub const fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Done
                | Self::Failed
                | Self::Unfinished
                | Self::Unknown
                | Self::Denied
                | Self::Expired
                | Self::Parked
        )
    }
}

/// How a finished job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// [`Status::Done`]
    Done,
    /// [`Status::Failed`]
    Failed,
    /// [`Status::Unfinished`]
    Unfinished,
    /// [`Status::Unknown`]
    Unknown,
}

/// The part of a job that decides who may do what with it next.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Machine {
    /// Where the job stands.
    #[serde(flatten)]
    pub status: Status,
    /// Grows by one with every write.
    pub epoch: u64,
    /// Who wrote last; the holder, while there is one.
    pub writer: Owner,
    /// Until when the writer holds the job, if it does.
    pub held_until: Option<Millis>,
    /// When the sweeper should look at it; absent once nothing is left to do.
    pub due: Option<Millis>,
    /// How often it was taken up since it last got somewhere.
    pub takes: u32,
    /// How often the sweeper drove it since it last got somewhere.
    pub drives: u32,
    /// Whether the person has been told how it ended.
    pub told: bool,
}

/// What a holder has to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duty {
    /// Find out what is meant, and begin or answer.
    Decide,
    /// The call may have been made: look, and never make it again.
    Reconcile,
    /// Look whether the new state is reached.
    Look,
    /// Say how it ended.
    Tell,
}

impl Machine {
    /// The first state of a job.
    pub fn new(writer: Owner, now: Millis) -> Self {
        Self {
            status: Status::Pending,
            epoch: 0,
            writer,
            held_until: None,
            due: Some(now.plus(DRIVE_AFTER_MS)),
            takes: 0,
            drives: 0,
            told: false,
        }
    }

    /// What its holder has to do.
    pub fn duty(&self) -> Option<Duty> {
        match self.status {
            Status::Claimed => Some(Duty::Decide),
            Status::Executing => Some(Duty::Reconcile),
            Status::Waiting => Some(Duty::Look),
            _ if self.is_closed() => None,
            _ => self.status.is_terminal().then_some(Duty::Tell),
        }
    }

    /// Whether nothing is left to do: nobody will look at it again.
    pub const fn is_closed(&self) -> bool {
        self.due.is_none()
    }

    /// Whether somebody holds it at `now`.
    pub fn is_held(&self, now: Millis) -> bool {
        self.held_until.is_some_and(|until| now < until)
    }

    /// How often it may be taken up, and driven, before that is enough.
    pub const fn tries(&self) -> u32 {
        if self.status.is_terminal() { MAX_TELLS } else { MAX_TRIES }
    }

    /// Whether it has used up its tries.
    pub const fn is_worn_out(&self) -> bool {
        self.takes >= self.tries() || self.drives >= self.tries()
    }
}
