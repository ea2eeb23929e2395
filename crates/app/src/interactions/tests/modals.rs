//! The click that opens the modal: for whom it is opened, and what is said to
//! everybody else.

use domain::ids::{JobId, Owner, TeamId, UserId};
use domain::job::{Consent, Ending, Given, Job, Move, Status};
use domain::time::Millis;
use serde_json::{Value, json};

use super::plans::{JOB, TERM_MS, awaiting, hash, show};
use super::{Seen, changed, click};
use crate::ports::Clock as _;
use crate::testing::{ANN, Click, Recorder, TOKEN, Trouble, World};

const NO_WINDOW: &str =
    "only U0ANN: I am slow or in trouble right now. If no window has opened, click again.";

/// What Slack waits, less what the network takes.
const IN_TIME_MS: u64 = 2_700;

/// A click of Ann's on the button that opens the modal.
fn justify(world: &World, job: &Job) -> Click {
    Click::on(&show(world, job, false), "Terminate…").unwrap()
}

/// What the person was told, besides the card.
fn told(world: &World) -> Vec<String> {
    world.answers().into_iter().filter(|line| line.starts_with("only")).collect()
}

#[tokio::test(start_paused = true)]
async fn the_requester_gets_the_modal() {
    for verb in ["terminate", "kill"] {
        let world = World::new();
        let click = justify(&world, &awaiting(&world, verb));
        assert_eq!(click.text("/actions/0/value"), format!("{JOB} {}", hash('7')), "nothing else is in it");
        let answer = world.clicks(&click).await.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, ""));
        let view = world.slack.modal(ANN).unwrap().view;
        for (pointer, text) in [
            ("/title/text", "Terminate"),
            ("/submit/text", "Terminate"),
            ("/close/text", "Cancel"),
            ("/blocks/1/label/text", "Name"),
            ("/blocks/1/hint/text", "Type db-1 to confirm, or its instance ID."),
            ("/blocks/2/label/text", "Reason"),
        ] {
            assert_eq!(view.pointer(pointer), Some(&json!(text)), "{pointer}");
        }
        let shown = view.pointer("/blocks/0/text/text").and_then(Value::as_str).unwrap();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "*Terminate* db-1 (i-44444444) in acme, us-east-1?");
        assert!(lines[2].contains("db&lt;asg&gt;"), "the warnings of the card, escaped: {shown}");
        for (pointer, expected) in [
            ("/blocks/1/optional", json!(false)),
            ("/blocks/2/optional", json!(false)),
            ("/blocks/2/element/max_length", json!(500)),
            ("/callback_id", json!("justify")),
        ] {
            assert_eq!(view.pointer(pointer), Some(&expected), "{pointer}");
        }
        let metadata: Value = serde_json::from_str(view["private_metadata"].as_str().unwrap()).unwrap();
        assert_eq!(metadata, json!({"job": JOB, "plan": hash('7')}), "nothing else goes round");
        assert_eq!(world.jobs.all().len(), 1, "nothing is said yet");
        let calls = ["secrets.verifier", "teams.find", "jobs.find", "tokens.active", "slack.views.open"];
        assert_eq!(world.seam.calls(), calls);
    }
}

#[tokio::test(start_paused = true)]
async fn an_instance_without_a_name_is_confirmed_by_its_id() {
    let world = World::new();
    let mut job = awaiting(&world, "terminate");
    let target = &mut job.plan.as_mut().unwrap().targets[0];
    (target.name, target.label) = (None, "i-44444444".to_owned());
    world.clicks(&justify(&world, &job)).await.unwrap();
    let view = world.slack.modal(ANN).unwrap().view;
    assert_eq!(view.pointer("/blocks/1/hint/text"), Some(&json!("Type i-44444444 to confirm.")));
    let text = view.pointer("/blocks/0/text/text").and_then(Value::as_str).unwrap();
    assert!(text.starts_with("*Terminate* i-44444444 in acme, us-east-1?"), "{text}");
}

