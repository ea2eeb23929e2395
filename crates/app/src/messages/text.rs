//! What `/reverse` and `/summarize` say.

use domain::ids::{JobId, UserId};
use domain::summarize::{MAX_SENTENCES, Parsed, SENTENCES};
use slack::blocks::{Block, Message};
use slack::text::{cut, escape, length, link, mention};

use super::offers::{Offer, offering};
use super::{plain, quoted};
use crate::ports::{Forbidden, ServiceFault, Summary, SummaryError};

/// The longest part of a URL that is shown, and of other words of a site or a
/// person in the midst of a sentence.
const SHOWN: usize = 80;

/// The longest part of an article's title that is shown.
const SHOWN_TITLE: usize = 300;

/// The longest part of one of its sentences that is shown: ten of them fit well
/// within a message.
const SHOWN_SENTENCE: usize = 1_000;

/// The longest address that is made a link.
const LINKED: usize = 2_000;

/// The text, backwards.
pub(crate) fn reversed(text: &str) -> Message {
    Message::text(escape(text))
}

/// How `/reverse` is used.
pub(crate) fn reverse_help() -> Message {
    Message::text("Give me a text, and I write it backwards: `/reverse stressed`")
}

/// More than is reversed.
pub(crate) fn too_long_to_reverse(limit: usize) -> Message {
    Message::text(format!("That is longer than {limit} characters, so I left it as it is."))
}

/// How `/summarize` is used.
pub(crate) fn summarize_help() -> Message {
    Message::text(format!(
        "Give me the address of an article, and I pick its {SENTENCES} most telling sentences: `/summarize https://example.com/article`\n\
         A number from 1 to {MAX_SENTENCES} asks for so many sentences, *share* shows them to the channel at once: `/summarize https://example.com/article 5 share`"
    ))
}

/// What was typed after `/summarize` is not one page.
pub(crate) fn not_to_summarize(parsed: &Parsed) -> Message {
    let help = "Try `/summarize https://example.com/article`, and after it a number of sentences or *share*.";
    Message::text(match parsed {
        Parsed::Sentences(asked) => {
            let asked = quoted(&cut(asked, SHOWN));
            format!("I can't pick {asked} sentences; take a number from 1 to {MAX_SENTENCES}.")
        }
        Parsed::ManyUrls => format!("I read one article at a time. {help}"),
        Parsed::NoUrl | Parsed::Help | Parsed::Page { .. } => format!("There is no address in it. {help}"),
    })
}

/// An article in short, for the person who asked.
pub(crate) fn summary(summary: &Summary, job: &JobId) -> Message {
    offering(&body(summary), &[Offer::Share { job: job.clone() }])
}

/// The same for everybody.
pub(crate) fn shared_summary(user: &UserId, summary: &Summary) -> Message {
    shared(user, &Message::text(body(summary)))
}

/// What somebody was shown alone, for everybody.
pub(crate) fn shared(user: &UserId, told: &Message) -> Message {
    let by = format!("Shared by {}", mention(user));
    let text = format!("{}\n{by}", told.fallback());
    let is_text = |block: &&Block| !matches!(block, Block::Actions(_));
    let blocks: Vec<Block> = told.blocks().iter().filter(is_text).cloned().collect();
    if blocks.is_empty() {
        return Message::text(text);
    }
    let blocks = blocks.into_iter().chain([Block::context(&by)]);
    Message::new(&text, blocks).unwrap_or_else(|_| Message::text(&text))
}

fn body(summary: &Summary) -> String {
    let mut lines = vec![format!("*{}*", cut(&plain(&summary.title), SHOWN_TITLE))];
    let sentences = summary.sentences.iter().map(|sentence| plain(sentence));
    lines.extend(sentences.map(|sentence| format!("• {}", cut(&sentence, SHOWN_SENTENCE))));
    lines.push(format!("{} min read · {}", summary.reading_minutes, source(&summary.url)));
    lines.extend(summary.instead_of.map(instead));
    lines.join("\n")
}

