//! What can be clicked below what became of a change: the way back, and once
//! more what did not go through. Instances are named by their ids and regions:
//! by the time of the click a name may mean another one, and a region out of
//! reach is no matter if none of them is there.

use domain::account::HOME;
use domain::command::{AccountRef, Command, Flags, Regions, Target, Verb};
use domain::ids::{Alias, InstanceId, Region};
use domain::instance::{Action, Instance, InstanceState};
use domain::job::{Plan, PlanTarget, Progress};
use slack::text::length;

use super::offers::{LABEL, Offer};
use super::plan::{called, in_account};
use super::{title, waiting};

/// How many instances get a button each; more share one.
const MAX_EACH: usize = 3;

/// An instance, and what people call it.
struct Named<'a> {
    id: &'a InstanceId,
    account: &'a Alias,
    region: &'a Region,
    label: String,
}

impl<'a> Named<'a> {
    fn of(target: &'a PlanTarget) -> Self {
        Self { id: &target.id, account: &target.account, region: &target.region, label: called(target) }
    }
}

/// What can be done when `plan` has come to its end.
pub(super) fn after(plan: &Plan) -> Vec<Offer> {
    let mut offers: Vec<Offer> = undo(plan).into_iter().collect();
    offers.extend(waiting::offers(plan));
    if let Some(command) = asked(plan) {
        let refused = chosen(plan, |progress| matches!(progress, Progress::Refused { tried: true, .. }));
        offers.extend(each_or_all("Retry", &command, &refused));
        // What is nowhere to be seen cannot be named either.
        let lost = chosen(plan, |progress| matches!(progress, Progress::Lost { state: Some(_) }));
        offers.extend(each_or_all(&title(command.verb), &command, &lost));
    }
    offers
}

/// Buttons that run `command` for those instances of `plan` that `fits`.
pub(super) fn for_each(
    said: &str,
    command: &Command,
    plan: &Plan,
    fits: impl Fn(&PlanTarget) -> bool,
) -> Vec<Offer> {
    let targets: Vec<Named<'_>> = plan.targets.iter().filter(|target| fits(target)).map(Named::of).collect();
    each_or_all(said, command, &targets)
}

/// The same once more, for those instances of `plan` that `fits`.
pub(super) fn once_more(label: &str, plan: &Plan, fits: impl Fn(&PlanTarget) -> bool) -> Option<Offer> {
    let targets: Vec<Named<'_>> = plan.targets.iter().filter(|target| fits(target)).map(Named::of).collect();
    let command = asked(plan).filter(|_| !targets.is_empty())?;
    run(label.to_owned(), &command, &targets)
}

/// What somebody may have wanted who said `kill`: that it stops, whatever it does.
pub(super) fn force_stop(plan: &Plan) -> Option<Offer> {
    let [target] = plan.targets.as_slice() else { return None };
    let stops = matches!(target.before, InstanceState::Running | InstanceState::Stopping);
    let meant = plan.verb == Verb::Kill.as_str() && stops;
    let mut command = Command::new(Verb::Stop);
    command.flags.force = true;
    let named = [Named::of(target)];
    meant.then(|| run(labelled("Force stop", target), &command, &named)).flatten()
}

/// What a button says that does something to `target`.
fn labelled(said: &str, target: &PlanTarget) -> String {
    let by_name = format!("{said} {}", called(target));
    if length(&by_name) <= LABEL { by_name } else { format!("{said} {}", target.id) }
}

/// The other way to restart, beside a reboot: on another host.
pub(super) fn new_host(plan: &Plan) -> Option<Offer> {
    let is_reboot = plan.verb == Verb::Restart.as_str() && plan.action == Action::Reboot;
    let mut command = asked(plan).filter(|_| is_reboot)?;
    command.flags = Flags { new_host: true, ..Flags::default() };
    let planned: Vec<&PlanTarget> =
        plan.targets.iter().filter(|target| target.progress == Progress::Planned).collect();
    let said = "Stop and start";
    let label = match planned.as_slice() {
        [one] => labelled(said, one),
        several => format!("{said} {}", several.len()),
    };
    run(label, &command, &planned.into_iter().map(Named::of).collect::<Vec<_>>())
}

/// The command that starts `target`.
pub(crate) fn start_of(target: &PlanTarget) -> String {
    let start = Command::new(Verb::Start);
    written(&start, &[Named::of(target)]).unwrap_or_else(|| format!("{} {}", Verb::Start, target.id))
}

/// Starting what is stopped, for somebody who wanted to restart it by `command`.
pub(super) fn start(command: &Command, stopped: &[&Instance]) -> Vec<Offer> {
    let command = Command { verb: Verb::Start, filters: Vec::new(), ..command.clone() };
    let targets: Vec<Named<'_>> = stopped
        .iter()
        .map(|instance| Named {
            id: &instance.id,
            account: &instance.account,
            region: &instance.region,
            label: in_account(instance.label(), &instance.account),
        })
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
    let offered = !plan.dry_run && !plan.starts_again() && allowed.contains(&reached.len());
    offered.then(|| run("Undo".to_owned(), &Command::new(inverse), &reached)).flatten()
}

/// What `plan` was made of, but for its instances.
fn asked(plan: &Plan) -> Option<Command> {
    let (force, hibernate) = match plan.action {
        Action::Stop { force, hibernate } => (force, hibernate),
        Action::Start | Action::Reboot | Action::Terminate => (false, false),
    };
    let new_host = plan.starts_again();
    let flags = Flags { dry_run: plan.dry_run, force, hibernate, new_host, no_wait: !plan.wait };
    Some(Command { flags, ..Command::new(Verb::read(&plan.verb)?) })
}

fn chosen(plan: &Plan, fits: impl Fn(&Progress) -> bool) -> Vec<Named<'_>> {
    let targets = plan.targets.iter().filter(|target| fits(&target.progress));
    targets.map(Named::of).collect()
}

fn each_or_all(said: &str, command: &Command, targets: &[Named<'_>]) -> Vec<Offer> {
    if targets.len() > MAX_EACH {
        return run(format!("{said} all {}", targets.len()), command, targets).into_iter().collect();
    }
    let named_so = |label: &str| targets.iter().filter(|target| target.label == label).count();
    let one = |target: &Named<'_>| {
        let by_name = format!("{said} {}", target.label);
        let is_clear = named_so(&target.label) == 1 && length(&by_name) <= LABEL;
        let label = if is_clear { by_name } else { format!("{said} {}", target.id) };
        run(label, command, std::slice::from_ref(target))
    };
    targets.iter().filter_map(one).collect()
}

/// A button that does `command` to these instances.
fn run(label: String, command: &Command, named: &[Named<'_>]) -> Option<Offer> {
    Some(Offer::Run { label, command: written(command, named)? })
}

/// `command` for these instances, as somebody would type it.
fn written(command: &Command, named: &[Named<'_>]) -> Option<String> {
    let mut regions: Vec<Region> = named.iter().map(|target| target.region.clone()).collect();
    regions.sort();
    regions.dedup();
    let targets = named.iter().map(|target| Target::Id(target.id.clone())).collect();
    let command = Command {
        targets,
        regions: Some(Regions::These(regions)),
        account: account(named),
        ..command.clone()
    };
    command.written()
}

/// The account of these instances, if it is one and not Bellhop's own.
fn account(named: &[Named<'_>]) -> Option<AccountRef> {
    let first = named.first()?.account;
    let is_one = named.iter().all(|target| target.account == first);
    (is_one && first.as_str() != HOME).then(|| AccountRef::Alias(first.as_str().to_owned()))
}
