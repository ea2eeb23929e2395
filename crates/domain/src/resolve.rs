//! Which instances a command means, among the ones that are known.
//!
//! First the accounts, regions, states and filters rule instances out. An
//! instance knows its account by the alias only: where a command says the
//! number, the fleet has to be of the right one. Then each target is looked up in what is left: an id, else the exact
//! name, else the one name that differs only in case, else a pattern. A target
//! that fits nothing, or a name that several instances have, is reported and
//! stops the rest: never is the first of several taken. Nothing is decided
//! here about what may be done.

mod server;
mod tags;

use std::collections::HashSet;

use serde::Serialize;

use crate::command::{
    AccountRef, Command, Filter, FilterKey, Minutes, Op, Regions, Target, Verb, excerpt, pattern,
};
use crate::ids::InstanceId;
use crate::instance::{Instance, InstanceState};
use crate::time::Millis;

pub use server::server_filters;
pub use tags::excluded_tags;

/// How many similar names are offered for one that is not found.
pub const MAX_CLOSEST: usize = 3;

/// Longer names are compared with no other.
const MAX_COMPARED: usize = 100;

/// What `#n` and `this` stand for where the command was typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct References<'a> {
    /// The rows of the last list in the thread, in order.
    pub rows: &'a [InstanceId],
    /// The instances that the thread's card is about.
    pub this: &'a [InstanceId],
}

/// What a command's targets come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection<'a> {
    /// These, each once, in the order asked for. Empty only if find or check
    /// asked by filters and states alone and nothing fits.
    Found(Vec<&'a Instance>),
    /// One of the targets, or the filters together, fit nothing.
    NotFound {
        /// The target or the filters, as [`excerpt`] shows them.
        asked: String,
        /// The most similar names, the nearest first, at most [`MAX_CLOSEST`].
        closest: Vec<String>,
    },
    /// One of the targets fits several instances that only an id tells apart.
    Several {
        /// The target.
        asked: String,
        /// The instances.
        candidates: Vec<&'a Instance>,
    },
    /// A filter looks at a tag that no instance has where the command looks.
    NoSuchTag {
        /// The tag's key, as [`excerpt`] shows it.
        key: String,
        /// The most similar key that an instance has there.
        closest: Option<String>,
        /// The same command with that key, as [`Command::written`] says it.
        instead: Option<String>,
    },
    /// More instances than the verb may act on at once.
    TooMany {
        /// How many they are.
        count: usize,
        /// How many they may be.
        limit: usize,
    },
}

/// Finds the instances of `fleet` that `command` means.
pub fn select<'a>(
    command: &Command,
    fleet: &'a [Instance],
    references: &References<'_>,
    now: Millis,
) -> Selection<'a> {
    let in_scope: Vec<&Instance> = fleet.iter().filter(|instance| is_in_scope(command, instance)).collect();
    if let Some(missing) = tags::missing(command, &in_scope) {
        let instead = missing.closest.as_ref().and_then(|key| missing.instead(command, key).written());
        return Selection::NoSuchTag { key: excerpt(&missing.key), closest: missing.closest, instead };
    }
    let pool: Vec<&Instance> = in_scope.into_iter().filter(|instance| fits(command, instance, now)).collect();
    let lookup = Lookup { pool: &pool, references, lists: command.verb == Verb::Find };
    let found =
        if command.targets.is_empty() { by_filters(command, &pool) } else { lookup.all(&command.targets) };
    let found = match found {
        Ok(found) => found,
        Err(selection) => return selection,
    };
    match command.verb.max_targets() {
        Some(limit) if found.len() > limit => Selection::TooMany { count: found.len(), limit },
        _ => Selection::Found(found),
    }
}

/// Whether `instance` is in the account and the regions that the command is about.
fn is_in_scope(command: &Command, instance: &Instance) -> bool {
    let in_account = match &command.account {
        Some(AccountRef::Alias(alias)) => instance.account.as_str() == alias,
        Some(AccountRef::Id(_) | AccountRef::All) | None => true,
    };
    let in_region = match &command.regions {
        Some(Regions::These(regions)) => regions.contains(&instance.region),
        Some(Regions::All) | None => true,
    };
    in_account && in_region
}

