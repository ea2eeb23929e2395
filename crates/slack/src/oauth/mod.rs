//! How a workspace comes to have the app: OAuth v2, from the page on which
//! people allow it to the bot's token.
//!
//! The `state` that ties the two ends together is the caller's: how it is made,
//! kept and used up is none of the protocol.
//!
//! <https://docs.slack.dev/authentication/installing-with-oauth>

mod authorize;
mod callback;
mod exchange;

pub use authorize::authorize_url;
pub use callback::{Callback, CallbackError, callback_state, parse_callback_query};
pub use exchange::{AppCredentials, Exchange, ExchangeError, Granted, Named};

#[cfg(test)]
mod tests;
