//! `users.info` and `users.list`: what Slack knows of people.

use domain::ids::{TeamId, UserId};
use secrecy::SecretString;

use super::{ApiError, Body, Call, Caller, Client, Repeat};
use crate::lenient::{self, MAX_ID_BYTES, Object};

/// People in one page: what Slack recommends at most.
///
/// <https://docs.slack.dev/reference/methods/users.list>
const PEOPLE: &str = "200";

/// A user. Every field may be missing, above all of people from elsewhere, so
/// that it is for the caller to say what a missing mark means.
///
/// <https://docs.slack.dev/reference/objects/user-object>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// The user.
    pub id: Option<UserId>,
    /// Their workspace; in a shared channel, perhaps not ours. Slack may leave it
    /// out for members of an Enterprise organisation, or name another workspace of
    /// the organisation.
    pub team: Option<TeamId>,
    /// The workspaces that Slack lists for them (`teams`).
    pub teams: Vec<TeamId>,
    /// What they are in an Enterprise organisation, if they belong to one.
    pub enterprise: Option<EnterpriseUser>,
    /// Whether the account is deactivated.
    pub deleted: Option<bool>,
    /// Whether it is a bot.
    pub is_bot: Option<bool>,
    /// Whether it is the bot of a workflow.
    pub is_workflow_bot: Option<bool>,
    /// Whether it is the bot of a connector.
    pub is_connector_bot: Option<bool>,
    /// Whether they administer the workspace.
    pub is_admin: Option<bool>,
    /// Whether they own it.
    pub is_owner: Option<bool>,
    /// Whether they are a guest.
    pub is_restricted: Option<bool>,
    /// Whether they are a guest in a single channel.
    pub is_ultra_restricted: Option<bool>,
    /// Whether they belong to another organisation and share no channel with us.
    pub is_stranger: Option<bool>,
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

/// What somebody is in an Enterprise organisation. Its marks for admins and owners
/// are about the organisation, not about one workspace, and are not read.
///
/// <https://docs.slack.dev/reference/objects/user-object#enterprise>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnterpriseUser {
    /// Their id in the organisation, which may differ from the one in a workspace.
    pub id: Option<UserId>,
    /// The organisation (`E…`).
    pub enterprise: Option<TeamId>,
    /// The workspaces of the organisation that they are in.
    pub teams: Vec<TeamId>,
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

    /// Some of the workspace's people, and what to pass as `cursor` to be told
    /// more; `None` at the end. Bots, deactivated accounts and people of other
    /// organisations are among them. Needs the scope `users:read`. Slack takes
    /// some 20 of these calls a minute.
    ///
    /// <https://docs.slack.dev/reference/methods/users.list>
    ///
    /// # Errors
    /// [`ApiError::MissingScope`] without the scope.
    pub async fn users(
        &self,
        token: &SecretString,
        cursor: Option<&str>,
    ) -> Result<(Vec<User>, Option<String>), ApiError> {
        let mut fields = vec![("limit", PEOPLE)];
        fields.extend(cursor.map(|cursor| ("cursor", cursor)));
        let call = Call {
            method: "users.list",
            caller: Caller::Token(token),
            body: Body::Form(fields),
            repeat: Repeat::Harmless,
        };
        let answer = self.call(&call).await?;
        if !answer.body.get("members").is_some_and(serde_json::Value::is_array) {
            return Err(ApiError::Retryable("an answer without members".to_owned()));
        }
        let next = lenient::object(&answer.body, "response_metadata")
            .and_then(|metadata| lenient::text(metadata, "next_cursor"));
        Ok((lenient::objects(&answer.body, "members").map(User::read).collect(), next))
    }
}

fn team_ids(object: &Object) -> Vec<TeamId> {
    let ids = lenient::texts(object, "teams").into_iter().filter(|id| id.len() <= MAX_ID_BYTES);
    ids.map(TeamId::new).collect()
}

impl User {
    fn read(user: &Object) -> Self {
        let text = |key| lenient::text(user, key);
        let flag = |key| lenient::boolean(user, key);
        let profile = |key| lenient::object(user, "profile").and_then(|profile| lenient::text(profile, key));
        Self {
            id: lenient::id(user, "id").map(UserId::new),
            team: text("team_id").map(TeamId::new),
            teams: team_ids(user),
            enterprise: lenient::object(user, "enterprise_user").map(EnterpriseUser::read),
            deleted: flag("deleted"),
            is_bot: flag("is_bot"),
            is_workflow_bot: flag("is_workflow_bot"),
            is_connector_bot: flag("is_connector_bot"),
            is_admin: flag("is_admin"),
            is_owner: flag("is_owner"),
            is_restricted: flag("is_restricted"),
            is_ultra_restricted: flag("is_ultra_restricted"),
            is_stranger: flag("is_stranger"),
            name: text("name"),
            real_name: text("real_name"),
            display_name: profile("display_name"),
            picture: profile("image_72").filter(|url| url.starts_with("https://")),
            tz: text("tz"),
            tz_offset: lenient::number(user, "tz_offset"),
        }
    }
}

impl EnterpriseUser {
    fn read(user: &Object) -> Self {
        Self {
            id: lenient::id(user, "id").map(UserId::new),
            enterprise: lenient::id(user, "enterprise_id").map(TeamId::new),
            teams: team_ids(user),
        }
    }
}
