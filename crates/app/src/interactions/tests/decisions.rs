//! From a click on a plan's card to the job that says what is to become of it.

use domain::ids::{JobId, MessageTs, UserId};
use domain::job::{Answers, Ask, Verdict};
use serde_json::json;

use super::plans::{JOB, awaiting, hash, show};
use super::{Seen, THREAD, changed, click};
use crate::testing::{ANN, Click, TEAM, World};

#[tokio::test(start_paused = true)]
async fn a_click_on_a_card_says_what_it_says_and_nothing_else() {
    for (verb, second, label, verdict) in [
        ("stop", false, "Stop", Verdict::Confirm),
        ("stop", false, "Dry run", Verdict::DryRun),
        ("stop", false, "Cancel", Verdict::Cancel),
        ("terminate", false, "Dry run", Verdict::DryRun),
        ("terminate", false, "Cancel", Verdict::Cancel),
        ("terminate", true, "Approve", Verdict::Approve),
        ("terminate", true, "Deny", Verdict::Deny),
    ] {
        let world = World::new();
        let said = show(&world, &awaiting(&world, verb), second);
        let elements = said.blocks.iter().filter_map(|block| block["elements"].as_array()).flatten();
        let mut labels = elements.map(|one| one["text"]["text"].as_str().unwrap());
        let found = labels.find(|known| known.starts_with(label)).unwrap();
        let click = Click::on(&said, found).unwrap().by("U0BOB");
        assert_eq!(click.text("/actions/0/value"), format!("{JOB} {}", hash('7')), "nothing else is in it");

        let answer = world.clicks(&click).await.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{verb} {label}");
        let id = format!("ec2#{TEAM}#click#1764576900.000100#U0BOB#1764577000.000100");
        let job = world.jobs.peek(&JobId::new(id)).unwrap();
        let ask = Ask::Decide { job: JobId::new(JOB), plan: hash('7'), verdict };
        assert_eq!(job.request.ask, ask, "{verb} {label}");
        let thread = MessageTs::new(THREAD);
        let answers = Answers::Channel { thread: thread.clone(), open_thread: Some(thread) };
        assert_eq!((job.request.answers, job.request.user), (answers, UserId::new("U0BOB")));
        assert_eq!(world.wake.take().len(), 1);
        // Who may say it, and whether it is still asked, is the worker's to find out.
        assert_eq!(world.seam.calls(), ["secrets.verifier", "teams.find", "jobs.create", "wake"]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_click_is_one_job_and_another_persons_is_another() {
    let world = World::new();
    let said = show(&world, &awaiting(&world, "terminate"), true);
    let first = Click::on(&said, "Approve").unwrap().by("U0BOB");
    for (click, jobs) in [
        (first.clone(), 2),
        (first.clone(), 2),
        (first.clone().by(ANN), 3),
        (first.clone().at("1764577000.000200"), 4),
        (Click::on(&said, "Deny").unwrap().at("1764577000.000300"), 5),
    ] {
        world.clicks(&click).await.unwrap();
        assert_eq!(world.jobs.all().len(), jobs);
    }
}

#[tokio::test(start_paused = true)]
async fn alone_one_is_answered_alone() {
    let world = World::new();
    let value = format!("{JOB} {}", hash('7'));
    world.clicks(&click(&world, Seen::InPrivate, "decide.confirm.0", &value)).await.unwrap();
    let [job] = world.jobs.all().try_into().unwrap();
    assert!(matches!(job.request.answers, Answers::Private { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_value_that_names_no_plan_is_answered_and_not_stored() {
    let long = "7".repeat(65);
    let upper = format!("{JOB} {}", hash('A'));
    let short = format!("{JOB} {}", "7".repeat(63));
    for value in ["x", JOB, " ", &hash('7').to_string(), &format!(" {}", hash('7')), &long, &upper, &short] {
        for (id, seen) in [
            ("decide.confirm.0", Seen::ByAll),
            ("decide.approve.1", Seen::InPrivate),
            ("justify.0", Seen::ByAll),
        ] {
            let world = World::new();
            let answer = world.clicks(&click(&world, seen, id, value)).await.unwrap();
            assert_eq!(answer.status, 200);
            assert_eq!(world.answers()[1..], ["only U0ANN: I know no such plan."], "{id} {value}");
            assert_eq!(world.seam.calls(), ["secrets.verifier", "teams.find", "slack.response_url"]);
            assert!(world.jobs.all().is_empty(), "{id} {value}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_verdict_that_no_card_offers_means_nothing() {
    let value = format!("{JOB} {}", hash('7'));
    for id in ["decide", "decide.", "decide.justify.0", "decide.Approve.0", "decide.approved", "decide..0"] {
        let world = World::new();
        world.clicks(&click(&world, Seen::ByAll, id, &value)).await.unwrap();
        assert_eq!(world.seam.calls(), ["secrets.verifier"], "{id}");
    }
    let world = World::new();
    let silent =
        changed(click(&world, Seen::ByAll, "decide.deny.0", &value), "/actions/0/value", json!(null));
    world.clicks(&silent).await.unwrap();
    assert_eq!(world.seam.calls(), ["secrets.verifier"]);
}
