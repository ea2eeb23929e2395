//! What a click asks for, and where that is answered.

use domain::ids::{JobId, MessageTs};
use domain::job::{Answers, Ask, Job, Request as JobRequest, Status};
use domain::standup::{Errand, StandupId};
use slack::interactions::{Action, Actions, ClickedMessage};
use slack::web::Followup;

use super::apology::Apology;
use super::standups::Window;
use super::{Interactions, Run};
use crate::gateway;
use crate::messages::standup;
use crate::messages::{self, DECIDE, JUSTIFY, PAGE, Pointed, RUN, SHARE, Shut};
use crate::metrics::{self, Refused};
use crate::ports::{Created, Installation};

/// What a click is for.
enum Wish {
    /// A job.
    Job(Ask),
    /// The modal in which a plan is justified.
    Modal(Pointed),
    /// A modal of a standup.
    Window(Window),
    /// A plan, but none that can be.
    NoPlan,
    /// A summary, but none that can be.
    NoSummary,
}

impl Interactions {
    /// Does what was clicked, if it is on something of ours.
    pub(super) async fn click(
        &self,
        clicks: &Actions,
        run: Run,
        apology: &mut Apology,
    ) -> anyhow::Result<()> {
        let Some(message) = clicks.message.as_ref().filter(|message| is_from_slack(clicks, message)) else {
            return Ok(());
        };
        let clicked = clicks.actions.iter().find_map(|action| {
            Some((action, answers(action, clicks, message)?, wish(action, clicks, message)?))
        });
        let Some((action, answers, wish)) = clicked else { return Ok(()) };
        let excuse = if matches!(wish, Wish::Modal(_) | Wish::Window(_)) {
            messages::no_window()
        } else {
            messages::not_taken()
        };
        *apology = clicks.response_url.clone().map_or(Apology::None, |url| Apology::Click(url, excuse));
        let candidates = clicks.installation_candidates.clone();
        let found = gateway::installation(self.installations.as_ref(), candidates).await?;
        let Some(installation) = found.filter(Installation::is_active) else {
            metrics::refused(Refused::NotInstalled, "Left a click of a team that has not installed the app");
            return Ok(());
        };
        match wish {
            Wish::Job(ask) => {
                let (user, channel) = (clicks.user.clone(), message.channel.clone());
                let request = JobRequest { user, channel, ask, answers };
                self.take(request, action, message, installation, run).await
            }
            Wish::Modal(pointed) => self.justify(clicks, &pointed, &installation.team, &run).await,
            // On the heap: few clicks come here.
            Wish::Window(window) => Box::pin(self.open_window(clicks, &window, &installation, &run)).await,
            Wish::NoPlan => self.refuse(clicks, Shut::Unknown).await,
            Wish::NoSummary => self.whisper(clicks, messages::nothing_to_share()).await,
        }
    }

    async fn take(
        &self,
        request: JobRequest,
        action: &Action,
        message: &ClickedMessage,
        installation: Installation,
        run: Run,
    ) -> anyhow::Result<()> {
        let (worker, team, user) = (request.ask.worker(), &installation.team, &request.user);
        if let (Ask::Share { .. }, Answers::Private { response_url }) = (&request.ask, &request.answers) {
            // On the heap: few clicks come here.
            let refused = gateway::not_served(self.tokens.as_ref(), &self.slack, team, user);
            if let Some(refused) = Box::pin(refused).await? {
                return Ok(self.slack.respond(response_url, &Followup::Private(refused)).await?);
            }
        }
        let id = match request.ask {
            Ask::Share { .. } => JobId::for_single_click(&worker, team, &message.ts, user),
            _ => JobId::for_click(&worker, team, &message.ts, user, &action.moment),
        };
        let job = Job::new(id, installation.team, request, run.writer, run.now);
        let job = Job { asked_at: Some(run.now), ..job };
        let created = self.store(&job).await?;
        if let (true, Answers::Private { response_url }) =
            (has_come_to_nothing(&created), &job.request.answers)
        {
            self.slack.respond(response_url, &Followup::Private(messages::nothing_to_share())).await?;
        }
        Ok(())
    }
}

