//! What can be clicked below what became of a change: the way back, and once
//! more what did not go through. Instances are named by their ids and regions:
//! by the time of the click a name may mean another one, and a region out of
//! reach is no matter if none of them is there.

use domain::command::{Command, Flags, Regions, Target, Verb};
use domain::ids::{InstanceId, Region};
use domain::instance::{Action, Instance};
use domain::job::{Plan, Progress};
use slack::text::length;

use super::offers::{LABEL, Offer};
use super::title;

/// How many instances get a button each; more share one.
const MAX_EACH: usize = 3;

/// An instance, and what people call it.
struct Named<'a> {
    id: &'a InstanceId,
    region: &'a Region,
    label: &'a str,
}

/// What can be done when `plan` has come to its end.
pub(super) fn after(plan: &Plan) -> Vec<Offer> {
    let mut offers: Vec<Offer> = undo(plan).into_iter().collect();
    if let Some(command) = asked(plan) {
        let refused = chosen(plan, |progress| matches!(progress, Progress::Refused { tried: true, .. }));
        offers.extend(each_or_all("Retry", &command, &refused));
        // What is nowhere to be seen cannot be named either.
        let lost = chosen(plan, |progress| matches!(progress, Progress::Lost { state: Some(_) }));
        offers.extend(each_or_all(&title(command.verb), &command, &lost));
    }
    offers
}

/// Starting what is stopped, for somebody who wanted to restart it by `command`.
pub(super) fn start(command: &Command, stopped: &[&Instance]) -> Vec<Offer> {
    let command = Command { verb: Verb::Start, filters: Vec::new(), ..command.clone() };
    let targets: Vec<Named<'_>> = stopped
        .iter()
        .map(|instance| Named { id: &instance.id, region: &instance.region, label: instance.label() })
        .collect();
    each_or_all(if command.flags.dry_run { "start (dry run)" } else { "start" }, &command, &targets)
}

/// The way back for the instances that got where they should. Nothing brings
/// back what a reboot interrupted, or a terminated instance.
fn undo(plan: &Plan) -> Option<Offer> {
    let inverse = match plan.action {
        Action::Start => Verb::Stop,
        Action::Stop { .. } => Verb::Start,
        Action::Reboot | Action::Terminate => return None,
    };
    let reached = chosen(plan, |progress| matches!(progress, Progress::Reached { .. }));
    let allowed = 1..=inverse.max_targets().unwrap_or_default();
    let offered = !plan.dry_run && allowed.contains(&reached.len());
    offered.then(|| run("Undo".to_owned(), &Command::new(inverse), &reached)).flatten()
}

/// What `plan` was made of, but for its instances.
fn asked(plan: &Plan) -> Option<Command> {
    let (force, hibernate) = match plan.action {
        Action::Stop { force, hibernate } => (force, hibernate),
        Action::Start | Action::Reboot | Action::Terminate => (false, false),
    };
    let flags = Flags { dry_run: plan.dry_run, force, hibernate, no_wait: !plan.wait };
    Some(Command { flags, ..Command::new(Verb::read(&plan.verb)?) })
}

fn chosen(plan: &Plan, fits: impl Fn(&Progress) -> bool) -> Vec<Named<'_>> {
    let targets = plan.targets.iter().filter(|target| fits(&target.progress));
    targets.map(|target| Named { id: &target.id, region: &target.region, label: &target.label }).collect()
}

fn each_or_all(said: &str, command: &Command, targets: &[Named<'_>]) -> Vec<Offer> {
    if targets.len() > MAX_EACH {
        return run(format!("{said} all {}", targets.len()), command, targets).into_iter().collect();
    }
    let named_so = |label: &str| targets.iter().filter(|target| target.label == label).count();
    let one = |target: &Named<'_>| {
        let by_name = format!("{said} {}", target.label);
        let is_clear = named_so(target.label) == 1 && length(&by_name) <= LABEL;
        let label = if is_clear { by_name } else { format!("{said} {}", target.id) };
        run(label, command, std::slice::from_ref(target))
    };
    targets.iter().filter_map(one).collect()
}

/// A button that does `command` to these instances.
fn run(label: String, command: &Command, named: &[Named<'_>]) -> Option<Offer> {
    let mut regions: Vec<Region> = named.iter().map(|target| target.region.clone()).collect();
    regions.sort();
    regions.dedup();
    let targets = named.iter().map(|target| Target::Id(target.id.clone())).collect();
    let command = Command { targets, regions: Some(Regions::These(regions)), ..command.clone() };
    Some(Offer::Run { label, command: command.written()? })
}
