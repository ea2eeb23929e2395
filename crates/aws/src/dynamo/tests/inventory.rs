use app::ports::{Corner, Inventory as _, Look, Shelf};
use domain::ids::{AccountId, InstanceId, Region, TeamId};

use super::*;

const DAY: u64 = 24 * 3_600_000;

fn id(number: usize) -> InstanceId {
    InstanceId::parse(&format!("i-{number:017x}")).unwrap()
}

fn corner(region: &str) -> Corner {
    Corner {
        shelf: Shelf::Team(TeamId::new("T1")),
        account: AccountId::new("444455556666"),
        region: Region::new(region),
    }
}

fn europe() -> Corner {
    corner("eu-west-1")
}

/// A look at instances `number` with their names; `-` is none.
fn look(at: u64, complete: bool, there: &[(usize, &str)]) -> Look {
    let there = there.iter().map(|(number, name)| (id(*number), (*name != "-").then(|| (*name).to_owned())));
    Look { there: there.collect(), gone: Vec::new(), complete, at: Millis(at) }
}

struct Here {
    tables: Tables,
    inventory: DynamoInventory,
}

impl Here {
    async fn new() -> Self {
        let tables = Tables::new().await;
        let inventory = DynamoInventory::new(tables.client.clone(), "instances", at(0));
        Self { tables, inventory }
    }

    async fn keep(&self, look: &Look) {
        self.inventory.keep(&europe(), look).await.unwrap();
    }

    async fn known(&self) -> Vec<String> {
        known(&self.inventory, &[europe().shelf]).await
    }

    /// When the corner was last seen whole.
    async fn whole(&self) -> Option<u64> {
        let stock = self.inventory.known(&[europe().shelf]).await.unwrap();
        stock.corners.iter().find(|(corner, _)| *corner == europe()).map(|(_, at)| at.0)
    }

    /// When instance `number` was last written.
    async fn written(&self, number: usize) -> Option<u64> {
        let place = format!("444455556666#eu-west-1#{}", id(number));
        let item = self.tables.raw_under("instances", &[("team_id", "T1"), ("place", &place)]).await?;
        number_of(&item, "seen_at").unwrap()
    }
}

