//! When the words are clear, but not which instance they mean.

use domain::account::HOME;
use domain::command::{Command, Target, Verb};
use domain::ids::Region;
use domain::instance::Instance;
use slack::blocks::Message;
use slack::text::code;

use super::offers::{Offer, offering};
use super::places::{everywhere, somewhere};
use super::{listed, name, quoted};
use crate::ports::Place;

/// How many instances of one name are listed to choose from.
const MAX_CANDIDATES: usize = 10;

/// Nothing fits; `blind` says where nothing could be seen.
pub(crate) fn not_found(
    command: &Command,
    asked: &str,
    looked_in: &[&Place],
    closest: &[String],
    blind: &[String],
) -> Message {
    let near: Vec<String> = closest.iter().map(|label| name(label)).collect();
    let near = if near.is_empty() { String::new() } else { format!(" Closest: {}.", near.join(", ")) };
    let mut lines =
        vec![format!("No instance matches {} in {}.{near}", quoted(asked), everywhere(looked_in))];
    lines.extend(blind.iter().cloned());
    let instead = |name: &String| {
        let command = command.with_target(Target::Name(name.clone()))?;
        Some(Offer::Run { label: name.clone(), command })
    };
    let offers: Vec<Offer> = closest.iter().filter_map(instead).collect();
    offering(&lines.join("\n"), &offers)
}

/// No instance has the tag `key`; `instead` is the command with the key that is closest.
pub(crate) fn no_such_tag(
    key: &str,
    closest: Option<&str>,
    instead: Option<String>,
    looked_in: &[&Place],
    blind: &[String],
) -> Message {
    let near = closest.map_or_else(|| ".".to_owned(), |key| format!("; did you mean {}?", code(key)));
    let mut lines = vec![format!("No instance in {} has a tag {}{near}", everywhere(looked_in), code(key))];
    lines.extend(blind.iter().cloned());
    let offers: Vec<Offer> = instead.map(Offer::run).into_iter().collect();
    offering(&lines.join("\n"), &offers)
}

/// More than one instance has the name.
pub(crate) fn several(command: &Command, asked: &str, candidates: &[&Instance]) -> Message {
    let mut lines = vec![format!("{} is {} instances. Which one?", quoted(asked), candidates.len())];
    let mut choices = Vec::new();
    for instance in candidates.iter().take(MAX_CANDIDATES) {
        let (id, state, label) = (&instance.id, instance.state, instance.label());
        let rewritten = command.with_target(Target::Id(id.clone()));
        lines.push(format!(
            "• {} – {}, *{state}*, {}",
            code(rewritten.as_deref().unwrap_or(&format!("{} {id}", command.verb))),
            name(label),
            somewhere(&instance.account, &Region::new(&instance.zone))
        ));
        // What tells them apart stands first: a choice is cut at its end.
        let place = match instance.account.as_str() {
            HOME => instance.zone.clone(),
            account => format!("{account}, {}", instance.zone),
        };
        choices.extend(rewritten.map(|text| (format!("{id} · {state} · {place} · {label}"), text)));
    }
    if candidates.len() > MAX_CANDIDATES {
        lines.push(format!("… and {} more; *find* lists them all.", candidates.len() - MAX_CANDIDATES));
    }
    offering(&lines.join("\n"), &[Offer::Menu { label: "Which one?".to_owned(), choices }])
}

/// More instances than the verb may change at once.
pub(crate) fn too_many(verb: Verb, count: usize, limit: usize) -> Message {
    Message::text(format!("That is {count} instances; the limit for *{verb}* is {limit}. Narrow it down."))
}

/// Names, as part of a sentence.
pub(super) fn names<'a>(labels: impl Iterator<Item = &'a str>) -> String {
    listed(&labels.map(name).collect::<Vec<String>>())
}