/// Whether the command's states and filters let `instance` through.
fn fits(command: &Command, instance: &Instance, now: Millis) -> bool {
    let in_state = command.states.is_empty() || command.states.contains(&instance.state);
    in_state && command.filters.iter().all(|filter| holds(filter, instance, now))
}

/// Whether `filter` is true of `instance`. Values compare regardless of case, as names do.
pub fn holds(filter: &Filter, instance: &Instance, now: Millis) -> bool {
    let hit = || {
        let wanted = filter.value.to_lowercase();
        let mut values = values(&filter.key, instance).into_iter();
        values.any(|value| pattern::matches(&wanted, &value.to_lowercase()))
    };
    let age = |compare: fn(&u64, &u64) -> bool| {
        filter.key == FilterKey::Age
            && Minutes::parse(&filter.value)
                .is_some_and(|limit| compare(&now.since(instance.launched_at), &limit.millis()))
    };
    match filter.op {
        Op::Is => hit(),
        Op::IsNot => !hit(),
        Op::More => age(u64::gt),
        Op::Less => age(u64::lt),
    }
}

/// What `instance` has under `key`: nothing, one value, or several of which any may fit.
fn values<'a>(key: &FilterKey, instance: &'a Instance) -> Vec<&'a str> {
    match key {
        FilterKey::State => vec![instance.state.as_str()],
        FilterKey::Type => vec![&instance.instance_type],
        FilterKey::Az => vec![&instance.zone],
        FilterKey::Vpc => instance.vpc.iter().map(String::as_str).collect(),
        FilterKey::Subnet => instance.subnet.iter().map(String::as_str).collect(),
        FilterKey::Ip => instance.private_ip.iter().chain(&instance.public_ip).map(String::as_str).collect(),
        FilterKey::Id => vec![instance.id.as_str()],
        FilterKey::Image => vec![&instance.image],
        FilterKey::Age => Vec::new(),
        FilterKey::Region => vec![instance.region.as_str()],
        FilterKey::Account => vec![instance.account.as_str()],
        FilterKey::Name | FilterKey::Env | FilterKey::Owner | FilterKey::Asg | FilterKey::Tag(_) => {
            tags::values(key, instance)
        }
    }
}

/// Everything the filters let through. Terminated instances show up only if a
/// state was asked for.
fn by_filters<'a>(command: &Command, pool: &[&'a Instance]) -> Result<Vec<&'a Instance>, Selection<'a>> {
    let by_state =
        !command.states.is_empty() || command.filters.iter().any(|filter| filter.key == FilterKey::State);
    let found: Vec<&Instance> =
        pool.iter().copied().filter(|instance| by_state || is_living(instance)).collect();
    if found.is_empty() && command.verb.is_change() {
        let filters: Vec<String> = command.filters.iter().map(ToString::to_string).collect();
        return Err(Selection::NotFound { asked: excerpt(&filters.join(" ")), closest: Vec::new() });
    }
    Ok(found)
}

struct Lookup<'a, 'p> {
    pool: &'p [&'a Instance],
    references: &'p References<'p>,
    /// Whether several instances of one name are an answer rather than a question.
    lists: bool,
}

