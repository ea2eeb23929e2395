use app::ports::{Advanced, Created, Jobs as _, OpenJobs as _};
use domain::ids::{ChannelId, JobId, MessageTs, Owner, TeamId, UserId, Worker};
use domain::job::{Answers, Ask, Ending, Job, Move, Request};

use super::*;

fn job(ts: &str, writer: &str, now: u64) -> Job {
    let (team, channel, message) = (TeamId::new("T1"), ChannelId::new("C1"), MessageTs::new(ts));
    let id = JobId::for_message(&Worker::new("ec2"), &team, &channel, &message);
    let request = Request {
        user: UserId::new("U1"),
        channel,
        ask: Ask::command("stop web-1 “quoted”"),
        answers: Answers::Channel { thread: message, open_thread: None },
    };
    Job::new(id, team, request, Owner::new(writer), Millis(now))
}

fn taken(job: &Job, owner: &str) -> Job {
    let take = Move::Take { owner: Owner::new(owner), until: Millis(60_000) };
    job.after(&take, Millis(1_000)).unwrap()
}

fn jobs(tables: &Tables) -> DynamoJobs {
    DynamoJobs::new(tables.client.clone(), "jobs")
}

#[tokio::test]
async fn a_job_is_stored_with_what_conditions_and_the_index_need() {
    let tables = Tables::new().await;
    let jobs = jobs(&tables);
    let job = job("1.2", "gateway", 5_000);
    assert_eq!(jobs.find(&job.id).await.unwrap(), None);
    assert_eq!(jobs.create(&job).await.unwrap(), Created::New);
    assert_eq!(jobs.find(&job.id).await.unwrap(), Some(job.clone()));
    let item = tables.raw("jobs", ("job_id", "ec2#T1#C1#1.2")).await.unwrap();
    for (name, value) in [
        ("team_id", text("T1")),
        ("status", text("pending")),
        ("epoch", number(0)),
        ("writer", text("gateway")),
        ("open", text("ec2")),
        ("due", number(job.machine.due.unwrap().0)),
        ("expires_at", number(5 + JOB_RETENTION_SECONDS)),
    ] {
        assert_eq!(item.get(name), Some(&value), "{name}");
    }
}

#[tokio::test]
async fn of_many_creations_one_is_new() {
    let tables = Tables::new().await;
    let jobs = jobs(&tables);
    let created = race(|racer| {
        let jobs = jobs.clone();
        async move { jobs.create(&job("1.2", &format!("gateway-{racer}"), 0)).await.unwrap() }
    })
    .await;
    let stored = jobs.find(&job("1.2", "", 0).id).await.unwrap().unwrap();
    let (new, others): (Vec<_>, Vec<_>) = created.into_iter().partition(|created| *created == Created::New);
    assert_eq!(new.len(), 1);
    assert!(others.iter().all(|other| *other == Created::Exists(Box::new(stored.clone()))));
}

#[tokio::test]
async fn a_creation_whose_reply_was_lost_is_still_new() {
    let tables = Tables::new().await;
    let jobs = jobs(&tables);
    let job = job("1.2", "gateway", 0);
    assert_eq!(jobs.create(&job).await.unwrap(), Created::New);
    assert_eq!(jobs.create(&job).await.unwrap(), Created::New);
    let taken = taken(&job, "worker");
    assert_eq!(jobs.advance(&job, &taken).await.unwrap(), Advanced::Written);
    assert_eq!(jobs.create(&job).await.unwrap(), Created::Exists(Box::new(taken)));
}

#[tokio::test]
async fn of_many_workers_one_takes_the_job() {
    let tables = Tables::new().await;
    let jobs = jobs(&tables);
    let pending = job("1.2", "gateway", 0);
    jobs.create(&pending).await.unwrap();
    let advanced = race(|racer| {
        let (jobs, pending) = (jobs.clone(), pending.clone());
        async move { jobs.advance(&pending, &taken(&pending, &format!("worker-{racer}"))).await.unwrap() }
    })
    .await;
    let stored = jobs.find(&pending.id).await.unwrap().unwrap();
    assert_eq!(advanced.iter().filter(|advanced| **advanced == Advanced::Written).count(), 1);
    let lost = Advanced::Lost(Some(Box::new(stored)));
    assert_eq!(advanced.iter().filter(|advanced| **advanced == lost).count(), RACERS - 1);
}

#[tokio::test]
async fn a_write_whose_reply_was_lost_is_written() {
    let tables = Tables::new().await;
    let jobs = jobs(&tables);
    let pending = job("1.2", "gateway", 0);
    jobs.create(&pending).await.unwrap();
    let taken = taken(&pending, "worker");
    assert_eq!(jobs.advance(&pending, &taken).await.unwrap(), Advanced::Written);
    // The same write once more, as a retry inside the SDK makes it.
    assert_eq!(jobs.advance(&pending, &taken).await.unwrap(), Advanced::Written);
}

