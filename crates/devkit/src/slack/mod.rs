//! A Slack to talk to: one workspace with people in it, the Web API that the
//! app calls, Add to Slack, and the events, slash commands and clicks that Slack
//! sends. It follows Slack's pages and shares no protocol code with the product
//! but the Block Kit limits, so a mistake on one side shows on the other.
//!
//! What is not here: channels being made or renamed, files, search, socket mode,
//! token rotation, Enterprise organisations.
//!
//! # Over HTTP
//!
//! | | |
//! |---|---|
//! | `GET /oauth/v2/authorize` | the consent page (`&as=bob` to be somebody else) |
//! | `POST /api/<method>` | the Web API |
//! | `POST /hooks/…` | `response_url`s |
//! | `POST /sim/say` | `{user, channel, text, thread_ts?, raw?, copies?, event_ids?, late_s?, drop_first?, lose_answer?}` ([`Say`]) → `{ts, channel, delivered}` |
//! | `POST /sim/edit` | `{user, channel, ts, text}`: the mention comes anew, with `edited` and the same `ts`; in direct messages `message_changed` comes |
//! | `POST /sim/command` | `{user, channel, command, text, copies?}` ([`Command`]) → `{status, error, answer}` |
//! | `POST /sim/click` | `{user, channel, ts?, button, copies?}` ([`Click`]) → the same |
//! | `POST /sim/submit` | `{user, view?, labels?: {label: text}, values?: {block: {action: text}}}` ([`Submit`]) → the same |
//! | `POST /sim/ssl_check` | Slack looks at the certificate → the same |
//! | `POST /sim/age` | `{seconds}`: every `response_url` and `trigger_id` there is becomes that much older |
//! | `POST /sim/uninstall` | `{error?}`: what the tokens answer from now on, `account_inactive` if not said |
//! | `POST /sim/members` | `{channel, count}`: so many more people, in that channel → `{users}` |
//! | `POST /sim/faults` | `{method, times?, kind: rate_limited \| rate_limited_every \| server_error \| refused \| http \| cut_before \| late \| cut, …}` ([`Fault`]); `{"clear":true}` |
//! | `GET /sim/world` | app, team, users, channels, bot; `team.installed` |
//! | `GET /sim/messages?channel=ops&user=ann` | the conversation as that person sees it |
//! | `GET /sim/modal?user=ann` | the modal that is open before that person |
//! | `GET /sim/calls` | every call the app made, in order, secrets masked |
//! | `GET /sim/deliveries` | every attempt to hand the app something |
//! | `GET /sim/waits` | every command, click and submitted modal, and how long its answer took ([`Wait`]) |
//! | `GET /sim/unanswered` | what people said to the bot, typed or clicked, and got no word for |
//!
//! Users go by name or id, channels as `#ops`, `ops`, id, or `@bellhop` for the
//! direct messages. Bad input is 400 with `{"ok": false, "error": "<sentence>"}`.

mod api;
mod blocks;
mod control;
mod deliver;
mod delivery;
mod events;
mod faults;
mod forms;
mod hooks;
mod inputs;
mod interact;
mod mint;
mod oauth;
mod payloads;
mod people;
pub mod render;
mod rich_text;
mod sample;
mod server;
mod show;
mod sign;
mod state;
mod text;
mod views;
mod waits;
mod world;

pub use delivery::Pace;
pub use faults::{Fault, FaultKind};
pub use interact::{Click, Command, Submit, Taken};
pub use people::{Impossible, Said, Say};
pub use server::{Slack, SlackConfig};
pub use show::{Conversation, Seen};
pub use views::Modal;
pub use waits::{Deed, Wait, Way};
pub use world::{App, BOT_NAME, Role, SlashCommand};
