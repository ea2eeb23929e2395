//! Whoever is to approve is notified, by a message of its own: Slack notifies
//! nobody of a mention in an edit.

use domain::ids::JobId;
use domain::job::{Job, Notice};
use serde_json::json;

use crate::testing::{Asked, Said, Trouble, World};

const EVE: &str = "U0EVE";

/// A world in which eve and ann approve what is terminated, and ann is asked to
/// justify it.
async fn asked() -> (World, JobId) {
    let world = World::new();
    world.nobody_agrees();
    world.slack.person(EVE, &json!({}));
    world.slack.group("S0OPS", &[EVE, "U0ANN"]);
    world.approvers("S0OPS");
    let id = world.plan(&Asked::mention("terminate web-1")).await;
    (world, id)
}

/// Ann says why; what comes of it, if `trouble` meets the next such call after that.
async fn justify(world: &World, trouble: Option<(&str, Trouble)>) {
    let click = world.fresh("Terminate…");
    world.clicks(&click).await;
    let modal = world.slack.modal(&click.text("/user/id")).unwrap();
    world.submits(&modal.filled(&[("Name", "web-1"), ("Reason", "old")])).await;
    if let Some((prefix, trouble)) = trouble {
        world.seam.next(prefix, trouble);
    }
    world.work_off().await;
}

fn job(world: &World, id: &JobId) -> Job {
    world.jobs.peek(id).unwrap()
}

/// What was posted for the group.
fn notices(world: &World) -> Vec<Said> {
    world.slack.said().into_iter().filter(|said| said.text.starts_with("<!subteam^S0OPS>: ")).collect()
}

fn ts_of(notice: &Notice) -> &str {
    notice.ts.as_ref().unwrap().as_str()
}

/// Minutes pass until people are asked.
async fn until_asked(world: &World, id: &JobId) {
    for _ in 0..10 {
        if job(world, id).machine.status.name() == "awaiting" {
            return;
        }
        world.minute().await;
    }
    panic!("nobody is asked: {:#?}", job(world, id));
}

/// Eve approves, and it is done, once.
async fn approve(world: &World) {
    world.clicks(&world.fresh("Approve").by(EVE)).await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["terminate web-1"]);
}

#[tokio::test(start_paused = true)]
async fn the_group_gets_a_message_of_its_own() {
    let (world, id) = asked().await;
    assert_eq!(notices(&world), [], "nobody else is asked yet");
    justify(&world, None).await;
    let (job, all) = (job(&world, &id), notices(&world));
    let [notice] = all.as_slice() else { panic!("{all:#?}") };
    let words = format!(
        "<!subteam^S0OPS>: <@U0ANN> wants to *terminate* `web-1` (eu-west-1) and needs one of you to approve. \
         Plan {}, expires Mon 08:10 UTC.",
        job.asked[1].plan.short()
    );
    assert_eq!((notice.text.as_str(), notice.before.len()), (words.as_str(), 0), "it is no edit");
    let card = world.slack.said().remove(0);
    assert_eq!((&notice.channel, &notice.thread), (&card.channel, &card.thread));
    assert!(notice.is_public() && notice.ts != card.ts);
    assert!(notice.blocks.iter().all(|block| block["type"] != "actions"), "the buttons are on the card");
    let on_record = job.notice.as_ref().unwrap();
    assert_eq!((ts_of(on_record), &on_record.plan), (notice.ts.as_str(), &job.asked[1].plan));
    approve(&world).await;
    assert_eq!(notices(&world), all, "it stays as it is");
}

#[tokio::test(start_paused = true)]
async fn what_is_confirmed_by_who_asks_notifies_nobody() {
    let (world, _) = asked().await;
    world.plan(&Asked::mention("stop web-2").at("1764576001.000100")).await;
    assert_eq!(notices(&world), []);
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_is_asked_about_again_is_announced_once() {
    // The notice is on record, and that people are asked is not.
    let (world, id) = asked().await;
    justify(&world, Some(("jobs.advance awaiting", Trouble::CrashBefore))).await;
    assert_eq!(job(&world, &id).machine.status.name(), "claimed");
    let first = job(&world, &id).notice.unwrap();
    until_asked(&world, &id).await;
    assert_eq!(job(&world, &id).notice, Some(first));
    assert_eq!(notices(&world).len(), 1);
    approve(&world).await;
}

#[tokio::test(start_paused = true)]
async fn a_new_plan_is_announced_anew() {
    let (world, id) = asked().await;
    justify(&world, Some(("jobs.advance awaiting", Trouble::CrashBefore))).await;
    let first = job(&world, &id).notice.unwrap();
    // Too little is left of the ten minutes for that plan to be shown once more.
    world.clock.later(6 * 60_000).await;
    until_asked(&world, &id).await;
    let now = job(&world, &id);
    let (second, all) = (now.notice.unwrap(), notices(&world));
    assert_ne!(second.plan, first.plan);
    assert_eq!(Some(&second.plan), now.asked.last().map(|asked| &asked.plan));
    let [one, two] = all.as_slice() else { panic!("{all:#?}") };
    assert_eq!([one.ts.as_str(), two.ts.as_str()], [ts_of(&first), ts_of(&second)]);
    assert!(two.text.contains(&format!(" Plan {}, ", second.plan.short())), "{two:#?}");
    approve(&world).await;
}

#[tokio::test(start_paused = true)]
async fn only_a_worker_that_dies_before_it_notes_the_message_posts_it_twice() {
    let post = "slack.chat.postMessage";
    for (prefix, trouble, posted) in [
        (post, Trouble::CrashBefore, 1),
        (post, Trouble::CrashAfter, 2),
        (post, Trouble::FailAfter, 2),
        ("slack.chat.update", Trouble::CrashAfter, 1),
    ] {
        let (world, id) = asked().await;
        justify(&world, Some((prefix, trouble.clone()))).await;
        until_asked(&world, &id).await;
        assert_eq!(notices(&world).len(), posted, "{prefix}: {trouble:?}");
        let last = notices(&world).pop().unwrap();
        assert_eq!(ts_of(&job(&world, &id).notice.unwrap()), last.ts);
        approve(&world).await;
    }
}

#[tokio::test(start_paused = true)]
async fn where_slack_takes_no_message_the_card_still_asks() {
    for code in ["not_in_channel", "restricted_action", "msg_too_long"] {
        let (world, id) = asked().await;
        justify(&world, Some(("slack.chat.postMessage", Trouble::code(code)))).await;
        let job = job(&world, &id);
        assert_eq!((job.machine.status.name(), job.notice), ("awaiting", None), "{code}");
        assert_eq!(notices(&world), [], "{code}");
        approve(&world).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_fails_for_now_is_posted_later() {
    for trouble in [Trouble::too_many("60"), Trouble::page(503), Trouble::Busy] {
        let (world, id) = asked().await;
        world.seam.trouble(0, "slack.chat.postMessage", trouble.clone(), 4);
        justify(&world, None).await;
        assert_eq!(notices(&world), [], "{trouble:?}");
        assert_eq!(job(&world, &id).machine.status.name(), "claimed", "{trouble:?}: nobody would know of it");
        until_asked(&world, &id).await;
        assert_eq!(notices(&world).len(), 1, "{trouble:?}");
        approve(&world).await;
    }
}
