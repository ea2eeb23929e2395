//! Who can approve a plan besides its requester, how they hear of it, and what the card
//! says where there is no one.

use domain::job::Notice;
use serde_json::json;

use super::verdicts::job;
use crate::testing::{ANN, Asked, BOSS, Said, Trouble, World};

const EVE: &str = "U0EVE";
const ONLY_YOU: &str = "Only you could approve this, and not your own request. An admin can name others: \
     *account approvers home @bob*.";

/// A world in which only ann is an admin.
fn one_admin() -> World {
    let world = World::new();
    world.nobody_agrees();
    world.slack.person(ANN, &json!({"is_admin": true}));
    world.slack.person(BOSS, &json!({}));
    world.slack.person(EVE, &json!({}));
    world
}

/// Has `text` typed by ann, to its end; the answer.
async fn says(world: &World, text: &str, ts: &str) -> String {
    world.hear(&Asked::mention(text).at(ts)).await;
    world.work_off().await;
    world.answers().pop().unwrap()
}

async fn names(world: &World, approvers: &str) -> String {
    says(world, &format!("account approvers home {approvers}"), "1764575990.000100").await
}

async fn justify(world: &World) {
    world.justifies(&world.fresh("Terminate…"), "web-1", "old").await;
    world.work_off().await;
}

/// The direct messages that ask somebody to approve, by whom.
fn asked_directly(world: &World) -> Vec<(String, String)> {
    let requests = world.slack.said().into_iter().filter(Said::is_review_request);
    requests.map(|said| (said.channel.trim_start_matches("D-").to_owned(), said.text)).collect()
}

fn card(world: &World) -> Said {
    let is_card = |said: &Said| Some(&said.ts) == job(world).card.map(|ts| ts.to_string()).as_ref();
    world.slack.said().into_iter().find(is_card).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_card_says_at_once_that_only_its_requester_could_approve() {
    let world = one_admin();
    world.plan(&Asked::mention("terminate web-1")).await;
    assert!(card(&world).text.contains(ONLY_YOU), "{:#?}", card(&world));
    justify(&world).await;
    assert!(card(&world).text.contains(ONLY_YOU), "{:#?}", card(&world));
    assert_eq!(asked_directly(&world), []);
    // What is confirmed by its requester alone is no matter for others.
    world.plan(&Asked::mention("stop web-2").at("1764575998.000100")).await;
    assert!(!world.answers().pop().unwrap().contains("could approve"));
}

#[tokio::test(start_paused = true)]
async fn who_is_named_after_the_card_can_approve() {
    let world = one_admin();
    world.plan(&Asked::mention("terminate web-1")).await;
    let said = names(&world, "<@U0EVE>").await;
    let expected = "only U0ANN: From now on <@U0EVE> can approve what cannot be undone in *home*, but not their own requests.";
    assert_eq!(said, expected);
    justify(&world).await;
    let shown = card(&world);
    assert!(shown.text.contains(" Needs <@U0EVE>. <@U0EVE> gets a direct message. Plan "), "{shown:#?}");
    let requests = asked_directly(&world);
    let [(user, request)] = requests.as_slice() else { panic!("{requests:#?}") };
    assert_eq!(user, EVE);
    let link = format!("<https://acme.slack.com/archives/C0OPS/p{}|the card> in <#C0OPS>.", shown.ts);
    assert!(
        request.starts_with("<@U0ANN> wants to *terminate* web-1 (eu-west-1). Reason: “old”. "),
        "{request}"
    );
    assert!(request.contains(&format!(" You can approve it here, or on {link} Plan ")), "{request}");
    assert_eq!(job(&world).notice.unwrap().told, [domain::ids::UserId::new(EVE)]);
    for user in [BOSS, ANN] {
        world.clicks(&world.fresh("Approve").by(user)).await;
        world.work_off().await;
        let refused = format!("only {user}: Only <@U0EVE> can approve, and not your own request.");
        assert_eq!(world.answers().pop(), Some(refused));
    }
    // In the direct message.
    let message = world.slack.said().into_iter().find(Said::is_review_request).unwrap();
    world.clicks(&world.click(&message, "Approve").by(EVE)).await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["terminate web-1"]);
    assert_eq!(world.audit.entries()[0].approvers, [domain::ids::UserId::new(EVE)]);
    let origin = "Asked for by <@U0ANN> (“old”), approved by <@U0EVE> at 08:00 UTC.";
    assert_eq!(card(&world).origin().as_deref(), Some(origin));
}

#[tokio::test(start_paused = true)]
async fn people_groups_and_admins_can_be_named_together() {
    let world = one_admin();
    world.slack.person("U0BEA", &json!({"is_admin": true}));
    world.slack.group("S0OPS", &["U0BOSS"]);
    names(&world, "<@U0EVE>, <!subteam^S0OPS|@ops> and admins").await;
    world.plan(&Asked::mention("terminate web-1")).await;
    justify(&world).await;
    let shown = card(&world).text;
    assert!(shown.contains(" Needs 1 of <@U0EVE>, <!subteam^S0OPS> and workspace admins. "), "{shown}");
    assert!(shown.contains(" <@U0EVE> and <@U0BEA> get a direct message. "), "{shown}");
    assert!(world.answers().iter().any(|said| said.starts_with("thread: <!subteam^S0OPS>: ")));
    world.clicks(&world.fresh("Approve").by(BOSS)).await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["terminate web-1"]);
}

