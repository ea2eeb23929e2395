//! The inner event, by its `type`.

use domain::ids::UserId;

use super::Message;
use crate::lenient::{self, Object};

/// What happened. Only the kinds that an app without further scopes acts on
/// have a variant; the whole payload is in [`super::EventCallback::raw`].
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Somebody, perhaps a bot, mentioned the app in a channel. Not sent in
    /// direct messages.
    ///
    /// <https://docs.slack.dev/reference/events/app_mention>
    AppMention(Message),
    /// A message, or a change to one: see [`Message::is_from_person`].
    ///
    /// <https://docs.slack.dev/reference/events/message>
    Message(Message),
    /// The last token is gone. Comes once, before or after `TokensRevoked`.
    ///
    /// <https://docs.slack.dev/reference/events/app_uninstalled>
    AppUninstalled,
    /// Tokens no longer work. The ids are of users, not tokens.
    ///
    /// <https://docs.slack.dev/reference/events/tokens_revoked>
    TokensRevoked {
        /// People whose user tokens are revoked.
        oauth: Vec<UserId>,
        /// Bot users whose tokens are revoked.
        bot: Vec<UserId>,
    },
    /// Any other type.
    Other {
        /// The event's `type`; empty if there was none.
        kind: String,
    },
}

impl Event {
    pub(super) fn read(event: &Object) -> Self {
        let kind = lenient::text(event, "type").unwrap_or_default();
        match kind.as_str() {
            "app_mention" => Self::AppMention(Message::read(event)),
            "message" => Self::Message(Message::read(event)),
            "app_uninstalled" => Self::AppUninstalled,
            "tokens_revoked" => {
                let users = |key| {
                    let ids = lenient::object(event, "tokens").map(|tokens| lenient::texts(tokens, key));
                    ids.unwrap_or_default().into_iter().map(UserId::new).collect()
                };
                Self::TokensRevoked { oauth: users("oauth"), bot: users("bot") }
            }
            _ => Self::Other { kind },
        }
    }
}
