//! The Web API: who calls, whether they may, what goes wrong on purpose, and a
//! record of every call with its answer.
//!
//! Always HTTP 200 unless a fault was asked for: Slack says `ok: false` instead.
//! <https://docs.slack.dev/apis/web-api/>

mod args;
mod caller;
mod chat;
mod content;
mod conversations;
mod history;
mod refusal;
mod user_groups;
mod users;
mod views;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State as Extract};
use axum::response::Response;
use domain::ids::TeamId;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

pub(crate) use args::Args;
pub(crate) use content::{Content, check_blocks, content};
pub(crate) use refusal::Refusal;

use caller::{Caller, Incoming, require};

use super::events::set;
use super::faults::FaultKind;
use super::state::{Call, Shared, State};
use super::{deliver, mint, oauth};

/// Names whose values are never written down.
const SECRET_NAMES: [&str; 6] =
    ["client_secret", "code", "token", "access_token", "refresh_token", "trigger_id"];

/// What a method does: its answer without `ok`.
type Handler = fn(&mut State, &TeamId, &Args) -> Result<Value, Refusal>;

struct Entry {
    scope: Option<&'static str>,
    takes_json: bool,
    reads: bool,
    handler: Handler,
}

fn entry(method: &str) -> Option<Entry> {
    let write = |scope, handler| Some(Entry { scope, takes_json: true, reads: false, handler });
    let read = |scope, takes_json, handler| Some(Entry { scope, takes_json, reads: true, handler });
    match method {
        "auth.test" => read(None, true, users::auth_test),
        "usergroups.list" => read(Some("usergroups:read"), false, user_groups::list),
        "usergroups.users.list" => read(Some("usergroups:read"), false, user_groups::members),
        "users.list" => read(Some("users:read"), false, users::list),
        "users.info" => read(Some("users:read"), false, users::info),
        "conversations.history" => read(None, true, history::history),
        "conversations.info" => read(None, false, conversations::info),
        "conversations.members" => read(None, false, conversations::members),
        "conversations.open" => write(Some("im:write"), conversations::open),
        "chat.getPermalink" => read(None, false, chat::permalink),
        "chat.postMessage" => write(Some("chat:write"), chat::post_message),
        "chat.postEphemeral" => write(Some("chat:write"), chat::post_ephemeral),
        "chat.update" => write(Some("chat:write"), chat::update),
        "views.open" => write(None, views::open),
        "views.update" => write(None, views::update),
        _ => None,
    }
}

/// Answers `POST` and `GET /api/<method>`.
pub(crate) async fn call(
    Extract(shared): Extract<Arc<Shared>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Incoming { caller, args, token } =
        match Incoming::read(&shared, &name, query.as_deref(), &headers, &body) {
            Ok(incoming) => incoming,
            Err(refusal) => Incoming { caller: Err(refusal), args: Args::default(), token: None },
        };
    let fault = shared.lock().faults.take(&name);
    let instead = fault.as_ref().and_then(FaultKind::instead);
    let known = caller.as_ref().ok().and_then(|caller| caller.as_ref().map(|caller| caller.team.clone()));
    let (team, scopes, (status, answer)) = if let Some(instead) = instead {
        (known, None, instead)
    } else {
        let (team, answer) = perform(&shared, &name, &method, &headers, caller.as_ref(), &args);
        (team, caller.ok().flatten().map(|caller| caller.scopes), (200, answer))
    };
    note(
        &shared,
        Call {
            at_ms: mint::now_ms(),
            method: name,
            team,
            hook: None,
            token: token.as_deref().map(mint::masked),
            arguments: masked(&args.to_json()),
            status,
            answer: masked(&answer),
            fault: fault.as_ref().map(FaultKind::name),
        },
    );
    deliver::flush(&shared);
    respond(status, &answer, scopes.as_deref(), fault).await
}

/// Does what was asked; the workspace it was done in, and the answer.
fn perform(
    shared: &Shared,
    name: &str,
    method: &Method,
    headers: &HeaderMap,
    caller: Result<&Option<Caller>, &Refusal>,
    args: &Args,
) -> (Option<TeamId>, Value) {
    let caller = match caller {
        Err(refusal) => return (None, refusal.to_json()),
        Ok(None) => return exchange(shared, headers, args),
        Ok(Some(caller)) => caller,
    };
    let team = Some(caller.team.clone());
    let Some(entry) = entry(name).filter(|entry| entry.reads || method == Method::POST) else {
        return (team, Refusal::new("invalid_request_method").to_json());
    };
    let mut state = shared.lock();
    let answer = match (entry.handler)(&mut state, &caller.team, args) {
        Ok(mut answer) => {
            set(&mut answer, "ok", json!(true));
            if args.missing_charset {
                set(&mut answer, "warning", json!("missing_charset"));
                set(&mut answer, "response_metadata", json!({"warnings": ["missing_charset"]}));
            }
            answer
        }
        Err(refusal) => refusal.to_json(),
    };
    (team, answer)
}

fn exchange(shared: &Shared, headers: &HeaderMap, args: &Args) -> (Option<TeamId>, Value) {
    let authorization = headers.get("authorization").and_then(|value| value.to_str().ok());
    let names = ["client_id", "client_secret", "grant_type", "code", "redirect_uri"];
    let form: HashMap<_, _> =
        names.iter().filter_map(|name| Some(((*name).to_owned(), args.text(name)?))).collect();
    match oauth::access(&mut shared.lock(), authorization, &form) {
        Ok((team, answer)) => (Some(team), answer),
        Err(error) => (None, Refusal::new(error).to_json()),
    }
}

/// Keeps a call and writes its line.
pub(crate) fn note(shared: &Shared, call: Call) {
    let outcome = match (call.answer.get("ok").and_then(Value::as_bool), call.answer.get("error")) {
        (Some(true), _) => "ok".to_owned(),
        (_, Some(error)) => error.as_str().unwrap_or("?").to_owned(),
        _ => call.status.to_string(),
    };
    let fault = call.fault.as_ref().map(|fault| format!(" (fault: {fault})")).unwrap_or_default();
    shared.log.event(format!("app → {}  {outcome}{fault}", call.method));
    shared.lock().calls.push(call);
}

/// The same, with the values of secret names masked at any depth.
pub(crate) fn masked(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| match value.as_str() {
                Some(text) if SECRET_NAMES.contains(&name.as_str()) => {
                    (name.clone(), json!(mint::masked(text)))
                }
                _ => (name.clone(), masked(value)),
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(masked).collect(),
        other => other.clone(),
    }
}

/// The answer on the wire, with whatever was to go wrong with it.
pub(crate) async fn respond(
    status: u16,
    answer: &Value,
    scopes: Option<&[String]>,
    fault: Option<FaultKind>,
) -> Response {
    let text = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
    let mut body = Body::from(text);
    match &fault {
        Some(FaultKind::Late { millis }) => tokio::time::sleep(Duration::from_millis(*millis)).await,
        Some(fault) if fault.cuts() => {
            let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            body = Body::from_stream(futures_util::stream::iter([Err::<Bytes, _>(broken)]));
        }
        _ => {}
    }
    let kind = if answer.is_string() { "text/plain" } else { "application/json; charset=utf-8" };
    let mut builder = Response::builder()
        .status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        .header("content-type", kind);
    if let Some(scopes) = scopes {
        builder = builder.header("x-oauth-scopes", scopes.join(","));
    }
    if let Some(FaultKind::RateLimited { retry_after }) = fault {
        builder = builder.header("retry-after", retry_after.to_string());
    }
    builder.body(body).unwrap_or_default()
}
