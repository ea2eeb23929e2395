//! The second account of the sample world: acme-prod, as a table and its roles.

use std::time::Duration;

use domain::ids::AccountId;
use domain::instance::AUTO_SCALING_TAG;
use domain::instance::InstanceState::{Running, Stopped};
use serde_json::json;

use super::super::roles::{Role, SourceIdentity, role_arn};
use super::super::world::World;
use super::SAMPLE_ACCOUNT;
use super::rows::Trait::{
    Elastic, Encrypted, Key, NoStop, NoTermination, Protected, Public, Reservation, SpotOnce, Tag,
};
use super::rows::{Row, Trait, row};

/// The second account, acme-prod; another number that AWS uses in its examples.
pub const PROD_ACCOUNT: &str = "444455556666";

/// The role of the function that looks after instances, in the first account.
pub const SAMPLE_EC2_ROLE: &str = "bellhop-Ec2Role";

/// What the roles of acme-prod ask for as `ExternalId` until a test, or the page, sets another.
pub const PROD_EXTERNAL_ID: &str = "acme-prod-0001";

/// May look.
pub const READ_ROLE: &str = "BellhopRead";
/// May look and change, but leaves alone what is tagged as protected.
pub const ACT_ROLE: &str = "BellhopAct";
/// The same without terminating.
pub const NO_TERMINATE_ROLE: &str = "BellhopActWithoutTerminate";
/// May do what [`ACT_ROLE`] may, and does not ask for an `ExternalId`.
pub const CARELESS_ROLE: &str = "BellhopCareless";
/// Trusts somebody else only.
pub const STRANGE_ROLE: &str = "SomebodyElses";

/// The KMS key of acme-prod with which some of its volumes are encrypted.
pub const PROD_KEY: &str = "arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab";

const LOOK: [&str; 4] =
    ["ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:DescribeRegions", "ec2:DescribeVolumes"];
const CHANGE: [&str; 3] = ["ec2:StartInstances", "ec2:StopInstances", "ec2:RebootInstances"];
const TERMINATE: &str = "ec2:TerminateInstances";
const INSTANCES: &str = "arn:aws:ec2:*:444455556666:instance/*";

const SHOP: Trait = Reservation("r-0d2c4b6a8f1e3579c");

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row("shop-web-1", "i-03522fae0f32741ae", "eu-west-1a", "t3.large", Running, 400, "prod", "shop", &[Public, SHOP]),
    row("shop-web-2", "i-00c54eba0ed812a60", "eu-west-1b", "t3.large", Running, 400, "prod", "shop", &[Public, SHOP]),
    row("shop-asg", "i-0958e9e6690c6f1e3", "eu-west-1a", "t3.large", Running, 9, "prod", "shop", &[Public, Tag(AUTO_SCALING_TAG, "shop-asg")]),
    row("payments", "i-0b572f88755a8fc6f", "eu-west-1a", "m5.large", Running, 2600, "prod", "finance", &[NoTermination]),
    row("ledger-db", "i-0c6fb1c24a10f0f1c", "eu-west-1b", "r6g.xlarge", Running, 5100, "prod", "finance", &[Protected]),
    row("ledger-replica", "i-0024a790f4ca6252d", "eu-west-1c", "r6g.xlarge", Stopped, 5100, "prod", "finance", &[]),
    row("broker", "i-068c113986f422c3c", "eu-west-1c", "m5.large", Running, 1900, "prod", "platform", &[NoStop]),
    row("search-1", "i-079eba94e188b4c16", "eu-west-1a", "r5.large", Running, 700, "prod", "shop", &[]),
    row("crunch-spot", "i-05a2b83df1ee9007b", "eu-west-1b", "c5.2xlarge", Running, 2, "prod", "data", &[SpotOnce]),
    row("mailer", "i-0b7200446c9cf1172", "eu-west-1c", "t3.small", Stopped, 310, "prod", "shop", &[]),
    row("shop-us-1", "i-0476d49430f79006c", "us-east-1a", "t3.large", Running, 150, "prod", "shop", &[Public]),
    row("shop-us-2", "i-061d06627158bb793", "us-east-1b", "t3.large", Stopped, 150, "prod", "shop", &[Public, Encrypted]),
    row("bastion", "i-09befb6fca87db6c2", "us-east-1a", "t3.nano", Running, 2900, "prod", "platform", &[Elastic("198.51.100.44")]),
    row("etl-us", "i-0894ce4b0b3439a0c", "us-east-1c", "c6i.large", Stopped, 90, "prod", "data", &[Key(PROD_KEY)]),
];

/// Adds the roles of acme-prod.
pub(super) fn add_roles(world: &mut World) {
    let prod = AccountId::new(PROD_ACCOUNT);
    let bellhop = role_arn(&AccountId::new(SAMPLE_ACCOUNT), SAMPLE_EC2_ROLE);
    let trusting = |name: &str| {
        Role::new(name)
            .trusting(&bellhop)
            .with_source_identity(SourceIdentity::Allowed)
            .allowing(&LOOK, &["*"])
    };
    let act = |name: &str| {
        trusting(name).allowing(&CHANGE, &[INSTANCES]).allowing(&[TERMINATE], &[INSTANCES]).with_statement(
            json!({
                "Effect": "Deny",
                "Action": ["ec2:StopInstances", "ec2:RebootInstances", TERMINATE],
                "Resource": INSTANCES,
                "Condition": { "Null": { "ec2:ResourceTag/bellhop:protected": "false" } },
            }),
        )
    };
    let half = trusting(NO_TERMINATE_ROLE).allowing(&CHANGE, &[INSTANCES]);
    let strange = Role::new(STRANGE_ROLE).trusting("arn:aws:iam::999988887777:role/Somebody");
    for role in [
        trusting(READ_ROLE).with_external_id(PROD_EXTERNAL_ID),
        act(ACT_ROLE).with_external_id(PROD_EXTERNAL_ID),
        half.with_external_id(PROD_EXTERNAL_ID),
        act(CARELESS_ROLE).lasting(Duration::from_hours(12)),
        strange.allowing(&["ec2:*"], &["*"]),
    ] {
        world.add_role(&prod, role);
    }
}
