//! What every gateway does: let in only what Slack has signed, find out whose it
//! is, put a job on record, wake its worker, and answer in time.

use std::time::Duration;

use domain::ids::{TeamId, UserId};
use domain::job::{Job, Status};
use domain::policy::Standing;
use domain::time::Millis;
use slack::blocks::Message;
use slack::signature::{SignatureError, SignatureHeaders};
use slack::web::{ApiError, Client};

use crate::http::{Request, Response};
use crate::messages;
use crate::metrics::{self, Refused};
use crate::person::who;
use crate::ports::{BotTokens, Created, Installation, Installations, Jobs, SigningSecrets};
use crate::telling;

/// How large a body may be: 256 KiB. Slack's largest are far below.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// When a gateway answers, whatever it has got to: Slack waits 3 s, and the
/// network takes its part of that.
pub(crate) const DEADLINE_MS: u64 = 2_300;

/// The longest id that is taken for one of Slack's, which are a few dozen
/// characters long. A longer one would be no key of a table either.
const MAX_ID_BYTES: usize = 255;

/// Whether Slack sent `request`. If not, the answer to give, which says nothing
/// of why; the reason goes to the log, without any value.
pub(crate) async fn admit(
    secrets: &dyn SigningSecrets,
    request: &Request,
    now: Millis,
) -> anyhow::Result<Result<(), Response>> {
    if request.body.len() > MAX_BODY_BYTES {
        metrics::refused(Refused::TooLarge, "Refused a body that is too large");
        return Ok(Err(Response::empty(413)));
    }
    let verifier = secrets.verifier(now).await?;
    let pairs = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let signed = verifier.verify(&SignatureHeaders::from_pairs(pairs), &request.body, now);
    Ok(signed.map_err(|error: SignatureError| {
        let line = format_args!("Refused a request without a valid signature: {error}");
        metrics::refused(Refused::Signature, line);
        Response::empty(401)
    }))
}

/// The installation that something is for: the first candidate on record, even
/// if it is a tombstone. A later candidate may be a stranger's workspace.
pub(crate) async fn installation(
    installations: &dyn Installations,
    candidates: Vec<TeamId>,
) -> anyhow::Result<Option<Installation>> {
    for team in candidates.into_iter().filter(|team| is_id(team.as_str())) {
        let found = installations.find(&team).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Puts `job` on record. True if its worker is to be woken: also for one that
/// is there already and that nobody has looked at, since whoever stored it may
/// have got no further.
pub(crate) async fn store(jobs: &dyn Jobs, job: &Job) -> anyhow::Result<bool> {
    Ok(is_untouched(&jobs.create(job).await?))
}

/// Whether a job that was stored, or found, is one that nobody has looked at.
pub(crate) fn is_untouched(created: &Created) -> bool {
    match created {
        Created::New => true,
        Created::Exists(known) => known.machine.status == Status::Pending,
    }
}

/// What `user` is told instead of being served, if they are no member of the
/// workspace or Slack does not say so in time. For requests whose worker has no
/// token to ask by; the others ask themselves.
pub(crate) async fn not_served(
    tokens: &dyn BotTokens,
    slack: &Client,
    team: &TeamId,
    user: &UserId,
) -> anyhow::Result<Option<Message>> {
    let Some((_, token)) = tokens.active(team).await? else { return Ok(Some(messages::not_installed())) };
    Ok(match who(slack, &token, team, user).await {
        Ok(person) if person.standing == Standing::Member => None,
        Ok(_) => {
            metrics::refused(Refused::MembersOnly, "A person who is no member has asked for a text");
            Some(messages::members_only())
        }
        Err(ApiError::Auth(code)) => {
            tracing::warn!(user.id = %user, "Nothing is done, for Slack refuses the token: {code}");
            Some(messages::not_installed())
        }
        Err(error) if telling::is_denied(&error) => {
            tracing::warn!(user.id = %user, "Nothing is done, for Slack does not say who asks: {error}");
            Some(messages::refused_by_slack(&error))
        }
        Err(error) => {
            tracing::error!(user.id = %user, "Nothing is done, for it is not known who asks: {error}");
            Some(messages::unknown_person())
        }
    })
}

/// Whether `id` may be one of Slack's.
pub(crate) fn is_id(id: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&id.len())
}

/// What `answer` comes to by the deadline. Nothing if it fails or takes longer,
/// which is logged; `what` names it there.
pub(crate) async fn in_time<T>(what: &str, answer: impl Future<Output = anyhow::Result<T>>) -> Option<T> {
    match tokio::time::timeout(Duration::from_millis(DEADLINE_MS), answer).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            tracing::error!("{what} could not be taken: {error:#}");
            None
        }
        Err(_) => {
            tracing::error!("{what} took longer than {DEADLINE_MS} ms");
            None
        }
    }
}
