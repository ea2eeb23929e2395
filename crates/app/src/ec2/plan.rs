//! From the instances that a command means to a plan: what would be done to
//! each of them, and what AWS has against it.

use domain::command::Command;
use domain::ids::InstanceId;
use domain::instance::{Action, Instance};
use domain::job::{Job, Plan, PlanTarget, Progress};
use domain::policy::{self, Decision, Denial, Moment, Person, Question};
use domain::preflight::{Outcome, Warning, preflight};
use futures_util::future::join_all;

use super::Run;
use super::decide::{Answer, Decided, Intent};
use super::fleet::refers_to_thread;
use super::places::by_place;
use crate::hold::Stop;
use crate::messages;
use crate::ports::{Place, Protection};

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
        let question = Question { person, verb: command.verb, instance: None, moment: Moment::Request };
        match policy::decide(&question) {
            Decision::Allow => Ok(Decided::Begin(intent)),
            Decision::Require(_) if command.flags.dry_run => Ok(Decided::Begin(intent)),
            Decision::Require(_) => self.examined(job, intent).await,
            Decision::Deny(_) => Ok(Decided::Answer(Answer::refusal(messages::members_only()))),
        }
    }

    /// The plan with what AWS says of it: an instance that AWS itself protects is
    /// left out, and what a dry run refuses is warned of.
    async fn examined(&self, job: &Job, mut intent: Intent) -> Result<Decided, Stop> {
        self.has_room()?;
        let plan = &mut intent.plan;
        for id in self.guarded(plan).await {
            let action = plan.action;
            for target in plan.targets.iter_mut().filter(|target| target.id == id) {
                target.progress = Progress::Refused { why: messages::guarded(target, action), tried: false };
            }
        }
        if !plan.targets.iter().any(|target| target.progress == Progress::Planned) {
            return Ok(Decided::Answer(Answer::refusal(messages::all_left_out(plan))));
        }
        let would = self.would(job, plan).await;
        for (target, asked) in plan.targets.iter_mut().zip(would.targets) {
            if target.progress == Progress::Planned
                && let Progress::Refused { why, .. } = asked.progress
            {
                target.warnings.push(Warning::WouldBeRefused { why });
            }
        }
        Ok(Decided::Ask(intent))
    }

    /// The instances that AWS protects against what is planned. Where AWS does not
    /// tell, it still refuses the call.
    async fn guarded(&self, plan: &Plan) -> Vec<InstanceId> {
        if !matches!(plan.action, Action::Stop { .. } | Action::Terminate) {
            return Vec::new();
        }
        let planned = by_place(plan, |progress| *progress == Progress::Planned);
        let each = planned.iter().map(async |((account, region), ids)| match self.place(account, region) {
            Ok(place) => self.guarded_in(&place, ids, plan.action).await,
            Err(_) => Vec::new(),
        });
        join_all(each).await.concat()
    }

    async fn guarded_in(&self, place: &Place, ids: &[InstanceId], action: Action) -> Vec<InstanceId> {
        match self.worker.instances.protection(place, ids).await {
            Ok(known) => {
                known.into_iter().filter(|(_, known)| guards(*known, action)).map(|(id, _)| id).collect()
            }
            Err(error) => {
                tracing::warn!(region = %place.region, "AWS does not tell what it protects: {error}");
                Vec::new()
            }
        }
    }
}

const fn guards(protection: Protection, action: Action) -> bool {
    match action {
        Action::Stop { .. } => protection.stop,
        Action::Terminate => protection.terminate,
        Action::Start | Action::Reboot => false,
    }
}

/// What is to be done to `instance` if `outcome` is all that speaks for it.
fn permitted(person: &Person, command: &Command, instance: &Instance, outcome: Outcome) -> Outcome {
    let question = Question { person, verb: command.verb, instance: Some(instance), moment: Moment::Request };
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
        warnings,
    }
}

fn nothing_goes(command: &Command, outcomes: &[(&Instance, Outcome)]) -> Answer {
    let idle = outcomes.iter().all(|(_, outcome)| matches!(outcome, Outcome::NothingToDo { .. }));
    let message = messages::nothing_changed(command, outcomes);
    if idle { Answer::open(message) } else { Answer::refusal(message) }
}
