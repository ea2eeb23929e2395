//! What somebody says of a plan: a click is a job of its own, and one write on
//! the job whose plan it is decides. Whoever comes too late, or has no right to
//! say it, is told so; whoever decides sees the card go on.

use domain::command::Verb;
use domain::ids::{JobId, PlanHash, UserId};
use domain::job::{Answers, Ask, Audience, Ending, Given, Job, Move, Plan, Verdict};
use domain::policy::{self, Decision, Denial, Moment, Person, Question};
use domain::time::Millis;
use slack::blocks::Message;

use super::Run;
use super::decide::Answer;
use super::person::may_ask;
use crate::hold::{Hold, Stop};
use crate::matter::Matter;
use crate::messages;
use crate::metrics::{self, Refused};
use crate::ports::Advanced;
use crate::telling;
use crate::wake::WakeUp;

/// How often a decision is tried while the job moves on under it.
const TRIES: usize = 5;

/// A click, as its own job has it.
struct Click<'a> {
    /// The click's own job.
    own: &'a Job,
    /// The job whose plan it is about.
    job: &'a JobId,
    /// The plan that the person saw.
    plan: &'a PlanHash,
    /// What they say.
    verdict: &'a Verdict,
}

impl Run<'_> {
    /// Does a click's job. If it decides a plan, the job of that is named in `next`.
    pub(super) async fn judge(&self, hold: &mut Hold<'_>, next: &mut Option<WakeUp>) -> Result<(), Stop> {
        let own = hold.job.clone();
        let Ask::Decide { job, plan, verdict } = &own.request.ask else {
            return Err(Stop::Fault(anyhow::anyhow!("this is no click")));
        };
        let click = Click { own: &own, job, plan, verdict };
        // An earlier run may have decided it, and died.
        let decided_before = match own.machine.takes {
            0 | 1 => None,
            _ => {
                self.matter(&click).await?.filter(|matter| matter.asked.decided_by.as_ref() == Some(&own.id))
            }
        };
        let answer = if let Some(matter) = decided_before {
            decided(&matter, next)
        } else {
            let person = self.who(&own.request.user).await?;
            if may_ask(&person, Verb::Find) {
                self.judged(&click, &person, next).await?
            } else {
                Answer::refusal(messages::members_only())
            }
        };
        self.answer(hold, answer).await
    }

    async fn judged(
        &self,
        click: &Click<'_>,
        person: &Person,
        next: &mut Option<WakeUp>,
    ) -> Result<Answer, Stop> {
        for _ in 0..TRIES {
            let Some(matter) = self.matter(click).await? else {
                return Ok(Answer::refusal(messages::no_such_plan()));
            };
            if let Some(message) = self.objection(click, person, &matter).await? {
                return Ok(Answer::refusal(message));
            }
            let after = match outcome(click, &matter, self.worker.clock.now()) {
                Ok(after) => after,
                Err(message) => return Ok(Answer::refusal(message)),
            };
            if *click.verdict == Verdict::DryRun {
                return self.dry_run(click, &matter).await;
            }
            if self.worker.jobs.advance(&matter.job, &after).await? == Advanced::Written {
                metrics::ended(&matter.job, &after, self.worker.clock.now());
                tracing::info!(
                    job.id = %after.id, job.status = after.machine.status.name(),
                    user.id = %person.id, "{} has decided plan {}", person.id, click.plan.short()
                );
                let matter = Matter { job: after, ..matter };
                if *click.verdict == Verdict::Deny {
                    self.notify_denied(&matter, &person.id).await;
                }
                return Ok(decided(&matter, next));
            }
        }
        Err(Stop::Fault(anyhow::anyhow!("the job moved on under every try to decide it")))
    }

    /// The plan that a click is about, if the team has such a one.
    async fn matter(&self, click: &Click<'_>) -> anyhow::Result<Option<Matter>> {
        Matter::find(self.worker.jobs.as_ref(), &click.own.team, click.job, click.plan).await
    }

    /// Why it is not for this person to say that.
    async fn objection(
        &self,
        click: &Click<'_>,
        person: &Person,
        matter: &Matter,
    ) -> Result<Option<Message>, Stop> {
        let may_approve = match click.verdict {
            Verdict::Approve | Verdict::Deny => self.may_approve(person, &matter.plan).await?,
            Verdict::Confirm | Verdict::Justify { .. } | Verdict::DryRun | Verdict::Cancel => false,
        };
        let requester = &matter.job.request.user;
        let question = Question {
            person,
            verb: matter.verb,
            instance: None,
            moment: Moment::Click { requester, verdict: click.verdict, may_approve },
        };
        Ok(match policy::decide(&question) {
            Decision::Allow => None,
            Decision::Deny(Denial::Guest | Denial::Stranger | Denial::Bot | Denial::Deactivated) => {
                metrics::refused(Refused::MembersOnly, "Somebody who is no member has clicked");
                Some(messages::members_only())
            }
            Decision::Deny(Denial::NotYours) => {
                metrics::refused(Refused::NotAllowed, "Somebody else than the requester has clicked");
                Some(messages::not_yours(requester))
            }
            Decision::Deny(Denial::OwnRequest | Denial::NotAnApprover) => {
                metrics::refused(Refused::NotAllowed, "Somebody has clicked who may not approve");
                Some(messages::not_your_button(&self.approvers(&matter.plan)))
            }
            // No card has such a button.
            Decision::Deny(Denial::NotNeeded | Denial::Protected) | Decision::Require(_) => {
                Some(messages::no_such_plan())
            }
        })
    }

    /// Notifies the requester that their plan was denied. If that fails, the card still
    /// says so.
    async fn notify_denied(&self, matter: &Matter, by: &UserId) {
        let message = messages::denied(&matter.job, &matter.plan, by);
        if let Err(error) = self.voice().notify(&matter.job, message).await {
            tracing::warn!(job.id = %matter.job.id, "The requester was not notified of the denial: {error}");
        }
    }

    /// What AWS would say of the plan, for whoever asks; nothing is decided.
    async fn dry_run(&self, click: &Click<'_>, matter: &Matter) -> Result<Answer, Stop> {
        self.has_room()?;
        let would = self.would(click.own, &matter.plan).await;
        let message = messages::result(&would);
        Ok(Answer { ending: Ending::Done, audience: Audience::Requester, message })
    }
}

