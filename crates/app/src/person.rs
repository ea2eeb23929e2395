//! Who somebody is, in the rules' terms.

use domain::ids::{TeamId, UserId};
use domain::policy::{Person, Standing};
use secrecy::SecretString;
use slack::web::{ApiError, Client, User};

/// A workspace's id begins with this; an organisation's with `E`.
const WORKSPACE: char = 'T';

/// Who `user` is now, seen from `team`. Nothing if the token is dead: then trying
/// again would not help, and telling shows whether anybody can be told.
///
/// # Errors
/// If Slack could not be asked.
pub(crate) async fn who(
    slack: &Client,
    token: &SecretString,
    team: &TeamId,
    user: &UserId,
) -> anyhow::Result<Option<Person>> {
    Ok(known(slack, token, user).await?.map(|known| person(user, &known, team)))
}

/// What Slack says of `user` now; nothing if the token is dead.
///
/// # Errors
/// If Slack could not be asked.
pub(crate) async fn known(
    slack: &Client,
    token: &SecretString,
    user: &UserId,
) -> anyhow::Result<Option<User>> {
    match slack.user_info(token, user).await {
        Ok(known) => Ok(Some(known)),
        // Slack does not show us strangers: nothing is known that would give a right.
        Err(ApiError::NoAccess(_)) => Ok(Some(User::default())),
        Err(ApiError::Auth(code)) => {
            tracing::warn!(user.id = %user, "Nothing is done, for Slack refuses the token: {code}");
            Ok(None)
        }
        Err(error) => Err(anyhow::Error::new(error).context("asking Slack who this is")),
    }
}

/// What Slack says of `id`, seen from `team`. What Slack does not say counts
/// against the person: rights are never given on a missing field.
pub(crate) fn person(id: &UserId, user: &User, team: &TeamId) -> Person {
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
