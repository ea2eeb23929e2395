//! From the text to a decision: an answer, or a plan that is begun.

use domain::command::{AccountRef, Clause, Command, Parsed, Verb, parse};
use domain::ids::{Region, ResponseUrl};
use domain::instance::Instance;
use domain::job::{Ask, Audience, Ending, Move, Plan, PlanTarget, Progress};
use domain::policy::{self, Decision};
use domain::preflight::{Outcome, preflight};
use domain::resolve::{References, Selection, select};
use slack::blocks::Message;
use slack::web::{ApiError, Followup};

use super::Run;
use super::fleet::{Seen, refers_to_thread};
use super::person::person;
use crate::hold::{Hold, Stop};
use crate::messages;
use crate::telling;

/// An answer instead of a change.
pub(super) struct Answer {
    pub(super) ending: Ending,
    pub(super) audience: Audience,
    pub(super) message: Message,
}

impl Answer {
    /// An answer for everybody in the thread.
    pub(super) fn open(message: Message) -> Self {
        Self { ending: Ending::Done, audience: Audience::Thread, message }
    }

    /// A refusal, for the requester alone.
    pub(super) fn refusal(message: Message) -> Self {
        Self { ending: Ending::Failed, audience: Audience::Requester, message }
    }
}

/// A change that is to be begun.
pub(super) struct Intent {
    pub(super) plan: Plan,
    /// Whether the command said `#2` or `this`.
    pub(super) refers_to_thread: bool,
}

/// What a list is the answer to.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    /// The command, as Slack sent it.
    pub(super) text: &'a str,
    /// The page that is asked for.
    pub(super) page: usize,
}

/// What a command comes to.
enum Decided {
    Answer(Answer),
    Begin(Intent),
}

