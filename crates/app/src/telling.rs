//! Sending what is on record to Slack: the card while a job goes on, and the
//! reply that ends it. Anybody who holds the job can do it, as far as their
//! rights go.

use domain::ids::{ChannelId, MessageTs, UserId};
use domain::job::{Answers, Ask, Audience, Job, Reply, Request, Status};
use domain::standup::Errand;
use domain::time::Millis;
use secrecy::SecretString;
use serde_json::Value;
use slack::blocks::Message;
use slack::web::{ApiError, Client, EphemeralMessage, Followup, NewMessage, UpdatedMessage};

use crate::messages::{self, Unannounced};
use crate::ports::Clock;

/// Pauses before telling is tried again within one run. After that the sweeper
/// sees to it.
const PAUSES_MS: [u64; 2] = [1_000, 3_000];

/// How a function speaks.
#[derive(Clone, Copy)]
pub(crate) struct Voice<'a> {
    /// Slack.
    pub(crate) slack: &'a Client,
    /// The right to speak as the bot. Without it, there are only the
    /// `response_url`s.
    pub(crate) token: Option<&'a SecretString>,
}

/// A reply with `message` for `audience`. What is clicked in it is done where
/// `request` was made.
pub(crate) fn reply(audience: Audience, message: &Message, request: &Request) -> Reply {
    Reply { audience, message: messages::anchored(message, request) }
}

/// Lets `reply` go to the requester in a direct message instead. What it offers is left out
/// where it was meant for the place where it was asked for; a button that only runs a
/// command works in the direct message as well.
pub(crate) fn redirect(reply: &mut Reply) {
    reply.audience = Audience::DirectMessage;
    if let Some(blocks) = reply.message.get_mut("blocks").and_then(Value::as_array_mut) {
        blocks.retain(|block| {
            block.get("type").is_none_or(|kind| kind != "actions") || messages::runs_anywhere(block)
        });
    }
}

