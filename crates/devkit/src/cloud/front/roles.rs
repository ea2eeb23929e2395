//! What IAM says of the roles that are resources of the stack, to those who look after
//! them: whom a role lets in, and what its policies allow.
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html>
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html>

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use quick_xml::escape::partial_escape;
use serde_json::{Value, json};

use super::describe::merge;
use super::{Call, errors};
use crate::cloud::policy::{self, Asked, Context, Verdict};
use crate::cloud::server::{Answer, answer};
use crate::cloud::state::Shared;
use crate::cloud::{lock, random};

/// Answers one call.
pub(super) fn call(shared: &Shared, call: &Call) -> Answer {
    let form: Vec<(String, String)> = form_urlencoded::parse(&call.body).into_owned().collect();
    let asked = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let result = match call.operation.as_str() {
        "GetRole" => find(shared, asked("RoleName").unwrap_or_default()).map(|role| described(shared, &role)),
        "SimulatePrincipalPolicy" => {
            let arn = asked("PolicySourceArn").unwrap_or_default();
            let name = arn.rsplit_once(":role/").map_or(arn, |(_, name)| name);
            find(shared, name).map(|role| simulated(&role, &form))
        }
        other => {
            let message = format!("{other} is not known here");
            return errors::refusal("iam", 501, "NotImplemented", &message);
        }
    };
    let Some(result) = result else {
        let message = "The role cannot be found.";
        return errors::refusal("iam", 404, "NoSuchEntity", message);
    };
    let (operation, id) = (&call.operation, random::uuid());
    let body = format!(
        "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{operation}Result>{result}\
         </{operation}Result><ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{operation}Response>"
    );
    answer(200, "text/xml", body)
}

/// Name, trust and statements of a role: as the template has them, unless operators are
/// to be told something else.
fn find(shared: &Shared, name: &str) -> Option<Value> {
    let role = shared.stack.roles.iter().find(|role| role.name == name)?;
    let told = lock(&shared.told).get(name).cloned();
    if told == Some(Value::Null) {
        return None;
    }
    let mut found = json!({ "Name": name, "Trust": role.trust, "Statements": role.statements });
    merge(&mut found, told.as_ref());
    Some(found)
}

fn described(shared: &Shared, role: &Value) -> String {
    let name = partial_escape(role.get("Name").and_then(Value::as_str).unwrap_or_default());
    let trust = json!({ "Version": "2012-10-17", "Statement": role.get("Trust") }).to_string();
    let trust = utf8_percent_encode(&trust, NON_ALPHANUMERIC);
    let account = &shared.stack.account;
    format!(
        "<Role><Path>/</Path><Arn>arn:aws:iam::{account}:role/{name}</Arn><RoleName>{name}</RoleName>\
         <RoleId>AROA00000000000000000</RoleId><CreateDate>2026-01-31T00:00:00Z</CreateDate>\
         <AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument></Role>"
    )
}

/// Each action on each resource, by the role's own policies.
fn simulated(role: &Value, form: &[(String, String)]) -> String {
    let listed = |prefix: &str| {
        let all = form.iter().filter(|(key, _)| key.starts_with(prefix));
        all.map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    let statements = role.get("Statements").and_then(Value::as_array).cloned().unwrap_or_default();
    let resources = listed("ResourceArns.member.");
    let mut results = Vec::new();
    for action in listed("ActionNames.member.") {
        results.extend(resources.iter().map(|resource| result(&statements, &action, resource)));
    }
    let results = results.concat();
    format!("<IsTruncated>false</IsTruncated><EvaluationResults>{results}</EvaluationResults>")
}

fn result(statements: &[Value], action: &str, resource: &str) -> String {
    let (asked, on) = (action.to_owned(), resource.to_owned());
    let asked = Asked { action: asked, resource: on, context: Context::new() };
    let decision = match policy::judge(statements, &asked) {
        Verdict::Allowed => "allowed",
        Verdict::NotAllowed => "implicitDeny",
        Verdict::Denied => "explicitDeny",
    };
    let (action, resource) = (partial_escape(action), partial_escape(resource));
    format!(
        "<member><EvalActionName>{action}</EvalActionName><EvalResourceName>{resource}</EvalResourceName>\
         <EvalDecision>{decision}</EvalDecision></member>"
    )
}
