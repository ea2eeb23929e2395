//! What somebody says of a plan: who may say it, who comes too late, and what of
//! a button is believed.

use domain::ids::{PlanHash, TeamId};
use domain::job::{Job, Status};
use serde_json::json;

use crate::ports::Clock as _;
use crate::testing::{ANN, Asked, BOSS, Click, TEAM, Trouble, World};

const MEMBERS_ONLY: &str = "Only members of this workspace can use me for that.";
const NO_SUCH_PLAN: &str = "I know no such plan.";
const NOT_YOURS: &str = "Only <@U0ANN> can say that: it is their request.";
pub(super) const NOT_YOUR_BUTTON: &str = "Only workspace admins can approve, and not your own request.";

/// A world in which `text` has been asked, and nobody answers by themselves.
pub(super) async fn asked(text: &str) -> World {
    let world = World::new();
    world.nobody_agrees();
    world.slack.person("U0EVE", &json!({}));
    world.plan(&Asked::mention(text)).await;
    world
}

/// The same, as far as a second person's approval.
pub(super) async fn justified() -> World {
    let world = asked("terminate web-1").await;
    world.justifies(&world.fresh("Terminate…"), "web-1", "old").await;
    world.work_off().await;
    world
}

/// The job whose plan people were asked about.
pub(super) fn job(world: &World) -> Job {
    world.jobs.all().into_iter().find(|job| !job.asked.is_empty()).unwrap()
}

/// Makes the click, and says what was told of it, to whom; nothing if nobody was.
async fn told(world: &World, click: &Click) -> Option<String> {
    let before = world.slack.said().len();
    world.clicks(click).await;
    world.work_off().await;
    let said = world.slack.said().split_off(before);
    assert!(said.len() <= 1, "{said:?}");
    let said = said.into_iter().next()?;
    Some(format!("{}: {}", said.only.unwrap_or_default(), said.text))
}

/// The same click on the button of another name.
fn on(mut click: Click, verdict: &str) -> Click {
    click.payload["actions"][0]["action_id"] = json!(format!("decide.{verdict}.0"));
    click
}

