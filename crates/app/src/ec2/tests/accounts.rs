//! The commands about accounts: who may give them, what they answer, and what is
//! on record afterwards.

use domain::account::{Access, Account, Roles};
use domain::ids::{AccountId, Alias, Region, TeamId};
use serde_json::json;

use super::check;
use crate::ports::{Clock as _, Unproven};
use crate::testing::{Asked, Trouble, World, linked};

const NUMBER: &str = "222222222222";

const BOB: &str = "U0BOB";
const EVE: &str = "U0EVE";

const ADMINS_ONLY: &str = "Only workspace admins, and <@U0ANN> who installed me, can link accounts or say who approves there. I did nothing.";

/// With Bob, an admin, and Eve, a member like any other. Ann has installed the app.
fn world() -> World {
    let world = World::new();
    world.slack.person(BOB, &json!({"is_admin": true}));
    world.slack.person(EVE, &json!({}));
    world
}

/// Message number `number`.
fn then(text: &str, number: u32) -> Asked {
    Asked::mention(text).at(&format!("17645761{number:02}.000200"))
}

fn roles(account: &Account) -> Roles {
    match &account.access {
        Access::Roles(roles) => roles.clone(),
        Access::Home => panic!("{account:?} has no roles"),
    }
}

fn external_id(world: &World, alias: &str) -> String {
    roles(&world.account(alias).unwrap()).external_id
}

async fn answer_to(world: &World, asked: &Asked) -> String {
    world.ask(asked).await;
    world.answers().pop().unwrap()
}

