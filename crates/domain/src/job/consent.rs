//! Who has agreed to a plan.

use serde::{Deserialize, Serialize};

use crate::ids::{JobId, MessageTs, PlanHash, UserId};
use crate::time::Millis;

/// Who has agreed to a plan, or refused it, as far as people have been asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Why it is wanted, in the requester's words.
    #[serde(default)]
    pub reason: Option<String>,
    /// The requester, who has confirmed what the card showed.
    #[serde(default)]
    pub confirmed: Option<Given>,
    /// The second persons who have approved it.
    #[serde(default)]
    pub approved: Vec<Given>,
    /// Who has refused it, or withdrawn it.
    #[serde(default)]
    pub refused: Option<Given>,
}

/// One person's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The person.
    pub by: UserId,
    /// When they said so.
    pub at: Millis,
}

/// One time that people were asked to agree to a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The plan that they were shown.
    pub plan: PlanHash,
    /// From this moment on it can no longer be agreed to.
    pub expires: Millis,
    /// The click that decided it.
    #[serde(default)]
    pub decided_by: Option<JobId>,
}

/// Who was notified that a plan waits for approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The plan that it tells of.
    pub plan: PlanHash,
    /// The message that mentions the groups, if there are any.
    #[serde(default)]
    pub ts: Option<MessageTs>,
    /// The people who were told by a direct message.
    #[serde(default)]
    pub told: Vec<UserId>,
}
