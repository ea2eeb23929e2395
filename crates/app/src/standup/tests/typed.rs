//! What people type in the direct messages in which they are asked.

use domain::ids::MessageTs;
use domain::standup::{Answer, Blueprint, Definition};

use super::{
    ANN, BOB, HOUR_MS, MONDAY, SKIPPED, THANKS, answer, ask, asked, daily, does, fire, id, key, person, says,
    three,
};
use crate::ports::{Clock as _, Entries};
use crate::testing::{Asked, World};

const OFFER: &str =
    "Is that your answer for *daily*? Save it here; you can still change it before you submit.";
const NO_COMMAND: &str = " I read no command in it; say *help* for what I understand.";
const NOT_HERE: &str = " I run no commands in this thread: type them outside of it.";
const SAVE: &str = "Save as my answer";

/// The message that asks Bob.
fn question(world: &World) -> String {
    asked(world, BOB)[0].ts.clone()
}

/// Bob types `text` in the thread of the question, as message number `number`.
async fn replies(world: &World, text: &str, number: usize) {
    let ts = format!("176457600{number}.000300");
    let asked = Asked::direct_by(BOB, text).at(&ts).in_thread(&question(world));
    world.ask(&asked).await;
}

/// Bob types `text` in his direct messages.
async fn types(world: &World, text: &str, number: usize) {
    world.ask(&Asked::direct_by(BOB, text).at(&format!("176457600{number}.000300"))).await;
}

/// What Bob was told last.
fn told(world: &World) -> String {
    super::direct(world, BOB).pop().unwrap().text
}

/// Bob clicks [Save as my answer] and submits what stands there then.
async fn saves(world: &World, label: &str) -> String {
    // Each click is another one.
    let moment = format!("1764577000.{:06}", world.seam.calls().len());
    world.clicks(&world.button(label).at(&moment).by(BOB)).await.unwrap();
    let shown = world.slack.modal(BOB).unwrap().view.to_string();
    world.fill(BOB, &[]).await.unwrap();
    world.settle().await;
    shown
}

