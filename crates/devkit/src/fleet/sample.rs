//! The fleet that `cargo dev` starts with: small enough to read, with one of
//! everything that a command must handle, in two accounts.

mod prod;
mod rows;

use domain::ids::{AccountId, InstanceId, Region};
use domain::instance::{InstanceState, PROTECTED_TAG};
use domain::time::Millis;

use super::lifecycle;
use super::machine::{Course, Encryption, Machine, Protection, PublicAddress, Purchase, ScheduledEvent};
use super::world::World;
use rows::{Row, Trait};

pub use prod::{
    ACT_ROLE, CARELESS_ROLE, NO_TERMINATE_ROLE, PROD_ACCOUNT, PROD_EXTERNAL_ID, PROD_KEY, READ_ROLE,
    SAMPLE_EC2_ROLE, STRANGE_ROLE,
};

/// The first account of the sample world, where Bellhop itself runs; AWS uses this
/// number in its own examples.
pub const SAMPLE_ACCOUNT: &str = "111122223333";

const HOUR_MS: u64 = 60 * 60 * 1_000;

/// Instances in eu-west-1 and us-east-1 as they are at `now`. Ids, addresses
/// and tags are always the same; launch times are counted back from `now`.
pub fn sample_world(now: Millis) -> World {
    let mut world = World::empty();
    for (account, rows, networks) in
        [(SAMPLE_ACCOUNT, rows::ROWS, &OURS), (PROD_ACCOUNT, prod::ROWS, &OF_PROD)]
    {
        let account = AccountId::new(account);
        for region in ["eu-west-1", "us-east-1"] {
            world.open(&account, &Region::new(region));
        }
        for (number, row) in rows.iter().enumerate() {
            if let Some(machine) = machine(number, row, networks, now) {
                world.add(&account, machine);
            }
        }
    }
    prod::add_roles(&mut world);
    world
}

/// VPC, beginning of the subnets' ids, and second byte of the addresses: in
/// eu-west-1 for production and for the rest, then the same in us-east-1.
type Networks = [(&'static str, &'static str, u32); 4];

const OURS: Networks = [
    ("vpc-0f3c1d2b4a5968770", "subnet-0a9b8c7d6e5f4031", 10),
    ("vpc-07d2e9a41b3c85f60", "subnet-03c5e7f9a1b2d486", 20),
    ("vpc-0b64a0c9d8e7f1352", "subnet-0d1f2e3c4b5a6978", 30),
    ("vpc-02a8b6c4d0e1f9375", "subnet-08f6e4d2c0b1a395", 40),
];

const OF_PROD: Networks = [
    ("vpc-0c1e3a5f7092b4d68", "subnet-0e8d6c4b2a0f1937", 50),
    ("vpc-05f7a9b1c3d5e7082", "subnet-01b3d5f7092a4c6e", 60),
    ("vpc-0d9b7f5e3c1a08264", "subnet-07a5c3e1f9b8d604", 70),
    ("vpc-0948c2e6a0f4b8d13", "subnet-0f2e4d6c8b0a1395", 80),
];

/// Nothing if the row's id is not one; a test holds that all are.
fn machine(number: usize, row: &Row, networks: &Networks, now: Millis) -> Option<Machine> {
    let region = row.zone.get(..row.zone.len().saturating_sub(1))?;
    let launched = Millis(now.0.saturating_sub(row.launched_hours_ago * HOUR_MS));
    let id = InstanceId::parse(row.id)?;
    let mut machine = Machine::new(id, Region::new(region), row.zone, row.state, launched);
    row.instance_type.clone_into(&mut machine.instance_type);
    place(&mut machine, number, row, networks);
    for (key, value) in [("Name", row.name), ("Env", row.env), ("Owner", row.owner)] {
        if !value.is_empty() {
            machine.tags.insert(key.to_owned(), value.to_owned());
        }
    }
    if matches!(row.state, InstanceState::Stopped | InstanceState::Terminated) {
        came_to_rest(&mut machine, row, now);
    }
    for special in row.traits {
        apply(&mut machine, special, now);
    }
    Some(machine)
}

/// Production and the rest have a VPC each, with a subnet in every zone.
fn place(machine: &mut Machine, number: usize, row: &Row, networks: &Networks) {
    let zone = row.zone.chars().last().map_or(0, |letter| u32::from(letter) - u32::from('a'));
    let [eu_prod, eu, us_prod, us] = networks;
    let (vpc, subnet, net) = match (machine.region.as_str(), row.env) {
        ("eu-west-1", "prod") => eu_prod,
        ("eu-west-1", _) => eu,
        (_, "prod") => us_prod,
        _ => us,
    };
    (*vpc).clone_into(&mut machine.vpc);
    machine.subnet = format!("{subnet}{zone}");
    machine.private_ip = format!("10.{net}.{zone}.{}", 11 + number);
    let image = if row.env == "prod" { "ami-0c1bc246476a5572b" } else { "ami-09d5dd12541e69077" };
    image.clone_into(&mut machine.image);
}

/// Something that is stopped was stopped two hours ago; the terminated one has
/// been gone for 20 minutes, so that it will vanish before long.
fn came_to_rest(machine: &mut Machine, row: &Row, now: Millis) {
    let ago = if row.state == InstanceState::Terminated { HOUR_MS / 3 } else { 2 * HOUR_MS };
    let at = Millis(now.0.saturating_sub(ago));
    machine.reason = lifecycle::user_initiated(at);
    machine.state_reason = Some(lifecycle::SHUTDOWN);
    machine.course = Course::settled(row.state, at);
}

fn apply(machine: &mut Machine, special: &Trait, now: Millis) {
    match special {
        Trait::Tag(key, value) => {
            machine.tags.insert((*key).to_owned(), (*value).to_owned());
        }
        Trait::Protected => {
            machine.tags.insert(PROTECTED_TAG.to_owned(), "true".to_owned());
        }
        Trait::Public => machine.public = PublicAddress::Changing,
        Trait::Elastic(ip) => machine.public = PublicAddress::Elastic((*ip).to_owned()),
        Trait::Reservation(id) => (*id).clone_into(&mut machine.reservation),
        Trait::SpotOnce => machine.purchase = Purchase::SpotOnce,
        Trait::SpotPersistent => machine.purchase = Purchase::SpotPersistent,
        Trait::NoTermination => machine.protection = Protection::Termination,
        Trait::NoStop => machine.protection = Protection::Stop,
        Trait::Hibernates => machine.hibernation = true,
        Trait::Encrypted => machine.encryption = Encryption::AwsManaged,
        Trait::Key(arn) => machine.encryption = Encryption::Key((*arn).to_owned()),
        Trait::Impaired => machine.impaired = true,
        Trait::Retires => {
            machine.event = Some(ScheduledEvent {
                code: "instance-retirement".to_owned(),
                description: "The instance is running on degraded hardware".to_owned(),
                not_before: now.plus(10 * 24 * HOUR_MS),
            });
        }
    }
}
