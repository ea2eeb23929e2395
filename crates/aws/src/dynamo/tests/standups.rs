use app::ports::{Absences, Entries, Runs, Standups, Stored};
use domain::ids::{ChannelId, TeamId, UserId};
use domain::standup::{
    Absence, Answer, Asking, Blueprint, Definition, Entry, Report, Run, RunDate, RunKey, StandupId,
};

use super::*;

/// 400 days after the start of 2026-11-21, in seconds.
const EXPIRY: u64 = 1_795_219_200 + 400 * 86_400;

fn team() -> TeamId {
    TeamId::new("T1")
}

fn id() -> StandupId {
    StandupId::parse("0a1b2c3d").unwrap()
}

fn blueprint() -> Blueprint {
    Blueprint {
        name: "daily".to_owned(),
        channel: ChannelId::new("C1"),
        questions: vec!["How?".to_owned()],
        zone: "UTC".to_owned(),
        timing: None,
    }
}

fn definition(version: u64, owner: &str) -> Definition {
    Definition {
        id: id(),
        blueprint: blueprint(),
        owner: UserId::new(owner),
        last_run: None,
        paused: false,
        version,
    }
}

fn key(team: &str, date: &str) -> RunKey {
    RunKey { team: TeamId::new(team), standup: id(), date: RunDate::parse(date).unwrap() }
}

fn run(version: u64, begun_at: u64) -> Run {
    let report = Report::None;
    Run { blueprint: blueprint(), begun_at: Millis(begun_at), gathered: false, report, version }
}

fn entry(user: &str, version: u64, said: &str) -> Entry {
    let texts = vec![said.to_owned(), String::new()];
    Entry {
        user: UserId::new(user),
        name: "Ann <Ops>".to_owned(),
        picture: Some("https://a.test/ann.png".to_owned()),
        ask_at: Millis(1),
        asking: Asking::Waiting { tries: 0 },
        answer: Answer::Given { texts, at: Millis(2), instances: Vec::new() },
        done: Vec::new(),
        version,
    }
}

fn standups(tables: &Tables) -> DynamoStandups {
    DynamoStandups::new(tables.client.clone(), "standups")
}

/// How many of the racers won.
fn winners(results: Vec<bool>) -> usize {
    results.into_iter().filter(|won| *won).count()
}

#[tokio::test]
async fn each_team_has_its_own_standups_by_id() {
    let tables = Tables::new().await;
    let standups = standups(&tables);
    let other = called("retro", 7);
    for (team, standup) in
        [(team(), definition(1, "U1")), (team(), other.clone()), (TeamId::new("T2"), definition(1, "U3"))]
    {
        let stored = Standups::store(&standups, &team, &standup, None).await.unwrap();
        assert_eq!(stored, Stored::Written);
    }
    let all = Standups::all(&standups, &team()).await.unwrap();
    assert_eq!(all, [other.clone(), definition(1, "U1")]);
    assert_eq!(Standups::find(&standups, &team(), &other.id).await.unwrap(), Some(other));
    for _ in 0..2 {
        assert!(standups.remove(&team(), &definition(1, "U1")).await.unwrap());
    }
    assert_eq!(Standups::find(&standups, &team(), &id()).await.unwrap(), None);
    assert_eq!(
        Standups::find(&standups, &TeamId::new("T2"), &id()).await.unwrap(),
        Some(definition(1, "U3"))
    );
    let gone = Standups::store(&standups, &team(), &definition(2, "U1"), Some(&definition(1, "U1"))).await;
    assert_eq!(gone.unwrap(), Stored::Changed);
}

/// The first version of a standup with this name; `number` makes its id.
fn called(name: &str, number: u8) -> Definition {
    let blueprint = Blueprint { name: name.to_owned(), ..blueprint() };
    Definition { id: StandupId::random([number; 4]), blueprint, ..definition(1, "U1") }
}

/// The next version of `known`, with this name.
fn renamed(known: &Definition, name: &str) -> Definition {
    let blueprint = Blueprint { name: name.to_owned(), ..known.blueprint.clone() };
    Definition { blueprint, version: known.version + 1, ..known.clone() }
}

