//! Between people's word and the change: what is different then is not touched.

use domain::ids::{Alias, TeamId};
use domain::instance::InstanceState::{Running, Stopped, Terminated};
use domain::job::{Job, Status};
use serde_json::json;

use crate::ports::Clock as _;
use crate::testing::{ANN, Asked, BOSS, TEAM, Trouble, World};

/// The job whose plan people were asked about.
fn job(world: &World) -> Job {
    world.jobs.all().into_iter().find(|job| !job.asked.is_empty()).unwrap()
}

/// A world in which `text` was asked, and everybody has agreed; the worker died
/// right after that.
async fn agreed(text: &str) -> World {
    let world = World::new();
    world.slack.person("U0EVE", &json!({}));
    world.slack.group("S0OPS", &["U0EVE"]);
    world.plan(&Asked::mention(text)).await;
    if text.starts_with("terminate") {
        world.justifies(&world.fresh("Terminate…"), "web-1", "old").await;
        world.work_off().await;
    }
    world.seam.next("jobs.advance approved", Trouble::CrashAfter);
    world.agree_once().await;
    world.work_off().await;
    assert_eq!(job(&world).machine.status, Status::Approved);
    world
}

/// The world goes on, and the plan is not carried out; what its card says then.
async fn refused(world: &World) -> String {
    world.settle().await;
    let job = job(world);
    assert_eq!((job.machine.status, job.machine.told), (Status::Failed, true));
    assert_eq!((world.seam.count("ec2.change"), world.audit.entries().len()), (0, 0));
    // What notifies those who may approve stays as it is.
    let mut said = world.answers();
    said.retain(|said| !said.contains(" needs one of you to approve. "));
    let [answer] = said.try_into().unwrap();
    answer.strip_prefix("thread: ").unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_changed_since_is_left_alone() {
    type Change = fn(&World);
    let changes: [(Change, &str); 7] = [
        (
            |world| world.fleet.meddle("web-1", Stopped),
            "`web-1` changed since you asked (was running, now stopped).",
        ),
        (
            |world| world.fleet.meddle("web-1", Terminated),
            "`web-1` changed since you asked (was running, now terminated).",
        ),
        (|world| world.fleet.forget("web-1"), "`web-1` changed since you asked (was running, now gone)."),
        (|world| world.fleet.relaunch("web-1"), "`web-1` changed since you asked (was started anew)."),
        (
            |world| world.fleet.tag("web-1", "Name", "web-7"),
            "`web-1` changed since you asked (was called `web-1`, now `web-7`).",
        ),
        (
            |world| world.fleet.tag("web-1", "Name", ""),
            "`web-1` changed since you asked (was called `web-1`, now nothing).",
        ),
        (
            |world| {
                world.fleet.meddle("web-1", Stopped);
                world.fleet.relaunch("web-1");
                world.fleet.tag("web-1", "Name", "<!channel>");
            },
            "`web-1` changed since you asked (was running, now stopped, was started anew and was called `web-1`, now `&lt;!channel&gt;`).",
        ),
    ];
    for text in ["stop web-1", "stop web-1 web-2", "reboot web-1", "terminate web-1"] {
        for (change, words) in &changes {
            let world = agreed(text).await;
            change(&world);
            assert_eq!(refused(&world).await, format!("{words} I did nothing."), "{text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_changed_plan_can_be_made_again_by_a_click() {
    let world = agreed("reboot web-1 web-2").await;
    world.fleet.relaunch("web-1");
    world.fleet.forget("web-2");
    let words = "`web-1` changed since you asked (was started anew).\n\
         `web-2` changed since you asked (was running, now gone). I did nothing.";
    assert_eq!(refused(&world).await, words);
    world.press("Plan again").await;
    assert_eq!(world.answers()[1], "thread: Done: `web-1` is *rebooting* (same host).");
    assert_eq!(world.fleet.all_done(), ["reboot web-1"]);
}

#[tokio::test(start_paused = true)]
async fn what_has_nothing_to_do_with_the_plan_may_change() {
    let world = agreed("stop web-1 web-3").await;
    world.fleet.meddle("web-2", Stopped);
    // It was left out when the plan was made.
    world.fleet.meddle("web-3", Running);
    world.fleet.tag("web-1", "Env", "prod");
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_tag_that_came_since_protects() {
    for text in ["stop web-1", "reboot web-2 web-1", "terminate web-1"] {
        let world = agreed(text).await;
        world.fleet.tag("web-1", "bellhop:protected", "");
        let words = "`web-1` is protected (bellhop:protected). Nothing was run.";
        assert_eq!(refused(&world).await, words, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_has_lost_the_right_since_has_nothing_done() {
    let deactivated = json!({"deleted": true});
    let guest = json!({"is_restricted": true});
    let bot = json!({"is_bot": true});
    for marks in [&deactivated, &guest, &bot, &json!({"team_id": "T0OTHER"})] {
        for text in ["stop web-1", "terminate web-1"] {
            let world = agreed(text).await;
            world.slack.person(ANN, marks);
            let verb = text.split(' ').next().unwrap();
            let words = format!("<@U0ANN> may not say yes to this *{verb}* any more. Nothing was run.");
            assert_eq!(refused(&world).await, words, "{text}: {marks}");
        }
    }
    let words = "<@U0BOSS> may not say yes to this *terminate* any more. Nothing was run.";
    for marks in [deactivated, guest, bot, json!({"is_admin": false})] {
        let world = agreed("terminate web-1").await;
        world.slack.person(BOSS, &marks);
        assert_eq!(refused(&world).await, words, "{marks}");
    }
    // By now somebody else may approve, in this account.
    let world = agreed("terminate web-1").await;
    world.approvers("S0OPS");
    assert_eq!(refused(&world).await, words);
}

#[tokio::test(start_paused = true)]
async fn who_has_left_the_group_since_has_not_approved() {
    type Loss = fn(&World);
    let losses: [Loss; 3] = [
        |world| world.slack.group("S0OPS", &[]),
        |world| world.slack.group("S0OPS", &[ANN, BOSS]),
        |world| world.approvers("S0GONE"),
    ];
    for loss in losses {
        let world = World::new();
        world.slack.person("U0EVE", &json!({}));
        world.slack.group("S0OPS", &["U0EVE"]);
        world.approvers("S0OPS");
        world.nobody_agrees();
        world.plan(&Asked::mention("terminate web-1")).await;
        world.justifies(&world.fresh("Terminate…"), "web-1", "old").await;
        world.work_off().await;
        world.seam.next("jobs.advance approved", Trouble::CrashAfter);
        world.clicks(&world.fresh("Approve").by("U0EVE")).await;
        world.work_off().await;
        loss(&world);
        let words = "<@U0EVE> may not say yes to this *terminate* any more. Nothing was run.";
        assert_eq!(refused(&world).await, words);
    }
}

#[tokio::test(start_paused = true)]
async fn who_loses_the_right_before_the_click_is_looked_at_decides_nothing() {
    let world = World::new();
    world.nobody_agrees();
    let id = world.plan(&Asked::mention("stop web-1")).await;
    world.clicks(&world.fresh("Stop web-1")).await;
    world.slack.person(ANN, &json!({"is_restricted": true}));
    world.work_off().await;
    assert_eq!(world.answers()[1], "only U0ANN: Only members of this workspace can use me for that.");
    assert_eq!(world.jobs.peek(&id).unwrap().machine.status.name(), "awaiting");
    assert_eq!(world.seam.count("ec2.change"), 0);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_seen_again_is_left_alone() {
    let world = agreed("stop web-1 db-1").await;
    world.seam.next("ec2.describe us-east-1", Trouble::Busy);
    let answer = refused(&world).await;
    let words = "I could not look everywhere again, so I did nothing.\nus-east-1: AWS could not be reached or asked to slow down.";
    assert_eq!(answer, words);
    world.press("Plan again").await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "stop db-1"]);
}

#[tokio::test(start_paused = true)]
async fn an_account_that_was_taken_away_since_is_not_touched() {
    let world = World::new();
    world.link("acme", "111111111111", &["eu-west-1"]);
    world.add_in("acme", 'b', "eu-west-1", Running, &["Name=theirs"]);
    world.plan(&Asked::mention("stop theirs")).await;
    let card = world.slack.said()[0].text.clone();
    assert!(card.starts_with("Stop `theirs` (acme)? Plan "), "{card}");
    assert!(card.ends_with("\n• `theirs` (i-bbbbbbbb) in acme, eu-west-1: *running* → stopped"), "{card}");
    world.clicks(&world.fresh("Stop theirs (acme)")).await;
    world.accounts.kept.lock().unwrap().remove(&(TeamId::new(TEAM), Alias::new("acme")));
    let words = "Not every account of this plan is linked any more (acme). Nothing was run.";
    assert_eq!(refused(&world).await, words);
}

#[tokio::test(start_paused = true)]
async fn a_record_that_is_not_what_people_saw_is_not_run() {
    type Tamper = fn(&mut Job);
    let tampers: [Tamper; 4] = [
        |job| {
            job.plan.as_mut().unwrap().targets[0].id = domain::ids::InstanceId::parse("i-22222222").unwrap();
        },
        |job| job.plan.as_mut().unwrap().action = domain::instance::Action::Terminate,
        |job| job.consent.reason = Some("another".to_owned()),
        |job| job.asked[0].expires = job.asked[0].expires.plus(1),
    ];
    for tamper in tampers {
        let world = agreed("stop web-1").await;
        let mut job = job(&world);
        tamper(&mut job);
        world.jobs.put(&job);
        let words = refused(&world).await;
        assert!(words.starts_with("Something went wrong on my side (reference "), "{words}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_word_that_is_carried_out_much_later_is_none() {
    let world = agreed("stop web-1").await;
    let plan = job(&world).asked[0].plan.short();
    // Nobody has looked after the job for an hour.
    world.clock.later(3_600_000).await;
    let words = format!("Plan {plan} has expired (08:10 UTC). Nothing was run.");
    assert_eq!(refused(&world).await, words);
    let world = agreed("stop web-1").await;
    world.clock.later(20 * 60_000).await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1"], "a short trouble is no reason");
    assert!(world.clock.now() > job(&world).asked[0].expires);
}
