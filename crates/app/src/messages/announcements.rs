//! The public line about a change, and what its requester is told if there is none.

use domain::ids::ChannelId;
use domain::instance::Action;
use domain::job::{Answers, Job, Plan, PlanTarget, Progress};
use domain::settings::LogChannel;
use slack::blocks::{Block, Message};
use slack::text::{channel, code, mention};

use super::offers::paragraphs;
use super::places::somewhere;
use super::{listed, quoted};

/// Why only the requester sees a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unannounced {
    /// The bot is not in the channel, or there is none, and no log channel is set.
    NoLog,
    /// The log channel cannot be posted to.
    Unusable(LogChannel),
}

/// Who has changed what, for others to see. In the channel where it was asked for
/// (`is_origin`) that channel is not named.
pub(crate) fn announcement(job: &Job, targets: &[&PlanTarget], is_origin: bool) -> Message {
    let Some(plan) = &job.plan else { return Message::text(mention(&job.request.user)) };
    let is_certain = |target: &&&PlanTarget| {
        matches!(target.progress, Progress::Accepted { .. } | Progress::Reached { .. })
    };
    let certain: Vec<&PlanTarget> = targets.iter().filter(is_certain).copied().collect();
    let (by, why) = (by(job, is_origin), why(job));
    let mut lines = Vec::new();
    if !certain.is_empty() {
        lines.push(format!("{} {} {by}.{why}", mention(&job.request.user), done(plan, &named(&certain))));
    }
    let uncertain = targets.iter().filter(|target| !is_certain(target)).copied();
    let uncertain: Vec<&PlanTarget> = uncertain.collect();
    if !uncertain.is_empty() {
        let asked = format!("asked to {} {}", wanted(plan), named(&uncertain));
        lines.push(format!("{} {asked} {by}.{} {}", mention(&job.request.user), why, outcome(&uncertain)));
    }
    Message::text(lines.join("\n"))
}

/// `message` with small print about who sees the change. Its text stays as it is.
pub(crate) fn with_note(message: &Message, unannounced: &Unannounced) -> Message {
    let note = match unannounced {
        Unannounced::NoLog => {
            "Only you see this change, for no log channel is set. An admin can set one: mention me with *log #channel*."
                .to_owned()
        }
        Unannounced::Unusable(log) => format!(
            "Only you see this change, for I can't post to the log channel {}, which {} has set. An admin can set another: mention me with *log #channel*.",
            channel(&log.channel),
            mention(&log.set_by)
        ),
    };
    let mut blocks: Vec<Block> = message.blocks().to_vec();
    if blocks.is_empty() {
        blocks.extend(paragraphs(message.fallback()).into_iter().map(Block::section));
    }
    // Below the text, above what can be clicked.
    let at = blocks.iter().position(|block| matches!(block, Block::Actions(_))).unwrap_or(blocks.len());
    blocks.insert(at, Block::context(note));
    Message::new(message.fallback(), blocks).unwrap_or_else(|_| message.clone())
}

/// The log channel cannot be posted to; this goes to who has set it.
pub(crate) fn log_unusable(log: &ChannelId) -> Message {
    Message::text(format!(
        "I can't post to {} any more, where you let me announce changes: it is archived or shared with another company, or I am not in it. \
         Until that is put right, changes are not announced there. Invite me again, or set another channel with *log #channel*; *log off* ends it.",
        channel(log)
    ))
}

/// `stopped `web-1` (acme, eu-west-1)`
fn done(plan: &Plan, named: &str) -> String {
    match plan.action {
        Action::Start => format!("started {named}"),
        Action::Stop { .. } if plan.starts_again() => format!("stopped {named} to start it on a new host"),
        Action::Stop { force: true, .. } => format!("stopped {named} by force"),
        Action::Stop { hibernate: true, .. } => format!("hibernated {named}"),
        Action::Stop { .. } => format!("stopped {named}"),
        Action::Reboot => format!("rebooted {named}"),
        Action::Terminate => format!("terminated {named}"),
    }
}

const fn wanted(plan: &Plan) -> &'static str {
    match plan.action {
        Action::Start => "start",
        Action::Stop { .. } => "stop",
        Action::Reboot => "reboot",
        Action::Terminate => "terminate",
    }
}

/// What has become of instances that did not surely get where they were sent.
fn outcome(targets: &[&PlanTarget]) -> String {
    let mut reasons: Vec<String> = Vec::new();
    for target in targets {
        let reason = match &target.progress {
            Progress::Refused { why, .. } => why.clone(),
            _ => "Whether it was done is not known.".to_owned(),
        };
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons.join(" ")
}

/// The names, by account and region.
fn named(targets: &[&PlanTarget]) -> String {
    let mut places: Vec<(String, Vec<String>)> = Vec::new();
    for target in targets {
        let place = somewhere(&target.account, &target.region);
        match places.iter_mut().find(|(known, _)| *known == place) {
            Some((_, names)) => names.push(code(&target.label)),
            None => places.push((place, vec![code(&target.label)])),
        }
    }
    let each: Vec<String> =
        places.iter().map(|(place, names)| format!("{} ({place})", listed(names))).collect();
    listed(&each)
}

fn by(job: &Job, is_origin: bool) -> String {
    let from = &job.request.channel;
    match &job.request.answers {
        Answers::Channel { .. } if is_origin => "by mention".to_owned(),
        Answers::Channel { .. } => format!("in {}", channel(from)),
        Answers::Direct { .. } | Answers::Letter => "by direct message".to_owned(),
        Answers::Private { .. } => {
            let way = if job.id.is_of_command() { "by /ec2" } else { "by a private button" };
            let is_named = !is_origin && !from.is_direct();
            if is_named { format!("{way} in {}", channel(from)) } else { way.to_owned() }
        }
    }
}

/// Why it was wanted, and who has approved it.
fn why(job: &Job) -> String {
    let reason = job.consent.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    let reason = reason.map(|reason| format!(" Reason: {}.", quoted(reason))).unwrap_or_default();
    let approvers: Vec<String> = job.consent.approved.iter().map(|given| mention(&given.by)).collect();
    if approvers.is_empty() {
        return reason;
    }
    format!("{reason} Approved by {}.", listed(&approvers))
}
