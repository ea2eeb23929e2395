//! What speaks against a plan: when it is made, and when it is about to be
//! carried out.

use domain::ids::UserId;
use domain::instance::Instance;
use domain::job::{Plan, PlanTarget, Progress};
use slack::blocks::Message;
use slack::text::{code, mention};

use super::again;
use super::blindness::closed;
use super::offers::offering;
use super::places::place as in_words;
use super::plan::{left_out, named};
use super::selection::names;
use super::{listed, name, plain, tag_value};
use crate::ports::{Caller, InstancesError, Place, Protection};

/// AWS itself protects it.
pub(crate) fn guarded(target: &PlanTarget, protection: Protection) -> String {
    let what = match protection {
        Protection::Stop => "stop protection",
        Protection::Termination => "termination protection",
    };
    format!("{} has {what} in AWS. I left it alone.", named(target))
}

/// Nothing is left of the plan.
pub(crate) fn all_left_out(plan: &Plan) -> Message {
    Message::text(left_out(plan).join("\n"))
}

/// What AWS has answered to a dry run.
pub(crate) fn would_refuse(
    labels: &[&str],
    place: &Place,
    error: &InstancesError,
    caller: Option<&Caller>,
) -> String {
    let (who, place) = (names(labels.iter().copied()), in_words(place));
    match error {
        InstancesError::NotAllowed { operation, request_id } => {
            let role = caller.map(|caller| {
                format!(" for role {} in {}", plain(&caller.role), plain(caller.account.as_str()))
            });
            format!(
                "AWS would refuse: {} is not allowed{} in {place} (request {}).",
                plain(operation),
                role.unwrap_or_default(),
                plain(request_id)
            )
        }
        InstancesError::RegionClosed { closure, .. } => {
            format!("AWS would refuse in {place}: {}.", closed(*closure))
        }
        InstancesError::Refused { code, message, .. } => {
            format!("AWS would refuse: {} for {who} in {place} ({}).", plain(code), plain(message))
        }
        InstancesError::Busy(_) | InstancesError::Unclear(_) => {
            format!("AWS could not be asked whether it would do that to {who} in {place}.")
        }
    }
}

/// What was to be done could not be written down before.
pub(crate) fn unwritten(labels: &[&str]) -> String {
    let who = names(labels.iter().copied());
    format!("I could not write down what I was about to do, so I left {who} alone.")
}

/// Instances that are not as they were when people agreed, if there are any.
pub(crate) fn changed(plan: &Plan, now: &[(&PlanTarget, Option<&Instance>)]) -> Option<Message> {
    let each = now.iter().filter_map(|(target, instance)| {
        let what = difference(target, *instance)?;
        Some(format!("{} changed since you asked ({what}).", named(target)))
    });
    let lines: Vec<String> = each.collect();
    if lines.is_empty() {
        return None;
    }
    let is_there =
        |target: &PlanTarget| now.iter().any(|(known, found)| known.id == target.id && found.is_some());
    Some(not_run(&format!("{} I did nothing.", lines.join("\n")), plan, is_there))
}

fn difference(target: &PlanTarget, instance: Option<&Instance>) -> Option<String> {
    let Some(instance) = instance else {
        return Some(format!("was {}, now gone", target.before));
    };
    let mut parts = Vec::new();
    if instance.state != target.before {
        parts.push(format!("was {}, now {}", target.before, instance.state));
    }
    if instance.launched_at != target.launched_at {
        parts.push("was started anew".to_owned());
    }
    if instance.name() != target.name.as_deref() {
        let of = |label: Option<&str>| label.map_or_else(|| "nothing".to_owned(), name);
        parts.push(format!("was called {}, now {}", of(target.name.as_deref()), of(instance.name())));
    }
    for tag in &target.tags {
        let value = instance.tags.get(&tag.key);
        // What was not set may be set by now under a key of another case.
        let in_any_case =
            || instance.tags.iter().find(|(key, _)| key.to_lowercase() == tag.key.to_lowercase());
        let value = value.or_else(|| in_any_case().map(|(_, value)| value));
        if value != tag.value.as_ref() {
            let (was, now) = (tag_value(tag.value.as_deref()), tag_value(value.map(String::as_str)));
            parts.push(format!("its tag {} was {was}, now {now}", code(&tag.key)));
        }
    }
    (!parts.is_empty()).then(|| listed(&parts))
}

/// It has the protection tag by now.
pub(crate) fn protected_since(plan: &Plan, instance: &Instance) -> Message {
    let target = plan.targets.iter().find(|target| target.id == instance.id);
    let name = target.map_or_else(|| name(instance.label()), named);
    Message::text(format!("{name} is protected (bellhop:protected). Nothing was run."))
}

/// Somebody whose word the plan needs may not give it any more.
pub(crate) fn lost_right(user: &UserId, plan: &Plan) -> Message {
    let (user, verb) = (mention(user), plain(&plan.verb));
    Message::text(format!("{user} may not say yes to this *{verb}* any more. Nothing was run."))
}

/// An account was taken away meanwhile.
pub(crate) fn account_gone(plan: &Plan) -> Message {
    let mut accounts: Vec<String> =
        plan.targets.iter().map(|target| plain(target.account.as_str())).collect();
    accounts.sort();
    accounts.dedup();
    let accounts = listed(&accounts);
    Message::text(format!("Not every account of this plan is linked any more ({accounts}). Nothing was run."))
}

/// Some place could not be looked at once more.
pub(crate) fn not_seen_again(plan: &Plan, lines: &[String]) -> Message {
    let text = format!("I could not look everywhere again, so I did nothing.\n{}", lines.join("\n"));
    not_run(&text, plan, |_| true)
}

/// `text`, and a button that makes the plan anew.
fn not_run(text: &str, plan: &Plan, is_there: impl Fn(&PlanTarget) -> bool) -> Message {
    let fits = |target: &PlanTarget| target.progress == Progress::Planned && is_there(target);
    let offer = again::once_more("Plan again", plan, fits);
    offering(text, &offer.into_iter().collect::<Vec<_>>())
}
