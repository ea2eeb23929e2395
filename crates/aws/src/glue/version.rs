//! Which version runs: what an operator may ask any function by invoking it.
//!
//! Only who may invoke the function can ask. What comes through API Gateway or
//! from Slack stands inside an event of another form.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of this code.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The key of the question.
const KEY: &str = "bellhop";
/// The question.
const ASKED: &str = "version";

/// The event that asks.
pub fn question() -> Value {
    serde_json::json!({ KEY: ASKED })
}

/// What a function says of itself.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Its version.
    pub version: String,
}

/// The answer, if `event` is the question.
pub(super) fn asked(event: &Value) -> Option<Told> {
    let is_it = event.as_object().is_some_and(|event| event.len() == 1)
        && event.get(KEY).is_some_and(|asked| asked == ASKED);
    is_it.then(|| Told { version: VERSION.to_owned() })
}

/// A reply to the question, or to any other event.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Reply<Other> {
    /// Which version this is.
    Version(Told),
    /// What the handler says.
    Handled(Other),
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_question_alone_is_answered() {
        assert_eq!(asked(&question()), Some(Told { version: VERSION.to_owned() }));
        for other in [
            json!({}),
            json!("version"),
            json!({"bellhop": "Version"}),
            json!({"bellhop": "version", "v": 1}),
        ] {
            assert_eq!(asked(&other), None, "{other}");
        }
    }

    #[test]
    fn a_reply_is_written_without_a_wrapper() {
        let written = |reply: Reply<()>| serde_json::to_value(reply).unwrap();
        assert_eq!(written(Reply::Handled(())), json!(null));
        assert_eq!(written(Reply::Version(Told { version: "1".into() })), json!({"version": "1"}));
    }
}
