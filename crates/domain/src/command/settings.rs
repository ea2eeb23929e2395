//! The commands about what holds for the whole workspace: `log #ops for acme`,
//! `share #partners on`. Who may give them is for [`policy`](crate::policy) to say.

use serde::{Deserialize, Serialize};

use super::accounts::is_alias;
use super::lex::{Token, Word};
use super::refusal::{Refusal, SettingFault};
use crate::ids::{Alias, ChannelId};

/// How the ids of channels begin, where users, channels and groups are mentioned
/// alike: `C`, or `G` for older private ones.
///
/// <https://docs.slack.dev/messaging/formatting-message-text#linking-channels>
const CHANNEL: [char; 2] = ['C', 'G'];

/// What is to be shown or changed of the workspace's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingsCommand {
    /// Show where changes are announced.
    ShowLog,
    /// Announce changes in this channel.
    Log {
        /// The channel.
        channel: Where,
        /// The account whose changes these are; without one, all accounts that
        /// have no channel of their own.
        account: Option<Alias>,
    },
    /// Announce changes in no channel any more.
    LogOff {
        /// The account whose own channel is meant; without one, the channel of the
        /// workspace.
        account: Option<Alias>,
    },
    /// Show in which channels shared with another company Bellhop may be used openly.
    ShowShared,
    /// Allow, or forbid, that Bellhop is used openly in a channel that is shared
    /// with another company.
    Share {
        /// The channel.
        channel: Where,
        /// Whether it is allowed.
        on: bool,
    },
}

/// The channel of a setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Where {
    /// The channel in which the command is given.
    Here,
    /// This one.
    Channel(ChannelId),
}

/// Reads what follows `log`.
pub(super) fn read_log(tokens: &[Token]) -> Result<SettingsCommand, Refusal> {
    let (first, rest) = match tokens {
        [] => return Ok(SettingsCommand::ShowLog),
        [first, rest @ ..] => (first, rest),
    };
    if bare(first).as_deref() == Some("off") {
        return Ok(SettingsCommand::LogOff { account: account(rest)? });
    }
    let channel = channel(first)?;
    Ok(SettingsCommand::Log { channel, account: account(rest)? })
}

/// Reads what follows `share`.
pub(super) fn read_share(tokens: &[Token]) -> Result<SettingsCommand, Refusal> {
    let (first, rest) = match tokens {
        [] => return Ok(SettingsCommand::ShowShared),
        [first, rest @ ..] => (first, rest),
    };
    let channel = channel(first)?;
    let (switch, rest) = match rest {
        [] => return Err(Refusal::broken_setting("", SettingFault::Switch)),
        [switch, rest @ ..] => (switch, rest),
    };
    let on = match bare(switch).as_deref() {
        Some("on") => true,
        Some("off") => false,
        _ => return Err(Refusal::broken_setting(&said(switch), SettingFault::Switch)),
    };
    end(rest)?;
    Ok(SettingsCommand::Share { channel, on })
}

fn channel(token: &Token) -> Result<Where, Refusal> {
    match token {
        Token::Mention(id) if id.starts_with(CHANNEL) => Ok(Where::Channel(ChannelId::new(id))),
        token if bare(token).as_deref() == Some("here") => Ok(Where::Here),
        token => Err(Refusal::broken_setting(&said(token), SettingFault::Channel)),
    }
}

/// `for acme`, or nothing.
fn account(tokens: &[Token]) -> Result<Option<Alias>, Refusal> {
    let [first, rest @ ..] = tokens else { return Ok(None) };
    if bare(first).as_deref() != Some("for") {
        return Err(Refusal::left_over(&said(first)));
    }
    let [alias, rest @ ..] = rest else {
        return Err(Refusal::broken_setting("", SettingFault::Account));
    };
    end(rest)?;
    match bare(alias).filter(|alias| is_alias(alias)) {
        Some(alias) => Ok(Some(Alias::new(alias))),
        None => Err(Refusal::broken_setting(&said(alias), SettingFault::Account)),
    }
}

fn end(rest: &[Token]) -> Result<(), Refusal> {
    rest.first().map_or(Ok(()), |token| Err(Refusal::left_over(&said(token))))
}

fn bare(token: &Token) -> Option<String> {
    match token {
        Token::Word(word) => Word::bare(word),
        _ => None,
    }
}

fn said(token: &Token) -> String {
    match token {
        Token::Word(word) => word.raw.clone(),
        Token::Comma { .. } => ",".to_owned(),
        Token::Mention(text) | Token::Unclosed(text) | Token::Reason(text) => text.clone(),
    }
}
