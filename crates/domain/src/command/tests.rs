//! The language, row by row: what is typed (as Slack sends it) and what is
//! understood, in a short form that [`shown`] makes.

mod accounts;
mod clauses;
mod filters;
mod limits;
mod phrases;
mod settings;
mod shown;
mod targets;
mod unclear;
mod written;

use super::*;
use crate::ids::UserId;
use shown::shown;

const BOT: &str = "UBOT";

fn read(text: &str) -> Parsed {
    parse(text, Some(&UserId::new(BOT)))
}

fn check(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        assert_eq!(shown(&read(text)), *expected, "{text:?}");
    }
}