#[tokio::test(start_paused = true)]
async fn only_full_members_can_be_named() {
    for (user, what) in [
        ("U0GUEST", "is a guest"),
        ("U0STRANGER", "does not belong to this workspace"),
        ("U0ROBOT", "is an app"),
        ("U0GONE", "is deactivated"),
    ] {
        let world = one_admin();
        world.slack.person("U0GONE", &json!({"deleted": true}));
        let said = names(&world, &format!("<@U0EVE> <@{user}>")).await;
        let refused =
            format!("only U0ANN: <@{user}> {what}. Only full members can approve, so I did nothing.");
        assert_eq!(said, refused);
        assert_eq!(world.account("home"), None);
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_no_member_any_more_approves_nothing() {
    for marks in [json!({"is_restricted": true}), json!({"deleted": true}), json!({"team_id": "T0OTHER"})] {
        let world = one_admin();
        names(&world, "<@U0EVE>").await;
        world.plan(&Asked::mention("terminate web-1")).await;
        justify(&world).await;
        let approve = world.fresh("Approve").by(EVE);
        world.clicks(&approve).await;
        // Decided again at the execution, and at the click before it.
        world.slack.person(EVE, &marks);
        world.work_off().await;
        assert!(world.fleet.all_done().is_empty(), "{marks}");
        // The card of another plan says that there is no one.
        world.plan(&Asked::mention("terminate web-2").at("1764575998.000100")).await;
        let said = world.answers().pop().unwrap();
        assert!(said.contains("No one can approve this: those who may are not active members"), "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_of_the_requester_alone_approves_nothing() {
    let world = one_admin();
    world.slack.person("U0GONE", &json!({"deleted": true}));
    for (ts, members, is_alone) in [
        ("1764576011.000100", &[ANN][..], true),
        ("1764576012.000100", &[ANN, "U0GONE", "U0GUEST"], true),
        ("1764576013.000100", &["U0GONE", ANN, EVE], false),
    ] {
        world.slack.group("S0OPS", members);
        world.approvers("S0OPS");
        world.plan(&Asked::mention("terminate web-1").at(ts)).await;
        let said = world.answers().pop().unwrap();
        assert_eq!(said.contains(ONLY_YOU), is_alone, "{members:?}: {said}");
    }
}

#[tokio::test(start_paused = true)]
async fn at_most_five_people_are_told_and_never_the_requester() {
    let world = one_admin();
    for number in 0..8 {
        world.slack.person(&format!("U1ADMIN{number}"), &json!({"is_admin": true}));
    }
    world.plan(&Asked::mention("terminate web-1")).await;
    justify(&world).await;
    let users: Vec<String> = asked_directly(&world).into_iter().map(|(user, _)| user).collect();
    assert_eq!(users.len(), 5, "{users:?}");
    assert!(!users.contains(&ANN.to_owned()));
}

#[tokio::test(start_paused = true)]
async fn each_person_is_told_once_whatever_goes_wrong() {
    for (call, trouble, most) in [
        ("slack.chat.getPermalink", Trouble::page(503), 1),
        ("slack.chat.getPermalink", Trouble::code("message_not_found"), 1),
        ("slack.chat.postMessage", Trouble::CrashBefore, 1),
        ("slack.chat.postMessage", Trouble::CrashAfter, 2),
        ("slack.users.list", Trouble::page(503), 1),
        ("jobs.advance awaiting", Trouble::CrashBefore, 1),
    ] {
        let world = one_admin();
        names(&world, "<@U0EVE> <@U0BOSS> admins").await;
        world.plan(&Asked::mention("terminate web-1")).await;
        let click = world.fresh("Terminate…");
        world.clicks(&click).await;
        let modal = world.slack.modal(ANN).unwrap();
        world.submits(&modal.filled(&[("Name", "web-1"), ("Reason", "old")])).await;
        world.seam.next(call, trouble.clone());
        world.work_off().await;
        for _ in 0..5 {
            if job(&world).machine.status.name() == "awaiting" {
                break;
            }
            world.minute().await;
        }
        let requests = asked_directly(&world);
        for user in [EVE, BOSS] {
            let count = requests.iter().filter(|(known, _)| known == user).count();
            assert!((1..=most).contains(&count), "{call}: {trouble:?}: {requests:#?}");
        }
        world.clicks(&world.fresh("Approve").by(EVE)).await;
        world.settle().await;
        assert_eq!(world.fleet.all_done(), ["terminate web-1"], "{call}: {trouble:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_who_takes_no_messages_keeps_no_one_else_from_being_told() {
    let world = one_admin();
    names(&world, "<@U0EVE> <@U0BOSS>").await;
    world.slack.close(EVE);
    world.plan(&Asked::mention("terminate web-1")).await;
    justify(&world).await;
    let users: Vec<String> = asked_directly(&world).into_iter().map(|(user, _)| user).collect();
    assert_eq!(users, [BOSS]);
    assert_eq!(job(&world).machine.status.name(), "awaiting");
}

#[tokio::test(start_paused = true)]
async fn the_requester_is_notified_of_a_denial() {
    let world = one_admin();
    names(&world, "<@U0EVE>").await;
    world.plan(&Asked::mention("terminate web-1")).await;
    justify(&world).await;
    world.clicks(&world.fresh("Deny").by(EVE)).await;
    world.settle().await;
    let said = world.answers();
    assert!(
        said.contains(&"thread: <@U0ANN>: <@U0EVE> denied *terminate* web-1. Nothing was run.".to_owned()),
        "{said:?}"
    );
    assert_eq!(card(&world).text, "Denied by <@U0EVE>. Nothing was run.");
}

#[test]
fn a_notice_of_an_older_version_is_read() {
    let notice: Notice = serde_json::from_str(r#"{"plan":"7f3a","ts":"1.2"}"#).unwrap();
    assert_eq!((notice.ts.unwrap().as_str(), notice.told.len()), ("1.2", 0));
}
