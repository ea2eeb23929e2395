//! `users.info`: what Slack knows of a person.

use domain::ids::{TeamId, UserId};
use secrecy::SecretString;

use super::{ApiError, Body, Call, Caller, Client, Repeat};
use crate::lenient::{self, Object};

/// A user. Every field may be missing, above all of people from elsewhere, so
/// that it is for the caller to say what a missing mark means.
///
/// <https://docs.slack.dev/reference/objects/user-object>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// The user.
    pub id: Option<UserId>,
    /// Their workspace; in a shared channel, perhaps not ours.
    pub team: Option<TeamId>,
    /// Whether the account is deactivated.
    pub deleted: Option<bool>,
    /// Whether it is a bot.
    pub is_bot: Option<bool>,
    /// Whether they administer the workspace.
    pub is_admin: Option<bool>,
    /// Whether they own it.
    pub is_owner: Option<bool>,
    /// Whether they are a guest.
    pub is_restricted: Option<bool>,
    /// Whether they are a guest in a single channel.
    pub is_ultra_restricted: Option<bool>,
    /// Whether they belong to another workspace and share no channel with us.
    pub is_stranger: Option<bool>,
    /// Whether it is an app's own user.
    pub is_app_user: Option<bool>,
    /// The account's name.
    pub name: Option<String>,
    /// The full name.
    pub real_name: Option<String>,
    /// The name they chose to be shown by.
    pub display_name: Option<String>,
    /// Where their picture is (72 by 72), over https.
    pub picture: Option<String>,
    /// The time zone, as an IANA name (`Europe/Berlin`).
    pub tz: Option<String>,
    /// The zone's present offset from UTC, in seconds.
    pub tz_offset: Option<i64>,
}

impl Client {
    /// Asks about `user`. Needs the scope `users:read`.
    pub async fn user_info(&self, token: &SecretString, user: &UserId) -> Result<User, ApiError> {
        let call = Call {
            method: "users.info",
            caller: Caller::Token(token),
            body: Body::Form(vec![("user", user.as_str())]),
            repeat: Repeat::Harmless,
        };
        let answer = self.call(&call).await?;
        let user = lenient::object(&answer.body, "user").map(User::read);
        user.ok_or_else(|| ApiError::Retryable("an answer without a user".to_owned()))
    }
}

impl User {
    fn read(user: &Object) -> Self {
        let text = |key| lenient::text(user, key);
        let flag = |key| lenient::boolean(user, key);
        let profile = |key| lenient::object(user, "profile").and_then(|profile| lenient::text(profile, key));
        Self {
            id: text("id").map(UserId::new),
            team: text("team_id").map(TeamId::new),
            deleted: flag("deleted"),
            is_bot: flag("is_bot"),
            is_admin: flag("is_admin"),
            is_owner: flag("is_owner"),
            is_restricted: flag("is_restricted"),
            is_ultra_restricted: flag("is_ultra_restricted"),
            is_stranger: flag("is_stranger"),
            is_app_user: flag("is_app_user"),
            name: text("name"),
            real_name: text("real_name"),
            display_name: profile("display_name"),
            picture: profile("image_72").filter(|url| url.starts_with("https://")),
            tz: text("tz"),
            tz_offset: lenient::number(user, "tz_offset"),
        }
    }
}
