//! What people do in Slack besides writing to the bot: they type commands and
//! click, and Slack posts it once.

use domain::ids::JobId;
use serde_json::Value;

use super::slack::TEAM;
use super::typed::{Click, Typed, payload_form};
use super::world::World;
use crate::http::Response;
use crate::ports::Clock as _;

impl World {
    /// The answer of the gateway of commands to `body`, signed.
    pub(crate) async fn post_command(&self, body: &[u8]) -> Response {
        let (request, writer) = (self.signed(body), self.writer());
        Box::pin(self.commands().handle(&request, self.clock.now(), writer)).await
    }

    /// The answer of the gateway of clicks to `body`, signed.
    pub(crate) async fn post_interaction(&self, body: &[u8]) -> Response {
        let (request, writer) = (self.signed(body), self.writer());
        Box::pin(self.interactions().handle(&request, self.clock.now(), writer)).await
    }

    /// Somebody types a command, once: Slack does not try again. Nothing if the
    /// gateway died, which Slack tells the person itself.
    pub(crate) async fn types(&self, typed: &Typed) -> Option<Response> {
        let (user, channel) = (typed.field("user_id"), typed.field("channel_id"));
        self.slack.open_hook(typed.field("response_url"), user, channel, None);
        self.slack.new_trigger(typed.field("trigger_id").to_owned(), user.to_owned());
        self.seam.survive(self.post_command(&typed.form())).await
    }

    /// Somebody clicks, once. Nothing if the gateway died, which Slack marks.
    pub(crate) async fn clicks(&self, click: &Click) -> Option<Response> {
        let (user, channel) = (click.text("/user/id"), click.text("/container/channel_id"));
        self.slack.open_hook(&click.text("/response_url"), &user, &channel, Some(&click.ts()));
        self.slack.pull_trigger(click);
        self.seam.survive(self.post_interaction(&click.form())).await
    }

    /// The gateway's answer to a payload that is no click on a message.
    pub(crate) async fn interacts(&self, payload: &Value) -> Response {
        self.post_interaction(&payload_form(payload)).await
    }

    /// From the command to the end of its job.
    pub(crate) async fn run(&self, typed: &Typed) -> JobId {
        self.types(typed).await;
        self.settle().await;
        let worker = match typed.field("command") {
            "/ec2" => "ec2",
            "/standup" => "standup",
            _ => "text",
        };
        JobId::new(format!("{worker}#{TEAM}#command#{}", typed.field("trigger_id")))
    }

    /// From a click on what is labelled so, in the newest message that has it,
    /// to the end of its job.
    pub(crate) async fn press(&self, label: &str) -> Option<Response> {
        let answer = self.clicks(&self.button(label)).await;
        self.settle().await;
        answer
    }

    /// A click on what is labelled so, in the newest message that has it.
    pub(crate) fn button(&self, label: &str) -> Click {
        let said = self.slack.said();
        let found = said.iter().rev().find_map(|said| Click::on(said, label));
        found.unwrap_or_else(|| panic!("nobody can see {label}: {said:#?}"))
    }
}
