//! Slash commands, as Slack posts them, and the answer that is given at once.
//!
//! <https://docs.slack.dev/interactivity/implementing-slash-commands>

use domain::ids::{ChannelId, ResponseUrl, TeamId, TriggerId, UserId};
use serde_json::json;

use crate::blocks::Message;
use crate::form::{Form, FormError};
use crate::lenient::MAX_ID_BYTES;

/// The longest `response_url` that is taken for one. Slack's have a hundred
/// characters; they are kept with jobs, which cannot be of any length.
const MAX_URL_BYTES: usize = 2_048;

/// What is posted to a slash command's URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// Slack looks whether the certificate is right (`ssl_check=1`); nothing is
    /// to be done.
    SslCheck,
    /// Somebody typed a command.
    Command(Box<SlashCommand>),
}

/// A command that somebody typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlashCommand {
    /// The workspaces and organisations under which the installation may be
    /// kept, the likeliest first.
    pub installation_candidates: Vec<TeamId>,
    /// Where it was typed.
    pub channel: ChannelId,
    /// Who typed it.
    pub user: UserId,
    /// The command, with its slash.
    pub command: String,
    /// What follows it, as Slack sent it; empty if nothing does.
    pub text: String,
    /// Where answers are taken.
    pub response_url: ResponseUrl,
    /// Names this one use of the command.
    pub trigger: TriggerId,
}

impl Posted {
    /// Reads a body whose signature holds.
    ///
    /// # Errors
    /// If it is not a form, repeats a field, or lacks one that is needed.
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        let form = Form::parse(body)?;
        if form.get("ssl_check") == Some("1") {
            return Ok(Self::SslCheck);
        }
        Ok(Self::Command(Box::new(SlashCommand::read(&form)?)))
    }
}

impl SlashCommand {
    fn read(form: &Form) -> Result<Self, FormError> {
        let team = optional_id(form, "team_id")?;
        let enterprise = optional_id(form, "enterprise_id")?;
        let for_organisation = form.get("is_enterprise_install") == Some("true");
        let url = form.get("response_url").and_then(response_url);
        Ok(Self {
            installation_candidates: candidates(team, enterprise, for_organisation),
            channel: ChannelId::new(id(form, "channel_id")?),
            user: UserId::new(id(form, "user_id")?),
            command: id(form, "command")?.to_owned(),
            text: form.get("text").unwrap_or_default().to_owned(),
            response_url: url.ok_or(FormError::Field("response_url"))?,
            trigger: TriggerId::new(id(form, "trigger_id")?),
        })
    }
}

fn id<'a>(form: &'a Form, name: &'static str) -> Result<&'a str, FormError> {
    optional_id(form, name)?.ok_or(FormError::Field(name))
}

fn optional_id<'a>(form: &'a Form, name: &'static str) -> Result<Option<&'a str>, FormError> {
    match form.get(name) {
        Some(value) if value.len() > MAX_ID_BYTES => Err(FormError::Field(name)),
        value => Ok(value),
    }
}

/// Under what an installation may be kept, the likeliest first, none twice.
pub(crate) fn candidates(
    team: Option<&str>,
    enterprise: Option<&str>,
    for_organisation: bool,
) -> Vec<TeamId> {
    let other = team.filter(|team| enterprise != Some(team));
    let ordered = if for_organisation { [enterprise, other] } else { [other, enterprise] };
    ordered.into_iter().flatten().map(TeamId::new).collect()
}

/// `url` as an address for answers. Where it leads is looked at when it is used.
pub(crate) fn response_url(url: &str) -> Option<ResponseUrl> {
    (url.len() <= MAX_URL_BYTES).then(|| ResponseUrl::new(url))
}

/// The body that answers a slash command at once: `message`, to the person
/// alone. An empty body would answer it with nothing.
pub fn immediate(message: &Message) -> String {
    let mut body = json!(message);
    if let Some(fields) = body.as_object_mut() {
        fields.insert("response_type".to_owned(), json!("ephemeral"));
    }
    body.to_string()
}

#[cfg(test)]
mod tests;
