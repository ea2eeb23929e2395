//! Checks a deployment from outside, one line per check, and changes nothing.
//!
//! What is needed is not listed here a second time: environments are read by the functions' own
//! code, tables and triggers are those of `template.yaml`, scopes those that `install` asks for.

mod blueprint;
mod functions;
mod parameters;
mod report;
mod routes;
mod sender;
mod tables;
mod triggers;
mod versions;
mod workspaces;

use std::collections::BTreeMap;

use aws_config::SdkConfig;

use crate::cli;
use crate::manifest;
use crate::session;
use crate::trouble::Trouble;
use blueprint::Blueprint;
use report::Report;

/// Which deployment, and what mends it.
pub(crate) struct Place {
    pub(crate) stack: String,
    pub(crate) stage: String,
    pub(crate) prefix: String,
}

impl Place {
    /// The name of the function that does this.
    pub(crate) fn function(&self, name: &str) -> String {
        format!("{}-{name}", self.stack)
    }

    /// Deploys the stack anew.
    pub(crate) fn deploy(&self) -> String {
        format!("sam build && sam deploy --stack-name {}", self.stack)
    }

    /// Writes the Slack app's secrets anew.
    pub(crate) fn secrets(&self) -> String {
        format!("cargo admin secrets --stage {}", self.stage)
    }

    /// Shows what a function said.
    pub(crate) fn logs(&self, name: &str) -> String {
        format!("aws logs tail /aws/lambda/{} --since 15m", self.function(name))
    }
}

/// What the functions are told, by their names.
pub(crate) type Environments = BTreeMap<&'static str, BTreeMap<String, String>>;

/// Checks everything. Whether nothing is wrong.
pub(crate) async fn run(wanted: cli::Doctor) -> anyhow::Result<bool> {
    let url = wanted.url.as_deref().map(manifest::address).transpose()?;
    let place = Place { stack: wanted.stack, prefix: wanted.place.prefix(), stage: wanted.place.stage };
    let blueprint = Blueprint::read()?;
    let mut report = Report::default();
    let config = session::open(wanted.place.region).await?;
    if let Err(trouble) = signed_in(&config, &mut report).await {
        report.wrong("credentials", &trouble);
        return Ok(report.end());
    }
    let environments = functions::check(&config, &place, &mut report).await;
    versions::check(&config, &place, &environments, &mut report).await;
    triggers::check(&config, &place, &blueprint, &environments, &mut report).await;
    let secrets = parameters::check(&config, &place, &mut report).await;
    tables::check(&config, &place, &blueprint, &environments, &mut report).await;
    let url = url.or_else(|| told(&environments, "PUBLIC_URL"));
    routes::check(url.as_deref(), &place, secrets.signing, &mut report).await?;
    let slack = told(&environments, "SLACK_API_URL");
    let around = workspaces::Around { config: &config, place: &place, url: url.as_deref() };
    let table = told(&environments, "INSTALLATIONS_TABLE");
    around.check(slack.as_deref(), table, secrets.keys_are_right, &mut report).await?;
    Ok(report.end())
}

async fn signed_in(config: &SdkConfig, report: &mut Report) -> Result<(), Trouble> {
    let client = aws_sdk_sts::Client::new(config);
    let answer = client.get_caller_identity().send().await;
    let identity = answer.map_err(|error| Trouble::of(&error, "sts:GetCallerIdentity"))?;
    let region = config.region().map_or("", |region| region.as_ref());
    report.ok("credentials", &format!("{} in {region}", identity.arn().unwrap_or("somebody")));
    Ok(())
}

/// What the first function that is told of a variable is told.
fn told(environments: &Environments, variable: &str) -> Option<String> {
    environments.values().find_map(|variables| variables.get(variable).cloned())
}
