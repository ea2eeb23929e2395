//! Slack delivers more than once, in any order, under several ids.

use domain::ids::TeamId;
use domain::job::Move;
use serde_json::json;

use crate::ports::Clock as _;
use crate::testing::{Asked, TEAM, World};

#[tokio::test(start_paused = true)]
async fn one_message_under_two_event_ids_is_one_job() {
    let world = World::new();
    for event_id in ["Ev1", "Ev2"] {
        let body = json!({"type": "event_callback", "team_id": TEAM, "event_id": event_id,
            "event": Asked::mention("stop web-1").event()});
        assert_eq!(world.post(&world.signed(body.to_string().as_bytes())).await.status, 200);
    }
    assert_eq!(world.jobs.all().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_wakes_the_worker_only_while_nobody_has_looked() {
    let world = World::new();
    let event = Asked::mention("stop web-1").event();
    world.deliver(&event).await;
    world.deliver(&event).await;
    assert_eq!(world.wake.take().len(), 2);

    let job = world.jobs.all().remove(0);
    let now = world.clock.now();
    let take = Move::Take { owner: domain::ids::Owner::new("somebody"), until: now.plus(1_000) };
    world.jobs.put(&job.after(&take, now).unwrap());
    world.deliver(&event).await;
    assert!(world.wake.take().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_closed_job_stays_closed() {
    let world = World::new();
    world.ask(&Asked::mention("stop web-1")).await;
    let before = world.jobs.all();
    world.hear(&Asked::mention("stop web-1")).await;
    assert_eq!(world.jobs.all(), before);
    assert!(world.wake.take().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_retry_is_taken_even_if_the_first_delivery_never_came() {
    let world = World::new();
    let body = json!({"type": "event_callback", "team_id": TEAM, "event": Asked::mention("find").event()});
    let mut request = world.signed(body.to_string().as_bytes());
    for (name, value) in [("x-slack-retry-num", "2"), ("x-slack-retry-reason", "http_timeout")] {
        request.headers.push((name.to_owned(), value.to_owned()));
    }
    assert_eq!(world.post(&request).await.status, 200);
    assert_eq!((world.jobs.all().len(), world.wake.take().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_message_of_a_team_that_has_left_is_not_kept() {
    let world = World::new();
    world.teams.uninstall_now(&TeamId::new(TEAM), world.clock.now());
    assert_eq!(world.deliver(&Asked::mention("stop web-1").event()).await.status, 200);
    assert!(world.jobs.all().is_empty());
}
