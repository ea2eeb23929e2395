//! `DescribeInstanceStatus`
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html>

use domain::instance::InstanceState;

use super::super::date;
use super::super::filter::{Filters, Seen};
use super::super::health::{self, Check};
use super::super::machine::{Machine, ScheduledEvent};
use super::super::page::Page;
use super::super::refusal::Refusal;
use super::super::show;
use super::super::state::State;
use super::super::xml::Xml;
use super::Asked;

pub(super) fn answer(state: &mut State, asked: &Asked<'_>) -> Result<String, Refusal> {
    asked.params.only(&["InstanceId.", "Filter.", "MaxResults", "NextToken", "IncludeAllInstances"])?;
    let ids = asked.params.instance_ids()?;
    asked.authorize(state, &ids)?;
    asked.unless_dry_run()?;
    let page = Page::read(asked.params, &ids)?;
    let filters = Filters::of_status(&asked.params.filters()?)?;
    let all = asked.params.flag("IncludeAllInstances")?;
    asked.all_exist(state, &ids)?;

    let seen = |machine| Seen {
        machine,
        now: asked.now,
        owner: asked.account.as_str(),
        checks_ms: state.checks_ms(),
    };
    let found: Vec<Seen<'_>> = asked
        .machines(state)
        .filter(|machine| ids.is_empty() || ids.contains(&machine.id))
        .filter(|machine| all || machine.state(asked.now) == InstanceState::Running)
        .map(seen)
        .filter(|seen| filters.hold(seen))
        .collect();
    let (found, next) = page.cut(found, |seen| &seen.machine.id);
    Ok(asked.document(|xml| {
        xml.items("instanceStatusSet", found, |xml, seen| item(xml, &seen));
        xml.maybe("nextToken", next.as_deref());
    }))
}

fn item(xml: &mut Xml, seen: &Seen<'_>) {
    let machine: &Machine = seen.machine;
    xml.text("instanceId", machine.id.as_str());
    xml.text("availabilityZone", &machine.zone);
    if let Some(announced) = &machine.event {
        xml.items("eventsSet", [announced], |xml, announced| event(xml, machine, announced));
    }
    show::state(xml, "instanceState", machine.state(seen.now));
    check(xml, "systemStatus", health::of_system(seen));
    check(xml, "instanceStatus", health::of(seen));
}

fn event(xml: &mut Xml, machine: &Machine, event: &ScheduledEvent) {
    xml.text("instanceEventId", machine.id.as_str().replacen("i-", "instance-event-", 1));
    xml.text("code", &event.code);
    xml.text("description", &event.description);
    xml.text("notBefore", date::iso(event.not_before));
}

fn check(xml: &mut Xml, name: &str, check: Check) {
    xml.nest(name, |xml| {
        xml.text("status", check.status);
        if !check.reachability.is_empty() {
            xml.items("details", [check.reachability], |xml, status| {
                xml.text("name", "reachability");
                xml.text("status", status);
            });
        }
    });
}
