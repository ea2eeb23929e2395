//! How EC2 writes an instance: the parts that answers and filters share, and
//! the whole item of `DescribeInstances`.

use domain::ids::AccountId;
use domain::instance::InstanceState;
use domain::time::Millis;

use super::date;
use super::machine::Machine;
use super::xml::Xml;

/// The root volume's device.
pub(super) const ROOT_DEVICE: &str = "/dev/xvda";

/// EC2's number for a state.
pub(super) const fn state_code(state: InstanceState) -> &'static str {
    match state {
        InstanceState::Pending => "0",
        InstanceState::Running => "16",
        InstanceState::ShuttingDown => "32",
        InstanceState::Terminated => "48",
        InstanceState::Stopping => "64",
        InstanceState::Stopped => "80",
    }
}

/// `<instanceState>` and its like.
pub(super) fn state(xml: &mut Xml, name: &str, state: InstanceState) {
    xml.nest(name, |xml| {
        xml.text("code", state_code(state));
        xml.text("name", state.as_str());
    });
}

/// One instance of `account`, whole.
pub(super) fn instance(xml: &mut Xml, account: &AccountId, machine: &Machine, now: Millis) {
    let public_ip = machine.public_ip(now);
    xml.text("instanceId", machine.id.as_str());
    xml.text("imageId", &machine.image);
    state(xml, "instanceState", machine.state(now));
    xml.text("privateDnsName", private_dns(machine, now));
    xml.text("dnsName", public_dns(machine, now));
    xml.text("reason", &machine.reason);
    xml.text("amiLaunchIndex", "0");
    xml.text("productCodes", "");
    xml.text("instanceType", &machine.instance_type);
    xml.text("launchTime", date::iso(machine.launched_at));
    xml.nest("placement", |xml| {
        xml.text("availabilityZone", &machine.zone);
        xml.text("groupName", "");
        xml.text("tenancy", "default");
    });
    xml.nest("monitoring", |xml| xml.text("state", "disabled"));
    network(xml, machine, now, public_ip.as_deref());
    if let Some((code, message)) = machine.reason(now) {
        xml.nest("stateReason", |xml| {
            xml.text("code", code);
            xml.text("message", message);
        });
    }
    xml.text("architecture", architecture(machine));
    xml.text("rootDeviceType", root_device_type(machine));
    xml.text("rootDeviceName", ROOT_DEVICE);
    xml.text("blockDeviceMapping", "");
    xml.text("virtualizationType", "hvm");
    purchase(xml, machine);
    xml.text("clientToken", "");
    xml.items("tagSet", &machine.tags, |xml, (key, value)| {
        xml.text("key", key);
        xml.text("value", value);
    });
    xml.text("hypervisor", "xen");
    interfaces(xml, account, machine, now);
    xml.text("ebsOptimized", "false");
    xml.nest("hibernationOptions", |xml| xml.text("configured", machine.hibernation.to_string()));
}

fn network(xml: &mut Xml, machine: &Machine, now: Millis, public_ip: Option<&str>) {
    if machine.is_in_network(now) {
        xml.text("subnetId", &machine.subnet);
        xml.text("vpcId", &machine.vpc);
        xml.text("privateIpAddress", &machine.private_ip);
        xml.maybe("ipAddress", public_ip);
        xml.text("sourceDestCheck", "true");
    }
    xml.text("groupSet", "");
}

/// Its only network interface. Whose the public address is tells whether it stays: the
/// account's own is an Elastic IP address, and `amazon`'s goes when the instance stops.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceNetworkInterfaceAssociation.html>
fn interfaces(xml: &mut Xml, account: &AccountId, machine: &Machine, now: Millis) {
    let there = machine.is_in_network(now).then_some(machine);
    xml.items("networkInterfaceSet", there, |xml, machine| {
        xml.text("networkInterfaceId", machine.id.as_str().replacen("i-", "eni-", 1));
        xml.text("subnetId", &machine.subnet);
        xml.text("vpcId", &machine.vpc);
        xml.text("ownerId", account.as_str());
        xml.text("status", "in-use");
        xml.text("privateIpAddress", &machine.private_ip);
        if let Some(ip) = machine.public_ip(now) {
            xml.nest("association", |xml| {
                xml.text("publicIp", ip);
                xml.text("publicDnsName", public_dns(machine, now));
                xml.text("ipOwnerId", if machine.public.is_elastic() { account.as_str() } else { "amazon" });
            });
        }
    });
}

fn purchase(xml: &mut Xml, machine: &Machine) {
    if machine.is_spot() {
        let id = machine.id.as_str();
        xml.text("instanceLifecycle", "spot");
        xml.text(
            "spotInstanceRequestId",
            format!("sir-{}", id.get(id.len().saturating_sub(8)..).unwrap_or(id)),
        );
    }
}

/// `ip-10-10-0-11.eu-west-1.compute.internal`, while it is in a network.
pub(super) fn private_dns(machine: &Machine, now: Millis) -> String {
    if !machine.is_in_network(now) {
        return String::new();
    }
    let host = machine.private_ip.replace('.', "-");
    match machine.region.as_str() {
        "us-east-1" => format!("ip-{host}.ec2.internal"),
        region => format!("ip-{host}.{region}.compute.internal"),
    }
}

/// `ec2-198-18-4-7.eu-west-1.compute.amazonaws.com`, while it has a public address.
pub(super) fn public_dns(machine: &Machine, now: Millis) -> String {
    let Some(ip) = machine.public_ip(now) else { return String::new() };
    let host = ip.replace('.', "-");
    match machine.region.as_str() {
        "us-east-1" => format!("ec2-{host}.compute-1.amazonaws.com"),
        region => format!("ec2-{host}.{region}.compute.amazonaws.com"),
    }
}

/// EC2's word for what its root volume is.
pub(super) const fn root_device_type(machine: &Machine) -> &'static str {
    if machine.root_is_instance_store { "instance-store" } else { "ebs" }
}

/// Graviton types have a `g` after the generation: `r6g.large`, `c7gn.xlarge`.
pub(super) fn architecture(machine: &Machine) -> &'static str {
    let family = machine.instance_type.split('.').next().unwrap_or_default();
    let after_generation = family.trim_start_matches(|char: char| char.is_ascii_lowercase());
    let options = after_generation.trim_start_matches(|char: char| char.is_ascii_digit());
    if options.starts_with('g') { "arm64" } else { "x86_64" }
}
