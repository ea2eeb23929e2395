//! The card that asks people whether a plan is what they want.

use domain::approvers::Approvers;
use domain::command::{Tier, Verb};
use domain::ids::{UserGroupId, UserId};
use domain::instance::Action;
use domain::job::{Asked, Job, Plan, PlanTarget, Progress};
use domain::preflight::Warning;
use slack::blocks::Message;
use slack::text::{channel, length, link, mention};

use super::again;
use super::offers::{Choice, LABEL, Offer, offering};
use super::people::{group, one_of};
use super::places::somewhere;
use super::plan::{called, left_out, named, with_id};
use super::time::near_day_and_time;
use super::{bold, listed, name, plain, quoted, tag_value, title, warnings};

/// How many minutes a plan can be agreed to.
pub(crate) const VALID_MINUTES: u64 = 10;

/// Who can approve a plan besides its requester.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reviewers {
    /// There are such people. These get a direct message; members of a group see the
    /// mention of it.
    Found {
        /// Who gets one.
        told: Vec<UserId>,
    },
    /// Of those who may approve, only the requester is an active member.
    OnlyRequester,
    /// Of those who may approve, no one is an active member.
    NoOne,
}

/// Asks the requester of `job`. Who can approve it afterwards is known where somebody
/// has to.
pub(crate) fn question(job: &Job, plan: &Plan, asked: &Asked, reviewers: Option<&Reviewers>) -> Message {
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
    let unapprovable = reviewers.and_then(|reviewers| unapprovable(plan, reviewers));
    offering(&in_full(first, plan, unapprovable), &offers)
}

/// Asks a second person, on behalf of the requester of `job`.
pub(crate) fn approval(
    job: &Job,
    plan: &Plan,
    asked: &Asked,
    approvers: &Approvers,
    reviewers: &Reviewers,
) -> Message {
    let told = match reviewers {
        Reviewers::Found { told } if !told.is_empty() => {
            let get = if told.len() == 1 { "gets" } else { "get" };
            let each: Vec<String> = told.iter().map(mention).collect();
            format!(" {} {get} a direct message.", listed(&each))
        }
        _ => String::new(),
    };
    let first = format!(
        "{} Needs {}.{told} Plan {}, expires {}.",
        wanted(job, plan),
        one_of(approvers),
        asked.plan.short(),
        near_day_and_time(asked.expires)
    );
    let offers = [
        decide(job, asked, "Approve".to_owned(), Choice::Approve),
        decide(job, asked, "Deny".to_owned(), Choice::Deny),
        // The requester may think better of it.
        decide(job, asked, "Cancel".to_owned(), Choice::Cancel),
    ];
    offering(&in_full(first, plan, unapprovable(plan, reviewers)), &offers)
}

/// Asks one of those who may approve, in their messages with the bot; `card` is the
/// address of the card in the channel, if that is known.
pub(crate) fn review_request(job: &Job, plan: &Plan, asked: &Asked, card: Option<&str>) -> Message {
    let card = card.map_or_else(|| "the card".to_owned(), |url| link(url, "the card"));
    let first = format!(
        "{} You can approve it here, or on {card} in {}. Plan {}, expires {}.",
        wanted(job, plan),
        channel(&job.request.channel),
        asked.plan.short(),
        near_day_and_time(asked.expires)
    );
    let offers = [
        decide(job, asked, "Approve".to_owned(), Choice::Approve),
        decide(job, asked, "Deny".to_owned(), Choice::Deny),
    ];
    offering(&in_full(first, plan, None), &offers)
}

/// `<@U1> wants to *terminate* db-old (acme, eu-west-1). Reason: “migrated”.`
fn wanted(job: &Job, plan: &Plan) -> String {
    format!(
        "{} wants to {} {}. Reason: {}.",
        mention(&job.request.user),
        bold(doing(plan)),
        placed(plan),
        quoted(job.consent.reason.as_deref().unwrap_or_default())
    )
}

/// Notifies `groups` of what [`approval`] asks: Slack notifies nobody of a mention in a
/// message that is edited.
pub(crate) fn notice(job: &Job, plan: &Plan, asked: &Asked, groups: &[&UserGroupId]) -> Message {
    let groups: Vec<String> = groups.iter().map(|id| group(id)).collect();
    Message::text(format!(
        "{}: {} wants to {} {} and needs one of you to approve. Plan {}, expires {}.",
        listed(&groups),
        mention(&job.request.user),
        bold(doing(plan)),
        placed(plan),
        asked.plan.short(),
        near_day_and_time(asked.expires)
    ))
}

/// Why no second person can approve it, and what to do about that.
fn unapprovable(plan: &Plan, reviewers: &Reviewers) -> Option<String> {
    let why = match reviewers {
        Reviewers::Found { .. } => return None,
        Reviewers::OnlyRequester => "Only you could approve this, and not your own request.",
        Reviewers::NoOne => {
            "No one can approve this: those who may are not active members of this workspace."
        }
    };
    let alias = plan.targets.first().map(|target| plain(target.account.as_str())).unwrap_or_default();
    Some(format!("{why} An admin can name others: *account approvers {alias} @bob*."))
}

/// The first line, what speaks against it, and then what will happen to each instance.
fn in_full(first: String, plan: &Plan, against: Option<String>) -> String {
    let mut lines = vec![first];
    lines.extend(against);
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
    listed(&all.collect::<Vec<_>>())
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
