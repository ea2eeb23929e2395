//! `DescribeInstanceAttribute`, for what protects an instance. EC2 knows more
//! attributes, about things that the fleet has not; here they are unknown.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html>

use super::super::machine::{Machine, Protection};
use super::super::refusal::Refusal;
use super::super::state::State;
use super::Asked;

pub(super) fn answer(state: &mut State, asked: &Asked<'_>) -> Result<String, Refusal> {
    asked.params.only(&["InstanceId", "Attribute"])?;
    let ids = asked.params.instance_ids()?;
    if ids.is_empty() {
        return Err(Refusal::missing("instanceId"));
    }
    let attribute = asked.params.get("Attribute").ok_or_else(|| Refusal::missing("attribute"))?;
    let is_on = read(attribute).ok_or_else(|| {
        let message = format!("Value ({attribute}) for parameter attribute is invalid. Unknown attribute.");
        Refusal::invalid_value(message)
    })?;
    asked.authorize(state, &ids)?;
    asked.all_exist(state, &ids)?;
    asked.unless_dry_run()?;

    let mut machines = asked.machines(state);
    let machine = machines.find(|machine| ids.contains(&machine.id));
    let machine = machine.ok_or_else(|| Refusal::not_found(&ids))?;
    Ok(asked.document(|xml| {
        xml.text("instanceId", machine.id.as_str());
        xml.nest(attribute, |xml| xml.text("value", is_on(machine).to_string()));
    }))
}

fn read(attribute: &str) -> Option<fn(&Machine) -> bool> {
    match attribute {
        "disableApiStop" => Some(|machine| machine.protection == Protection::Stop),
        "disableApiTermination" => Some(|machine| machine.protection == Protection::Termination),
        _ => None,
    }
}
