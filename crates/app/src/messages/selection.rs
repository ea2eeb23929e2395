//! When the words are clear, but not which instance they mean.

use domain::command::Verb;
use domain::ids::Region;
use domain::instance::Instance;
use slack::blocks::Message;
use slack::text::code;

use super::{listed, plain, quoted, regions};

/// How many instances of one name are listed to choose from.
const MAX_CANDIDATES: usize = 10;

/// Nothing fits; `blind` says where nothing could be seen.
pub(crate) fn not_found(asked: &str, looked_in: &[Region], closest: &[String], blind: &[String]) -> Message {
    let near: Vec<String> = closest.iter().map(|name| plain(name)).collect();
    let near = if near.is_empty() { String::new() } else { format!(" Closest: {}.", near.join(", ")) };
    let mut lines = vec![format!("No instance matches {} in {}.{near}", quoted(asked), regions(looked_in))];
    lines.extend(blind.iter().cloned());
    Message::text(lines.join("\n"))
}

/// More than one instance has the name.
pub(crate) fn several(verb: Verb, asked: &str, candidates: &[&Instance]) -> Message {
    let mut lines = vec![format!("{} is {} instances. Which one?", quoted(asked), candidates.len())];
    for instance in candidates.iter().take(MAX_CANDIDATES) {
        lines.push(format!(
            "• {} – {}, *{}*, {}",
            code(&format!("{verb} {}", instance.id)),
            plain(instance.label()),
            instance.state,
            plain(&instance.zone)
        ));
    }
    Message::text(lines.join("\n"))
}

/// More instances than the verb may change at once.
pub(crate) fn too_many(verb: Verb, count: usize, limit: usize) -> Message {
    Message::text(format!("That is {count} instances; the limit for *{verb}* is {limit}. Narrow it down."))
}

/// Names, each escaped, as part of a sentence.
pub(super) fn names<'a>(labels: impl Iterator<Item = &'a str>) -> String {
    listed(&labels.map(plain).collect::<Vec<String>>())
}
