//! The book of changes: what stands in it before and after each call.

use domain::audit::{Entry, Event};
use domain::instance::{Action, InstanceState};
use domain::job::Status;

use crate::testing::{Asked, BOSS, Trouble, World};

/// The entries as far as they differ: number, instances and event.
fn lines(world: &World) -> Vec<String> {
    world.audit.entries().iter().map(line).collect()
}

fn line(entry: &Entry) -> String {
    let targets: Vec<&str> = entry.targets.iter().map(|id| id.as_str().get(..3).unwrap()).collect();
    let event = match &entry.event {
        Event::Calling => "calling".to_owned(),
        Event::Done { request_id, states } => {
            let states: Vec<&str> = states.iter().map(|(_, state)| state.as_str()).collect();
            format!("done [{request_id}] {}", states.join(" "))
        }
        Event::Refused { why } => format!("refused: {why}"),
        Event::Lost { why } => format!("lost: {why}"),
    };
    format!("{} {} {}: {event}", entry.number, entry.region, targets.join(" "))
}

async fn book(text: &str, trouble: Option<(&str, Trouble)>) -> (World, Vec<String>) {
    let world = World::new();
    world.fleet.refuses("web-2", "OperationNotPermitted");
    if let Some((call, trouble)) = trouble {
        world.seam.next(call, trouble);
    }
    world.ask(&Asked::mention(text)).await;
    let lines = lines(&world);
    (world, lines)
}

