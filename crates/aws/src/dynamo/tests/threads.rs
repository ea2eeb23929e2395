use app::ports::{Jobs as _, Threads as _};
use domain::ids::{ChannelId, InstanceId, JobId, TeamId};

use super::*;

fn place() -> (TeamId, ChannelId, &'static str) {
    (TeamId::new("T1"), ChannelId::new("C1"), "1.2")
}

fn rows() -> Vec<InstanceId> {
    ["i-0123456789abcdef1", "i-0123456789abcdef0"].iter().filter_map(|id| InstanceId::parse(id)).collect()
}

#[tokio::test]
async fn rows_are_remembered_in_order_until_they_expire() {
    let tables = Tables::new().await;
    let (team, channel, thread) = place();
    let threads = |now| DynamoThreads::new(tables.client.clone(), "jobs", at(now));
    assert!(threads(0).rows(&team, &channel, thread).await.unwrap().is_empty());
    threads(0).remember(&team, &channel, thread, &rows(), Millis(60_000)).await.unwrap();
    for (now, known) in [(0, true), (59_999, true), (60_000, false), (70_000, false)] {
        let found = threads(now).rows(&team, &channel, thread).await.unwrap();
        assert_eq!(found, if known { rows() } else { vec![] }, "at {now}");
    }
    threads(0).remember(&team, &channel, thread, &rows()[..1], Millis(60_000)).await.unwrap();
    assert_eq!(threads(0).rows(&team, &channel, thread).await.unwrap(), rows()[..1]);
}

#[tokio::test]
async fn each_thread_channel_and_team_has_its_own_rows() {
    let tables = Tables::new().await;
    let (team, channel, thread) = place();
    let threads = DynamoThreads::new(tables.client.clone(), "jobs", at(0));
    threads.remember(&team, &channel, thread, &rows(), Millis(60_000)).await.unwrap();
    for (team, channel, thread) in [("T2", "C1", "1.2"), ("T1", "C2", "1.2"), ("T1", "C1", "1.3")] {
        let found = threads.rows(&TeamId::new(team), &ChannelId::new(channel), thread).await.unwrap();
        assert!(found.is_empty());
    }
}

#[tokio::test]
async fn a_thread_lies_under_the_workers_name_and_is_no_job() {
    let tables = Tables::new().await;
    let (team, channel, thread) = place();
    let threads = DynamoThreads::new(tables.client.clone(), "jobs", at(0));
    threads.remember(&team, &channel, thread, &rows(), Millis(60_900)).await.unwrap();
    let key = "ec2#thread#T1#C1#1.2";
    let item = tables.raw("jobs", ("job_id", key)).await.unwrap();
    assert_eq!(item.get("expires_at"), Some(&number(60)));
    assert!(!item.contains_key("open"));
    let jobs = DynamoJobs::new(tables.client.clone(), "jobs");
    assert!(jobs.find(&JobId::new(key)).await.is_err());
}