#[tokio::test(start_paused = true)]
async fn each_button_has_its_people() {
    for (label, user, sentence) in [
        ("Stop web-1", "U0EVE", NOT_YOURS),
        ("Stop web-1", BOSS, NOT_YOURS),
        ("Cancel", "U0EVE", NOT_YOURS),
        ("Cancel", BOSS, NOT_YOURS),
        ("Stop web-1", "U0GUEST", MEMBERS_ONLY),
        ("Cancel", "U0STRANGER", MEMBERS_ONLY),
        ("Dry run", "U0ROBOT", MEMBERS_ONLY),
        ("Stop web-1", "U0UNKNOWN", MEMBERS_ONLY),
    ] {
        let world = asked("stop web-1").await;
        let answer = told(&world, &world.fresh(label).by(user)).await;
        assert_eq!(answer, Some(format!("{user}: {sentence}")), "{label}");
        assert_eq!(job(&world).machine.status.name(), "awaiting", "{label}");
    }
    for (label, user, sentence) in [
        ("Approve", ANN, NOT_YOUR_BUTTON),
        ("Deny", ANN, NOT_YOUR_BUTTON),
        ("Approve", "U0EVE", NOT_YOUR_BUTTON),
        ("Deny", "U0EVE", NOT_YOUR_BUTTON),
        ("Cancel", BOSS, NOT_YOURS),
        ("Approve", "U0GUEST", MEMBERS_ONLY),
        ("Deny", "U0STRANGER", MEMBERS_ONLY),
    ] {
        let world = justified().await;
        let answer = told(&world, &world.fresh(label).by(user)).await;
        assert_eq!(answer, Some(format!("{user}: {sentence}")), "{label}");
        assert_eq!(job(&world).machine.status.name(), "awaiting", "{label}");
        assert_eq!(world.seam.count("ec2.change"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_admin_cannot_approve_what_they_have_asked_for() {
    let world = World::new();
    world.nobody_agrees();
    world.plan(&Asked::mention("terminate web-1").by(BOSS)).await;
    world.justifies(&world.fresh("Terminate…").by(BOSS), "web-1", "old").await;
    world.work_off().await;
    let answer = told(&world, &world.fresh("Approve").by(BOSS)).await;
    assert_eq!(answer, Some(format!("{BOSS}: {NOT_YOUR_BUTTON}")));
    assert_eq!(world.seam.count("ec2.change"), 0);
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_too_late_is_told_who_was_first() {
    for (first, second, sentence) in [
        ("Stop web-1", "Stop web-1", "Already confirmed by <@U0ANN> at 08:00 UTC."),
        ("Stop web-1", "Cancel", "Already confirmed by <@U0ANN> at 08:00 UTC."),
        ("Stop web-1", "Dry run", "Already confirmed by <@U0ANN> at 08:00 UTC."),
        ("Cancel", "Stop web-1", "Already cancelled by <@U0ANN> at 08:00 UTC."),
        ("Cancel", "Cancel", "Already cancelled by <@U0ANN> at 08:00 UTC."),
        ("Cancel", "Dry run", "Already cancelled by <@U0ANN> at 08:00 UTC."),
    ] {
        let world = asked("stop web-1").await;
        let (one, two) = (world.fresh(first), world.fresh(second));
        assert_eq!(told(&world, &one).await, None, "the card says it");
        assert_eq!(told(&world, &two).await, Some(format!("U0ANN: {sentence}")), "{first}, {second}");
        world.settle().await;
        assert_eq!(world.fleet.all_done().len(), usize::from(first != "Cancel"));
    }
    for (first, second, sentence) in [
        ("Approve", "Approve", "Already approved by <@U0BOSS> at 08:00 UTC."),
        ("Approve", "Deny", "Already approved by <@U0BOSS> at 08:00 UTC."),
        ("Deny", "Approve", "Already denied by <@U0BOSS> at 08:00 UTC."),
    ] {
        let world = justified().await;
        let (one, two) = (world.fresh(first).by(BOSS), world.fresh(second).by(BOSS));
        let notice = (first == "Deny")
            .then(|| ": <@U0ANN>: <@U0BOSS> denied *terminate* web-1. Nothing was run.".to_owned());
        assert_eq!(told(&world, &one).await, notice);
        assert_eq!(told(&world, &two).await, Some(format!("U0BOSS: {sentence}")), "{first}, {second}");
        world.settle().await;
        assert_eq!(world.fleet.all_done().len(), usize::from(first == "Approve"));
    }
    let world = justified().await;
    let (one, two) = (world.fresh("Cancel"), world.fresh("Approve").by(BOSS));
    assert_eq!(told(&world, &one).await, None);
    let sentence = "U0BOSS: Already cancelled by <@U0ANN> at 08:00 UTC.";
    assert_eq!(told(&world, &two).await.as_deref(), Some(sentence));
}

#[tokio::test(start_paused = true)]
async fn a_button_of_the_first_card_means_nothing_to_the_second() {
    let world = asked("terminate web-1").await;
    let (cancel, dry_run) = (world.fresh("Cancel"), world.fresh("Dry run"));
    world.justifies(&world.fresh("Terminate…"), "web-1", "old").await;
    world.work_off().await;
    let sentence = "U0ANN: Already confirmed by <@U0ANN> at 08:00 UTC.";
    assert_eq!(told(&world, &cancel).await.as_deref(), Some(sentence));
    assert_eq!(told(&world, &dry_run).await.as_deref(), Some(sentence));
    assert_eq!(
        told(&world, &on(cancel.at("1764577200.000001"), "approve").by(BOSS)).await.as_deref(),
        Some("U0BOSS: Already confirmed by <@U0ANN> at 08:00 UTC.")
    );
    assert_eq!(job(&world).machine.status.name(), "awaiting");
}

type Forge<'a> = Box<dyn Fn(&World) -> Click + 'a>;

#[tokio::test(start_paused = true)]
async fn nothing_of_a_button_is_believed_but_whose_plan_it_is() {
    let stop = |world: &World| world.fresh("Stop web-1");
    let forged = "0".repeat(64);
    let forgeries: Vec<(&str, Forge<'_>)> = vec![
        ("another plan", Box::new(|world| stop(world).with_value(&format!("{} {forged}", job(world).id)))),
        (
            "no such job",
            Box::new(|world| {
                let plan = job(world).asked[0].plan.clone();
                stop(world).with_value(&format!("ec2#T0ACME#C0OPS#1.2 {plan}"))
            }),
        ),
        (
            "a job of another worker",
            Box::new(|world| {
                let plan = job(world).asked[0].plan.clone();
                stop(world).with_value(&format!("text#T0ACME#C0OPS#1.2 {plan}"))
            }),
        ),
        (
            "an endless name",
            Box::new(|world| {
                let plan = job(world).asked[0].plan.clone();
                stop(world).with_value(&format!("ec2#{} {plan}", "🦀".repeat(600)))
            }),
        ),
        ("an approval that nobody asked for", Box::new(|world| on(stop(world), "approve"))),
        ("a refusal that nobody asked for", Box::new(|world| on(stop(world), "deny"))),
    ];
    for (what, forge) in forgeries {
        let world = asked("stop web-1").await;
        let (click, looks) = (forge(&world), world.seam.count("jobs.find"));
        let answer = told(&world, &click).await;
        assert_eq!(answer, Some(format!("U0ANN: {NO_SUCH_PLAN}")), "{what}");
        // The worker may not even read what is not its own, or no key of a table.
        let is_foreign = what.starts_with("a job of") || what.starts_with("an endless");
        let looks = world.seam.count("jobs.find") - looks;
        assert_eq!(looks, if is_foreign { 1 } else { 2 }, "{what}: the click's own job, and the other");
        assert_eq!(job(&world).machine.status.name(), "awaiting", "{what}");
        assert_eq!(world.seam.count("ec2.change"), 0);
    }
    // What cannot be undone is not confirmed by a click.
    let world = asked("terminate web-1").await;
    let answer = told(&world, &on(world.fresh("Cancel"), "confirm")).await;
    assert_eq!(answer, Some(format!("U0ANN: {NO_SUCH_PLAN}")));
    let answer = told(&world, &on(world.fresh("Cancel"), "approve").by(BOSS)).await;
    assert_eq!(answer, Some(format!("U0BOSS: {NO_SUCH_PLAN}")), "before the requester has given a reason");
    assert_eq!(job(&world).machine.status.name(), "awaiting");
}

#[tokio::test(start_paused = true)]
async fn another_teams_plan_is_none() {
    for verdict in ["confirm", "cancel", "dry_run"] {
        let world = asked("stop web-1").await;
        let click = on(world.fresh("Stop web-1"), verdict);
        // The very same record belongs to somebody else.
        let theirs = Job { team: TeamId::new("T0OTHER"), ..job(&world) };
        world.jobs.put(&theirs);
        assert_eq!(told(&world, &click).await, Some(format!("U0ANN: {NO_SUCH_PLAN}")), "{verdict}");
        assert_eq!(world.jobs.peek(&theirs.id), Some(theirs.clone()));
        assert_eq!(world.seam.count("ec2.change"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_without_a_plan_cannot_be_decided() {
    let world = asked("stop web-1").await;
    let found = world.plan(&Asked::mention("find").at("2.2")).await;
    let plan = job(&world).asked[0].plan.clone();
    let click = world.fresh("Stop web-1").with_value(&format!("{found} {plan}"));
    assert_eq!(told(&world, &click).await, Some(format!("U0ANN: {NO_SUCH_PLAN}")));
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_has_lapsed_is_not_run() {
    for (label, swept) in [("Stop web-1", false), ("Stop web-1", true), ("Cancel", false), ("Dry run", true)]
    {
        let world = asked("stop web-1").await;
        let (click, plan) = (world.fresh(label), job(&world).asked[0].plan.short());
        world.clock.later(600_000).await;
        if swept {
            world.sweep().await.unwrap().unwrap();
        }
        let expected = format!("U0ANN: Plan {plan} has expired (08:10 UTC). Nothing was run.");
        assert_eq!(told(&world, &click).await, Some(expected), "{label}, swept: {swept}");
        world.settle().await;
        assert_eq!((world.seam.count("ec2.change"), job(&world).machine.status), (0, Status::Expired));
    }
    let world = asked("stop web-1").await;
    let click = world.fresh("Stop web-1");
    world.clock.later(599_999).await;
    assert_eq!(told(&world, &click).await, None, "the last moment is in time");
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_card_that_is_not_asked_about_yet_says_so() {
    let world = World::new();
    world.nobody_agrees();
    world.seam.next("jobs.advance awaiting", Trouble::CrashBefore);
    world.plan(&Asked::mention("stop web-1")).await;
    let click = world.fresh("Stop web-1");
    let plan = job(&world).asked[0].plan.short();
    let expected = format!("U0ANN: Plan {plan} is not ready yet. Please click again in a moment.");
    assert_eq!(told(&world, &click).await, Some(expected));
    for _ in 0..5 {
        world.minute().await;
    }
    assert_eq!(told(&world, &click.at("1764577300.000001")).await, None, "the same button works then");
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
}

#[tokio::test(start_paused = true)]
async fn the_decision_is_kept_with_who_made_it_and_when() {
    let world = justified().await;
    world.clock.later(61_000).await;
    world.clicks(&world.fresh("Approve").by(BOSS)).await;
    let clicked_at = world.clock.now();
    world.clock.later(5_000).await;
    world.settle().await;
    let job = job(&world);
    let approved = &job.consent.approved[0];
    assert_eq!((approved.by.as_str(), approved.at), (BOSS, clicked_at));
    assert_eq!(job.consent.confirmed.as_ref().unwrap().by.as_str(), ANN);
    assert_eq!(job.consent.reason.as_deref(), Some("old"));
    let decided: Vec<_> = job.asked.iter().map(|asked| asked.decided_by.clone().unwrap()).collect();
    assert!(decided[0].as_str().starts_with(&format!("ec2#{TEAM}#view#")), "{decided:?}");
    assert!(decided[1].as_str().starts_with(&format!("ec2#{TEAM}#click#")), "{decided:?}");
    let hash = domain::plan::hash(&job, job.plan.as_ref().unwrap(), job.asked[1].expires);
    assert_eq!(hash, job.asked[1].plan, "what was run is what was agreed to");
    assert_ne!(hash, PlanHash::new("0".repeat(64)));
}
