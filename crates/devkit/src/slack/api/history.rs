//! `conversations.history`: what stands in a channel, newest first. Threads are
//! not in it, nor what only one person sees.

use domain::ids::TeamId;
use serde_json::{Value, json};

use super::chat::{bot, team};
use super::conversations::seen;
use super::{Args, Refusal, require};
use crate::slack::events::{message_json, set};
use crate::slack::state::State;
use crate::slack::world::{Kind, Message};

/// Messages per page, at most: what an app gets that is distributed without
/// Slack's marketplace.
///
/// <https://docs.slack.dev/reference/methods/conversations.history>
const PAGE: usize = 15;

/// `conversations.history`
pub(super) fn history(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let app = state.app.clone();
    let team = team(state, id)?;
    let bot = bot(team)?;
    let channel = seen(team, &bot, &args.required("channel")?)?;
    let scope = match channel.kind {
        Kind::Public => "channels:history",
        Kind::Private => "groups:history",
        Kind::Direct(_) => "im:history",
    };
    require(&bot.scopes, scope)?;
    if !channel.has(&bot.user) && !matches!(channel.kind, Kind::Direct(_)) {
        return Err(Refusal::new("not_in_channel"));
    }
    let span = Span::read(args)?;
    let limit = args.text("limit").and_then(|limit| limit.parse().ok()).unwrap_or(PAGE).clamp(1, PAGE);
    let everybodys =
        |message: &&Message| message.shown && message.only_for.is_none() && message.thread.is_none();
    let mut found = channel.messages.iter().rev().filter(everybodys).filter(|message| span.has(message));
    let page: Vec<&Message> = found.by_ref().take(limit).collect();
    let has_more = found.next().is_some();
    let shown = page.iter().map(|message| {
        let mut shown = message_json(&app, team, message);
        set(&mut shown, "type", json!("message"));
        shown
    });
    let mut answer = json!({"messages": shown.collect::<Vec<_>>(), "has_more": has_more, "pin_count": 0});
    if let Some(last) = page.last().filter(|_| has_more) {
        set(&mut answer, "response_metadata", json!({"next_cursor": format!("before:{}", last.ts)}));
    }
    Ok(answer)
}

/// Which messages are asked for.
struct Span {
    oldest: u64,
    latest: u64,
    inclusive: bool,
    /// The end of the page before, in microseconds.
    before: u64,
}

impl Span {
    fn read(args: &Args) -> Result<Self, Refusal> {
        let moment = |name: &str, otherwise: u64| match args.text(name) {
            None => Ok(otherwise),
            Some(ts) => micros(&ts).ok_or_else(|| Refusal::new(format!("invalid_ts_{name}"))),
        };
        let before = match args.text("cursor") {
            None => u64::MAX,
            Some(cursor) => {
                let ts = cursor.strip_prefix("before:").and_then(micros);
                ts.ok_or_else(|| Refusal::new("invalid_cursor"))?
            }
        };
        let (oldest, latest) = (moment("oldest", 0)?, moment("latest", u64::MAX)?);
        Ok(Self { oldest, latest, inclusive: args.flag("inclusive"), before })
    }

    fn has(&self, message: &Message) -> bool {
        let Some(at) = micros(message.ts.as_str()) else { return false };
        let is_within = if self.inclusive {
            (self.oldest..=self.latest).contains(&at)
        } else {
            self.oldest < at && at < self.latest
        };
        is_within && at < self.before
    }
}

/// `1764576000.000200`, or whole seconds, in microseconds.
fn micros(ts: &str) -> Option<u64> {
    let (seconds, fraction) = ts.split_once('.').unwrap_or((ts, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if seconds.is_empty() || fraction.len() > 6 || !digits(seconds) || !digits(fraction) {
        return None;
    }
    seconds.parse::<u64>().ok()?.checked_mul(1_000_000)?.checked_add(format!("{fraction:0<6}").parse().ok()?)
}
