//! The cards that ask people, and what is seen of them until they are decided.

use domain::instance::InstanceState;
use domain::job::Status;

use crate::testing::{Asked, BOSS, Said, Trouble, Typed, World};

/// The newest message, but for those that ask one person to approve.
fn last(world: &World) -> Said {
    world.slack.said().into_iter().rfind(|said| !said.is_review_request()).unwrap()
}

/// What can be clicked in the newest message.
pub(super) fn buttons(world: &World) -> Vec<String> {
    let said = last(world);
    let actions = said.blocks.iter().filter(|block| block["type"] == "actions");
    let elements = actions.filter_map(|block| block["elements"].as_array()).flatten();
    elements.map(|element| element["text"]["text"].as_str().unwrap().to_owned()).collect()
}

/// The text of the newest message, with the plan's name as `PLAN`.
pub(super) fn shown(world: &World) -> String {
    let (said, job) = (last(world), asked(world));
    said.text.replace(&job.asked.last().unwrap().plan.short(), "PLAN")
}

/// The job whose plan people were asked about.
pub(super) fn asked(world: &World) -> domain::job::Job {
    world.jobs.all().into_iter().find(|job| !job.asked.is_empty()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_interrupts_is_asked_about_first() {
    let short = "• `web-1` (i-11111111) in eu-west-1: ";
    for (text, words, labels) in [
        (
            "stop web-1",
            format!("Stop `web-1`? Plan PLAN, valid 10 min.\n{short}*running* → stopped"),
            &["Stop web-1", "Dry run", "Cancel"][..],
        ),
        (
            "stop web-1 --force",
            format!("Stop `web-1`? Plan PLAN, valid 10 min.\n{short}*running* → stopped, by force"),
            &["Stop web-1", "Dry run", "Cancel"],
        ),
        (
            "reboot web-1",
            format!("Reboot `web-1`? Plan PLAN, valid 10 min.\n{short}reboot (same host)"),
            &["Reboot web-1", "Dry run", "Cancel"],
        ),
        (
            "restart web-1",
            format!("Restart `web-1`? Plan PLAN, valid 10 min.\n{short}reboot (same host)"),
            &["Reboot web-1", "Stop and start web-1", "Dry run", "Cancel"],
        ),
        (
            "stop web-1 db-1 web-3",
            format!(
                "Stop 2 instances? Plan PLAN, valid 10 min.\n{short}*running* → stopped\n\
                 • `db-1` (i-44444444) in us-east-1: *running* → stopped\n\
                 `web-3` is already stopped (since Fri 18:02 UTC). Nothing to do."
            ),
            &["Stop 2", "Dry run", "Cancel"],
        ),
        (
            "stop asg-1",
            "Stop `asg-1`? Plan PLAN, valid 10 min.\n\
             • `asg-1` (i-88888888) in eu-west-1: *running* → stopped\n\
             `asg-1` belongs to the Auto Scaling group web-asg. If you stop it, AWS will replace it."
                .to_owned(),
            &["Stop asg-1", "Dry run", "Cancel"],
        ),
        (
            "terminate web-1",
            format!(
                "Terminate `web-1`? It will not come back. Plan PLAN, valid 10 min.\n{short}*running* → terminated"
            ),
            &["Terminate…", "Dry run", "Cancel"],
        ),
        (
            "kill web-1",
            format!(
                "Kill `web-1`? It will not come back. Plan PLAN, valid 10 min.\n{short}*running* → terminated"
            ),
            &["Terminate…", "Force stop web-1", "Dry run", "Cancel"],
        ),
        (
            "kill web-3",
            "Kill `web-3`? It will not come back. Plan PLAN, valid 10 min.\n\
             • `web-3` (i-33333333) in eu-west-1: *stopped* → terminated"
                .to_owned(),
            &["Terminate…", "Dry run", "Cancel"],
        ),
    ] {
        let world = World::new();
        world.plan(&Asked::mention(text)).await;
        assert_eq!(shown(&world), words, "{text}");
        assert_eq!(buttons(&world), labels, "{text}");
        assert_eq!(asked(&world).machine.status.name(), "awaiting", "{text}");
        let card = world.slack.said().remove(0);
        let actions = card.blocks.iter().find(|block| block["type"] == "actions").unwrap();
        assert_eq!(actions["block_id"], "in:1764575999.000100", "{text}: clicks are answered in the thread");
        assert!(card.is_public(), "{text}");
        assert_eq!(world.seam.count("ec2.change"), 0, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_is_refused_is_not_run() {
    let world = World::new();
    world.plan(&Asked::mention("stop web-1")).await;
    world.clicks(&world.fresh("Cancel")).await;
    world.settle().await;
    assert_eq!(world.answers(), ["thread: Cancelled by <@U0ANN>. Nothing was run."]);
    assert!(buttons(&world).is_empty());
    let world = World::new();
    world.plan(&Asked::mention("terminate web-1")).await;
    world.justifies(&world.fresh("Terminate…"), "web-1", "old").await;
    world.work_off().await;
    world.clicks(&world.fresh("Deny").by(BOSS)).await;
    world.settle().await;
    let notice = "thread: <@U0ANN>: <@U0BOSS> denied *terminate* web-1. Nothing was run.";
    assert_eq!(world.answers(), ["thread: Denied by <@U0BOSS>. Nothing was run.", notice]);
    assert_eq!(world.seam.count("ec2.change"), 0);
    let denied = world.jobs.all().into_iter().find(|job| !job.asked.is_empty()).unwrap();
    assert_eq!((denied.machine.status, denied.machine.told), (Status::Denied, true));
}

#[tokio::test(start_paused = true)]
async fn a_private_card_is_decided_by_the_clicks_own_url() {
    for (label, answer, done) in [
        ("Stop web-1", "Done: `web-1` is *stopped* (5 s).", &["stop web-1"][..]),
        ("Cancel", "Cancelled by <@U0ANN>. Nothing was run.", &[]),
    ] {
        let world = World::new();
        let typed = Typed::new("/ec2", "stop web-1");
        world.types(&typed).await;
        world.work_off().await;
        // The command's own URL is of no use any more.
        world.slack.use_up(typed.field("response_url"));
        world.clicks(&world.fresh(label)).await;
        world.settle().await;
        assert_eq!(world.answers(), [format!("only U0ANN: {answer}")]);
        assert_eq!(world.fleet.all_done(), done);
    }
    let world = World::new();
    world.types(&Typed::new("/ec2", "stop web-1")).await;
    world.work_off().await;
    world.clicks(&world.fresh("Dry run")).await;
    world.work_off().await;
    assert_eq!(world.answers()[1], "only U0ANN: Dry run: AWS would stop `web-1`. Nothing was changed.");
    world.settle().await;
    assert_eq!(world.answers()[0], "only U0ANN: Done: `web-1` is *stopped* (5 s).");
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_leaves_one_card_that_works() {
    for text in ["stop web-1", "terminate web-1"] {
        for number in 1.. {
            let mut is_over = false;
            for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
                let world = World::new();
                world.nobody_agrees();
                world.seam.trouble(number, "", trouble.clone(), 1);
                let id = world.plan(&Asked::mention(text)).await;
                for _ in 0..5 {
                    if world.jobs.peek(&id).is_some_and(|job| job.machine.status.name() == "awaiting") {
                        break;
                    }
                    world.minute().await;
                }
                let context = format!("{text}: {trouble:?} {number}: {:?}", world.answers());
                let job = world.jobs.peek(&id).unwrap();
                assert_eq!(job.machine.status.name(), "awaiting", "{context}");
                let hash = job.asked.last().unwrap().plan.clone();
                // A card that nobody knows of any more means the same plan.
                for said in world.slack.said() {
                    assert!(said.text.contains(&hash.short()), "{context}");
                }
                let on_record = world
                    .slack
                    .said()
                    .iter()
                    .filter(|said| {
                        Some(&said.ts) == job.card.as_ref().map(|ts| ts.as_str().to_owned()).as_ref()
                    })
                    .count();
                assert_eq!(on_record, 1, "{context}");
                is_over = world.seam.calls().len() < number;
            }
            if is_over {
                break;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_became_old_before_it_was_shown_is_made_anew() {
    let world = World::new();
    world.nobody_agrees();
    world.seam.next("slack.chat.postMessage", Trouble::CrashBefore);
    let id = world.plan(&Asked::mention("stop web-1")).await;
    let before = world.jobs.peek(&id).unwrap().asked.last().unwrap().clone();
    world.wake.take();
    world.fleet.meddle("web-1", InstanceState::Stopped);
    world.clock.later(6 * 60_000).await;
    world.settle().await;
    assert_eq!(world.answers(), ["thread: `web-1` is already stopped. Nothing to do."]);
    let job = world.jobs.peek(&id).unwrap();
    assert_eq!(job.asked, [before], "nobody was asked");
    // Where there is still something to do, people are asked about the new plan only.
    let world = World::new();
    world.nobody_agrees();
    world.seam.next("slack.chat.postMessage", Trouble::CrashAfter);
    let id = world.plan(&Asked::mention("stop web-1")).await;
    let old = world.fresh("Stop web-1");
    world.clock.later(6 * 60_000).await;
    world.minute().await;
    assert_eq!(world.jobs.peek(&id).unwrap().asked.len(), 1);
    world.clicks(&old).await;
    world.work_off().await;
    assert_eq!(world.answers().pop().as_deref(), Some("only U0ANN: I know no such plan."));
    world.clicks(&world.fresh("Stop web-1")).await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
}
