//! The world of the tests, in memory: every port, a Slack, a little EC2, a
//! reader of articles, and the means to break each call of each of them.

mod agree;
mod asked;
mod channels;
mod clock;
mod estate;
mod fleet;
mod functions;
mod hooks;
mod jobs;
mod little;
mod machine;
mod modals;
mod people;
mod reader;
mod recorder;
mod refusals;
mod seam;
mod slack;
mod standups;
pub(crate) mod story;
mod teams;
mod truth;
mod typed;
mod world;

pub(crate) use asked::Asked;
pub(crate) use estate::{home, linked};
pub(crate) use little::{CLIENT_ID, CLIENT_SECRET, SIGNING_SECRET};
pub(crate) use modals::{Filled, OpenModal};
pub(crate) use reader::about_nothing;
pub(crate) use recorder::Recorder;
pub(crate) use seam::Trouble;
pub(crate) use slack::{ANN, BOSS, BOT, BOT_USER, Said, TEAM, TOKEN, as_read};
pub(crate) use typed::{Click, Typed};
pub(crate) use world::World;
