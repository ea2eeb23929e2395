//! Ten thousand instances in twenty accounts of four regions each.

use anyhow::Context as _;
use devkit::cloud::Cloud;
use devkit::fleet::{Fleet, Machine};
use domain::ids::{AccountId, InstanceId, Region};
use domain::instance::InstanceState;
use domain::time::Millis;
use dynoxide::actions::delete_item::DeleteItemRequest;
use dynoxide::actions::scan::ScanRequest;

/// Accounts that are linked.
pub(crate) const ACCOUNTS: usize = 20;
/// The regions of each.
pub(crate) const REGIONS: [&str; 4] = ["eu-west-1", "us-east-1", "eu-central-1", "ap-southeast-2"];
/// Instances of each account in each region.
const EACH: usize = 125;

/// What instances are for; part of their names.
const SERVICES: [&str; 5] = ["api", "web", "db", "cache", "worker"];
const TYPES: [&str; 3] = ["t3.micro", "m5.large", "r6g.xlarge"];
const HOUR_MS: u64 = 3_600_000;

/// What an account is called in Slack.
pub(crate) fn alias(number: usize) -> String {
    format!("customer-{number:02}")
}

/// Its number.
pub(crate) fn account(number: usize) -> AccountId {
    AccountId::new(format!("7000000000{number:02}"))
}

/// Adds all of them to the fleet; how many there are.
pub(crate) fn fill(fleet: &Fleet) -> anyhow::Result<usize> {
    let now = fleet.clock().now();
    let places = (0..ACCOUNTS).flat_map(|account| REGIONS.map(|region| (account, region)));
    let mut count = 0;
    for (number, region) in places {
        for _ in 0..EACH {
            fleet.add(&account(number), machine(count, region, now)?);
            count += 1;
        }
    }
    Ok(count)
}

/// Empties the inventory.
pub(crate) fn forget(cloud: &Cloud) -> anyhow::Result<()> {
    let table = cloud.stack().table("Instances").context("the template has no such table")?;
    loop {
        let scan = ScanRequest { table_name: table.name.clone(), ..ScanRequest::default() };
        let items = cloud.database().scan(scan)?.items.unwrap_or_default();
        if items.is_empty() {
            return Ok(());
        }
        for mut item in items {
            item.retain(|name, _| table.keys.iter().any(|key| key.attribute == *name));
            let delete = DeleteItemRequest {
                table_name: table.name.clone(),
                key: item,
                ..DeleteItemRequest::default()
            };
            cloud.database().delete_item(delete)?;
        }
    }
}

fn machine(number: usize, region: &str, now: Millis) -> anyhow::Result<Machine> {
    let of = |list: &[&'static str], by: usize| list.get(by % list.len()).copied().unwrap_or_default();
    // Spread like real ones, and the same in each run.
    let id = (number as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) & 0xffff_ffff_ffff;
    let id = InstanceId::parse(&format!("i-0{id:016x}")).context("not an instance id")?;
    let state =
        if number / SERVICES.len() % 5 == 4 { InstanceState::Stopped } else { InstanceState::Running };
    let zone = format!("{region}{}", of(&["a", "b", "c"], number));
    let since = Millis(now.0.saturating_sub((number as u64 % 5_000 + 1) * HOUR_MS));
    let mut machine = Machine::new(id, Region::new(region), &zone, state, since);
    of(&TYPES, number).clone_into(&mut machine.instance_type);
    machine.private_ip = format!("10.{}.{}.{}", number / 65_025, number / 255 % 255, number % 255);
    let service = of(&SERVICES, number);
    let tags = [
        ("Name", format!("{service}-{number:05}")),
        ("Env", of(&["prod", "staging", "dev"], number / 7).to_owned()),
        ("Owner", format!("team-{:02}@customer.example", number % 40)),
        ("Cost Center", format!("{:06}", number * 37 % 999_983)),
        ("Service", format!("{service}.internal.customer.example")),
    ];
    machine.tags = tags.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    Ok(machine)
}
