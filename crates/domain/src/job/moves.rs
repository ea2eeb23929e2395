//! The moves that workers, people and the sweeper make, and why one may be
//! refused.

use super::machine::Ending;
use crate::ids::{Owner, PlanHash};
use crate::time::Millis;

/// A move that somebody wants to make.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// A worker takes the job up, until the moment its process may be gone.
    Take {
        /// The worker.
        owner: Owner,
        /// The end of the hold: the end of the invocation and a margin.
        until: Millis,
    },
    /// The holder asks a person to agree to a plan.
    Ask {
        /// The holder.
        owner: Owner,
        /// SHA-256 of the plan.
        plan_hash: PlanHash,
        /// When the plan lapses.
        expires: Millis,
    },
    /// A person agrees to the plan with this hash.
    Approve {
        /// Names this click.
        writer: Owner,
        /// The plan that the person saw.
        plan_hash: PlanHash,
    },
    /// A person refuses the plan with this hash.
    Deny {
        /// Names this click.
        writer: Owner,
        /// The plan that the person saw.
        plan_hash: PlanHash,
    },
    /// The sweeper lets a plan lapse.
    Expire {
        /// The sweeper.
        writer: Owner,
        /// Until when the sweeper holds the job, to say so.
        until: Millis,
    },
    /// The holder notes something on the record (its card, say) and goes on.
    Note {
        /// The holder.
        owner: Owner,
    },
    /// The holder is about to make the EC2 call.
    Begin {
        /// The holder.
        owner: Owner,
    },
    /// EC2 has accepted, or it cannot be told yet whether it has: only looking is left.
    Accepted {
        /// The holder.
        owner: Owner,
    },
    /// The holder releases the job until it is time to look again: at what EC2 has accepted,
    /// or at what cannot be reached now and must be seen before anything is changed.
    LookAgain {
        /// The holder.
        owner: Owner,
        /// When to look.
        at: Millis,
    },
    /// The holder has a result.
    Finish {
        /// The holder.
        owner: Owner,
        /// Which.
        ending: Ending,
    },
    /// The holder met a fault and lets go, so that it is tried again later.
    Release {
        /// The holder.
        owner: Owner,
    },
    /// Too little time is left in this invocation for the next step of a job that has changed
    /// nothing yet. The holder releases it for another invocation, and the attempt does not count.
    Yield {
        /// The holder.
        owner: Owner,
    },
    /// The holder has told the person.
    Told {
        /// The holder.
        owner: Owner,
    },
    /// The sweeper is about to wake the worker for a job that is due.
    Drive {
        /// The sweeper.
        writer: Owner,
    },
    /// The sweeper takes a job that gets nowhere out of circulation, and holds it to say so.
    Park {
        /// The sweeper.
        writer: Owner,
        /// The end of its hold.
        until: Millis,
    },
    /// Nobody can be told: the job is closed with that on record.
    GiveUp {
        /// The sweeper, or the holder.
        writer: Owner,
    },
}

/// Why a move is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refused {
    /// Nothing is left to do.
    #[error("the job is closed")]
    Closed,
    /// Somebody else holds it.
    #[error("the job is held by somebody else")]
    Held,
    /// The mover does not hold it, or no longer.
    #[error("the job is not held by this worker")]
    NotHeld,
    /// The status does not allow it.
    #[error("the job's status does not allow this")]
    WrongStatus,
    /// It is another plan than the person saw.
    #[error("the plan is not the one on record")]
    OtherPlan,
    /// It is too late for that.
    #[error("the plan has expired")]
    Expired,
    /// It is too early for that.
    #[error("the job is not due")]
    NotDue,
    /// It must be parked, not tried again.
    #[error("the job was tried too often")]
    WornOut,
}
