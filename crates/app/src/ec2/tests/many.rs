//! Accounts and regions by the dozen, some of which never answer: how many are asked
//! at a time, how long anybody waits, and what is shown of ten thousand instances.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use domain::account::Account;
use domain::ids::{InstanceId, Region};
use domain::instance::{Instance, InstanceState};
use domain::time::Millis;

use crate::ec2::Ec2;
use crate::ports::{
    Actor, Caller, Change, Changed, Clock as _, Describe, Health, Instances, InstancesError, Place,
};
use crate::testing::{Asked, Trouble, World};

/// An EC2 of many places, each of which takes its time and has `each` instances.
struct Many {
    each: usize,
    takes_ms: u64,
    /// Which places never answer: `acme-3 us-east-1`.
    silent: Vec<String>,
    open: AtomicUsize,
    most: AtomicUsize,
    asked: Mutex<BTreeMap<String, usize>>,
}

impl Many {
    fn new(each: usize, takes_ms: u64) -> Self {
        let (open, most, asked) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::default());
        Self { each, takes_ms, silent: Vec::new(), open, most, asked }
    }

    fn instance(place: &Place, number: usize) -> Instance {
        let (account, region) = (&place.account, &place.region);
        let digits: u64 =
            account.id.as_str().parse::<u64>().unwrap() * 10 + u64::from(region.as_str() == "us-east-1");
        let tags = [
            ("Name".to_owned(), format!("host-{}-{number:04}", account.alias)),
            ("Env".to_owned(), "production".to_owned()),
            ("Owner".to_owned(), "a-team-with-a-name".to_owned()),
            ("CostCenter".to_owned(), "0123456789".to_owned()),
            (
                "aws:cloudformation:stack-id".to_owned(),
                "arn:aws:cloudformation:eu-west-1:123456789012:stack/x/0".to_owned(),
            ),
        ];
        Instance {
            id: InstanceId::parse(&format!("i-{:017x}", digits * 100_000 + number as u64)).unwrap(),
            account: account.alias.clone(),
            region: region.clone(),
            zone: format!("{region}a"),
            state: InstanceState::Running,
            instance_type: "m7g.2xlarge".to_owned(),
            launched_at: Millis(0),
            image: "ami-0123456789abcdef0".to_owned(),
            vpc: Some("vpc-0123456789abcdef0".to_owned()),
            subnet: Some("subnet-0123456789abcdef0".to_owned()),
            private_ip: Some("10.200.100.100".to_owned()),
            public_ip: None,
            keeps_public_ip: false,
            root_is_instance_store: false,
            spot: false,
            transition_reason: String::new(),
            state_reason: None,
            tags: tags.into_iter().collect(),
        }
    }
}

