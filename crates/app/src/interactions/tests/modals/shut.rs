//! For whom no modal is opened, and what they are told.

use domain::ids::{JobId, Owner, TeamId, UserId};
use domain::job::{Asked, Consent, Ending, Given, Job, Move, Status};
use domain::time::Millis;

use super::super::plans::{JOB, TERM_MS, awaiting, hash};
use super::super::{Seen, THREAD, click};
use super::{justify, told};
use crate::ports::Clock as _;
use crate::testing::{ANN, World};

/// One change to the job before the click, and what is said then.
type Case = (&'static str, fn(&mut Job, Millis), &'static str);

/// Why nobody is asked to justify a plan. The same holds at the submission.
pub(crate) const SHUT: [Case; 13] = [
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
    assert_eq!(again.text("/actions/0/block_id"), format!("in:{THREAD}"));
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
async fn an_older_plan_of_the_same_job_is_decided() {
    let world = World::new();
    let mut job = awaiting(&world, "terminate");
    let click = justify(&world, &job);
    let (owner, expires) = (Owner::new("worker"), world.clock.now().plus(TERM_MS));
    job.asked[0].decided_by = Some(JobId::new("ec2#first"));
    job.consent.confirmed = Some(Given { by: UserId::new(ANN), at: world.clock.now() });
    job.consent.reason = Some("old".to_owned());
    let asked = Asked { plan: hash('8'), expires, decided_by: None };
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
