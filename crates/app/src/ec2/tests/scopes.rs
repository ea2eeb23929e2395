//! What Slack refuses for good is answered at once, with what an admin does about it.

use domain::job::Status;

use super::verdicts::{asked, job};
use crate::testing::{Asked, Trouble, Typed, World};

const NO_USERS: &str = "I can't do that: my Slack app lacks the scope `users:read`. A workspace admin can add it to \
     the app's manifest (*OAuth & Permissions*), and then has to install me again.";

fn no_users() -> Trouble {
    Trouble::missing_scope("users:read")
}

#[tokio::test(start_paused = true)]
async fn a_missing_scope_is_answered_by_the_first_run() {
    for text in ["stop web-1", "find", "start web-3", "terminate web-1"] {
        let world = World::new();
        world.seam.always("slack.users.info", no_users());
        let id = world.hear(&Asked::mention(text)).await;
        world.work_off().await;
        assert_eq!(world.answers(), [format!("only U0ANN: {NO_USERS}")], "{text}");
        let job = world.jobs.peek(&id).unwrap();
        assert!(job.machine.is_closed() && job.machine.told, "{text}: {job:#?}");
        assert_eq!((job.machine.status, world.seam.count("tokens.active")), (Status::Failed, 1), "{text}");
        assert_eq!(world.seam.count("ec2."), 0, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_slack_refuses_for_good_is_answered_by_the_first_run() {
    for (code, words) in [
        ("no_permission", "Slack refuses what I need for it (`no_permission`)"),
        (
            "not_allowed_token_type",
            "Slack does not let me into this workspace now (`not_allowed_token_type`)",
        ),
        ("org_login_required", "Slack does not let me into this workspace now (`org_login_required`)"),
        ("ekm_access_denied", "Slack does not let me into this workspace now (`ekm_access_denied`)"),
        ("method_deprecated", "Slack refuses what I need for it (`method_deprecated`)"),
        ("token_revoked", "Slack does not accept my token any more (`token_revoked`)"),
    ] {
        let world = World::new();
        world.seam.always("slack.users.info", Trouble::code(code));
        // Its answer takes no token.
        world.types(&Typed::new("/ec2", "stop web-1")).await;
        world.work_off().await;
        let answers = world.answers();
        assert!(
            answers[0].starts_with(&format!("only U0ANN: I can't do that: {words}")),
            "{code}: {answers:?}"
        );
        assert_eq!(world.seam.count("slack.users.info"), 1, "{code}");
        assert!(world.jobs.all().iter().all(|job| job.machine.is_closed()), "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_tried_again() {
    for trouble in
        [Trouble::too_many("1"), Trouble::page(503), Trouble::Busy, Trouble::code("internal_error")]
    {
        let world = World::new();
        world.seam.trouble(0, "slack.users.info", trouble.clone(), 5);
        world.ask(&Asked::mention("start web-3")).await;
        assert_eq!(world.answers(), ["thread: Done: web-3 is *running* (5 s)."], "{trouble:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_approver_whose_group_cannot_be_looked_at_is_told_why() {
    let world = World::new();
    world.nobody_agrees();
    world.slack.person("U0EVE", &serde_json::json!({}));
    world.slack.group("S0OPS", &["U0EVE"]);
    world.approvers("S0OPS");
    world.plan(&Asked::mention("terminate web-1")).await;
    world.justifies(&world.fresh("Terminate…"), "web-1", "old").await;
    world.work_off().await;
    world.seam.next("slack.usergroups", Trouble::missing_scope("usergroups:read"));
    world.clicks(&world.fresh("Approve").by("U0EVE")).await;
    world.work_off().await;
    let told = world.answers().pop().unwrap();
    let words = "only U0EVE: I can't do that: my Slack app lacks the scope `usergroups:read`.";
    assert!(told.starts_with(words), "{told}");
    assert_eq!(job(&world).machine.status.name(), "awaiting", "the plan is still open");
    // The scope is there again.
    world.clicks(&world.fresh("Approve").by("U0EVE")).await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["terminate web-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_scope_that_is_lost_before_the_execution_ends_the_plan() {
    // The last time that the requester is looked up is right before the execution.
    let undisturbed = asked("stop web-1").await;
    undisturbed.clicks(&undisturbed.fresh("Stop web-1")).await;
    undisturbed.settle().await;
    let last = undisturbed.seam.calls().iter().rposition(|call| call == "slack.users.info").unwrap();
    let world = asked("stop web-1").await;
    world.seam.trouble(last + 1, "slack.users.info", no_users(), usize::MAX);
    world.clicks(&world.fresh("Stop web-1")).await;
    world.settle().await;
    assert_eq!(world.answers(), [format!("thread: {NO_USERS}")]);
    assert_eq!((job(&world).machine.status.name(), world.seam.count("ec2.change")), ("failed", 0));
    assert!(job(&world).machine.told);
}
