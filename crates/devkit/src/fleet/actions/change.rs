//! `StartInstances`, `StopInstances`, `RebootInstances`, `TerminateInstances`:
//! all or nothing, except where EC2 itself is not.

use domain::ids::InstanceId;
use domain::instance::{Action, InstanceState};
use domain::time::Millis;

use super::super::clock::millis;
use super::super::fault::FaultKind;
use super::super::lifecycle::{self, Verdict};
use super::super::refusal::Refusal;
use super::super::show;
use super::super::state::State;
use super::Asked;

/// When a change ends that never does.
const NEVER: Millis = Millis(u64::MAX);

/// What the call means for one instance, and what that was doing before.
struct Step {
    id: InstanceId,
    zone: String,
    before: InstanceState,
    verdict: Result<Verdict, Refusal>,
}

pub(super) fn answer(state: &mut State, asked: &Asked<'_>) -> Result<String, Refusal> {
    let action = read(asked)?;
    let ids = asked.params.instance_ids()?;
    if ids.is_empty() {
        return Err(Refusal::missing("InstanceId"));
    }
    asked.authorize(state, &ids)?;
    asked.all_exist(state, &ids)?;
    asked.unless_dry_run()?;

    let steps: Vec<Step> = ids.iter().filter_map(|id| decide(state, asked, action, id)).collect();
    if let Some(refusal) = steps.iter().find_map(|step| step.verdict.clone().err()) {
        if action == Action::Terminate {
            run(state, asked, action, &in_spared_zones(&steps));
        }
        return Err(refusal);
    }
    run(state, asked, action, &steps.iter().collect::<Vec<_>>());
    Ok(document(state, asked, action, &steps))
}

/// The change that the call asks for, once its parameters are known to be its own.
fn read(asked: &Asked<'_>) -> Result<Action, Refusal> {
    let params = asked.params;
    match asked.action {
        "StopInstances" => {
            params.only(&["InstanceId.", "Force", "Hibernate", "SkipOsShutdown"])?;
            Ok(Action::Stop { force: params.flag("Force")?, hibernate: params.flag("Hibernate")? })
        }
        "TerminateInstances" => {
            params.only(&["InstanceId.", "Force", "SkipOsShutdown"])?;
            Ok(Action::Terminate)
        }
        "RebootInstances" => params.only(&["InstanceId."]).map(|()| Action::Reboot),
        _ => params.only(&["InstanceId.", "AdditionalInfo"]).map(|()| Action::Start),
    }
}

/// Nothing for an instance that is not there.
fn decide(state: &mut State, asked: &Asked<'_>, action: Action, id: &InstanceId) -> Option<Step> {
    let machine = state.world.shelf(asked.account, asked.region)?.get(id)?;
    let before = machine.state(asked.now);
    let mut verdict = lifecycle::decide(machine, action, asked.now);
    let (zone, instance_type) = (machine.zone.clone(), machine.instance_type.clone());
    if action == Action::Start && verdict == Ok(Verdict::Begin) {
        let ids = [id.clone()];
        if state.faults.strikes(&asked.occasion(&ids), FaultKind::NoCapacity) {
            verdict = Err(Refusal::no_capacity(&instance_type, &zone));
        }
    }
    Some(Step { id: id.clone(), zone, before, verdict })
}

/// A refused termination still ends what stands in availability zones where
/// nothing was refused.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html>
fn in_spared_zones(steps: &[Step]) -> Vec<&Step> {
    let hit: Vec<&str> =
        steps.iter().filter(|step| step.verdict.is_err()).map(|step| step.zone.as_str()).collect();
    steps.iter().filter(|step| !hit.contains(&step.zone.as_str())).collect()
}

fn run(state: &mut State, asked: &Asked<'_>, action: Action, steps: &[&Step]) {
    let soon = asked.now.plus(state.change_ms());
    for step in steps {
        let ids = [step.id.clone()];
        let begins = step.verdict == Ok(Verdict::Begin);
        let lasts = |kind| match kind {
            FaultKind::Stuck => Some(NEVER),
            FaultKind::Takes(time) => Some(asked.now.plus(millis(time))),
            _ => None,
        };
        let ordered = if begins { state.faults.strike(&asked.occasion(&ids), lasts) } else { None };
        let shelf = state.world.shelf_mut(asked.account, asked.region);
        let Some(machine) = shelf.and_then(|shelf| shelf.get_mut(&step.id)) else { continue };
        match step.verdict {
            Ok(Verdict::Begin) => {
                lifecycle::begin(machine, action, asked.now, ordered.unwrap_or(soon));
                if action == Action::Start && !asked.may_use_key(machine) {
                    lifecycle::fail_start(machine);
                }
            }
            Ok(Verdict::Hurry) => lifecycle::hurry(machine, soon),
            Ok(Verdict::Nothing) | Err(_) => {}
        }
    }
}

fn document(state: &State, asked: &Asked<'_>, action: Action, steps: &[Step]) -> String {
    if action == Action::Reboot {
        return asked.document(|xml| xml.text("return", "true"));
    }
    let shelf = state.world.shelf(asked.account, asked.region);
    let state_now =
        |id: &InstanceId| shelf.and_then(|shelf| shelf.get(id)).map(|machine| machine.state(asked.now));
    asked.document(|xml| {
        xml.items("instancesSet", steps, |xml, step| {
            xml.text("instanceId", step.id.as_str());
            show::state(xml, "currentState", state_now(&step.id).unwrap_or(step.before));
            show::state(xml, "previousState", step.before);
        });
    })
}
