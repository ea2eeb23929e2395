//! Those who may approve, in sentences.

use domain::approvers::{ApproverRef, Approvers};
use domain::ids::UserGroupId;
use slack::text::mention;

use super::{listed, plain};

/// Those who may approve: `<!subteam^S1>, <@U1> and workspace admins`.
pub(super) fn approvers(approvers: &Approvers) -> String {
    listed(&approvers.iter().map(approver).collect::<Vec<_>>())
}

/// Whose approval is needed: `1 of <!subteam^S1>`, `<@U1>`, or `a workspace admin`.
pub(super) fn one_of(approvers: &Approvers) -> String {
    let mut each = approvers.iter();
    match (each.next(), each.next()) {
        (Some(ApproverRef::Admins), None) => "a workspace admin".to_owned(),
        (Some(ApproverRef::Person(person)), None) => mention(person),
        _ => format!("1 of {}", self::approvers(approvers)),
    }
}

fn approver(approver: &ApproverRef) -> String {
    match approver {
        ApproverRef::Admins => "workspace admins".to_owned(),
        ApproverRef::Group(id) => group(id),
        ApproverRef::Person(person) => mention(person),
    }
}

/// Mentions a group.
pub(super) fn group(id: &UserGroupId) -> String {
    format!("<!subteam^{}>", plain(id.as_str()))
}