/// One change to the job before the click, and what is said then.
type Case = (&'static str, fn(&mut Job, Millis), &'static str);

/// Why nobody is asked to justify a plan. The same holds at the submission.
pub(super) const SHUT: [Case; 13] = [
    ("another team's job", |job, _| job.team = TeamId::new("T0OTHER"), "I know no such plan."),
    (
        "another team's job, expired",
        |job, _| {
            job.team = TeamId::new("T0OTHER");
            job.machine.status = Status::Expired;
        },
        "I know no such plan.",
    ),
    ("another plan", |job, _| job.asked[0].plan = hash('8'), "I know no such plan."),
    ("a job without a plan", |job, _| job.plan = None, "I know no such plan."),
    (
        "a plan that needs no reason",
        |job, _| job.plan.as_mut().unwrap().verb = "stop".to_owned(),
        "I know no such plan.",
    ),
    (
        "a verb that is none",
        |job, _| job.plan.as_mut().unwrap().verb = "destroy it".to_owned(),
        "I know no such plan.",
    ),
    (
        "somebody else's request",
        |job, _| job.request.user = UserId::new("U0BOB"),
        "Only <@U0BOB> can say that: it is their request.",
    ),
    (
        "a plan that has just expired",
        |job, now| job.machine.status = Status::Awaiting { plan_hash: hash('7'), expires: now },
        "Plan 7777 has expired (08:10 UTC). Nothing was run.",
    ),
    (
        "a plan that was let lapse",
        |job, _| job.machine.status = Status::Expired,
        "Plan 7777 has expired (08:10 UTC). Nothing was run.",
    ),
    (
        "a plan that was justified",
        |job, now| {
            let given = Given { by: UserId::new(ANN), at: now };
            job.consent =
                Consent { confirmed: Some(given), reason: Some("old".to_owned()), ..Consent::default() };
            job.asked[0].decided_by = Some(JobId::new("ec2#other"));
            job.machine.status = Status::Approved;
        },
        "Already confirmed by <@U0ANN> at 08:00 UTC.",
    ),
    (
        "a plan that was withdrawn",
        |job, now| {
            job.consent.refused = Some(Given { by: UserId::new(ANN), at: now });
            job.asked[0].decided_by = Some(JobId::new("ec2#other"));
            job.machine.status = Status::Denied;
        },
        "Already cancelled by <@U0ANN> at 08:00 UTC.",
    ),
    (
        "a card that is ahead of its question",
        |job, _| job.machine.status = Status::Claimed,
        "Plan 7777 is not ready yet. Please click again in a moment.",
    ),
    (
        "a plan that came to nothing",
        |job, _| job.machine.status = Status::Failed,
        "Plan 7777 is not open any more. Nothing was run.",
    ),
];

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_in_vain() {
    for (what, change, sentence) in SHUT {
        let world = World::new();
        let mut job = awaiting(&world, "terminate");
        let click = justify(&world, &job);
        change(&mut job, world.clock.now());
        world.jobs.put(&job);
        assert_eq!(world.clicks(&click).await.unwrap().status, 200, "{what}");
        assert_eq!(told(&world), [format!("only U0ANN: {sentence}")], "{what}");
        assert_eq!(world.slack.modal(ANN), None, "{what}");
        assert_eq!(world.jobs.all(), [job], "{what}");
        let calls = ["secrets.verifier", "teams.find", "jobs.find", "slack.response_url"];
        assert_eq!(world.seam.calls(), calls, "{what}: the token is not even asked for");
    }
}

