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

const LOGS: &str = "nothing here writes logs by API: Lambda does that with the function's role";
const LICENSES: &str = "no instance here has a license configuration or is in a host resource group";

/// What each function may not do with logs.
const fn no_log_groups(role: &'static str) -> Explained {
    Explained { role, statement: "MakeNoLogGroups", actions: &["logs:CreateLogGroup"], why: LOGS }
}

const fn no_other_logs(role: &'static str) -> Explained {
    let actions = &["logs:CreateLogStream", "logs:PutLogEvents"];
    Explained { role, statement: "WriteNoLogsButItsOwn", actions, why: LOGS }
}

const fn licenses(role: &'static str) -> Explained {
    let actions = &["ec2:StartInstances"];
    Explained { role, statement: "StartWithLicensesAndInHostGroups", actions, why: LICENSES }
}

/// All of them.
pub(super) const ALL: [Explained; 18] = [
    licenses("Ec2"),
    licenses("BellhopAct"),
    no_log_groups("Install"),
    no_log_groups("Events"),
    no_log_groups("Commands"),
    no_log_groups("Interactions"),
    no_log_groups("Ec2"),
    no_log_groups("Text"),
    no_log_groups("Standup"),
    no_log_groups("Sweeper"),
    no_other_logs("Install"),
    no_other_logs("Events"),
    no_other_logs("Commands"),
    no_other_logs("Interactions"),
    no_other_logs("Ec2"),
    no_other_logs("Text"),
    no_other_logs("Standup"),
    no_other_logs("Sweeper"),
];

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
