//! What the workspace's account managers set, and who may not.

use domain::ids::{Alias, ChannelId, UserId};
use domain::settings::Settings;
use slack::blocks::Message;
use slack::text::{channel, mention};

use super::{bold, listed, plain};

/// Why a channel cannot be a log channel, or be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It is somebody's messages with the bot.
    Direct,
    /// It is archived.
    Archived,
    /// The bot is not in it, or does not see it.
    NotThere,
    /// Another company reads it.
    Shared,
    /// No other company reads it, so there is nothing to allow.
    NotShared,
}

/// Only account managers, who are workspace admins, can change what holds for the workspace.
pub(crate) fn settings_for_admins() -> Message {
    Message::text("Only workspace admins can change that. I did nothing.")
}

/// Where changes are announced.
pub(crate) fn log_shown(settings: &Settings) -> Message {
    let mut lines = Vec::new();
    match &settings.log {
        Some(log) => {
            lines.push(format!(
                "Changes are announced in {}, set by {}.",
                channel(&log.channel),
                mention(&log.set_by)
            ));
        }
        None if settings.account_logs.is_empty() => {
            lines.push("Changes are announced in no channel.".to_owned());
        }
        None => {}
    }
    lines.extend(settings.account_logs.iter().map(|(alias, log)| {
        format!(
            "Changes in {} are announced in {}, set by {}.",
            bold(alias.as_str()),
            channel(&log.channel),
            mention(&log.set_by)
        )
    }));
    lines.push("An admin can change that: *log #channel*, *log #channel for acme*, *log off*.".to_owned());
    Message::text(lines.join("\n"))
}

/// The first line in a log channel, by which it is known that the bot can post there.
pub(crate) fn log_begins(by: &UserId, account: Option<&Alias>) -> Message {
    let whose = account.map(|alias| format!(" in the account {}", bold(alias.as_str()))).unwrap_or_default();
    Message::text(format!("Changes{whose} are announced here from now on, as {} has asked.", mention(by)))
}

/// A log channel is set.
pub(crate) fn log_set(log: &ChannelId, account: Option<&Alias>) -> Message {
    let whose = account.map(|alias| format!(" in {}", bold(alias.as_str()))).unwrap_or_default();
    Message::text(format!("Done: changes{whose} are announced in {}.", channel(log)))
}

/// A log channel is none any more.
pub(crate) fn log_off(account: Option<&Alias>) -> Message {
    Message::text(match account {
        None => {
            "Done: there is no log channel for the whole workspace. Say *log* to see what is left.".to_owned()
        }
        Some(alias) => format!(
            "Done: {} has no log channel of its own. Say *log* to see where its changes are announced.",
            bold(alias.as_str())
        ),
    })
}

/// The channels shared with another company in which I may be used openly.
pub(crate) fn shared_shown(settings: &Settings) -> Message {
    let allowed: Vec<String> = settings.shared_channels.iter().map(channel).collect();
    let which = if allowed.is_empty() {
        "In channels shared with another company I answer privately, change nothing and post no standup."
            .to_owned()
    } else {
        format!(
            "In {} I may be used openly, although another company reads along. In other channels shared with another company I answer privately, change nothing and post no standup.",
            listed(&allowed)
        )
    };
    Message::text(format!("{which}\nAn admin can change that: *share #channel on*, *share #channel off*."))
}

/// Whether I may be used openly in a shared channel was set.
pub(crate) fn shared_set(of: &ChannelId, on: bool) -> Message {
    let of = channel(of);
    Message::text(if on {
        format!("Done: I may be used openly in {of}. The other company sees what I answer there.")
    } else {
        format!("Done: in {of} I answer privately, change nothing and post no standup while it is shared.")
    })
}

/// A channel cannot be what it was to be.
pub(crate) fn unfit(of: &ChannelId, why: Unfit) -> Message {
    let of = channel(of);
    Message::text(match why {
        Unfit::Direct => {
            "That needs a channel. Say it there, or name one: *log #channel*. I did nothing.".to_owned()
        }
        Unfit::Archived => format!("{of} is archived, so I can't post there. I did nothing."),
        Unfit::NotThere => {
            format!("I am not in {of}, so I can't post there. Invite me, then ask again. I did nothing.")
        }
        Unfit::Shared => format!(
            "{of} is shared with another company, which would read every change. Choose another channel, or say *share {of} on* first. I did nothing."
        ),
        Unfit::NotShared => format!("{of} is not shared with another company, so there is nothing to allow."),
    })
}

/// A change was asked for in a channel that another company reads.
pub(crate) fn shared_no_changes() -> Message {
    Message::text(
        "This channel is shared with another company, which would read along, so I change nothing from here. \
         Ask in another channel, or by */ec2*. An admin can allow it here: *share here on*.",
    )
}

/// Settings that others have changed at the same moment.
pub(crate) fn settings_changed_meanwhile() -> Message {
    Message::text("Others have changed the settings at the same moment. I did nothing; please ask again.")
}

/// A setting of which a part is missing or cannot be.
pub(super) fn broken_setting(text: &str, fault: domain::command::SettingFault) -> String {
    use domain::command::SettingFault;
    let is = if text.is_empty() { "Something is missing".to_owned() } else { super::quoted(text) };
    let wanted = match fault {
        SettingFault::Channel => {
            "choose a channel from the list that Slack shows when you mention me and type #, or say *here*"
        }
        SettingFault::Account => "name an account by its alias, e.g. *log #channel for acme*",
        SettingFault::Switch => "say *on* or *off*, e.g. *share #channel on*",
    };
    format!("{is}: {wanted}. I did nothing.")
}

/// An account that is not linked.
pub(crate) fn log_of_unknown(alias: &Alias) -> Message {
    Message::text(format!(
        "I don't know the account “{}”. Say *accounts* for a list. I did nothing.",
        plain(alias.as_str())
    ))
}
