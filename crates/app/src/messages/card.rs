//! The card that asks people whether a plan is what they want.

use domain::command::{Tier, Verb};
use domain::ids::UserGroupId;
use domain::instance::Action;
use domain::job::{Asked, Job, Plan, PlanTarget, Progress};
use domain::preflight::Warning;
use slack::blocks::Message;
use slack::text::{length, mention};

use super::again;
use super::offers::{Choice, LABEL, Offer, offering};
use super::people::approvers;
use super::places::somewhere;
use super::plan::{called, left_out, named, with_id};
use super::time::clock;
use super::{bold, name, plain, quoted, tag_value, title, warnings};

/// How many minutes a plan can be agreed to.
pub(crate) const VALID_MINUTES: u64 = 10;

/// Asks the requester of `job`.
pub(crate) fn question(job: &Job, plan: &Plan, asked: &Asked) -> Message {
    let is_final = verb(plan).is_none_or(|verb| verb.tier() >= Tier::Destroy);
    let valid = format!("Plan {}, valid {VALID_MINUTES} min.", asked.plan.short());
    let first = if is_final {
        format!("{} {}? It will not come back. {valid}", title_of(plan), one_or_many(plan))
    } else {
        let cost = cost(plan).map(|cost| format!("{cost} ")).unwrap_or_default();
        format!("{} {}? {cost}{valid}", title_of(plan), one_or_many(plan))
    };
    let agree =
        if is_final { justify(job, asked) } else { decide(job, asked, agreeing(plan), Choice::Confirm) };
    let mut offers = vec![agree];
    offers.extend(again::force_stop(plan).or_else(|| again::new_host(plan)));
    offers.push(decide(job, asked, "Dry run".to_owned(), Choice::DryRun));
    offers.push(decide(job, asked, "Cancel".to_owned(), Choice::Cancel));
    offering(&in_full(first, plan), &offers)
}

/// Asks a second person, on behalf of the requester of `job`.
pub(crate) fn approval(job: &Job, plan: &Plan, asked: &Asked, group: Option<&UserGroupId>) -> Message {
    let reason = job.consent.reason.as_deref().unwrap_or_default();
    let needed = match group {
        Some(_) => format!("1 of {}.", approvers(group)),
        None => format!("a workspace admin. {}", unnotified(plan)),
    };
    let first = format!(
        "{} wants to {} {}. Reason: {}. Needs {needed} Plan {}, expires {}.",
        mention(&job.request.user),
        bold(doing(plan)),
        placed(plan),
        quoted(reason),
        asked.plan.short(),
        clock(asked.expires)
    );
    let offers = [
        decide(job, asked, "Approve".to_owned(), Choice::Approve),
        decide(job, asked, "Deny".to_owned(), Choice::Deny),
        // The requester may think better of it.
        decide(job, asked, "Cancel".to_owned(), Choice::Cancel),
    ];
    offering(&in_full(first, plan), &offers)
}

/// Notifies `group` of what [`approval`] asks: Slack notifies nobody of a mention in a
/// message that is edited.
pub(crate) fn notice(job: &Job, plan: &Plan, asked: &Asked, group: &UserGroupId) -> Message {
    Message::text(format!(
        "{}: {} wants to {} {} and needs one of you to approve. Plan {}, expires {}.",
        approvers(Some(group)),
        mention(&job.request.user),
        bold(doing(plan)),
        placed(plan),
        asked.plan.short(),
        clock(asked.expires)
    ))
}

/// Slack has no mention for workspace admins.
fn unnotified(plan: &Plan) -> String {
    let alias = plan.targets.first().map(|target| plain(target.account.as_str())).unwrap_or_default();
    format!("Nobody is notified: tell one, or set a group with *account approvers {alias} @group*.")
}

