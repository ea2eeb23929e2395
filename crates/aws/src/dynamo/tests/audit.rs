use app::ports::Audit as _;
use domain::audit::{Entry, Event};
use domain::ids::{Alias, InstanceId, JobId, PlanHash, Region, TeamId, UserId};
use domain::instance::{Action, InstanceState};

use super::*;

/// 2026-11-20T18:02:11.042Z
const AT: u64 = 1_795_197_731_042;

fn id() -> InstanceId {
    InstanceId::parse("i-0123456789abcdef0").unwrap()
}

fn entry(number: u32, at: u64, event: Event) -> Entry {
    Entry {
        team: TeamId::new("T1"),
        at: Millis(at),
        job: JobId::new("ec2#T1#C1#1.2"),
        number,
        actor: UserId::new("U1"),
        verb: "terminate".to_owned(),
        action: Action::Terminate,
        targets: vec![id()],
        account: Alias::new("acme"),
        region: Region::new("eu-west-1"),
        plan: Some(PlanHash::new("7f3a")),
        approvers: vec![UserId::new("U2")],
        reason: Some("migrated".to_owned()),
        event,
    }
}

fn done() -> Event {
    Event::Done { request_id: "req-1".to_owned(), states: vec![(id(), InstanceState::ShuttingDown)] }
}

fn audit(tables: &Tables) -> DynamoAudit {
    DynamoAudit::new(tables.client.clone(), "audit")
}

#[tokio::test]
async fn a_row_has_what_an_auditor_asks_for() {
    let tables = Tables::new().await;
    let entry = entry(1, AT, done());
    audit(&tables).append(&entry).await.unwrap();
    let key = [("team_month", "T1#2026-11"), ("entry", "ec2#T1#C1#1.2#0001")];
    let item = tables.raw_under("audit", &key).await.unwrap();
    let list = |name: &str| AttributeValue::L(vec![text(name)]);
    for (name, value) in [
        ("team_id", text("T1")),
        ("at", text("2026-11-20T18:02:11.042Z")),
        ("job_id", text("ec2#T1#C1#1.2")),
        ("number", number(1)),
        ("actor", text("U1")),
        ("verb", text("terminate")),
        ("action", text("TerminateInstances")),
        ("account", text("acme")),
        ("region", text("eu-west-1")),
        ("instance_ids", list("i-0123456789abcdef0")),
        ("plan", text("7f3a")),
        ("approvers", list("U2")),
        ("reason", text("migrated")),
        ("result", text("done")),
        ("aws_request_id", text("req-1")),
    ] {
        assert_eq!(item.get(name), Some(&value), "{name}");
    }
    assert_eq!(record_of::<Entry>(&item).unwrap(), entry);
    assert!(!item.contains_key("expires_at") && !item.contains_key("why"), "{item:?}");
}

#[tokio::test]
async fn each_result_has_its_word() {
    let tables = Tables::new().await;
    let why = || "no such capacity".to_owned();
    for (number, (event, result, has_why)) in [
        (Event::Calling, "calling", false),
        (done(), "done", false),
        (Event::Refused { why: why() }, "refused", true),
        (Event::Lost { why: why() }, "lost", true),
    ]
    .into_iter()
    .enumerate()
    {
        let entry = Entry { plan: None, reason: None, ..entry(u32::try_from(number).unwrap(), AT, event) };
        audit(&tables).append(&entry).await.unwrap();
        let sort = format!("ec2#T1#C1#1.2#{number:04}");
        let key = [("team_month", "T1#2026-11"), ("entry", sort.as_str())];
        let item = tables.raw_under("audit", &key).await.unwrap();
        assert_eq!(item.get("result"), Some(&text(result)));
        assert_eq!(item.get("why"), has_why.then(|| text(why())).as_ref(), "{result}");
        assert!(!item.contains_key("plan") && !item.contains_key("reason"), "{item:?}");
    }
}

#[tokio::test]
async fn an_entry_written_twice_is_one_row_and_stays_as_it_was() {
    let tables = Tables::new().await;
    let audit = audit(&tables);
    let first = entry(1, AT, done());
    audit.append(&first).await.unwrap();
    // Once more as it is, later, and by a run that knows less of what came of it.
    let lost = Event::Lost { why: "the answer was lost".to_owned() };
    for again in [first.clone(), entry(1, AT + 2_000, done()), entry(1, AT + 60_000, lost)] {
        audit.append(&again).await.unwrap();
    }
    // Something else is never taken for it.
    let changes: [fn(&mut Entry); 6] = [
        |entry| entry.actor = UserId::new("U9"),
        |entry| entry.action = Action::Reboot,
        |entry| entry.targets.clear(),
        |entry| entry.account = Alias::new("home"),
        |entry| entry.region = Region::new("us-east-1"),
        |entry| entry.plan = None,
    ];
    for change in changes {
        let mut other = first.clone();
        change(&mut other);
        let error = format!("{:#}", audit.append(&other).await.unwrap_err());
        assert_eq!(error, "another entry stands in the place of entry 1 of ec2#T1#C1#1.2");
    }
    let rows = tables.all("audit").await;
    let kept: Vec<Entry> = rows.iter().map(|item| record_of(item).unwrap()).collect();
    assert_eq!(kept, [first]);
}

#[tokio::test]
async fn of_many_who_write_an_entry_the_first_is_kept() {
    let tables = Tables::new().await;
    let audit = audit(&tables);
    race(|racer| {
        let audit = audit.clone();
        async move { audit.append(&entry(0, AT + racer as u64, Event::Calling)).await.unwrap() }
    })
    .await;
    assert_eq!(tables.all("audit").await.len(), 1);
}

#[tokio::test]
async fn rows_lie_by_team_and_month_and_those_of_a_job_in_order() {
    let tables = Tables::new().await;
    let audit = audit(&tables);
    // The last moment of a year, and the first of the next.
    let end = 1_798_761_599_999;
    for number in [11, 0, 1, 10, 5] {
        audit.append(&entry(number, end, Event::Calling)).await.unwrap();
    }
    audit.append(&entry(2, end + 1, Event::Calling)).await.unwrap();
    let other = Entry { team: TeamId::new("T2"), ..entry(3, end, Event::Calling) };
    audit.append(&other).await.unwrap();
    for (month, expected) in
        [("T1#2026-12", vec![0, 1, 5, 10, 11]), ("T1#2027-01", vec![2]), ("T2#2026-12", vec![3])]
    {
        let query = tables.client.query().table_name("audit").key_condition_expression("team_month = :month");
        let rows = query.expression_attribute_values(":month", text(month)).send().await.unwrap();
        let numbers: Vec<u32> =
            rows.items().iter().map(|item| record_of::<Entry>(item).unwrap().number).collect();
        assert_eq!(numbers, expected, "{month}");
    }
}

#[tokio::test]
async fn moments_are_as_long_as_each_other_so_that_they_sort() {
    let tables = Tables::new().await;
    let audit = audit(&tables);
    for (number, millis) in [(0, 0), (1, 7), (2, 999)] {
        audit.append(&entry(number, AT - 42 + millis, Event::Calling)).await.unwrap();
    }
    let mut moments: Vec<_> =
        tables.all("audit").await.iter().map(|item| text_of(item, "at").unwrap().to_owned()).collect();
    moments.sort();
    let second = "2026-11-20T18:02:11";
    assert_eq!(moments, [format!("{second}.000Z"), format!("{second}.007Z"), format!("{second}.999Z")]);
    assert!(audit.append(&entry(0, u64::MAX, Event::Calling)).await.is_err(), "no calendar has that");
}
