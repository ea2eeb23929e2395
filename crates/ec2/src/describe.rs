//! What is asked for in a Describe, and instances out of its answers.

use std::collections::BTreeMap;

use app::ports::{Describe, Health, Place};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use domain::ids::InstanceId;
use domain::instance::{Instance, InstanceState, StateReason};
use domain::time::Millis;

use crate::xml;

/// The most values that EC2 takes in one filter.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html>
pub(crate) const MAX_VALUES: usize = 200;

/// Events that are over keep being told for a week, with one of these before.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceStatusEvent.html>
const OVER: [&str; 2] = ["[Completed]", "[Canceled]"];

/// Filters as `DescribeInstances` takes them.
pub(crate) type Filters = Vec<(String, Vec<String>)>;

/// The filters of each request that together answer `what`. Ids are a filter,
/// not a list: an id in a list that does not exist would fail the whole request.
pub(crate) fn requests(what: &Describe, managed: Option<&(String, String)>) -> Vec<Filters> {
    let mut common = what.filters.clone();
    if let Some((key, value)) = managed {
        common.push((format!("tag:{key}"), vec![literal(value)]));
    }
    let ids = unique(&what.ids);
    if ids.is_empty() {
        return vec![common];
    }
    let with_ids = |ids: &[InstanceId]| {
        let values = ids.iter().map(|id| id.as_str().to_owned()).collect();
        let mut filters = vec![("instance-id".to_owned(), values)];
        filters.extend(common.iter().cloned());
        filters
    };
    ids.chunks(MAX_VALUES).map(with_ids).collect()
}

/// `ids` in their order, each once.
pub(crate) fn unique(ids: &[InstanceId]) -> Vec<InstanceId> {
    let mut seen = Vec::with_capacity(ids.len());
    for id in ids {
        if !seen.contains(id) {
            seen.push(id.clone());
        }
    }
    seen
}

/// A filter value that stands for itself: EC2 reads `*` and `?` as wildcards.
fn literal(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for letter in value.chars() {
        if matches!(letter, '*' | '?' | '\\') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// Whether the instance carries the managed tag; looked at here too, so that
/// nothing depends on how a filter is read.
pub(crate) fn is_managed(instance: &Instance, managed: Option<&(String, String)>) -> bool {
    managed.is_none_or(|(key, value)| instance.tags.get(key) == Some(value))
}

/// An instance out of the answer, or what in it makes no sense.
pub(crate) fn instance(place: &Place, found: xml::Described) -> Result<Instance, String> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let public_ip = given(found.ip_address);
    let interfaces = &found.network_interface_set.item;
    Ok(Instance {
        id: id(&found.instance_id)?,
        account: place.account.alias.clone(),
        region: place.region.clone(),
        zone: found.placement.and_then(|placement| placement.availability_zone).unwrap_or_default(),
        state: state(&found.instance_state)?,
        instance_type: found.instance_type,
        launched_at: moment(&found.launch_time)?,
        image: found.image_id.unwrap_or_default(),
        vpc: given(found.vpc_id),
        subnet: given(found.subnet_id),
        private_ip: given(found.private_ip_address),
        keeps_public_ip: public_ip.as_deref().is_some_and(|ip| belongs_to_an_account(ip, interfaces)),
        public_ip,
        root_is_instance_store: found.root_device_type.as_deref() == Some("instance-store"),
        spot: found.instance_lifecycle.as_deref() == Some("spot"),
        transition_reason: found.reason.unwrap_or_default(),
        state_reason: found.state_reason.and_then(state_reason),
        tags: found.tag_set.item.into_iter().map(|tag| (tag.key, tag.value)).collect::<BTreeMap<_, _>>(),
    })
}

/// Why it is in its state, if the answer tells.
fn state_reason(found: xml::StateReason) -> Option<StateReason> {
    let xml::StateReason { code, message } = found;
    (!code.is_empty()).then_some(StateReason { code, message })
}

/// Whether `ip` is an Elastic IP address: then an account owns it and keeps it. Others
/// are `amazon`'s, and go when the instance stops.
fn belongs_to_an_account(ip: &str, interfaces: &[xml::Interface]) -> bool {
    let is_account = |owner: &str| owner.len() == 12 && owner.bytes().all(|byte| byte.is_ascii_digit());
    let associations = interfaces.iter().filter_map(|interface| interface.association.as_ref());
    associations
        .filter(|association| association.public_ip.as_deref() == Some(ip))
        .any(|association| association.ip_owner_id.as_deref().is_some_and(is_account))
}

/// The checks of an instance out of the answer.
pub(crate) fn health(found: xml::Checked) -> Result<Health, String> {
    let events = found.events_set.item.into_iter();
    let ahead = events.filter(|event| !OVER.iter().any(|over| event.description.starts_with(over)));
    Ok(Health {
        id: id(&found.instance_id)?,
        system: found.system_status.status,
        instance: found.instance_status.status,
        events: ahead.map(|event| (event.code, event.description)).collect(),
    })
}

pub(crate) fn id(text: &str) -> Result<InstanceId, String> {
    InstanceId::parse(text).ok_or_else(|| "the answer names an instance by no id".to_owned())
}

pub(crate) fn state(found: &xml::State) -> Result<InstanceState, String> {
    InstanceState::parse(&found.name).ok_or_else(|| "the answer has a state that is not known".to_owned())
}

fn moment(text: &str) -> Result<Millis, String> {
    let parsed = DateTime::from_str(text, Format::DateTimeWithOffset);
    let millis = parsed.ok().and_then(|moment| moment.to_millis().ok());
    let millis = millis.and_then(|millis| u64::try_from(millis).ok());
    millis.map(Millis).ok_or_else(|| "the answer has a launch time that is no time".to_owned())
}
