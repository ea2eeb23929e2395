//! Slack's protocol: request signatures, events, commands and clicks, mrkdwn,
//! Block Kit, OAuth and the Web API. It knows nothing of what the app does.
//!
//! Read in this order: [`signature`] lets a request in, [`events`],
//! [`commands`] and [`interactions`] say what it is, [`text`] and [`blocks`]
//! make an answer, [`web`] sends it, and [`oauth`] is how a workspace comes to
//! have the app at all.

pub mod blocks;
pub mod commands;
pub mod events;
pub mod form;
pub mod interactions;
mod lenient;
pub mod oauth;
pub mod signature;
pub mod text;
pub mod web;
