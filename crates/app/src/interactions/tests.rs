//! Tests of the gateway.

mod clicks;
mod decisions;
mod faults;
mod kinds;
mod modals;
mod plans;
mod shares;
mod signatures;
mod submissions;

use serde_json::{Value, json};

use crate::testing::{ANN, Click, Said, World};

const NOT_TAKEN: &str = "only U0ANN: I am slow or in trouble right now, and may have missed that. If nothing follows within two minutes, please try again.";

/// The message that was asked in, and that its answers stand under.
const THREAD: &str = "1764575999.000100";

/// Who sees the message with the buttons.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Seen {
    /// Everybody in the thread.
    ByAll,
    /// Ann alone, in the channel.
    ByAnn,
    /// Ann, in her messages with the bot.
    InDirect,
    /// Ann alone, as the answer to a slash command.
    InPrivate,
}

const ALL: [Seen; 4] = [Seen::ByAll, Seen::ByAnn, Seen::InDirect, Seen::InPrivate];

/// A message with one button that says `Click me`, as the worker makes it.
fn offer(world: &World, seen: Seen, action_id: &str, value: &str) -> Said {
    let button = json!({"type": "button", "action_id": action_id, "value": value,
        "text": {"type": "plain_text", "text": "Click me"}});
    let mut actions = json!({"type": "actions", "elements": [button]});
    if seen != Seen::InPrivate {
        actions["block_id"] = json!(format!("in:{THREAD}"));
    }
    let said = Said {
        channel: if seen == Seen::InDirect { format!("D-{ANN}") } else { "C0OPS".to_owned() },
        ts: "1764576900.000100".to_owned(),
        thread: matches!(seen, Seen::ByAll | Seen::InDirect).then(|| THREAD.to_owned()),
        only: matches!(seen, Seen::ByAnn | Seen::InPrivate).then(|| ANN.to_owned()),
        text: "Which one?".to_owned(),
        blocks: vec![actions],
        before: Vec::new(),
    };
    world.slack.show(said.clone());
    said
}

/// A click on that button.
fn click(world: &World, seen: Seen, action_id: &str, value: &str) -> Click {
    Click::on(&offer(world, seen, action_id, value), "Click me").unwrap()
}

/// The fields of `changes` in place of its own, the first that `pointer` names.
fn changed(mut click: Click, pointer: &str, value: Value) -> Click {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    click.payload.pointer_mut(parent).unwrap()[key] = value;
    click
}
