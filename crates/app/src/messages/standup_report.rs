//! The report of a standup: one message, or one and a thread below it.

use domain::command::{Command, Target, Verb};
use domain::ids::InstanceId;
use domain::standup::{Answer, Asking, Blueprint, Entry, RunDate};
use slack::blocks::{Block, Context, ContextItem, Message, Picture, Section, Text};
use slack::text::{cut, escape, length};

use super::offers::{Offer, actions};
use super::{bold, plain};

/// The blocks that one message takes.
///
/// <https://docs.slack.dev/reference/block-kit/blocks>
const BLOCKS: usize = 50;

/// The characters in the blocks of one message that Slack surely takes.
const CHARACTERS: usize = 12_000;

/// The characters of one paragraph, with some left for marks around them.
const PARAGRAPH: usize = 2_900;

/// The longest part of a name that is shown.
const NAME: usize = 80;

/// Whether somebody is of one kind.
type Kind = fn(&Entry) -> bool;

/// A block and how many characters are in it.
type Piece = (Block, usize);

/// The messages of a report, the first one first: the others stand in its thread.
pub(crate) fn report(blueprint: &Blueprint, date: &RunDate, entries: &[Entry]) -> Vec<Message> {
    let mut entries: Vec<&Entry> = entries.iter().collect();
    entries.sort_by_cached_key(|entry| (entry.name.to_lowercase(), entry.user.clone()));
    let people: Vec<Vec<Piece>> =
        entries.iter().filter_map(|entry| person(entry, &blueprint.questions)).collect();
    let (head, fallback) = head(blueprint, date, &entries);
    let tail = tail(&entries);
    let whole: Vec<Piece> =
        std::iter::once(&head).chain(people.iter().flatten()).chain(&tail).cloned().collect();
    if fits(&whole, 0, 0) {
        return vec![message(&fallback, whole)];
    }
    let first =
        [vec![head], vec![piece(Block::context("The answers are in the thread."), 30)], tail].concat();
    let pages = pages(people);
    let count = pages.len();
    let page = |(number, page)| message(&format!("Answers, part {} of {count}", number + 1), page);
    std::iter::once(message(&fallback, first)).chain(pages.into_iter().enumerate().map(page)).collect()
}

/// What a message of the thread says in which nothing is left to stand.
pub(crate) fn no_page() -> Message {
    Message::text("–")
}

fn message(fallback: &str, pieces: Vec<Piece>) -> Message {
    let blocks = pieces.into_iter().map(|(block, _)| block);
    Message::new(fallback, blocks).unwrap_or_else(|_| Message::text(fallback))
}

const fn piece(block: Block, characters: usize) -> Piece {
    (block, characters)
}

/// Whether `pieces` fit below `blocks` blocks with `characters` characters.
fn fits(pieces: &[Piece], blocks: usize, characters: usize) -> bool {
    let more: usize = pieces.iter().map(|(_, characters)| characters).sum();
    blocks + pieces.len() <= BLOCKS && characters + more <= CHARACTERS
}

/// Whoever fits on a page is not torn apart.
fn pages(people: Vec<Vec<Piece>>) -> Vec<Vec<Piece>> {
    let mut pages: Vec<Vec<Piece>> = Vec::new();
    for person in people {
        let parts = if fits(&person, 0, 0) {
            vec![person]
        } else {
            person.into_iter().map(|one| vec![one]).collect()
        };
        for part in parts {
            match pages.last_mut() {
                Some(page)
                    if fits(&part, page.len(), page.iter().map(|(_, characters)| characters).sum()) =>
                {
                    page.extend(part);
                }
                _ => pages.push(part),
            }
        }
    }
    pages
}

fn head(blueprint: &Blueprint, date: &RunDate, entries: &[&Entry]) -> (Piece, String) {
    let counted: Vec<_> = entries.iter().filter(|entry| !is_away(entry)).collect();
    let answered = counted.iter().filter(|entry| matches!(entry.answer, Answer::Given { .. })).count();
    let title = format!("Standup {}, {}", bold(&blueprint.name), date.in_words());
    let text = format!("{title}\n{answered} of {} answered", counted.len());
    (paragraph(&text), text)
}

fn paragraph(text: &str) -> Piece {
    piece(Section::new(text).expanded().into(), length(text))
}

