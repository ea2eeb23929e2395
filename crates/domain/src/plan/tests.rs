use super::*;
use crate::ids::{Alias, ChannelId, InstanceId, JobId, Owner, Region, TeamId, UserId};
use crate::instance::InstanceState;
use crate::job::{Answers, Ask, Request, TagValue};
use crate::preflight::Warning;

const EXPIRES: Millis = Millis(1_700_000_600_000);

fn instance(number: u32, name: Option<&str>) -> PlanTarget {
    PlanTarget {
        id: InstanceId::parse(&format!("i-{number:08x}")).unwrap(),
        account: Alias::new("acme"),
        region: Region::new("eu-west-1"),
        launched_at: Millis(1_600_000_000_000),
        name: name.map(str::to_owned),
        label: name.unwrap_or("i").to_owned(),
        before: InstanceState::Running,
        progress: Progress::Planned,
        unseen: None,
        warnings: Vec::new(),
        tags: Vec::new(),
    }
}

fn tag(key: &str, value: Option<&str>) -> TagValue {
    TagValue { key: key.to_owned(), value: value.map(str::to_owned) }
}

fn plan() -> Plan {
    Plan {
        verb: "stop".to_owned(),
        action: Action::Stop { force: false, hibernate: false },
        dry_run: false,
        wait: true,
        begun_at: Millis(7),
        targets: vec![instance(1, Some("web-1")), instance(2, None)],
    }
}

fn job() -> Job {
    let request = Request {
        user: UserId::new("U1"),
        channel: ChannelId::new("C1"),
        ask: Ask::command("stop web-1"),
        answers: Answers::Direct { thread: crate::ids::MessageTs::new("1.2") },
    };
    let id = JobId::new("ec2#T1#C1#1.2");
    Job { plan: Some(plan()), ..Job::new(id, TeamId::new("T1"), request, Owner::new("x"), Millis(0)) }
}

#[test]
fn the_text_has_every_field_in_its_place() {
    let mut job = job();
    job.consent.reason = Some("it is “old”\n\"and\" broken".to_owned());
    let expected = concat!(
        r#"{"team":"T1","job":"ec2#T1#C1#1.2","requester":"U1","verb":"stop","action":"StopInstances","#,
        r#""force":false,"hibernate":false,"dry_run":false,"wait":true,"#,
        r#""reason":"it is “old”\n\"and\" broken","targets":["#,
        r#"{"account":"acme","region":"eu-west-1","id":"i-00000001","name":"web-1","state":"running","#,
        r#""launched_at":1600000000000,"act":true},"#,
        r#"{"account":"acme","region":"eu-west-1","id":"i-00000002","name":null,"state":"running","#,
        r#""launched_at":1600000000000,"act":true}],"expires":1700000600000}"#,
    );
    let text = canonical(&job, &plan(), EXPIRES);
    assert_eq!(text, expected);
    // Anybody can find the hash again, with `sha256sum` for one.
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["targets"][1]["id"], "i-00000002");
}

#[test]
fn the_hash_is_sha_256_of_the_text() {
    let hash = hash(&job(), &plan(), EXPIRES);
    assert_eq!(hash.as_str(), "5fc4c87a015f4f56632be0f2f9afe722e8fd031a16720d1c6423f6bfb4a604bf");
    assert_eq!(hash.short(), "5FC4");
}

#[test]
fn people_read_four_digits() {
    for (hash, short) in [("7f3a99", "7F3A"), ("0abc", "0ABC"), ("7f", "7F"), ("", "")] {
        assert_eq!(PlanHash::new(hash).short(), short);
    }
}

