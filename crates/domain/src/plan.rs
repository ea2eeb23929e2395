//! A plan as what people agree to: one text for everything that they were
//! shown and that is going to be done, and the hash of that text.
//!
//! A button carries the hash. Whoever clicks it agrees to this plan and to no
//! other, and whatever changes in the record afterwards makes another plan of it.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::ids::PlanHash;
use crate::instance::Action;
use crate::job::{Job, Plan, PlanTarget, Progress};
use crate::time::Millis;

/// How many digits of a hash people read.
const SHORT: usize = 4;

/// The canonical text of `plan`: JSON without blanks, its fields in this order
/// and its targets in the plan's. `expires` is the moment from which on nobody
/// can agree to it any more.
///
/// What becomes of the plan afterwards is no part of it: neither when it begins
/// nor how far it comes, so the record of a plan that was carried out still
/// has the hash that people agreed to.
pub fn canonical(job: &Job, plan: &Plan, expires: Millis) -> String {
    let Plan { verb, action, dry_run, wait, begun_at: _, targets } = plan;
    let (force, hibernate) = match action {
        Action::Stop { force, hibernate } => (*force, *hibernate),
        Action::Start | Action::Reboot | Action::Terminate => (false, false),
    };
    let targets: Vec<String> = targets.iter().map(target).collect();
    object(&[
        ("team", text(job.team.as_str())),
        ("job", text(job.id.as_str())),
        ("requester", text(job.request.user.as_str())),
        ("verb", text(verb)),
        ("action", text(action.operation())),
        ("force", force.to_string()),
        ("hibernate", hibernate.to_string()),
        ("dry_run", dry_run.to_string()),
        ("wait", wait.to_string()),
        ("reason", optional(job.consent.reason.as_deref())),
        ("targets", format!("[{}]", targets.join(","))),
        ("expires", expires.0.to_string()),
    ])
}

/// SHA-256 of the [`canonical`] text.
pub fn hash(job: &Job, plan: &Plan, expires: Millis) -> PlanHash {
    PlanHash::new(hex::encode(Sha256::digest(canonical(job, plan, expires).as_bytes())))
}

impl PlanHash {
    /// What people call the plan: `7F3A`. Enough to tell two cards apart, and
    /// nothing is decided by it.
    pub fn short(&self) -> String {
        self.as_str().chars().take(SHORT).collect::<String>().to_ascii_uppercase()
    }
}

fn target(target: &PlanTarget) -> String {
    // An instance that was left out when the plan was made is shown with the
    // reason, and is not sent to EC2.
    let is_left_out = matches!(target.progress, Progress::Refused { tried: false, .. });
    let mut fields = vec![
        ("account", text(target.account.as_str())),
        ("region", text(target.region.as_str())),
        ("id", text(target.id.as_str())),
        ("name", optional(target.name.as_deref())),
        ("state", text(target.before.as_str())),
        ("launched_at", target.launched_at.0.to_string()),
        ("act", (!is_left_out).to_string()),
    ];
    if !target.tags.is_empty() {
        let tags = target
            .tags
            .iter()
            .map(|tag| object(&[("key", text(&tag.key)), ("value", optional(tag.value.as_deref()))]));
        fields.push(("tags", format!("[{}]", tags.collect::<Vec<_>>().join(","))));
    }
    object(&fields)
}

// Written by hand, since the order of a `serde_json` object depends on a
// feature that any crate of a build may switch on.
fn object(fields: &[(&str, String)]) -> String {
    let fields: Vec<String> = fields.iter().map(|(key, value)| format!("{}:{value}", text(key))).collect();
    format!("{{{}}}", fields.join(","))
}

fn text(text: &str) -> String {
    Value::from(text).to_string()
}

fn optional(words: Option<&str>) -> String {
    words.map_or_else(|| Value::Null.to_string(), text)
}

#[cfg(test)]
mod tests;
