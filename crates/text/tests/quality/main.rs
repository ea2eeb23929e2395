//! Whether summaries say what articles say: articles of different shapes and
//! languages, each with the sentences that a reader would mark in it.
//!
//! The sentences were marked before any summary was made of them. `cargo test -p
//! text --test quality -- --nocapture` prints how many are found, and how many
//! there are in the first three sentences, which is what is hard to beat.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod cases;

use text::extract::{Article, extract};
use text::fetch::{Kind, Page};
use text::summary::{reading_minutes, summarize};
use unicode_segmentation::UnicodeSegmentation;

use cases::{CASES, Case, UNSEEN};

/// Words that stand only in what is around the articles.
const FURNITURE: [&str; 24] = [
    "furniture",
    "cookie",
    "rights reserved",
    "comment",
    "Most read",
    "Möbel",
    "Cookies",
    "vorbehalten",
    "mobilier",
    "réservés",
    "mobiliario",
    "reservados",
    "mobília",
    "мебельный",
    "защищены",
    "家具",
    "クッキー",
    "転載",
    "评论",
    "版权",
    "الأثاث",
    "محفوظة",
    "Sign up",
    "Read more",
];

fn article(case: &Case) -> Article {
    let url = format!("https://articles.test/{}", case.name).parse().unwrap();
    extract(&Page { url, kind: Kind::Html, text: case.html.to_owned() })
        .unwrap_or_else(|error| panic!("{}: {error}", case.name))
}

/// The first three sentences, by a simple rule of their own.
fn lead(article: &Article) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for paragraph in &article.paragraphs {
        let mut goes_on = false;
        for piece in paragraph.unicode_sentences() {
            match sentences.last_mut() {
                Some(last) if goes_on => last.push_str(piece),
                _ => sentences.push(piece.trim_start().to_owned()),
            }
            let last = piece.trim_end().rsplit(' ').next().unwrap_or_default();
            goes_on = last.ends_with('.') && (last.chars().count() <= 3 || last == "Mme.");
        }
    }
    sentences.truncate(3);
    sentences
}

/// How many of the marked sentences are among `sentences`.
fn found(case: &Case, sentences: &[String]) -> usize {
    let marked = std::iter::once(&case.key).chain(case.others);
    marked.filter(|marked| sentences.iter().any(|sentence| sentence.starts_with(**marked))).count()
}

/// Prints a summary, and how many of the marked sentences are in it.
fn print(case: &Case, summary: &[String], lead: &[String]) {
    let marked = case.others.len() + 1;
    let (ours, first) = (found(case, summary), found(case, lead));
    println!("{:<12} {ours}/{marked}   first three: {first}/{marked}", case.name);
    for sentence in summary {
        println!("    {sentence}");
    }
}

#[test]
fn every_marked_sentence_is_a_sentence_of_its_article() {
    for case in CASES.iter().chain(&UNSEEN) {
        let all = summarize(&article(case), 10_000);
        let marked = std::iter::once(&case.key).chain(case.others);
        for marked in marked {
            let text = article(case).paragraphs.join("\n");
            assert!(text.contains(marked), "{}: {marked} is not in\n{text}", case.name);
            assert!(
                all.iter().any(|sentence| sentence.starts_with(marked)),
                "{}: {marked}: {all:#?}",
                case.name
            );
        }
    }
}

#[test]
fn summaries_hold_the_sentence_that_matters_most() {
    let mut missed = Vec::new();
    let (mut ours, mut leads, mut lead_keys, mut all) = (0, 0, 0, 0);
    for case in &CASES {
        let article = article(case);
        let summary = summarize(&article, 3);
        assert_eq!(summary.len(), 3, "{}", case.name);
        let lead = lead(&article);
        let marked = case.others.len() + 1;
        print(case, &summary, &lead);
        ours += found(case, &summary);
        leads += found(case, &lead);
        all += marked.min(3);
        lead_keys += usize::from(lead.iter().any(|sentence| sentence.starts_with(case.key)));
        if !summary.iter().any(|sentence| sentence.starts_with(case.key)) {
            missed.push(case.name);
        }
    }
    let keys = CASES.len() - missed.len();
    println!("key sentences {keys}/{}, first three {lead_keys}/{0}", CASES.len());
    println!("marked sentences {ours}/{all}, first three {leads}/{all}");
    assert!(missed.is_empty(), "no key sentence in {missed:?}");
    assert!(ours > leads, "no better than the first three sentences");
}

#[test]
fn summaries_of_other_articles_do_as_well() {
    let mut keys = 0;
    for case in &UNSEEN {
        let article = article(case);
        let (summary, lead) = (summarize(&article, 3), lead(&article));
        print(case, &summary, &lead);
        keys += usize::from(summary.iter().any(|sentence| sentence.starts_with(case.key)));
    }
    assert!(keys * 2 > UNSEEN.len(), "{keys} key sentences");
}

#[test]
fn titles_languages_and_reading_times_are_right() {
    for case in CASES.iter().chain(&UNSEEN) {
        let article = article(case);
        assert_eq!(article.title.as_deref(), Some(case.title), "{}", case.name);
        assert_eq!(article.language.as_deref(), Some(case.language), "{}", case.name);
        assert_eq!(reading_minutes(&article), case.minutes, "{}", case.name);
    }
}

#[test]
fn nothing_around_an_article_is_in_it() {
    for case in CASES.iter().chain(&UNSEEN) {
        let article = article(case);
        for paragraph in &article.paragraphs {
            let leaked = FURNITURE.iter().find(|words| paragraph.contains(**words));
            assert_eq!(leaked, None, "{}: {paragraph}", case.name);
        }
    }
}
