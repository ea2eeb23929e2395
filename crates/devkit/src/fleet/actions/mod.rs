//! The actions of the EC2 Query API that the fleet plays, one file each.
//!
//! Every action checks in the same order: its parameters, then whether the
//! caller may (in this region at all, and by its policies), then whether the instances exist, then a dry run ends it, and
//! only then the state of things.

mod authorize;
mod change;
mod describe_instances;
mod describe_regions;
mod describe_status;
mod describe_volumes;

use domain::ids::{AccountId, InstanceId, Region};
use domain::time::Millis;

use super::fault::{FaultKind, Occasion};
use super::machine::Machine;
use super::params::Params;
use super::refusal::Refusal;
use super::state::State;
use super::sts::Caller;
use super::xml::Xml;

const NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";
const VERSION: &str = "2016-11-15";

/// One call, ready to be answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) action: &'a str,
    pub(super) params: Params<'a>,
    pub(super) account: &'a AccountId,
    pub(super) region: &'a Region,
    pub(super) caller: &'a Caller,
    pub(super) now: Millis,
    pub(super) request_id: &'a str,
}

/// Answers one EC2 call with its XML.
pub(super) fn answer(state: &mut State, asked: &Asked<'_>) -> Result<String, Refusal> {
    if !state.world.regions(asked.account).contains(asked.region) {
        return Err(Refusal::auth_failure());
    }
    asked.refuse_in_closed_region(state)?;
    let named = asked.params.instance_ids();
    let occasion = asked.occasion(named.as_deref().unwrap_or_default());
    if state.faults.strikes(&occasion, FaultKind::Throttled) {
        return Err(Refusal::throttled());
    }
    if state.faults.strikes(&occasion, FaultKind::Unavailable) {
        return Err(Refusal::unavailable());
    }
    asked.check_version()?;
    match asked.action {
        "DescribeInstances" => describe_instances::answer(state, asked),
        "DescribeInstanceStatus" => describe_status::answer(state, asked),
        "DescribeVolumes" => describe_volumes::answer(state, asked),
        "DescribeRegions" => describe_regions::answer(state, asked),
        "StartInstances" | "StopInstances" | "RebootInstances" | "TerminateInstances" => {
            change::answer(state, asked)
        }
        "" => Err(Refusal::missing("Action")),
        other => Err(Refusal::unknown_action(other)),
    }
}

impl Asked<'_> {
    /// What a failure may have been ordered for.
    pub(super) fn occasion<'b>(&'b self, instances: &'b [InstanceId]) -> Occasion<'b> {
        Occasion { action: self.action, account: self.account, region: self.region, instances }
    }

    fn check_version(&self) -> Result<(), Refusal> {
        match self.params.get("Version") {
            Some(VERSION) => Ok(()),
            None => Err(Refusal::missing("Version")),
            Some(other) => Err(Refusal::client(
                "NoSuchVersion",
                format!("The requested version ({other}) of service AmazonEC2 does not exist"),
            )),
        }
    }

    /// Refuses if one of `ids` is not there, naming all that are not.
    fn all_exist(&self, state: &State, ids: &[InstanceId]) -> Result<(), Refusal> {
        let known = |id: &InstanceId| self.machines(state).any(|machine| machine.id == *id);
        let unknown: Vec<InstanceId> = ids.iter().filter(|id| !known(id)).cloned().collect();
        if unknown.is_empty() { Ok(()) } else { Err(Refusal::not_found(&unknown)) }
    }

    /// Ends a dry run.
    fn unless_dry_run(&self) -> Result<(), Refusal> {
        if self.params.flag("DryRun")? { Err(Refusal::dry_run()) } else { Ok(()) }
    }

    /// The instances that EC2 still knows here, in the order of their ids.
    fn machines<'b>(&'b self, state: &'b State) -> impl Iterator<Item = &'b Machine> {
        state
            .world
            .shelf(self.account, self.region)
            .into_iter()
            .flat_map(|shelf| shelf.values())
            .filter(|machine| !machine.is_gone(self.now))
    }

    /// A success document.
    fn document(&self, fill: impl FnOnce(&mut Xml)) -> String {
        Xml::document(&format!("{}Response", self.action), NAMESPACE, |xml| {
            xml.text("requestId", self.request_id);
            fill(xml);
        })
    }
}