impl Run<'_> {
    /// Decides a claimed job: it is finished, or begun and accepted, afterwards.
    pub(super) async fn decide(&self, hold: &mut Hold<'_>) -> Result<(), Stop> {
        match self.decided(hold).await? {
            Decided::Answer(answer) => self.answer(hold, answer).await,
            Decided::Begin(intent) => self.act(hold, intent).await,
        }
    }

    /// Finishes the job with an answer; it is told next.
    pub(super) async fn answer(&self, hold: &mut Hold<'_>, answer: Answer) -> Result<(), Stop> {
        let reply = telling::reply(answer.audience, &answer.message, &hold.job.request);
        let finish = Move::Finish { owner: hold.owner(), ending: answer.ending };
        hold.go(&finish, |job| job.reply = Some(reply)).await
    }

    async fn decided(&self, hold: &Hold<'_>) -> Result<Decided, Stop> {
        let request = &hold.job.request;
        let Ask::Command { text, page, spent } = &request.ask else {
            return Err(Stop::Fault(anyhow::anyhow!("this is no job for this worker")));
        };
        if let Some(spent) = spent {
            self.take_away(spent).await;
        }
        let user = match self.worker.slack.user_info(&self.token, &request.user).await {
            Ok(user) => user,
            // Slack does not show us strangers: nothing is known that would give a right.
            Err(ApiError::NoAccess(_)) => slack::web::User::default(),
            // The token is dead: trying again would not help, and telling shows whether anybody can be told.
            Err(ApiError::Auth(code)) => {
                tracing::warn!(job.id = %hold.job.id, "Nothing was done, for Slack refuses the token: {code}");
                return Ok(Decided::Answer(Answer::refusal(messages::fault(&hold.job.id))));
            }
            Err(error) => {
                return Err(Stop::Fault(anyhow::Error::new(error).context("asking Slack who this is")));
            }
        };
        let person = person(&request.user, &user, &self.installation.team);
        let answer = match parse(text, Some(&self.installation.bot_user)) {
            // Who may not even look gets no other answer either.
            _ if policy::decide(&person, Verb::Find) != Decision::Allow => {
                Answer::refusal(messages::members_only())
            }
            Parsed::Empty => Answer::refusal(messages::empty(&request.user, &request.answers)),
            Parsed::Help(topic) => Answer::refusal(messages::help(topic)),
            Parsed::Version => Answer::refusal(messages::version()),
            Parsed::Refused(refusal) => Answer::refusal(messages::refusal(&refusal)),
            Parsed::Command(command) => {
                return match policy::decide(&person, command.verb) {
                    Decision::Allow => self.command(hold, &command, Shown { text, page: *page }).await,
                    Decision::Deny(_) => Ok(Decided::Answer(Answer::refusal(messages::members_only()))),
                };
            }
        };
        Ok(Decided::Answer(answer))
    }

    /// Removes the private message whose button was clicked: it has served. That
    /// it stays is no reason not to do as asked.
    async fn take_away(&self, spent: &ResponseUrl) {
        if let Err(error) = self.worker.slack.respond(spent, &Followup::Delete).await {
            tracing::debug!("A message with a used button stays: {error}");
        }
    }

    async fn command(&self, hold: &Hold<'_>, command: &Command, shown: Shown<'_>) -> Result<Decided, Stop> {
        if let Some(clause) = not_yet(command) {
            let message = messages::not_yet(clause);
            return Ok(Decided::Answer(Answer::refusal(message)));
        }
        if let Some(refused) = self.other_account(command).await? {
            return Ok(Decided::Answer(refused));
        }
        let regions = match self.regions(command) {
            Ok(regions) => regions,
            Err(stranger) => {
                let message = messages::bad_region(&stranger, &self.worker.regions);
                return Ok(Decided::Answer(Answer::refusal(message)));
            }
        };
        let mentioned = self.mentioned(command, &hold.job.request).await?;
        let seen = self.see(command, &regions).await;
        if let Some(answer) = self.blind(command, &seen, regions.len()).await? {
            return Ok(Decided::Answer(answer));
        }
        let references = References { rows: &mentioned.rows, this: &mentioned.this };
        let now = self.worker.clock.now();
        match select(command, &seen.fleet, &references, now) {
            Selection::Found(found) => self.found(hold, command, shown, &found, &seen).await,
            Selection::NotFound { asked, closest } => {
                let is_seen = |region: &Region| seen.blind.iter().all(|(blind, _)| blind != region);
                let looked_in: Vec<Region> =
                    regions.iter().filter(|region| is_seen(region)).cloned().collect();
                let blind = self.refusals(&seen.blind).await;
                let message = messages::not_found(command, &asked, &looked_in, &closest, &blind);
                Ok(Decided::Answer(Answer::refusal(message)))
            }
            Selection::Several { asked, candidates } => {
                let message = messages::several(command, &asked, &candidates);
                Ok(Decided::Answer(Answer::refusal(message)))
            }
            Selection::TooMany { count, limit } => {
                let message = messages::too_many(command.verb, count, limit);
                Ok(Decided::Answer(Answer::refusal(message)))
            }
        }
    }

    async fn found(
        &self,
        hold: &Hold<'_>,
        command: &Command,
        shown: Shown<'_>,
        found: &[&Instance],
        seen: &Seen,
    ) -> Result<Decided, Stop> {
        match command.verb {
            Verb::Find => Ok(Decided::Answer(self.list(hold, command, shown, found, &seen.blind).await?)),
            Verb::Check => Ok(Decided::Answer(self.check(hold, command, found, &seen.blind).await?)),
            _ => {
                self.remember(hold, command, found).await?;
                Ok(self.planned(command, found))
            }
        }
    }

    /// An instance for which there is nothing to do is named in the answer, and
    /// does not keep the others from being changed.
    fn planned(&self, command: &Command, found: &[&Instance]) -> Decided {
        let mut targets = Vec::new();
        let mut outcomes = Vec::new();
        let mut action = None;
        for instance in found {
            let checked = preflight(command.verb, command.flags, instance);
            let progress = if let Outcome::Go(go) = checked.outcome {
                action = Some(go);
                Progress::Planned
            } else {
                let why = messages::left_alone(command.verb, instance, checked.outcome);
                Progress::Refused { why, tried: false }
            };
            outcomes.push((*instance, checked.outcome));
            targets.push(PlanTarget {
                id: instance.id.clone(),
                region: instance.region.clone(),
                label: instance.label().to_owned(),
                before: instance.state,
                progress,
                warnings: checked.warnings,
            });
        }
        let Some(action) = action else {
            return Decided::Answer(nothing_goes(command, &outcomes));
        };
        let plan = Plan {
            verb: command.verb.as_str().to_owned(),
            action,
            dry_run: command.flags.dry_run,
            wait: !command.flags.no_wait,
            begun_at: self.worker.clock.now(),
            targets,
        };
        Decided::Begin(Intent { plan, refers_to_thread: refers_to_thread(command) })
    }

    /// Own account only, for now: any other is refused rather than left out.
    async fn other_account(&self, command: &Command) -> Result<Option<Answer>, Stop> {
        let asked = match &command.account {
            None | Some(AccountRef::All) => return Ok(None),
            Some(AccountRef::Id(id)) => id.as_str(),
            Some(AccountRef::Alias(alias)) => alias,
        };
        let own = self.worker.instances.caller().await.map_err(anyhow::Error::new)?.account;
        Ok((asked != own.as_str()).then(|| Answer::refusal(messages::unknown_account(asked, &own))))
    }

    /// Where a region could not be looked at, a change might hit the wrong
    /// instance of two, so nothing is changed; a list says what is missing.
    async fn blind(&self, command: &Command, seen: &Seen, regions: usize) -> Result<Option<Answer>, Stop> {
        let all_blind = seen.blind.len() == regions;
        if seen.blind.is_empty() || !(all_blind || command.verb.is_change()) {
            return Ok(None);
        }
        let lines = self.refusals(&seen.blind).await;
        Ok(Some(Answer::refusal(messages::blind(&lines))))
    }
}

fn nothing_goes(command: &Command, outcomes: &[(&Instance, Outcome)]) -> Answer {
    let idle = outcomes.iter().all(|(_, outcome)| matches!(outcome, Outcome::NothingToDo { .. }));
    let message = messages::nothing_changed(command, outcomes);
    if idle { Answer::open(message) } else { Answer::refusal(message) }
}

/// A clause that is understood, and that nothing can carry out yet. It is never
/// just left out.
fn not_yet(command: &Command) -> Option<Clause> {
    if command.lasting.is_some() {
        return Some(Clause::Lasting);
    }
    command.when.as_ref().map(|_| Clause::At)
}
