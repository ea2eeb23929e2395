//! The control API: what people do and what can be looked at, over HTTP beside
//! the Web API. See [`super`] for the routes.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State as Extract};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::faults::Fault;
use super::interact::{Click, Command, Submit};
use super::people::{Impossible, Say};
use super::state::{Call, Shared, State};
use super::world::{Channel, Kind, Team};
use super::{forms, hooks, interact, people, show, views, waits};

type Slack = Extract<Arc<Shared>>;
type Answer = Result<Value, Impossible>;

/// The routes under `/sim`.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/sim/say", post(say))
        .route("/sim/edit", post(edit))
        .route("/sim/command", post(command))
        .route("/sim/click", post(click))
        .route("/sim/submit", post(submit))
        .route("/sim/ssl_check", post(ssl_check))
        .route("/sim/age", post(age))
        .route("/sim/uninstall", post(uninstall))
        .route("/sim/members", post(members))
        .route("/sim/faults", post(faults))
        .route("/sim/world", get(world))
        .route("/sim/messages", get(messages))
        .route("/sim/modal", get(modal))
        .route("/sim/calls", get(calls))
        .route("/sim/deliveries", get(deliveries))
        .route("/sim/waits", get(waiting))
        .route("/sim/unanswered", get(unanswered))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Impossible> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body)
        .map_err(|error| Impossible::because(format!("cannot read the request: {error}")))
}

