//! Sending what is on record to Slack: the card while a job goes on, and the
//! reply that ends it. Anybody who holds the job can do it.

use domain::ids::{ChannelId, MessageTs};
use domain::job::{Audience, Job, Reply, RequestKind};
use secrecy::SecretString;
use slack::blocks::Message;
use slack::web::{ApiError, Client, EphemeralMessage, NewMessage, UpdatedMessage};

/// A reply with `message` for `audience`.
pub(crate) fn reply(audience: Audience, message: &Message) -> Reply {
    // A message is strings and lists only, which always serialise.
    Reply { audience, message: serde_json::to_value(message).unwrap_or_default() }
}

/// Posts the card of a job into the thread of its request.
pub(crate) async fn post_card(
    slack: &Client,
    token: &SecretString,
    job: &Job,
    message: Message,
) -> Result<MessageTs, ApiError> {
    let new = NewMessage {
        channel: job.request.channel.clone(),
        message,
        thread_ts: Some(job.request.reply_thread().clone()),
        metadata: None,
    };
    Ok(slack.post_message(token, &new).await?.ts)
}

/// Replaces what the card says.
pub(crate) async fn edit_card(
    slack: &Client,
    token: &SecretString,
    job: &Job,
    card: &MessageTs,
    message: Message,
) -> Result<(), ApiError> {
    let channel = job.request.channel.clone();
    slack.update_message(token, &UpdatedMessage { channel, ts: card.clone(), message }).await?;
    Ok(())
}

/// Says how the job ended. A channel that is closed to the bot by now, or a
/// question that was deleted meanwhile, does not make for silence: then the
/// person gets it as a direct message.
///
/// # Errors
/// Where [`is_hopeless`] is true of the error, nobody can be told.
pub(crate) async fn tell(slack: &Client, token: &SecretString, job: &Job) -> Result<(), ApiError> {
    let Some(reply) = &job.reply else { return Ok(()) };
    let message = match serde_json::from_value::<Message>(reply.message.clone()) {
        Ok(message) => message,
        Err(error) => {
            tracing::error!(job.id = %job.id, "The reply on record makes no sense: {error}");
            crate::messages::fault(&job.id)
        }
    };
    let told = match (reply.audience, &job.card) {
        (Audience::Nobody, _) => return Ok(()),
        // Whatever it says: a card that still said "On it" would be a lie.
        (_, Some(card)) => edit_card(slack, token, job, card, message.clone()).await,
        (Audience::Requester, None) if job.request.kind == RequestKind::Mention => {
            whisper(slack, token, job, message.clone()).await
        }
        (Audience::Thread | Audience::Requester, None) => {
            post_card(slack, token, job, message.clone()).await.map(|_| ())
        }
    };
    match told {
        Err(ApiError::NoAccess(code) | ApiError::Refused { code, .. }) => {
            tracing::info!(job.id = %job.id, "Slack takes no answer there ({code}); telling the person alone");
            let channel = ChannelId::new(job.request.user.as_str());
            let new = NewMessage { channel, message, thread_ts: None, metadata: None };
            slack.post_message(token, &new).await.map(|_| ())
        }
        told => told,
    }
}

/// Whether telling again later would not help either.
pub(crate) fn is_hopeless(error: &ApiError) -> bool {
    match error {
        ApiError::Auth(_)
        | ApiError::NoAccess(_)
        | ApiError::MissingScope { .. }
        | ApiError::Refused { .. } => true,
        ApiError::RateLimited { .. } | ApiError::Retryable(_) | ApiError::Unclear(_) => false,
    }
}

/// Shows a message to the requester alone. Only a thread that exists is used: in
/// one that nobody has opened it would not be seen.
async fn whisper(slack: &Client, token: &SecretString, job: &Job, message: Message) -> Result<(), ApiError> {
    let new = EphemeralMessage {
        channel: job.request.channel.clone(),
        user: job.request.user.clone(),
        message,
        thread_ts: job.request.thread.clone(),
    };
    slack.post_ephemeral(token, &new).await.map(|_| ())
}
