//! The sample world keeps what others build on.

use std::collections::BTreeSet;

use domain::instance::{Instance, InstanceState};

use crate::support::{EU, Lab};

fn all() -> Vec<Instance> {
    Lab::new().fleet.instances().into_iter().map(|(_, instance)| instance).collect()
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