/// Each change makes another plan, and all are told apart.
#[test]
fn every_field_counts() {
    type Change = fn(&mut Job, &mut Plan, &mut Millis);
    let changes: [(&str, Change); 25] = [
        ("nothing", |_, _, _| {}),
        ("team", |job, _, _| job.team = TeamId::new("T2")),
        ("job", |job, _, _| job.id = JobId::new("ec2#T1#C1#1.3")),
        ("requester", |job, _, _| job.request.user = UserId::new("U2")),
        ("verb", |_, plan, _| plan.verb = "restart".to_owned()),
        ("action", |_, plan, _| plan.action = Action::Reboot),
        ("force", |_, plan, _| plan.action = Action::Stop { force: true, hibernate: false }),
        ("hibernate", |_, plan, _| plan.action = Action::Stop { force: false, hibernate: true }),
        ("dry run", |_, plan, _| plan.dry_run = true),
        ("wait", |_, plan, _| plan.wait = false),
        ("reason", |job, _, _| job.consent.reason = Some("old".to_owned())),
        ("empty reason", |job, _, _| job.consent.reason = Some(String::new())),
        ("fewer targets", |_, plan, _| plan.targets.truncate(1)),
        ("more targets", |_, plan, _| plan.targets.push(instance(3, None))),
        ("order of targets", |_, plan, _| plan.targets.reverse()),
        ("account", |_, plan, _| plan.targets[0].account = Alias::new("home")),
        ("region", |_, plan, _| plan.targets[1].region = Region::new("us-east-1")),
        ("id", |_, plan, _| plan.targets[1].id = InstanceId::parse("i-00000009").unwrap()),
        ("name", |_, plan, _| plan.targets[0].name = Some("web-2".to_owned())),
        ("no name", |_, plan, _| plan.targets[0].name = None),
        ("state", |_, plan, _| plan.targets[0].before = InstanceState::Stopping),
        ("launch", |_, plan, _| plan.targets[1].launched_at = Millis(1_600_000_000_001)),
        ("tag", |_, plan, _| plan.targets[0].tags = vec![tag("Env", Some("prod"))]),
        ("no tag", |_, plan, _| plan.targets[0].tags = vec![tag("Env", None)]),
        ("other tag", |_, plan, _| plan.targets[0].tags = vec![tag("Stage", Some("prod"))]),
    ];
    let mut hashes: Vec<(PlanHash, &str)> = changes
        .into_iter()
        .map(|(name, change)| {
            let (mut job, mut plan, mut expires) = (job(), plan(), EXPIRES);
            change(&mut job, &mut plan, &mut expires);
            (hash(&job, &plan, expires), name)
        })
        .collect();
    hashes.push((hash(&job(), &plan(), EXPIRES.plus(1)), "expires"));
    let mut left_out = plan();
    left_out.targets[1].progress = Progress::Refused { why: "protected".to_owned(), tried: false };
    hashes.push((hash(&job(), &left_out, EXPIRES), "left out"));
    hashes.sort_unstable();
    for pair in hashes.windows(2) {
        assert_ne!(pair[0].0, pair[1].0, "{} and {} have one hash", pair[0].1, pair[1].1);
    }
}

#[test]
fn words_cannot_pass_for_other_fields() {
    let named = |name: &str| {
        let mut plan = plan();
        plan.targets[0].name = Some(name.to_owned());
        canonical(&job(), &plan, EXPIRES)
    };
    for name in ["a\",\"state\":\"stopped", "\\", "\\\",\"x\":\"", "\u{0}\n\u{2028}", "</script>", "null"] {
        let json: Value = serde_json::from_str(&named(name)).unwrap();
        assert_eq!(json["targets"][0]["name"], name, "{name:?}");
        assert_eq!(json["targets"][0].as_object().unwrap().len(), 7, "{name:?}");
        assert_eq!(json["targets"][0]["state"], "running", "{name:?}");
    }
}

/// The record of a plan that was carried out still has the hash that was agreed to.
#[test]
fn what_becomes_of_a_plan_does_not_count() {
    let agreed = hash(&job(), &plan(), EXPIRES);
    let state = InstanceState::Stopped;
    for progress in [
        Progress::Planned,
        Progress::Accepted { state },
        Progress::Reached { state, took_ms: 41_000 },
        Progress::WouldRun,
        Progress::Refused { why: "not allowed".to_owned(), tried: true },
        Progress::Lost { state: None },
    ] {
        let mut plan = plan();
        plan.begun_at = Millis(99);
        plan.targets[0].progress = progress;
        plan.targets[0].warnings.push(Warning::Spot);
        assert_eq!(hash(&job(), &plan, EXPIRES), agreed, "{plan:?}");
    }
}
