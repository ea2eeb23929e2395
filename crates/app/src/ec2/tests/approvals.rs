//! The card that asks a second person, before anything is destroyed.

use super::cards::{asked, buttons, shown};
use crate::testing::{ANN, Asked, BOSS, Typed, World};

#[tokio::test(start_paused = true)]
async fn a_second_person_is_asked_before_anything_is_destroyed() {
    let world = World::new();
    let id = world.plan(&Asked::mention("terminate web-1")).await;
    let first = asked(&world).asked.last().unwrap().plan.clone();
    world.justifies(&world.fresh("Terminate…"), "web-1", "it is &lt;old&gt; <!channel>").await;
    world.work_off().await;
    let words = "<@U0ANN> wants to *terminate* `web-1` (eu-west-1). Reason: “it is &amp;lt;old&amp;gt; &lt;!channel&gt;”. \
         Needs a workspace admin. <@U0BOSS> gets a direct message. Plan PLAN, expires Mon 08:10 UTC.\n\
         • `web-1` (i-11111111) in eu-west-1: *running* → terminated";
    assert_eq!(shown(&world), words);
    assert_eq!(buttons(&world), ["Approve", "Deny", "Cancel"]);
    let job = world.jobs.peek(&id).unwrap();
    assert_eq!((job.asked.len(), world.answers().len()), (2, 1), "the card has changed, and is one");
    assert_ne!(job.asked[1].plan, first, "the reason is part of the plan");
    assert_eq!(world.seam.count("ec2.change"), 0);
    world.clicks(&world.fresh("Approve").by(BOSS)).await;
    world.settle().await;
    assert_eq!(world.answers(), ["thread: Done: `web-1` is *terminated* (5 s)."]);
    assert_eq!(world.fleet.all_done(), ["terminate web-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_group_may_approve_where_one_is_named() {
    let world = World::new();
    world.slack.person("U0EVE", &serde_json::json!({}));
    world.slack.group("S0OPS", &["U0EVE", ANN]);
    world.approvers("S0OPS");
    world.plan(&Asked::mention("terminate web-1")).await;
    world.justifies(&world.fresh("Terminate…"), "i-11111111", "old").await;
    world.work_off().await;
    let card = world.slack.said().remove(0);
    assert!(card.text.contains(" Needs 1 of <!subteam^S0OPS>. Plan "), "{card:#?}");
    let refused = "Only <!subteam^S0OPS> can approve, and not your own request.";
    for user in [BOSS, ANN] {
        world.clicks(&world.fresh("Approve").by(user)).await;
        world.work_off().await;
        assert_eq!(world.answers().pop(), Some(format!("only {user}: {refused}")));
    }
    assert_eq!(world.seam.count("ec2.change"), 0);
    world.clicks(&world.fresh("Approve").by("U0EVE")).await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["terminate web-1"]);
    assert_eq!(world.audit.entries()[0].approvers[0].as_str(), "U0EVE");
}

#[tokio::test(start_paused = true)]
async fn the_name_and_a_reason_are_needed() {
    for (typed, reason) in [("web-2", "old"), ("WEB-1", "old"), ("", "old"), ("web-1", ""), ("web-1", "  ")] {
        let world = World::new();
        world.nobody_agrees();
        let id = world.plan(&Asked::mention("terminate web-1")).await;
        world.justifies(&world.fresh("Terminate…"), typed, reason).await;
        world.work_off().await;
        let job = world.jobs.peek(&id).unwrap();
        assert_eq!((job.machine.status.name(), job.asked.len()), ("awaiting", 1), "{typed}: {reason}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_needs_a_second_person_is_not_asked_for_in_private() {
    let refused =
        "needs a second person who agrees, so ask me in a channel, by mentioning me. I did nothing.";
    for verb in ["terminate", "kill"] {
        let text = format!("{verb} web-1");
        let world = World::new();
        world.ask(&Asked::direct(&text)).await;
        assert_eq!(world.answers(), [format!("direct: To *{verb}* {refused}")]);
        let world = World::new();
        world.run(&Typed::new("/ec2", &text)).await;
        assert_eq!(world.answers(), [format!("only U0ANN: To *{verb}* {refused}")]);
        assert_eq!(world.seam.count("ec2."), 0);
        let world = World::new();
        world.ask(&Asked::direct(&format!("{text} --dry-run"))).await;
        assert_eq!(
            world.answers(),
            [format!("direct: Dry run: AWS would {verb} `web-1`. Nothing was changed.")]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn who_says_kill_may_mean_less() {
    let world = World::new();
    world.plan(&Asked::mention("kill web-1")).await;
    world.nobody_agrees();
    world.clicks(&world.fresh("Force stop web-1")).await;
    world.work_off().await;
    world.clicks(&world.fresh("Stop web-1")).await;
    world.work_off().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
    let stopped = world.audit.entries();
    assert_eq!(stopped[0].action, domain::instance::Action::Stop { force: true, hibernate: false });
}
