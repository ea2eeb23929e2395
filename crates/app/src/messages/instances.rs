//! Lists of instances, and one instance in full.

use std::collections::BTreeMap;
use std::ops::Range;

use domain::ids::{Alias, Region};
use domain::instance::{Instance, InstanceState};
use domain::time::Millis;
use slack::blocks::Message;
use slack::text::code;

use super::offers::{Offer, offering};
use super::places::somewhere;
use super::time::age;
use super::{bold, counted, name, plain};
use crate::ports::Health;

/// How many instances one message shows.
pub(crate) const MAX_ROWS: usize = 10;

/// How many scheduled events of one instance are told.
const MAX_EVENTS: usize = 5;

/// Of how many accounts the heading of a list says how many instances are there.
const MAX_ACCOUNTS: usize = 8;

/// A page of a list.
pub(crate) struct Page<'a> {
    /// All instances of the list, in order.
    pub(crate) found: &'a [&'a Instance],
    /// Which page, counted from 1.
    pub(crate) number: usize,
    /// The command that lists them, as Slack sent it.
    pub(crate) command: &'a str,
    /// Whether the rows before it may be others than were shown.
    pub(crate) moved: bool,
    /// Where nothing could be seen.
    pub(crate) blind: &'a [String],
}

/// The rows on page `number` of a list of `count`, counted from 0.
pub(crate) fn rows(number: usize, count: usize) -> Range<usize> {
    let start = number.saturating_sub(1).saturating_mul(MAX_ROWS).min(count);
    start..start.saturating_add(MAX_ROWS).min(count)
}

/// Ten instances of a list, and the counts of all.
pub(crate) fn list(page: &Page<'_>) -> Message {
    let count = page.found.len();
    let rows = rows(page.number, count);
    let mut lines = vec![format!("{}{}", heading(page.found), range(&rows, count))];
    if page.moved {
        lines.push("I counted anew: rows before these may have moved since you saw them.".to_owned());
    }
    let shown = page.found.get(rows.clone()).unwrap_or_default();
    lines.extend((rows.start + 1..).zip(shown).map(|(row, instance)| format!("{row}. {}", line(instance))));
    let rest = count - rows.end;
    let mut offers = Vec::new();
    if rest > 0 {
        lines.push(format!("… and {rest} more. Narrow it down, e.g. `find running web-*`."));
        offers.push(Offer::Page { command: page.command.to_owned(), page: page.number.saturating_add(1) });
    }
    lines.extend(page.blind.iter().cloned());
    offering(&lines.join("\n"), &offers)
}

/// Which rows are shown, if not all.
fn range(rows: &Range<usize>, count: usize) -> String {
    match rows.len() {
        shown if shown == count => String::new(),
        0 => format!("\nThe list ends with row {count} now. Ask again to see it from its beginning."),
        1 => format!(", row {}", rows.end),
        _ => format!(", rows {}–{}", rows.start + 1, rows.end),
    }
}

fn heading(found: &[&Instance]) -> String {
    if found.is_empty() {
        return "No instances match.".to_owned();
    }
    let mut states: BTreeMap<InstanceState, usize> = BTreeMap::new();
    let mut places: BTreeMap<(&Alias, &Region), usize> = BTreeMap::new();
    for instance in found {
        *states.entry(instance.state).or_default() += 1;
        *places.entry((&instance.account, &instance.region)).or_default() += 1;
    }
    let states: Vec<String> = states.iter().map(|(state, count)| format!("{count} {state}")).collect();
    let instances = if found.len() == 1 { "instance" } else { "instances" };
    format!("*{} {instances}*: {} ({})", found.len(), states.join(", "), where_they_are(&places).join(", "))
}

/// `3 in eu-west-1`; of several accounts only how many are in each.
fn where_they_are(places: &BTreeMap<(&Alias, &Region), usize>) -> Vec<String> {
    let mut accounts: BTreeMap<&Alias, usize> = BTreeMap::new();
    for ((account, _), count) in places {
        *accounts.entry(account).or_default() += count;
    }
    if accounts.len() <= 1 {
        let each = places.iter();
        return each
            .map(|((account, region), count)| format!("{count} in {}", somewhere(account, region)))
            .collect();
    }
    let named = accounts.iter().take(MAX_ACCOUNTS);
    let mut said: Vec<String> =
        named.map(|(account, count)| format!("{count} in {}", plain(account.as_str()))).collect();
    if accounts.len() > MAX_ACCOUNTS {
        let rest: usize = accounts.values().skip(MAX_ACCOUNTS).sum();
        said.push(format!("{rest} in {}", counted(accounts.len() - MAX_ACCOUNTS, "more account")));
    }
    said
}

fn line(instance: &Instance) -> String {
    let named = instance.name().map(|label| format!("{} ", name(label))).unwrap_or_default();
    let address = instance.private_ip.as_deref().map(|ip| format!(" · {}", plain(ip))).unwrap_or_default();
    format!(
        "{named}{} · {} · {} · {}{address}",
        code(instance.id.as_str()),
        instance.state,
        plain(&instance.instance_type),
        somewhere(&instance.account, &Region::new(&instance.zone))
    )
}

/// The instances one by one with their status checks; `count` is how many
/// there were in all, `refused` what could not be seen.
pub(crate) fn check(
    shown: &[&Instance],
    count: usize,
    health: &[Health],
    refused: &[String],
    now: Millis,
) -> Message {
    let mut lines: Vec<String> = Vec::new();
    if shown.is_empty() {
        lines.push("No instances match.".to_owned());
    }
    for instance in shown {
        let health = health.iter().find(|health| health.id == instance.id);
        lines.extend(in_full(instance, health, now));
    }
    if count > shown.len() {
        lines.push(format!("… and {} more. Narrow it down.", count - shown.len()));
    }
    lines.extend(refused.iter().cloned());
    Message::text(lines.join("\n"))
}

fn in_full(instance: &Instance, health: Option<&Health>, now: Millis) -> Vec<String> {
    let running = instance.state == InstanceState::Running;
    let long = if running { format!(" for {}", age(now.since(instance.launched_at))) } else { String::new() };
    let checks = health.map(checks).unwrap_or_default();
    let first = format!("{} is *{}*{long}.{checks}", name(instance.label()), instance.state);
    let mut facts = vec![code(instance.id.as_str()), plain(&instance.instance_type)];
    facts.push(somewhere(&instance.account, &Region::new(&instance.zone)));
    facts.extend(instance.private_ip.as_deref().map(plain));
    facts.extend(instance.public_ip.as_deref().map(|ip| format!("public {}", plain(ip))));
    facts.extend(instance.spot.then(|| "Spot".to_owned()));
    facts.extend(instance.auto_scaling_group().map(|group| format!("Auto Scaling group {}", plain(group))));
    facts.extend(instance.is_protected().then(|| "protected".to_owned()));
    let mut lines = vec![first, format!("    {}", facts.join(" · "))];
    let events = health.map(|health| health.events.as_slice()).unwrap_or_default();
    for (event, description) in events.iter().take(MAX_EVENTS) {
        lines.push(format!("    Scheduled by AWS: {} ({})", plain(description), plain(event)));
    }
    lines
}

fn checks(health: &Health) -> String {
    match (health.system.as_str(), health.instance.as_str()) {
        ("ok", "ok") => " Both status checks pass.".to_owned(),
        (system, instance) => {
            format!(" Status checks: system {}, instance {}.", bold(system), bold(instance))
        }
    }
}
