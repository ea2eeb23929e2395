//! The sample world keeps what others build on.

use std::collections::BTreeSet;

use devkit::fleet::{SAMPLE_ACCOUNT, SAMPLE_EC2_ROLE};
use devkit::template::{self, Deployment};
use domain::instance::{Instance, InstanceState};

use crate::support::{EU, Lab, US, prod};

/// Those of the first account.
fn all() -> Vec<Instance> {
    let all = Lab::new().fleet.instances().into_iter();
    all.filter(|(account, _)| account.as_str() == SAMPLE_ACCOUNT).map(|(_, instance)| instance).collect()
}

#[test]
fn the_second_account_trusts_the_function_that_is_deployed() {
    let stack = template::read(include_str!("../../../../template.yaml"), &Deployment::default()).unwrap();
    assert_eq!(stack.function("Ec2").unwrap().role_name, SAMPLE_EC2_ROLE);
    assert_eq!(stack.account, SAMPLE_ACCOUNT);
}

#[test]
fn the_second_account_has_its_own_and_one_name_in_common() {
    let instances = Lab::new().fleet.instances();
    let of_prod: Vec<_> = instances.iter().filter(|(account, _)| *account == prod()).collect();
    assert_eq!(of_prod.len(), 14);
    let unique = |of: fn(&Instance) -> Option<String>| {
        instances.iter().filter_map(|(_, instance)| of(instance)).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(unique(|instance| Some(instance.id.to_string())), 28 + 14);
    assert_eq!(unique(|instance| instance.private_ip.clone()), 27 + 14);
    let ours = all();
    let shared: Vec<_> = of_prod
        .iter()
        .filter(|(_, theirs)| ours.iter().any(|instance| instance.name() == theirs.name()))
        .map(|(_, theirs)| theirs.label().to_owned())
        .collect();
    assert_eq!(shared, ["bastion"]);
    let count = |holds: fn(&Instance) -> bool| of_prod.iter().filter(|(_, instance)| holds(instance)).count();
    assert_eq!(count(Instance::is_protected), 1);
    assert_eq!(count(|instance| instance.auto_scaling_group().is_some()), 1);
    assert_eq!(count(|instance| instance.spot), 1);
    assert!(count(|instance| instance.region.as_str() == US) >= 4);
    assert!(count(|instance| instance.state == InstanceState::Stopped) >= 3);
}

#[test]
fn every_row_of_the_table_is_an_instance_of_its_own() {
    let all = all();
    assert_eq!(all.len(), 28);
    let unique = |of: fn(&Instance) -> String| all.iter().map(of).collect::<BTreeSet<_>>().len();
    assert_eq!(unique(|instance| instance.id.to_string()), 28);
    assert_eq!(
        all.iter().filter_map(|instance| instance.private_ip.clone()).collect::<BTreeSet<_>>().len(),
        27
    );
    assert!(unique(|instance| instance.zone.clone()) >= 6);
    assert!(unique(|instance| instance.instance_type.clone()) >= 10);
    assert!(all.iter().all(|instance| instance.id.as_str().len() == 19));
}

#[test]
fn web_1_is_there_once_and_may_be_changed() {
    let all = all();
    let found: Vec<_> = all.iter().filter(|instance| instance.name() == Some("web-1")).collect();
    assert_eq!(found.len(), 1);
    let web = found[0];
    assert_eq!((web.region.as_str(), web.state), (EU, InstanceState::Running));
    assert!(!web.is_protected() && web.auto_scaling_group().is_none() && !web.spot);
    let folded = all.iter().filter(|instance| instance.label().to_lowercase() == "web-1").count();
    assert_eq!(folded, 1);
}

#[test]
fn there_is_one_of_everything() {
    let all = all();
    let named = |name: &str| all.iter().filter(|instance| instance.name() == Some(name)).count();
    assert_eq!([named("worker"), named("cache-1"), named("<b>&test"), named("Jenkins Master")], [2, 2, 1, 1]);
    let count = |holds: fn(&&Instance) -> bool| all.iter().filter(holds).count();
    assert_eq!(count(|instance| instance.is_protected()), 1);
    assert_eq!(count(|instance| instance.auto_scaling_group() == Some("web-asg")), 1);
    assert_eq!(count(|instance| instance.name().is_none()), 1);
    assert_eq!(count(|instance| instance.state == InstanceState::Terminated), 1);
    assert!(count(|instance| instance.state == InstanceState::Stopped) >= 5);
    assert_eq!(count(|instance| instance.spot), 2);
}