/// `eu-west-1 1 web-1`, one for each instance.
async fn known(inventory: &DynamoInventory, shelves: &[Shelf]) -> Vec<String> {
    let stock = inventory.known(shelves).await.unwrap();
    let number = |id: &InstanceId| usize::from_str_radix(id.as_str().trim_start_matches("i-"), 16).unwrap();
    let mut lines: Vec<_> = stock
        .instances
        .iter()
        .map(|known| {
            let name = known.name.as_deref().unwrap_or("-");
            format!("{} {} {name}", known.region, number(&known.id))
        })
        .collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn what_was_seen_is_known_by_name() {
    let here = Here::new().await;
    assert!(here.known().await.is_empty());
    here.keep(&look(1_000, false, &[(1, "web-1"), (2, "-")])).await;
    assert_eq!(here.known().await, ["eu-west-1 1 web-1", "eu-west-1 2 -"]);
    assert_eq!(here.whole().await, None);
    here.keep(&look(2_000, true, &[(1, "web-1"), (2, "db"), (3, "-")])).await;
    assert_eq!(here.known().await, ["eu-west-1 1 web-1", "eu-west-1 2 db", "eu-west-1 3 -"]);
    assert_eq!(here.whole().await, Some(2_000));
    here.keep(&look(3_000, false, &[(2, "-")])).await;
    assert_eq!(here.known().await, ["eu-west-1 1 web-1", "eu-west-1 2 -", "eu-west-1 3 -"]);
    assert_eq!(here.whole().await, Some(2_000));
}

#[tokio::test]
async fn shelves_accounts_and_regions_are_apart() {
    let here = Here::new().await;
    let home = Corner { shelf: Shelf::Home, account: AccountId::new("111122223333"), ..europe() };
    let other = Corner { account: AccountId::new("44445555666"), ..europe() };
    let strange = Corner { shelf: Shelf::Team(TeamId::new("T2")), ..europe() };
    let corners = [europe(), corner("eu-west-11"), corner("us-east-1"), home.clone(), other, strange];
    for (number, corner) in corners.iter().enumerate() {
        here.inventory.keep(corner, &look(1, true, &[(number, "x")])).await.unwrap();
    }
    let all = known(&here.inventory, &[home.shelf.clone(), europe().shelf, Shelf::Home]).await;
    assert_eq!(all, ["eu-west-1 0 x", "eu-west-1 3 x", "eu-west-1 4 x", "eu-west-11 1 x", "us-east-1 2 x"]);
    // A whole look into one says nothing of the others.
    here.keep(&look(2, true, &[])).await;
    let all = known(&here.inventory, &corners.clone().map(|corner| corner.shelf)).await;
    assert_eq!(all, ["eu-west-1 3 x", "eu-west-1 4 x", "eu-west-1 5 x", "eu-west-11 1 x", "us-east-1 2 x"]);
    here.inventory.clear(&europe().shelf, &europe().account).await.unwrap();
    assert_eq!(here.known().await, ["eu-west-1 4 x"]);
    let stock = here.inventory.known(&[europe().shelf]).await.unwrap();
    assert_eq!(stock.corners.len(), 1, "{:?}", stock.corners);
    assert_eq!(known(&here.inventory, &[Shelf::Home]).await, ["eu-west-1 3 x"]);
}

#[tokio::test]
async fn what_has_vanished_leaves() {
    for spread in [2, 40] {
        let here = Here::new().await;
        let all: Vec<_> = (0..spread).map(|number| (number, "x")).collect();
        here.keep(&look(1_000, true, &all)).await;
        here.keep(&look(2_000, false, &all[1..])).await;
        assert_eq!(here.known().await.len(), spread, "a part says nothing of the rest");
        here.keep(&look(3_000, true, &all[1..])).await;
        assert_eq!(here.known().await.len(), spread - 1);
        let gone = Look { gone: vec![id(1), id(77)], ..look(4_000, false, &[]) };
        here.keep(&gone).await;
        assert_eq!(here.known().await.len(), spread - 2);
        here.keep(&look(5_000, true, &[])).await;
        assert!(here.known().await.is_empty());
        assert_eq!(here.whole().await, Some(5_000));
    }
}

#[tokio::test]
async fn an_older_look_changes_nothing_that_is_newer() {
    let here = Here::new().await;
    here.keep(&look(5_000, false, &[(1, "new")])).await;
    for older in [
        look(4_000, false, &[(1, "old")]),
        look(4_000, true, &[]),
        Look { gone: vec![id(1)], ..look(4_000, false, &[]) },
    ] {
        here.keep(&older).await;
        assert_eq!(here.known().await, ["eu-west-1 1 new"], "{older:?}");
    }
    assert_eq!(here.whole().await, Some(4_000));
    // Seen whole at 6 s: what an earlier look says beyond that is out of date too,
    // even of what the whole look has left as it was.
    here.keep(&look(6_000, true, &[(1, "new")])).await;
    assert_eq!(here.written(1).await, Some(5_000));
    for older in [
        look(5_500, false, &[(1, "old"), (2, "gone since")]),
        look(5_500, true, &[(2, "gone since")]),
        Look { gone: vec![id(1)], ..look(5_500, false, &[]) },
    ] {
        here.keep(&older).await;
        assert_eq!(here.known().await, ["eu-west-1 1 new"], "{older:?}");
    }
    assert_eq!(here.whole().await, Some(6_000));
}

#[tokio::test]
async fn what_is_unchanged_is_written_again_only_before_it_expires() {
    let here = Here::new().await;
    let many: Vec<_> = (0..10).map(|number| (number, "x")).collect();
    here.keep(&look(0, true, &many)).await;
    for (at, complete, written) in
        [(300_000, true, 0), (DAY - 1, false, 0), (DAY, true, DAY), (DAY + 300_000, true, DAY)]
    {
        here.keep(&look(at, complete, &many)).await;
        assert_eq!(here.written(3).await, Some(written), "at {at}");
    }
    here.keep(&look(2 * DAY, false, &[(3, "x")])).await;
    assert_eq!((here.written(3).await, here.written(4).await), (Some(2 * DAY), Some(DAY)));
    here.keep(&look(2 * DAY + 1, false, &[(4, "renamed")])).await;
    assert_eq!(here.written(4).await, Some(2 * DAY + 1));
}

#[tokio::test]
async fn what_is_not_seen_again_expires() {
    let here = Here::new().await;
    here.keep(&look(1_000, true, &[(1, "web-1")])).await;
    for (now, known_still) in [(0, true), (1_000 + 7 * DAY - 1, true), (1_000 + 7 * DAY, false)] {
        let later = DynamoInventory::new(here.tables.client.clone(), "instances", at(now));
        let stock = later.known(&[europe().shelf]).await.unwrap();
        assert_eq!(
            (stock.instances.len() == 1, stock.corners.len() == 1),
            (known_still, known_still),
            "{now}"
        );
    }
    for item in here.tables.all("instances").await {
        assert_eq!(item.get("expires_at"), Some(&number(1 + 7 * DAY / 1_000)));
    }
}

#[tokio::test]
async fn of_many_looks_at_once_the_latest_is_when_it_was_seen_whole() {
    let here = Arc::new(Here::new().await);
    race(|racer| {
        let here = here.clone();
        async move { here.keep(&look(1_000 + racer as u64, true, &[(1, "x"), (2, "y")])).await }
    })
    .await;
    assert_eq!(here.whole().await, Some(1_000 + RACERS as u64 - 1));
    assert_eq!(here.known().await, ["eu-west-1 1 x", "eu-west-1 2 y"]);
}

#[tokio::test]
async fn thousands_are_read_over_several_pages() {
    let here = Here::new().await;
    let name = "n".repeat(256);
    let there: Vec<_> = (0..4_000).map(|number| (number, name.as_str())).collect();
    here.keep(&look(1_000, true, &there)).await;
    // One page holds 1 MB.
    let query =
        here.tables.client.query().table_name("instances").key_condition_expression("team_id = :team");
    let page = query.expression_attribute_values(":team", text("T1")).send().await.unwrap();
    assert!(page.last_evaluated_key.is_some(), "one page has them all");
    assert_eq!(here.known().await.len(), 4_000);
    here.keep(&look(2_000, true, &there[..3_990])).await;
    assert_eq!(here.known().await.len(), 3_990);
}

#[tokio::test]
async fn an_item_that_cannot_be_read_is_left_out() {
    let here = Here::new().await;
    here.keep(&look(1_000, true, &[(1, "web-1")])).await;
    for place in ["444455556666#eu-west-1#web-1", "444455556666", "444455556666#eu-west-1#i-00000002"] {
        here.tables.put_raw("instances", &[("team_id", text("T1")), ("place", text(place))]).await;
    }
    assert_eq!(here.known().await, ["eu-west-1 1 web-1"]);
    here.keep(&look(2_000, true, &[(1, "web-1"), (3, "x")])).await;
    assert_eq!(here.known().await, ["eu-west-1 1 web-1", "eu-west-1 3 x"]);
}
