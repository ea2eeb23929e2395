//! From the instances that a command means to a plan: what would be done to
//! each of them, and what AWS has against it.

use domain::command::Command;
use domain::instance::Instance;
use domain::job::{Job, Plan, PlanTarget, Progress};
use domain::policy::{self, Decision, Denial, Moment, Person, Question};
use domain::preflight::{Outcome, Warning, preflight};
use domain::resolve::excluded_tags;

use super::Run;
use super::decide::{Answer, Decided, Intent};
use super::fleet::refers_to_thread;
use super::places::by_place;
use crate::hold::Stop;
use crate::messages;

impl Run<'_> {
    /// What `command` comes to for the instances that were `found`. One for which
    /// there is nothing to do is named in the answer, and does not keep the others
    /// from being changed.
    pub(super) async fn planned(
        &self,
        job: &Job,
        person: &Person,
        command: &Command,
        found: &[&Instance],
    ) -> Result<Decided, Stop> {
        let mut targets = Vec::new();
        let mut outcomes = Vec::new();
        let mut action = None;
        for instance in found {
            let checked = preflight(command.verb, command.flags, instance);
            let outcome = permitted(person, command, instance, checked.outcome);
            if let Outcome::Go(go) = outcome {
                action = Some(go);
            }
            outcomes.push((*instance, outcome));
            targets.push(target(command, instance, outcome, checked.warnings));
        }
        let Some(action) = action else {
            return Ok(Decided::Answer(nothing_goes(command, &outcomes)));
        };
        let plan = Plan {
            verb: command.verb.as_str().to_owned(),
            action,
            dry_run: command.flags.dry_run,
            wait: !command.flags.no_wait,
            begun_at: self.worker.clock.now(),
            targets,
        };
        let intent =
            Intent { plan, reason: command.reason.clone(), refers_to_thread: refers_to_thread(command) };
        let planned = intent.plan.targets.iter().filter(|target| target.progress == Progress::Planned);
        // The second half of a restart was confirmed with the first.
        let is_broad = job.consent.confirmed.is_none() && policy::is_broad(command, planned.count());
        let moment = Moment::Request { is_broad };
        let question = Question { person, verb: command.verb, instance: None, moment };
        match policy::decide(&question) {
            Decision::Allow => Ok(Decided::Begin(intent)),
            Decision::Require(_) if command.flags.dry_run => Ok(Decided::Begin(intent)),
            Decision::Require(_) => self.examined(job, intent).await,
            Decision::Deny(_) => Ok(Decided::Answer(Answer::refusal(messages::members_only()))),
        }
    }

    /// The plan with what AWS says of it: what a dry run refuses is warned of, and an
    /// instance that AWS itself protects is left out. EC2 does not document whether a dry
    /// run looks at protection; where it does not, the call itself is refused.
    async fn examined(&self, job: &Job, mut intent: Intent) -> Result<Decided, Stop> {
        self.has_room()?;
        let plan = &mut intent.plan;
        let would = self.would(job, plan).await;
        for (target, asked) in plan.targets.iter_mut().zip(would.targets) {
            match asked.progress {
                Progress::Refused { why, tried: true } if target.progress == Progress::Planned => {
                    target.warnings.push(Warning::WouldBeRefused { why });
                }
                refused @ Progress::Refused { .. } => target.progress = refused,
                _ => {}
            }
        }
        if !plan.targets.iter().any(|target| target.progress == Progress::Planned) {
            return Ok(Decided::Answer(Answer::refusal(messages::all_left_out(plan))));
        }
        if plan.starts_again() {
            self.warn_of_encrypted_volumes(plan).await;
        }
        Ok(Decided::Ask(intent))
    }

    /// Warns of encrypted volumes where instances are stopped to be started again. A role
    /// that may not list volumes is no reason not to ask: a role made for an older version
    /// may not.
    async fn warn_of_encrypted_volumes(&self, plan: &mut Plan) {
        for ((account, region), ids) in by_place(plan, |progress| *progress == Progress::Planned) {
            let Ok(place) = self.place(&account, &region) else { continue };
            match self.worker.instances.encrypted(&place, &ids).await {
                Ok(encrypted) => {
                    for target in plan.targets.iter_mut().filter(|target| encrypted.contains(&target.id)) {
                        target.warnings.push(Warning::EncryptedVolumes);
                    }
                }
                Err(error) => tracing::warn!(region = %region, "Volumes could not be listed: {error}"),
            }
        }
    }
}

/// What is to be done to `instance` if `outcome` is all that speaks for it.
fn permitted(person: &Person, command: &Command, instance: &Instance, outcome: Outcome) -> Outcome {
    let question = Question {
        person,
        verb: command.verb,
        instance: Some(instance),
        moment: Moment::Request { is_broad: false },
    };
    match (outcome, policy::decide(&question)) {
        (Outcome::Go(_), Decision::Deny(Denial::Protected)) => Outcome::Protected,
        (outcome, _) => outcome,
    }
}

fn target(command: &Command, instance: &Instance, outcome: Outcome, warnings: Vec<Warning>) -> PlanTarget {
    let progress = if let Outcome::Go(_) = outcome {
        Progress::Planned
    } else {
        let why = messages::left_alone(command.verb, instance, outcome);
        Progress::Refused { why, tried: false }
    };
    PlanTarget {
        id: instance.id.clone(),
        account: instance.account.clone(),
        region: instance.region.clone(),
        launched_at: instance.launched_at,
        name: instance.name().map(str::to_owned),
        label: instance.label().to_owned(),
        before: instance.state,
        progress,
        unseen: None,
        warnings,
        tags: excluded_tags(command, instance),
    }
}

fn nothing_goes(command: &Command, outcomes: &[(&Instance, Outcome)]) -> Answer {
    let idle = outcomes.iter().all(|(_, outcome)| matches!(outcome, Outcome::NothingToDo { .. }));
    let message = messages::nothing_changed(command, outcomes);
    if idle { Answer::open(message) } else { Answer::refusal(message) }
}
