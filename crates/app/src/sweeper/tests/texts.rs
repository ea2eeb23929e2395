//! Jobs of the worker that has no token: what it cannot say, the sweeper says.

use domain::ids::TeamId;
use domain::job::{Audience, Status};

use super::sweeps_alone;
use crate::ports::Clock as _;
use crate::testing::{ANN, Asked, TEAM, Trouble, Typed, World};

/// Longer than a `response_url` lives.
const TOO_LATE_MS: u64 = 31 * 60_000;

/// A text that is reversed, and whose `response_url` has died meanwhile.
async fn left_to_the_sweeper(world: &World) {
    world.types(&Typed::new("/reverse", "abc")).await.unwrap();
    world.clock.later(TOO_LATE_MS).await;
    world.work_off().await;
    let reply = world.jobs.all().remove(0).reply.unwrap();
    assert_eq!(reply.audience, Audience::DirectMessage);
}

#[tokio::test(start_paused = true)]
async fn one_sweep_looks_after_the_jobs_of_all_workers() {
    let world = World::new();
    world.hear(&Asked::mention("find stopped")).await;
    world.types(&Typed::new("/reverse", "abc")).await.unwrap();
    world.types(&Typed::new("/ec2", "find stopped").again("second")).await.unwrap();
    world.wake.take();
    world.clock.later(60_000).await;
    world.sweep().await.unwrap().unwrap();
    let mut woken: Vec<String> = world.wake.take().iter().map(|wake| wake.job.worker().to_string()).collect();
    woken.sort();
    assert_eq!(woken, ["ec2", "ec2", "text"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_left_to_it_it_says_itself_and_wakes_nobody() {
    let world = World::new();
    left_to_the_sweeper(&world).await;
    world.clock.later(60_000).await;
    world.sweep().await.unwrap().unwrap();
    assert_eq!(world.answers(), ["direct: cba"]);
    assert!(world.wake.take().is_empty());
    let job = world.jobs.all().remove(0);
    assert_eq!((job.machine.status, job.machine.told), (Status::Done, true));
    // Nothing more is tried where nothing is taken.
    assert_eq!(world.seam.count("slack.response_url"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_direct_message_is_tried_until_slack_is_back() {
    let world = World::new();
    left_to_the_sweeper(&world).await;
    world.seam.always("slack.", Trouble::page(503));
    for _ in 0..40 {
        world.minute().await;
    }
    assert!(!world.jobs.all()[0].machine.is_closed());
    world.seam.calm();
    world.settle().await;
    assert_eq!(world.answers(), ["direct: cba"]);
}

#[tokio::test(start_paused = true)]
async fn a_direct_message_that_never_arrives_is_given_up_at_last() {
    let world = World::new();
    left_to_the_sweeper(&world).await;
    world.seam.always("slack.", Trouble::page(503));
    world.settle().await;
    let job = world.jobs.all().remove(0);
    assert!(!job.machine.told);
    assert_eq!(job.reply.unwrap().message["text"], "cba", "it stays on record");
}

#[tokio::test(start_paused = true)]
async fn a_parked_text_is_told_by_its_url_while_that_works_and_in_a_direct_message_afterwards() {
    for (command, text) in [("/reverse", "abc"), ("/summarize", "https://news.example/story")] {
        for (is_late, place) in [(false, format!("only {ANN}: ")), (true, "direct: ".to_owned())] {
            let world = World::new();
            world.types(&Typed::new(command, text)).await.unwrap();
            world.wake.take();
            if is_late {
                world.seam.always("slack.response_url", Trouble::word(404, "expired_url"));
            }
            let id = world.jobs.all().remove(0).id;
            assert_eq!(sweeps_alone(&world, &id).await, 5);
            let job = world.jobs.peek(&id).unwrap();
            assert_eq!((job.machine.status, job.machine.told), (Status::Parked, true), "{command}");
            let [answer] = world.answers().try_into().unwrap();
            assert!(
                answer.starts_with(&format!("{place}Something went wrong on my side (reference ")),
                "{answer}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_team_that_has_left_is_told_nothing() {
    let world = World::new();
    left_to_the_sweeper(&world).await;
    world.types(&Typed::new("/reverse", "def").again("second")).await.unwrap();
    world.wake.take();
    world.teams.uninstall_now(&TeamId::new(TEAM), world.clock.now());
    let parked = world.jobs.all().remove(1).id;
    sweeps_alone(&world, &parked).await;
    for job in world.jobs.all() {
        assert!(job.machine.is_closed() && !job.machine.told, "{}", job.id);
    }
    assert!(world.slack.said().is_empty());
}
