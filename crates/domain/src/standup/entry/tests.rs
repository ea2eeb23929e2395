use proptest::prelude::*;

use super::*;

fn entry() -> Entry {
    Entry::new(UserId::new("U1"), "Ada", None, Millis(1_000))
}

fn by(name: &str) -> Owner {
    Owner::new(name)
}

fn asked() -> (ChannelId, MessageTs) {
    (ChannelId::new("D1"), MessageTs::new("1.2"))
}

#[test]
fn asking_goes_from_waiting_over_sending_to_asked() {
    let waiting = entry();
    assert_eq!(waiting.asking, Asking::Waiting { tries: 0 });
    let sending = waiting.sending(by("a"), Millis(2_000));
    assert_eq!(sending.asking, Asking::Sending { by: by("a"), since: Millis(2_000), tries: 0 });
    let (channel, ts) = asked();
    let asked = sending.asked(channel.clone(), ts.clone());
    assert_eq!(asked.asking, Asking::Asked { channel, ts });
    let failed = sending.failed("account_inactive");
    assert_eq!(failed.asking, Asking::Failed { why: "account_inactive".to_owned() });
    let versions = [&waiting, &sending, &asked, &failed].map(|entry| entry.version);
    assert_eq!(versions, [0, 1, 2, 2]);
    assert_eq!(Entry::spared(UserId::new("U1"), "Ada", None, Millis(0)).asking, Asking::Spared);
}

#[test]
fn tries_are_counted_until_it_succeeds() {
    let mut entry = entry();
    for tries in 1..=MAX_TRIES {
        entry = entry.sending(by("a"), Millis(2_000)).waiting_again();
        assert_eq!(entry.asking, Asking::Waiting { tries });
        assert_eq!(entry.tries(), tries);
    }
    let (channel, ts) = asked();
    assert_eq!(entry.asked(channel, ts).tries(), 0);
}

#[test]
fn only_who_waits_and_has_said_nothing_is_due() {
    let waiting = entry();
    let (channel, ts) = asked();
    for (what, entry, now, due) in [
        ("too early", waiting.clone(), 999, false),
        ("just now", waiting.clone(), 1_000, true),
        ("later", waiting.clone(), 5_000, true),
        ("after a failure", waiting.sending(by("a"), Millis(1_000)).waiting_again(), 5_000, true),
        ("being sent", waiting.sending(by("a"), Millis(1_000)), 5_000, false),
        ("asked", waiting.asked(channel, ts), 5_000, false),
        ("failed", waiting.failed("why"), 5_000, false),
        ("spared", Entry::spared(UserId::new("U1"), "Ada", None, Millis(0)), 5_000, false),
        ("skipped before", waiting.skipped(Millis(500)).unwrap(), 5_000, false),
        ("answered before", waiting.answered(vec![], Millis(500), vec![]).unwrap(), 5_000, false),
    ] {
        assert_eq!(entry.is_due(Millis(now)), due, "{what}");
    }
}

#[test]
fn a_step_changes_nothing_but_what_it_is_about() {
    let before = Entry { done: vec!["stopped web-1".to_owned()], picture: Some("p".to_owned()), ..entry() };
    let before = before.answered(vec!["a".to_owned()], Millis(9), vec!["web-1".to_owned()]).unwrap();
    let (channel, ts) = asked();
    for after in [
        before.sending(by("a"), Millis(1)),
        before.waiting_again(),
        before.asked(channel, ts),
        before.failed("why"),
    ] {
        assert_eq!(after.version, before.version + 1);
        assert_eq!(Entry { asking: before.asking.clone(), version: before.version, ..after }, before);
    }
    let after = before.answered(vec!["b".to_owned()], Millis(10), vec![]).unwrap();
    assert_eq!(after.version, before.version + 1);
    assert_eq!(Entry { answer: before.answer.clone(), version: before.version, ..after }, before);
}

#[test]
fn the_later_answer_stays_and_an_answer_is_never_skipped_away() {
    let given = |text: &str, at| Said::Answer(text.to_owned(), at);
    for (said, left) in [
        (vec![given("a", 1), given("b", 2)], "b"),
        (vec![given("b", 2), given("a", 1)], "b"),
        (vec![given("a", 1), given("a", 1)], "a"),
        (vec![given("a", 1), Said::Skip(2)], "a"),
        (vec![Said::Skip(2), given("a", 1)], "a"),
        (vec![Said::Skip(1), given("a", 2)], "a"),
        (vec![Said::Skip(1), Said::Skip(2)], "skipped at 2"),
        (vec![Said::Skip(2), Said::Skip(1)], "skipped at 2"),
        (vec![], "nothing"),
    ] {
        assert_eq!(left_of(&said), left, "{said:?}");
    }
}

#[derive(Clone, Debug)]
enum Said {
    Answer(String, u64),
    Skip(u64),
}

/// What is on record after all that, done in this order.
fn left_of(said: &[Said]) -> String {
    let last = said.iter().fold(entry(), |entry, said| {
        let next = match said {
            Said::Answer(text, at) => entry.answered(vec![text.clone()], Millis(*at), vec![]),
            Said::Skip(at) => entry.skipped(Millis(*at)),
        };
        next.unwrap_or(entry)
    });
    match last.answer {
        Answer::None => "nothing".to_owned(),
        Answer::Given { texts, .. } => texts.concat(),
        Answer::Skipped { at } => format!("skipped at {}", at.0),
    }
}

proptest! {
    #[test]
    fn what_is_left_does_not_depend_on_the_order(
        (said, shuffled) in proptest::collection::vec(any::<bool>(), 0..8).prop_flat_map(|kinds| {
            let said: Vec<Said> = kinds
                .into_iter()
                .zip(1..)
                .map(|(answer, at)| if answer { Said::Answer(format!("at {at}"), at) } else { Said::Skip(at) })
                .collect();
            (Just(said.clone()), Just(said).prop_shuffle())
        }),
        again in any::<proptest::sample::Index>(),
    ) {
        prop_assert_eq!(left_of(&said), left_of(&shuffled));
        let mut twice = shuffled.clone();
        if !twice.is_empty() {
            twice.push(shuffled[again.index(shuffled.len())].clone());
        }
        prop_assert_eq!(left_of(&said), left_of(&twice));
        let last = said.iter().rev().find_map(|said| match said {
            Said::Answer(text, _) => Some(text.clone()),
            Said::Skip(_) => None,
        });
        prop_assert!(last.is_none_or(|text| text == left_of(&said)));
    }
}