fn kept(world: &World, date: &str) -> Vec<String> {
    match world.standups.entry(&key(date), BOB).unwrap().answer {
        Answer::Given { texts, .. } => texts,
        other => panic!("nothing was saved: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_typed_while_a_question_is_open_is_offered_and_saved() {
    for in_thread in [true, false] {
        let world = three();
        ask(&world).await;
        let text = "Yesterday I worked on the API &amp; the &lt;docs&gt;,\nno blockers";
        if in_thread {
            replies(&world, text, 1).await;
            assert_eq!(told(&world), OFFER);
        } else {
            types(&world, text, 1).await;
            assert_eq!(told(&world), format!("{OFFER}{NO_COMMAND}"));
        }
        saves(&world, SAVE).await;
        let typed = "Yesterday I worked on the API & the <docs>,\nno blockers";
        assert_eq!(kept(&world, MONDAY), [typed, "", ""], "{in_thread}");
        assert_eq!(says(&world, BOB), THANKS);
        assert!(world.fleet.all_done().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_run_from_the_thread_of_a_question_however_old() {
    for days in [0, 1, 5] {
        let world = three();
        ask(&world).await;
        let thread = question(&world);
        for _ in 0..days {
            world.clock.later(24 * HOUR_MS).await;
            ask(&world).await;
        }
        for (number, text) in ["start web-3", "stop web-1", "terminate web-1", "find web-1", "stpo web-1"]
            .into_iter()
            .enumerate()
        {
            let ts = format!("{}.00030{number}", world.clock.now().secs());
            world.ask(&Asked::direct_by(BOB, text).at(&ts).in_thread(&thread)).await;
            let said = told(&world);
            let expected = match (days, text) {
                (0, "stpo web-1") => OFFER.to_owned(),
                (0, _) => format!("{OFFER}{NOT_HERE}"),
                _ => "This standup is over: the next one has begun. Your newest message from me has the questions. I saved nothing, and I run no commands in this thread: type them outside of it.".to_owned(),
            };
            assert_eq!(said, expected, "{days}: {text}");
        }
        assert!(world.fleet.all_done().is_empty() && world.seam.count("ec2.") == 0);
    }
}

#[tokio::test(start_paused = true)]
async fn commands_outside_of_the_thread_and_texts_of_others_go_on_as_before() {
    let world = three();
    ask(&world).await;
    types(&world, "start web-3", 1).await;
    assert_eq!(world.fleet.all_done(), ["start web-3"]);
    types(&world, "help", 2).await;
    assert!(told(&world).starts_with("I look after EC2 instances."), "{}", told(&world));
    // Whoever is not asked, or has answered, is told that it was not understood.
    does(&world, BOB, "bob", answer(MONDAY, ["done", "", ""])).await;
    types(&world, "frobnicate", 3).await;
    assert!(told(&world).starts_with("I didn't understand “frobnicate”."), "{}", told(&world));
    person(&world, "U0DAN", "Dan");
    world.ask(&Asked::direct_by("U0DAN", "frobnicate").at("1764576009.000300")).await;
    let dans = super::direct(&world, "U0DAN").pop().unwrap().text;
    assert!(dans.starts_with("I didn't understand “frobnicate”."), "{dans}");
}

#[tokio::test(start_paused = true)]
async fn skip_lets_somebody_off_in_the_thread_and_outside() {
    for in_thread in [true, false] {
        let world = three();
        ask(&world).await;
        if in_thread {
            replies(&world, "Skip", 1).await;
        } else {
            types(&world, "skip today", 1).await;
        }
        assert_eq!(says(&world, BOB), SKIPPED, "{in_thread}");
        assert_eq!(told(&world), "I don't ask you any more today.");
    }
}

#[tokio::test(start_paused = true)]
async fn a_typed_text_is_added_to_what_was_answered_and_saved_once() {
    let world = three();
    ask(&world).await;
    does(&world, BOB, "bob", answer(MONDAY, ["The door", "", "Nothing"])).await;
    replies(&world, "The window", 1).await;
    saves(&world, SAVE).await;
    assert_eq!(kept(&world, MONDAY), ["The door", "The window", "Nothing"]);
    // The same button again adds nothing.
    saves(&world, SAVE).await;
    assert_eq!(kept(&world, MONDAY), ["The door", "The window", "Nothing"]);
    replies(&world, "The roof", 2).await;
    saves(&world, SAVE).await;
    assert_eq!(kept(&world, MONDAY), ["The door\nThe roof", "The window", "Nothing"]);
}

#[tokio::test(start_paused = true)]
async fn a_long_text_goes_on_in_the_next_fields_and_no_word_of_it_is_lost() {
    for (words, is_whole) in [(300, true), (700, true), (1_100, false)] {
        let world = three();
        ask(&world).await;
        let text: Vec<String> = (0..words).map(|number| format!("w{number:04}")).collect();
        replies(&world, &text.join(" "), 1).await;
        let shown = saves(&world, SAVE).await;
        let is_told = shown.contains("Your message is longer than this form.");
        assert_eq!(is_told, !is_whole, "{words}: {shown}");
        let kept = kept(&world, MONDAY);
        assert!(kept.iter().all(|text| text.len() <= 2_000));
        let all: Vec<&str> = kept.iter().flat_map(|text| text.split_whitespace()).collect();
        assert_eq!(all, text[..all.len()], "{words}");
        assert_eq!(all.len() == words, is_whole, "{words}");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_is_asked_in_two_standups_chooses() {
    let world = three();
    let blueprint = Blueprint { name: "ops <!here>".to_owned(), ..daily().blueprint };
    world.standups.put(super::TEAM, &Definition::new(id("0000ef01"), blueprint, daily().owner));
    ask(&world).await;
    does(&world, ANN, "now", super::typed("now ops &lt;!here&gt;")).await;
    types(&world, "The API", 1).await;
    assert!(
        told(&world).starts_with("Is that your answer for *ops &lt;!here&gt;* or *daily*?"),
        "{}",
        told(&world)
    );
    saves(&world, "Save for daily").await;
    assert_eq!(kept(&world, MONDAY), ["The API", "", ""]);
}

#[tokio::test(start_paused = true)]
async fn an_edit_of_a_typed_answer_is_offered_anew() {
    let world = three();
    ask(&world).await;
    let typed = Asked::direct_by(BOB, "The APU").at("1764576001.000300").in_thread(&question(&world));
    world.ask(&typed).await;
    world.deliver(&typed.edit_event("The API", "1764576005.000000")).await;
    world.settle().await;
    saves(&world, SAVE).await;
    assert_eq!(kept(&world, MONDAY)[0], "The API");
}

#[tokio::test(start_paused = true)]
async fn nobody_gets_at_what_another_one_has_typed() {
    let world = three();
    ask(&world).await;
    replies(&world, "My secret", 1).await;
    world.clicks(&world.button(SAVE).by(ANN)).await.unwrap();
    let shown = world.slack.modal(ANN).unwrap();
    assert!(!shown.view.to_string().contains("My secret"), "{shown:?}");
    let first = world.button(SAVE);
    let value = first.text("/actions/0/value");
    for forged in [value.replace("standup#", "ec2#"), format!("{value}1"), "0000abcd 20251201".to_owned()] {
        world.clicks(&first.clone().by(BOB).at("1764577001.000100").with_value(&forged)).await.unwrap();
        let shown = world.slack.modal(BOB).map(|modal| modal.view.to_string()).unwrap_or_default();
        assert!(!shown.contains("My secret"), "{forged}: {shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn while_the_question_is_being_sent_its_thread_is_known_all_the_same() {
    let world = three();
    ask(&world).await;
    let entry = world.standups.entry(&key(MONDAY), BOB).unwrap();
    let sending = entry.sending(world.writer(), world.clock.now());
    Entries::store(world.standups.as_ref(), &key(MONDAY), &sending, Some(&entry)).await.unwrap();
    let ts = MessageTs::new(format!("{}.999999", world.clock.now().secs()));
    world.ask(&Asked::direct_by(BOB, "start web-3").at("1764576009.000300").in_thread(ts.as_str())).await;
    assert!(world.fleet.all_done().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_questions_of_people_in_their_own_zones_stay_open_until_the_next_are_asked() {
    let world = World::new();
    person(&world, BOB, "Bob");
    let mut definition = daily();
    if let Some(timing) = definition.blueprint.timing.as_mut() {
        timing.own_zones = true;
    }
    world.slack.channel(super::TEAM_CHANNEL, &[BOB, super::BOT_USER]);
    world.standups.put(super::TEAM, &definition);
    let at = world.clock.now();
    fire(&world, domain::standup::Kind::Questions, at).await;
    world.settle().await;
    // The next day has begun somewhere east of here.
    let begun = world.standups.definitions()[0].begun(&key(super::TUESDAY).date).unwrap();
    world.standups.put(super::TEAM, &begun);
    types(&world, "The API", 1).await;
    saves(&world, SAVE).await;
    assert_eq!(kept(&world, MONDAY)[0], "The API");
}
