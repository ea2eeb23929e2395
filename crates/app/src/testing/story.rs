//! One request from its message to the end, with something going wrong on the
//! way, and what has to hold all the same.

use super::truth::falsehoods;
use super::{Asked, Said, Trouble, World};

/// What goes wrong, and where.
#[derive(Clone, Debug)]
pub(crate) struct Mishap {
    /// The number of the first call that it may happen to.
    pub(crate) from: usize,
    /// How the names of such calls begin.
    pub(crate) prefix: &'static str,
    pub(crate) trouble: Trouble,
    /// To how many calls.
    pub(crate) times: usize,
}

/// What may be left over because nobody can know whether a post was made.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Doubt {
    /// Cards that nobody knew of any more, and that still say `On it`, or ask.
    pub(crate) cards: usize,
    /// Further copies of the answer.
    pub(crate) copies: usize,
}

/// The calls of a story in which nothing goes wrong.
pub(crate) async fn undisturbed(text: &str) -> Vec<String> {
    told(text, &[]).await.seam.calls()
}

/// Plays `text` with `mishaps` until every job is closed.
pub(crate) async fn told(text: &str, mishaps: &[Mishap]) -> World {
    let world = World::new();
    for mishap in mishaps {
        world.seam.trouble(mishap.from, mishap.prefix, mishap.trouble.clone(), mishap.times);
    }
    world.ask(&Asked::mention(text)).await;
    world
}

/// Asserts what always holds, and says what was left over.
pub(crate) fn sound(world: &World, context: &str) -> Doubt {
    let said = world.slack.said();
    for name in ["web-1", "web-2", "web-3", "db-1"] {
        let done = world.fleet.done(name);
        assert!(done.len() <= 1, "{context}: {name} was changed more than once: {done:?}");
    }
    // What is told of a single click is no answer to the request.
    let said: Vec<&Said> =
        said.iter().filter(|said| !is_of_a_click(said) && !said.is_review_request()).collect();
    let (cards, answers): (Vec<&Said>, Vec<&Said>) = said.iter().partition(|said| is_card(said));
    assert!(!answers.is_empty(), "{context}: nobody was told: {said:#?}");
    for answer in &answers {
        assert_eq!(answer.text, answers[0].text, "{context}: two answers: {said:#?}");
        assert_eq!(answer.channel, "C0OPS", "{context}");
        if answer.text.starts_with('*') {
            continue; // A list, which changes nothing.
        }
        let lies = falsehoods(world, &answer.text);
        assert!(lies.is_empty(), "{context}: this is not true: {lies:?}, {:?}", world.fleet.all_done());
    }
    assert!(world.jobs.all().iter().all(|job| job.machine.told), "{context}: a job ended in silence");
    Doubt { cards: cards.len(), copies: answers.len() - 1 }
}

/// Whether it says that something is under way, or asks.
fn is_card(said: &Said) -> bool {
    let first = said.text.lines().next().unwrap_or_default();
    let asks = first.ends_with(", valid 10 min.") || first.contains(" wants to *");
    asks || first.starts_with("On it: ")
}

/// Whether it tells somebody that a click came too late, or got lost.
pub(crate) fn is_of_a_click(said: &Said) -> bool {
    let is_beside =
        ["Already ", "I am slow or in trouble right now"].iter().any(|words| said.text.starts_with(words));
    said.only.is_some() && is_beside
}
