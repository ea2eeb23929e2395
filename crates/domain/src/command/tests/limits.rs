//! How long a text may be, how many targets it may name, and how much of it is repeated.

use super::*;

#[test]
fn limits_hold() {
    check(&[
        (&"x".repeat(40_000), "too long 1000"),
        (&"please ".repeat(6_000), "too long 1000"),
        (&"<".repeat(40_000), "too long 1000"),
        (&"&".repeat(40_000), "too long 1000"),
        (&format!("stop {}", "i-0123456789abcdef0 ".repeat(500)), "too long 1000"),
        (&"\u{200b}".repeat(40_000), "empty"),
        (&format!("stop {}", "' ".repeat(490)), "left over ' '"),
        (&format!("stop {}", "\"a b\"".repeat(190)), &format!("stop; name {}", "a b".repeat(190))),
    ]);
    let many = |count: usize| (0..count).fold(String::new(), |text, n| text + " w" + &n.to_string());
    assert_eq!(shown(&read(&format!("stop{}", many(26)))), "too many stop 26/25");
    assert!(matches!(read(&format!("stop{}", many(25))), Parsed::Command(_)));
    // A link counts as what the person sees of it.
    let link = format!("check <http://{}|web-1>", "a".repeat(2_000));
    assert_eq!(shown(&read(&link)), "check; name web-1");
}

#[test]
fn excerpts_are_short_and_suggestions_never_cut() {
    let long = "é".repeat(200);
    let Parsed::Refused(Refusal::LeftOver { text }) = read(&format!("stop ({long}")) else {
        panic!("no left-over")
    };
    assert_eq!(text.chars().count(), MAX_EXCERPT);
    let Parsed::Refused(Refusal::Unclear { word, suggestion }) = read(&format!("stpo {long}")) else {
        panic!("not unclear")
    };
    assert_eq!((word.chars().count(), suggestion), (MAX_EXCERPT, None));
}

#[test]
fn harm_and_limits_follow_the_tier() {
    for (verb, tier, limit) in [
        (Verb::Find, 0, None),
        (Verb::Check, 0, None),
        (Verb::Start, 1, Some(20)),
        (Verb::Stop, 2, Some(10)),
        (Verb::Reboot, 2, Some(10)),
        (Verb::Restart, 2, Some(10)),
        (Verb::Terminate, 3, Some(1)),
        (Verb::Kill, 3, Some(1)),
    ] {
        assert_eq!(
            (verb.tier().level(), verb.max_targets(), verb.is_change()),
            (tier, limit, tier > 0),
            "{verb}"
        );
    }
}
