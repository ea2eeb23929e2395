//! The bodies of Slack's events: which message makes which event, and the
//! envelope around it.
//!
//! <https://docs.slack.dev/apis/events-api#event-type-structure>

use domain::ids::{MessageTs, UserId};
use serde_json::{Value, json};

use super::world::{App, Channel, Kind, Message, Team};
use super::{mint, rich_text};

/// What the app is told of a message as it is posted, if anything: a mention
/// where the bot is a member, and everything in its direct messages, what it
/// said there itself included.
pub(crate) fn for_message(app: &App, team: &Team, channel: &Channel, message: &Message) -> Option<Value> {
    let bot = team.installed()?;
    let mentions = message.text.contains(&format!("<@{}>", bot.user));
    let event = match &channel.kind {
        Kind::Direct(_) => {
            let mut event = message_json(app, team, message);
            set(&mut event, "type", json!("message"));
            set(&mut event, "channel_type", json!("im"));
            event
        }
        _ if mentions && channel.has(&bot.user) && message.user != bot.user => {
            let mut event = message_json(app, team, message);
            set(&mut event, "type", json!("app_mention"));
            event
        }
        _ => return None,
    };
    Some(with_place(event, channel, message.ts.as_str()))
}

/// What the app is told of what came through a `response_url`: in its direct
/// messages it hears that, too, and only `bot_id` says by whom it is.
pub(crate) fn for_response(app: &App, team: &Team, channel: &Channel, message: &Message) -> Option<Value> {
    let mut event = for_message(app, team, channel, message)?;
    set(&mut event, "subtype", json!("bot_message"));
    if let Some(members) = event.as_object_mut() {
        members.remove("user");
    }
    Some(event)
}

/// What the app is told of a change of a message: the mention anew, under an event id of its
/// own, with the same `ts`; or, in its direct messages, the message before and after.
///
/// <https://docs.slack.dev/reference/events/message/message_changed>
pub(crate) fn for_edit(
    app: &App,
    team: &Team,
    channel: &Channel,
    old: &Message,
    new: &Message,
) -> Option<Value> {
    team.installed()?;
    let Kind::Direct(_) = &channel.kind else { return for_message(app, team, channel, new) };
    let mut message = message_json(app, team, new);
    set(&mut message, "type", json!("message"));
    let mut previous = message_json(app, team, old);
    set(&mut previous, "type", json!("message"));
    let now = mint::now_us();
    let ts = format!("{}.{:06}", now / 1_000_000, now % 1_000_000);
    let event = json!({
        "type": "message", "subtype": "message_changed", "hidden": true, "channel_type": "im",
        "message": message, "previous_message": previous, "ts": ts,
    });
    Some(with_place(event, channel, &ts))
}

/// The moment of an edit after the one at `last`: whole seconds, as Slack writes them.
pub(crate) fn edit_ts(last: Option<&MessageTs>) -> MessageTs {
    let last = last.and_then(|ts| ts.as_str().split('.').next()?.parse::<u64>().ok());
    let now = mint::now_s().max(last.map_or(0, |last| last.saturating_add(1)));
    MessageTs::new(format!("{now}.000000"))
}

/// Both events of an uninstall, in the order in which they come today.
pub(crate) fn for_uninstall(bot: &UserId) -> [Value; 2] {
    [
        json!({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}}),
        json!({"type": "app_uninstalled"}),
    ]
}

/// Wraps an event for delivery, under an event id of its own.
pub(crate) fn envelope(app: &App, team: &Team, event: &Value) -> Value {
    let channel = event.get("channel").and_then(Value::as_str).and_then(|id| team.channel(id));
    let shared = channel.is_some_and(|channel| channel.shared);
    // In a shared channel the outer team is the author's: `authorizations` says whose installation it is.
    let author = event.get("user").and_then(Value::as_str).and_then(|id| team.user(id));
    let outer = author.filter(|_| shared).map_or(&team.id, |author| &author.team);
    let bot = team.bot.as_ref().map(|bot| bot.user.clone());
    let context = mint::id("");
    json!({
        "token": "deprecated",
        "team_id": outer,
        "context_team_id": team.id,
        "context_enterprise_id": null,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": mint::id("Ev"),
        "event_time": event_time(event),
        "authorizations": [{
            "enterprise_id": null, "team_id": team.id, "user_id": bot,
            "is_bot": true, "is_enterprise_install": false,
        }],
        "is_ext_shared_channel": shared,
        "event_context": format!("4-{context}"),
    })
}

/// When an event happened, which may be long before it is delivered, in seconds.
fn event_time(event: &Value) -> u64 {
    let ts = event.get("event_ts").and_then(Value::as_str).and_then(|ts| ts.split('.').next()?.parse().ok());
    ts.unwrap_or_else(mint::now_s)
}

/// A message as events and answers show it, without `type`.
pub(crate) fn message_json(app: &App, team: &Team, message: &Message) -> Value {
    let home = team.user(message.user.as_str()).map_or(&team.id, |user| &user.team);
    let mut json = json!({
        "user": message.user, "ts": message.ts, "text": message.text, "team": home,
    });
    if let Some(thread) = &message.thread {
        set(&mut json, "thread_ts", json!(thread));
    }
    if let Some(bot_id) = &message.bot {
        let ours = team.bot.as_ref().is_some_and(|bot| bot.id == *bot_id);
        let (name, app_id) =
            if ours { ("bellhop", json!(app.id)) } else { ("other bot", json!("A0OTHER001")) };
        set(&mut json, "bot_id", json!(bot_id));
        set(&mut json, "app_id", app_id.clone());
        set(
            &mut json,
            "bot_profile",
            json!({"id": bot_id, "deleted": false, "name": name, "app_id": app_id, "team_id": team.id, "icons": {}}),
        );
    } else {
        set(&mut json, "client_msg_id", json!(format!("{:0>32}", message.ts.as_str().replace('.', ""))));
    }
    if let Some(edited) = &message.edited {
        let by = message.bot.as_ref().map_or_else(|| message.user.to_string(), ToString::to_string);
        set(&mut json, "edited", json!({"user": by, "ts": edited}));
    }
    let of_app = || message.bot.is_some().then(|| rich_text::of_text(&message.text));
    if let Some(blocks) = message.blocks.clone().or_else(|| message.rich_text.clone()).or_else(of_app) {
        set(&mut json, "blocks", blocks);
    }
    json
}

fn with_place(mut event: Value, channel: &Channel, ts: &str) -> Value {
    set(&mut event, "channel", json!(channel.id));
    set(&mut event, "event_ts", json!(ts));
    event
}

/// Sets a member of an object.
pub(crate) fn set(json: &mut Value, name: &str, value: Value) {
    if let Some(members) = json.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