#[tokio::test]
async fn of_many_new_standups_with_one_name_one_is_stored() {
    let tables = Tables::new().await;
    let standups = standups(&tables);
    let results = race(|racer| {
        let standups = standups.clone();
        let name = if racer % 2 == 0 { "Daily" } else { "daily" };
        async move {
            let new = called(name, u8::try_from(racer).unwrap());
            Standups::store(&standups, &team(), &new, None).await.unwrap()
        }
    });
    let results = results.await;
    assert_eq!(results.iter().filter(|stored| **stored == Stored::Written).count(), 1);
    assert_eq!(results.iter().filter(|stored| **stored == Stored::NameTaken).count(), RACERS - 1);
    assert_eq!(Standups::all(&standups, &team()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn of_a_new_name_and_a_changed_one_one_is_stored() {
    for round in 0..10 {
        let tables = Tables::new().await;
        let standups = standups(&tables);
        let old = called("retro", 100);
        Standups::store(&standups, &team(), &old, None).await.unwrap();
        let change = renamed(&old, "daily");
        let (team, new) = (team(), called("daily", round));
        let (made, changed) = tokio::join!(
            Standups::store(&standups, &team, &new, None),
            Standups::store(&standups, &team, &change, Some(&old)),
        );
        let mut results = [made.unwrap(), changed.unwrap()];
        results.sort_by_key(|stored| *stored != Stored::Written);
        assert_eq!(results, [Stored::Written, Stored::NameTaken]);
    }
}

#[tokio::test]
async fn a_name_that_is_given_up_is_free_for_others() {
    let tables = Tables::new().await;
    let standups = standups(&tables);
    let store = async |after: &Definition, before: Option<&Definition>| {
        Standups::store(&standups, &team(), after, before).await.unwrap()
    };
    let first = called("daily", 1);
    let second = called("DAILY", 2);
    assert_eq!(store(&first, None).await, Stored::Written);
    assert_eq!(store(&second, None).await, Stored::NameTaken);
    let renamed = renamed(&first, "weekly");
    for _ in 0..2 {
        assert_eq!(store(&renamed, Some(&first)).await, Stored::Written, "the reply may have been lost");
    }
    assert_eq!(store(&second, None).await, Stored::Written);
    assert!(!standups.remove(&team(), &first).await.unwrap(), "it was changed");
    assert!(standups.remove(&team(), &renamed).await.unwrap());
    assert!(standups.remove(&team(), &second).await.unwrap());
    assert!(tables.all("standups").await.is_empty(), "no claim stays behind");
}

#[tokio::test]
async fn a_standup_that_has_no_claim_is_changed_renamed_and_removed() {
    let tables = Tables::new().await;
    let standups = standups(&tables);
    let place = [("report_id", "T1#names"), ("report_user_id", "daily")];
    for rename in [true, false] {
        let known = called("daily", 1);
        Standups::store(&standups, &team(), &known, None).await.unwrap();
        // As standups were stored before there were claims.
        let key = place.map(|(name, value)| (name.to_owned(), text(value))).into();
        tables.client.delete_item().table_name("standups").set_key(Some(key)).send().await.unwrap();
        let after = if rename { renamed(&known, "weekly") } else { renamed(&known, "daily") };
        let stored = Standups::store(&standups, &team(), &after, Some(&known)).await.unwrap();
        assert_eq!(stored, Stored::Written);
        assert!(standups.remove(&team(), &after).await.unwrap());
        assert!(tables.all("standups").await.is_empty());
    }
}

#[tokio::test]
async fn the_table_reads_as_a_person_expects() {
    let tables = Tables::new().await;
    let standups = standups(&tables);
    let day = key("T1", "20261121");
    let nobody = Entry { picture: None, answer: Answer::Skipped { at: Millis(3) }, ..entry("U2", 1, "") };
    Runs::store(&standups, &day, &run(1, 5), None).await.unwrap();
    Entries::store(&standups, &day, &entry("U1", 1, "well"), None).await.unwrap();
    Entries::store(&standups, &day, &nobody, None).await.unwrap();
    let report = "T1#0a1b2c3d#20261121";
    let raw = async |member: &str| {
        tables.raw_under("standups", &[("report_id", report), ("report_user_id", member)]).await.unwrap()
    };
    let item = raw("U1").await;
    for (name, value) in [
        ("team_id", text("T1")),
        ("version", number(1)),
        ("display_name", text("Ann <Ops>")),
        ("picture", text("https://a.test/ann.png")),
        ("answers", AttributeValue::L(vec![text("well"), text("")])),
        ("expires_at", number(EXPIRY)),
    ] {
        assert_eq!(item.get(name), Some(&value), "{name}");
    }
    assert_eq!(record_of::<Entry>(&item).unwrap(), entry("U1", 1, "well"));
    let item = raw("U2").await;
    assert_eq!(item.get("skipped"), Some(&AttributeValue::Bool(true)));
    assert!(!item.contains_key("picture") && !item.contains_key("answers"), "{item:?}");
    assert_eq!(raw("#run").await.get("expires_at"), Some(&number(EXPIRY)));
    Standups::store(&standups, &team(), &definition(1, "U1"), None).await.unwrap();
    let place = [("report_id", "T1#definitions"), ("report_user_id", "0a1b2c3d")];
    let item = tables.raw_under("standups", &place).await.unwrap();
    assert_eq!((item.get("name"), item.get("channel")), (Some(&text("daily")), Some(&text("C1"))));
    assert!(!item.contains_key("expires_at"), "a standup stays until somebody removes it");
}

#[tokio::test]
async fn a_day_has_its_run_and_its_members() {
    let tables = Tables::new().await;
    let standups = standups(&tables);
    let day = key("T1", "20261121");
    let elsewhere = [key("T1", "20261122"), key("T2", "20261121")];
    let runs: &dyn Runs = &standups;
    let entries: &dyn Entries = &standups;
    assert_eq!(runs.find(&day).await.unwrap(), None);
    assert!(runs.store(&day, &run(1, 5), None).await.unwrap());
    for user in ["U2", "U1", "W1"] {
        assert!(entries.store(&day, &entry(user, 1, user), None).await.unwrap());
    }
    for other in &elsewhere {
        assert!(entries.store(other, &entry("U9", 1, "else"), None).await.unwrap());
    }
    let all = entries.all(&day).await.unwrap();
    assert_eq!(all, [entry("U1", 1, "U1"), entry("U2", 1, "U2"), entry("W1", 1, "W1")]);
    assert_eq!(runs.find(&day).await.unwrap(), Some(run(1, 5)));
    assert_eq!(entries.find(&day, &UserId::new("U2")).await.unwrap(), Some(entry("U2", 1, "U2")));
    assert_eq!(entries.find(&day, &UserId::new("U9")).await.unwrap(), None);
}

#[tokio::test]
async fn a_write_whose_reply_was_lost_is_written_and_another_is_not() {
    let tables = Tables::new().await;
    let standups = standups(&tables);
    let day = key("T1", "20261121");
    let entries: &dyn Entries = &standups;
    let (first, second) = (entry("U1", 1, "one"), entry("U1", 2, "two"));
    assert!(!entries.store(&day, &second, Some(&first)).await.unwrap(), "there is nothing yet");
    for _ in 0..2 {
        assert!(entries.store(&day, &first, None).await.unwrap());
    }
    assert!(!entries.store(&day, &entry("U1", 1, "other"), None).await.unwrap());
    for _ in 0..2 {
        assert!(entries.store(&day, &second, Some(&first)).await.unwrap());
    }
    // The same step by somebody else.
    assert!(!entries.store(&day, &entry("U1", 2, "other"), Some(&first)).await.unwrap());
    assert_eq!(entries.find(&day, &first.user).await.unwrap(), Some(second.clone()));
    assert!(entries.store(&day, &entry("U1", 2, "x"), Some(&second)).await.is_err(), "no next version");
}

#[tokio::test]
async fn of_many_who_write_the_same_thing_one_succeeds() {
    let tables = Tables::new().await;
    let standups = standups(&tables);
    for before in [None, Some(1)] {
        let version = before.unwrap_or(0) + 1;
        let definitions = race(|racer| {
            let standups = standups.clone();
            let before = before.map(|version| definition(version, "U0"));
            async move {
                let after = definition(version, &format!("U{racer}"));
                let team = TeamId::new(format!("T{version}"));
                let stored = Standups::store(&standups, &team, &after, before.as_ref()).await.unwrap();
                stored == Stored::Written
            }
        });
        let runs = race(|racer| {
            let (standups, before) = (standups.clone(), before.map(|version| run(version, 99)));
            async move {
                let day = key(&format!("T{version}"), "20261121");
                let after = run(version, 100 + racer as u64);
                Runs::store(&standups, &day, &after, before.as_ref()).await.unwrap()
            }
        });
        let entries = race(|racer| {
            let (standups, before) = (standups.clone(), before.map(|version| entry("U1", version, "before")));
            async move {
                let day = key(&format!("T{version}"), "20261121");
                let after = entry("U1", version, &format!("racer {racer}"));
                Entries::store(&standups, &day, &after, before.as_ref()).await.unwrap()
            }
        });
        assert_eq!(winners(definitions.await), 1);
        assert_eq!(winners(runs.await), 1);
        assert_eq!(winners(entries.await), 1);
        // What the next round starts from.
        let next = TeamId::new("T2");
        Standups::store(&standups, &next, &definition(1, "U0"), None).await.unwrap();
        let day = key("T2", "20261121");
        Runs::store(&standups, &day, &run(1, 99), None).await.unwrap();
        Entries::store(&standups, &day, &entry("U1", 1, "before"), None).await.unwrap();
    }
}

#[tokio::test]
async fn what_was_said_last_of_somebody_away_holds() {
    let tables = Tables::new().await;
    let standups = standups(&tables);
    let absences: &dyn Absences = &standups;
    let away =
        |user: &str, until: &str| Absence { user: UserId::new(user), until: RunDate::parse(until).unwrap() };
    for absence in [away("U1", "20261201"), away("U2", "20261121"), away("U1", "20261121")] {
        absences.store(&team(), &absence).await.unwrap();
    }
    absences.store(&TeamId::new("T2"), &away("U3", "20261121")).await.unwrap();
    assert_eq!(absences.all(&team()).await.unwrap(), [away("U1", "20261121"), away("U2", "20261121")]);
    let place = [("report_id", "T1#absences"), ("report_user_id", "U1")];
    let item = tables.raw_under("standups", &place).await.unwrap();
    assert_eq!((item.get("expires_at"), item.get("until")), (Some(&number(EXPIRY)), Some(&text("20261121"))));
}

#[tokio::test]
async fn a_record_in_the_wrong_place_is_a_fault_that_names_the_place_only() {
    let tables = Tables::new().await;
    let standups = standups(&tables);
    let day = key("T1", "20261121");
    let record = |entry: &Entry| text(serde_json::to_string(entry).unwrap());
    for (team, record) in [
        ("T1", record(&entry("U2", 1, "secret"))),
        ("T2", record(&entry("U1", 1, "secret"))),
        ("T1", text(r#"{"user":"U1","name":"secret"}"#)),
    ] {
        let place = [("report_id", text("T1#0a1b2c3d#20261121")), ("report_user_id", text("U1"))];
        let rest = [("team_id", text(team)), ("version", number(1)), ("record", record)];
        tables.put_raw("standups", &[place.as_slice(), rest.as_slice()].concat()).await;
        let entries: &dyn Entries = &standups;
        for error in
            [entries.all(&day).await.unwrap_err(), entries.find(&day, &UserId::new("U1")).await.unwrap_err()]
        {
            let error = format!("{error:#}");
            assert!(
                error.starts_with("reading U1 of T1#0a1b2c3d#20261121: ") && !error.contains("secret"),
                "{error}"
            );
        }
    }
}
