//! The tags that a command's filters look at. People write keys and values in any
//! case, so both compare regardless of it; EC2's own filters do not.

use crate::command::{Command, Filter, FilterKey, Op};
use crate::instance::{AUTO_SCALING_TAG, Instance};
use crate::job::TagValue;

/// The tags that `env` looks at.
const ENV: [&str; 2] = ["env", "environment"];

/// A filter on a tag that no instance in scope has. Such a filter would say nothing: with
/// `=` it fits no instance, and with `!=` it fits all of them.
pub(super) struct Missing<'a> {
    filter: &'a Filter,
    /// The tag's key, as it was asked for.
    pub(super) key: String,
    /// The most similar key that an instance in scope has.
    pub(super) closest: Option<String>,
}

impl Missing<'_> {
    /// `command` with `key` in the place of the missing tag's key.
    pub(super) fn instead(&self, command: &Command, key: &str) -> Command {
        let mut corrected = command.clone();
        for filter in corrected.filters.iter_mut().filter(|filter| filter.key == self.filter.key) {
            filter.key = FilterKey::Tag(key.to_owned());
        }
        corrected
    }
}

/// The keys of the tags that `key` looks at, as far as people choose the tag. The group
/// of an Auto Scaling member is none of them: AWS writes that tag.
fn keys(key: &FilterKey) -> Vec<&str> {
    match key {
        FilterKey::Name => vec!["Name"],
        FilterKey::Env => ENV.to_vec(),
        FilterKey::Owner => vec!["owner"],
        FilterKey::Tag(key) => vec![key],
        FilterKey::State
        | FilterKey::Type
        | FilterKey::Az
        | FilterKey::Vpc
        | FilterKey::Subnet
        | FilterKey::Ip
        | FilterKey::Id
        | FilterKey::Image
        | FilterKey::Age
        | FilterKey::Region
        | FilterKey::Account
        | FilterKey::Asg => Vec::new(),
    }
}

/// Whether `command` has a filter on a tag of people's choice.
pub(super) fn are_filtered_by(command: &Command) -> bool {
    command.filters.iter().any(|filter| !keys(&filter.key).is_empty())
}

/// The tags of `instance` that `key` looks at, in the order of their keys.
fn looked_at<'a>(key: &FilterKey, instance: &'a Instance) -> Vec<(&'a str, &'a str)> {
    let wanted: Vec<String> = match key {
        FilterKey::Asg => vec![AUTO_SCALING_TAG.to_lowercase()],
        key => keys(key).into_iter().map(str::to_lowercase).collect(),
    };
    let tags = instance.tags.iter().filter(|(key, _)| wanted.contains(&key.to_lowercase()));
    tags.map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

/// The values that `instance` has under `key`.
pub(super) fn values<'a>(key: &FilterKey, instance: &'a Instance) -> Vec<&'a str> {
    looked_at(key, instance).into_iter().map(|(_, value)| value).collect()
}

/// The first filter of `command` on a tag that none of the instances in `scope` has.
pub(super) fn missing<'a>(command: &'a Command, scope: &[&Instance]) -> Option<Missing<'a>> {
    // Where there is no instance, its tags are not what is wrong.
    scope.first()?;
    let is_missing = |filter: &&Filter| {
        !keys(&filter.key).is_empty()
            && scope.iter().all(|instance| looked_at(&filter.key, instance).is_empty())
    };
    let filter = command.filters.iter().find(is_missing)?;
    let key = match &filter.key {
        FilterKey::Tag(key) => key.clone(),
        key => (*keys(key).first()?).to_owned(),
    };
    let closest = closest(&key, scope);
    Some(Missing { filter, key, closest })
}

/// The key of a tag in `scope` that is most like `asked`: one that begins with it or that
/// it begins with, or one a few slips away.
fn closest(asked: &str, scope: &[&Instance]) -> Option<String> {
    let asked = asked.to_lowercase();
    let allowed = (asked.chars().count() / 3).max(1);
    let similar = scope.iter().flat_map(|instance| instance.tags.keys()).filter_map(|key| {
        let folded = key.to_lowercase();
        let slips = strsim::osa_distance(&asked, &folded);
        let is_near = slips <= allowed || folded.starts_with(&asked) || asked.starts_with(&folded);
        is_near.then_some((slips, key))
    });
    similar.min().map(|(_, key)| key.clone())
}

/// What `instance` has under each tag of which `command` excludes a value (`env!=prod`), so
/// that people see whether the exclusion does what they meant. Names are shown anyway.
pub fn excluded_tags(command: &Command, instance: &Instance) -> Vec<TagValue> {
    let mut shown: Vec<TagValue> = Vec::new();
    let excludes = |filter: &&Filter| filter.op == Op::IsNot && filter.key != FilterKey::Name;
    for filter in command.filters.iter().filter(excludes) {
        let found = looked_at(&filter.key, instance);
        let unset = match (&filter.key, found.is_empty()) {
            (FilterKey::Tag(key), true) => Some(key.as_str()),
            (FilterKey::Asg, true) => Some(AUTO_SCALING_TAG),
            (key, true) => keys(key).first().copied(),
            (_, false) => None,
        };
        let set = found.into_iter().map(|(key, value)| (key, Some(value.to_owned())));
        for (key, value) in set.chain(unset.map(|key| (key, None))) {
            let tag = TagValue { key: key.to_owned(), value };
            if !shown.contains(&tag) {
                shown.push(tag);
            }
        }
    }
    shown
}
