//! Sentences about accounts, and about places that could not be seen.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::account::Account;
use domain::ids::{AccountId, Alias, Region};
use domain::time::Millis;

use super::super::*;
use super::region;
use crate::ports::{Caller, InstancesError, Place, RegionClosure, Unproven};
use crate::testing::{home, linked};

fn account(alias: &str) -> Arc<Account> {
    Arc::new(linked(alias, "222222222222", &["eu-west-1"], Some(Millis(0))))
}

fn place(account: &Arc<Account>, region: &str) -> Place {
    Place { account: account.clone(), region: Region::new(region) }
}

/// Every sentence about accounts with `word` wherever foreign text can stand.
pub(super) fn of_accounts(word: &str) -> Vec<String> {
    let (alias, id) = (Alias::new(word), AccountId::new(word));
    let mut odd = linked(word, word, &[word], None);
    let domain::account::Access::Roles(roles) = &mut odd.access else { panic!("it has roles") };
    (roles.read, roles.act, roles.external_id) = (word.to_owned(), word.to_owned(), "bellhop-0".to_owned());
    let roles = roles.clone();
    let odd = Arc::new(odd);
    let role = word.to_owned();
    let mut said = vec![
        accounts(std::slice::from_ref(&odd), true),
        account_steps(&odd, &roles, "arn:aws:iam::123456789012:role/BellhopEc2"),
        already_linked(&odd),
        changed_meanwhile(&alias),
        no_such_account(&alias, std::slice::from_ref(&odd)),
        verified(&odd, &[(&region(word), 1)], &[], true),
        not_proved(&odd),
        removed(&odd),
        approvers_set(&odd),
    ];
    said.extend(
        [
            AccountConflict::Ours,
            AccountConflict::AliasTaken { id: id.clone() },
            AccountConflict::LinkedAs { alias: alias.clone() },
            AccountConflict::OtherPartition { region: region(word) },
        ]
        .map(|conflict| cannot_add(&alias, &id, &conflict)),
    );
    said.extend(
        [
            Unproven::WithoutExternalId { role: role.clone() },
            Unproven::WrongExternalId { role: role.clone() },
            Unproven::NotLetIn { role: role.clone(), request_id: word.to_owned() },
            Unproven::OtherAccount { role: role.clone(), account: id },
            Unproven::LacksRight { role, operation: word.to_owned(), region: region(word) },
            Unproven::RegionClosed { region: region(word), closure: RegionClosure::NotEnabled },
            Unproven::Unclear(word.to_owned()),
        ]
        .map(|why| unproven(&odd, &why)),
    );
    let mut said: Vec<String> = said.iter().map(|message| message.fallback().to_owned()).collect();
    said.extend(not_seen(&[(place(&odd, word), Blindness::Late(20_000))], &BTreeMap::new()));
    said
}

#[test]
fn what_aws_says_of_itself_is_for_the_log_only() {
    let why = Unproven::Unclear("https://sts.amazonaws.com/?Token=secret".to_owned());
    assert!(!unproven(&account("acme"), &why).fallback().contains("secret"));
}

#[test]
fn only_how_to_link_an_account_tells_its_external_id() {
    let telling = of_accounts("web").into_iter().filter(|said| said.contains("bellhop-0"));
    assert_eq!(telling.filter(|said| said.contains("is prepared for")).count(), 1);
    assert_eq!(of_accounts("web").iter().filter(|said| said.contains("bellhop-0")).count(), 1);
}

#[test]
fn failures_are_told_by_account() {
    let denied = |operation: &str| {
        let (operation, request_id) = (operation.to_owned(), "r".to_owned());
        Blindness::Failed(InstancesError::NotAllowed { operation, request_id })
    };
    let closed =
        |closure| Blindness::Failed(InstancesError::RegionClosed { closure, request_id: "r".to_owned() });
    let busy = || Blindness::Failed(InstancesError::Busy(String::new()));
    let (home, acme) = (Arc::new(home()), account("acme"));
    let caller = Caller { account: AccountId::new("222222222222"), role: "BellhopRead".to_owned() };
    let callers = BTreeMap::from([(Alias::new("acme"), caller)]);
    let describe = "ec2:DescribeInstances";
    for (blind, lines) in [
        (
            vec![(place(&acme, "eu-west-1"), denied(describe))],
            &["acme, eu-west-1: not allowed to describe as BellhopRead in 222222222222 (request r)."][..],
        ),
        (
            vec![(place(&home, "eu-west-1"), denied(describe))],
            &["eu-west-1: not allowed to describe (request r)."],
        ),
        (
            vec![(place(&acme, "eu-west-1"), denied("sts:AssumeRole"))],
            &["acme, eu-west-1: not allowed to assume the role that looks (request r)."],
        ),
        (
            vec![
                (place(&acme, "me-south-1"), closed(RegionClosure::NotEnabled)),
                (place(&acme, "us-east-1"), closed(RegionClosure::DeniedByOrganization)),
            ],
            &[
                "acme, me-south-1: the region is not enabled in the account; us-east-1: a service control policy of the organization denies it.",
            ],
        ),
        (
            vec![(place(&home, "eu-west-1"), Blindness::Failed(InstancesError::Unclear(String::new())))],
            &["eu-west-1: AWS's answer was lost."],
        ),
        (
            vec![
                (place(&home, "us-east-1"), Blindness::Late(20_000)),
                (place(&acme, "a"), busy()),
                (place(&home, "eu-west-1"), busy()),
                (place(&acme, "b"), Blindness::Late(20_000)),
                (place(&acme, "c"), busy()),
            ],
            &[
                "us-east-1: no answer within 20 s; eu-west-1: AWS could not be reached or asked to slow down.",
                "acme, a and c: AWS could not be reached or asked to slow down; b: no answer within 20 s.",
            ],
        ),
    ] {
        assert_eq!(not_seen(&blind, &callers), lines);
    }
}

#[test]
fn of_very_many_accounts_the_last_are_counted() {
    let blind: Vec<_> = (0..40)
        .map(|number| (place(&account(&format!("a{number}")), "eu-west-1"), Blindness::Late(20_000)))
        .collect();
    let lines = not_seen(&blind, &BTreeMap::new());
    assert_eq!(lines.len(), 11);
    let last = &lines[10];
    assert!(last.starts_with("Nor could I look everywhere in 30 more accounts: a10, a11, "), "{last}");
    assert!(last.ends_with("a29 and 10 others."), "{last}");
}