/// Whether it is a share that was tried, and that did not surely succeed: its
/// button is still there, and must not be clicked in vain.
fn has_come_to_nothing(created: &Created) -> bool {
    let Created::Exists(known) = created else { return false };
    let is_share = matches!(known.request.ask, Ask::Share { .. });
    is_share && known.machine.is_closed() && known.machine.status != Status::Done
}

/// What a click is for, if it is on something of ours.
fn wish(action: &Action, clicks: &Actions, message: &ClickedMessage) -> Option<Wish> {
    let text = action.value.clone()?;
    let is_private = action.block.as_deref().and_then(messages::thread_of).is_none();
    let spent = clicks.response_url.clone().filter(|_| message.is_ephemeral && !is_private);
    let (kind, rest) = action.id.split_once('.').unwrap_or((&action.id, ""));
    Some(match kind {
        RUN => Wish::Job(Ask::Command { text, page: 1, spent }),
        PAGE => Wish::Job(Ask::Command { text, page: rest.parse().ok().filter(|page| *page > 0)?, spent }),
        SHARE => JobId::parse(&text).map_or(Wish::NoSummary, |job| Wish::Job(Ask::Share { job })),
        DECIDE => {
            let verdict = messages::verdict(rest)?;
            Pointed::read(&text)
                .map_or(Wish::NoPlan, |Pointed { job, plan }| Wish::Job(Ask::Decide { job, plan, verdict }))
        }
        JUSTIFY => Pointed::read(&text).map_or(Wish::NoPlan, Wish::Modal),
        _ => return about_standup(&action.id, &text),
    })
}

/// What a click on a standup's button is for.
fn about_standup(button: &str, value: &str) -> Option<Wish> {
    if button.split('.').take(2).eq(standup::SAVE.split('.')) {
        return Some(Wish::Window(Window::Typed(standup::TypedFor::read(value)?)));
    }
    let errand = |errand| Wish::Job(Ask::Standup { errand });
    let standup = || StandupId::parse(value);
    let day = || standup::Pointed::read(value);
    Some(match button {
        standup::OPEN => Wish::Window(Window::Answers(day()?)),
        standup::EDIT => Wish::Window(Window::SetUp(standup()?)),
        standup::SKIP => {
            let standup::Pointed { standup, date } = day()?;
            errand(Errand::Skip { standup, date })
        }
        standup::AGAIN => {
            let standup::Pointed { standup, date } = day()?;
            errand(Errand::Report { standup, date, again: true })
        }
        standup::DELETE => errand(Errand::Remove { standup: standup()? }),
        _ => return None,
    })
}

/// Whether all ids are such as Slack gives. Without a moment every click on this
/// message is one click.
fn is_from_slack(clicks: &Actions, message: &ClickedMessage) -> bool {
    [clicks.user.as_str(), message.channel.as_str(), message.ts.as_str()].into_iter().all(gateway::is_id)
}

/// In the thread that the block names, or below what everybody sees; else to the
/// person alone.
fn answers(action: &Action, clicks: &Actions, message: &ClickedMessage) -> Option<Answers> {
    let thread = action.block.as_deref().and_then(messages::thread_of);
    match thread.filter(|thread| gateway::is_id(thread.as_str())).or_else(|| below(action, message)) {
        Some(thread) if message.channel.is_direct() => Some(Answers::Direct { thread }),
        Some(thread) => Some(Answers::Channel { thread, open_thread: message.thread.clone() }),
        None => clicks.response_url.clone().map(|response_url| Answers::Private { response_url }),
    }
}

/// The thread below a message that everybody sees, for the answer to a command that
/// is offered there: to the person alone, it would take the place of the message.
fn below(action: &Action, message: &ClickedMessage) -> Option<MessageTs> {
    let kind = action.id.split_once('.').map_or(action.id.as_str(), |(kind, _)| kind);
    let is_open = !message.is_ephemeral && matches!(kind, RUN | PAGE);
    is_open.then(|| message.thread.clone().unwrap_or_else(|| message.ts.clone()))
}
