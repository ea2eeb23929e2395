//! `DescribeVolumes`: the root volume of each instance, which is all that there is here.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html>

use super::super::machine::{Encryption, Machine, aws_managed_key};
use super::super::refusal::Refusal;
use super::super::show;
use super::super::state::State;
use super::Asked;

pub(super) fn answer(state: &mut State, asked: &Asked<'_>) -> Result<String, Refusal> {
    asked.params.only(&["Filter.", "MaxResults"])?;
    asked.authorize(state, &[])?;
    asked.unless_dry_run()?;
    let filters = asked.params.filters()?;
    for filter in &filters {
        if !["attachment.instance-id", "encrypted"].contains(&filter.name) {
            return Err(Refusal::invalid_value(format!("The filter '{}' is invalid", filter.name)));
        }
    }
    let is_wanted = |machine: &&Machine| {
        filters.iter().all(|filter| match filter.name {
            "encrypted" => filter.values.contains(&is_encrypted(machine).to_string().as_str()),
            _ => filter.values.contains(&machine.id.as_str()),
        })
    };
    let found = asked.machines(state).filter(|machine| !machine.root_is_instance_store).filter(is_wanted);
    Ok(asked.document(|xml| {
        xml.items("volumeSet", found, |xml, machine| {
            let volume = machine.id.as_str().replacen("i-", "vol-", 1);
            xml.text("volumeId", &volume);
            xml.text("size", "8");
            xml.text("availabilityZone", &machine.zone);
            xml.text("status", "in-use");
            xml.items("attachmentSet", [machine], |xml, machine| {
                xml.text("volumeId", &volume);
                xml.text("instanceId", machine.id.as_str());
                xml.text("device", show::ROOT_DEVICE);
                xml.text("status", "attached");
            });
            xml.text("volumeType", "gp3");
            xml.text("encrypted", is_encrypted(machine).to_string());
            xml.maybe("kmsKeyId", key(asked, machine).as_deref());
        });
    }))
}

fn is_encrypted(machine: &Machine) -> bool {
    machine.encryption != Encryption::None
}

fn key(asked: &Asked<'_>, machine: &Machine) -> Option<String> {
    match &machine.encryption {
        Encryption::None => None,
        Encryption::AwsManaged => Some(aws_managed_key(asked.region, asked.account)),
        Encryption::Key(arn) => Some(arn.clone()),
    }
}
