//! Asking people: the card of a plan, with buttons that know nothing but whose
//! plan it is, and which.

use domain::command::{Parsed, Verb, parse};
use domain::job::{Ask, Asked, Job, Move, Plan, Verdict};
use domain::plan;
use domain::policy;

use super::Run;
use super::decide::Intent;
use super::fleet::refers_to_thread;
use crate::hold::{Hold, Stop};
use crate::messages;

/// How long a plan can be agreed to.
const VALID_MS: u64 = messages::VALID_MINUTES * 60_000;

/// How much of that must be left for a card that an earlier run was about to show.
const FRESH_MS: u64 = 5 * 60_000;

impl Run<'_> {
    /// Asks the requester whether this is what they want.
    pub(super) async fn ask(&self, hold: &mut Hold<'_>, intent: Intent) -> Result<(), Stop> {
        self.put_on_record(hold, intent.plan, intent.reason).await?;
        self.show_question(hold).await
    }

    /// Goes on with a plan that an earlier run has written down: people were not
    /// asked yet, or have answered. False if there is none, or it is too old.
    pub(super) async fn go_on(&self, hold: &mut Hold<'_>) -> Result<bool, Stop> {
        let (Some(asked), Some(plan)) = (hold.job.asked.last().cloned(), hold.job.plan.clone()) else {
            return Ok(false);
        };
        let now = self.worker.clock.now();
        let is_second = waits_for_approval(&hold.job, &plan);
        match asked.decided_by {
            Some(_) if !is_second => self.execute(hold, plan, &asked).await?,
            None if now.plus(FRESH_MS) <= asked.expires => self.show_question(hold).await?,
            _ if is_second => {
                let reason = hold.job.consent.reason.clone();
                self.put_on_record(hold, plan, reason).await?;
                self.show_question(hold).await?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Writes the plan down before anybody is asked: whichever card a run that
    /// dies has shown, its buttons mean this plan.
    async fn put_on_record(
        &self,
        hold: &mut Hold<'_>,
        plan: Plan,
        reason: Option<String>,
    ) -> Result<(), Stop> {
        let mut asking = hold.job.clone();
        asking.consent.reason.clone_from(&reason);
        let expires = self.worker.clock.now().plus(VALID_MS);
        let asked = Asked { plan: plan::hash(&asking, &plan, expires), expires, decided_by: None };
        let note = Move::Note { owner: hold.owner() };
        hold.go(&note, |job| {
            job.plan = Some(plan);
            job.consent.reason = reason;
            job.asked.retain(|asked| asked.decided_by.is_some());
            job.asked.push(asked);
        })
        .await
    }

    /// Whether the command of `job` said `#2` or `this`.
    pub(super) fn referred_to_thread(&self, job: &Job) -> bool {
        let Ask::Command { text, .. } = &job.request.ask else { return false };
        let parsed = parse(text, Some(&self.installation.bot_user));
        matches!(parsed, Parsed::Command(command) if refers_to_thread(&command))
    }

    async fn show_question(&self, hold: &mut Hold<'_>) -> Result<(), Stop> {
        let (Some(asked), Some(plan)) = (hold.job.asked.last().cloned(), hold.job.plan.clone()) else {
            return Err(Stop::Fault(anyhow::anyhow!("there is no plan to ask about")));
        };
        if waits_for_approval(&hold.job, &plan) {
            let (approvers, reviewers) =
                (self.approvers(&plan), self.reviewers(&hold.job.request.user, &plan).await?);
            let card = messages::approval(&hold.job, &plan, &asked, &approvers, &reviewers);
            if !self.show_card(hold, card).await? {
                return Ok(());
            }
            self.notify(hold, &plan, &asked, &approvers, &reviewers).await?;
        } else {
            let reviewers = self.later_reviewers(&hold.job, &plan).await?;
            let card = messages::question(&hold.job, &plan, &asked, reviewers.as_ref());
            if !self.show_card(hold, card).await? {
                return Ok(());
            }
        }
        let ask = Move::Ask { owner: hold.owner(), plan_hash: asked.plan.clone(), expires: asked.expires };
        hold.go(&ask, |_| {}).await?;
        tracing::info!(job.id = %hold.job.id, plan = asked.plan.short(), "Asks whether to {}", plan.verb);
        Ok(())
    }
}

/// Whether the requester has said all that they have to, and a second person has
/// not.
fn waits_for_approval(job: &Job, plan: &Plan) -> bool {
    let verb = Verb::read(&plan.verb);
    let is_turn = verb.is_some_and(|verb| policy::is_asked_for(verb, &Verdict::Approve, &job.consent));
    is_turn && job.consent.approved.is_empty()
}
