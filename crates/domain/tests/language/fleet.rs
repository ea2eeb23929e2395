//! Instances to choose from.

use std::collections::BTreeMap;

use domain::ids::{Alias, InstanceId, Region};
use domain::instance::{Instance, InstanceState};
use domain::time::Millis;
use proptest::prelude::*;

pub(crate) const NOW: Millis = Millis::from_secs(1_000_000);

pub(crate) fn instance(number: u32, name: &str, env: &str, state: InstanceState) -> Instance {
    let tags = [("Name", name), ("Env", env)].map(|(key, value)| (key.to_owned(), value.to_owned()));
    Instance {
        id: InstanceId::parse(&format!("i-{number:08x}")).unwrap(),
        account: Alias::new("home"),
        region: Region::new("eu-west-1"),
        zone: "eu-west-1a".to_owned(),
        state,
        instance_type: "t3.micro".to_owned(),
        launched_at: Millis(0),
        image: "ami-1".to_owned(),
        vpc: None,
        subnet: None,
        private_ip: Some("10.0.0.1".to_owned()),
        public_ip: None,
        keeps_public_ip: false,
        root_is_instance_store: false,
        spot: false,
        transition_reason: String::new(),
        state_reason: None,
        tags: BTreeMap::from(tags),
    }
}

pub(crate) fn fleet() -> impl Strategy<Value = Vec<Instance>> {
    let one = (
        prop::sample::select(vec!["web-1", "Web-1", "web-2", "db"]),
        prop::sample::select(vec!["dev", "prod", "Dev"]),
        prop::sample::select(InstanceState::ALL.to_vec()),
        prop::sample::select(vec!["home", "acme"]),
    );
    prop::collection::vec(one, 0..12).prop_map(|rows| {
        let numbered = (0..).zip(rows);
        let instances = numbered.map(|(number, (name, env, state, account))| Instance {
            account: Alias::new(account),
            ..instance(number, name, env, state)
        });
        instances.collect()
    })
}
