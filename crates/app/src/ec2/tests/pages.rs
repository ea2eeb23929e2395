//! Lists of more than ten: page by page, and which row is which.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::account::Account;
use domain::ids::{Alias, InstanceId, Region};
use domain::instance::{Instance, InstanceState};

use crate::ec2::Ec2;
use crate::ports::{
    Actor, Caller, Change, Changed, Clock as _, Describe, Health, Instances, InstancesError, Place,
};
use crate::testing::{Asked, Trouble, Typed, World};

const THREAD: &str = "1764575999.000100";

const MOVED: &str = "\nI counted anew: rows before these may have moved since you saw them.\n";

/// With `app-1` to `app-6` in front of the instances that there are: 15 in all.
fn world() -> World {
    let world = World::new();
    for (number, digit) in (1..).zip(['b', 'c', 'd', 'e', 'f', '0']) {
        let name = format!("Name=app-{number}");
        world.fleet.add(digit, "eu-west-1", InstanceState::Running, &[&name]);
    }
    world
}

/// Another message in the thread, as number `number`.
fn then(text: &str, number: u32) -> Asked {
    Asked::mention(text).at(&format!("17645761{number:02}.000200")).in_thread(THREAD)
}

/// The rows of an answer: ``11. `web-1` ``.
fn rows(answer: &str) -> Vec<&str> {
    let is_row =
        |line: &&str| line.split_once(". ").is_some_and(|(number, _)| number.parse::<usize>().is_ok());
    answer.lines().filter(is_row).map(|line| line.split_once(" `i-").unwrap().0).collect()
}

#[tokio::test(start_paused = true)]
async fn the_next_page_goes_on_where_the_first_ended() {
    let world = world();
    world.ask(&Asked::mention("find")).await;
    world.press("Next").await;
    let answers = world.answers();
    assert_eq!(
        [rows(&answers[0]), rows(&answers[1])].concat(),
        [
            "1. `app-1`",
            "2. `app-2`",
            "3. `app-3`",
            "4. `app-4`",
            "5. `app-5`",
            "6. `app-6`",
            "7. `asg-1`",
            "8. `new-1`",
            "9. `twin`",
            "10. `vault`",
            "11. `web-1`",
            "12. `web-2`",
            "13. `web-3`",
            "14. `db-1`",
            "15. `twin`"
        ]
    );
    assert!(
        answers[0].starts_with("thread: *15 instances*: ") && answers[0].contains(", rows 1–10\n"),
        "{}",
        answers[0]
    );
    assert!(
        answers[1].starts_with("thread: *15 instances*: ") && answers[1].contains(", rows 11–15\n"),
        "{}",
        answers[1]
    );
    let said = world.slack.said();
    assert_eq!((said[1].thread.as_deref(), said[1].blocks.len()), (Some(THREAD), 0));
}

