//! `DescribeInstances`
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html>

use super::super::filter::{Filters, Seen};
use super::super::machine::Machine;
use super::super::page::Page;
use super::super::refusal::Refusal;
use super::super::show;
use super::super::state::State;
use super::Asked;

pub(super) fn answer(state: &mut State, asked: &Asked<'_>) -> Result<String, Refusal> {
    asked.params.only(&["InstanceId.", "Filter.", "MaxResults", "NextToken", "IncludeManagedResources"])?;
    let ids = asked.params.instance_ids()?;
    asked.authorize(state, &ids)?;
    asked.unless_dry_run()?;
    let page = Page::read(asked.params, &ids)?;
    let filters = Filters::of_instances(&asked.params.filters()?)?;
    asked.all_exist(state, &ids)?;

    let seen = |machine| Seen {
        machine,
        now: asked.now,
        owner: asked.account.as_str(),
        checks_ms: state.checks_ms(),
    };
    let found: Vec<&Machine> = asked
        .machines(state)
        .filter(|machine| ids.is_empty() || ids.contains(&machine.id))
        .filter(|machine| filters.hold(&seen(machine)))
        .collect();
    let (found, next) = page.cut(found, |machine| &machine.id);
    Ok(asked.document(|xml| {
        xml.items("reservationSet", by_reservation(found), |xml, (reservation, machines)| {
            xml.text("reservationId", reservation);
            xml.text("ownerId", asked.account.as_str());
            xml.text("groupSet", "");
            xml.items("instancesSet", machines, |xml, machine| {
                show::instance(xml, asked.account, machine, asked.now);
            });
        });
        xml.maybe("nextToken", next.as_deref());
    }))
}

/// Instances that were launched together stand together, as far as they are on
/// the same page.
fn by_reservation(machines: Vec<&Machine>) -> Vec<(&str, Vec<&Machine>)> {
    let mut reservations: Vec<(&str, Vec<&Machine>)> = Vec::new();
    for machine in machines {
        match reservations.iter_mut().find(|(id, _)| *id == machine.reservation) {
            Some((_, together)) => together.push(machine),
            None => reservations.push((&machine.reservation, vec![machine])),
        }
    }
    reservations
}
