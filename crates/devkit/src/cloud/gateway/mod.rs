//! API Gateway's HTTP API: routes, payload format 2.0, its limits and its error bodies.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

mod event;
mod reply;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Request};
use hyper::body::Incoming;
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout};

use super::history::{Kind, Outcome};
use super::lambda::{Pool, Request as Invoke};
use super::random;
use super::server::{Answer, BodyError, HangUp, answer, serve, whole};
use super::state::Shared;

/// The most an HTTP API passes on.
const MAX_BODY: usize = 10 * 1024 * 1024;
/// How long an HTTP API waits for an integration.
const LIMIT: Duration = Duration::from_secs(30);

/// Serves the HTTP API until aborted.
pub(crate) async fn run(listener: TcpListener, shared: Arc<Shared>) {
    // On a loopback address the caller is on this machine too.
    let peer = SocketAddr::from(([127, 0, 0, 1], 0));
    serve(listener, move |request| {
        let shared = Arc::clone(&shared);
        async move { handle(shared, request, peer).await }
    })
    .await;
}

async fn handle(shared: Arc<Shared>, request: Request<Incoming>, peer: SocketAddr) -> Result<Answer, HangUp> {
    let (parts, body) = request.into_parts();
    let body = match whole(body, MAX_BODY).await {
        Ok(body) => body,
        Err(BodyError::TooLong) => return Ok(message(413, "Request Entity Too Large")),
        Err(BodyError::Broken) => return Err(HangUp),
    };
    let own = Arc::clone(&shared);
    // API Gateway lets the function finish even if the client hangs up.
    let id = random::hex(8);
    let mut answer =
        shared.tasks.finish(async move { answer_for(&own, &parts, body, peer, &id).await }).await?;
    if let Ok(value) = HeaderValue::from_str(&random::hex(8)) {
        answer.headers_mut().entry("apigw-requestid").or_insert(value);
    }
    Ok(answer)
}

async fn answer_for(shared: &Arc<Shared>, parts: &Parts, body: Bytes, peer: SocketAddr, id: &str) -> Answer {
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let began = Instant::now();
    let Some((pool, route)) = route(shared, method, path) else {
        shared.log.event(format!("{method} {path} → no route 404"));
        return message(404, "Not Found");
    };
    let seen = event::Seen { shared, parts, body: &body, route: &route, peer, id };
    let payload = Bytes::from(event::payload(&seen).to_string());
    let (own, called) = (Arc::clone(shared), Arc::clone(&pool));
    let work =
        shared.tasks.finish(async move { called.invoke(&own, Invoke::new(payload, Kind::Sync)).await });
    let (answer, cold) = match timeout(LIMIT, work).await {
        Ok(Ok(ended)) => {
            let cold = if ended.init.is_some() { "cold" } else { "warm" };
            let answer = match ended.outcome {
                Outcome::Ok => reply::answer(&ended.body).unwrap_or_else(|why| {
                    shared
                        .log
                        .event(format!("  {}: the answer is malformed: {why}", pool.function.logical_id));
                    message(500, "Internal Server Error")
                }),
                Outcome::Throttled => message(503, "Service Unavailable"),
                _ => message(500, "Internal Server Error"),
            };
            (answer, cold)
        }
        _ => (message(503, "Service Unavailable"), "no answer"),
    };
    let (name, status, ms) =
        (&pool.function.logical_id, answer.status().as_u16(), began.elapsed().as_millis());
    shared.log.event(format!("{method} {path} → {name} {status} {ms} ms {cold}"));
    answer
}

/// The most specific route: this method, any method, then `$default`.
fn route(shared: &Shared, method: &str, path: &str) -> Option<(Arc<Pool>, String)> {
    let find = |method: &str, path: &str| {
        shared.pools.iter().find_map(|pool| {
            let routes = &pool.function.routes;
            let found = routes.iter().find(|route| route.path == path && route.method == method)?;
            Some((Arc::clone(pool), found.key()))
        })
    };
    find(method, path).or_else(|| find("ANY", path)).or_else(|| find("ANY", "$default"))
}

fn message(status: u16, text: &str) -> Answer {
    answer(status, "application/json", serde_json::json!({ "message": text }).to_string())
}
