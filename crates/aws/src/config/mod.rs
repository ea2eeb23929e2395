//! What a function is told by its environment, read once at start.
//!
//! A variable that is missing, blank or wrong stops the function there and
//! names itself; nothing is guessed later. Values are public names: secrets
//! come from SSM, never from here.

mod environment;
mod functions;
mod read;
#[cfg(test)]
mod tests;

pub use functions::{Commands, Ec2, Events, Install, Interactions, Standup, Sweeper, Text, Workers};

/// The Web API of the real Slack, unless `SLACK_API_URL` says otherwise.
pub const DEFAULT_SLACK_API_URL: &str = "https://slack.com/api";

/// SMMRY's API, unless `SMMRY_API_URL` says otherwise.
pub const DEFAULT_SMMRY_API_URL: &str = "https://api.smmry.com";

/// Any source of variables: the value of the one with this name, if it is set.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Why a function cannot start: a variable, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable {variable} {problem}")]
pub struct ConfigError {
    /// The variable.
    pub variable: &'static str,
    /// What is wrong, as the rest of a sentence. Never the value.
    pub problem: &'static str,
}

/// What one function is told.
pub trait Environment: Sized {
    /// From any source of variables.
    ///
    /// # Errors
    /// Names the first variable that is missing, blank or wrong.
    fn read(lookup: Lookup<'_>) -> Result<Self, ConfigError>;

    /// From the process's own variables.
    ///
    /// # Errors
    /// As [`Environment::read`].
    fn from_env() -> Result<Self, ConfigError> {
        Self::read(&environment)
    }
}

/// A tag that an instance must carry to exist for Bellhop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedTag {
    /// The tag's key.
    pub key: String,
    /// The value it must have, exactly.
    pub value: String,
}

impl ManagedTag {
    /// Key and value.
    pub fn into_pair(self) -> (String, String) {
        (self.key, self.value)
    }
}

/// One variable of the process, if it is set and is text.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(crate) fn environment(variable: &str) -> Option<String> {
    std::env::var(variable).ok()
}
