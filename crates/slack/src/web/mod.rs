//! Slack's Web API: the methods that the app calls, and one place that decides
//! what an answer means and whether a call is repeated.
//!
//! <https://docs.slack.dev/apis/web-api>

mod ahead;
mod answer;
mod api_base;
mod auth;
mod call;
mod chat;
mod client;
mod connect;
mod conversations;
mod error;
mod https;
mod limits;
mod responses;
mod transport;
mod user_groups;
mod users;
mod views;

pub use api_base::{ApiBase, BadBase};
pub use auth::Identity;
pub use call::{Body, Call, Caller, Repeat};
pub use chat::{EphemeralMessage, Metadata, NewMessage, Posted, UpdatedMessage};
pub use client::{Answer, Client};
pub use conversations::{Conversation, Found};
pub use error::ApiError;
pub use https::{HttpsClient, HttpsTransport, tls};
pub use limits::Limits;
pub use responses::Followup;
pub use transport::{MAX_ANSWER_BYTES, Transport, TransportError};
pub use users::{EnterpriseUser, User};
pub use views::OpenError;

pub(crate) use auth::scopes;

#[cfg(test)]
pub(crate) mod tests;
