//! The stocktaker: what it looks at, in which order, and what it leaves.

mod events;
mod input;
mod refresh;

use domain::ids::{AccountId, AppId, InstanceId, Region, TeamId, UserId};
use domain::instance::InstanceState::Running;

use super::StateChange;
use crate::ports::{Clock as _, Installation};
use crate::testing::{TOKEN, World, linked};

const ACME: &str = "222222222222";

/// With two teams that have linked accounts, and one that has left.
fn world() -> World {
    let world = World::new();
    let verified = Some(world.clock.now());
    world.link("acme", ACME, &["eu-west-1", "us-east-1"]);
    world.put_account("T0ACME", linked("later", "333333333333", &["eu-west-1"], None));
    world.put_account("T0OTHER", linked("prod", "444444444444", &["eu-west-1"], verified));
    world.put_account("T0LEFT", linked("old", "555555555555", &["eu-west-1"], verified));
    world.put_account("T0NEVER", linked("odd", "666666666666", &["eu-west-1"], verified));
    for team in ["T0OTHER", "T0LEFT"] {
        world.teams.enrol_now(&installed(&world, team), TOKEN);
    }
    world.teams.uninstall_now(&TeamId::new("T0LEFT"), world.clock.now());
    world.add_in("acme", 'b', "eu-west-1", Running, &["Name=app-1"]);
    world.add_in("prod", 'c', "eu-west-1", Running, &["Name=app-2"]);
    world.add_in("old", 'd', "eu-west-1", Running, &["Name=app-3"]);
    world
}

fn installed(world: &World, team: &str) -> Installation {
    Installation {
        team: TeamId::new(team),
        app: AppId::new("A0BELLHOP"),
        installer: UserId::new("U0ANN"),
        ..world.installation()
    }
}

async fn refresh(world: &World, millis: u64) {
    world.stocktaker().handle_refresh(world.clock.now().plus(millis)).await.unwrap();
}

/// The places that were asked for, in order, since call number `from`.
fn asked(world: &World, from: usize) -> Vec<String> {
    let calls = world.seam.calls().split_off(from);
    calls.iter().filter_map(|call| call.strip_prefix("ec2.describe ")).map(str::to_owned).collect()
}

fn change(account: &str, region: &str, id: &str) -> StateChange {
    StateChange {
        account: AccountId::new(account),
        region: Region::new(region),
        instance: InstanceId::parse(id).unwrap(),
    }
}
