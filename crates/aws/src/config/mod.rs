//! What a function is told by its environment, read once at start.
//!
//! A variable that is missing, blank or wrong stops the function there and
//! names itself; nothing is guessed later. Values are public names: secrets
//! come from SSM, never from here.

mod read;
#[cfg(test)]
mod tests;

use domain::ids::Region;

use read::Reader;

/// The Web API of the real Slack, unless `SLACK_API_URL` says otherwise.
pub const DEFAULT_SLACK_API_URL: &str = "https://slack.com/api";

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

/// The environment of `install`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install {
    /// `INSTALLATIONS_TABLE`: the table of installations.
    pub installations_table: String,
    /// `OAUTH_STATES_TABLE`: the table of one-time OAuth states.
    pub oauth_states_table: String,
    /// `SSM_PREFIX`: where the secrets are, e.g. `/bellhop/prod`; no slash at the end.
    pub ssm_prefix: String,
    /// `SLACK_API_URL`: the Web API; no slash at the end.
    pub slack_api_url: String,
    /// `PUBLIC_URL`, optional: the app's own address on a custom domain; no slash at the end.
    pub public_url: Option<String>,
}

/// The environment of `events`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Events {
    /// `INSTALLATIONS_TABLE`: the table of installations.
    pub installations_table: String,
    /// `JOBS_TABLE`: the table of jobs.
    pub jobs_table: String,
    /// `SSM_PREFIX`: where the secrets are; no slash at the end.
    pub ssm_prefix: String,
    /// `EC2_FUNCTION`: name or ARN of the function that does EC2 jobs.
    pub ec2_function: String,
}

/// The environment of `ec2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ec2 {
    /// `INSTALLATIONS_TABLE`: the table of installations.
    pub installations_table: String,
    /// `JOBS_TABLE`: the table of jobs and threads.
    pub jobs_table: String,
    /// `SSM_PREFIX`: where the secrets are; no slash at the end.
    pub ssm_prefix: String,
    /// `REGIONS`: the regions Bellhop may use, separated by commas; the first is the default.
    pub regions: Vec<Region>,
    /// `MANAGED_TAG`, optional, `key=value`: only instances with that tag exist for Bellhop.
    pub managed_tag: Option<ManagedTag>,
    /// `SLACK_API_URL`: the Web API; no slash at the end.
    pub slack_api_url: String,
}

/// The environment of `sweeper`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweeper {
    /// `INSTALLATIONS_TABLE`: the table of installations.
    pub installations_table: String,
    /// `JOBS_TABLE`: the table of jobs.
    pub jobs_table: String,
    /// `SSM_PREFIX`: where the secrets are; no slash at the end.
    pub ssm_prefix: String,
    /// `EC2_FUNCTION`: name or ARN of the function that does EC2 jobs.
    pub ec2_function: String,
    /// `SLACK_API_URL`: the Web API; no slash at the end.
    pub slack_api_url: String,
}

impl Environment for Install {
    fn read(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let reader = Reader::new(lookup);
        Ok(Self {
            installations_table: reader.required("INSTALLATIONS_TABLE")?,
            oauth_states_table: reader.required("OAUTH_STATES_TABLE")?,
            ssm_prefix: reader.ssm_prefix()?,
            slack_api_url: reader.slack_api_url()?,
            public_url: reader.url("PUBLIC_URL")?,
        })
    }
}

impl Environment for Events {
    fn read(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let reader = Reader::new(lookup);
        Ok(Self {
            installations_table: reader.required("INSTALLATIONS_TABLE")?,
            jobs_table: reader.required("JOBS_TABLE")?,
            ssm_prefix: reader.ssm_prefix()?,
            ec2_function: reader.required("EC2_FUNCTION")?,
        })
    }
}

impl Environment for Ec2 {
    fn read(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let reader = Reader::new(lookup);
        Ok(Self {
            installations_table: reader.required("INSTALLATIONS_TABLE")?,
            jobs_table: reader.required("JOBS_TABLE")?,
            ssm_prefix: reader.ssm_prefix()?,
            regions: reader.regions()?,
            managed_tag: reader.managed_tag()?,
            slack_api_url: reader.slack_api_url()?,
        })
    }
}

impl Environment for Sweeper {
    fn read(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let reader = Reader::new(lookup);
        Ok(Self {
            installations_table: reader.required("INSTALLATIONS_TABLE")?,
            jobs_table: reader.required("JOBS_TABLE")?,
            ssm_prefix: reader.ssm_prefix()?,
            ec2_function: reader.required("EC2_FUNCTION")?,
            slack_api_url: reader.slack_api_url()?,
        })
    }
}

/// One variable of the process, if it is set and is text.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(crate) fn environment(variable: &str) -> Option<String> {
    std::env::var(variable).ok()
}
