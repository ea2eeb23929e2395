//! Signed forms: slash commands, interactions and the occasional look at the
//! certificate. They want an answer within three seconds, and Slack never sends
//! one twice; `copies` are what a network between Slack and the app may make.
//!
//! <https://docs.slack.dev/interactivity/handling-user-interaction>

use std::sync::Arc;
use std::time::Duration;

use domain::ids::TeamId;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::deliver::{self, Answer, Request};
use super::delivery::Delivery;
use super::interact::Taken;
use super::mint;
use super::payloads::Form;
use super::state::Shared;

/// Where slash commands are posted.
pub(super) const COMMANDS: &str = "/slack/commands";
/// Where everything else is.
pub(super) const INTERACTIONS: &str = "/slack/interactions";

/// What is sent: where, the form, and what may be written down of it.
pub(super) struct Sending {
    pub(super) path: &'static str,
    pub(super) kind: &'static str,
    pub(super) what: String,
    pub(super) team: Option<TeamId>,
    pub(super) form: Form,
    pub(super) record: Value,
    /// The number of its `response_url`.
    pub(super) hook: Option<u64>,
    /// How often it is delivered.
    pub(super) copies: u32,
}

/// How the app took the first copy; the others' answers reach nobody.
pub(super) struct Sent {
    pub(super) taken: Taken,
    /// How long the answer took, if there was one.
    pub(super) time: Option<Duration>,
}

/// Sends every copy of a form at once, and waits for the answers. `judge` says
/// what is wrong with an answer that came in time.
pub(super) async fn send(
    shared: &Arc<Shared>,
    sending: Sending,
    judge: impl Fn(&Answer) -> Option<&'static str>,
) -> Sent {
    shared.pending.send_modify(|count| *count += 1);
    let request = Request {
        path: sending.path,
        content_type: "application/x-www-form-urlencoded",
        body: form_urlencoded::Serializer::new(String::new()).extend_pairs(&sending.form).finish(),
        retry: None,
        sent_s: mint::now_s(),
    };
    let copies = (0..sending.copies.max(1)).map(|_| deliver::post(shared, request.clone()));
    let answers = join_all(copies).await;
    let mut first = None;
    for answer in answers {
        let wrong = match (answer.error, answer.status) {
            (Some("http_timeout"), _) => Some("operation_timeout"),
            // Slack takes nothing but 200 here.
            (None, Some(200)) => judge(&answer),
            _ => Some("dispatch_failed"),
        };
        deliver::record(shared, delivery(&sending, &answer, wrong));
        first.get_or_insert_with(|| Sent {
            time: answer.status.map(|_| Duration::from_millis(answer.ms)),
            taken: Taken {
                status: answer.status,
                error: wrong.map(str::to_owned),
                answer: answer.body,
                content_type: answer.content_type,
            },
        });
    }
    deliver::flush(shared);
    shared.pending.send_modify(|count| *count = count.saturating_sub(1));
    first.unwrap_or_else(|| Sent { taken: Taken::default(), time: None })
}

fn delivery(sending: &Sending, answer: &Answer, wrong: Option<&'static str>) -> Delivery {
    Delivery {
        at_ms: mint::now_ms(),
        team: sending.team.clone(),
        kind: sending.kind,
        what: sending.what.clone(),
        event_id: None,
        retry: 0,
        status: answer.status,
        ms: answer.ms,
        error: answer.error.or(wrong),
        gave_up: wrong.is_some(),
        hook: sending.hook,
        sent: sending.record.clone(),
        answer: answer.body.clone(),
    }
}

/// Posts what Slack posts to see whether the certificate is right.
pub(crate) async fn ssl_check(shared: &Arc<Shared>) -> Taken {
    let form = vec![("token", "deprecated".to_owned()), ("ssl_check", "1".to_owned())];
    let sending = Sending {
        path: COMMANDS,
        kind: "ssl_check",
        what: "1".into(),
        team: None,
        form,
        record: json!({"ssl_check": "1"}),
        hook: None,
        copies: 1,
    };
    send(shared, sending, |_| None).await.taken
}
