//! IAM roles that a template makes by itself, as the one for accounts that are linked.

use serde_json::Value;

use super::TemplateError;
use super::fields::Fields;
use super::functions::check_statement;
use super::model::IamRole;

const PROPERTIES: [&str; 6] =
    ["AssumeRolePolicyDocument", "Description", "MaxSessionDuration", "Policies", "RoleName", "Tags"];

/// Reads a role whose physical name is `name`. Managed policies and boundaries are
/// not known here: what they allow stands in no template.
pub(super) fn role(logical_id: &str, name: String, properties: Fields<'_>) -> Result<IamRole, TemplateError> {
    let properties = properties.only(&PROPERTIES)?;
    let at = properties.path("AssumeRolePolicyDocument");
    let trust = document(properties.need("AssumeRolePolicyDocument")?, &at)?;
    let mut statements = Vec::new();
    for (index, policy) in properties.list("Policies")?.iter().enumerate() {
        let at = properties.path(&format!("Policies[{index}]"));
        let policy = Fields::new(policy, &at)?.only(&["PolicyDocument", "PolicyName"])?;
        policy.text("PolicyName")?;
        let at = policy.path("PolicyDocument");
        let own = document(policy.need("PolicyDocument")?, &at)?;
        own.iter().try_for_each(|statement| check_statement(statement, &at))?;
        statements.extend(own);
    }
    Ok(IamRole {
        logical_id: logical_id.to_owned(),
        name,
        trust,
        statements,
        max_session_s: properties.small_number("MaxSessionDuration", 3_600, 3_600..=43_200)?,
    })
}

/// The statements of a policy document.
fn document(document: &Value, at: &str) -> Result<Vec<Value>, TemplateError> {
    let document = Fields::new(document, at)?.only(&["Statement", "Version"])?;
    if document.text("Version")? != "2012-10-17" {
        return Err(TemplateError::new(document.path("Version"), "must be 2012-10-17"));
    }
    Ok(document.list("Statement")?.to_vec())
}