/// Where the article is, as a link unless that would be too long.
fn source(url: &str) -> String {
    // In an address as anywhere, a backtick could turn what follows into code;
    // a bar is what separates it from what is shown for it.
    let url = url.replace('`', "%60").replace('|', "%7C");
    let shown = short(&url);
    if length(&url) > LINKED { plain(&shown) } else { link(&url, &shown) }
}

fn instead(fault: ServiceFault) -> String {
    let why = match fault {
        ServiceFault::Internal => "has failed",
        ServiceFault::Rejected => "did not understand the request",
        ServiceFault::Restricted => "does not accept the key, or no credits are left",
        ServiceFault::NotSummarized => "could make nothing of this page",
        ServiceFault::Unreachable => "could not be reached",
    };
    format!("SMMRY {why}, so I picked the sentences myself.")
}

/// A URL without its scheme and query, and not too long.
fn short(url: &str) -> String {
    let place = url.split_once("://").map_or(url, |(_, place)| place);
    let place = place.split(['?', '#']).next().unwrap_or(place).trim_end_matches('/');
    cut(place, SHOWN).into_owned()
}

/// Why there is no summary of `url`.
pub(crate) fn no_summary(url: &str, error: &SummaryError) -> Message {
    let page = quoted(&cut(url, SHOWN));
    Message::text(match error {
        SummaryError::NotAUrl => {
            format!("{page} is not an address. Give me one like *https://example.com/article*.")
        }
        SummaryError::Forbidden(why) => format!("I don't open {page}: {}.", forbidden(*why)),
        SummaryError::NotFound => format!("There is no page at {page}. Is the address right?"),
        SummaryError::Denied(status) => {
            format!("The site does not let me read {page} (HTTP {status}). It may be for subscribers only.")
        }
        SummaryError::Status(status) => {
            format!("The site answered {page} with an error (HTTP {status}). Try again later.")
        }
        SummaryError::TooBig => format!("{page} is too big for me: I read pages of up to 5 MB."),
        SummaryError::NotText(Some(kind)) => {
            let kind = quoted(&cut(kind, SHOWN));
            format!("{page} is not an article but {kind}. I read web pages and plain text.")
        }
        SummaryError::NotText(None) => format!("{page} is not an article. I read web pages and plain text."),
        SummaryError::NoArticle => {
            format!("I found no article at {page}: it is empty, a list of links, or for subscribers only.")
        }
        SummaryError::TimedOut => format!("The site took too long to show {page}. Try again later."),
        SummaryError::Unreachable => {
            format!("I could not reach {page}. Is the address right, and the site up?")
        }
        SummaryError::TooManyRedirects => format!("{page} leads on and on, so I gave up."),
    })
}

const fn forbidden(why: Forbidden) -> &'static str {
    match why {
        Forbidden::Scheme => "I read *http* and *https* addresses only",
        Forbidden::Port => "I read from the usual ports only (80 and 443)",
        Forbidden::Credentials => "there is a name or password in it",
        Forbidden::Address => "it is not on the public internet",
        Forbidden::Downgrade => "it leads from an encrypted page to one that is not",
    }
}

/// What was to be shared is not on record, or not theirs.
pub(crate) fn nothing_to_share() -> Message {
    Message::text("I have nothing to share here any more. Ask for the summary again with *share* behind it.")
}

/// The channel sees it.
pub(crate) fn was_shared() -> Message {
    Message::text("I showed it to the channel.")
}

/// The channel surely does not see it; `again` can be tried again.
pub(crate) fn not_shared(again: Option<JobId>) -> Message {
    match again {
        Some(_) => {
            with_another_try("Slack did not let me show it to the channel, so only you see it.", again)
        }
        None => Message::text(
            "I have the summary, but Slack did not let me show it to the channel. Ask again without *share* to see it yourself.",
        ),
    }
}

/// Nobody knows whether the channel sees it.
pub(crate) fn perhaps_shared(again: Option<JobId>) -> Message {
    with_another_try(
        "I lost contact while I showed it to the channel. If it is not there, ask me once more; I did not try again.",
        again,
    )
}

fn with_another_try(text: &str, again: Option<JobId>) -> Message {
    match again {
        Some(job) => offering(text, &[Offer::Share { job }]),
        None => Message::text(text),
    }
}
