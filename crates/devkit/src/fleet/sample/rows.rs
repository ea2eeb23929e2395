//! The sample world as a table: one row, one instance.

use domain::instance::InstanceState::{Running, Stopped, Terminated};
use domain::instance::{AUTO_SCALING_TAG, InstanceState};

/// One instance of the sample world. An empty text is a tag that it does not have.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) id: &'static str,
    pub(super) zone: &'static str,
    pub(super) instance_type: &'static str,
    pub(super) state: InstanceState,
    pub(super) launched_hours_ago: u64,
    pub(super) env: &'static str,
    pub(super) owner: &'static str,
    pub(super) traits: &'static [Trait],
}

/// What makes an instance special.
pub(super) enum Trait {
    Tag(&'static str, &'static str),
    Protected,
    Public,
    Elastic(&'static str),
    Reservation(&'static str),
    SpotOnce,
    SpotPersistent,
    NoTermination,
    NoStop,
    Hibernates,
    Impaired,
    Retires,
    Encrypted,
    Key(&'static str),
}

use Trait::{
    Elastic, Encrypted, Hibernates, Impaired, NoStop, NoTermination, Protected, Public, Reservation, Retires,
    SpotOnce, SpotPersistent, Tag,
};

const WEB: Trait = Reservation("r-0c4d5e6f708192a3b");

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row("web-0", "i-095bd447e7184d454", "eu-west-1a", "t3.micro", Running, 720, "prod", "platform", &[Public, WEB]),
    row("web-1", "i-062f746b484e61ceb", "eu-west-1b", "t3.micro", Running, 50, "dev", "platform", &[Public, WEB]),
    row("web-2", "i-0b80469b84b2d451c", "eu-west-1a", "t3.small", Running, 720, "prod", "platform", &[Public, WEB]),
    row("web-3", "i-0b61e6ba536824dd6", "eu-west-1c", "t3.small", Stopped, 300, "dev", "platform", &[Public, WEB]),
    row("asg-web", "i-06ae12c972399d29d", "eu-west-1a", "t3.small", Running, 6, "prod", "platform", &[Public, Tag(AUTO_SCALING_TAG, "web-asg")]),
    row("db-main", "i-0ec7ac8ad1b2ba06b", "eu-west-1a", "r6g.large", Running, 4000, "prod", "data", &[Protected]),
    row("db-old", "i-06ca4a1a9f5b19f71", "eu-west-1b", "r5.large", Stopped, 9000, "prod", "data", &[]),
    row("vault", "i-0dc36fc902248cd70", "eu-west-1c", "t3.medium", Running, 2000, "prod", "security", &[NoTermination]),
    row("scheduler", "i-04f0f4c3c2052e52b", "eu-west-1a", "t3.small", Running, 1500, "prod", "platform", &[NoStop]),
    row("batch-spot", "i-0e500bddf37b00307", "eu-west-1b", "c5.xlarge", Running, 3, "dev", "data", &[SpotOnce]),
    row("worker", "i-05e0e14ca778e6176", "eu-west-1a", "c6i.large", Running, 96, "dev", "data", &[]),
    row("worker", "i-054a5054cda2ec003", "eu-west-1b", "c6i.large", Stopped, 96, "dev", "data", &[]),
    row("cache-1", "i-0953a5154281fa6f5", "eu-west-1c", "r6g.large", Running, 800, "prod", "platform", &[]),
    row("Build-Server", "i-08c0a70a7a84567f9", "eu-west-1a", "m5.xlarge", Stopped, 60, "dev", "ci", &[Hibernates]),
    row("Jenkins Master", "i-0169a73bf4c83cf3b", "eu-west-1b", "m5.large", Running, 1200, "prod", "ci", &[Hibernates, Tag("Cost Center", "42")]),
    row("🚀 rocket", "i-00db317d94c8edfa3", "eu-west-1c", "t3.nano", Running, 12, "dev", "ana", &[]),
    row("<b>&test", "i-0b71ed78a1dc02e27", "eu-west-1a", "t3.nano", Running, 12, "dev", "ana", &[Tag("note", "*bold* _it_ `code` <!channel>")]),
    row("", "i-0939ae232588efbce", "eu-west-1b", "t3.micro", Running, 30, "dev", "", &[]),
    row("old-api", "i-0c85990d2e844c762", "eu-west-1a", "t2.micro", Terminated, 5000, "dev", "platform", &[Public]),
    row("legacy", "i-05e571eaa66c164e7", "eu-west-1c", "m3.medium", Running, 20000, "prod", "platform", &[Retires]),
    row("sick-1", "i-060ec6db25097c040", "eu-west-1b", "t3.micro", Running, 40, "dev", "platform", &[Impaired]),
    row("cache-1", "i-05df6f817b0992bcf", "us-east-1a", "r6g.large", Running, 800, "prod", "platform", &[]),
    row("web-us-0", "i-003f84c485e5c4176", "us-east-1b", "t3.micro", Running, 100, "prod", "platform", &[Public]),
    row("reports", "i-08c3f846cc6a942d3", "us-east-1a", "m5.large", Stopped, 500, "dev", "data", &[Encrypted]),
    row("GPU-Train", "i-03da9d8c096d38ff5", "us-east-1c", "g5.xlarge", Stopped, 80, "dev", "data", &[SpotPersistent]),
    row("bastion", "i-03af9f30c5a661477", "us-east-1a", "t3.nano", Running, 3000, "prod", "security", &[Elastic("198.51.100.7")]),
    row("api-blue", "i-07ec0c9226ed91f2e", "us-east-1b", "t3.large", Running, 200, "prod", "platform", &[Public]),
    row("api-green", "i-0baa2919c0ded97bb", "us-east-1c", "t3.large", Stopped, 200, "prod", "platform", &[Public]),
];

/// A row in the order of the table's columns.
#[expect(clippy::too_many_arguments, reason = "the columns of a table")]
pub(super) const fn row(
    name: &'static str,
    id: &'static str,
    zone: &'static str,
    instance_type: &'static str,
    state: InstanceState,
    launched_hours_ago: u64,
    env: &'static str,
    owner: &'static str,
    traits: &'static [Trait],
) -> Row {
    Row { name, id, zone, instance_type, state, launched_hours_ago, env, owner, traits }
}
