//! A plan on record that waits for people, and its card.

use domain::ids::{ChannelId, JobId, MessageTs, Owner, PlanHash, TeamId, UserId};
use domain::instance::{Action, InstanceState};
use domain::job::{Answers, Ask, Asked, Job, Plan, PlanTarget, Progress, Request, Status};
use domain::preflight::Warning;
use domain::time::Millis;

use super::THREAD;
use crate::messages;
use crate::ports::Clock as _;
use crate::testing::{ANN, Said, TEAM, World};

/// The plan's own job.
pub(super) const JOB: &str = "ec2#T0ACME#C0OPS#1764575999.000100";

/// How long people have to agree to a plan.
pub(super) const TERM_MS: u64 = 600_000;

/// A plan's hash: `digit`, 64 times.
pub(super) fn hash(digit: char) -> PlanHash {
    PlanHash::new(digit.to_string().repeat(64))
}

/// Ann's job, which waits for somebody to agree to the plan `7777…`.
pub(super) fn awaiting(world: &World, verb: &str) -> Job {
    let (now, plan_hash) = (world.clock.now(), hash('7'));
    let request = Request {
        user: UserId::new(ANN),
        channel: ChannelId::new("C0OPS"),
        ask: Ask::command(format!("{verb} db-1")),
        answers: Answers::Channel { thread: MessageTs::new(THREAD), open_thread: None },
    };
    let mut job = Job::new(JobId::new(JOB), TeamId::new(TEAM), request, Owner::new("worker"), now);
    let expires = now.plus(TERM_MS);
    job.machine.status = Status::Awaiting { plan_hash: plan_hash.clone(), expires };
    job.machine.due = Some(expires);
    job.plan = Some(plan(verb, now));
    job.asked = vec![Asked { plan: plan_hash, expires, decided_by: None }];
    job.card = Some(MessageTs::new("1764576900.000100"));
    job
}

fn plan(verb: &str, now: Millis) -> Plan {
    let is_final = matches!(verb, "terminate" | "kill");
    let stop = Action::Stop { force: false, hibernate: false };
    Plan {
        verb: verb.to_owned(),
        action: if is_final { Action::Terminate } else { stop },
        dry_run: false,
        wait: true,
        begun_at: now,
        targets: vec![PlanTarget {
            id: domain::ids::InstanceId::parse("i-44444444").unwrap(),
            account: domain::ids::Alias::new("acme"),
            region: domain::ids::Region::new("us-east-1"),
            launched_at: Millis(0),
            name: Some("db-1".to_owned()),
            label: "db-1".to_owned(),
            before: InstanceState::Running,
            progress: Progress::Planned,
            warnings: vec![Warning::AutoScaling { group: "db<asg>".to_owned() }],
            tags: Vec::new(),
        }],
    }
}

/// Puts `job` on record and its card where everybody sees it. `second` is the card
/// that asks a second person.
pub(super) fn show(world: &World, job: &Job, second: bool) -> Said {
    let (plan, asked) = (job.plan.as_ref().unwrap(), job.asked.last().unwrap());
    let card = if second {
        let reviewers = messages::Reviewers::Found { told: Vec::new() };
        messages::approval(job, plan, asked, &domain::approvers::Approvers::default(), &reviewers)
    } else {
        messages::question(job, plan, asked, None)
    };
    let card = messages::anchored(&card, &job.request);
    let said = Said {
        channel: "C0OPS".to_owned(),
        ts: job.card.as_ref().unwrap().to_string(),
        thread: Some(THREAD.to_owned()),
        only: None,
        text: card["text"].as_str().unwrap().to_owned(),
        blocks: card["blocks"].as_array().unwrap().clone(),
        before: Vec::new(),
    };
    world.slack.show(said.clone());
    world.jobs.put(job);
    said
}