#[tokio::test(start_paused = true)]
async fn every_call_stands_between_two_entries() {
    for (text, trouble, expected) in [
        ("start web-3", None, &["0 eu-west-1 i-3: calling", "1 eu-west-1 i-3: done [req-1] pending"][..]),
        ("stop web-1", None, &["0 eu-west-1 i-1: calling", "1 eu-west-1 i-1: done [req-1] stopping"]),
        (
            "stop web-1 db-1",
            None,
            &[
                "0 eu-west-1 i-1: calling",
                "1 eu-west-1 i-1: done [req-1] stopping",
                "5 us-east-1 i-4: calling",
                "6 us-east-1 i-4: done [req-1] stopping",
            ],
        ),
        (
            // As a whole it is refused, so each is tried on its own.
            "stop web-1 web-2",
            None,
            &[
                "0 eu-west-1 i-1 i-2: calling",
                "1 eu-west-1 i-1 i-2: refused: EC2 answered OperationNotPermitted: in EC2's own words",
                "2 eu-west-1 i-1: calling",
                "3 eu-west-1 i-1: done [req-1] stopping",
                "7 eu-west-1 i-2: calling",
                "8 eu-west-1 i-2: refused: EC2 answered OperationNotPermitted: in EC2's own words",
            ],
        ),
        (
            "stop web-1",
            Some(("ec2.change", Trouble::NotAllowed)),
            &[
                "0 eu-west-1 i-1: calling",
                "1 eu-west-1 i-1: refused: ec2:StopInstances is not allowed (request req-1)",
            ],
        ),
        (
            "stop web-1",
            Some(("ec2.change", Trouble::FailAfter)),
            &[
                "0 eu-west-1 i-1: calling",
                "1 eu-west-1 i-1: lost: EC2's answer was lost: reset",
                "4 eu-west-1 i-1: done [] stopping",
            ],
        ),
        (
            "stop web-1",
            Some(("ec2.change", Trouble::FailBefore)),
            &[
                "0 eu-west-1 i-1: calling",
                "1 eu-west-1 i-1: lost: EC2's answer was lost: reset",
                "4 eu-west-1 i-1: lost: it was found running",
            ],
        ),
        (
            // The run after a crash finds out what was done.
            "stop web-1",
            Some(("ec2.change", Trouble::CrashAfter)),
            &["0 eu-west-1 i-1: calling", "4 eu-west-1 i-1: done [] stopped"],
        ),
        (
            "stop web-1",
            Some(("ec2.change", Trouble::CrashBefore)),
            &["0 eu-west-1 i-1: calling", "4 eu-west-1 i-1: lost: it was found running"],
        ),
        ("stop web-1 --dry-run", None, &[]),
        ("find", None, &[]),
        ("stop vault", None, &[]),
    ] {
        let (_, lines) = book(text, trouble.clone()).await;
        assert_eq!(lines, expected, "{text}: {trouble:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_entry_says_by_whose_word() {
    let world = World::new();
    let id = world.ask(&Asked::mention("terminate web-1")).await;
    let job = world.jobs.peek(&id).unwrap();
    let entries = world.audit.entries();
    assert_eq!(entries.len(), 2);
    for entry in entries {
        assert_eq!((entry.team, entry.job, entry.actor.as_str()), (job.team.clone(), id.clone(), "U0ANN"));
        assert_eq!((entry.verb.as_str(), entry.action), ("terminate", Action::Terminate));
        assert_eq!((entry.account.as_str(), entry.region.as_str()), ("home", "eu-west-1"));
        assert_eq!(entry.plan.as_ref(), job.asked.last().map(|asked| &asked.plan));
        let approvers: Vec<&str> = entry.approvers.iter().map(domain::ids::UserId::as_str).collect();
        assert_eq!((approvers, entry.reason.as_deref()), (vec![BOSS], Some("it has served")));
    }
    // What somebody types is a reason as well.
    for (text, plan) in [("start web-3 because of load", false), ("stop web-1 because of load", true)] {
        let (world, _) = book(text, None).await;
        for entry in world.audit.entries() {
            assert_eq!((entry.reason.as_deref(), entry.plan.is_some()), (Some("of load"), plan), "{text}");
            assert!(entry.approvers.is_empty());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_written_down_is_not_done() {
    let why = "I could not write down what I was about to do, so I left `web-1` alone.";
    let world = World::new();
    world.seam.next("audit.append", Trouble::FailBefore);
    world.ask(&Asked::mention("stop web-1")).await;
    assert_eq!(world.answers(), [format!("thread: {why}")]);
    assert_eq!((world.seam.count("ec2.change"), world.audit.entries().len()), (0, 0));
    assert_eq!(world.jobs.all()[0].machine.status, Status::Failed);
    world.press("Retry web-1").await;
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
    // One place does not keep the other from being changed.
    let world = World::new();
    world.seam.next("audit.append", Trouble::FailBefore);
    world.ask(&Asked::mention("stop web-1 db-1")).await;
    assert_eq!(world.answers(), [format!("thread: 1 of 2 done.\nDone: `db-1` is *stopped* (5 s).\n{why}")]);
    assert_eq!(world.fleet.all_done(), ["stop db-1"]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_written_down_as_soon_as_that_works() {
    for times in 1..=3 {
        let world = World::new();
        let calls = crate::testing::story::undisturbed("stop web-1").await;
        let call = 1 + calls.iter().position(|name| name.starts_with("ec2.change")).unwrap();
        world.seam.trouble(call, "audit.append", Trouble::FailBefore, times);
        world.ask(&Asked::mention("stop web-1")).await;
        assert!(
            world.answers()[0].starts_with("thread: Done: `web-1` is *stopped* ("),
            "{:?}",
            world.answers()
        );
        let written = if times < 3 { 2 } else { 1 };
        assert_eq!(lines(&world).len(), written, "{times}: nobody waits for ever");
        assert_eq!(world.fleet.done("web-1").len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_leaves_no_call_without_its_entries() {
    for text in ["stop web-1", "stop web-1 db-1", "start web-3", "terminate web-1"] {
        let calls = crate::testing::story::undisturbed(text).await.len();
        for number in 1..=calls {
            for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
                let world = World::new();
                world.seam.trouble(number, "", trouble.clone(), 1);
                world.ask(&Asked::mention(text)).await;
                let context = format!("{text}: {trouble:?} {number}: {:?}", lines(&world));
                let entries = world.audit.entries();
                for calling in entries.iter().filter(|entry| entry.event == Event::Calling) {
                    let after = entries.iter().skip_while(|entry| *entry != calling).skip(1);
                    let answered = after.filter(|entry| entry.event != Event::Calling);
                    let answered: Vec<_> = answered.flat_map(|entry| &entry.targets).collect();
                    assert!(calling.targets.iter().all(|id| answered.contains(&id)), "{context}");
                }
                let mut numbers: Vec<u32> = entries.iter().map(|entry| entry.number).collect();
                numbers.sort_unstable();
                numbers.dedup();
                assert_eq!(numbers.len(), entries.len(), "{context}");
                let done = entries.iter().filter(|entry| matches!(entry.event, Event::Done { .. }));
                let moved = world.fleet.all_done().len();
                assert!(done.count() >= moved, "{context}");
                assert_ne!(world.fleet.state("web-2"), InstanceState::Stopped);
            }
        }
    }
}
