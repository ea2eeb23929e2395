//! The worker, from a command or a click to what is seen of it.

mod chance;
mod crash;
mod failing;
mod hooks;
mod reverse;
mod rivals;
mod share;
mod story;
mod summarize;

use slack::blocks::validate;

use crate::testing::{Said, World};

const PAGE: &str = "https://news.example/story";

/// What is said of that page.
const SUMMARY: &str = "*Nothing new*\n• Sentence 1.\n• Sentence 2.\n• Sentence 3.\n4 min read · <https://news.example/story|news.example/story>";

/// The only message that can be seen. Slack would take its blocks.
fn only(world: &World) -> Said {
    let said = world.slack.said();
    let [only] = said.as_slice() else { panic!("not one message: {said:#?}") };
    validate(&serde_json::json!(only.blocks)).unwrap();
    only.clone()
}
