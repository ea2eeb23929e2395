//! What a workspace's account managers have set for the whole workspace.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ids::{Alias, ChannelId, UserId};

/// One workspace's settings. A workspace without a record has the default ones.
///
/// A record that an earlier version has written lacks the newer fields: each
/// field needs a default that means "not set".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The channel in which changes are announced, in all accounts that have
    /// none of their own.
    pub log: Option<LogChannel>,
    /// The log channels of single accounts.
    pub account_logs: BTreeMap<Alias, LogChannel>,
    /// The channels shared with another company in which Bellhop may answer as
    /// in any other channel.
    pub shared_channels: BTreeSet<ChannelId>,
}

/// A channel in which changes are announced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogChannel {
    /// The channel.
    pub channel: ChannelId,
    /// Who has set it, and is told when it cannot be used any more.
    pub set_by: UserId,
    /// Whether that person has been told so, since it was last usable.
    #[serde(default)]
    pub reported_unusable: bool,
}

impl Settings {
    /// The channel in which changes in `account` are announced.
    pub fn log_of(&self, account: &Alias) -> Option<&LogChannel> {
        self.account_logs.get(account).or(self.log.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(channel: &str) -> LogChannel {
        LogChannel { channel: ChannelId::new(channel), set_by: UserId::new("U1"), reported_unusable: false }
    }

    #[test]
    fn the_log_of_an_account_precedes_the_one_of_the_workspace() {
        let mut settings = Settings { log: Some(log("C1")), ..Settings::default() };
        settings.account_logs.insert(Alias::new("acme"), log("C2"));
        assert_eq!(settings.log_of(&Alias::new("acme")), Some(&log("C2")));
        assert_eq!(settings.log_of(&Alias::new("home")), Some(&log("C1")));
        settings.log = None;
        assert_eq!(settings.log_of(&Alias::new("home")), None);
    }

    #[test]
    fn a_record_that_lacks_fields_is_read() {
        let read: Settings = serde_json::from_str("{}").unwrap();
        assert_eq!(read, Settings::default());
        let read: Settings =
            serde_json::from_str(r#"{"log":{"channel":"C1","set_by":"U1"},"newer":1}"#).unwrap();
        assert_eq!(read, Settings { log: Some(log("C1")), ..Settings::default() });
    }
}
