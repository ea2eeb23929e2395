//! Opening a modal that takes some looking up.
//!
//! A trigger lives three seconds, so a light modal is opened with it first. What
//! was looked up is shown in that one afterwards, which takes no trigger.

use anyhow::Context as _;
use domain::ids::TriggerId;
use secrecy::SecretString;
use slack::blocks::Modal;
use slack::web::{ApiError, Client, OpenError};

use crate::{messages, telling};

/// What became of opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// It stands open.
    Yes,
    /// Slack opens nothing for this trigger any more.
    TooLate,
    /// Slack refuses to open a modal, and would again.
    Refused(ApiError),
}

/// Opens a modal called `title`, and shows in it what `content` comes to.
///
/// # Errors
/// If Slack fails, or `content` does. Then a light modal may stand open that says
/// so, if that much was possible.
pub(crate) async fn open(
    slack: &Client,
    token: &SecretString,
    trigger: &TriggerId,
    title: &str,
    content: impl Future<Output = anyhow::Result<Modal>>,
) -> anyhow::Result<Opened> {
    let view = match slack.open_view(token, trigger, &messages::one_moment(title)).await {
        Ok(view) => view.context("Slack opened a modal and did not say which")?,
        Err(OpenError::Trigger(code)) => {
            tracing::info!("Opened no modal: {code}");
            return Ok(Opened::TooLate);
        }
        Err(OpenError::Api(error)) if telling::is_denied(&error) => {
            tracing::warn!("Opened no modal: {error}");
            return Ok(Opened::Refused(error));
        }
        Err(OpenError::Api(error)) => return Err(anyhow::Error::new(error).context("opening a modal")),
    };
    let (content, failed) = match content.await {
        Ok(content) => (content, None),
        Err(error) => (messages::nothing_to_show(title), Some(error)),
    };
    slack.update_view(token, &view, &content).await.context("filling a modal")?;
    failed.map_or(Ok(Opened::Yes), Err)
}
