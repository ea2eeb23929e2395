//! The last look before a plan that people have agreed to is carried out: at
//! them, and at the instances.

use domain::command::Verb;
use domain::instance::Instance;
use domain::job::{Asked, Audience, Ending, Job, Plan, PlanTarget, Progress};
use domain::policy::{self, Approver, Decision, Moment, Person, Question};
use slack::blocks::Message;

use super::Run;
use super::decide::{Answer, Intent};
use super::person::may_ask;
use super::places::by_place;
use crate::hold::{Hold, Stop};
use crate::messages;
use crate::metrics::{self, Refused};

/// How long after a plan has lapsed it is still carried out if people agreed in
/// time. Later nobody expects it any more.
const LATE_MS: u64 = 30 * 60_000;

impl Run<'_> {
    /// Carries `plan` out if everything is as it was when people agreed to it.
    pub(super) async fn execute(&self, hold: &mut Hold<'_>, plan: Plan, asked: &Asked) -> Result<(), Stop> {
        self.has_room()?;
        if let Some(message) = self.obstacle(&hold.job, &plan, asked).await? {
            tracing::info!(job.id = %hold.job.id, "Plan {} is not carried out", asked.plan.short());
            let answer = Answer { ending: Ending::Failed, audience: Audience::Thread, message };
            return self.answer(hold, answer).await;
        }
        let (reason, refers_to_thread) =
            (hold.job.consent.reason.clone(), self.referred_to_thread(&hold.job));
        self.act(hold, Intent { plan, reason, refers_to_thread }).await
    }

    /// What stands in the way.
    async fn obstacle(&self, job: &Job, plan: &Plan, asked: &Asked) -> Result<Option<Message>, Stop> {
        if self.worker.clock.now() >= asked.expires.plus(LATE_MS) {
            return Ok(Some(messages::expired(plan, asked)));
        }
        if domain::plan::hash(job, plan, asked.expires) != asked.plan {
            tracing::error!(job.id = %job.id, "The plan on record is not the one that people agreed to");
            return Ok(Some(messages::fault(&job.id)));
        }
        let requester = self.who(&job.request.user).await?;
        if !may_ask(&requester, Verb::Find) {
            return Ok(Some(messages::lost_right(&requester.id, plan)));
        }
        let approver = match job.consent.approved.first() {
            Some(given) => {
                let person = self.who(&given.by).await?;
                let may_approve = self.may_approve(&person, plan).await?;
                Some((person, may_approve))
            }
            None => None,
        };
        let places = by_place(plan, |progress| *progress == Progress::Planned);
        let Ok(seen) = self.see_again(&places).await else {
            return Ok(Some(messages::account_gone(plan)));
        };
        if !seen.blind.is_empty() {
            let lines = self.refusals(&seen.blind).await;
            return Ok(Some(messages::not_seen_again(plan, &lines)));
        }
        let planned = plan.targets.iter().filter(|target| target.progress == Progress::Planned);
        let pairs: Vec<(&PlanTarget, Option<&Instance>)> = planned
            .map(|target| (target, seen.fleet.iter().find(|instance| instance.id == target.id)))
            .collect();
        if let Some(message) = messages::changed(plan, &pairs) {
            return Ok(Some(message));
        }
        let live = pairs.iter().filter_map(|(_, instance)| *instance);
        Ok(forbidden(job, plan, &requester, approver.as_ref(), live))
    }
}

/// Why the rules forbid it now, for the first instance for which they do.
fn forbidden<'a>(
    job: &Job,
    plan: &Plan,
    requester: &Person,
    approver: Option<&(Person, bool)>,
    instances: impl Iterator<Item = &'a Instance>,
) -> Option<Message> {
    let Some(verb) = Verb::read(&plan.verb) else { return Some(messages::fault(&job.id)) };
    let approver = approver.map(|(person, may_approve)| Approver { person, may_approve: *may_approve });
    let moment = Moment::Execution { consent: &job.consent, approver };
    for instance in instances {
        let question = Question { person: requester, verb, instance: Some(instance), moment };
        match policy::decide(&question) {
            Decision::Allow => {}
            Decision::Deny(policy::Denial::Protected) => {
                return Some(messages::protected_since(plan, instance));
            }
            Decision::Deny(denial) => {
                metrics::refused(Refused::NotAllowed, format_args!("The rules forbid it by now: {denial:?}"));
                // The requester was looked at before: it is the approver who may not.
                let person = approver.map_or(&requester.id, |approver| &approver.person.id);
                return Some(messages::lost_right(person, plan));
            }
            Decision::Require(requirement) => {
                tracing::error!(job.id = %job.id, "Somebody has still to agree: {requirement:?}");
                return Some(messages::fault(&job.id));
            }
        }
    }
    None
}
