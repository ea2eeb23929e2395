//! A little EC2: instances whose states move on the clock, and that count what
//! was done to them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::command::pattern;
use domain::ids::{AccountId, InstanceId, Region};
use domain::instance::{Action, Instance, InstanceState};
use domain::time::Millis;

use super::clock::VirtualClock;
use super::seam::{Seam, Trouble};
use crate::ports::{Caller, Change, Clock as _, Describe, Health, Instances, InstancesError};

const ACCOUNT: &str = "123456789012";

/// How long a start or a stop takes, unless a test says otherwise.
const TAKES_MS: u64 = 4_500;

struct Machine {
    seen: Instance,
    /// The state it is on its way to, and when it arrives.
    bound_for: Option<(InstanceState, Millis)>,
    takes_ms: u64,
    /// The code with which EC2 refuses every change.
    refuses: Option<&'static str>,
    done: Vec<&'static str>,
}

/// All instances of the account.
pub(crate) struct Fleet {
    seam: Arc<Seam>,
    clock: Arc<VirtualClock>,
    machines: Mutex<Vec<Machine>>,
}

impl Fleet {
    pub(crate) fn new(seam: Arc<Seam>, clock: Arc<VirtualClock>) -> Self {
        Self { seam, clock, machines: Mutex::default() }
    }

    /// Adds the instance with this digit for an id, with tags `key=value`.
    pub(crate) fn add(&self, digit: char, region: &str, state: InstanceState, tags: &[&str]) -> InstanceId {
        let id = InstanceId::parse(&format!("i-{}", digit.to_string().repeat(8))).unwrap();
        let tags = tags.iter().filter_map(|tag| tag.split_once('='));
        let seen = Instance {
            id: id.clone(),
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
            spot: false,
            transition_reason: match state {
                InstanceState::Stopped => "User initiated (2025-11-28 18:02:11 GMT)".to_owned(),
                _ => String::new(),
            },
            tags: tags.map(|(key, value)| (key.to_owned(), value.to_owned())).collect::<BTreeMap<_, _>>(),
        };
        let machine = Machine { seen, bound_for: None, takes_ms: TAKES_MS, refuses: None, done: Vec::new() };
        self.machines.lock().unwrap().push(machine);
        id
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

    fn described(&self, region: &Region, what: &Describe) -> Vec<Instance> {
        let now = self.clock.now();
        let mut machines = self.machines.lock().unwrap();
        machines.iter_mut().for_each(|machine| machine.settle(now));
        let all = machines.iter().map(|machine| machine.seen.clone());
        all.filter(|seen| seen.region == *region && (what.ids.is_empty() || what.ids.contains(&seen.id)))
            .filter(|seen| what.filters.iter().all(|(name, values)| fits(seen, name, values)))
            .collect()
    }

    fn changed(&self, region: &Region, change: &Change) -> Result<Changed, InstancesError> {
        let now = self.clock.now();
        let mut machines = self.machines.lock().unwrap();
        machines.iter_mut().for_each(|machine| machine.settle(now));
        let mut chosen: Vec<&mut Machine> = machines
            .iter_mut()
            .filter(|machine| machine.seen.region == *region && change.ids.contains(&machine.seen.id))
            .collect();
        if chosen.len() != change.ids.len() {
            return Err(refused("InvalidInstanceID.NotFound"));
        }
        for machine in &chosen {
            machine.allows(change.action).map_err(refused)?;
        }
        if change.dry_run {
            return Ok(Vec::new());
        }
        Ok(chosen.iter_mut().map(|machine| machine.change(change.action, now)).collect())
    }
}

type Changed = Vec<(InstanceId, InstanceState)>;

impl Machine {
    fn settle(&mut self, now: Millis) {
        if let Some((state, at)) = self.bound_for
            && at <= now
        {
            self.seen.state = state;
            self.bound_for = None;
        }
    }

    fn allows(&self, action: Action) -> Result<(), &'static str> {
        use InstanceState::{Pending, Running, Stopped, Stopping};
        if let Some(code) = self.refuses {
            return Err(code);
        }
        match (action, self.seen.state) {
            (Action::Stop { .. }, Running | Stopping | Stopped)
            | (Action::Start, Stopped | Pending | Running)
            | (Action::Reboot, Running)
            | (Action::Terminate, _) => Ok(()),
            _ => Err("IncorrectInstanceState"),
        }
    }

    fn change(&mut self, action: Action, now: Millis) -> (InstanceId, InstanceState) {
        use InstanceState::{Pending, Running, ShuttingDown, Stopped, Stopping, Terminated};
        let way = match (action, self.seen.state) {
            (Action::Stop { .. }, Running) => Some(("stop", Stopping, Stopped)),
            (Action::Start, Stopped) => Some(("start", Pending, Running)),
            (Action::Terminate, Pending | Running | Stopping | Stopped) => {
                Some(("terminate", ShuttingDown, Terminated))
            }
            _ => None,
        };
        if let Some((what, over, goal)) = way {
            self.done.push(what);
            self.seen.state = over;
            self.bound_for = Some((goal, now.plus(self.takes_ms)));
        } else if action == Action::Reboot {
            self.done.push("reboot");
        }
        (self.seen.id.clone(), self.seen.state)
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

fn failed(trouble: &Trouble, operation: &str, changes: bool) -> InstancesError {
    match trouble {
        Trouble::NotAllowed => {
            InstancesError::NotAllowed { operation: operation.to_owned(), request_id: "req-1".to_owned() }
        }
        Trouble::Refused(code) => refused(code),
        Trouble::FailBefore | Trouble::FailAfter if changes => InstancesError::Unclear("reset".to_owned()),
        _ => InstancesError::Busy("slow down".to_owned()),
    }
}

#[async_trait]
impl Instances for Fleet {
    async fn describe(&self, region: &Region, what: &Describe) -> Result<Vec<Instance>, InstancesError> {
        let described = || self.described(region, what);
        let described = self.seam.cross(format!("ec2.describe {region}"), described).await;
        described.map_err(|trouble| failed(&trouble, "DescribeInstances", false))
    }

    async fn health(&self, region: &Region, ids: &[InstanceId]) -> Result<Vec<Health>, InstancesError> {
        let fine = |id: &InstanceId| Health {
            id: id.clone(),
            system: "ok".to_owned(),
            instance: "ok".to_owned(),
            events: Vec::new(),
        };
        let health = || ids.iter().map(fine).collect();
        let health = self.seam.cross(format!("ec2.health {region}"), health).await;
        health.map_err(|trouble| failed(&trouble, "DescribeInstanceStatus", false))
    }

    async fn change(&self, region: &Region, change: &Change) -> Result<Changed, InstancesError> {
        let dry = if change.dry_run { "dry-run" } else { "change" };
        let changed = self.seam.cross(format!("ec2.{dry} {region}"), || self.changed(region, change)).await;
        changed.map_err(|trouble| failed(&trouble, change.action.operation(), !change.dry_run))?
    }

    async fn caller(&self) -> Result<Caller, InstancesError> {
        let caller = || Caller { account: AccountId::new(ACCOUNT), role: "BellhopEc2".to_owned() };
        let caller = self.seam.cross("sts.caller", caller).await;
        caller.map_err(|trouble| failed(&trouble, "GetCallerIdentity", false))
    }
}
