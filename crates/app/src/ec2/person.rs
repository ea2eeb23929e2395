//! Who a user is, and what they may ask for or approve.

use domain::approvers::Approvers;
use domain::command::Verb;
use domain::ids::{UserGroupId, UserId};
use domain::job::Plan;
use domain::policy::{self, Decision, Moment, Person, Question};

use slack::web::ApiError;

use super::Run;
use crate::hold::Stop;
use crate::person;

/// How Slack says that there is no such user group.
///
/// <https://docs.slack.dev/reference/methods/usergroups.users.list>
const NO_GROUP: &str = "no_such_subteam";

impl Run<'_> {
    /// Who `user` is now.
    pub(super) async fn who(&self, user: &UserId) -> Result<Person, Stop> {
        let known = person::who(&self.worker.slack, &self.token, &self.installation.team, user).await;
        known.map_err(|error| Stop::slack(error, "asking Slack who this is"))
    }

    /// Whether `person` is one of those who may approve `plan`, in all of its
    /// accounts.
    pub(super) async fn may_approve(&self, person: &Person, plan: &Plan) -> Result<bool, Stop> {
        let mut asked: Vec<&Approvers> = Vec::new();
        for target in &plan.targets {
            let account = self.accounts.iter().find(|account| account.alias == target.account);
            let Some(account) = account else { return Ok(false) };
            if !asked.contains(&&account.approvers) {
                asked.push(&account.approvers);
            }
        }
        for approvers in &asked {
            if !self.is_one_of(person, approvers).await? {
                return Ok(false);
            }
        }
        Ok(!asked.is_empty())
    }

    /// Whether `person` is among `approvers`.
    pub(super) async fn is_one_of(&self, person: &Person, approvers: &Approvers) -> Result<bool, Stop> {
        let is_named = approvers.people().any(|user| person.is(user));
        if is_named || approvers.has_admins() && person.is_admin {
            return Ok(true);
        }
        for group in approvers.groups() {
            if self.is_in(person, group).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn is_in(&self, person: &Person, group: &UserGroupId) -> Result<bool, Stop> {
        Ok(self.members_of(group).await?.iter().any(|member| person.is(member)))
    }

    /// The members of `group`; a group that is gone has none.
    pub(super) async fn members_of(&self, group: &UserGroupId) -> Result<Vec<UserId>, Stop> {
        match self.worker.slack.user_group_members(&self.token, group).await {
            Ok(members) => Ok(members),
            Err(ApiError::NoAccess(code)) if code == NO_GROUP => {
                tracing::warn!(group.id = %group, "The group of those who may approve is gone");
                Ok(Vec::new())
            }
            Err(error) => Err(Stop::slack(error, "asking Slack who may approve")),
        }
    }

    /// Who may approve `plan`.
    pub(super) fn approvers(&self, plan: &Plan) -> Approvers {
        let alias = plan.targets.first().map(|target| &target.account);
        let account = self.accounts.iter().find(|account| Some(&account.alias) == alias);
        account.map(|account| account.approvers.clone()).unwrap_or_default()
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
