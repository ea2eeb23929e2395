//! Two at once, and one twice.

use std::pin::pin;

use domain::ids::ChannelId;
use domain::standup::{Answer, Blueprint, Definition, Errand, Kind};

use super::{
    ANN_BOB_CAT, BOB, CAT, HOUR_MS, MONDAY, THANKS, answer, ask, asked, channel, daily, does, fire, key,
    post, says, skip, three, typed, wants, wants_in, words,
};
use crate::ports::Clock as _;
use crate::testing::{ANN, BOSS, BOT_USER, TEAM, Trouble, World};

#[tokio::test(start_paused = true)]
async fn a_schedule_that_fires_twice_asks_and_reports_once() {
    for seed in 0..20 {
        let world = three();
        world.seam.mix(seed);
        let at = world.clock.now();
        tokio::join!(fire(&world, Kind::Questions, at), fire(&world, Kind::Questions, at));
        world.settle().await;
        fire(&world, Kind::Questions, at).await;
        world.settle().await;
        for user in ANN_BOB_CAT {
            assert_eq!(asked(&world, user).len(), 1, "{seed}: {user}");
        }
        let at = world.clock.now();
        tokio::join!(fire(&world, Kind::Report, at), fire(&world, Kind::Report, at));
        world.settle().await;
        assert_eq!(channel(&world).len(), 1, "{seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_and_a_schedule_at_once_ask_and_report_once() {
    for seed in 0..20 {
        let world = three();
        world.seam.mix(seed);
        let at = world.clock.now();
        let (now, again) =
            (wants(&world, ANN, "now", typed("now")), wants(&world, BOB, "again", typed("now daily")));
        tokio::join!(fire(&world, Kind::Questions, at), world.work(&now), world.work(&again));
        world.settle().await;
        for user in ANN_BOB_CAT {
            assert_eq!(asked(&world, user).len(), 1, "{seed}: {user}");
        }
        let report = wants(&world, ANN, "report", typed("report"));
        tokio::join!(fire(&world, Kind::Report, at), world.work(&report));
        world.settle().await;
        assert_eq!(channel(&world).len(), 1, "{seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn people_who_submit_at_once_are_all_in_the_report() {
    for seed in 0..40 {
        let world = three();
        ask(&world).await;
        world.clock.later(HOUR_MS).await;
        post(&world).await;
        world.seam.mix(seed);
        let ann = wants(&world, ANN, "ann", answer(MONDAY, ["Ann's", "", ""]));
        let bob = wants(&world, BOB, "bob", answer(MONDAY, ["Bob's", "", ""]));
        let cat = wants(&world, CAT, "cat", skip(MONDAY));
        tokio::join!(world.work(&ann), world.work(&bob), world.work(&cat));
        world.settle().await;
        let report = channel(&world);
        assert_eq!(report.len(), 1);
        let shown = words(&report[0]).join("\n");
        for part in ["2 of 3 answered", "Ann's", "Bob's", "*Skipped:* Cat"] {
            assert!(shown.contains(part), "{seed}: {shown}");
        }
        assert_eq!((says(&world, ANN).as_str(), says(&world, BOB).as_str()), (THANKS, THANKS), "{seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn people_who_submit_while_the_report_is_posted_are_in_it() {
    for seed in 0..40 {
        let world = three();
        ask(&world).await;
        world.clock.later(HOUR_MS).await;
        world.seam.mix(seed);
        let at = world.clock.now();
        let ann = wants(&world, ANN, "ann", answer(MONDAY, ["Ann's", "", ""]));
        let bob = wants(&world, BOB, "bob", answer(MONDAY, ["Bob's", "", ""]));
        tokio::join!(fire(&world, Kind::Report, at), world.work(&ann), world.work(&bob));
        world.settle().await;
        let report = channel(&world);
        assert_eq!(report.len(), 1, "{seed}");
        let shown = words(&report[0]).join("\n");
        assert!(shown.contains("Ann's") && shown.contains("Bob's"), "{seed}: {shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_submissions_of_one_person_the_later_one_stays() {
    for reversed in [false, true] {
        let world = three();
        ask(&world).await;
        let first = wants(&world, ANN, "first", answer(MONDAY, ["first", "", ""]));
        world.clock.later(5).await;
        let second = wants(&world, ANN, "second", answer(MONDAY, ["second", "", ""]));
        let order = if reversed { [second, first] } else { [first, second] };
        for wake in order {
            world.work(&wake).await.unwrap().unwrap();
        }
        world.settle().await;
        let entry = world.standups.entry(&key(MONDAY), ANN).unwrap();
        assert!(matches!(entry.answer, Answer::Given { texts, .. } if texts[0] == "second"), "{reversed}");
        assert_eq!(says(&world, ANN), THANKS);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_before_the_message_is_on_record_is_thanked_for() {
    let quiet = three();
    ask(&quiet).await;
    let calls = quiet.seam.calls();
    let posts = calls.iter().enumerate().filter(|(_, name)| *name == "slack.chat.postMessage");
    for (number, errand) in posts.map(|(at, _)| at).zip([
        answer(MONDAY, ["", "", "x"]),
        skip(MONDAY),
        answer(MONDAY, ["a", "", ""]),
    ]) {
        let world = three();
        world.seam.trouble(number + 1, "entries.store", Trouble::Freeze, 1);
        let at = world.clock.now();
        let mut asking = pin!(fire(&world, Kind::Questions, at));
        tokio::select! {
            biased;
            () = world.seam.frozen() => {}
            () = &mut asking => panic!("nothing froze"),
        }
        // Whoever has the message, and is not on record as asked.
        let user = ANN_BOB_CAT.into_iter().find(|user| asked(&world, user).len() == 1).unwrap();
        let wake = wants(&world, user, "early", errand.clone());
        world.work(&wake).await.unwrap().unwrap();
        world.seam.thaw();
        asking.await;
        world.settle().await;
        assert_ne!(says(&world, user), super::QUESTION, "{errand:?}");
        for user in ANN_BOB_CAT {
            assert_eq!(asked(&world, user).len(), 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_wakes_up_after_its_hold_asks_nobody_twice() {
    let quiet = three();
    ask(&quiet).await;
    let calls = quiet.seam.calls();
    for (number, _) in calls.iter().enumerate().filter(|(_, name)| *name != "slack.chat.postMessage") {
        let world = three();
        world.seam.trouble(number + 1, "", Trouble::Freeze, 1);
        let at = world.clock.now();
        let worker = world.standup();
        let firing = super::Firing {
            kind: Kind::Questions,
            team: key(MONDAY).team,
            standup: key(MONDAY).standup,
            at,
            source: String::new(),
        };
        let mut first = pin!(worker.handle_firing(&firing, at.plus(60_000)));
        tokio::select! {
            biased;
            () = world.seam.frozen() => {}
            _ = &mut first => panic!("call {number} was not reached"),
        }
        world.clock.later(200_000).await;
        fire(&world, Kind::Questions, at).await;
        world.settle().await;
        world.seam.thaw();
        let _ = first.await;
        world.settle().await;
        for user in ANN_BOB_CAT {
            assert_eq!(asked(&world, user).len(), 1, "frozen at {number} ({})", calls[number]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn asking_again_the_same_day_asks_only_who_is_new() {
    let world = three();
    ask(&world).await;
    super::person(&world, "U0DAN", "Dan");
    world.slack.channel(super::TEAM_CHANNEL, &[ANN, BOB, CAT, "U0DAN", crate::testing::BOT_USER]);
    does(&world, ANN, "now", typed("now")).await;
    for user in [ANN, BOB, CAT, "U0DAN"] {
        assert_eq!(asked(&world, user).len(), 1, "{user}");
    }
}

/// The standups of the channel `id`.
fn held_in(world: &World, id: &str) -> Vec<Definition> {
    let all = world.standups.definitions().into_iter();
    all.filter(|known| known.blueprint.channel.as_str() == id).collect()
}

#[tokio::test(start_paused = true)]
async fn two_commands_at_once_make_one_standup_and_ask_once() {
    for seed in 0..40 {
        let world = three();
        world.standups.forget(TEAM, &daily());
        world.seam.mix(seed);
        let ann = wants(&world, ANN, "ann", typed("now"));
        let bob = wants(&world, BOB, "bob", typed("now"));
        let _ = tokio::join!(world.work(&ann), world.work(&bob));
        world.settle().await;
        let made = held_in(&world, super::TEAM_CHANNEL);
        assert_eq!(made.len(), 1, "{seed}: {made:#?}");
        assert_eq!(made[0].blueprint.name, "standup");
        for user in ANN_BOB_CAT {
            assert_eq!(super::direct(&world, user).len(), 1, "{seed}: {user}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn standups_that_are_made_and_renamed_at_once_have_different_names() {
    for seed in 0..40 {
        let world = three();
        world.slack.channel("C0OTHER", &[ANN, BOB, BOT_USER]);
        world.seam.mix(seed);
        let wanted = |name: &str, channel: &str| Blueprint {
            name: name.to_owned(),
            channel: ChannelId::new(channel),
            ..daily().blueprint
        };
        let set_up = |standup, blueprint| Errand::SetUp { standup, blueprint };
        let wakes = [
            wants(&world, ANN, "first", set_up(None, wanted("standup", "C0OTHER"))),
            wants(&world, BOB, "second", set_up(None, wanted("Standup", "C0OTHER"))),
            wants(&world, BOSS, "rename", set_up(Some(daily().id), wanted("STANDUP", super::TEAM_CHANNEL))),
        ];
        let [first, second, rename] = &wakes;
        let _ = tokio::join!(world.work(first), world.work(second), world.work(rename));
        world.settle().await;
        let all = world.standups.definitions();
        let mut names: Vec<String> = all.iter().map(|known| known.blueprint.name_key()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all.len(), "{seed}: {all:#?}");
        assert!(names.contains(&"standup".to_owned()), "{seed}: {names:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn commands_in_two_channels_at_once_make_two_standups() {
    for seed in 0..40 {
        let world = three();
        world.standups.forget(TEAM, &daily());
        world.slack.channel("C0OTHER", &[ANN, BOB, BOT_USER]);
        world.seam.mix(seed);
        let here = wants(&world, ANN, "here", typed("now"));
        let there = wants_in(&world, "C0OTHER", BOB, "there", typed("now"));
        let _ = tokio::join!(world.work(&here), world.work(&there));
        world.settle().await;
        let name = |channel: &str| held_in(&world, channel).first().map(|one| one.blueprint.name.clone());
        let mut names = [super::TEAM_CHANNEL, "C0OTHER"].map(name);
        names.sort();
        assert_eq!(names, [Some("standup".to_owned()), Some("standup-2".to_owned())], "{seed}");
    }
}
