//! Why a message was not carried out, when its words are the reason.

use std::sync::Arc;

use domain::account::Account;
use domain::command::{AccountFault, AccountRef, Clause, FilterFault, Refusal, Verb};
use domain::ids::{Alias, Region};
use slack::blocks::Message;
use slack::text::code;

use super::offers::{Offer, offering};
use super::settings::broken_setting;
use super::{bold, listed, plain, quoted, regions, title};

/// How many accounts one sentence names.
const MAX_ACCOUNTS: usize = 10;

/// Guests, strangers and bots get this, whatever they ask.
pub(crate) fn members_only() -> Message {
    Message::text("Only members of this workspace can use me for that.")
}

/// A message that was not understood. What was probably meant is offered, and
/// never done by itself.
pub(crate) fn refusal(refusal: &Refusal) -> Message {
    let offers = match refusal {
        Refusal::Unclear { suggestion: Some(meant), .. } => vec![Offer::run(meant), Offer::help()],
        Refusal::PerhapsBold { plain, pattern, .. } => {
            [plain, pattern].into_iter().flatten().map(Offer::run).collect()
        }
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
            format!("I don't know {}. Did you mean {}?", quoted(word), code(suggestion))
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
        Refusal::PerhapsBold { word, .. } => format!(
            "{} may be bold text or a pattern, so I did nothing. Which one do you mean?",
            quoted(word)
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
        Refusal::BrokenSetting { text, fault } => broken_setting(text, *fault),
        Refusal::BrokenAccount { text, fault } => broken_account(text, *fault),
    }
}

/// A command about accounts; `text` is what stands in the place of what is wanted.
fn broken_account(text: &str, fault: AccountFault) -> String {
    let is = if text.is_empty() { "Something is missing".to_owned() } else { quoted(text) };
    let wanted = match fault {
        AccountFault::Action => {
            "I know *accounts*, and *account* with *add*, *verify*, *remove* and *approvers*"
        }
        AccountFault::Alias => {
            "an alias has letters, digits, hyphens, dots and underscores, and is no number, duration or word of a command"
        }
        AccountFault::Home => "that is my own account, which I can't link or unlink",
        AccountFault::Number => {
            "the number of an AWS account has 12 digits, e.g. *account add acme 123456789012*"
        }
        AccountFault::Region => "regions go last, e.g. *account add acme 123456789012 eu-west-1,us-east-1*",
        AccountFault::Approvers => {
            "name people, user groups or admins, e.g. *account approvers acme @bob @ops* or *account approvers acme admins*"
        }
        AccountFault::TooManyApprovers => "those are more approvers than I take. Name a user group instead",
    };
    format!("{is}: {wanted}. I did nothing.")
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

/// A region that is not configured, for the account that was asked for.
pub(crate) fn bad_region(asked: &Region, allowed: &[Region], account: Option<&AccountRef>) -> Message {
    let of_it = match account {
        Some(AccountRef::Alias(alias)) => format!(" for {}", plain(alias)),
        Some(AccountRef::Id(id)) => format!(" for {}", plain(id.as_str())),
        Some(AccountRef::All) | None => String::new(),
    };
    let asked = quoted(asked.as_str());
    Message::text(format!("{asked} is not a region I may use{of_it}. Allowed: {}.", regions(allowed)))
}

/// An account that the team has not linked, or not proved.
pub(crate) fn unknown_account(asked: &AccountRef, accounts: &[Arc<Account>]) -> Message {
    let asked_for = match asked {
        AccountRef::All => {
            return Message::text(
                "No AWS account is linked and verified, so there is nothing I can look at. Say *accounts* to see what is missing.",
            );
        }
        AccountRef::Id(id) => quoted(id.as_str()),
        AccountRef::Alias(alias) => quoted(alias),
    };
    if let Some(known) = accounts.iter().find(|account| account.is(asked)) {
        return Message::text(format!(
            "The account {asked_for} is not verified, so I don't use it. An admin can say *account verify {}*. I did nothing.",
            plain(known.alias.as_str())
        ));
    }
    let usable: Vec<&Arc<Account>> = accounts.iter().filter(|account| account.is_usable()).collect();
    let known: Vec<String> = match usable.as_slice() {
        // Who has only this one need not know that it has a name.
        [only] if only.is_home() => vec![plain(only.id.as_str())],
        _ => {
            let each = usable.iter().take(MAX_ACCOUNTS);
            each.map(|account| format!("{} ({})", plain(account.alias.as_str()), plain(account.id.as_str())))
                .collect()
        }
    };
    let more = if usable.len() > MAX_ACCOUNTS { "; *accounts* lists them all" } else { " only" };
    match known.as_slice() {
        [] => Message::text(format!("I don't know the account {asked_for}. None is linked and verified.")),
        _ => Message::text(format!(
            "I don't know the account {asked_for}. I look after {}{more}.",
            listed(&known)
        )),
    }
}

/// An account that was linked when the plan was made.
pub(crate) fn not_linked(account: &Alias) -> String {
    format!("The account {} is not linked any more.", bold(account.as_str()))
}
