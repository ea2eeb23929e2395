//! The part of a command that EC2 itself can filter by, to list fewer instances.

use super::tags;
use crate::command::{Command, FilterKey, Op, Target};
use crate::instance::InstanceState;

/// The filters for `DescribeInstances`, each name once: what they let through
/// is at least everything that [`select`](super::select) looks at, so the
/// result is the same as with the whole fleet.
///
/// Names are left out, for they are also compared regardless of case, and a
/// name that is not found is compared with all others. EC2 compares tags with their
/// case, and a filter on a tag that no instance has is refused: with a filter on
/// tags, the whole fleet has to be seen.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html>
pub fn server_filters(command: &Command) -> Vec<(String, Vec<String>)> {
    if tags::are_filtered_by(command) {
        return Vec::new();
    }
    let mut filters: Vec<(String, Vec<String>)> = Vec::new();
    let mut add = |name: String, values: Vec<String>| {
        // EC2 takes a name once; one filter fewer only lets more through.
        if !values.is_empty() && !filters.iter().any(|(known, _)| *known == name) {
            filters.push((name, values));
        }
    };
    add(
        "instance-id".to_owned(),
        every(command, |target| match target {
            Target::Id(id) => Some(id.to_string()),
            _ => None,
        }),
    );
    add(
        "private-ip-address".to_owned(),
        every(command, |target| match target {
            Target::PrivateIp(ip) => Some(ip.to_string()),
            _ => None,
        }),
    );
    add("instance-state-name".to_owned(), command.states.iter().map(ToString::to_string).collect());
    for filter in &command.filters {
        if let (Op::Is, Some(name)) = (filter.op, server_name(&filter.key)) {
            add(name, vec![filter.value.clone()]);
        }
    }
    if command.targets.is_empty() && command.states.is_empty() && !asks_for_state(command) {
        let living = InstanceState::ALL.iter().filter(|state| **state != InstanceState::Terminated);
        add("instance-state-name".to_owned(), living.map(ToString::to_string).collect());
    }
    filters
}

/// What `read` makes of the targets, if it makes something of every one.
fn every(command: &Command, read: impl Fn(&Target) -> Option<String>) -> Vec<String> {
    command.targets.iter().map(read).collect::<Option<Vec<String>>>().unwrap_or_default()
}

fn asks_for_state(command: &Command) -> bool {
    command.filters.iter().any(|filter| filter.key == FilterKey::State)
}

/// EC2's name for a filter that compares exactly as ours does.
fn server_name(key: &FilterKey) -> Option<String> {
    Some(match key {
        FilterKey::State => "instance-state-name".to_owned(),
        FilterKey::Type => "instance-type".to_owned(),
        FilterKey::Az => "availability-zone".to_owned(),
        FilterKey::Vpc => "vpc-id".to_owned(),
        FilterKey::Subnet => "subnet-id".to_owned(),
        FilterKey::Id => "instance-id".to_owned(),
        FilterKey::Image => "image-id".to_owned(),
        FilterKey::Name
        | FilterKey::Asg
        | FilterKey::Tag(_)
        | FilterKey::Ip
        | FilterKey::Age
        | FilterKey::Region
        | FilterKey::Account
        | FilterKey::Env
        | FilterKey::Owner => return None,
    })
}
