//! People in sentences, by their ids: Slack shows their names.

use domain::ids::{UserGroupId, UserId};

use super::plain;

/// `<@U1>`
pub(super) fn mention(user: &UserId) -> String {
    format!("<@{}>", plain(user.as_str()))
}

/// Those who may approve: `<!subteam^S1>`, or `workspace admins`.
pub(super) fn approvers(group: Option<&UserGroupId>) -> String {
    group.map_or_else(
        || "workspace admins".to_owned(),
        |group| format!("<!subteam^{}>", plain(group.as_str())),
    )
}
