//! Tables of how a conversation is told.

use super::*;

fn seen(ts: &str, author: &str, plain: &str) -> Seen {
    Seen {
        ts: ts.into(),
        author: author.into(),
        from_bot: author == "bellhop",
        text: plain.into(),
        plain: plain.into(),
        blocks: None,
        buttons: Vec::new(),
        edited: false,
        ephemeral: false,
        thread_ts: None,
        replies: Vec::new(),
    }
}

fn deed(user: &str, message: Seen, words: &str) -> Deed {
    let parent = (message.ts != "0").then(|| "1".to_owned());
    let (user, channel, after) = (user.to_owned(), "#ops".to_owned(), message.ts.clone());
    Deed { user, channel, message, parent, after, words: words.into() }
}

fn view(messages: Vec<Seen>) -> Conversation {
    Conversation { name: "#ops".into(), messages }
}

#[test]
fn a_card_is_shown_as_it_was_when_it_was_clicked() {
    let card = |plain: &str| seen("2", "bellhop", plain);
    let transcript = Transcript {
        views: Vec::new(),
        deeds: vec![
            deed("ann", card("Stop web-1?\n[Stop]"), "clicks [Dry run]"),
            deed("bob", card("Stop web-1?\n[Stop]"), "clicks [Stop]"),
            deed("bob", card("Stopping."), "clicks [Help]"),
        ],
        ..Transcript::default()
    };
    let asked = |last: Seen| Seen { replies: vec![last], ..seen("1", "ann", "stop web-1") };
    let done = Seen { edited: true, ..card("Done.") };
    let shown = render::conversation(&transcript.whole("#ops", vec![("ann", view(vec![asked(done)]))]));
    let expected = [
        "#ops",
        "ann   stop web-1",
        "  └ bellhop  Stop web-1?",
        "             [Stop]",
        "  └ ann  clicks [Dry run]",
        "  └ bob  clicks [Stop]",
        "  └ bellhop  Stopping.",
        "  └ bob  clicks [Help]",
        "  └ bellhop  Done. (edited)",
        "",
    ];
    assert_eq!(shown, expected.join("\n"));
    // What did not change is not repeated.
    let unchanged = transcript.whole("#ops", vec![("ann", view(vec![asked(card("Stopping."))]))]);
    assert!(render::conversation(&unchanged).ends_with("  └ bob  clicks [Help]\n"));
}

#[test]
fn a_modal_came_from_what_was_done_last() {
    let line = seen("3", "ann", "/standup setup");
    let card = Seen { buttons: vec!["Edit".into()], ..seen("2", "bellhop", "Saved.") };
    let place = || "#ops".to_owned();
    for (origin, from_line, from_card) in [
        (Origin::Command(place()), true, false),
        (Origin::Button(place(), "Edit".into()), false, true),
        (Origin::Button(place(), "Delete".into()), false, false),
        (Origin::Message(place(), "2".into()), false, true),
    ] {
        assert_eq!((origin.is(&line, "ann"), origin.is(&card, "ann")), (from_line, from_card), "{origin:?}");
        assert_eq!(origin.channel(), "#ops");
    }
    assert!(!Origin::Command(place()).is(&line, "bob"));
}

#[test]
fn what_was_said_between_two_clicks_stands_between_them() {
    let card = |plain: &str| seen("2", "bellhop", plain);
    let approval = deed("bob", card("Approve?\n[Approve]"), "clicks [Approve]");
    let deeds =
        vec![deed("ann", card("Sure?\n[Yes]"), "clicks [Yes]"), Deed { after: "3".to_owned(), ..approval }];
    let replies = vec![card("Done."), seen("3", "bellhop", "@oncall: look"), seen("4", "ann", "thanks")];
    let asked = Seen { replies, ..seen("1", "ann", "terminate web-1") };
    let transcript = Transcript { deeds, ..Transcript::default() };
    let shown = render::conversation(&transcript.whole("#ops", vec![("ann", view(vec![asked]))]));
    let expected = [
        "#ops",
        "ann   terminate web-1",
        "  └ bellhop  Sure?",
        "             [Yes]",
        "  └ ann  clicks [Yes]",
        "  └ bellhop  Approve?",
        "             [Approve]",
        "  └ bellhop  @oncall: look",
        "  └ bob  clicks [Approve]",
        "  └ bellhop  Done.",
        "  └ ann  thanks",
        "",
    ];
    assert_eq!(shown, expected.join("\n"));
}

#[test]
fn a_message_that_went_away_is_shown_as_it_was_last() {
    let gone = |plain: &str| Seen { ephemeral: true, ..seen("0", "bellhop", plain) };
    let transcript = Transcript {
        views: Vec::new(),
        deeds: vec![deed("ann", gone("Which?"), "clicks [a]"), deed("ann", gone("Sure?"), "clicks [b]")],
        ..Transcript::default()
    };
    let shown = transcript.whole("#ops", vec![("ann", view(vec![seen("1", "ann", "hi")]))]);
    let expected = [
        "#ops",
        "bellhop Which? (only you see this)",
        "ann     clicks [a]",
        "bellhop Sure? (only you see this)",
        "ann     clicks [b]",
        "ann     hi",
        "",
    ];
    assert_eq!(render::conversation(&shown), expected.join("\n"));
    let elsewhere = transcript.whole("#general", vec![("ann", view(Vec::new()))]);
    assert_eq!(elsewhere.messages, []);
}

#[test]
fn what_several_people_see_stands_there_once() {
    let whisper = |ts: &str, plain: &str| Seen { ephemeral: true, ..seen(ts, "bellhop", plain) };
    let both = [seen("1", "ann", "stpo"), seen("3", "gil", "stop")];
    let anns = view(vec![both[0].clone(), whisper("2", "Did you mean stop?\n[stop]"), both[1].clone()]);
    let gils = view(vec![both[0].clone(), both[1].clone(), whisper("4", "You may not.")]);
    let shown = render::conversation(
        &Transcript::default().whole("#ops", vec![("ann", anns.clone()), ("gil", gils)]),
    );
    let expected = [
        "#ops",
        "ann     stpo",
        "bellhop Did you mean stop? (only ann sees this)",
        "        [stop]",
        "gil     stop",
        "bellhop You may not. (only gil sees this)",
        "",
    ];
    assert_eq!(shown, expected.join("\n"));
    let alone = render::conversation(&Transcript::default().whole("#ops", vec![("ann", anns)]));
    assert!(alone.contains("Did you mean stop? (only you see this)\n"), "{alone}");
}
