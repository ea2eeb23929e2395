//! Permissions that no test here can use, and why each is there all the same.

use std::collections::BTreeSet;

use super::named::Named;
use crate::cloud::policy::Use;

/// Where this stands, for who has to change it.
pub(super) const FILE: &str = "crates/devkit/src/permissions/explained.rs";

/// Actions of one statement, and why they are never seen in use here.
pub(super) struct Explained {
    /// The function or role.
    pub(super) role: &'static str,
    /// The statement's `Sid`.
    pub(super) statement: &'static str,
    /// The actions, as they are written there.
    pub(super) actions: &'static [&'static str],
    /// Why.
    pub(super) why: &'static str,
}

/// All of them.
pub(super) const ALL: [Explained; 1] = [Explained {
    role: "Ec2",
    statement: "LeaveProtectedInstancesAlone",
    actions: &["ec2:StopInstances", "ec2:RebootInstances", "ec2:TerminateInstances"],
    why: "only the fleet knows an instance's tags, and it judges only sessions of BellhopAct, which has the same statement",
}];

impl Explained {
    pub(super) fn is_about(&self, used: &Use) -> bool {
        self.role == used.role
            && self.statement == used.statement
            && self.actions.contains(&used.action.as_str())
    }

    /// What is wrong with the explanation itself, if anything is: then it has to go.
    pub(super) fn complaint(&self, all: &[Named], used: &BTreeSet<Use>) -> Option<String> {
        let Self { role, statement, actions, why } = self;
        actions.iter().find_map(|action| {
            let own = || all.iter().filter(|one| self.is_about(&one.used) && one.used.action == *action);
            if own().next().is_none() {
                return Some(format!("{role} has no {action} in {statement} (“{why}”)"));
            }
            let needless = format!("{action} in {statement} of {role} was used; strike it out (“{why}”)");
            own().any(|one| used.contains(&one.used)).then_some(needless)
        })
    }
}
