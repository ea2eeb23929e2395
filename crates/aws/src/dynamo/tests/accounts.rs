use app::ports::Accounts as _;
use domain::account::{Access, Account, Roles};
use domain::approvers::Approvers;
use domain::ids::{AccountId, Alias, Region, TeamId, UserGroupId};

use super::*;

fn account(alias: &str) -> Account {
    let role = |name: &str| format!("arn:aws:iam::444455556666:role/{name}");
    Account {
        alias: Alias::new(alias),
        id: AccountId::new("444455556666"),
        regions: vec![Region::new("eu-west-1"), Region::new("us-east-1")],
        access: Access::Roles(Roles {
            read: role("BellhopRead"),
            act: role("BellhopAct"),
            external_id: "external-1".to_owned(),
            verified_at: None,
        }),
        approvers: Approvers::default(),
    }
}

/// The same with a group that nobody else gives it.
fn changed(account: &Account, group: &str) -> Account {
    Account { approvers: Approvers::group(UserGroupId::new(group)), ..account.clone() }
}

fn accounts(tables: &Tables) -> DynamoAccounts {
    DynamoAccounts::new(tables.client.clone(), "accounts")
}

fn team() -> TeamId {
    TeamId::new("T1")
}

#[tokio::test]
async fn each_team_has_its_own_accounts_by_alias() {
    let tables = Tables::new().await;
    let accounts = accounts(&tables);
    for (team, alias) in [("T1", "zoo"), ("T1", "acme"), ("T2", "acme")] {
        assert!(accounts.store(&TeamId::new(team), &account(alias), None).await.unwrap());
    }
    assert_eq!(accounts.all(&team()).await.unwrap(), [account("acme"), account("zoo")]);
    assert_eq!(accounts.all(&TeamId::new("T2")).await.unwrap(), [account("acme")]);
    assert!(accounts.all(&TeamId::new("T3")).await.unwrap().is_empty());
    let mut everywhere = accounts.everywhere().await.unwrap();
    everywhere.sort_by_key(|(team, account)| (team.clone(), account.alias.clone()));
    let names: Vec<_> =
        everywhere.iter().map(|(team, account)| (team.as_str(), account.alias.as_str())).collect();
    assert_eq!(names, [("T1", "acme"), ("T1", "zoo"), ("T2", "acme")]);
}

#[tokio::test]
async fn an_account_is_stored_only_over_what_was_seen() {
    let tables = Tables::new().await;
    let accounts = accounts(&tables);
    let (first, second) = (account("acme"), changed(&account("acme"), "S1"));
    assert!(!accounts.store(&team(), &second, Some(&first)).await.unwrap(), "there is nothing yet");
    assert!(accounts.all(&team()).await.unwrap().is_empty());
    assert!(accounts.store(&team(), &first, None).await.unwrap());
    assert!(!accounts.store(&team(), &second, None).await.unwrap(), "there is one already");
    assert!(accounts.store(&team(), &second, Some(&first)).await.unwrap());
    let third = changed(&first, "S2");
    assert!(!accounts.store(&team(), &third, Some(&first)).await.unwrap(), "it is another one by now");
    assert_eq!(accounts.all(&team()).await.unwrap(), std::slice::from_ref(&second));
    assert!(accounts.store(&team(), &account("other"), Some(&second)).await.is_err(), "another alias");
}

#[tokio::test]
async fn a_write_whose_reply_was_lost_is_written() {
    let tables = Tables::new().await;
    let accounts = accounts(&tables);
    let (first, second) = (account("acme"), changed(&account("acme"), "S1"));
    for _ in 0..2 {
        assert!(accounts.store(&team(), &first, None).await.unwrap());
    }
    for _ in 0..2 {
        assert!(accounts.store(&team(), &second, Some(&first)).await.unwrap());
    }
}

#[tokio::test]
async fn of_many_who_link_or_change_an_account_one_succeeds() {
    let tables = Tables::new().await;
    let accounts = accounts(&tables);
    for before in [None, Some(changed(&account("acme"), "start"))] {
        if let Some(before) = &before {
            accounts.remove(&team(), &before.alias).await.unwrap();
            assert!(accounts.store(&team(), before, None).await.unwrap());
        }
        let stored = race(|racer| {
            let (accounts, before) = (accounts.clone(), before.clone());
            let mine = changed(&account("acme"), &format!("S{racer}"));
            async move { accounts.store(&team(), &mine, before.as_ref()).await.unwrap().then_some(mine) }
        })
        .await;
        let winners: Vec<_> = stored.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1);
        assert_eq!(accounts.all(&team()).await.unwrap(), winners);
    }
}

#[tokio::test]
async fn a_record_of_an_older_version_can_be_changed() {
    let tables = Tables::new().await;
    let accounts = accounts(&tables);
    let before = account("acme");
    // Before there were approvers, and with another order of the fields.
    let mut older: serde_json::Value = serde_json::to_value(&before).unwrap();
    older.as_object_mut().unwrap().remove("approvers").unwrap();
    let older = serde_json::to_string_pretty(&older).unwrap();
    let item = [("team_id", text("T1")), ("alias", text("acme")), ("record", text(older))];
    tables.put_raw("accounts", &item).await;
    assert_eq!(accounts.all(&team()).await.unwrap(), std::slice::from_ref(&before));
    let stored = race(|racer| {
        let (accounts, before) = (accounts.clone(), before.clone());
        let mine = changed(&before, &format!("S{racer}"));
        async move { accounts.store(&team(), &mine, Some(&before)).await.unwrap() }
    })
    .await;
    assert_eq!(stored.into_iter().filter(|stored| *stored).count(), 1);
}

#[tokio::test]
async fn an_account_is_removed_once() {
    let tables = Tables::new().await;
    let accounts = accounts(&tables);
    let acme = account("acme");
    accounts.store(&team(), &acme, None).await.unwrap();
    assert!(!accounts.remove(&TeamId::new("T2"), &acme.alias).await.unwrap(), "another team's");
    assert!(accounts.remove(&team(), &acme.alias).await.unwrap());
    assert!(!accounts.remove(&team(), &acme.alias).await.unwrap());
    assert!(accounts.all(&team()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_record_in_the_wrong_place_is_a_fault_that_names_the_account_only() {
    let tables = Tables::new().await;
    let accounts = accounts(&tables);
    let record = serde_json::to_string(&account("acme")).unwrap();
    let spoiled = r#"{"external_id":"secret"}"#.to_owned();
    for record in [record, spoiled] {
        let item = [("team_id", text("T1")), ("alias", text("moved")), ("record", text(record))];
        tables.put_raw("accounts", &item).await;
        let error = format!("{:#}", accounts.all(&team()).await.unwrap_err());
        assert!(error.contains("account moved of team T1") && !error.contains("secret"), "{error}");
        // What nobody has asked for goes on without it.
        accounts.store(&TeamId::new("T2"), &account("acme"), None).await.unwrap();
        assert_eq!(accounts.everywhere().await.unwrap(), [(TeamId::new("T2"), account("acme"))]);
    }
}
