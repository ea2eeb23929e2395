//! A little EC2: instances whose states move on the clock, and that count what
//! was done to them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::account::{Account, HOME};
use domain::command::pattern;
use domain::ids::{Alias, InstanceId, Region};
use domain::instance::{Instance, InstanceState};
use domain::time::Millis;

use super::clock::VirtualClock;
use super::estate::MemoryAudit;
use super::machine::{Machine, TAKES_MS};
use super::seam::{Seam, Trouble};
use crate::ports::{
    Actor, Caller, Change, Changed, Clock as _, Describe, Health, Instances, InstancesError, Place,
    Protection, RegionClosure,
};

/// All instances of the account.
pub(crate) struct Fleet {
    seam: Arc<Seam>,
    clock: Arc<VirtualClock>,
    audit: Arc<MemoryAudit>,
    machines: Mutex<Vec<Machine>>,
    /// Calls that were made without an entry before them.
    unbooked: Mutex<Vec<String>>,
}

impl Fleet {
    pub(crate) fn new(seam: Arc<Seam>, clock: Arc<VirtualClock>, audit: Arc<MemoryAudit>) -> Self {
        Self { seam, clock, audit, machines: Mutex::default(), unbooked: Mutex::default() }
    }

    /// Adds the instance with this digit for an id, with tags `key=value`.
    pub(crate) fn add(&self, digit: char, region: &str, state: InstanceState, tags: &[&str]) -> InstanceId {
        let id = InstanceId::parse(&format!("i-{}", digit.to_string().repeat(8))).unwrap();
        let tags = tags.iter().filter_map(|tag| tag.split_once('='));
        let seen = Instance {
            id: id.clone(),
            account: Alias::new(HOME),
            region: Region::new(region),
            zone: format!("{region}a"),
            state,
            instance_type: "t3.micro".to_owned(),
            launched_at: Millis(self.clock.now().0 - 3 * 86_400_000),
            image: "ami-1".to_owned(),
            vpc: Some("vpc-1".to_owned()),
            subnet: None,
            private_ip: Some(format!("10.0.0.{}", digit.to_digit(16).unwrap())),
            public_ip: None,
            keeps_public_ip: false,
            root_is_instance_store: false,
            spot: false,
            state_reason: None,
            transition_reason: match state {
                InstanceState::Stopped => "User initiated (2025-11-28 18:02:11 GMT)".to_owned(),
                _ => String::new(),
            },
            tags: tags.map(|(key, value)| (key.to_owned(), value.to_owned())).collect::<BTreeMap<_, _>>(),
        };
        let machine = Machine {
            seen,
            bound_for: None,
            takes_ms: TAKES_MS,
            refuses: None,
            protection: None,
            key: None,
            done: Vec::new(),
        };
        self.machines.lock().unwrap().push(machine);
        id
    }

    /// The instance is another account's.
    pub(crate) fn belongs_to(&self, id: &InstanceId, account: &str) {
        let mut machines = self.machines.lock().unwrap();
        let machine = machines.iter_mut().find(|machine| machine.seen.id == *id).unwrap();
        machine.seen.account = Alias::new(account);
    }

    /// The instance has another name now.
    pub(crate) fn rename(&self, id: &InstanceId, name: &str) {
        let mut machines = self.machines.lock().unwrap();
        let machine = machines.iter_mut().find(|machine| machine.seen.id == *id).unwrap();
        machine.seen.tags.insert("Name".to_owned(), name.to_owned());
    }

    fn with<T>(&self, name: &str, look: impl FnOnce(&mut Machine) -> T) -> T {
        let now = self.clock.now();
        let mut machines = self.machines.lock().unwrap();
        let machine = machines.iter_mut().find(|machine| machine.seen.label() == name).unwrap();
        machine.settle(now);
        look(machine)
    }

    /// How long the instance takes from one state to another.
    pub(crate) fn takes(&self, name: &str, millis: u64) {
        self.with(name, |machine| machine.takes_ms = millis);
    }

    /// EC2 refuses every change to the instance.
    pub(crate) fn refuses(&self, name: &str, code: &'static str) {
        self.with(name, |machine| machine.refuses = Some(code));
    }

