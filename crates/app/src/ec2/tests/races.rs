//! A hundred clicks at once on one card: one decides.

use domain::job::{Audience, Status};
use futures_util::future::join_all;
use serde_json::json;

use super::verdicts::{NOT_YOUR_BUTTON, asked, job, justified};
use crate::testing::{ANN, Trouble, World};

/// So many clicks at once, each by its person on its button: what was told of
/// them, without those that were told nothing.
async fn at_once(world: &World, clicks: &[(&str, String)], seed: u64) -> Vec<String> {
    for (label, user) in clicks {
        world.clicks(&world.fresh(label).by(user)).await;
    }
    let wakes = world.wake.take();
    assert_eq!(wakes.len(), clicks.len());
    let before = world.slack.said().len();
    world.seam.mix(seed);
    for done in join_all(wakes.iter().map(|wake| world.work(wake))).await {
        done.unwrap().unwrap();
    }
    world.settle().await;
    let said = world.slack.said().split_off(before).into_iter();
    said.map(|said| format!("{}: {}", said.only.unwrap(), said.text)).collect()
}

#[tokio::test(start_paused = true)]
async fn of_a_hundred_clicks_at_once_one_decides_and_everybody_else_is_told() {
    let mut outcomes = std::collections::BTreeSet::new();
    for seed in 0..12 {
        let world = asked("stop web-1").await;
        let label = |number: u64| ["Stop web-1", "Cancel"][usize::from((number + seed).is_multiple_of(2))];
        let clicks: Vec<(&str, String)> = (0..100).map(|number| (label(number), ANN.to_owned())).collect();
        let losers = at_once(&world, &clicks, seed).await;
        assert_eq!(losers.len(), 99, "{seed}");
        let status = job(&world).machine.status;
        let (said, changes) = if status == Status::Done { ("confirmed", 1) } else { ("cancelled", 0) };
        assert!(status == Status::Done || status == Status::Denied, "{status:?}");
        let sentence = format!("U0ANN: Already {said} by <@U0ANN> at 08:00 UTC.");
        assert!(losers.iter().all(|told| *told == sentence), "{seed}: {losers:?}");
        assert_eq!(
            (world.seam.count("ec2.change"), world.fleet.all_done().len()),
            (changes, changes),
            "{seed}"
        );
        outcomes.insert(said);
    }
    assert_eq!(outcomes.len(), 2, "the clicks did not get into each other's way");
}

#[tokio::test(start_paused = true)]
async fn of_a_hundred_approvals_and_refusals_one_decides() {
    let mut outcomes = std::collections::BTreeSet::new();
    for seed in 0..12 {
        let world = justified().await;
        let people: Vec<String> = (0..80).map(|number| format!("U0P{number}")).collect();
        for person in &people {
            world.slack.person(person, &json!({"is_admin": true}));
        }
        let label = |number: u64| ["Deny", "Approve"][usize::from((number * 7 + seed).is_multiple_of(3))];
        let mut clicks: Vec<(&str, String)> =
            (0..).zip(&people).map(|(number, person)| (label(number), person.clone())).collect();
        for (number, place) in (0..10).zip([3, 11, 19, 27, 35, 43, 51, 59, 67, 75]) {
            let (own, other) = if number % 2 == 0 { ("Cancel", "Approve") } else { ("Approve", "Cancel") };
            clicks.insert(place, (own, ANN.to_owned()));
            clicks.insert(place + 1, (other, ANN.to_owned()));
        }
        clicks.rotate_left(usize::try_from(seed).unwrap() * 3);
        let losers = at_once(&world, &clicks, seed).await;
        assert_eq!((clicks.len(), losers.len()), (100, 99), "{seed}");
        let job = job(&world);
        let (said, by) = match (&job.consent.refused, job.consent.approved.first()) {
            (Some(given), None) if given.by.as_str() == ANN => ("cancelled", given),
            (Some(given), None) => ("denied", given),
            (None, Some(given)) => ("approved", given),
            both => panic!("{both:?}"),
        };
        let first = format!("Already {said} by <@{}> at 08:00 UTC.", by.by);
        for told in &losers {
            let (user, sentence) = told.split_once(": ").unwrap();
            let is_fair = sentence == first || (user == ANN && sentence == NOT_YOUR_BUTTON);
            assert!(is_fair, "{seed}: {told}");
        }
        let changes = usize::from(said == "approved");
        assert_eq!(
            (world.seam.count("ec2.change"), world.fleet.all_done().len()),
            (changes, changes),
            "{seed}"
        );
        assert!(job.consent.approved.len() <= 1);
        outcomes.insert(said);
    }
    assert!(outcomes.len() > 1, "{outcomes:?}");
}

#[tokio::test(start_paused = true)]
async fn a_hundred_clicks_with_a_crash_at_any_call_of_the_first_decide_once() {
    for number in 1..40 {
        for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
            let world = asked("stop web-1").await;
            for label in ["Stop web-1", "Cancel", "Stop web-1", "Cancel", "Dry run", "Stop web-1"] {
                world.clicks(&world.fresh(label)).await;
            }
            world.seam.trouble(world.seam.calls().len() + number, "", trouble.clone(), 1);
            world.settle().await;
            let context = format!("{trouble:?} {number}: {:?}", world.answers());
            let status = job(&world).machine.status;
            let changes = world.fleet.all_done().len();
            let (most, least) = match status {
                Status::Done => (1, 1),
                Status::Denied => (0, 0),
                // It died while it asked EC2.
                Status::Unknown => (1, 0),
                other => panic!("{context}: {other:?}"),
            };
            assert!(world.seam.count("ec2.change") <= most, "{context}");
            assert!((least..=most).contains(&changes), "{context}");
            let silent = world.jobs.all().into_iter().filter(|job| job.id.as_str().contains("#click#"));
            let silent =
                silent.filter(|job| job.reply.as_ref().unwrap().audience == Audience::Nobody).count();
            assert_eq!(silent, 1, "{context}: whoever decided sees the card, and everybody else is told");
            assert!(world.jobs.all().iter().all(|job| job.machine.told), "{context}");
        }
    }
}