/// What somebody has answered; nothing if they have not.
fn person(entry: &Entry, questions: &[String]) -> Option<Vec<Piece>> {
    let Answer::Given { texts, instances, .. } = &entry.answer else { return None };
    let mut pieces = vec![portrait(entry)];
    let mut answers = questions.iter().zip(texts).filter(|(_, text)| !text.trim().is_empty()).peekable();
    if answers.peek().is_none() {
        pieces.push(paragraph("–"));
    }
    let answers = answers.flat_map(|(question, text)| paragraphs(&plain(question), text.trim()));
    pieces.extend(joined(answers).iter().map(|text| paragraph(text)));
    let checks: Vec<Offer> = instances.iter().filter_map(|instance| check(instance)).collect();
    pieces.extend(actions(&checks).map(|row| piece(row, 0)));
    Some(pieces)
}

fn portrait(entry: &Entry) -> Piece {
    let name = name(entry);
    let picture = entry.picture.as_deref().and_then(|url| Picture::new(url, cut(&entry.name, NAME)).ok());
    let items =
        picture.map(ContextItem::Picture).into_iter().chain([Text::mrkdwn(format!("*{name}*")).into()]);
    let block = Context::new(items).map_or_else(|_| Block::context(&name), Block::from);
    piece(block, length(&name) + 2)
}

/// A question and what was answered, in as many paragraphs as it takes.
fn paragraphs(question: &str, answer: &str) -> Vec<String> {
    let head = format!("*{question}*\n");
    let mut parts: Vec<(String, usize)> = vec![(head.clone(), length(&head))];
    for character in answer.chars() {
        let escaped = escape(character.encode_utf8(&mut [0; 4]));
        let more = length(&escaped);
        match parts.last_mut() {
            Some((part, characters)) if *characters + more <= PARAGRAPH => {
                part.push_str(&escaped);
                *characters += more;
            }
            _ => parts.push((escaped, more)),
        }
    }
    parts.into_iter().map(|(part, _)| part).filter(|part| !part.trim().is_empty()).collect()
}

/// Paragraphs that are short together are one.
fn joined(paragraphs: impl Iterator<Item = String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for paragraph in paragraphs {
        match joined.last_mut() {
            Some(last) if length(last) + length(&paragraph) < PARAGRAPH => {
                last.push('\n');
                last.push_str(&paragraph);
            }
            _ => joined.push(paragraph),
        }
    }
    joined
}

/// A button that looks at an instance.
fn check(instance: &str) -> Option<Offer> {
    let target = InstanceId::parse(instance).map_or_else(|| Target::Name(instance.to_owned()), Target::Id);
    let command = Command { targets: vec![target], ..Command::new(Verb::Check) };
    command.written().map(Offer::run)
}

/// Those who have not answered, by why.
fn tail(entries: &[&Entry]) -> Vec<Piece> {
    let kinds: [(&str, Kind); 4] = [
        ("Skipped", is_skipped),
        ("Away", |entry| is_silent(entry) && is_away(entry)),
        ("Missing", |entry| is_silent(entry) && !is_away(entry) && !is_unasked(entry)),
        ("Could not be reached", |entry| is_silent(entry) && is_unasked(entry)),
    ];
    kinds.iter().filter_map(|(said, fits)| names(said, entries.iter().filter(|entry| fits(entry)))).collect()
}

fn names<'a>(said: &str, entries: impl Iterator<Item = &'a &'a Entry>) -> Option<Piece> {
    let mut names: Vec<String> = entries.map(|entry| name(entry)).collect();
    if names.is_empty() {
        return None;
    }
    let count = names.len();
    while names.iter().map(|name| length(name) + 2).sum::<usize>() > PARAGRAPH - 200 {
        names.pop();
    }
    let more = count - names.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(paragraph(&format!("*{said}:* {}{more}", names.join(", "))))
}

fn name(entry: &Entry) -> String {
    plain(&cut(&entry.name, NAME))
}

fn is_silent(entry: &Entry) -> bool {
    entry.answer == Answer::None
}

const fn is_skipped(entry: &Entry) -> bool {
    matches!(entry.answer, Answer::Skipped { .. })
}

fn is_away(entry: &Entry) -> bool {
    entry.asking == Asking::Spared && is_silent(entry)
}

const fn is_unasked(entry: &Entry) -> bool {
    matches!(entry.asking, Asking::Failed { .. })
}