#[tokio::test(start_paused = true)]
async fn only_admins_and_who_installed_the_app_change_accounts() {
    let commands = [
        "account add new 333333333333",
        "account verify acme",
        "account remove acme",
        "account approvers acme <!subteam^S0OPS>",
        "account approvers home <!subteam^S0OPS>",
    ];
    for (user, refusal) in [
        (EVE, Some(ADMINS_ONLY)),
        ("U0GUEST", Some("Only members of this workspace can use me for that.")),
        ("U0STRANGER", Some("Only members of this workspace can use me for that.")),
        ("U0ROBOT", Some("Only members of this workspace can use me for that.")),
        ("U0ANN", None),
        (BOB, None),
    ] {
        for text in commands {
            let world = world();
            world.link("acme", NUMBER, &["eu-west-1"]);
            let before = world.accounts.kept.lock().unwrap().clone();
            let answer = answer_to(&world, &Asked::mention(text).by(user)).await;
            assert!(answer.starts_with(&format!("only {user}: ")), "{user}: {text}: {answer}");
            let is_refused = refusal.is_some_and(|refusal| answer == format!("only {user}: {refusal}"));
            assert_eq!(is_refused, refusal.is_some(), "{user}: {text}: {answer}");
            let asked = ["accounts.store", "accounts.remove", "sts."].map(|call| world.seam.count(call));
            assert_eq!(asked == [0, 0, 0], refusal.is_some(), "{user}: {text}: {asked:?}");
            if refusal.is_some() {
                assert_eq!(*world.accounts.kept.lock().unwrap(), before, "{user}: {text}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_admin_who_is_no_member_any_more_may_nothing() {
    for marks in [json!({"is_restricted": true}), json!({"deleted": true}), json!({"team_id": "T0OTHER"})] {
        let world = world();
        let mut marks = marks;
        marks["is_admin"] = json!(true);
        world.slack.person(BOB, &marks);
        let answer = answer_to(&world, &Asked::mention("account add acme 222222222222").by(BOB)).await;
        assert_eq!(answer, "only U0BOB: Only members of this workspace can use me for that.", "{marks}");
        assert_eq!(world.account("acme"), None);
    }
}

#[tokio::test(start_paused = true)]
async fn the_list_tells_members_what_there_is_and_admins_what_to_do() {
    let list = "*3 accounts*:\n\
        • *home* · 123456789012 · eu-west-1, us-east-1 · my own · workspace admins approve\n\
        • *acme* · 222222222222 · eu-west-1 · verified 2025-12-01 08:00 UTC · <!subteam^S0OPS> approve\n\
        • *globex* · 333333333333 · us-east-1 · not verified, so not used · workspace admins approve";
    let more = "\nWhen the roles are made: *account verify globex*.\n\
        To link another: *account add acme 123456789012*, with its alias and number.";
    for (user, words) in
        [(EVE, list.to_owned()), (BOB, format!("{list}{more}")), ("U0ANN", format!("{list}{more}"))]
    {
        let world = world();
        let mut acme = linked("acme", NUMBER, &["eu-west-1"], Some(world.clock.now()));
        acme.approvers = Some(domain::ids::UserGroupId::new("S0OPS"));
        world.put_account("T0ACME", acme);
        world.put_account("T0ACME", linked("globex", "333333333333", &["us-east-1"], None));
        world.put_account("T0OTHER", linked("secret", "444444444444", &["us-east-1"], None));
        let answer = answer_to(&world, &Asked::mention("accounts").by(user)).await;
        assert_eq!(answer, format!("only {user}: {words}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_accounts_are_listed_in_one_message() {
    let world = world();
    for number in 0..100 {
        world.link(&format!("account-{number}"), &format!("{number:012}"), &["eu-west-1", "us-east-1"]);
    }
    let answer = answer_to(&world, &Asked::mention("accounts")).await;
    assert_eq!(answer.matches("\n• ").count(), 101, "{answer}");
}

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

#[tokio::test(start_paused = true)]
async fn a_verified_account_is_used_from_then_on() {
    let world = world();
    world.add_in("acme", 'b', "eu-west-1", domain::instance::InstanceState::Running, &["Name=app-1"]);
    world.add_in("acme", 'c', "eu-west-1", domain::instance::InstanceState::Stopped, &["Name=app-2"]);
    world.ask(&then("account add acme 222222222222", 1)).await;
    let unused = answer_to(&world, &then("find app-1 for acme", 2)).await;
    assert_eq!(
        unused,
        "only U0ANN: The account “acme” is not verified, so I don't use it. An admin can say *account verify acme*. I did nothing."
    );
    assert_eq!(world.seam.count("ec2.describe"), 0);
    let everywhere = answer_to(&world, &then("find app-*", 3)).await;
    assert_eq!(everywhere, "only U0ANN: No instance matches “app-*” in eu-west-1, us-east-1.");
    assert_eq!(world.seam.count("ec2.describe acme"), 0);
    let verified = answer_to(&world, &then("account verify acme", 4)).await;
    assert_eq!(
        verified,
        "only U0ANN: *acme* (222222222222) is verified: its roles let me in with the external id, and refuse me without it or with a wrong one.\n\
         I see 2 instances in eu-west-1 and none in us-east-1."
    );
    assert!(roles(&world.account("acme").unwrap()).verified_at.is_some());
    let known = world.inventory.lines();
    assert!(known.contains(&"T0ACME 222222222222 eu-west-1 i-bbbbbbbb app-1".to_owned()), "{known:?}");
    let found = answer_to(&world, &then("find app-1 for acme", 5)).await;
    assert!(found.starts_with("thread: *1 instance*: 1 running (1 in acme, eu-west-1)"), "{found}");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_seen_of_a_verified_account_is_said() {
    let world = world();
    world.put_account("T0ACME", linked("acme", NUMBER, &["eu-west-1", "us-east-1"], None));
    world.seam.next("ec2.describe acme us-east-1", Trouble::Refused("OptInRequired"));
    let answer = answer_to(&world, &Asked::mention("account verify acme")).await;
    let told = "I see none in eu-west-1.\nacme, us-east-1: AWS answered OptInRequired (in EC2's own words).";
    assert!(answer.ends_with(told), "{answer}");
}

fn role() -> String {
    "arn:aws:iam::222222222222:role/BellhopAct".to_owned()
}

/// Each way not to prove an account, and words of its sentence.
fn unproven() -> Vec<(Unproven, &'static [&'static str])> {
    vec![
        (
            Unproven::WithoutExternalId { role: role() },
            &[
                "`arn:aws:iam::222222222222:role/BellhopAct` lets me in without an external id.",
                "That is dangerous: anybody who knows this role could name it to me from another workspace, and I would act in your account for them.",
                "Add the condition on `sts:ExternalId` to its trust policy; *account add acme 222222222222* shows what it has to trust.",
            ],
        ),
        (
            Unproven::WrongExternalId { role: role() },
            &["lets me in with a wrong external id. That is dangerous: ", "with `StringEquals`; "],
        ),
        (
            Unproven::NotLetIn { role: role(), request_id: "req-7".to_owned() },
            &["does not let me in (request req-7). Either it is not there, or it trusts another role"],
        ),
        (
            Unproven::OtherAccount { role: role(), account: AccountId::new("999999999999") },
            &["leads into the account 999999999999, not into 222222222222."],
        ),
        (
            Unproven::LacksRight {
                role: role(),
                operation: "ec2:StopInstances".to_owned(),
                region: Region::new("us-east-1"),
            },
            &[
                "may not use `ec2:StopInstances` in us-east-1. Its rights are in `templates/customer-role.yaml`.",
            ],
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_not_proved_is_not_used_from_then_on() {
    for (why, words) in unproven() {
        for was_verified in [false, true] {
            let world = world();
            let at = was_verified.then(|| world.clock.now());
            world.put_account("T0ACME", linked("acme", NUMBER, &["eu-west-1"], at));
            world.link("aaa", "111111111111", &["eu-west-1"]);
            world.gates.shut.lock().unwrap().insert(Alias::new("acme"), why.clone());
            let answer = answer_to(&world, &then("account verify acme", 1)).await;
            let begin = if was_verified {
                "only U0ANN: *acme* (222222222222) is not verified. It was verified before; from now on I don't use it.\n"
            } else {
                "only U0ANN: *acme* (222222222222) is not verified. I don't use it.\n"
            };
            assert!(answer.starts_with(begin), "{why}: {answer}");
            assert!(answer.ends_with("\nThen say *account verify acme* again."), "{why}: {answer}");
            for part in words {
                assert!(answer.contains(part), "{why}: {part} is missing in {answer}");
            }
            assert_eq!(roles(&world.account("acme").unwrap()).verified_at, None, "{why}");
            assert!(!answer.contains("bellhop-of-acme"), "{answer}");
            world.ask(&then("find", 2)).await;
            assert_eq!(world.seam.count("ec2.describe acme"), 0, "{why}: it is used all the same");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn if_aws_cannot_be_asked_nothing_changes() {
    for (was_verified, words) in [
        (
            true,
            "I could not ask AWS about *acme* (222222222222), so it stays verified. Say *account verify acme* again in a while.",
        ),
        (
            false,
            "I could not ask AWS about *acme* (222222222222), so I still don't use it. Say *account verify acme* again in a while.",
        ),
    ] {
        for trouble in [Trouble::Busy, Trouble::Hang] {
            let world = world();
            let at = was_verified.then(|| world.clock.now());
            world.put_account("T0ACME", linked("acme", NUMBER, &["eu-west-1"], at));
            let before = world.account("acme");
            world.seam.next("sts.prove", trouble);
            check(&world, &Asked::mention("account verify acme"), &[&format!("only U0ANN: {words}")], &[])
                .await;
            assert_eq!(world.account("acme"), before);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_proof_of_what_was_changed_meanwhile_is_worth_nothing() {
    for shut in [false, true] {
        let world = world();
        world.put_account("T0ACME", linked("acme", NUMBER, &["eu-west-1"], None));
        if shut {
            let why = Unproven::WithoutExternalId { role: role() };
            world.gates.shut.lock().unwrap().insert(Alias::new("acme"), why);
        } else {
            world.seam.next("sts.prove", Trouble::Freeze);
        }
        let other = linked("acme", "333333333333", &["eu-west-1"], None);
        let id = world.hear(&Asked::mention("account verify acme")).await;
        if shut {
            // Not verified before, and not now: there is nothing to write.
            world.settle().await;
            assert_eq!(world.seam.count("accounts.store"), 0);
            continue;
        }
        let wake = world.wake.take().remove(0);
        let (worker, deadline) = (world.ec2(), world.clock.now().plus(120_000));
        let mut run = std::pin::pin!(worker.handle(&wake, deadline));
        tokio::select! {
            biased;
            () = world.seam.frozen() => {}
            _ = &mut run => panic!("nothing was proved"),
        }
        world.put_account("T0ACME", other.clone());
        world.seam.thaw();
        run.await.unwrap();
        world.settle().await;
        assert!(world.jobs.peek(&id).unwrap().machine.told);
        assert_eq!(
            world.answers(),
            [
                "only U0ANN: Somebody else changed the account *acme* at the same time, so I did nothing. Say *accounts* to see how it is now."
            ]
        );
        assert_eq!(world.account("acme"), Some(other));
    }
}

#[tokio::test(start_paused = true)]
async fn a_removed_account_is_forgotten_with_what_was_seen_in_it() {
    let world = world();
    world.link("acme", NUMBER, &["eu-west-1"]);
    world.add_in("acme", 'b', "eu-west-1", domain::instance::InstanceState::Running, &["Name=app-1"]);
    world.ask(&then("find app-1", 1)).await;
    assert!(world.inventory.lines().iter().any(|line| line.contains(NUMBER)));
    let answer = answer_to(&world, &then("account remove acme", 2)).await;
    assert_eq!(
        answer,
        "only U0ANN: I have forgotten *acme* (222222222222), and do nothing there any more. To shut the door on its side as well, delete the stack that made the roles."
    );
    assert_eq!(world.account("acme"), None);
    let known = world.inventory.lines();
    assert!(!known.is_empty() && known.iter().all(|line| line.starts_with("home ")), "{known:?}");
    let gone = answer_to(&world, &then("find app-1 for acme", 3)).await;
    assert_eq!(gone, "only U0ANN: I don't know the account “acme”. I look after 123456789012 only.");
}

#[tokio::test(start_paused = true)]
async fn an_account_is_removed_also_if_what_was_seen_in_it_stays() {
    let world = world();
    world.link("acme", NUMBER, &["eu-west-1"]);
    world.seam.always("inventory.", Trouble::FailBefore);
    let answer = answer_to(&world, &Asked::mention("account remove acme")).await;
    assert!(answer.starts_with("only U0ANN: I have forgotten *acme*"), "{answer}");
    assert_eq!(world.account("acme"), None);
}

#[tokio::test(start_paused = true)]
async fn approvers_are_a_group_or_the_admins_of_each_account() {
    let world = world();
    world.link("acme", NUMBER, &["eu-west-1"]);
    for (number, (text, alias, group, words)) in (1..).zip([
        (
            "account approvers acme <!subteam^S0OPS>",
            "acme",
            Some("S0OPS"),
            "From now on members of <!subteam^S0OPS> approve what cannot be undone in *acme*; nobody approves what they asked for themselves.",
        ),
        (
            "account approvers home <!subteam^S0OPS|@ops>",
            "home",
            Some("S0OPS"),
            "From now on members of <!subteam^S0OPS> approve what cannot be undone in *home*; nobody approves what they asked for themselves.",
        ),
        (
            "account approvers acme admins",
            "acme",
            None,
            "From now on workspace admins approve what cannot be undone in *acme*; nobody approves what they asked for themselves.",
        ),
    ]) {
        let answer = answer_to(&world, &then(text, number)).await;
        assert_eq!(answer, format!("only U0ANN: {words}"));
        let approvers = world.account(alias).unwrap().approvers;
        assert_eq!(approvers.as_ref().map(domain::ids::UserGroupId::as_str), group, "{text}");
    }
    assert!(world.account("acme").unwrap().is_usable());
    let list = answer_to(&world, &then("accounts", 9)).await;
    assert!(
        list.contains("• *home* · 123456789012 · eu-west-1, us-east-1 · my own · <!subteam^S0OPS> approve")
    );
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_not_linked_is_named_as_such() {
    for text in ["account verify acme", "account remove acme", "account approvers acme admins"] {
        for (linked, words) in [
            (&[][..], "No account is linked as *acme*. None is linked. I did nothing."),
            (
                &["globex", "initech"],
                "No account is linked as *acme*. Linked: globex, initech. I did nothing.",
            ),
        ] {
            let world = world();
            for (number, alias) in linked.iter().enumerate() {
                world.link(alias, &format!("{number:012}"), &["eu-west-1"]);
            }
            check(&world, &Asked::mention(text), &[&format!("only U0ANN: {words}")], &[]).await;
            assert_eq!(world.seam.count("sts."), 0, "{text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn bellhops_own_account_is_for_the_teams_that_may_use_it() {
    for (text, words) in [
        (
            "find",
            "No AWS account is linked and verified, so there is nothing I can look at. Say *accounts* to see what is missing.",
        ),
        ("find for home", "I don't know the account “home”. None is linked and verified."),
        ("account approvers home admins", "No account is linked as *home*. None is linked. I did nothing."),
        (
            "accounts",
            "No AWS account is linked.\nTo link another: *account add acme 123456789012*, with its alias and number.",
        ),
        (
            "account add mine 123456789012",
            "123456789012 is the account that I run in; it can't be linked. I did nothing.",
        ),
    ] {
        let world = world();
        world.hear(&Asked::mention(text)).await;
        let wake = world.wake.take().remove(0);
        let mut worker = world.ec2();
        worker.home_teams = vec![TeamId::new("T0OTHER")];
        worker.handle(&wake, world.clock.now().plus(120_000)).await.unwrap();
        assert_eq!(world.answers(), [format!("only U0ANN: {words}")], "{text}");
        assert_eq!(world.seam.count("ec2."), 0, "{text}");
    }
}
