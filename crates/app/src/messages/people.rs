//! Those who may approve, in sentences.

use domain::ids::UserGroupId;

use super::plain;

/// Those who may approve: `<!subteam^S1>`, or `workspace admins`.
pub(super) fn approvers(group: Option<&UserGroupId>) -> String {
    group.map_or_else(
        || "workspace admins".to_owned(),
        |group| format!("<!subteam^{}>", plain(group.as_str())),
    )
}