/// The first line, and then what will happen to each instance.
fn in_full(first: String, plan: &Plan) -> String {
    let mut lines = vec![first];
    lines.extend(planned(plan).map(|target| {
        let place = somewhere(&target.account, &target.region);
        format!("• {} in {place}: {}{}", with_id(target), fate(plan, target), excluded(target))
    }));
    for line in warnings::before(plan).into_iter().chain(left_out(plan)) {
        // What holds for several names them, or their place.
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.join("\n")
}

fn planned(plan: &Plan) -> impl Iterator<Item = &PlanTarget> {
    plan.targets.iter().filter(|target| target.progress == Progress::Planned)
}

/// What it is done to: `db-old (acme, eu-west-1)`.
fn placed(plan: &Plan) -> String {
    let place = |target: &PlanTarget| somewhere(&target.account, &target.region);
    let all = planned(plan).map(|target| format!("{} ({})", name(&target.label), place(target)));
    super::listed(&all.collect::<Vec<_>>())
}

fn verb(plan: &Plan) -> Option<Verb> {
    Verb::read(&plan.verb)
}

fn title_of(plan: &Plan) -> String {
    if plan.starts_again() {
        return "Stop and start".to_owned();
    }
    verb(plan).map_or_else(|| plain(&plan.verb), title)
}

/// What is done in the end, whatever it was called.
fn doing(plan: &Plan) -> &str {
    match plan.action {
        Action::Terminate => "terminate",
        _ => &plan.verb,
    }
}

fn one_or_many(plan: &Plan) -> String {
    let mut all = planned(plan);
    match (all.next(), all.count()) {
        (Some(one), 0) => named(one),
        (_, others) => format!("{} instances", others + 1),
    }
}

/// What the button says that does it: `Stop 2`, or `Stop web-1`.
fn agreeing(plan: &Plan) -> String {
    let mut all = planned(plan);
    let (first, others) = (all.next(), all.count());
    // Where there are two ways, it says which.
    let title = if plan.action == Action::Reboot { title(Verb::Reboot) } else { title_of(plan) };
    let one = first.filter(|_| others == 0).map(|target| format!("{title} {}", called(target)));
    one.filter(|label| length(label) <= LABEL).unwrap_or_else(|| format!("{title} {}", others + 1))
}

/// What it costs, if it is the same for all.
fn cost(plan: &Plan) -> Option<&'static str> {
    match (plan.action, planned(plan).count()) {
        (Action::Start, 1) => Some("It costs money while it runs."),
        (Action::Start, _) => Some("They cost money while they run."),
        _ => lost_addresses(plan),
    }
}

fn lost_addresses(plan: &Plan) -> Option<&'static str> {
    let loses = |target: &PlanTarget| {
        target.warnings.iter().any(|warning| matches!(warning, Warning::LosesPublicIp { .. }))
    };
    match planned(plan).count() {
        0 => None,
        _ if !planned(plan).all(loses) => None,
        1 => Some("It loses its public IP."),
        _ => Some("They lose their public IPs."),
    }
}

fn fate(plan: &Plan, target: &PlanTarget) -> String {
    let before = target.before;
    match plan.action {
        Action::Stop { .. } if plan.starts_again() => {
            format!("*{before}* → stopped → running (new host)")
        }
        Action::Start => format!("*{before}* → running"),
        Action::Stop { force: true, .. } => format!("*{before}* → stopped, by force"),
        Action::Stop { hibernate: true, .. } => format!("*{before}* → hibernated"),
        Action::Stop { .. } => format!("*{before}* → stopped"),
        Action::Reboot => "reboot (same host)".to_owned(),
        Action::Terminate => format!("*{before}* → terminated"),
    }
}

/// ` · Env: prod`, for each tag of which the command excludes a value.
fn excluded(target: &PlanTarget) -> String {
    let shown = target.tags.iter().map(|tag| {
        let value = tag_value(tag.value.as_deref());
        [" · ", &plain(&tag.key), ": ", &value].concat()
    });
    shown.collect()
}

fn decide(job: &Job, asked: &Asked, label: String, verdict: Choice) -> Offer {
    Offer::Decide { label, job: job.id.clone(), plan: asked.plan.clone(), verdict }
}

fn justify(job: &Job, asked: &Asked) -> Offer {
    Offer::Justify { label: "Terminate…".to_owned(), job: job.id.clone(), plan: asked.plan.clone() }
}
