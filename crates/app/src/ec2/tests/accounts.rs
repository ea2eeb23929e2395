//! The commands about accounts: who may give them, what they answer, and what is
//! on record afterwards.

use domain::account::{Access, Account, HomeTeams, Roles};
use domain::ids::TeamId;
use serde_json::json;

use super::check;
use crate::ports::Clock as _;
use crate::testing::{ANN, Asked, TEAM, Trouble, World, linked};

pub(super) const NUMBER: &str = "222222222222";

pub(super) const BOB: &str = "U0BOB";
const EVE: &str = "U0EVE";

const ADMINS_ONLY: &str = "Only workspace admins can link accounts or say who approves there. I did nothing.";

/// With Ann and Bob, who are admins, and Eve, a member like any other. Ann has
/// installed the app.
pub(super) fn world() -> World {
    let world = World::new();
    world.slack.person(ANN, &json!({"is_admin": true}));
    world.slack.person(BOB, &json!({"is_admin": true}));
    world.slack.person(EVE, &json!({}));
    world
}

/// Message number `number`.
pub(super) fn then(text: &str, number: u32) -> Asked {
    Asked::mention(text).at(&format!("17645761{number:02}.000200"))
}

pub(super) fn roles(account: &Account) -> Roles {
    match &account.access {
        Access::Roles(roles) => roles.clone(),
        Access::Home => panic!("{account:?} has no roles"),
    }
}

pub(super) fn external_id(world: &World, alias: &str) -> String {
    roles(&world.account(alias).unwrap()).external_id
}

pub(super) async fn answer_to(world: &World, asked: &Asked) -> String {
    world.ask(asked).await;
    world.answers().pop().unwrap()
}

#[tokio::test(start_paused = true)]
async fn only_current_admins_change_accounts() {
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
        acme.approvers = domain::approvers::Approvers::group(domain::ids::UserGroupId::new("S0OPS"));
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
            "From now on <!subteam^S0OPS> can approve what cannot be undone in *acme*, but not their own requests.",
        ),
        (
            "account approvers home <!subteam^S0OPS|@ops>",
            "home",
            Some("S0OPS"),
            "From now on <!subteam^S0OPS> can approve what cannot be undone in *home*, but not their own requests.",
        ),
        (
            "account approvers acme admins",
            "acme",
            None,
            "From now on workspace admins can approve what cannot be undone in *acme*, but not their own requests.",
        ),
    ]) {
        let answer = answer_to(&world, &then(text, number)).await;
        assert_eq!(answer, format!("only U0ANN: {words}"));
        let approvers = world.account(alias).unwrap().approvers;
        assert_eq!(approvers.groups().next().map(domain::ids::UserGroupId::as_str), group, "{text}");
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
        worker.home_teams = HomeTeams::These(vec![TeamId::new("T0OTHER")]);
        worker.handle(&wake, world.clock.now().plus(120_000)).await.unwrap();
        assert_eq!(world.answers(), [format!("only U0ANN: {words}")], "{text}");
        assert_eq!(world.seam.count("ec2."), 0, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_list_only_the_first_workspace_uses_the_home_account() {
    for (home_teams, is_first, may) in [
        (HomeTeams::First, true, true),
        (HomeTeams::First, false, false),
        (HomeTeams::All, false, true),
        (HomeTeams::These(vec![TeamId::new(TEAM)]), false, true),
        (HomeTeams::These(vec![TeamId::new("T0OTHER")]), true, false),
    ] {
        let world = World::new();
        if !is_first {
            world.teams.forget(TEAM);
            world.teams.set_first("T0FIRST");
            world.install_now();
        }
        world.hear(&Asked::mention("find")).await;
        let wake = world.wake.take().remove(0);
        let mut worker = world.ec2();
        worker.home_teams = home_teams.clone();
        worker.handle(&wake, world.clock.now().plus(120_000)).await.unwrap();
        assert_eq!(world.seam.count("ec2.") > 0, may, "{home_teams:?} {is_first}: {:?}", world.answers());
    }
}