fn reply(answer: Answer) -> Response {
    match answer {
        Ok(answer) => axum::Json(answer).into_response(),
        Err(why) => {
            let body = json!({"ok": false, "error": why.to_string()});
            (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
        }
    }
}

async fn say(Extract(shared): Slack, body: Bytes) -> Response {
    reply(
        read::<Say>(&body).and_then(|typed| people::say(&shared, &typed)).map(
            |said| json!({"ok": true, "channel": said.channel, "ts": said.ts, "delivered": said.delivered}),
        ),
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    user: String,
    channel: String,
    ts: String,
    text: String,
}

async fn edit(Extract(shared): Slack, body: Bytes) -> Response {
    let edited = read::<Edit>(&body)
        .and_then(|edit| people::edit(&shared, &edit.user, &edit.channel, &edit.ts, &edit.text));
    reply(edited.map(|()| json!({"ok": true})))
}

async fn command(Extract(shared): Slack, body: Bytes) -> Response {
    reply(match read::<Command>(&body) {
        Ok(typed) => interact::command(&shared, &typed).await.map(|taken| taken.to_json()),
        Err(why) => Err(why),
    })
}

async fn click(Extract(shared): Slack, body: Bytes) -> Response {
    reply(match read::<Click>(&body) {
        Ok(typed) => interact::click(&shared, &typed).await.map(|taken| taken.to_json()),
        Err(why) => Err(why),
    })
}

async fn submit(Extract(shared): Slack, body: Bytes) -> Response {
    reply(match read::<Submit>(&body) {
        Ok(typed) => interact::submit(&shared, &typed).await.map(|taken| taken.to_json()),
        Err(why) => Err(why),
    })
}

async fn ssl_check(Extract(shared): Slack) -> Response {
    reply(Ok(forms::ssl_check(&shared).await.to_json()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Age {
    seconds: u64,
}

async fn age(Extract(shared): Slack, body: Bytes) -> Response {
    reply(read::<Age>(&body).map(|age| {
        let mut state = shared.lock();
        hooks::age(&mut state, Duration::from_secs(age.seconds));
        for trigger in state.triggers.values_mut() {
            trigger.made_ms = trigger.made_ms.saturating_sub(age.seconds.saturating_mul(1_000));
        }
        json!({"ok": true})
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Uninstall {
    /// What the tokens answer from now on.
    #[serde(default)]
    error: Option<String>,
}

async fn uninstall(Extract(shared): Slack, body: Bytes) -> Response {
    let done = read::<Uninstall>(&body)
        .and_then(|asked| people::uninstall(&shared, asked.error.as_deref().unwrap_or(people::UNINSTALLED)));
    reply(done.map(|()| json!({"ok": true})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    channel: String,
    count: usize,
}

async fn members(Extract(shared): Slack, body: Bytes) -> Response {
    let added = read::<Members>(&body)
        .and_then(|asked| people::add_members(&mut shared.lock(), &asked.channel, asked.count));
    reply(added.map(|users| json!({"ok": true, "users": users})))
}

async fn faults(Extract(shared): Slack, body: Bytes) -> Response {
    if body.trim_ascii() == br#"{"clear":true}"# {
        shared.lock().faults.clear();
        return reply(Ok(json!({"ok": true})));
    }
    reply(read::<Fault>(&body).map(|fault| {
        shared.lock().faults.add(fault);
        json!({"ok": true})
    }))
}

#[derive(Deserialize)]
struct Look {
    user: Option<String>,
    channel: Option<String>,
}

async fn messages(Extract(shared): Slack, Query(look): Query<Look>) -> Response {
    let (user, channel) = (look.user.as_deref().unwrap_or("ann"), look.channel.as_deref());
    reply(match channel {
        Some(channel) => show::conversation(&mut shared.lock(), user, channel).map(|seen| seen.to_json()),
        None => Err(Impossible::because("say which channel: ?channel=ops&user=ann")),
    })
}

async fn modal(Extract(shared): Slack, Query(look): Query<Look>) -> Response {
    let modal = views::modal(&shared.lock(), look.user.as_deref().unwrap_or("ann"));
    reply(Ok(json!({"ok": true, "modal": modal.map(|modal| modal.to_json())})))
}

async fn world(Extract(shared): Slack) -> Response {
    let world = world_json(&shared.lock());
    reply(Ok(world))
}

async fn calls(Extract(shared): Slack) -> Response {
    let calls = calls_json(&shared.lock());
    reply(Ok(json!({"ok": true, "calls": calls})))
}

async fn deliveries(Extract(shared): Slack) -> Response {
    let deliveries: Vec<_> =
        shared.lock().deliveries.iter().map(super::delivery::Delivery::to_json).collect();
    reply(Ok(json!({"ok": true, "pending": *shared.pending.borrow(), "deliveries": deliveries})))
}

async fn waiting(Extract(shared): Slack) -> Response {
    let waits: Vec<_> = waits::all(&shared.lock()).iter().map(waits::Wait::to_json).collect();
    reply(Ok(json!({"ok": true, "waits": waits})))
}

async fn unanswered(Extract(shared): Slack) -> Response {
    let waiting = all_unanswered(&shared.lock());
    reply(Ok(json!({"ok": true, "unanswered": waiting})))
}

/// What people said, typed or clicked without an answer, one line each.
pub(crate) fn all_unanswered(state: &State) -> Vec<String> {
    show::unanswered(state).into_iter().chain(waits::unanswered(state)).collect()
}

/// Every call the app made, in order, with secrets masked.
pub(crate) fn calls_json(state: &State) -> Vec<Value> {
    let json = |(n, call): (usize, &Call)| {
        json!({
            "n": n, "at_ms": call.at_ms, "method": call.method, "team": call.team, "hook": call.hook, "token": call.token,
            "arguments": call.arguments, "status": call.status, "answer": call.answer, "fault": call.fault,
        })
    };
    state.calls.iter().enumerate().map(json).collect()
}

/// The app and the workspaces.
pub(crate) fn world_json(state: &State) -> Value {
    let teams: Vec<_> = state.teams.iter().map(team_json).collect();
    let app = &state.app;
    let commands: Vec<_> = app.commands.iter().map(|command| &command.name).collect();
    json!({
        "ok": true,
        "app": {"id": app.id, "client_id": app.client_id, "scopes": app.scopes, "commands": commands},
        "team": teams.first(),
        "teams": teams,
    })
}

fn team_json(team: &Team) -> Value {
    let users = team.users.iter().map(|user| {
        json!({
            "id": user.id, "name": user.name, "real_name": user.real_name, "team": user.team, "role": user.role.word(),
        })
    });
    let groups = team.groups.iter().map(
        |group| json!({"id": group.id, "handle": group.handle, "name": group.name, "members": group.members}),
    );
    let bot =
        team.bot.as_ref().map(|bot| json!({"user_id": bot.user, "bot_id": bot.id, "scopes": bot.scopes}));
    json!({
        "id": team.id, "name": team.name, "domain": team.domain, "installed": team.installed().is_some(),
        "bot": bot, "users": users.collect::<Vec<_>>(),
        "groups": groups.collect::<Vec<_>>(),
        "channels": team.channels.iter().map(channel_json).collect::<Vec<_>>(),
    })
}

fn channel_json(channel: &Channel) -> Value {
    let (kind, user) = match &channel.kind {
        Kind::Public => ("public", None),
        Kind::Private => ("private", None),
        Kind::Direct(user) => ("direct", Some(user)),
    };
    json!({
        "id": channel.id, "name": channel.name, "kind": kind, "user": user, "members": channel.members,
        "archived": channel.archived, "shared": channel.shared, "pending_shared": channel.pending_shared,
    })
}
