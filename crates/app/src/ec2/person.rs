//! Who somebody is, in the rules' terms.

use domain::command::Verb;
use domain::ids::{TeamId, UserGroupId, UserId};
use domain::job::Plan;
use domain::policy::{self, Decision, Moment, Person, Question, Standing};
use slack::web::{ApiError, User};

use super::Run;
use crate::hold::Stop;
use crate::telling;

/// A workspace's id begins with this; an organisation's with `E`.
const WORKSPACE: char = 'T';

impl Run<'_> {
    /// Who `user` is now. Nothing if the token is dead: then trying again would
    /// not help, and telling shows whether anybody can be told.
    pub(super) async fn who(&self, user: &UserId) -> Result<Option<Person>, Stop> {
        let known = match self.worker.slack.user_info(&self.token, user).await {
            Ok(known) => known,
            // Slack does not show us strangers: nothing is known that would give a right.
            Err(ApiError::NoAccess(_)) => User::default(),
            Err(ApiError::Auth(code)) => {
                tracing::warn!(user.id = %user, "Nothing is done, for Slack refuses the token: {code}");
                return Ok(None);
            }
            Err(error) => {
                return Err(Stop::Fault(anyhow::Error::new(error).context("asking Slack who this is")));
            }
        };
        Ok(Some(person(user, &known, &self.installation.team)))
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
            Ok(members) => Ok(members.contains(&person.id)),
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
    let question = Question { person, verb, instance: None, moment: Moment::Request };
    match policy::decide(&question) {
        Decision::Allow | Decision::Require(_) => true,
        Decision::Deny(_) => false,
    }
}

/// What Slack says of `id`, seen from `team`. What Slack does not say counts
/// against the person: rights are never given on a missing field.
fn person(id: &UserId, user: &User, team: &TeamId) -> Person {
    let elsewhere = team.as_str().starts_with(WORKSPACE) && user.team.as_ref() != Some(team);
    let standings = [
        (user.deleted == Some(true), Standing::Deactivated),
        (user.is_bot == Some(true) || user.is_app_user == Some(true), Standing::Bot),
        (user.is_stranger == Some(true) || elsewhere, Standing::Stranger),
        (user.is_restricted != Some(false) || user.is_ultra_restricted != Some(false), Standing::Guest),
    ];
    let standing = standings.into_iter().find_map(|(is, standing)| is.then_some(standing));
    let is_admin = user.is_admin == Some(true) || user.is_owner == Some(true);
    Person { id: id.clone(), standing: standing.unwrap_or(Standing::Member), is_admin }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member() -> User {
        User {
            team: Some(TeamId::new("T1")),
            is_restricted: Some(false),
            is_ultra_restricted: Some(false),
            ..User::default()
        }
    }

    #[test]
    fn what_slack_does_not_say_counts_against_the_person() {
        for (user, standing) in [
            (member(), Standing::Member),
            (User { is_restricted: None, ..member() }, Standing::Guest),
            (User { is_ultra_restricted: Some(true), ..member() }, Standing::Guest),
            (User { team: None, ..member() }, Standing::Stranger),
            (User { team: Some(TeamId::new("T2")), ..member() }, Standing::Stranger),
            (User { is_stranger: Some(true), ..member() }, Standing::Stranger),
            (User { is_bot: Some(true), ..member() }, Standing::Bot),
            (User { deleted: Some(true), is_bot: Some(true), ..member() }, Standing::Deactivated),
            (User::default(), Standing::Stranger),
        ] {
            assert_eq!(person(&UserId::new("U1"), &user, &TeamId::new("T1")).standing, standing, "{user:?}");
        }
    }

    #[test]
    fn everybody_in_an_organisation_belongs_to_it() {
        let seen = person(&UserId::new("U1"), &member(), &TeamId::new("E1"));
        assert_eq!(seen.standing, Standing::Member);
    }
}
