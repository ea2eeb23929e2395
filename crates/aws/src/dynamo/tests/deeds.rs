use app::ports::{Audit as _, Deeds as _};
use domain::audit::{Entry, Event};
use domain::ids::{Alias, InstanceId, JobId, Region, TeamId, UserId};
use domain::instance::Action;

use super::*;

/// 2026-12-01T00:00:00Z
const DECEMBER: u64 = 1_796_083_200_000;

fn entry(user: &str, number: u32, at: u64) -> Entry {
    Entry {
        team: TeamId::new("T1"),
        at: Millis(at),
        job: JobId::new(format!("ec2#T1#C1#{user}")),
        number,
        actor: UserId::new(user),
        verb: "reboot".to_owned(),
        action: Action::Reboot,
        targets: vec![InstanceId::parse("i-0123456789abcdef0").unwrap()],
        account: Alias::new("home"),
        region: Region::new("eu-west-1"),
        plan: None,
        approvers: Vec::new(),
        reason: None,
        event: Event::Done { request_id: "req-1".to_owned(), states: Vec::new() },
    }
}

/// The places of what was done in the range, in order.
async fn done(tables: &Tables, from: u64, to: u64) -> Vec<u32> {
    let deeds = DynamoDeeds::new(tables.client.clone(), "audit");
    let entries = deeds.between(&TeamId::new("T1"), Millis(from), Millis(to)).await.unwrap();
    entries.iter().map(|entry| entry.number).collect()
}

#[tokio::test]
async fn what_people_have_done_is_found_in_order_over_months() {
    let tables = Tables::new().await;
    let audit = DynamoAudit::new(tables.client.clone(), "audit");
    let other = |event: Event, number: u32| Entry { event, ..entry("U1", number, DECEMBER) };
    for entry in [
        // Later numbers at earlier times, on both sides of the end of November.
        entry("U1", 5, DECEMBER - 1),
        entry("U1", 4, DECEMBER),
        entry("U1", 3, DECEMBER + 1),
        entry("U1", 2, DECEMBER + 10),
        entry("U2", 1, DECEMBER),
        Entry { team: TeamId::new("T2"), ..entry("U1", 9, DECEMBER) },
        other(Event::Calling, 6),
        other(Event::Refused { why: "no".to_owned() }, 7),
        other(Event::Lost { why: "no".to_owned() }, 8),
    ] {
        audit.append(&entry).await.unwrap();
    }
    let all = (DECEMBER - 86_400_000, DECEMBER + 86_400_000);
    assert_eq!(done(&tables, all.0, all.1).await, [5, 4, 1, 3, 2], "by job where the moment is the same");
    assert_eq!(done(&tables, DECEMBER - 1, DECEMBER).await, [5], "the end is not part of it");
    assert_eq!(done(&tables, DECEMBER + 1, DECEMBER + 10).await, [3]);
    assert!(done(&tables, DECEMBER, DECEMBER).await.is_empty());
    assert!(done(&tables, all.1, all.0).await.is_empty());
}
