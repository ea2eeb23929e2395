//! Channels and times as people choose them.

use domain::ids::ChannelId;
use serde_json::{Value, json};

use super::{Before, Input};
use crate::slack::world::{Channel, Kind};

impl Input<'_> {
    /// The channel that somebody names, if the menu offers it.
    pub(super) fn channel(&self, text: &str, before: Before<'_>) -> Result<Value, String> {
        let bare = text.strip_prefix('#').unwrap_or(text);
        let named = |one: &&Channel| one.id.as_str() == bare || one.name == bare;
        let found = before.team.channels.iter().find(named);
        let found = found.ok_or_else(|| format!("there is no channel “{text}”"))?;
        if !self.offers(found, before) {
            return Err(format!("“{}” does not offer #{}", self.label, found.name));
        }
        Ok(json!(found.id))
    }

    /// Where the person was, if the menu begins with that and offers it.
    pub(super) fn current(&self, before: Before<'_>) -> Option<ChannelId> {
        let begins = self.element.get("default_to_current_conversation") == Some(&json!(true));
        let here = before.team.channel(before.here.filter(|_| begins)?.as_str())?;
        self.offers(here, before).then(|| here.id.clone())
    }

    /// Whether the menu shows this channel: as its filter says, and to nobody what
    /// they do not see anyway.
    ///
    /// <https://docs.slack.dev/reference/block-kit/composition-objects/conversation-filter-object>
    fn offers(&self, channel: &Channel, before: Before<'_>) -> bool {
        let (kind, is_theirs) = match &channel.kind {
            Kind::Public => ("public", true),
            Kind::Private => ("private", channel.has(before.user)),
            Kind::Direct(user) => ("im", user == before.user),
        };
        let filter = self.element.get("filter");
        let excludes = filter.and_then(|filter| filter.get("exclude_external_shared_channels"));
        let included = match filter.and_then(|filter| filter.get("include")).and_then(Value::as_array) {
            Some(kinds) => kinds.contains(&json!(kind)),
            // A menu of channels alone has no private ones.
            None => self.kind == "conversations_select" || kind == "public",
        };
        let is_foreign = channel.shared && excludes == Some(&json!(true));
        included && is_theirs && !channel.archived && !is_foreign
    }

    /// A time of the day, with or without the first zero.
    pub(super) fn time(&self, text: &str) -> Result<Value, String> {
        let time = text.split_once(':').and_then(|(hour, minute)| {
            let below = |part: &str, end: u8| part.parse::<u8>().ok().filter(|number| *number < end);
            Some((below(hour, 24)?, below(minute, 60).filter(|_| minute.len() == 2)?))
        });
        let (hour, minute) =
            time.ok_or_else(|| format!("“{}” takes a time like 09:30, not “{text}”", self.label))?;
        Ok(json!(format!("{hour:02}:{minute:02}")))
    }
}
