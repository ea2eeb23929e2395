//! One pretend instance: what it is, and what it is doing at a given moment.
//!
//! A change is kept as a course with an end, so the state follows from the
//! clock and nothing has to tick.

use std::collections::BTreeMap;

use domain::ids::{AccountId, Alias, InstanceId, Region};
use domain::instance::{Instance, InstanceState, StateReason};
use domain::time::Millis;

use super::derive;

/// How long a terminated instance stays listed. EC2 says "approximately one hour".
const TERMINATED_STAYS_MS: u64 = 60 * 60 * 1_000;

/// An instance of the fleet. Everything in `pub` fields may be set freely
/// before it is added; what it is doing changes only through the API.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Its id.
    pub id: InstanceId,
    /// Its region.
    pub region: Region,
    /// Its availability zone.
    pub zone: String,
    /// Its type, e.g. `t3.micro`.
    pub instance_type: String,
    /// Its image.
    pub image: String,
    /// Its VPC.
    pub vpc: String,
    /// Its subnet.
    pub subnet: String,
    /// Its private address.
    pub private_ip: String,
    /// What public address it has.
    pub public: PublicAddress,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// How it was bought.
    pub purchase: Purchase,
    /// What EC2 lets nobody do to it.
    pub protection: Protection,
    /// Whether hibernation was set up at launch.
    pub hibernation: bool,
    /// Whether its root volume is an instance store, so that it can never be stopped.
    pub root_is_instance_store: bool,
    /// How its volumes are encrypted.
    pub encryption: Encryption,
    /// Whether its status checks fail.
    pub impaired: bool,
    /// What AWS has scheduled for it.
    pub event: Option<ScheduledEvent>,
    /// The launch it belongs to; instances launched together share one (`r-…`).
    pub reservation: String,
    /// When it was launched last.
    pub launched_at: Millis,
    /// EC2's words for the last change.
    pub reason: String,
    /// Code and message of the last state change, if EC2 shows one.
    pub state_reason: Option<(&'static str, &'static str)>,
    /// How often it was really changed.
    pub(super) changes: Changes,
    pub(super) launches: u32,
    pub(super) course: Course,
    /// The state that was last told of as news.
    pub(super) told: InstanceState,
}

/// What an instance does about a public IPv4 address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicAddress {
    /// It has none.
    None,
    /// A new one with every start, none while it is not running.
    Changing,
    /// An Elastic IP, which it keeps while it is stopped.
    Elastic(String),
}

impl PublicAddress {
    /// Whether it is an Elastic IP address.
    pub const fn is_elastic(&self) -> bool {
        matches!(self, Self::Elastic(_))
    }
}

/// How an instance was bought, which decides whether it can be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purchase {
    /// The usual way.
    OnDemand,
    /// Spot, one-time request: can never be stopped.
    SpotOnce,
    /// Spot, persistent request: can be stopped and started.
    SpotPersistent,
    /// Spot, persistent request, stopped by EC2 and not by its owner: cannot be started.
    SpotInterrupted,
}

/// The attributes that forbid a change by API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Neither.
    None,
    /// `disableApiTermination`
    Termination,
    /// `disableApiStop`, which forbids termination as well.
    Stop,
}

/// How the EBS volumes of an instance are encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// They are not.
    None,
    /// With the key that AWS manages for the account, `aws/ebs`.
    AwsManaged,
    /// With the KMS key of this ARN, whose use has to be allowed.
    Key(String),
}

/// The ARN of the key that AWS manages for the volumes of an account.
pub(super) fn aws_managed_key(region: &Region, account: &AccountId) -> String {
    format!("arn:aws:kms:{region}:{account}:key/0a1b2c3d-aaaa-4bbb-8ccc-0123456789ab")
}

/// Something that AWS announces for an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledEvent {
    /// Its code, e.g. `instance-retirement`.
    pub code: String,
    /// What it says.
    pub description: String,
    /// When it will happen at the earliest.
    pub not_before: Millis,
}

/// How often an instance was really changed: a call that found nothing to do,
/// was refused, or only asked (`DryRun`) does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Times it was started.
    pub started: u32,
    /// Times it was stopped.
    pub stopped: u32,
    /// Times it was rebooted.
    pub rebooted: u32,
    /// Times it was terminated: 0 or 1.
    pub terminated: u32,
}

impl Changes {
    /// All of them together.
    pub const fn total(self) -> u32 {
        self.started + self.stopped + self.rebooted + self.terminated
    }
}

