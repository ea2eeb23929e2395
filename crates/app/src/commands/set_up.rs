//! `/standup setup`: opens the modal.

use domain::standup::{Command, UTC, parse};
use slack::commands::SlashCommand;

use super::{Commands, shown};
use crate::http::Response;
use crate::messages::{self, SetUpOf};
use crate::modal::{self, Opened};
use crate::ports::Installation;
use crate::telling;

/// Whether the command asks for the modal.
pub(super) fn is_wanted(command: &SlashCommand) -> bool {
    command.command == "/standup" && matches!(parse(&slack::text::plain(&command.text)), Ok(Command::SetUp))
}

impl Commands {
    /// Opens it, for the channel in which it was asked for.
    pub(super) async fn set_up(
        &self,
        command: &SlashCommand,
        installation: &Installation,
    ) -> anyhow::Result<Response> {
        let Some((_, token)) = self.tokens.active(&installation.team).await? else {
            return Ok(shown(&messages::not_installed()));
        };
        let of = SetUpOf { standup: None, response_url: Some(command.response_url.clone()) };
        // Nobody holds a standup in direct messages.
        let channel = Some(&command.channel).filter(|channel| !channel.is_direct());
        let content = async {
            let user = match self.slack.user_info(&token, &command.user).await {
                Ok(user) => user,
                Err(error) if telling::is_denied(&error) => {
                    tracing::warn!("Slack does not say who sets up a standup: {error}");
                    return Ok(messages::not_open(messages::refused_by_slack(&error).fallback()));
                }
                Err(error) => return Err(error.into()),
            };
            let zone = user.tz.unwrap_or_else(|| UTC.to_owned());
            Ok(messages::set_up(&of, None, channel, &zone)?)
        };
        match modal::open(&self.slack, &token, &command.trigger, messages::STANDUP_TITLE, content).await? {
            Opened::Yes => Ok(Response::empty(200)),
            Opened::TooLate => Ok(shown(&messages::typed_too_long_ago())),
            Opened::Refused(error) => Ok(shown(&messages::refused_by_slack(&error))),
        }
    }
}