#[tokio::test]
async fn another_move_of_the_same_writer_from_the_same_epoch_is_lost() {
    let tables = Tables::new().await;
    let jobs = jobs(&tables);
    let pending = job("1.2", "gateway", 0);
    jobs.create(&pending).await.unwrap();
    let claimed = taken(&pending, "worker");
    jobs.advance(&pending, &claimed).await.unwrap();
    let owner = Owner::new("worker");
    let begun = claimed.after(&Move::Begin { owner: owner.clone() }, Millis(2_000)).unwrap();
    let released = claimed.after(&Move::Release { owner }, Millis(2_000)).unwrap();
    assert_eq!(jobs.advance(&claimed, &begun).await.unwrap(), Advanced::Written);
    // Same writer, same epoch, but `executing` is on record: it must not pass for released.
    assert_eq!(jobs.advance(&claimed, &released).await.unwrap(), Advanced::Lost(Some(Box::new(begun))));
}

#[tokio::test]
async fn status_writer_epoch_and_team_are_all_compared() {
    let tables = Tables::new().await;
    let jobs = jobs(&tables);
    let pending = job("1.2", "gateway", 0);
    jobs.create(&pending).await.unwrap();
    let changes: [fn(&mut Job); 4] = [
        |job| job.machine.epoch = 7,
        |job| job.machine.writer = Owner::new("other"),
        |job| job.machine.status = domain::job::Status::Claimed,
        |job| job.team = TeamId::new("T2"),
    ];
    for change in changes {
        let mut stale = pending.clone();
        change(&mut stale);
        let mut after = stale.clone();
        after.machine.epoch += 1;
        let lost = Advanced::Lost(Some(Box::new(pending.clone())));
        assert_eq!(jobs.advance(&stale, &after).await.unwrap(), lost);
    }
    let missing = job("9.9", "gateway", 0);
    assert_eq!(jobs.advance(&missing, &taken(&missing, "w")).await.unwrap(), Advanced::Lost(None));
    assert_eq!(jobs.find(&missing.id).await.unwrap(), None, "an advance never creates");
    assert!(jobs.advance(&pending, &taken(&missing, "w")).await.is_err(), "another job");
}

#[tokio::test]
async fn the_sweeper_sees_what_is_due_and_nothing_that_is_closed() {
    let tables = Tables::new().await;
    let jobs = jobs(&tables);
    let worker = Worker::new("ec2");
    for (index, now) in [(3_u32, 3_000), (1, 1_000), (2, 2_000)] {
        jobs.create(&job(&format!("1.{index}"), "gateway", now)).await.unwrap();
    }
    let due = job("1.2", "gateway", 2_000).machine.due.unwrap();
    let ids = |names: &[&str]| names.iter().map(|ts| job(ts, "", 0).id).collect::<Vec<_>>();
    assert_eq!(jobs.due(&worker, Millis(0), 10).await.unwrap(), ids(&[]));
    assert_eq!(jobs.due(&worker, due, 10).await.unwrap(), ids(&["1.1", "1.2"]));
    assert_eq!(jobs.due(&worker, Millis(u64::MAX), 10).await.unwrap(), ids(&["1.1", "1.2", "1.3"]));
    assert_eq!(jobs.due(&worker, Millis(u64::MAX), 2).await.unwrap(), ids(&["1.1", "1.2"]));
    assert_eq!(jobs.due(&worker, Millis(u64::MAX), 0).await.unwrap(), ids(&[]));
    assert_eq!(jobs.due(&Worker::new("text"), Millis(u64::MAX), 10).await.unwrap(), ids(&[]));

    // Taken, done and told: closed, and out of the index.
    let owner = Owner::new("worker");
    let mut now = job("1.1", "gateway", 1_000);
    for change in [
        Move::Take { owner: owner.clone(), until: Millis(60_000) },
        Move::Finish { owner: owner.clone(), ending: Ending::Done },
        Move::Told { owner },
    ] {
        let next = now.after(&change, Millis(2_000)).unwrap();
        assert_eq!(jobs.advance(&now, &next).await.unwrap(), Advanced::Written);
        now = next;
    }
    let item = tables.raw("jobs", ("job_id", now.id.as_str())).await.unwrap();
    assert!(!item.contains_key("open") && !item.contains_key("due"));
    assert_eq!(jobs.due(&worker, Millis(u64::MAX), 10).await.unwrap(), ids(&["1.2", "1.3"]));
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_a_fault_with_its_id() {
    let tables = Tables::new().await;
    let jobs = jobs(&tables);
    let job = job("1.2", "gateway", 0);
    let records = [text("not json: hush"), text("{\"hush\":1}"), number(1)];
    for record in records {
        let item = [("job_id", text(job.id.as_str())), ("team_id", text("T1")), ("record", record)];
        tables.put_raw("jobs", &item).await;
        let faults = [
            jobs.find(&job.id).await.unwrap_err(),
            jobs.create(&job).await.unwrap_err(),
            jobs.advance(&job, &taken(&job, "w")).await.unwrap_err(),
        ];
        for fault in faults {
            let fault = format!("{fault:#}");
            assert!(fault.contains("ec2#T1#C1#1.2") && !fault.contains("hush"), "{fault}");
        }
    }
    let record = serde_json::to_string(&job).unwrap();
    let other = [("job_id", text(job.id.as_str())), ("team_id", text("T2")), ("record", text(record))];
    tables.put_raw("jobs", &other).await;
    assert!(jobs.find(&job.id).await.is_err(), "a record of another team");
}
