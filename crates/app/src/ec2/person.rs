//! Who a user is, and what they may ask for or approve.

use domain::command::Verb;
use domain::ids::{UserGroupId, UserId};
use domain::job::Plan;
use domain::policy::{self, Decision, Moment, Person, Question};

use super::Run;
use crate::hold::Stop;
use crate::{person, telling};

impl Run<'_> {
    /// Who `user` is now. Nothing if the token is dead: then trying again would
    /// not help, and telling shows whether anybody can be told.
    pub(super) async fn who(&self, user: &UserId) -> Result<Option<Person>, Stop> {
        Ok(person::who(&self.worker.slack, &self.token, &self.installation.team, user).await?)
    }

    /// Whether `person` is one of those who may approve `plan`, in all of its
    /// accounts.
    pub(super) async fn may_approve(&self, person: &Person, plan: &Plan) -> Result<bool, Stop> {
        let mut asked: Vec<Option<&UserGroupId>> = Vec::new();
        for target in &plan.targets {
            let account = self.accounts.iter().find(|account| account.alias == target.account);
            let Some(account) = account else { return Ok(false) };
            if !asked.contains(&account.approvers.as_ref()) {
                asked.push(account.approvers.as_ref());
            }
        }
        for approvers in &asked {
            let is_one = match approvers {
                None => person.is_admin,
                Some(group) => self.is_in(person, group).await?,
            };
            if !is_one {
                return Ok(false);
            }
        }
        Ok(!asked.is_empty())
    }

    async fn is_in(&self, person: &Person, group: &UserGroupId) -> Result<bool, Stop> {
        match self.worker.slack.user_group_members(&self.token, group).await {
            Ok(members) => Ok(members.iter().any(|member| person.is(member))),
            // It is gone, or may not be looked at: then nobody is known to be in it.
            Err(error) if telling::is_hopeless(&error) => {
                tracing::warn!(group.id = %group, "Slack does not tell who may approve: {error}");
                Ok(false)
            }
            Err(error) => Err(Stop::Fault(anyhow::Error::new(error).context("asking Slack who may approve"))),
        }
    }

    /// The group whose members may approve `plan`; without one, workspace admins may.
    pub(super) fn approvers(&self, plan: &Plan) -> Option<&UserGroupId> {
        let alias = &plan.targets.first()?.account;
        self.accounts.iter().find(|account| account.alias == *alias)?.approvers.as_ref()
    }
}

/// Whether `person` may ask for `verb`; of which instance is not known yet.
pub(super) fn may_ask(person: &Person, verb: Verb) -> bool {
    let question = Question { person, verb, instance: None, moment: Moment::Request { is_broad: false } };
    match policy::decide(&question) {
        Decision::Allow | Decision::Require(_) => true,
        Decision::Deny(_) => false,
    }
}