    /// Somebody else changes the instance.
    pub(crate) fn meddle(&self, name: &str, state: InstanceState) {
        self.with(name, |machine| {
            machine.seen.state = state;
            machine.bound_for = None;
        });
    }

    /// It was stopped and started, and is as it was.
    pub(crate) fn relaunch(&self, name: &str) {
        let now = self.clock.now();
        self.with(name, |machine| machine.seen.launched_at = now);
    }

    /// The instance has one more tag.
    pub(crate) fn tag(&self, name: &str, key: &str, value: &str) {
        self.with(name, |machine| machine.seen.tags.insert(key.to_owned(), value.to_owned()));
    }

    /// The instance is otherwise than it was made.
    pub(crate) fn make(&self, name: &str, change: impl FnOnce(&mut Instance)) {
        self.with(name, |machine| change(&mut machine.seen));
    }

    /// AWS protects the instance, and refuses calls; dry runs are refused too if `shows`.
    pub(crate) fn protect(&self, name: &str, protection: Protection, shows: bool) {
        self.with(name, |machine| machine.protection = Some((protection, shows)));
    }

    /// The instance has a volume that is encrypted; a start fails unless its key may be used.
    pub(crate) fn encrypt(&self, name: &str, may_use_key: bool) {
        self.with(name, |machine| machine.key = Some(may_use_key));
    }

    /// Calls that changed something, or may have, without an entry before them.
    pub(crate) fn unbooked(&self) -> Vec<String> {
        self.unbooked.lock().unwrap().clone()
    }

    /// It is not there any more.
    pub(crate) fn forget(&self, name: &str) {
        self.machines.lock().unwrap().retain(|machine| machine.seen.label() != name);
    }

    pub(crate) fn state(&self, name: &str) -> InstanceState {
        self.with(name, |machine| machine.seen.state)
    }

    /// What was done to the instance, in order, counting only what had effect.
    pub(crate) fn done(&self, name: &str) -> Vec<&'static str> {
        self.with(name, |machine| machine.done.clone())
    }

    /// Everything that was done to anything: `stop web-1`.
    pub(crate) fn all_done(&self) -> Vec<String> {
        let machines = self.machines.lock().unwrap();
        let each = machines
            .iter()
            .flat_map(|machine| machine.done.iter().map(|what| format!("{what} {}", machine.seen.label())));
        each.collect()
    }

    fn described(&self, place: &Place, what: &Describe) -> Vec<Instance> {
        let now = self.clock.now();
        let mut machines = self.machines.lock().unwrap();
        machines.iter_mut().for_each(|machine| machine.settle(now));
        let all = machines.iter().map(|machine| machine.seen.clone());
        all.filter(|seen| place.holds(seen) && (what.ids.is_empty() || what.ids.contains(&seen.id)))
            .filter(|seen| what.filters.iter().all(|(name, values)| fits(seen, name, values)))
            .collect()
    }

    fn changed(&self, place: &Place, change: &Change) -> Result<Changed, InstancesError> {
        let now = self.clock.now();
        let mut machines = self.machines.lock().unwrap();
        machines.iter_mut().for_each(|machine| machine.settle(now));
        let mut chosen: Vec<&mut Machine> = machines
            .iter_mut()
            .filter(|machine| place.holds(&machine.seen) && change.ids.contains(&machine.seen.id))
            .collect();
        if chosen.len() != change.ids.len() {
            return Err(refused("InvalidInstanceID.NotFound"));
        }
        for machine in &chosen {
            machine.allows(change.action).map_err(refused)?;
            if let Some(refusal) = machine.guarded(change) {
                return Err(refusal);
            }
        }
        if change.dry_run {
            return Ok(Changed::default());
        }
        let states = chosen.iter_mut().map(|machine| machine.change(change.action, now)).collect();
        Ok(Changed { states, request_id: "req-1".to_owned() })
    }
}

fn fits(seen: &Instance, name: &str, values: &[String]) -> bool {
    let value = match name {
        "instance-id" => Some(seen.id.as_str()),
        "instance-state-name" => Some(seen.state.as_str()),
        "private-ip-address" => seen.private_ip.as_deref(),
        name => {
            let key = name.strip_prefix("tag:").unwrap_or_else(|| panic!("no such filter here: {name}"));
            seen.tags.get(key).map(String::as_str)
        }
    };
    value.is_some_and(|value| values.iter().any(|wanted| pattern::matches(wanted, value)))
}

