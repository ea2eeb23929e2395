//! What each function is told, variable by variable.

use std::net::SocketAddr;

use domain::account::{Account, HomeTeams};
use domain::ids::Worker;

use super::ManagedTag;
use crate::scheduler::Place;

/// The functions that do jobs, by the workers whose jobs they do: from
/// `EC2_FUNCTION`, `TEXT_FUNCTION` and `STANDUP_FUNCTION`, each a name or an ARN.
pub type Workers = Vec<(Worker, String)>;

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
    /// `STANDUPS_TABLE`: the table of standups, their runs and answers.
    pub standups_table: String,
    /// `SSM_PREFIX`: where the secrets are; no slash at the end.
    pub ssm_prefix: String,
    /// The functions that do their jobs, from `EC2_FUNCTION` and `STANDUP_FUNCTION`.
    pub workers: Workers,
}

/// The environment of `commands`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commands {
    /// `INSTALLATIONS_TABLE`: the table of installations.
    pub installations_table: String,
    /// `JOBS_TABLE`: the table of jobs.
    pub jobs_table: String,
    /// `SSM_PREFIX`: where the secrets are; no slash at the end.
    pub ssm_prefix: String,
    /// The functions that do the jobs.
    pub workers: Workers,
    /// `SLACK_API_URL`: the Web API; no slash at the end.
    pub slack_api_url: String,
}

/// The environment of `interactions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interactions {
    /// `INSTALLATIONS_TABLE`: the table of installations.
    pub installations_table: String,
    /// `JOBS_TABLE`: the table of jobs.
    pub jobs_table: String,
    /// `STANDUPS_TABLE`: the table of standups, their runs and answers.
    pub standups_table: String,
    /// `SSM_PREFIX`: where the secrets are; no slash at the end.
    pub ssm_prefix: String,
    /// The functions that do the jobs.
    pub workers: Workers,
    /// `SLACK_API_URL`: the Web API; no slash at the end.
    pub slack_api_url: String,
}

/// The environment of `ec2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ec2 {
    /// `INSTALLATIONS_TABLE`: the table of installations.
    pub installations_table: String,
    /// `JOBS_TABLE`: the table of jobs and threads.
    pub jobs_table: String,
    /// `ACCOUNTS_TABLE`: the table of the accounts that teams have linked.
    pub accounts_table: String,
    /// `INSTANCES_TABLE`: the table of what was seen of instances.
    pub instances_table: String,
    /// `AUDIT_TABLE`: the table of what was changed.
    pub audit_table: String,
    /// `SSM_PREFIX`: where the secrets are; no slash at the end.
    pub ssm_prefix: String,
    /// The account that Bellhop runs in, from `HOME_ACCOUNT`, its 12 digits, and
    /// `REGIONS`, the regions it may use there, separated by commas.
    pub home: Account,
    /// `HOME_TEAMS`, optional: the teams that may use that account, separated by
    /// commas, or `*` for all. Without it only the team that installed the app first.
    pub home_teams: HomeTeams,
    /// `MANAGED_TAG`, optional, `key=value`: only instances with that tag exist for Bellhop.
    pub managed_tag: Option<ManagedTag>,
    /// `SLACK_API_URL`: the Web API; no slash at the end.
    pub slack_api_url: String,
}

/// The environment of `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// `JOBS_TABLE`: the table of jobs.
    pub jobs_table: String,
    /// `SSM_PREFIX`: where the secrets are; no slash at the end.
    pub ssm_prefix: String,
    /// `SLACK_API_URL`: tells which `response_url`s lead to Slack; no slash at the end.
    pub slack_api_url: String,
    /// `SMMRY_API_URL`: the service SMMRY; no slash at the end.
    pub smmry_api_url: String,
    /// `FETCH_HOSTS`, optional, `host=address:port` separated by commas: hosts
    /// that are looked for at these addresses, which are not checked. For the
    /// local stack; the templates never set it.
    pub fetch_hosts: Vec<(String, SocketAddr)>,
}

/// The environment of `standup`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standup {
    /// `INSTALLATIONS_TABLE`: the table of installations.
    pub installations_table: String,
    /// `JOBS_TABLE`: the table of jobs.
    pub jobs_table: String,
    /// `STANDUPS_TABLE`: the table of standups, their runs and answers.
    pub standups_table: String,
    /// `INSTANCES_TABLE`: the table of what was seen of instances.
    pub instances_table: String,
    /// `AUDIT_TABLE`: the table of what was changed.
    pub audit_table: String,
    /// `SSM_PREFIX`: where the secrets are; no slash at the end.
    pub ssm_prefix: String,
    /// `HOME_TEAMS`, optional: the teams that may use Bellhop's own account,
    /// separated by commas, or `*` for all. Without it only the team that installed
    /// the app first.
    pub home_teams: HomeTeams,
    /// `SLACK_API_URL`: the Web API; no slash at the end.
    pub slack_api_url: String,
    /// Where schedules stand and what they wake: `SCHEDULE_GROUP`, a name, and the
    /// ARNs `SCHEDULE_TARGET_ARN`, `SCHEDULE_ROLE_ARN` and `SCHEDULE_DEAD_LETTERS_ARN`.
    pub schedules: Place,
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
    /// The functions that do the jobs.
    pub workers: Workers,
    /// `SLACK_API_URL`: the Web API; no slash at the end.
    pub slack_api_url: String,
}