impl<'a> Lookup<'a, '_> {
    fn all(&self, targets: &[Target]) -> Result<Vec<&'a Instance>, Selection<'a>> {
        let mut found: Vec<&Instance> = Vec::new();
        let mut known = HashSet::new();
        for target in targets {
            let fits = self.one(target)?.into_iter();
            found.extend(fits.filter(|instance| known.insert((&instance.account, &instance.id))));
        }
        Ok(found)
    }

    fn one(&self, target: &Target) -> Result<Vec<&'a Instance>, Selection<'a>> {
        match target {
            Target::Id(id) => self.by_ids(target, std::slice::from_ref(id)),
            Target::Row(row) => {
                let id =
                    row.checked_sub(1).and_then(|at| self.references.rows.get(usize::try_from(at).ok()?));
                self.by_ids(target, id.map(std::slice::from_ref).unwrap_or_default())
            }
            Target::This => self.by_ids(target, self.references.this),
            Target::PrivateIp(ip) => {
                let ip = ip.to_string();
                self.single(target, self.pick(|instance| instance.private_ip.as_deref() == Some(&ip)))
            }
            Target::Name(name) => {
                let exact = living(self.pick(|instance| instance.name() == Some(name)));
                let folded =
                    || {
                        let name = name.to_lowercase();
                        living(self.pick(|instance| {
                            instance.name().is_some_and(|known| known.to_lowercase() == name)
                        }))
                    };
                self.single(target, if exact.is_empty() { folded() } else { exact })
            }
            Target::Pattern(wanted) => {
                let exact = living(self.pick(|instance| pattern_fits(wanted, instance.name())));
                let folded = || {
                    let wanted = wanted.to_lowercase();
                    living(self.pick(|instance| {
                        pattern_fits(&wanted, instance.name().map(str::to_lowercase).as_deref())
                    }))
                };
                let found = if exact.is_empty() { folded() } else { exact };
                if found.is_empty() { Err(self.not_found(target)) } else { Ok(found) }
            }
        }
    }

    /// Each of `ids`, of which none may be missing. An id is one instance, unless
    /// the fleet shows an account twice, under two aliases.
    fn by_ids(&self, target: &Target, ids: &[InstanceId]) -> Result<Vec<&'a Instance>, Selection<'a>> {
        let mut found = Vec::new();
        for id in ids {
            found.extend(self.single(target, self.pick(|instance| instance.id == *id))?);
        }
        if found.is_empty() { Err(self.not_found(target)) } else { Ok(found) }
    }

    fn single(&self, target: &Target, found: Vec<&'a Instance>) -> Result<Vec<&'a Instance>, Selection<'a>> {
        match found.len() {
            0 => Err(self.not_found(target)),
            1 => Ok(found),
            _ if self.lists => Ok(found),
            _ => Err(Selection::Several { asked: excerpt(&target.to_string()), candidates: found }),
        }
    }

    fn pick(&self, fits: impl Fn(&Instance) -> bool) -> Vec<&'a Instance> {
        self.pool.iter().copied().filter(|instance| fits(instance)).collect()
    }

    fn not_found(&self, target: &Target) -> Selection<'a> {
        let closest = match target {
            Target::Name(name) => closest(name, self.pool),
            Target::Pattern(pattern) => closest(&pattern.replace(['*', '?', '\\'], ""), self.pool),
            _ => Vec::new(),
        };
        Selection::NotFound { asked: excerpt(&target.to_string()), closest }
    }
}

/// The living among `found`; if there are none, all: the name of a
/// terminated instance is often in use again.
fn living(found: Vec<&Instance>) -> Vec<&Instance> {
    let living: Vec<&Instance> = found.iter().copied().filter(|instance| is_living(instance)).collect();
    if living.is_empty() { found } else { living }
}

fn pattern_fits(wanted: &str, name: Option<&str>) -> bool {
    name.is_some_and(|name| pattern::matches(wanted, name))
}

fn is_living(instance: &Instance) -> bool {
    instance.state != InstanceState::Terminated
}

/// The names most like `asked`: those that begin with it or that it begins
/// with, and those a few slips away.
fn closest(asked: &str, pool: &[&Instance]) -> Vec<String> {
    let asked = asked.to_lowercase();
    let length = asked.chars().count();
    if length == 0 || length > MAX_COMPARED {
        return Vec::new();
    }
    let mut names: Vec<(usize, String, &str)> = pool
        .iter()
        .filter(|instance| is_living(instance))
        .filter_map(|instance| instance.name().filter(|name| name.len() <= 4 * MAX_COMPARED))
        .filter_map(|name| {
            let folded = name.to_lowercase();
            let slips = strsim::osa_distance(&asked, &folded);
            let near =
                slips <= (length / 3).max(1) || folded.starts_with(&asked) || asked.starts_with(&folded);
            near.then_some((slips, folded, name))
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().take(MAX_CLOSEST).map(|(_, _, name)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests;
