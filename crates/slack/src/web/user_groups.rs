//! `usergroups.users.list`: who is in a group.

use domain::ids::{UserGroupId, UserId};
use secrecy::SecretString;

use super::{ApiError, Body, Call, Caller, Client, Repeat};
use crate::lenient::{self, MAX_ID_BYTES};

impl Client {
    /// The members of `group`. Needs the scope `usergroups:read`.
    ///
    /// <https://docs.slack.dev/reference/methods/usergroups.users.list>
    ///
    /// # Errors
    /// [`ApiError::NoAccess`] if there is no such group.
    pub async fn user_group_members(
        &self,
        token: &SecretString,
        group: &UserGroupId,
    ) -> Result<Vec<UserId>, ApiError> {
        let call = Call {
            method: "usergroups.users.list",
            caller: Caller::Token(token),
            body: Body::Form(vec![("usergroup", group.as_str())]),
            repeat: Repeat::Harmless,
        };
        let answer = self.call(&call).await?;
        if !answer.body.get("users").is_some_and(serde_json::Value::is_array) {
            return Err(ApiError::Retryable("an answer without users".to_owned()));
        }
        let ids = lenient::texts(&answer.body, "users").into_iter().filter(|id| id.len() <= MAX_ID_BYTES);
        Ok(ids.map(UserId::new).collect())
    }
}
