//! Slash commands, and answers through `response_url`s.
#![allow(clippy::unwrap_used, reason = "a panic here is a failed test")]

mod answers;
mod forms;
mod response_urls;
#[path = "../slack_common/mod.rs"]
mod slack_common;

use devkit::slack::{Command, Taken};
use serde_json::Value;
use slack_common::{Reply, World};

fn typed(channel: &str, command: &str, text: &str) -> Command {
    let (channel, command, text) = (channel.into(), command.into(), text.into());
    Command { user: "ann".into(), channel, command, text, ..Command::default() }
}

fn message(said: &Value) -> Reply {
    let headers = vec![("content-type", "application/json; charset=utf-8")];
    Reply { headers, ..Reply::body(said.to_string()) }
}

impl World {
    async fn command(&self, channel: &str, command: &str, text: &str) -> Taken {
        self.slack.command(&typed(channel, command, text)).await.unwrap()
    }

    /// The `response_url` of what Slack sent last.
    fn url(&self) -> String {
        let got = self.got();
        got.last().unwrap().form("response_url").unwrap()
    }

    /// Uses a `response_url`: the status, and the body.
    async fn respond(&self, url: &str, said: &Value) -> (u16, String) {
        let answer = self.http.post(url).json(said).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// What a person reads in a channel, by whom.
    fn seen_by(&self, user: &str, channel: &str) -> Vec<(String, String)> {
        let seen = self.slack.conversation(user, channel).unwrap();
        seen.all().into_iter().map(|one| (one.author.clone(), one.plain.clone())).collect()
    }
}

fn by(author: &str, text: &str) -> (String, String) {
    (author.into(), text.into())
}