fn refused(code: &str) -> InstancesError {
    let (message, request_id) = ("in EC2's own words".to_owned(), "req-1".to_owned());
    InstancesError::Refused { code: code.to_owned(), message, request_id }
}

pub(super) fn protected(attribute: &str) -> InstancesError {
    let message = format!("The instance may not be changed. Modify its '{attribute}' instance attribute.");
    let (code, request_id) = ("OperationNotPermitted".to_owned(), "req-1".to_owned());
    InstancesError::Refused { code, message, request_id }
}

fn failed(trouble: &Trouble, operation: &str, changes: bool) -> InstancesError {
    match trouble {
        Trouble::NotAllowed => InstancesError::NotAllowed {
            operation: format!("ec2:{operation}"),
            request_id: "req-1".to_owned(),
        },
        Trouble::RegionClosed => InstancesError::RegionClosed {
            closure: RegionClosure::NotEnabled,
            request_id: "req-1".to_owned(),
        },
        Trouble::Refused(code) => refused(code),
        Trouble::FailBefore | Trouble::FailAfter if changes => InstancesError::Unclear("reset".to_owned()),
        _ => InstancesError::Busy("slow down".to_owned()),
    }
}

/// How a call to a place is named: by its region, and its account if that is not our own.
fn named(place: &Place) -> String {
    if place.account.is_home() {
        return place.region.as_str().to_owned();
    }
    format!("{} {}", place.account.alias, place.region)
}

#[async_trait]
impl Instances for Fleet {
    async fn describe(&self, place: &Place, what: &Describe) -> Result<Vec<Instance>, InstancesError> {
        let described = || self.described(place, what);
        let described = self.seam.cross(format!("ec2.describe {}", named(place)), described).await;
        described.map_err(|trouble| failed(&trouble, "DescribeInstances", false))
    }

    async fn health(&self, place: &Place, ids: &[InstanceId]) -> Result<Vec<Health>, InstancesError> {
        let fine = |id: &InstanceId| Health {
            id: id.clone(),
            system: "ok".to_owned(),
            instance: "ok".to_owned(),
            events: Vec::new(),
        };
        let health = || ids.iter().map(fine).collect();
        let health = self.seam.cross(format!("ec2.health {}", named(place)), health).await;
        health.map_err(|trouble| failed(&trouble, "DescribeInstanceStatus", false))
    }

    async fn encrypted(&self, place: &Place, ids: &[InstanceId]) -> Result<Vec<InstanceId>, InstancesError> {
        let encrypted = || {
            let machines = self.machines.lock().unwrap();
            let asked = machines.iter().filter(|machine| ids.contains(&machine.seen.id));
            asked.filter(|machine| machine.key.is_some()).map(|machine| machine.seen.id.clone()).collect()
        };
        let encrypted = self.seam.cross(format!("ec2.volumes {}", named(place)), encrypted).await;
        encrypted.map_err(|trouble| failed(&trouble, "DescribeVolumes", false))
    }

    async fn change(&self, place: &Place, change: &Change, actor: &Actor) -> Result<Changed, InstancesError> {
        let name = format!("ec2.{} {}", if change.dry_run { "dry-run" } else { "change" }, named(place));
        let changed = || {
            if !change.dry_run && !self.audit.is_due(actor, change) {
                self.unbooked.lock().unwrap().push(format!("{change:?} of {actor:?}"));
            }
            self.changed(place, change)
        };
        let changed = self.seam.cross(name, changed).await;
        changed.map_err(|trouble| failed(&trouble, change.action.operation(), !change.dry_run))?
    }

    async fn caller(&self, account: &Account) -> Result<Caller, InstancesError> {
        let caller = || Caller { account: account.id.clone(), role: "BellhopEc2".to_owned() };
        let caller = self.seam.cross("sts.caller", caller).await;
        caller.map_err(|trouble| failed(&trouble, "GetCallerIdentity", false))
    }
}
