//! Who a user is, in the rules' terms, and who administers the workspace.

use domain::ids::{TeamId, UserId};
use domain::policy::{Person, Standing};
use secrecy::SecretString;
use slack::web::{ApiError, Client, User};

/// Slack's own user, which is not marked as a bot.
const SLACKBOT: &str = "USLACKBOT";

#[cfg_attr(not(test), allow(dead_code, reason = "the callers follow"))]
/// How many pages of the workspace's people are read at most: 5,000 people.
const PAGES: usize = 25;

/// How many admins are looked for. More are not needed by any caller, and Slack
/// takes only some 20 of these calls a minute.
#[cfg_attr(not(test), allow(dead_code, reason = "the callers follow"))]
const ADMINS: usize = 20;

/// How Slack says that it does not show us a user.
///
/// <https://docs.slack.dev/reference/methods/users.info>
const UNKNOWN: [&str; 2] = ["user_not_found", "user_not_visible"];

/// Who `user` is now, seen from `team`.
///
/// # Errors
/// If Slack does not say.
pub(crate) async fn who(
    slack: &Client,
    token: &SecretString,
    team: &TeamId,
    user: &UserId,
) -> Result<Person, ApiError> {
    Ok(person(user, &known(slack, token, user).await?, team))
}

/// What Slack says of `user` now; nothing of a user whom it does not show us.
///
/// # Errors
/// If Slack does not say.
pub(crate) async fn known(slack: &Client, token: &SecretString, user: &UserId) -> Result<User, ApiError> {
    match slack.user_info(token, user).await {
        // Slack does not show us strangers: nothing is known that would give a right.
        Err(ApiError::NoAccess(code)) if UNKNOWN.contains(&code.as_str()) => Ok(User::default()),
        known => known,
    }
}

/// What Slack says of `id`, seen from `team`. What Slack does not say counts
/// against the person: rights are never given on a missing field.
pub(crate) fn person(id: &UserId, user: &User, team: &TeamId) -> Person {
    let elsewhere = !belongs_to(user, team);
    let standings = [
        (user.deleted == Some(true), Standing::Deactivated),
        (is_bot(id, user), Standing::Bot),
        (user.is_stranger == Some(true) || elsewhere, Standing::Stranger),
        (user.is_restricted != Some(false) || user.is_ultra_restricted != Some(false), Standing::Guest),
    ];
    let standing = standings.into_iter().find_map(|(is, standing)| is.then_some(standing));
    // About the workspace that asks. The marks of an organisation's admins
    // (`enterprise_user.is_admin`) give no right in a workspace.
    let is_admin = user.is_admin == Some(true) || user.is_owner == Some(true);
    let other_ids = other_ids(id, user);
    Person { id: id.clone(), other_ids, standing: standing.unwrap_or(Standing::Member), is_admin }
}

/// Whether Slack names `team` among the workspaces of `user`. For members of an
/// Enterprise organisation `team_id` may be missing, or name another workspace of
/// the organisation: then their workspaces are listed elsewhere. A user without
/// any workspace belongs to none.
fn belongs_to(user: &User, team: &TeamId) -> bool {
    let enterprise = user.enterprise.iter().flat_map(|enterprise| &enterprise.teams);
    user.team.iter().chain(&user.teams).chain(enterprise).any(|known| known == team)
}

/// Whether it is no human. `is_app_user` says something else: that the user has
/// authorized the app.
///
/// <https://docs.slack.dev/reference/objects/user-object>
fn is_bot(id: &UserId, user: &User) -> bool {
    let is_marked = [user.is_bot, user.is_workflow_bot, user.is_connector_bot].contains(&Some(true));
    is_marked || [Some(id), user.id.as_ref()].into_iter().flatten().any(|id| id.as_str() == SLACKBOT)
}

/// The ids of `user` besides `id`: the one that Slack answers with, and the one in
/// their organisation.
fn other_ids(id: &UserId, user: &User) -> Vec<UserId> {
    let organisation = user.enterprise.as_ref().and_then(|enterprise| enterprise.id.as_ref());
    let mut ids: Vec<UserId> =
        user.id.iter().chain(organisation).filter(|known| *known != id).cloned().collect();
    ids.sort();
    ids.dedup();
    ids
}

/// The admins and owners of a workspace, as far as they were looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(test), allow(dead_code, reason = "the callers follow"))]
pub(crate) struct Admins {
    /// Members who administer or own the workspace now, sorted: at least
    /// [`ADMINS`] of them if there are so many.
    pub(crate) ids: Vec<UserId>,
    /// Whether all people of the workspace were looked at.
    pub(crate) is_complete: bool,
}

/// The admins and owners of `team` now: humans who are not deactivated. Stops once
/// it has found enough, or has read [`PAGES`] pages.
///
/// # Errors
/// If Slack does not list the workspace's people; [`ApiError::MissingScope`]
/// without `users:read`.
#[cfg_attr(not(test), allow(dead_code, reason = "the callers follow"))]
pub(crate) async fn admins(slack: &Client, token: &SecretString, team: &TeamId) -> Result<Admins, ApiError> {
    let (mut ids, mut cursor) = (Vec::new(), None::<String>);
    for _ in 0..PAGES {
        let (users, next) = slack.users(token, cursor.as_deref()).await?;
        ids.extend(users.iter().filter_map(|user| admin(user, team)));
        cursor = next;
        if cursor.is_none() || ids.len() >= ADMINS {
            break;
        }
    }
    ids.sort();
    ids.dedup();
    Ok(Admins { ids, is_complete: cursor.is_none() })
}

#[cfg_attr(not(test), allow(dead_code, reason = "the callers follow"))]
fn admin(user: &User, team: &TeamId) -> Option<UserId> {
    let id = user.id.as_ref()?;
    let person = person(id, user, team);
    (person.is_admin && person.standing == Standing::Member).then_some(person.id)
}

#[cfg(test)]
mod tests;
