//! The filters that `DescribeInstances` and `DescribeInstanceStatus` know.
//!
//! A filter holds if one of its values matches one of the instance's; all
//! filters must hold. A name that is not here is refused, as EC2 refuses one
//! that it does not know (it knows more, about things that the fleet has not).

use domain::instance::InstanceState;
use domain::time::Millis;

use super::date;
use super::health;
use super::machine::{Machine, PublicAddress};
use super::params::RawFilter;
use super::pattern::Pattern;
use super::refusal::Refusal;
use super::show;

/// An instance at a moment, as filters see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'a> {
    pub(super) machine: &'a Machine,
    pub(super) now: Millis,
    pub(super) owner: &'a str,
    /// How long status checks take.
    pub(super) checks_ms: u64,
}

/// What a filter compares: none, one or several values of an instance.
type Read = fn(&Seen<'_>) -> Vec<String>;

/// The filters of `DescribeInstances`, besides `tag:…`.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html>
const OF_INSTANCES: &[(&str, Read)] = &[
    ("architecture", |seen| vec![show::architecture(seen.machine).to_owned()]),
    ("availability-zone", zone),
    ("dns-name", |seen| vec![show::public_dns(seen.machine, seen.now)]),
    ("hypervisor", |_| vec!["xen".to_owned()]),
    ("image-id", |seen| vec![seen.machine.image.clone()]),
    ("instance-id", |seen| vec![seen.machine.id.to_string()]),
    ("instance-lifecycle", |seen| if seen.machine.is_spot() { vec!["spot".to_owned()] } else { Vec::new() }),
    ("instance-state-code", state_code),
    ("instance-state-name", state_name),
    ("instance-type", |seen| vec![seen.machine.instance_type.clone()]),
    ("ip-address", |seen| seen.machine.public_ip(seen.now).into_iter().collect()),
    ("launch-time", |seen| vec![date::iso(seen.machine.launched_at)]),
    ("network-interface.addresses.association.public-ip", elastic_ip),
    ("owner-id", |seen| vec![seen.owner.to_owned()]),
    ("private-dns-name", |seen| vec![show::private_dns(seen.machine, seen.now)]),
    ("private-ip-address", |seen| in_network(seen, &seen.machine.private_ip)),
    ("reason", |seen| vec![seen.machine.reason.clone()]),
    ("reservation-id", |seen| vec![seen.machine.reservation.clone()]),
    ("root-device-name", |_| vec![show::ROOT_DEVICE.to_owned()]),
    ("root-device-type", |seen| vec![show::root_device_type(seen.machine).to_owned()]),
    ("state-reason-code", |seen| {
        seen.machine.reason(seen.now).iter().map(|(code, _)| (*code).to_owned()).collect()
    }),
    ("subnet-id", |seen| in_network(seen, &seen.machine.subnet)),
    ("tag-key", |seen| seen.machine.tags.keys().cloned().collect()),
    ("tag-value", |seen| seen.machine.tags.values().cloned().collect()),
    ("tenancy", |_| vec!["default".to_owned()]),
    ("virtualization-type", |_| vec!["hvm".to_owned()]),
    ("vpc-id", |seen| in_network(seen, &seen.machine.vpc)),
];

/// The filters of `DescribeInstanceStatus`, which knows nothing of tags.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html>
const OF_STATUS: &[(&str, Read)] = &[
    ("availability-zone", zone),
    ("event.code", |seen| seen.machine.event.iter().map(|event| event.code.clone()).collect()),
    ("instance-state-code", state_code),
    ("instance-state-name", state_name),
    ("instance-status.reachability", |seen| vec![health::of(seen).reachability.to_owned()]),
    ("instance-status.status", |seen| vec![health::of(seen).status.to_owned()]),
    ("system-status.reachability", |seen| vec![health::of_system(seen).reachability.to_owned()]),
    ("system-status.status", |seen| vec![health::of_system(seen).status.to_owned()]),
];

fn zone(seen: &Seen<'_>) -> Vec<String> {
    vec![seen.machine.zone.clone()]
}

fn state_code(seen: &Seen<'_>) -> Vec<String> {
    vec![show::state_code(seen.machine.state(seen.now)).to_owned()]
}

fn state_name(seen: &Seen<'_>) -> Vec<String> {
    vec![seen.machine.state(seen.now).as_str().to_owned()]
}

fn in_network(seen: &Seen<'_>, value: &str) -> Vec<String> {
    if seen.machine.is_in_network(seen.now) { vec![value.to_owned()] } else { Vec::new() }
}

fn elastic_ip(seen: &Seen<'_>) -> Vec<String> {
    match &seen.machine.public {
        PublicAddress::Elastic(ip) if seen.machine.state(seen.now) != InstanceState::Terminated => {
            vec![ip.clone()]
        }
        _ => Vec::new(),
    }
}

/// The filters of one call, understood.
#[derive(Clone, Debug)]
pub(super) struct Filters(Vec<(Field, Vec<Pattern>)>);

#[derive(Clone, Debug)]
enum Field {
    Tag(String),
    Value(Read),
}

impl Filters {
    /// For `DescribeInstances`.
    pub(super) fn of_instances(raw: &[RawFilter<'_>]) -> Result<Self, Refusal> {
        Self::new(raw, |name| match name.strip_prefix("tag:") {
            Some(key) if !key.is_empty() => Some(Field::Tag(key.to_owned())),
            _ => named(OF_INSTANCES, name),
        })
    }

    /// For `DescribeInstanceStatus`.
    pub(super) fn of_status(raw: &[RawFilter<'_>]) -> Result<Self, Refusal> {
        Self::new(raw, |name| named(OF_STATUS, name))
    }

    fn new(raw: &[RawFilter<'_>], field: impl Fn(&str) -> Option<Field>) -> Result<Self, Refusal> {
        raw.iter()
            .map(|filter| {
                let field = field(filter.name).ok_or_else(|| {
                    Refusal::invalid_value(format!("The filter '{}' is invalid", filter.name))
                })?;
                Ok((field, filter.values.iter().map(|value| Pattern::new(value)).collect()))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn hold(&self, seen: &Seen<'_>) -> bool {
        self.0.iter().all(|(field, patterns)| {
            let values = match field {
                Field::Tag(key) => seen.machine.tags.get(key).cloned().into_iter().collect(),
                Field::Value(read) => read(seen),
            };
            values.iter().any(|value| patterns.iter().any(|pattern| pattern.matches(value)))
        })
    }
}

fn named(fields: &[(&str, Read)], name: &str) -> Option<Field> {
    fields.iter().find(|(known, _)| *known == name).map(|(_, read)| Field::Value(*read))
}
