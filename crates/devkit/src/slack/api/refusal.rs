//! How Slack says no.

use serde_json::{Value, json};

use crate::slack::events::set;

/// Slack's `ok: false`.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    error: String,
    messages: Vec<String>,
    /// The scope that is missing, and those there are.
    scopes: Option<(String, String)>,
}

impl Refusal {
    pub(crate) fn new(error: impl Into<String>) -> Self {
        Self { error: error.into(), messages: Vec::new(), scopes: None }
    }

    /// For want of this scope.
    pub(super) fn missing_scope(needed: &str, provided: &[String]) -> Self {
        Self { scopes: Some((needed.to_owned(), provided.join(","))), ..Self::new("missing_scope") }
    }

    pub(crate) fn saying(self, messages: Vec<String>) -> Self {
        Self { messages, ..self }
    }

    pub(crate) fn error(&self) -> &str {
        &self.error
    }

    pub(super) fn to_json(&self) -> Value {
        let mut json = json!({"ok": false, "error": self.error});
        if let Some((needed, provided)) = &self.scopes {
            set(&mut json, "needed", json!(needed));
            set(&mut json, "provided", json!(provided));
        }
        if !self.messages.is_empty() {
            set(&mut json, "response_metadata", json!({"messages": self.messages}));
        }
        json
    }
}
