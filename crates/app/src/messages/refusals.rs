//! Why a message was not carried out, when its words are the reason.

use domain::command::{Clause, FilterFault, Refusal, Verb};
use domain::ids::{AccountId, Region};
use slack::blocks::Message;

use super::offers::{Offer, offering};
use super::{bold, plain, quoted, regions, title};

/// Guests, strangers and bots get this, whatever they ask.
pub(crate) fn members_only() -> Message {
    Message::text("Only members of this workspace can use me for that.")
}

/// A message that was not understood. What was probably meant is offered, and
/// never done by itself.
pub(crate) fn refusal(refusal: &Refusal) -> Message {
    let offers = match refusal {
        Refusal::Unclear { suggestion: Some(meant), .. } => vec![Offer::run(meant), Offer::help()],
        Refusal::Unclear { .. } | Refusal::OtherService { .. } | Refusal::TooLong { .. } => {
            vec![Offer::help()]
        }
        _ => Vec::new(),
    };
    offering(&not_understood(refusal), &offers)
}

fn not_understood(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Unclear { word, suggestion: Some(suggestion) } => {
            format!("I don't know {}. Did you mean {}?", quoted(word), bold(suggestion))
        }
        Refusal::Unclear { word, suggestion: None } => format!(
            "I didn't understand {}. I can find, check, start, stop, reboot, restart and terminate EC2 instances. Say *help* for more.",
            quoted(word)
        ),
        Refusal::OtherService { name } => format!("I only know *ec2* here. {} is not set up.", quoted(name)),
        Refusal::NoTarget { verb } => no_target(*verb),
        Refusal::LeftOver { text } => {
            format!("I don't understand {} in this command, so I did nothing.", quoted(text))
        }
        Refusal::TooLong { limit } => {
            format!(
                "That is longer than {limit} characters, so I did not read it. Say *help* for what I understand."
            )
        }
        Refusal::ManyLines => "I take one command, on one line. I did nothing.".to_owned(),
        Refusal::TooManyTargets { verb, count, limit } => {
            format!("You named {count} instances; I take {limit} in one *{verb}*. I did nothing.")
        }
        Refusal::AllIsNoTarget { verb } => format!(
            "I don't *{verb}* everything. Give an instance ID, a name, or a filter, e.g. *{verb} web-1* or *{verb} tag:Env=dev*."
        ),
        Refusal::StateNeedsFind { verb, state } => format!(
            "To *{verb}* by state, say it as a filter with something that narrows it down, e.g. *{verb} tag:Env=dev state={state}*. I did nothing."
        ),
        Refusal::BrokenFilter { text, fault } => {
            format!("{} {}. I did nothing.", quoted(text), broken(*fault))
        }
        Refusal::BrokenClause { clause, text } if text.is_empty() => {
            format!("Something is missing after *{}*, so I did nothing.", clause.as_str())
        }
        Refusal::BrokenClause { clause, text } => {
            format!("I don't understand {} after *{}*, so I did nothing.", quoted(text), clause.as_str())
        }
        Refusal::RepeatedClause { clause } => {
            format!("*{}* stands in this command twice, so I did nothing.", clause.as_str())
        }
        Refusal::NotWithVerb { clause, verb } => {
            format!("*{}* has no meaning with *{verb}*, so I did nothing.", clause.as_str())
        }
    }
}

fn no_target(verb: Verb) -> String {
    format!(
        "{} what? Give an instance ID, a name, or a filter, e.g. *{verb} web-1* or *{verb} tag:Env=dev*.",
        title(verb)
    )
}

const fn broken(fault: FilterFault) -> &'static str {
    match fault {
        FilterFault::UnknownKey => "is not a filter that I know; say *help filters* for a list",
        FilterFault::NoTagKey => "lacks the tag's key; write *tag:Env=dev*",
        FilterFault::NoOperator => "lacks an operator; write *tag:Env=dev*",
        FilterFault::NoValue => "lacks a value; write *tag:Env=dev*",
        FilterFault::WrongOperator => {
            "has the wrong operator: &lt; and &gt; are for age, = and != for everything else"
        }
        FilterFault::BadValue => "has a value that cannot be",
        FilterFault::ManyValues => "has several values; give one filter for each command",
    }
}

/// A clause that is understood, but that nothing carries out.
pub(crate) fn not_yet(clause: Clause) -> Message {
    let what = match clause {
        Clause::Lasting => "for a time only",
        _ => "at a set time",
    };
    Message::text(format!("I can't do things {what} yet, so I did nothing. Leave that out to do it now."))
}

/// A region that is not configured.
pub(crate) fn bad_region(asked: &Region, allowed: &[Region]) -> Message {
    let asked = quoted(asked.as_str());
    Message::text(format!("{asked} is not a region I may use. Allowed: {}.", regions(allowed)))
}

/// An account that is not ours.
pub(crate) fn unknown_account(asked: &str, own: &AccountId) -> Message {
    let own = plain(own.as_str());
    Message::text(format!("I don't know the account {}. I look after {own} only.", quoted(asked)))
}