/// `job` with a reply that says why only the requester sees the change.
pub(crate) fn noting(job: &Job, unannounced: Option<&Unannounced>) -> Job {
    let mut job = job.clone();
    if let (Some(unannounced), Some(reply)) = (unannounced, &job.reply) {
        let noted = messages::with_note(&message(&job, reply), unannounced);
        let audience = reply.audience;
        job.reply = Some(self::reply(audience, &noted, &job.request));
    }
    job
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

/// Logs that Slack keeps `job` from being done. What Slack does not grant is for an
/// admin of the workspace to see to; what it does not understand is for us.
pub(crate) fn log_refusal(job: &Job, error: &ApiError) {
    if is_denied(error) {
        tracing::warn!(job.id = %job.id, "Slack keeps the job from being done: {error}");
    } else {
        tracing::error!(job.id = %job.id, "Slack keeps the job from being done: {error}");
    }
}

/// Whether Slack denies the call to the app, whatever its arguments are: an admin can
/// do something about that.
pub(crate) const fn is_denied(error: &ApiError) -> bool {
    matches!(error, ApiError::Auth(_) | ApiError::NoAccess(_) | ApiError::MissingScope { .. })
}

impl Voice<'_> {
    /// Posts the card of a job where its answers go, or changes what it says;
    /// its name, where it has one of its own. What is clicked in it is done where
    /// the job was asked for.
    pub(crate) async fn show_card(&self, job: &Job, said: &Message) -> Result<Option<MessageTs>, ApiError> {
        let said = messages::with_origin(said, job);
        let message = message(job, &reply(Audience::Thread, &said, &job.request));
        match (&job.request.answers, &job.card) {
            (Answers::Private { response_url }, _) => {
                self.slack.respond(response_url, &Followup::PrivateInstead(message)).await?;
                Ok(None)
            }
            (_, Some(card)) => {
                self.edit(job, card, message).await?;
                Ok(Some(card.clone()))
            }
            (Answers::Channel { thread, .. } | Answers::Direct { thread }, None) => {
                Ok(Some(self.post(&job.request.channel, Some(thread), message).await?))
            }
            (Answers::Letter, None) => {
                let channel = ChannelId::new(job.request.user.as_str());
                Ok(Some(self.post(&channel, None, message).await?))
            }
        }
    }

    /// Posts a message of its own beside the card, for others than the requester:
    /// where nobody else reads the answers, nothing.
    pub(crate) async fn notify(&self, job: &Job, message: Message) -> Result<Option<MessageTs>, ApiError> {
        let Answers::Channel { thread, .. } = &job.request.answers else { return Ok(None) };
        self.post(&job.request.channel, Some(thread), message).await.map(Some)
    }

    /// Posts a message to `user`, in their messages with the bot.
    pub(crate) async fn write_to(&self, user: &UserId, message: Message) -> Result<(), ApiError> {
        self.post(&ChannelId::new(user.as_str()), None, message).await.map(|_| ())
    }

    /// Says how the job ended. A channel that is closed to the bot by now, a
    /// question that was deleted meanwhile, or a `response_url` that is used up
    /// does not make for silence: then the person gets it as a direct message,
    /// if there is a right to send one.
    ///
    /// # Errors
    /// Where [`is_hopeless`] is true of the error, nobody can be told with
    /// these rights.
    pub(crate) async fn tell(&self, job: &Job) -> Result<(), ApiError> {
        let Some(reply) = &job.reply else { return Ok(()) };
        match reply.audience {
            Audience::Nobody => return Ok(()),
            Audience::DirectMessage => return self.direct(job, reply).await,
            Audience::Thread | Audience::Requester => {}
        }
        match self.tell_in_place(job, reply.audience, end(job, reply)).await {
            Err(ApiError::NoAccess(code) | ApiError::Refused { code, .. }) if self.token.is_some() => {
                tracing::info!(job.id = %job.id, "Slack takes no answer there ({code}); telling the person alone");
                let mut reply = reply.clone();
                redirect(&mut reply);
                self.direct(job, &reply).await
            }
            told => told,
        }
    }

    /// The same, tried again while `until` is not reached.
    pub(crate) async fn tell_patiently(
        &self,
        job: &Job,
        clock: &dyn Clock,
        until: Millis,
    ) -> Result<(), ApiError> {
        let mut pauses = PAUSES_MS.into_iter();
        loop {
            let error = match self.tell(job).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let asked = match &error {
                ApiError::RateLimited { retry_after } => {
                    retry_after.and_then(|wait| u64::try_from(wait.as_millis()).ok())
                }
                _ => None,
            };
            let (Some(usual), false) = (pauses.next(), is_hopeless(&error)) else {
                return Err(error);
            };
            let pause = asked.unwrap_or(usual);
            if clock.now().plus(pause) >= until {
                return Err(error);
            }
            clock.sleep(pause).await;
        }
    }

    async fn tell_in_place(&self, job: &Job, audience: Audience, message: Message) -> Result<(), ApiError> {
        let channel = &job.request.channel;
        match (&job.request.answers, &job.card) {
            (Answers::Private { response_url }, _) => {
                let followup = if takes_place(job) {
                    Followup::PrivateInstead(message)
                } else {
                    Followup::Private(message)
                };
                self.slack.respond(response_url, &followup).await
            }
            // Whatever it says: a card that still said "On it" would be a lie.
            (_, Some(card)) => self.edit(job, card, message).await,
            (Answers::Channel { open_thread, .. }, None) if audience == Audience::Requester => {
                self.whisper(job, open_thread.clone(), message).await
            }
            (Answers::Channel { thread, .. } | Answers::Direct { thread }, None) => {
                self.post(channel, Some(thread), message).await.map(|_| ())
            }
            (Answers::Letter, None) => {
                let channel = ChannelId::new(job.request.user.as_str());
                self.post(&channel, None, message).await.map(|_| ())
            }
        }
    }

    async fn direct(&self, job: &Job, reply: &Reply) -> Result<(), ApiError> {
        let channel = ChannelId::new(job.request.user.as_str());
        self.post(&channel, None, end(job, reply)).await.map(|_| ())
    }

    async fn post(
        &self,
        channel: &ChannelId,
        thread: Option<&MessageTs>,
        message: Message,
    ) -> Result<MessageTs, ApiError> {
        let new =
            NewMessage { channel: channel.clone(), message, thread_ts: thread.cloned(), metadata: None };
        Ok(self.slack.post_message(self.token()?, &new).await?.ts)
    }

    async fn edit(&self, job: &Job, card: &MessageTs, message: Message) -> Result<(), ApiError> {
        let channel = job.request.channel.clone();
        let update = UpdatedMessage { channel, ts: card.clone(), message };
        self.slack.update_message(self.token()?, &update).await.map(|_| ())
    }

    /// Shows a message to the requester alone. Only a thread that exists is used:
    /// in one that nobody has opened it would not be seen.
    async fn whisper(
        &self,
        job: &Job,
        open_thread: Option<MessageTs>,
        message: Message,
    ) -> Result<(), ApiError> {
        let (channel, user) = (job.request.channel.clone(), job.request.user.clone());
        let new = EphemeralMessage { channel, user, message, thread_ts: open_thread };
        self.slack.post_ephemeral(self.token()?, &new).await.map(|_| ())
    }

    fn token(&self) -> Result<&SecretString, ApiError> {
        let none =
            || ApiError::Refused { code: "this function has no token".to_owned(), details: Vec::new() };
        self.token.ok_or_else(none)
    }
}

/// What `reply` says at the end of `job`. The end of a change keeps who asked for it,
/// why, and who approved it: it takes the place of the card that said so.
fn end(job: &Job, reply: &Reply) -> Message {
    let said = message(job, reply);
    let is_change = job.plan.as_ref().is_some_and(|plan| !plan.dry_run);
    if is_change { messages::with_origin(&said, job) } else { said }
}

/// What `reply` says.
fn message(job: &Job, reply: &Reply) -> Message {
    serde_json::from_value(reply.message.clone()).unwrap_or_else(|error| {
        tracing::error!(job.id = %job.id, "The reply on record makes no sense: {error}");
        messages::fault(&job.id)
    })
}

/// Whether the end of `job` may take the place of what its `response_url` was
/// for, or showed, before. Not if that may be what the channel was to see, and
/// not if there is still something to click in it.
const fn takes_place(job: &Job) -> bool {
    match job.request.ask {
        Ask::Command { .. } | Ask::Reverse { .. } | Ask::Standup { errand: Errand::Command { .. } } => true,
        // The card shows how the plan goes on; what was clicked in a standup, or what
        // a modal was opened with, stays.
        Ask::Decide { .. } | Ask::Standup { .. } => false,
        Ask::Summarize { .. } => !matches!(job.machine.status, Status::Unknown | Status::Parked),
        Ask::Share { .. } => matches!(job.machine.status, Status::Done),
    }
}
