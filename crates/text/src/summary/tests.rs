use proptest::prelude::*;

use super::{reading_minutes, summarize};
use crate::extract::Article;

fn article(paragraphs: &[&str]) -> Article {
    let paragraphs = paragraphs.iter().map(|&paragraph| paragraph.to_owned()).collect();
    Article { title: Some("The bridge at Carrow".to_owned()), paragraphs, language: Some("en".to_owned()) }
}

const PARAGRAPHS: [&str; 5] = [
    "The old bridge at Carrow will be closed for repairs from Monday until the end of June.",
    "Engineers found cracks in two of its iron arches, which were cast in 1871. Why now? Nobody had looked.",
    "The county expects to pay about 2 million for the repairs of the bridge. The old bridge at Carrow will be closed \
     for repairs from Monday until June.",
    "A ferry will carry people on foot across the river while the bridge is closed. It is free.",
    "Shop owners on both sides of the river fear for their trade in the months ahead.",
];

#[test]
fn sentences_come_in_the_articles_order_and_begin_with_the_lead() {
    let article = article(&PARAGRAPHS);
    for count in 1..=10 {
        let summary = summarize(&article, count);
        assert!(!summary.is_empty() && summary.len() <= count);
        assert_eq!(summary.first().map(String::as_str), Some(PARAGRAPHS[0]));
        let text = article.paragraphs.join(" ");
        let places: Vec<Option<usize>> =
            summary.iter().map(|sentence| text.find(sentence.as_str())).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{summary:#?}");
    }
}

#[test]
fn what_was_said_is_not_said_again() {
    let summary = summarize(&article(&PARAGRAPHS), 10);
    assert!(!summary.iter().any(|sentence| sentence.ends_with("Monday until June.")), "{summary:#?}");
}

#[test]
fn crumbs_and_questions_come_last() {
    let summary = summarize(&article(&PARAGRAPHS), 4);
    assert!(
        !summary
            .iter()
            .any(|sentence| matches!(sentence.as_str(), "Why now?" | "It is free." | "Nobody had looked."))
    );
}

#[test]
fn the_same_article_gives_the_same_sentences() {
    let article = article(&PARAGRAPHS);
    let first = summarize(&article, 3);
    assert!((0..20).all(|_| summarize(&article, 3) == first));
}

#[test]
fn equal_sentences_give_the_earlier() {
    let article = article(&["Nothing here is like anything there in any way, is it.", "x", "x"]);
    assert_eq!(summarize(&article, 1), ["Nothing here is like anything there in any way, is it."]);
}

#[test]
fn any_text_gives_at_least_one_sentence() {
    for text in ["x", "?", "12", "the and of", "。", "Why? Why? Why?"] {
        assert!(!summarize(&article(&[text]), 3).is_empty(), "{text}");
    }
    assert!(summarize(&article(&[]), 3).is_empty());
}

#[test]
fn reading_takes_as_long_as_people_take() {
    for (text, expected) in [
        (String::new(), 1),
        ("word ".repeat(238), 1),
        ("word ".repeat(238 * 4), 4),
        ("слово ".repeat(238 * 3), 3),
        ("字".repeat(255 * 5), 5),
        ("字か".repeat(357), 2),
        ("word ".repeat(238) + &"字".repeat(255), 2),
    ] {
        assert_eq!(
            reading_minutes(&article(&[&text])),
            expected,
            "{}",
            text.chars().take(10).collect::<String>()
        );
    }
}

proptest! {
    #[test]
    fn summaries_are_parts_of_the_article_in_order(
        paragraphs in proptest::collection::vec("([a-z]{1,8}[ .!?]|[A-Z][a-z]{1,8} |\\PC){0,80}", 0..8),
        language in proptest::option::of("en|de|ja|zh|th|ar|tlh|\\PC{0,5}"),
        count in 1_usize..=10,
    ) {
        let article = Article { title: None, paragraphs, language };
        let summary = summarize(&article, count);
        prop_assert!(summary.len() <= count);
        prop_assert_eq!(summary.is_empty(), article.paragraphs.iter().all(|text| text.trim().is_empty()));
        let text = article.paragraphs.join("\n");
        let mut rest = text.as_str();
        for sentence in &summary {
            let after = rest.split_once(sentence.as_str());
            prop_assert!(after.is_some(), "{sentence:?} is not in {rest:?}");
            rest = after.unwrap_or_default().1;
        }
        prop_assert_eq!(summarize(&article, count), summary);
        prop_assert!(reading_minutes(&article) >= 1);
    }
}
