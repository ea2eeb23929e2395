//! The role by which Scheduler wakes a function: whether it lets Scheduler in, and
//! what it may do then.

use serde_json::{Value, json};

use super::Schedule;
use crate::cloud::policy::{self, Asked, Context, Verdict};
use crate::template::{IamRole, Stack};

/// Who asks for the role.
pub(crate) const SCHEDULER: &str = "scheduler.amazonaws.com";

/// The stack's role with this ARN.
fn find<'s>(stack: &'s Stack, arn: &str) -> Option<&'s IamRole> {
    let name = arn.strip_prefix(&format!("arn:aws:iam::{}:role/", stack.account))?;
    stack.roles.iter().find(|role| role.name == name)
}

/// Whether Scheduler may use the role for schedules of this group.
/// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html>
pub(super) fn trusts(stack: &Stack, role_arn: &str, group: &str) -> bool {
    let Some(role) = find(stack, role_arn) else { return false };
    let (region, account) = (&stack.region, &stack.account);
    let source = format!("arn:aws:scheduler:{region}:{account}:schedule-group/{group}");
    let context = Context::from([
        ("aws:SourceAccount".to_owned(), vec![account.clone()]),
        ("aws:SourceArn".to_owned(), vec![source]),
    ]);
    let asked = Asked { action: "sts:AssumeRole".to_owned(), resource: "*".to_owned(), context };
    let statements: Vec<Value> =
        role.trust.iter().filter(|one| is_for_scheduler(one)).map(anywhere).collect();
    policy::judge(&statements, &asked) == Verdict::Allowed
}

fn is_for_scheduler(statement: &Value) -> bool {
    match statement.pointer("/Principal/Service") {
        Some(Value::String(service)) => service == SCHEDULER,
        Some(Value::Array(services)) => services.iter().any(|service| service == SCHEDULER),
        _ => false,
    }
}

/// The statement of a trust policy as one of a policy: it is about its own role.
fn anywhere(statement: &Value) -> Value {
    let mut statement = statement.clone();
    if let Some(fields) = statement.as_object_mut() {
        fields.insert("Resource".to_owned(), json!("*"));
    }
    statement
}

/// Why the role does not let the schedule wake its target, if it does not.
pub(super) fn refusal(stack: &Stack, schedule: &Schedule) -> Option<String> {
    let (arn, target) = (&schedule.target.role_arn, &schedule.target.arn);
    if !trusts(stack, arn, &schedule.group) {
        return Some(format!("the role {arn} does not let Scheduler in"));
    }
    let role = find(stack, arn)?;
    let action = "lambda:InvokeFunction";
    let allowed = policy::lets(&role.logical_id, &role.statements, action, target);
    (!allowed).then(|| format!("the role {arn} does not allow {action} on {target}"))
}

/// Where the schedule's payload goes if it reaches nobody, as far as the role lets it.
pub(super) fn dead_letters(stack: &Stack, schedule: &Schedule) -> Option<String> {
    let queue = schedule.target.dead_letters.clone()?;
    let arn = &schedule.target.role_arn;
    let role = find(stack, arn).filter(|_| trusts(stack, arn, &schedule.group))?;
    policy::lets(&role.logical_id, &role.statements, "sqs:SendMessage", &queue).then_some(queue)
}
