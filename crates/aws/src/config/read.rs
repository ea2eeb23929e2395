//! The kinds of variables, and what makes each of them wrong.

use std::net::SocketAddr;

use domain::account::{Access, Account, HOME, HomeTeams};
use domain::approvers::Approvers;
use domain::ids::{AccountId, Alias, Region, TeamId, Worker};
use domain::job::{EC2, TEXT};
use domain::standup::STANDUP;
use http::Uri;

use super::{ConfigError, DEFAULT_SLACK_API_URL, Lookup, ManagedTag, Workers};

/// The longest tag key that EC2 takes.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions>
const MAX_TAG_KEY: usize = 128;

/// The longest tag value that EC2 takes.
const MAX_TAG_VALUE: usize = 256;

/// How many digits the number of an account has.
const ACCOUNT_DIGITS: usize = 12;

/// How many parts an ARN has at least: `arn`, partition, service, region, account, resource.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
const ARN_PARTS: usize = 6;

/// What `HOME_TEAMS` says to mean every team.
const ALL_TEAMS: &str = "*";

/// Hosts that may be spoken to without TLS: this very machine.
const LOCAL_HOSTS: [&str; 2] = ["127.0.0.1", "localhost"];

/// Reads variables and says which one is wrong.
pub(super) struct Reader<'a> {
    lookup: Lookup<'a>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(lookup: Lookup<'a>) -> Self {
        Self { lookup }
    }

    /// A variable that must be there, trimmed.
    pub(super) fn required(&self, variable: &'static str) -> Result<String, ConfigError> {
        self.optional(variable)?.ok_or(ConfigError { variable, problem: "is missing" })
    }

    /// A variable that may be absent but, if it is there, not blank: a blank
    /// one is a template whose parameter was lost.
    fn optional(&self, variable: &'static str) -> Result<Option<String>, ConfigError> {
        match (self.lookup)(variable) {
            None => Ok(None),
            Some(value) if value.trim().is_empty() => Err(ConfigError { variable, problem: "is blank" }),
            Some(value) => Ok(Some(value.trim().to_owned())),
        }
    }

    /// `SSM_PREFIX`.
    pub(super) fn ssm_prefix(&self) -> Result<String, ConfigError> {
        let variable = "SSM_PREFIX";
        let prefix = self.required(variable)?;
        let prefix = prefix.trim_end_matches('/');
        let right = prefix.len() > 1
            && prefix.starts_with('/')
            && !prefix.contains("//")
            && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_.-".contains(&byte));
        if right {
            Ok(prefix.to_owned())
        } else {
            Err(ConfigError { variable, problem: "must be a parameter path such as /bellhop/prod" })
        }
    }

    /// `SLACK_API_URL`, or the real Slack.
    pub(super) fn slack_api_url(&self) -> Result<String, ConfigError> {
        Ok(self.url("SLACK_API_URL")?.unwrap_or_else(|| DEFAULT_SLACK_API_URL.to_owned()))
    }

    /// An address that tokens and redirects may go to: https, or this machine.
    pub(super) fn url(&self, variable: &'static str) -> Result<Option<String>, ConfigError> {
        let Some(url) = self.optional(variable)? else { return Ok(None) };
        let url = url.trim_end_matches('/').to_owned();
        if is_safe_url(&url) {
            Ok(Some(url))
        } else {
            let problem =
                "must be an https URL without user, query or fragment (http only on 127.0.0.1 or localhost)";
            Err(ConfigError { variable, problem })
        }
    }

    /// Bellhop's own account: `HOME_ACCOUNT` and `REGIONS`.
    pub(super) fn home(&self) -> Result<Account, ConfigError> {
        let variable = "HOME_ACCOUNT";
        let id = self.required(variable)?;
        if id.len() != ACCOUNT_DIGITS || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ConfigError { variable, problem: "must be an account's 12 digits" });
        }
        Ok(Account {
            alias: Alias::new(HOME),
            id: AccountId::new(id),
            regions: self.regions()?,
            access: Access::Home,
            approvers: Approvers::default(),
        })
    }

    /// `HOME_TEAMS`: only the first team if it is absent.
    pub(super) fn home_teams(&self) -> Result<HomeTeams, ConfigError> {
        let variable = "HOME_TEAMS";
        let Some(text) = self.optional(variable)? else { return Ok(HomeTeams::First) };
        if text.trim() == ALL_TEAMS {
            return Ok(HomeTeams::All);
        }
        let names: Vec<&str> = text.split(',').map(str::trim).collect();
        if names.iter().all(|name| is_team(name)) {
            Ok(HomeTeams::These(names.into_iter().map(TeamId::new).collect()))
        } else {
            let problem = "must be * or ids of workspaces (T…) separated by commas";
            Err(ConfigError { variable, problem })
        }
    }

    /// `REGIONS`, in the order given, each once.
    fn regions(&self) -> Result<Vec<Region>, ConfigError> {
        let variable = "REGIONS";
        let mut regions = Vec::new();
        for name in self.required(variable)?.split(',').map(str::trim) {
            if !is_region(name) {
                return Err(ConfigError { variable, problem: "must be region names separated by commas" });
            }
            let region = Region::new(name);
            if !regions.contains(&region) {
                regions.push(region);
            }
        }
        Ok(regions)
    }

    /// `EC2_FUNCTION`, `TEXT_FUNCTION` and `STANDUP_FUNCTION`.
    pub(super) fn workers(&self) -> Result<Workers, ConfigError> {
        let text = (Worker::new(TEXT), self.required("TEXT_FUNCTION")?);
        Ok(vec![self.ec2()?, text, self.standup()?])
    }

    /// `EC2_FUNCTION`.
    pub(super) fn ec2(&self) -> Result<(Worker, String), ConfigError> {
        Ok((Worker::new(EC2), self.required("EC2_FUNCTION")?))
    }

    /// `STANDUP_FUNCTION`.
    pub(super) fn standup(&self) -> Result<(Worker, String), ConfigError> {
        Ok((Worker::new(STANDUP), self.required("STANDUP_FUNCTION")?))
    }

    /// The name of something in AWS that is nobody's to guess.
    pub(super) fn arn(&self, variable: &'static str) -> Result<String, ConfigError> {
        let arn = self.required(variable)?;
        let right = arn.starts_with("arn:") && arn.split(':').count() >= ARN_PARTS;
        if right { Ok(arn) } else { Err(ConfigError { variable, problem: "must be an ARN" }) }
    }

    /// `FETCH_HOSTS`; none if it is absent.
    pub(super) fn fetch_hosts(&self) -> Result<Vec<(String, SocketAddr)>, ConfigError> {
        let variable = "FETCH_HOSTS";
        let text = self.optional(variable)?.unwrap_or_default();
        let pairs = text.split(',').filter(|pair| !pair.is_empty());
        let read = pairs.map(|pair| {
            let (host, address) = pair.split_once('=')?;
            let host = host.trim();
            (!host.is_empty()).then_some(())?;
            Some((host.to_owned(), address.trim().parse().ok()?))
        });
        let problem = "must be host=address:port, several separated by commas";
        read.collect::<Option<Vec<_>>>().ok_or(ConfigError { variable, problem })
    }

    /// `MANAGED_TAG`; the value may contain `=`, the key may not.
    pub(super) fn managed_tag(&self) -> Result<Option<ManagedTag>, ConfigError> {
        let variable = "MANAGED_TAG";
        let Some(text) = self.optional(variable)? else { return Ok(None) };
        let tag = text.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
        match tag {
            Some((key, value)) if fits(key, MAX_TAG_KEY) && fits(value, MAX_TAG_VALUE) => {
                Ok(Some(ManagedTag { key: key.to_owned(), value: value.to_owned() }))
            }
            _ => Err(ConfigError { variable, problem: "must be key=value, both given" }),
        }
    }
}

fn fits(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.chars().count())
}

/// A team's id: one that is not read as it was meant would shut the team out, or,
/// if it left the list empty, let everybody in.
fn is_team(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(['T', 'E'])
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// `eu-west-1`, `us-gov-east-1`, `us-isob-east-1` …: lower-case words, then a number.
fn is_region(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    let Some((number, words)) = parts.split_last() else { return false };
    words.len() >= 2
        && words.iter().all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()))
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_safe_url(url: &str) -> bool {
    if url.contains(['?', '#', '@', ' ']) {
        return false;
    }
    let Ok(uri) = url.parse::<Uri>() else { return false };
    match (uri.scheme_str(), uri.host()) {
        (Some("https"), Some(host)) => !host.is_empty(),
        (Some("http"), Some(host)) => LOCAL_HOSTS.contains(&host),
        _ => false,
    }
}
