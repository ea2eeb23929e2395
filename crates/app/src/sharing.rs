//! Channels that another company reads over Slack Connect, and other reasons why
//! something must not be posted to a channel.
//!
//! Slack is asked each time: a channel can be shared at any moment. One that is
//! only about to be shared counts as shared, since the other company will see what
//! was said before. A channel that other workspaces of the same organisation share
//! does not.
//!
//! <https://docs.slack.dev/apis/slack-connect>

use domain::ids::{ChannelId, TeamId};
use domain::settings::Settings;
use secrecy::SecretString;
use slack::web::{ApiError, Client};

use crate::hold::Stop;
use crate::ports::WorkspaceSettings;
use crate::telling::is_hopeless;

/// Why nothing is to be posted to `channel`, if that is so: the bot is not in it, it
/// is archived, or another company would read along without leave.
///
/// # Errors
/// If Slack could not be asked for now.
pub(crate) async fn is_closed_to_us(
    slack: &Client,
    token: &SecretString,
    settings: &Settings,
    channel: &ChannelId,
) -> Result<Option<String>, Stop> {
    match slack.conversation_info(token, channel).await {
        Ok(info) if info.is_archived == Some(true) => Ok(Some("it is archived".to_owned())),
        Ok(info) if info.is_member == Some(false) => Ok(Some("the bot is not in it".to_owned())),
        Ok(info) if info.is_shared_outside() && !settings.shared_channels.contains(channel) => {
            Ok(Some("it is shared with another company".to_owned()))
        }
        Ok(_) => Ok(None),
        Err(error) if is_hopeless(&error) => Ok(Some(error.to_string())),
        Err(error) => Err(Stop::Fault(anyhow::Error::new(error).context("asking about a channel"))),
    }
}

/// Whether another company reads `channel`, or will when it accepts an invitation. A
/// conversation that the bot has no scope to ask about (a group direct message)
/// counts as read.
///
/// # Errors
/// If Slack could not be asked for now.
pub(crate) async fn is_shared_outside(
    slack: &Client,
    token: &SecretString,
    channel: &ChannelId,
) -> Result<bool, Stop> {
    if channel.is_direct() {
        return Ok(false);
    }
    match slack.conversation_info(token, channel).await {
        Ok(info) => Ok(info.is_shared_outside()),
        Err(ApiError::MissingScope { .. }) => Ok(true),
        // The bot is not there any more, or its token is dead: nothing can be posted.
        Err(error) if is_hopeless(&error) => Ok(false),
        Err(error) => Err(Stop::Fault(anyhow::Error::new(error).context("asking about a channel"))),
    }
}

/// The same, unless the channel is one in which that is allowed.
///
/// # Errors
/// If Slack, or the settings of `team`, could not be asked for now.
pub(crate) async fn is_read_outside(
    slack: &Client,
    token: &SecretString,
    settings: &dyn WorkspaceSettings,
    team: &TeamId,
    channel: &ChannelId,
) -> Result<bool, Stop> {
    if !is_shared_outside(slack, token, channel).await? {
        return Ok(false);
    }
    Ok(!settings.find(team).await?.unwrap_or_default().shared_channels.contains(channel))
}
