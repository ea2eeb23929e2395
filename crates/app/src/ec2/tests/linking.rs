//! Adding an account: what the other side has to trust, and what is refused.

use domain::account::Roles;
use domain::ids::{AccountId, Region};
use serde_json::json;

use super::accounts::{BOB, NUMBER, answer_to, external_id, roles, then, world};
use super::check;
use crate::testing::{Asked, Trouble, linked};

#[tokio::test(start_paused = true)]
async fn adding_says_exactly_what_the_other_side_has_to_trust() {
    let world = world();
    let answer = answer_to(&world, &Asked::mention("account add acme 222222222222")).await;
    let account = world.account("acme").unwrap();
    let Roles { read, act, external_id, verified_at } = roles(&account);
    assert_eq!(account.id, AccountId::new(NUMBER));
    assert_eq!(account.regions, [Region::new("eu-west-1"), Region::new("us-east-1")], "home's");
    assert_eq!(read, "arn:aws:iam::222222222222:role/BellhopRead");
    assert_eq!(act, "arn:aws:iam::222222222222:role/BellhopAct");
    assert_eq!((verified_at, account.is_usable()), (None, false));
    let digits = external_id.strip_prefix("bellhop-").unwrap();
    assert!(digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()), "{external_id}");
    assert!(answer.starts_with(
        "only U0ANN: *acme* (222222222222) is prepared for eu-west-1, us-east-1, and not used yet."
    ));
    let us = "arn:aws:iam::123456789012:role/BellhopEc2";
    for part in [
        "Launch `templates/customer-role.yaml` ",
        &format!("--parameter-overrides BellhopRoleArn={us} ExternalId={external_id}\n"),
        &format!("`{read}` and `{act}`"),
        "Then say *account verify acme*.",
    ] {
        assert!(answer.contains(part), "{part} is missing in {answer}");
    }
    let policy = answer.split("```").nth(3).unwrap();
    let policy: serde_json::Value = serde_json::from_str(policy).unwrap();
    let trusted = json!({"AWS": us});
    assert_eq!(
        policy,
        json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole",
             "Condition": {"StringEquals": {"sts:ExternalId": external_id}}},
            {"Effect": "Allow", "Principal": trusted, "Action": "sts:SetSourceIdentity"},
        ]})
    );
}

#[tokio::test(start_paused = true)]
async fn adding_again_says_the_same_and_another_account_gets_another_id() {
    let world = world();
    let first = answer_to(&world, &then("account add acme 222222222222", 1)).await;
    let before = world.account("acme");
    let second = answer_to(&world, &then("account add ACME 222222222222", 2).by(BOB)).await;
    assert_eq!(first.strip_prefix("only U0ANN: "), second.strip_prefix("only U0BOB: "));
    assert_eq!(world.account("acme"), before);
    answer_to(&world, &then("account add globex 333333333333", 3)).await;
    assert_ne!(external_id(&world, "acme"), external_id(&world, "globex"));
    answer_to(&world, &then("account remove acme", 4)).await;
    answer_to(&world, &then("account add acme 222222222222", 5)).await;
    assert_ne!(Some(world.account("acme").unwrap()), before, "a new link has a new external id");
}

#[tokio::test(start_paused = true)]
async fn adding_survives_a_table_that_fails() {
    for trouble in [Trouble::FailBefore, Trouble::FailAfter, Trouble::CrashBefore, Trouble::CrashAfter] {
        for call in ["accounts.all", "accounts.store", "sts.caller", "jobs.advance done", "slack.chat"] {
            let world = world();
            let asked = Asked::mention("account add acme 222222222222");
            world.seam.next(call, trouble.clone());
            let answer = answer_to(&world, &asked).await;
            let id = external_id(&world, "acme");
            assert!(answer.contains(&format!("ExternalId={id}\n")), "{call} {trouble:?}: {answer}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn new_regions_have_to_be_proved_again() {
    let world = world();
    world.link("acme", NUMBER, &["eu-west-1"]);
    let id = external_id(&world, "acme");
    let same = answer_to(&world, &then("account add acme 222222222222 eu-west-1", 1)).await;
    assert_eq!(same, "only U0ANN: *acme* (222222222222) is linked and verified already. Nothing to do.");
    assert!(world.account("acme").unwrap().is_usable());
    let more = answer_to(&world, &then("account add acme 222222222222 eu-west-1,eu-north-1", 2)).await;
    let account = world.account("acme").unwrap();
    assert_eq!(account.regions, [Region::new("eu-west-1"), Region::new("eu-north-1")]);
    assert!(!account.is_usable() && more.contains(&id), "{more}");
}

#[tokio::test(start_paused = true)]
async fn an_account_that_cannot_be_added_is_refused_with_the_reason() {
    for (text, words) in [
        (
            "account add acme 333333333333",
            "*acme* is the account 222222222222 already. Choose another alias, or say *account remove acme* first. I did nothing.",
        ),
        ("account add other 222222222222", "222222222222 is linked already, as *acme*. I did nothing."),
        (
            "account add mine 123456789012",
            "123456789012 is the account that I run in; it can't be linked. I did nothing.",
        ),
        (
            "account add new 333333333333 cn-north-1",
            "cn-north-1 is in a part of AWS that no role of mine leads to. I did nothing.",
        ),
        (
            "account add new 333333333333 us-gov-west-1",
            "us-gov-west-1 is in a part of AWS that no role of mine leads to. I did nothing.",
        ),
    ] {
        let world = world();
        world.link("acme", NUMBER, &["eu-west-1"]);
        check(&world, &Asked::mention(text), &[&format!("only U0ANN: {words}")], &[]).await;
        assert_eq!(world.accounts.kept.lock().unwrap().len(), 1, "{text}");
        assert_eq!((world.seam.count("accounts.store"), world.seam.count("sts.")), (0, 0), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_account_or_region_is_refused_before_anything_is_looked_up() {
    for text in [
        "account add acme 12345",
        "account add 2h 222222222222",
        "account add home 222222222222",
        "account add acme 222222222222 mars",
        "account verify home",
        "account remove home",
        "account frobnicate acme",
    ] {
        let world = world();
        let answer = answer_to(&world, &Asked::mention(text)).await;
        assert!(
            answer.starts_with("only U0ANN: ") && answer.ends_with(" I did nothing."),
            "{text}: {answer}"
        );
        assert_eq!((world.seam.count("accounts.store"), world.seam.count("sts.")), (0, 0), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_team_links_a_hundred_accounts_at_most() {
    let world = world();
    for number in 0..99 {
        world.put_account(
            "T0ACME",
            linked(&format!("a{number}"), &format!("{number:012}"), &["eu-west-1"], None),
        );
    }
    answer_to(&world, &then("account approvers home admins", 1)).await;
    answer_to(&world, &then("account add last 222222222222", 2)).await;
    assert!(world.account("last").is_some());
    let answer = answer_to(&world, &then("account add more 333333333333", 3)).await;
    assert!(answer.starts_with("only U0ANN: 100 accounts are linked, "), "{answer}");
    assert_eq!(world.account("more"), None);
    let again = answer_to(&world, &then("account add last 222222222222", 4)).await;
    assert!(again.contains("is prepared"), "{again}");
}
