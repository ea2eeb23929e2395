//! The sentences: what they say, and that nobody's name or words can do
//! anything in them.

mod accounts;
mod buttons;
mod cards;
mod foreign;
mod text;
mod warnings;
mod wording;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::ids::{Alias, InstanceId, Region};
use domain::instance::{Action, Instance, InstanceState};
use domain::job::{Plan, PlanTarget, Progress};
use domain::time::Millis;

use super::Page;
use crate::ports::Place;
use crate::testing::home;

const STOP: Action = Action::Stop { force: false, hibernate: false };

fn region(name: &str) -> Region {
    Region::new(name)
}

/// A region of Bellhop's own account.
fn place(name: &str) -> Place {
    Place { account: Arc::new(home()), region: region(name) }
}

fn id(digit: usize) -> InstanceId {
    InstanceId::parse(&format!("i-{digit:08x}")).unwrap()
}

fn instance(name: &str, state: InstanceState) -> Instance {
    Instance {
        id: id(1),
        account: Alias::new("home"),
        region: region("eu-west-1"),
        zone: "eu-west-1a".to_owned(),
        state,
        instance_type: "t3.micro".to_owned(),
        launched_at: Millis(0),
        image: "ami-1".to_owned(),
        vpc: None,
        subnet: None,
        private_ip: None,
        public_ip: None,
        keeps_public_ip: false,
        root_is_instance_store: false,
        spot: false,
        transition_reason: String::new(),
        state_reason: None,
        tags: BTreeMap::from([("Name".to_owned(), name.to_owned())]),
    }
}

/// A page of the answer to `find`.
fn page<'a>(found: &'a [&'a Instance], number: usize) -> Page<'a> {
    Page { found, number, command: "find", moved: false, blind: &[] }
}

/// A plan for instances of these names, each as far as it has come.
fn plan(action: Action, targets: &[(&str, Progress)]) -> Plan {
    let verb = match action {
        Action::Start => "start",
        Action::Stop { .. } => "stop",
        Action::Reboot => "reboot",
        Action::Terminate => "terminate",
    };
    let target = |(digit, (label, progress)): (usize, &(&str, Progress))| PlanTarget {
        id: id(digit),
        account: Alias::new("home"),
        region: region("eu-west-1"),
        launched_at: Millis(0),
        name: Some((*label).to_owned()),
        label: (*label).to_owned(),
        before: InstanceState::Running,
        progress: progress.clone(),
        unseen: None,
        warnings: Vec::new(),
        tags: Vec::new(),
    };
    Plan {
        verb: verb.to_owned(),
        action,
        dry_run: false,
        wait: true,
        begun_at: Millis(0),
        targets: targets.iter().enumerate().map(target).collect(),
    }
}
