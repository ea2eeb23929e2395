//! Channels and direct messages, as far as the app looks at them.

use serde_json::{Value, json};

use super::slack::{BOT, BOT_USER, FakeSlack, State, field, refusal};

/// How many members are in one page: fewer than Slack gives, so that tests turn
/// pages.
const PAGE: usize = 100;

/// How many messages are in one page.
const MESSAGES: usize = 15;

impl FakeSlack {
    /// A channel and its members, in place of those it had.
    pub(crate) fn channel(&self, id: &str, members: &[&str]) {
        let members = members.iter().map(|&member| member.to_owned()).collect();
        self.state.lock().unwrap().channels.insert(id.to_owned(), members);
    }
}

impl FakeSlack {
    /// The channel is shared from now on; `flag` is what `conversations.info` says.
    pub(crate) fn share(&self, id: &str, flag: &str) {
        self.state.lock().unwrap().shared.insert(id.to_owned(), flag.to_owned());
    }
}

impl State {
    /// A method of `conversations.*`; nothing if there is no such one.
    pub(super) fn conversations(&self, method: &str, body: &[u8]) -> Option<Value> {
        let form = |key| field(body, key).unwrap_or_default();
        Some(match method {
            "conversations.members" => self.members(&form("channel"), &form("cursor")),
            "conversations.info" => self.info(&form("channel")),
            "conversations.open" => {
                let body: Value = serde_json::from_slice(body).unwrap();
                let user = body["users"].as_str().unwrap();
                if self.users.get(user).is_none_or(|known| known["is_bot"] == json!(true)) {
                    return Some(refusal("user_not_found"));
                }
                json!({"ok": true, "channel": {"id": format!("D-{user}")}})
            }
            "conversations.history" => self.history(&form("channel"), &form("oldest")),
            _ => return None,
        })
    }

    /// `users.list`
    pub(super) fn people(&self, cursor: &str) -> Value {
        let from: usize = if cursor.is_empty() { 0 } else { cursor.parse().unwrap() };
        let page: Vec<&Value> = self.users.values().skip(from).take(PAGE).collect();
        let to = from + page.len();
        let next = if to < self.users.len() { to.to_string() } else { String::new() };
        json!({"ok": true, "members": page, "response_metadata": {"next_cursor": next}})
    }

    fn members(&self, channel: &str, cursor: &str) -> Value {
        let Some(members) = self.channels.get(channel) else { return refusal("channel_not_found") };
        let from: usize = if cursor.is_empty() { 0 } else { cursor.parse().unwrap() };
        let to = members.len().min(from + PAGE);
        let next = if to < members.len() { to.to_string() } else { String::new() };
        json!({"ok": true, "members": members[from..to], "response_metadata": {"next_cursor": next}})
    }

    fn info(&self, channel: &str) -> Value {
        let Some(members) = self.channels.get(channel) else { return refusal("channel_not_found") };
        let is_member = members.iter().any(|member| member == BOT_USER);
        let mut shown = json!({"id": channel, "name": "team", "is_member": is_member,
            "is_archived": channel.ends_with("CLOSED"),
            "is_private": channel.ends_with("PRIVATE"), "is_ext_shared": false,
            "is_pending_ext_shared": false, "is_org_shared": false});
        if let Some(flag) = self.shared.get(channel) {
            shown[flag] = json!(true);
        }
        json!({"ok": true, "channel": shown})
    }

    fn history(&self, channel: &str, oldest: &str) -> Value {
        let is_there = |said: &&super::Said| {
            said.channel == channel
                && said.thread.is_none()
                && said.only.is_none()
                && said.ts.as_str() >= oldest
        };
        let found = self.said.iter().rev().filter(is_there).take(MESSAGES);
        let messages: Vec<Value> = found
            .map(|said| {
                json!({"type": "message", "ts": said.ts, "user": BOT_USER, "bot_id": BOT, "text": said.text,
                    "blocks": said.blocks})
            })
            .collect();
        json!({"ok": true, "messages": messages})
    }
}
