//! EC2 and STS without AWS: a fleet of pretend instances behind the real
//! protocol.
//!
//! It answers what the app's own EC2 client sends, in EC2's words, and lets
//! time pass as EC2 does. Accounts have roles, and sessions of these are held to
//! their policies. A test holds the other end: it moves the clock, orders failures,
//! and asks how often an instance was really changed. What it does not do: launch
//! instances, or keep networks or more than one volume for each.

mod actions;
mod api;
mod clock;
mod date;
mod derive;
mod fault;
mod filter;
mod health;
mod lifecycle;
mod log;
mod machine;
mod news;
mod page;
mod params;
mod pattern;
mod refusal;
mod roles;
mod sample;
mod show;
mod state;
mod sts;
mod world;
mod xml;

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::ids::{AccountId, InstanceId, Region};
use domain::instance::{Instance, InstanceState};

use machine::Course;
use state::State;
use tokio::sync::Notify;

pub use clock::Clock;
pub use fault::{Fault, FaultKind};
pub use log::Call;
pub use machine::{Changes, Encryption, Machine, Protection, PublicAddress, Purchase, ScheduledEvent};
pub use roles::{Assumed, Role, SourceIdentity, Trust, role_arn};
pub use sample::{
    ACT_ROLE, CARELESS_ROLE, NO_TERMINATE_ROLE, PROD_ACCOUNT, PROD_EXTERNAL_ID, PROD_KEY, READ_ROLE,
    SAMPLE_ACCOUNT, SAMPLE_EC2_ROLE, STRANGE_ROLE, sample_world,
};
pub use state::Pace;
pub use world::{Closure, World};

/// The fleet. Share it in an `Arc`.
#[derive(Debug)]
pub struct Fleet {
    clock: Clock,
    state: Mutex<State>,
    /// Wakes who waits for events: there may be new ones, or sooner.
    changed: Notify,
}

impl Fleet {
    /// A fleet of what is in `world`, living by `clock`.
    pub fn new(world: World, clock: Clock) -> Self {
        Self { clock, state: Mutex::new(State { world, ..State::default() }), changed: Notify::new() }
    }

    /// The clock it lives by.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Sets how long changes take from now on; those under way keep their end.
    pub fn set_pace(&self, pace: Pace) {
        self.lock().pace = pace;
    }

    /// Orders a failure.
    pub fn inject(&self, fault: Fault) {
        self.lock().faults.add(fault);
    }

    /// Makes a region, or an account (12 digits), reachable again after [`Fault::unreachable`].
    pub fn reconnect(&self, place: &str) {
        self.lock().faults.reconnect(place);
    }

    /// Takes all ordered failures back.
    pub fn heal(&self) {
        self.lock().faults.clear();
    }

    /// An instance as a Describe would tell it; nothing once EC2 has forgotten it.
    pub fn instance(&self, id: &InstanceId) -> Option<Instance> {
        let now = self.clock.now();
        let state = self.lock();
        let mut known = state.world.machines().filter(|(_, machine)| !machine.is_gone(now));
        let (account, machine) = known.find(|(_, machine)| machine.id == *id)?;
        Some(machine.describe(account, now))
    }

    /// Every instance that EC2 still knows, with its account.
    pub fn instances(&self) -> Vec<(AccountId, Instance)> {
        let now = self.clock.now();
        let state = self.lock();
        let known = state.world.machines().filter(|(_, machine)| !machine.is_gone(now));
        known.map(|(account, machine)| (account.clone(), machine.describe(account, now))).collect()
    }

    /// The ids of the instances whose `Name` tag is exactly `name`.
    pub fn ids_of(&self, name: &str) -> Vec<InstanceId> {
        let all = self.instances().into_iter().map(|(_, instance)| instance);
        all.filter(|instance| instance.name() == Some(name)).map(|instance| instance.id).collect()
    }

    /// The same within one account.
    pub fn ids_in(&self, account: &AccountId, name: &str) -> Vec<InstanceId> {
        let all = self.instances().into_iter().filter(|(owner, _)| owner == account);
        let named = all.filter(|(_, instance)| instance.name() == Some(name));
        named.map(|(_, instance)| instance.id).collect()
    }

    /// How often an instance was really changed through the API.
    pub fn changes(&self, id: &InstanceId) -> Changes {
        self.lock().world.machine(id).map(|machine| machine.changes).unwrap_or_default()
    }

    /// The calls so far, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().log.all()
    }

    /// Forgets the calls so far; what they changed stays.
    pub fn forget_calls(&self) {
        self.lock().log.clear();
    }

    /// Adds an instance.
    pub fn add(&self, account: &AccountId, machine: Machine) {
        self.lock().world.add(account, machine);
    }

    /// Whether there is such an account.
    pub fn has(&self, account: &AccountId) -> bool {
        !self.lock().world.regions(account).is_empty()
    }

    /// Lets an account use one more region.
    pub fn open(&self, account: &AccountId, region: &Region) {
        self.lock().world.open(account, region);
    }

    /// Closes a region to an account, whatever is there, or opens it again.
    pub fn set_closure(&self, account: &AccountId, region: &Region, closure: Option<Closure>) {
        self.lock().world.set_closure(account, region, closure);
    }

    /// Adds a role to an account, or replaces the one of that name; gives back its ARN.
    pub fn add_role(&self, account: &AccountId, role: Role) -> String {
        self.lock().world.add_role(account, role)
    }

    /// Alters the role with this ARN; its sessions feel it with their next call.
    /// False if there is no such role.
    pub fn alter_role(&self, arn: &str, change: impl FnOnce(&mut Role)) -> bool {
        self.lock().world.role_mut(arn).map(change).is_some()
    }

    /// Deletes a role; its sessions are worth nothing from now on. False if there is no such role.
    pub fn remove_role(&self, arn: &str) -> bool {
        self.lock().world.remove_role(arn)
    }

    /// Sets a tag, or takes it away, behind everybody's back. False if there is no such instance.
    pub fn tag(&self, id: &InstanceId, key: &str, value: Option<&str>) -> bool {
        self.alter(id, |machine| {
            match value {
                Some(value) => machine.tags.insert(key.to_owned(), value.to_owned()),
                None => machine.tags.remove(key),
            };
        })
    }

    /// Puts an instance into a state at once, as if somebody else had changed
    /// it; [`Fleet::changes`] does not count this. False if there is no such instance.
    pub fn put(&self, id: &InstanceId, state: InstanceState) -> bool {
        let now = self.clock.now();
        self.alter(id, |machine| machine.course = Course::settled(state, now))
    }

    /// Alters an instance in any other way. False if there is no such instance.
    pub fn alter(&self, id: &InstanceId, change: impl FnOnce(&mut Machine)) -> bool {
        let now = self.clock.now();
        let mut state = self.lock();
        state.look_around(now);
        let found = state.world.machine_mut(id).map(change).is_some();
        state.look_around(now);
        drop(state);
        self.changed.notify_one();
        found
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
