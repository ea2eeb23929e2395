//! Answers through a `response_url`: without a token, also where the bot is not
//! a member.
//!
//! <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>

use bytes::Bytes;
use domain::ids::ResponseUrl;
use http::header::CONTENT_TYPE;
use http::{Method, Request, Uri};
use serde_json::{Value, json};

use super::call::{JSON, refused};
use super::client::Exchange;
use super::{ApiError, Client, Repeat, answer};
use crate::blocks::Message;

/// How often one answer is tried: a `response_url` can be used five times, and
/// a try of which nothing was heard may have been one.
const ATTEMPTS: u32 = 2;

/// The code of the refusal if a `response_url` does not lead to Slack.
const FOREIGN_URL: &str = "response_url_not_slacks";

/// What is sent to a `response_url`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Followup {
    /// Shows a message to the person alone.
    Private(Message),
    /// The same, in place of the message that was clicked or that the same
    /// `response_url` has shown before. Sent twice, it still shows one.
    PrivateInstead(Message),
    /// Shows a message to everybody in the channel.
    Channel(Message),
    /// Takes away the message that was clicked.
    Delete,
}

impl Client {
    /// Sends `followup` to `url`, twice at most. Nothing is sent if it does not
    /// lead to Slack: whoever named it would otherwise choose whom we call.
    ///
    /// # Errors
    /// [`ApiError::Unclear`] if a message may have been shown nevertheless.
    pub async fn respond(&self, url: &ResponseUrl, followup: &Followup) -> Result<(), ApiError> {
        let address = self.base().response_address(url.expose()).ok_or_else(|| refused(FOREIGN_URL))?;
        let exchange = Exchange {
            name: "response_url",
            request: followup.request(address),
            repeat: followup.repeat(),
            read: answer::read_response,
        };
        self.trying(ATTEMPTS).exchange(&exchange).await.map(drop)
    }
}

impl Followup {
    fn request(&self, address: Uri) -> Request<Bytes> {
        let mut request = Request::new(Bytes::from(self.body().to_string()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = address;
        request.headers_mut().insert(CONTENT_TYPE, JSON);
        request
    }

    fn body(&self) -> Value {
        match self {
            Self::Private(message) => {
                with(message, json!({"response_type": "ephemeral", "replace_original": false}))
            }
            // Blocks that are not mentioned would stay.
            Self::PrivateInstead(message) => with(
                message,
                json!({"response_type": "ephemeral", "replace_original": true, "blocks": message.blocks()}),
            ),
            // Links are for clicking; previews of them would be noise.
            Self::Channel(message) => with(
                message,
                json!({
                    "response_type": "in_channel",
                    "replace_original": false,
                    "delete_original": false,
                    "unfurl_links": false,
                    "unfurl_media": false,
                }),
            ),
            Self::Delete => json!({"delete_original": true}),
        }
    }

    /// A message that is shown a second time is a second message.
    fn repeat(&self) -> Repeat {
        match self {
            Self::Private(_) | Self::Channel(_) => Repeat::Never,
            Self::PrivateInstead(_) | Self::Delete => Repeat::Harmless,
        }
    }
}

/// `message` as it is posted, and `fields` beside it.
fn with(message: &Message, fields: Value) -> Value {
    let mut body = json!(message);
    if let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) {
        body.extend(fields);
    }
    body
}