#[tokio::test(start_paused = true)]
async fn the_clock_of_the_click_counts() {
    for (after_ms, opens) in [(0, true), (TERM_MS - 1, true), (TERM_MS, false), (TERM_MS + 60_000, false)] {
        let world = World::new();
        let click = justify(&world, &awaiting(&world, "terminate"));
        world.clock.later(after_ms).await;
        world.clicks(&click).await.unwrap();
        assert_eq!(world.slack.modal(ANN).is_some(), opens, "{after_ms}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_expired_plan_can_be_asked_for_again_where_it_was() {
    let world = World::new();
    let mut job = awaiting(&world, "terminate");
    let click = justify(&world, &job);
    job.machine.status = Status::Expired;
    world.jobs.put(&job);
    world.clicks(&click).await.unwrap();
    let again = world.button("Ask again");
    assert_eq!(again.text("/actions/0/block_id"), format!("in:{}", super::THREAD));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_none_is_not_looked_for() {
    let long = format!("ec2#{}", "é".repeat(1_100));
    for (job, calls) in [("text#T0ACME#command#1", 0), ("T0ACME", 0), (&long, 0), ("ec2#T0ACME#nowhere", 1)] {
        let world = World::new();
        let click = click(&world, Seen::ByAll, "justify.0", &format!("{job} {}", hash('7')));
        world.clicks(&click).await.unwrap();
        assert_eq!(told(&world), ["only U0ANN: I know no such plan."], "{job}");
        assert_eq!(world.seam.count("jobs."), calls, "{job}");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_else_clicks_is_told_whose_it_is() {
    let world = World::new();
    let click = justify(&world, &awaiting(&world, "terminate")).by("U0BOB");
    world.clicks(&click).await.unwrap();
    assert_eq!(told(&world), ["only U0BOB: Only <@U0ANN> can say that: it is their request."]);
    assert_eq!(world.seam.count("tokens.") + world.seam.count("slack.views"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_click_that_comes_twice_opens_one_modal() {
    let world = World::new();
    let click = justify(&world, &awaiting(&world, "terminate"));
    for _ in 0..2 {
        assert_eq!(world.clicks(&click).await.unwrap().status, 200);
    }
    assert_eq!(told(&world), ["only U0ANN: That took too long; click again."]);
    world.fill(ANN, &[("Name", "db-1"), ("Reason", "old")]).await;
    assert_eq!(world.slack.modal(ANN), None, "there was one");
}

#[tokio::test(start_paused = true)]
async fn a_trigger_that_is_spent_is_told() {
    for code in ["expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"] {
        let world = World::new();
        let click = justify(&world, &awaiting(&world, "terminate"));
        world.seam.next("slack.views.open", Trouble::code(code));
        assert_eq!(world.clicks(&click).await.unwrap().status, 200, "{code}");
        assert_eq!(told(&world), ["only U0ANN: That took too long; click again."], "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_before_the_modal_is_open_is_told_in_time() {
    for port in ["teams.find", "jobs.find", "tokens.active", "slack.views.open"] {
        for trouble in [Trouble::FailBefore, Trouble::FailAfter, Trouble::Hang, Trouble::HangAfter] {
            let world = World::new();
            let click = justify(&world, &awaiting(&world, "terminate"));
            world.seam.next(port, trouble.clone());
            let begun = world.clock.now();
            let answer = world.clicks(&click).await.unwrap();
            assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{port}: {trouble:?}");
            assert!(world.clock.now().since(begun) <= IN_TIME_MS, "{port}: {trouble:?}");
            assert_eq!(told(&world), [NO_WINDOW], "{port}: {trouble:?}");
            assert!(world.seam.count("slack.views.open") <= 1, "{port}: {trouble:?}: it may be open");
            assert_eq!(world.jobs.all().len(), 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn slack_itself_may_refuse_the_modal() {
    for trouble in [
        Trouble::code("invalid_auth"),
        Trouble::code("view_too_large"),
        Trouble::code("internal_error"),
        Trouble::page(500),
        Trouble::too_many("1"),
    ] {
        let world = World::new();
        let click = justify(&world, &awaiting(&world, "terminate"));
        world.seam.always("slack.views.open", trouble.clone());
        assert_eq!(world.clicks(&click).await.unwrap().status, 200, "{trouble:?}");
        assert_eq!(told(&world), [NO_WINDOW], "{trouble:?}");
    }
    // What surely did not reach it is sent again.
    let world = World::new();
    let click = justify(&world, &awaiting(&world, "terminate"));
    world.seam.next("slack.views.open", Trouble::Busy);
    world.clicks(&click).await.unwrap();
    assert!(world.slack.modal(ANN).is_some());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_told_is_an_error_that_slack_shows() {
    let world = World::new();
    let mut job = awaiting(&world, "terminate");
    let click = justify(&world, &job);
    job.machine.status = Status::Expired;
    world.jobs.put(&job);
    world.seam.always("slack.response_url", Trouble::page(500));
    assert_eq!(world.clicks(&click).await.unwrap().status, 500);
    let mute = changed(click, "/response_url", Value::Null);
    assert_eq!(world.clicks(&mute).await.unwrap().status, 500);
}

#[tokio::test(start_paused = true)]
async fn a_click_without_a_trigger_is_told() {
    let world = World::new();
    let click = justify(&world, &awaiting(&world, "terminate"));
    let click = changed(click, "/trigger_id", json!("x".repeat(256)));
    world.clicks(&click).await.unwrap();
    assert_eq!(told(&world), [NO_WINDOW]);
    assert_eq!(world.seam.count("tokens."), 0);
}

#[tokio::test(start_paused = true)]
async fn for_a_team_that_is_gone_nothing_is_opened() {
    let world = World::new();
    let click = justify(&world, &awaiting(&world, "terminate"));
    world.teams.uninstall_now(&TeamId::new(crate::testing::TEAM), world.clock.now());
    assert_eq!(world.clicks(&click).await.unwrap().status, 200);
    assert_eq!(world.seam.calls(), ["secrets.verifier", "teams.find"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_secret_is_logged() {
    let (recorder, _guard) = Recorder::start();
    for port in ["jobs.find", "tokens.active", "slack.views.open", "slack.response_url", "none"] {
        for trouble in [Trouble::FailBefore, Trouble::Hang, Trouble::code("invalid_auth")] {
            let world = World::new();
            let click = justify(&world, &awaiting(&world, "terminate"));
            world.seam.always(port, trouble);
            world.clicks(&click).await.unwrap();
            if world.slack.modal(ANN).is_some() {
                world.fill(ANN, &[("Name", "db-1"), ("Reason", "our-own-reason")]).await;
            }
            let logged = recorder.text();
            let url = click.text("/response_url");
            for secret in [TOKEN, url.as_str(), &click.text("/trigger_id"), "our-own-reason"] {
                assert!(!logged.contains(secret), "{port}: {secret}: {logged}");
            }
        }
    }
    assert!(recorder.text().contains("opening a modal"), "what went wrong is");
}

#[tokio::test(start_paused = true)]
async fn an_older_plan_of_the_same_job_is_decided() {
    let world = World::new();
    let mut job = awaiting(&world, "terminate");
    let click = justify(&world, &job);
    let (owner, expires) = (Owner::new("worker"), world.clock.now().plus(TERM_MS));
    job.asked[0].decided_by = Some(JobId::new("ec2#first"));
    job.consent.confirmed = Some(Given { by: UserId::new(ANN), at: world.clock.now() });
    job.consent.reason = Some("old".to_owned());
    let asked = domain::job::Asked { plan: hash('8'), expires, decided_by: None };
    job.asked.push(asked);
    job.machine.status = Status::Awaiting { plan_hash: hash('8'), expires };
    world.jobs.put(&job);
    world.clicks(&click).await.unwrap();
    assert_eq!(told(&world), ["only U0ANN: Already confirmed by <@U0ANN> at 08:00 UTC."]);
    // And the plan that a second person is asked about cannot be justified.
    let forged = click.clone().with_value(&format!("{JOB} {}", hash('8'))).at("1764577000.000200");
    world.clicks(&forged).await.unwrap();
    assert_eq!(told(&world)[1], "only U0ANN: I know no such plan.");
    let finish = Move::Finish { owner, ending: Ending::Failed };
    assert!(job.after(&finish, world.clock.now()).is_err(), "nobody held it meanwhile");
}
