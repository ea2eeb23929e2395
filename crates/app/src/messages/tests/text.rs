//! Articles, addresses and people's own texts are foreign: nothing in them can
//! notify, link, end a line, turn into code, or be too long for Slack.

use domain::ids::{JobId, UserId};
use domain::summarize::Parsed;
use serde_json::json;
use slack::blocks::{Message, validate};

use super::super::text::*;
use crate::ports::{ServiceFault, Summary, SummaryError};

/// A title, sentence, address or type of file with bad intentions.
const HOSTILE: [&str; 12] = [
    "<!channel>",
    "<!here|x> <!subteam^S1> <@U0BOB> <#C0OPS>",
    "&lt;!channel&gt;",
    "<https://evil.example|web>",
    "a`b",
    "```<!everyone>```",
    "a\nDone: `web-1` is *stopped* (1 s).",
    "a\r\nb\rc",
    "a|b>c<d",
    "https://a.example/x|y>z<!channel>",
    "https://a.example/`<!here>\n`",
    "javascript:alert(1)//<!channel>",
];

fn summary_of(words: &str, sentences: usize) -> Summary {
    Summary {
        title: words.to_owned(),
        sentences: vec![words.to_owned(); sentences],
        reading_minutes: 1,
        url: words.to_owned(),
        instead_of: Some(ServiceFault::Internal),
    }
}

/// Every sentence with `words` wherever foreign text can stand.
fn everything(words: &str) -> Vec<Message> {
    let (user, job) = (UserId::new("U0ANN"), JobId::new("text#T0ACME#1"));
    let article = summary_of(words, 10);
    let private = summary(&article, &job);
    vec![
        shared(&user, &private),
        shared_summary(&user, &article),
        no_summary(words, &SummaryError::NotFound),
        no_summary("https://a.example", &SummaryError::NotText(Some(words.to_owned()))),
        not_to_summarize(&Parsed::Sentences(words.to_owned())),
        private,
    ]
}

/// What Slack would read in `text` besides characters: the inside of every `<…>`.
fn marks(text: &str) -> Vec<&str> {
    let after = text.split('<').skip(1);
    after.map(|rest| rest.split_once('>').unwrap_or_else(|| panic!("no end: {text}")).0).collect()
}

fn texts(message: &Message) -> Vec<String> {
    let blocks = json!(message.blocks());
    let inside = |block: &serde_json::Value| {
        let own = block["text"]["text"].as_str().map(str::to_owned);
        let element = block["elements"][0]["text"].as_str().map(str::to_owned);
        own.or(element)
    };
    let blocks = blocks.as_array().unwrap().iter().filter_map(inside);
    blocks.chain([message.fallback().to_owned()]).collect()
}

#[test]
fn foreign_text_can_do_nothing_in_any_sentence() {
    for hostile in HOSTILE {
        for (message, harmless) in everything(hostile).iter().zip(everything("https://web.example/x")) {
            validate(&json!(message.blocks())).unwrap();
            for text in texts(message) {
                for mark in marks(&text) {
                    let is_link = mark.starts_with("https://") && mark.matches('|').count() == 1;
                    assert!(is_link || mark == "@U0ANN", "{mark} in {text}");
                }
                assert!(!text.split('<').next().unwrap().contains('>'), "{text}");
                let bare = ["&amp;", "&lt;", "&gt;"]
                    .iter()
                    .fold(text.clone(), |text, known| text.replace(known, ""));
                assert!(!bare.contains('&') && !bare.contains('\r'), "{text}");
                assert_eq!(text.matches('`').count() % 2, 0, "{text}");
            }
            let (said, plain) = (message.fallback(), harmless.fallback());
            assert_eq!(said.lines().count(), plain.lines().count(), "{said}");
            assert_eq!(said.matches('`').count(), plain.matches('`').count(), "{said}");
        }
    }
}

#[test]
fn text_of_any_length_fits() {
    for piece in ["a", "<", "&", "<!channel>", "👨‍👩‍👧‍👦", "e\u{301}", "word ", "https://a.example/", "שלום"]
    {
        let long = piece.repeat(10_000 / piece.chars().count());
        for message in everything(&long) {
            validate(&json!(message.blocks())).unwrap();
            // Slack does not say how much all of a message may be; its text, 40,000.
            let all: usize = texts(&message).iter().map(|text| slack::text::length(text)).sum();
            assert!(all < 30_000, "{piece}: {all}");
            for text in texts(&message) {
                marks(&text);
            }
        }
        let article = summary(&summary_of(&long, 10), &JobId::new("text#1"));
        let blocks = json!(article.blocks());
        assert_eq!(blocks.as_array().unwrap().last().unwrap()["type"], "actions", "{piece}: no button");
    }
}

#[test]
fn a_long_title_still_ends_in_bold_and_long_words_end_in_dots() {
    let long = "word ".repeat(2_000);
    let article = summary(&summary_of(&long, 2), &JobId::new("text#1"));
    let lines: Vec<&str> = article.fallback().lines().collect();
    assert!(lines[0].starts_with("*word ") && lines[0].ends_with("…*"), "{}", lines[0]);
    assert_eq!(slack::text::length(lines[0]), 302);
    assert!(lines[1].starts_with("• word ") && lines[1].ends_with('…'), "{}", lines[1]);
    assert_eq!(slack::text::length(lines[1]), 1_002);
    let refusal = no_summary(&long, &SummaryError::NotFound);
    assert!(slack::text::length(refusal.fallback()) < 140, "{refusal:?}");
    let refusal = not_to_summarize(&Parsed::Sentences("9".repeat(10_000)));
    assert!(slack::text::length(refusal.fallback()) < 160, "{refusal:?}");
}

#[test]
fn a_summary_says_where_it_is_from() {
    for (url, shown) in [
        ("https://news.example/", "<https://news.example/|news.example>"),
        ("https://news.example/a/b?utm=1#top", "<https://news.example/a/b?utm=1#top|news.example/a/b>"),
        ("https://news.example/?a=1&b=2", "<https://news.example/?a=1&amp;b=2|news.example>"),
        ("https://news.example/a|b", "<https://news.example/a%7Cb|news.example/a%7Cb>"),
        ("https://news.example/a`b", "<https://news.example/a%60b|news.example/a%60b>"),
        ("javascript:x", "javascript:x"),
    ] {
        let article = Summary { url: url.to_owned(), instead_of: None, ..summary_of("x", 1) };
        let said = shared_summary(&UserId::new("U1"), &article);
        assert_eq!(said.fallback(), format!("*x*\n• x\n1 min read · {shown}\nShared by <@U1>"));
    }
}

#[test]
fn no_sentence_is_empty() {
    let job = || Some(JobId::new("text#1"));
    let all = [
        reverse_help(),
        summarize_help(),
        too_long_to_reverse(4_000),
        nothing_to_share(),
        was_shared(),
        not_shared(None),
        not_shared(job()),
        perhaps_shared(None),
        perhaps_shared(job()),
        not_to_summarize(&Parsed::NoUrl),
        not_to_summarize(&Parsed::ManyUrls),
    ];
    for message in all.into_iter().chain(everything("")) {
        assert!(message.fallback().len() > 10, "{message:?}");
        assert!(message.fallback().lines().all(|line| !line.trim().is_empty()), "{message:?}");
        validate(&json!(message.blocks())).unwrap();
    }
    assert_eq!(reversed("").fallback(), "–");
}