#[async_trait]
impl Instances for Many {
    async fn describe(&self, place: &Place, _: &Describe) -> Result<Vec<Instance>, InstancesError> {
        let name = format!("{} {}", place.account.alias, place.region);
        *self.asked.lock().unwrap().entry(name.clone()).or_default() += 1;
        let open = self.open.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(open, Ordering::Relaxed);
        if self.silent.contains(&name) {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(Duration::from_millis(self.takes_ms)).await;
        self.open.fetch_sub(1, Ordering::Relaxed);
        Ok((0..self.each).map(|number| Self::instance(place, number)).collect())
    }

    async fn health(&self, _: &Place, _: &[InstanceId]) -> Result<Vec<Health>, InstancesError> {
        Ok(Vec::new())
    }

    async fn encrypted(&self, _: &Place, _: &[InstanceId]) -> Result<Vec<InstanceId>, InstancesError> {
        Ok(Vec::new())
    }

    async fn change(&self, _: &Place, _: &Change, _: &Actor) -> Result<Changed, InstancesError> {
        panic!("nothing is to be changed")
    }

    async fn caller(&self, account: &Account) -> Result<Caller, InstancesError> {
        Ok(Caller { account: account.id.clone(), role: "BellhopRead".to_owned() })
    }
}

/// With 20 accounts of four regions besides Bellhop's own.
fn estate() -> World {
    let world = World::new();
    for number in 1..=20 {
        let regions = ["eu-west-1", "eu-north-1", "us-east-1", "us-west-2"];
        world.link(&format!("acme-{number:02}"), &format!("{number:012}"), &regions);
    }
    world
}

/// The answer to `text` of a worker for which `many` is EC2, and how long it took.
async fn answer(world: &World, many: Arc<Many>, text: &str) -> (String, u64) {
    let worker = Ec2 { instances: many, ..world.ec2() };
    let begun = world.clock.now();
    world.hear(&Asked::mention(text)).await;
    let wake = world.wake.take().remove(0);
    worker.handle(&wake, world.clock.now().plus(120_000)).await.unwrap();
    (world.answers().remove(0), world.clock.now().since(begun))
}

#[tokio::test(start_paused = true)]
async fn every_place_is_asked_once_and_not_all_at_the_same_time() {
    let (world, many) = (estate(), Arc::new(Many::new(1, 400)));
    let (answer, took) = answer(&world, many.clone(), "find").await;
    let asked = many.asked.lock().unwrap();
    assert_eq!((asked.len(), asked.values().max()), (82, Some(&1)));
    let most = many.most.load(Ordering::Relaxed);
    assert_eq!(most, 16, "at the same time");
    assert!(took < 3_000, "{took}");
    let heading = "thread: *82 instances*: 82 running (4 in acme-01, 4 in acme-02, 4 in acme-03, 4 in acme-04, \
        4 in acme-05, 4 in acme-06, 4 in acme-07, 4 in acme-08, 50 in 13 more accounts), rows 1–10\n";
    assert!(answer.starts_with(heading), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn what_has_answered_in_time_is_shown_and_all_else_is_named() {
    let world = estate();
    let mut many = Many::new(1, 400);
    many.silent = vec!["acme-03 us-east-1".to_owned(), "acme-03 us-west-2".to_owned()];
    let (answer, took) = answer(&world, Arc::new(many), "find").await;
    assert!(answer.starts_with("thread: *80 instances*: 80 running "), "{answer}");
    assert!(answer.ends_with("\nacme-03, us-east-1 and us-west-2: no answer within 20 s."), "{answer}");
    assert!((20_000..21_000).contains(&took), "{took}");
}

#[tokio::test(start_paused = true)]
async fn many_accounts_that_cannot_be_seen_are_all_told() {
    let world = estate();
    world.seam.always("ec2.describe acme", Trouble::NotAllowed);
    world.ask(&Asked::mention("find web-1")).await;
    let answer = world.answers().remove(0);
    let regions = "eu-west-1, eu-north-1, us-east-1 and us-west-2";
    let told =
        format!("acme-10, {regions}: not allowed to describe as BellhopEc2 in 000000000010 (request req-1).");
    assert_eq!(answer.matches("not allowed to describe as BellhopEc2").count(), 10, "{answer}");
    assert!(answer.contains(&told), "{answer}");
    assert!(answer.ends_with("\nNor could I look everywhere in 10 more accounts: acme-11, acme-12, acme-13, acme-14, acme-15, acme-16, acme-17, acme-18, acme-19 and acme-20."), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_instances_fit_on_pages_of_ten() {
    let (world, many) = (estate(), Arc::new(Many::new(122, 10)));
    let (answer, _) = answer(&world, many, "find").await;
    assert!(answer.starts_with("thread: *10004 instances*: 10004 running "), "{answer}");
    assert!(answer.contains("\n10. `host-acme-01-0009` "), "{answer}");
    assert!(answer.len() < 3_000, "{}", answer.len());
    assert_eq!(world.inventory.lines().len(), 10_004);
    assert!(world.inventory.kept.lock().unwrap().corners.len() == 82);
    let one = Region::new("us-west-2");
    assert!(world.inventory.kept.lock().unwrap().corners.keys().any(|corner| corner.region == one));
}
