//! How somebody is told that what they did was not taken, with what is left of
//! Slack's three seconds.

use std::time::Duration;

use domain::ids::ResponseUrl;
use slack::blocks::Message;
use slack::interactions::errors;
use slack::web::{Client, Followup};

use crate::http::Response;
use crate::messages;

/// How long it may take.
const TIME: Duration = Duration::from_millis(400);

/// What is said if there is no answer in time. Slack shows nothing of the body
/// that answers a click, so that is told through its `response_url`; if that
/// fails too, or there is none, Slack marks the button.
pub(super) enum Apology {
    /// Nobody is known who could be told.
    None,
    /// The person who has clicked.
    Click(ResponseUrl, Message),
    /// The person who has the modal open: the body of the answer.
    Modal(String),
}

impl Apology {
    /// In the modal, at the input `block`; it stays open.
    pub(super) fn in_modal(block: &str) -> Self {
        Self::Modal(errors([(block, messages::not_submitted().as_str())]))
    }

    /// Makes it.
    pub(super) async fn make(self, slack: &Client) -> Response {
        let (url, message) = match self {
            Self::None => return Response::empty(500),
            Self::Modal(body) => return json(body),
            Self::Click(url, message) => (url, message),
        };
        match slack.within(TIME).respond(&url, &Followup::Private(message)).await {
            Ok(()) => Response::empty(200),
            Err(error) => {
                tracing::error!("Nobody could be told that a click was not taken: {error}");
                Response::empty(500)
            }
        }
    }
}

/// An answer that Slack reads.
pub(super) fn json(body: String) -> Response {
    Response {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body,
        ..Response::default()
    }
}
