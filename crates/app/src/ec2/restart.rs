//! The second half of a restart on a new host: each instance is started as soon as it has
//! stopped, by a job of its own.
//!
//! That job waits for nothing that is not needed to start the instance: it asks nobody, shows
//! no card before, and goes on while its account or region is out of reach.

use std::collections::BTreeSet;

use domain::command::{Flags, Verb};
use domain::ids::{InstanceId, JobId, Owner};
use domain::instance::{Action, InstanceState};
use domain::job::{Answers, Ask, Audience, Ending, Job, Move, Plan, PlanTarget, Progress, Request};
use domain::preflight::{Outcome, preflight};
use domain::time::Millis;
use slack::text::escape;

use super::Run;
use super::decide::{Answer, Intent};
use super::look::{BLIP_MS, GIVE_UP_MS, pause};
use super::places::by_place;
use crate::hold::{Hold, Stop};
use crate::messages;
use crate::ports::Created;
use crate::telling;
use crate::wake::WakeUp;

/// How soon another run tries again to start what could not be started yet. The sweeper wakes
/// one within the minute after that.
const NEXT_TRY_MS: u64 = 0;

impl Run<'_> {
    /// Stores the jobs that start what `plan` has stopped, if that is what it is for, and has
    /// them done beside this one. `started` are the instances for which that is done already.
    ///
    /// A run that takes this up after a crash does the same, and each instance is still started
    /// once: the id of its job is made of this job's and its own.
    pub(super) async fn start_stopped(
        &self,
        hold: &mut Hold<'_>,
        plan: &Plan,
        started: &mut BTreeSet<InstanceId>,
    ) -> Result<(), Stop> {
        let is_due = |target: &&PlanTarget| {
            matches!(target.progress, Progress::Reached { .. }) && !started.contains(&target.id)
        };
        let stopped: Vec<&PlanTarget> = plan.targets.iter().filter(is_due).collect();
        if !plan.starts_again() || stopped.is_empty() {
            return Ok(());
        }
        // Once it can be started, no look shows any more that it was stopped.
        let note = Move::Note { owner: hold.owner() };
        hold.go(&note, |job| job.plan = Some(plan.clone())).await?;
        for target in stopped {
            let start = second_half(&hold.job, plan, target, hold.owner(), self.worker.clock.now());
            let is_closed = match self.worker.jobs.create(&start).await? {
                Created::New => false,
                Created::Exists(known) => known.machine.is_closed(),
            };
            started.insert(target.id.clone());
            if !is_closed {
                // It cannot fail while this run lasts; and the sweeper wakes a worker anyway.
                let _ = self.beside.send(WakeUp::new(start.team, start.id));
            }
        }
        Ok(())
    }

    /// Does the second half of a restart. False if the job in `hold` is none.
    pub(super) async fn start_again(&self, hold: &mut Hold<'_>) -> Result<bool, Stop> {
        // Any other plan is put on record with the question that is asked about it.
        let Some(mut plan) = hold.job.plan.clone().filter(|_| hold.job.asked.is_empty()) else {
            return Ok(false);
        };
        let mut is_shown = hold.job.card.is_some();
        loop {
            self.has_room()?;
            let Some(obstacle) = self.examine_stopped(&mut plan).await else {
                self.start_or_leave(hold, plan).await?;
                return Ok(true);
            };
            let now = self.worker.clock.now();
            let waited = now.since(hold.job.created_at);
            if waited > GIVE_UP_MS {
                let message = messages::left_stopped(&plan, &obstacle);
                let answer = Answer { ending: Ending::Failed, audience: Audience::Thread, message };
                self.answer(hold, answer).await?;
                return Ok(true);
            }
            if waited >= BLIP_MS && !is_shown {
                self.report(hold, &messages::cannot_start_yet(&plan, &obstacle)).await?;
                is_shown = true;
            }
            let pause = pause(waited);
            if waited >= BLIP_MS || now.plus(pause) >= self.until {
                let at = now.plus(NEXT_TRY_MS);
                hold.go(&Move::LookAgain { owner: hold.owner(), at }, |_| {}).await?;
                return Ok(true);
            }
            self.worker.clock.sleep(pause).await;
        }
    }

    /// Looks at what is to be started. What need not, or cannot, be started is taken out of
    /// `plan`; what may be possible later is the obstacle, as a sentence.
    async fn examine_stopped(&self, plan: &mut Plan) -> Option<String> {
        let planned = by_place(plan, |progress| *progress == Progress::Planned);
        let seen = self.see_what_can_be_seen(&planned).await;
        for target in plan.targets.iter_mut().filter(|target| target.progress == Progress::Planned) {
            if let Some(why) = seen.unseen.get(&(target.account.clone(), target.region.clone())) {
                return Some(why.clone());
            }
            let Some(instance) = seen.fleet.iter().find(|instance| instance.id == target.id) else {
                let why = messages::vanished(target);
                target.progress = Progress::Refused { why, tried: false };
                continue;
            };
            let outcome = preflight(Verb::Start, Flags::default(), instance).outcome;
            let why = messages::left_alone(Verb::Start, instance, outcome);
            match outcome {
                Outcome::Go(_) => {}
                // It had stopped already: EC2's list lags behind.
                Outcome::WrongState { state: InstanceState::Stopping, .. } => return Some(why),
                _ => target.progress = Progress::Refused { why, tried: false },
            }
        }
        None
    }

    /// Starts what is left of `plan`; if nothing is, says why.
    async fn start_or_leave(&self, hold: &mut Hold<'_>, plan: Plan) -> Result<(), Stop> {
        if plan.targets.iter().any(|target| target.progress == Progress::Planned) {
            let reason = hold.job.consent.reason.clone();
            return self.begin(hold, Intent { plan, reason, refers_to_thread: false }).await;
        }
        let reply = telling::reply(Audience::Thread, &messages::result(&plan), &hold.job.request);
        let finish = Move::Finish { owner: hold.owner(), ending: Ending::Failed };
        hold.go(&finish, |job| {
            job.plan = Some(plan);
            job.reply = Some(reply);
        })
        .await
    }
}

/// The job that starts `target`, which `job` has stopped.
fn second_half(job: &Job, plan: &Plan, target: &PlanTarget, writer: Owner, now: Millis) -> Job {
    let answers = match &job.request.answers {
        // Of several answers by one response_url each would take the place of the one before,
        // and Slack takes five.
        Answers::Private { .. } if plan.targets.len() > 1 => Answers::Letter,
        answers => answers.clone(),
    };
    let ask = Ask::command(escape(&messages::start_of(target)));
    let request = Request { ask, answers, ..job.request.clone() };
    let id = JobId::new(format!("{}#start#{}", job.id, target.id));
    let target = PlanTarget {
        before: InstanceState::Stopped,
        progress: Progress::Planned,
        unseen: None,
        warnings: Vec::new(),
        ..target.clone()
    };
    let plan = Plan {
        verb: Verb::Start.as_str().to_owned(),
        action: Action::Start,
        dry_run: false,
        wait: true,
        begun_at: now,
        targets: vec![target],
    };
    let new = Job::new(id, job.team.clone(), request, writer, now);
    Job { plan: Some(plan), consent: job.consent.clone(), ..new }
}
