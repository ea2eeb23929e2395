//! What Slack refuses for good is told at once; what it refuses about one place is
//! told of that place.

use domain::standup::{Blueprint, Errand};

use super::{BOB, ask, daily, direct, does, three, typed, whispered};
use crate::testing::{ANN, BOSS, Trouble, Typed, World};

fn lacks(scope: &str) -> String {
    format!("I can't do that: my Slack app lacks the scope `{scope}`.")
}

fn are_closed(world: &World) -> bool {
    world.jobs.all().iter().all(|job| job.machine.is_closed() && job.machine.takes <= 1)
}

#[tokio::test(start_paused = true)]
async fn a_command_that_needs_a_missing_scope_is_answered_by_the_first_run() {
    for (method, scope) in
        [("slack.users.info", "users:read"), ("slack.conversations.members", "channels:read")]
    {
        let world = three();
        world.seam.always(method, Trouble::missing_scope(scope));
        let wake = super::wants(&world, ANN, "now", typed("now"));
        let _ = world.work(&wake).await;
        let told = whispered(&world, ANN);
        assert!(told.len() == 1 && told[0].starts_with(&lacks(scope)), "{told:?}");
        assert!(are_closed(&world), "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_direct_message_is_a_place_that_cannot_be_looked_into() {
    for method in ["slack.conversations.info", "slack.conversations.members"] {
        let world = three();
        world.seam.always(method, Trouble::missing_scope("mpim:read"));
        let blueprint = Blueprint { name: "retro".to_owned(), ..daily().blueprint };
        does(&world, ANN, "new", Errand::SetUp { standup: None, blueprint }).await;
        let told = whispered(&world, ANN);
        assert_eq!(told, ["I can't see who is in <#C0TEAM>. Invite me there, then ask again."], "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_schedule_that_needs_a_missing_scope_is_told_to_the_owner_once() {
    for (method, scope) in [
        ("slack.users.info", "users:read"),
        ("slack.conversations.members", "channels:read"),
        ("slack.chat.postMessage", "chat:write"),
    ] {
        let world = three();
        world.seam.always(method, Trouble::missing_scope(scope));
        ask(&world).await;
        assert!(are_closed(&world), "{method}: {:#?}", world.jobs.all());
        if method != "slack.chat.postMessage" {
            let told = direct(&world, BOSS);
            assert!(told.len() == 1 && told[0].text.starts_with(&lacks(scope)), "{told:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_dead_token_is_tried_once() {
    for code in ["token_revoked", "account_inactive", "invalid_auth"] {
        let world = three();
        world.slack.kill_token(code);
        ask(&world).await;
        assert!(are_closed(&world), "{code}: {:#?}", world.jobs.all());
        assert_eq!(world.seam.count("slack.conversations.members"), 1, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_window_that_needs_a_missing_scope_says_so() {
    let world = three();
    world.seam.always("slack.users.info", Trouble::missing_scope("users:read"));
    world.types(&Typed::new("/standup", "setup").by(BOB)).await;
    let view = world.slack.modal(BOB).unwrap().view;
    let shown = view["blocks"][0]["text"]["text"].as_str().unwrap();
    assert!(shown.starts_with(&lacks("users:read")), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_window_that_slack_refuses_to_open_is_told_at_once() {
    let world = three();
    world.slack.kill_token("token_revoked");
    let answer = world.types(&Typed::new("/standup", "setup")).await.unwrap();
    assert!(
        answer.body.contains("Slack does not accept my token any more (`token_revoked`)"),
        "{}",
        answer.body
    );
}