/// A way from one state to another: `via` until `done_at`, then `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Course {
    pub(super) via: InstanceState,
    pub(super) to: InstanceState,
    pub(super) done_at: Millis,
}

impl Course {
    /// In `state` since `since`.
    pub(super) const fn settled(state: InstanceState, since: Millis) -> Self {
        Self { via: state, to: state, done_at: since }
    }
}

impl Machine {
    /// A plain machine in `zone` that has been in `state` since `since`.
    pub fn new(id: InstanceId, region: Region, zone: &str, state: InstanceState, since: Millis) -> Self {
        Self {
            reservation: id.as_str().replacen("i-", "r-", 1),
            id,
            region,
            zone: zone.to_owned(),
            instance_type: "t3.micro".to_owned(),
            image: "ami-0c1bc246476a5572b".to_owned(),
            vpc: "vpc-0f3c1d2b4a5968770".to_owned(),
            subnet: "subnet-0a9b8c7d6e5f40312".to_owned(),
            private_ip: "10.10.0.10".to_owned(),
            public: PublicAddress::None,
            tags: BTreeMap::new(),
            purchase: Purchase::OnDemand,
            protection: Protection::None,
            hibernation: false,
            root_is_instance_store: false,
            encryption: Encryption::None,
            impaired: false,
            event: None,
            launched_at: since,
            reason: String::new(),
            state_reason: None,
            changes: Changes::default(),
            launches: 0,
            course: Course::settled(state, since),
            told: state,
        }
    }

    /// What it is doing at `now`.
    pub fn state(&self, now: Millis) -> InstanceState {
        if now >= self.course.done_at { self.course.to } else { self.course.via }
    }

    /// Code and message of why it is in its state, if EC2 shows a reason. Of a start that
    /// will fail nothing shows before.
    pub(super) fn reason(&self, now: Millis) -> Option<(&'static str, &'static str)> {
        self.state_reason.filter(|_| self.state(now) != InstanceState::Pending)
    }

    /// Whether EC2 has forgotten it by `now`.
    pub fn is_gone(&self, now: Millis) -> bool {
        self.course.to == InstanceState::Terminated && now >= self.course.done_at.plus(TERMINATED_STAYS_MS)
    }

    /// Since when it has been running, if it is.
    pub(super) fn running_since(&self, now: Millis) -> Option<Millis> {
        (self.state(now) == InstanceState::Running).then_some(self.course.done_at)
    }

    /// Whether it still has its place in a network.
    pub(super) fn is_in_network(&self, now: Millis) -> bool {
        self.state(now) != InstanceState::Terminated
    }

    /// Its public address at `now`.
    pub fn public_ip(&self, now: Millis) -> Option<String> {
        match (&self.public, self.state(now)) {
            (PublicAddress::None, _) | (_, InstanceState::Terminated) => None,
            (PublicAddress::Elastic(ip), _) => Some(ip.clone()),
            (PublicAddress::Changing, InstanceState::Running) => {
                Some(derive::public_ip(self.id.as_str(), self.launches))
            }
            (PublicAddress::Changing, _) => None,
        }
    }

    /// Whether it is a Spot instance.
    pub fn is_spot(&self) -> bool {
        self.purchase != Purchase::OnDemand
    }

    /// What a Describe tells Bellhop about it. No team has named `account` here, so its
    /// number stands for its alias.
    pub fn describe(&self, account: &AccountId, now: Millis) -> Instance {
        let placed = self.is_in_network(now);
        Instance {
            id: self.id.clone(),
            account: Alias::new(account.as_str()),
            region: self.region.clone(),
            zone: self.zone.clone(),
            state: self.state(now),
            instance_type: self.instance_type.clone(),
            launched_at: self.launched_at,
            image: self.image.clone(),
            vpc: placed.then(|| self.vpc.clone()),
            subnet: placed.then(|| self.subnet.clone()),
            private_ip: placed.then(|| self.private_ip.clone()),
            public_ip: self.public_ip(now),
            keeps_public_ip: self.public_ip(now).is_some() && self.public.is_elastic(),
            root_is_instance_store: self.root_is_instance_store,
            spot: self.is_spot(),
            transition_reason: self.reason.clone(),
            state_reason: self
                .reason(now)
                .map(|(code, message)| StateReason { code: code.to_owned(), message: message.to_owned() }),
            tags: self.tags.clone(),
        }
    }
}