#[tokio::test(start_paused = true)]
async fn a_row_is_known_once_its_page_was_shown() {
    for (pages, text, done) in [
        (1, "stop #1", &["stop app-1"][..]),
        (1, "stop #12", &[]),
        (2, "stop #1", &["stop app-1"]),
        (2, "stop #12", &["stop web-2"]),
        (2, "stop #14 #12", &["stop web-2", "stop db-1"]),
        (2, "stop #16", &[]),
    ] {
        let world = world();
        world.ask(&Asked::mention("find")).await;
        if pages == 2 {
            world.press("Next").await;
        }
        world.ask(&then(text, 1)).await;
        assert_eq!(world.fleet.all_done(), done, "{pages}: {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn rows_are_those_of_the_list_that_was_shown_last() {
    let world = world();
    world.ask(&Asked::mention("find")).await;
    world.press("Next").await;
    world.ask(&then("find web-*", 1)).await;
    world.ask(&then("stop #2", 2)).await;
    world.ask(&then("stop #12", 3)).await;
    assert_eq!(world.fleet.all_done(), ["stop web-2"]);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_has_changed_between_two_pages_says_so() {
    let world = world();
    world.ask(&Asked::mention("find")).await;
    world.fleet.forget("app-1");
    world.press("Next").await;
    let answer = &world.answers()[1];
    assert!(answer.contains(MOVED), "{answer}");
    assert_eq!(rows(answer), ["11. `web-2`", "12. `web-3`", "13. `db-1`", "14. `twin`"]);
    world.ask(&then("stop #11", 1)).await;
    assert_eq!(world.fleet.all_done(), ["stop web-2"]);
}

#[tokio::test(start_paused = true)]
async fn a_list_goes_on_after_the_thread_was_about_something_else() {
    let world = world();
    world.ask(&Asked::mention("find")).await;
    world.ask(&then("stop #3", 1)).await;
    world.press("Next").await;
    let answers = world.answers();
    assert!(!answers[0].contains(MOVED) && answers[2].contains(MOVED), "{answers:?}");
    world.ask(&then("stop #12", 2)).await;
    assert_eq!(world.fleet.all_done(), ["stop web-2", "stop app-3"]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_no_more_says_so_and_leaves_the_rows() {
    let world = world();
    world.ask(&Asked::mention("find")).await;
    for name in ["app-3", "app-4", "app-5", "app-6", "asg-1"] {
        world.fleet.forget(name);
    }
    world.press("Next").await;
    let end = "\nThe list ends with row 10 now. Ask again to see it from its beginning.";
    assert!(world.answers()[1].ends_with(end), "{:?}", world.answers());
    world.ask(&then("stop #2", 1)).await;
    assert_eq!(world.fleet.all_done(), ["stop app-2"]);
}

#[tokio::test(start_paused = true)]
async fn in_private_the_next_page_takes_the_place_of_the_first() {
    let world = world();
    world.run(&Typed::new("/ec2", "find")).await;
    world.press("Next").await;
    let said = world.slack.said();
    assert_eq!((said.len(), said[0].only.as_deref()), (1, Some("U0ANN")), "{said:?}");
    assert_eq!(rows(&said[0].text).first(), Some(&"11. `web-1`"));
    assert!(said[0].blocks.is_empty());
    world.run(&Typed::new("/ec2", "stop #12").again("second")).await;
    assert_eq!(world.fleet.all_done(), ["stop web-2"]);
}

#[tokio::test(start_paused = true)]
async fn a_crash_between_two_pages_leaves_the_rows_right() {
    for number in 1.. {
        let world = world();
        world.ask(&Asked::mention("find")).await;
        world.clicks(&world.button("Next")).await;
        let from = world.seam.calls().len() + number;
        world.seam.trouble(from, "", Trouble::CrashAfter, 1);
        world.settle().await;
        let is_over = world.seam.calls().len() < from;
        assert!(rows(world.answers().last().unwrap()).contains(&"12. `web-2`"), "{number}");
        world.ask(&then("stop #12", 1)).await;
        assert_eq!(world.fleet.all_done(), ["stop web-2"], "{number}");
        if is_over {
            break;
        }
    }
}

/// So many instances that they are found in another order each time.
struct Many {
    instances: Mutex<Vec<Instance>>,
}

impl Many {
    fn new(count: usize) -> Self {
        let one = |number: usize| Instance {
            id: InstanceId::parse(&format!("i-{number:08x}")).unwrap(),
            account: Alias::new("home"),
            region: Region::new("eu-west-1"),
            zone: "eu-west-1a".to_owned(),
            state: InstanceState::Running,
            instance_type: "t3.micro".to_owned(),
            launched_at: domain::time::Millis(0),
            image: "ami-1".to_owned(),
            vpc: None,
            subnet: None,
            private_ip: None,
            public_ip: None,
            keeps_public_ip: false,
            root_is_instance_store: false,
            spot: false,
            transition_reason: String::new(),
            state_reason: None,
            // Every third has the same name.
            tags: [("Name".to_owned(), format!("n-{}", number / 3))].into(),
        };
        Self { instances: Mutex::new((0..count).map(one).collect()) }
    }
}

#[async_trait]
impl Instances for Many {
    async fn describe(&self, place: &Place, _: &Describe) -> Result<Vec<Instance>, InstancesError> {
        let mut instances = self.instances.lock().unwrap();
        if place.region.as_str() != "eu-west-1" {
            return Ok(Vec::new());
        }
        instances.reverse();
        Ok(instances.clone())
    }

    async fn health(&self, _: &Place, _: &[InstanceId]) -> Result<Vec<Health>, InstancesError> {
        Ok(Vec::new())
    }

    async fn encrypted(&self, _: &Place, _: &[InstanceId]) -> Result<Vec<InstanceId>, InstancesError> {
        Ok(Vec::new())
    }

    async fn change(&self, _: &Place, _: &Change, _: &Actor) -> Result<Changed, InstancesError> {
        Err(InstancesError::Busy("nothing changes here".to_owned()))
    }

    async fn caller(&self, account: &Account) -> Result<Caller, InstancesError> {
        Ok(Caller { account: account.id.clone(), role: "BellhopEc2".to_owned() })
    }
}

/// Does what waits, with these instances.
async fn work_off(world: &World, many: &Arc<Many>) {
    for wake in world.wake.take() {
        let worker = Ec2 { instances: many.clone(), ..world.ec2() };
        worker.handle(&wake, world.clock.now().plus(120_000)).await.unwrap();
    }
}

fn remembered(world: &World) -> Vec<InstanceId> {
    let kept = world.threads.kept.lock().unwrap();
    kept.values().next().map(|(rows, _)| rows.clone()).unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn every_instance_is_on_exactly_one_page() {
    let (world, many) = (World::new(), Arc::new(Many::new(527)));
    world.hear(&Asked::mention("find")).await;
    work_off(&world, &many).await;
    for page in 2..=53 {
        assert_eq!(remembered(&world).len(), (10 * (page - 1)).min(500), "{page}");
        let click = world.button("Next").at(&format!("1764577{page:03}.000100"));
        world.clicks(&click).await;
        work_off(&world, &many).await;
    }
    let mut ids: Vec<String> = Vec::new();
    for answer in world.answers() {
        assert!(!answer.contains(MOVED), "{answer}");
        for line in answer.lines().filter(|line| line.contains(" `i-")) {
            let row = line.split_once(". ").unwrap().0;
            assert_eq!(row, (ids.len() + 1).to_string());
            ids.push(line.split('`').find(|part| part.starts_with("i-")).unwrap().to_owned());
        }
    }
    let rows: Vec<String> = remembered(&world).iter().map(ToString::to_string).collect();
    assert_eq!(rows, ids[..500]);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 527);
}