/// The job as the click leaves it, or why it changes nothing.
fn outcome(click: &Click<'_>, matter: &Matter, now: Millis) -> Result<Job, Message> {
    // Names this run, so that of two writes at once each knows its own.
    let (writer, plan_hash) = (click.own.machine.writer.clone(), click.plan.clone());
    let change = match click.verdict {
        Verdict::Cancel | Verdict::Deny => Move::Deny { writer, plan_hash },
        // A dry run is told where the plan could still be agreed to.
        Verdict::Confirm | Verdict::Justify { .. } | Verdict::Approve | Verdict::DryRun => {
            Move::Approve { writer, plan_hash }
        }
    };
    let mut after = matter.job.after(&change, now).map_err(|refused| messages::shut(matter.shut(refused)))?;
    if !policy::is_asked_for(matter.verb, click.verdict, &matter.job.consent) {
        return Err(messages::no_such_plan());
    }
    let given = Given { by: click.own.request.user.clone(), at: click.own.created_at };
    match click.verdict {
        Verdict::DryRun => {}
        Verdict::Confirm => after.consent.confirmed = Some(given),
        Verdict::Approve => after.consent.approved.push(given),
        Verdict::Justify { typed, reason } => {
            justified(&matter.plan, typed, reason)?;
            after.consent.confirmed = Some(given);
            after.consent.reason = Some(reason.trim().to_owned());
        }
        Verdict::Cancel | Verdict::Deny => {
            let message = messages::refused(&given, &matter.job.request.user);
            after.reply = Some(telling::reply(Audience::Thread, &message, &after.request));
            after.consent.refused = Some(given);
        }
    }
    if let Some(asked) = after.asked.get_mut(matter.round) {
        asked.decided_by = Some(click.own.id.clone());
    }
    // Only by the click's own URL can a card be changed that one person sees.
    if let (Answers::Private { response_url: old }, Answers::Private { response_url }) =
        (&mut after.request.answers, &click.own.request.answers)
    {
        old.clone_from(response_url);
    }
    Ok(after)
}

/// Whether what was typed is what was asked for.
fn justified(plan: &Plan, typed: &str, reason: &str) -> Result<(), Message> {
    if let Some(target) = plan.targets.iter().find(|target| !target.is_called(typed)) {
        return Err(messages::other_name(target));
    }
    if reason.trim().is_empty() { Err(messages::reasonless()) } else { Ok(()) }
}

/// The winner's own job is done: the card shows what comes of it.
fn decided(matter: &Matter, next: &mut Option<WakeUp>) -> Answer {
    *next = Some(WakeUp::new(matter.job.team.clone(), matter.job.id.clone()));
    let message = messages::already(&matter.job, matter.round > 0);
    Answer { ending: Ending::Done, audience: Audience::Nobody, message }
}
