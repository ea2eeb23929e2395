//! `/reverse`.

use domain::job::Status;

use super::only;
use crate::testing::{ANN, Typed, World};

async fn reversed(text: &str) -> String {
    let world = World::new();
    let id = world.run(&Typed::new("/reverse", text)).await;
    let said = only(&world);
    assert_eq!(said.only.as_deref(), Some(ANN), "{text}");
    assert!(said.blocks.is_empty());
    let job = world.jobs.peek(&id).unwrap();
    assert!(job.machine.told && job.machine.status == Status::Done, "{text}");
    assert!(world.slack.aired().is_empty());
    // The gateway has asked who it is; the worker holds no token, and asks for none.
    assert_eq!((world.seam.count("tokens"), world.seam.count("slack.chat")), (1, 0));
    said.text
}

#[tokio::test(start_paused = true)]
async fn text_is_written_backwards_as_it_was_seen() {
    for (text, backwards) in [
        ("abc", "cba"),
        ("  abc  ", "cba"),
        ("a\nb", "b\na"),
        ("a &lt; b &amp;&amp; c", "c &amp;&amp; b &lt; a"),
        ("&amp;lt;", ";tl&amp;"),
        ("<@U0BOB|bob> hi", "ih bob@"),
        ("<#C0OPS|ops>", "spo#"),
        ("<https://a.example/b?c=1&amp;d=2>", "2=d&amp;1=c?b/elpmaxe.a//:sptth"),
        ("<http://a.example|a.example>", "elpmaxe.a"),
        ("<!channel> <!here> <!subteam^S1|@ops>", "spo@ ereh@ lennahc@"),
        (":wave: hi :+1::skin-tone-2:", ":+1::skin-tone-2: ih :wave:"),
        ("👨‍👩‍👧‍👦 e\u{301}!", "!e\u{301} 👨‍👩‍👧‍👦"),
        ("שלום", "םולש"),
        ("a\u{202e}b", "ba"),
        ("\u{202e}", "–"),
        ("helpless", "sselpleh"),
        ("help me", "em pleh"),
        ("*a* `b`", "`b` *a*"),
    ] {
        assert_eq!(reversed(text).await, backwards, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_that_is_reversed_can_notify_anybody() {
    for text in [
        "&gt;lennahc!&lt;",
        "<!channel>",
        ">lennahc!<",
        ">BOB0U@<",
        "&gt;BOB0U@&lt;",
        ">spo|1S^maetbus!<",
        ">kcilc|elpmaxe.live//:sptth<",
        "&amp;gt;lennahc!&amp;lt;",
        ";tl&lennahc!;tg&",
        ";tl&amp;!channel;tg&amp;",
        "<https://a.example|&gt;lennahc!&lt;>",
        "<<!channel>>",
    ] {
        let said = reversed(text).await;
        assert!(!said.contains(['<', '>']), "{text}: {said}");
        let bare = ["&amp;", "&lt;", "&gt;"].iter().fold(said.clone(), |said, known| said.replace(known, ""));
        assert!(!bare.contains('&'), "{text}: {said}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_to_reverse_and_help_get_the_help() {
    for text in ["", " ", "help", "HELP", "&amp;nbsp;"] {
        let help = "Give me a text, and I write it backwards: `/reverse stressed`";
        let expected = if text.starts_with('&') { ";psbn&amp;" } else { help };
        assert_eq!(reversed(text).await, expected, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn there_is_a_limit_in_characters_as_a_reader_counts_them() {
    for (text, is_too_long) in [
        ("a".repeat(4_000), false),
        ("a".repeat(4_001), true),
        ("👨‍👩‍👧‍👦".repeat(1_500), false),
        ("&lt;".repeat(4_000), false),
        ("&lt;".repeat(4_001), true),
    ] {
        let world = World::new();
        let id = world.run(&Typed::new("/reverse", &text)).await;
        let said = only(&world).text;
        let refusal = "That is longer than 4000 characters, so I left it as it is.";
        assert_eq!(said == refusal, is_too_long, "{}", text.len());
        assert!(is_too_long || !said.contains('…'), "{}", text.len());
        let status = if is_too_long { Status::Failed } else { Status::Done };
        assert_eq!(world.jobs.peek(&id).unwrap().machine.status, status);
    }
}
