//! Checks a deployment from outside, one line per check, and changes nothing.
//!
//! What is needed is not listed here a second time: environments are read by the functions' own
//! code, tables and triggers are those of `template.yaml`, scopes those that `install` asks for.

mod blueprint;
mod functions;
mod maker;
mod parameters;
mod report;
mod routes;
mod schedule_role;
mod schedules;
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
use maker::Maker;
use report::Report;

/// Which deployment, and what mends it.
pub(crate) struct Place {
    pub(crate) stack: String,
    pub(crate) stage: String,
    pub(crate) prefix: String,
    /// Which tool made it.
    pub(crate) maker: Maker,
}

/// The stage at which `serverless.yml` leaves it out of the stack's name.
const MAIN_STAGE: &str = "prod";

impl Place {
    /// The name of the function that does this.
    pub(crate) fn function(&self, name: &str) -> String {
        format!("{}-{name}", self.stack)
    }

    /// Deploys the stack anew, with the tool that made it.
    pub(crate) fn deploy(&self) -> String {
        self.by(&self.with_sam())
    }

    /// The same, with this stage.
    pub(crate) fn deploy_stage(&self) -> String {
        self.by(&format!("{} --parameter-overrides Stage={}", self.with_sam(), self.stage))
    }

    /// The same for what somebody has changed by hand: a deployment may find nothing new.
    pub(crate) fn revert(&self) -> String {
        format!("{}; if it changes nothing: docs/operations.md, “Changed by hand”", self.deploy())
    }

    fn by(&self, sam: &str) -> String {
        match self.maker {
            Maker::Sam => sam.to_owned(),
            Maker::Osls => self.with_osls(),
            Maker::Unknown => {
                format!("{sam}, or {}: whichever made the stack", self.with_osls())
            }
        }
    }

    fn with_sam(&self) -> String {
        format!("sam build && sam deploy --stack-name {}", self.stack)
    }

    fn with_osls(&self) -> String {
        let Self { stack, stage, .. } = self;
        let usual = if stage == MAIN_STAGE { "bellhop".to_owned() } else { format!("bellhop-{stage}") };
        let named = if *stack == usual { String::new() } else { format!(" --param stack={stack}") };
        format!(
            "cargo lambda build --release --arm64 --output-format zip && osls deploy --stage {stage}{named} \
             (or serverless deploy, with the parameters as before)"
        )
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
    let mut place = Place {
        stack: wanted.stack,
        prefix: wanted.place.prefix(),
        stage: wanted.place.stage,
        maker: Maker::Unknown,
    };
    let blueprint = Blueprint::read()?;
    let mut report = Report::default();
    let config = session::open(wanted.place.region).await?;
    let caller = match signed_in(&config, &mut report).await {
        Ok(caller) => caller,
        Err(trouble) => {
            report.wrong("credentials", &trouble);
            return Ok(report.end());
        }
    };
    place.maker = maker::find(&config, &caller, &place, &mut report).await;
    let environments = functions::check(&config, &place, &mut report).await;
    versions::check(&config, &place, &environments, &mut report).await;
    triggers::check(&config, &place, &blueprint, &environments, &mut report).await;
    schedules::check(&config, &place, &environments, &mut report).await;
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

/// The ARN of whoever asks.
async fn signed_in(config: &SdkConfig, report: &mut Report) -> Result<String, Trouble> {
    let client = aws_sdk_sts::Client::new(config);
    let answer = client.get_caller_identity().send().await;
    let identity = answer.map_err(|error| Trouble::of(&error, "sts:GetCallerIdentity"))?;
    let region = config.region().map_or("", |region| region.as_ref());
    report.ok("credentials", &format!("{} in {region}", identity.arn().unwrap_or("somebody")));
    Ok(identity.arn.unwrap_or_default())
}

/// What the first function that is told of a variable is told.
fn told(environments: &Environments, variable: &str) -> Option<String> {
    environments.values().find_map(|variables| variables.get(variable).cloned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cures_name_the_tool_that_made_the_stack() {
        let place = |stack: &str, stage: &str, maker| Place {
            stack: stack.into(),
            stage: stage.into(),
            prefix: format!("/bellhop/{stage}"),
            maker,
        };
        let sam = place("b", "dev", Maker::Sam);
        assert_eq!(sam.deploy(), "sam build && sam deploy --stack-name b");
        assert_eq!(
            sam.deploy_stage(),
            "sam build && sam deploy --stack-name b --parameter-overrides Stage=dev"
        );
        let osls = place("bellhop-dev", "dev", Maker::Osls).deploy_stage();
        assert!(osls.contains("&& osls deploy --stage dev (or serverless deploy,"), "{osls}");
        let named = place("b", "prod", Maker::Osls).deploy();
        assert!(named.contains("&& osls deploy --stage prod --param stack=b (or"), "{named}");
        let both = place("bellhop", "prod", Maker::Unknown).deploy();
        assert!(
            both.starts_with("sam build && sam deploy --stack-name bellhop, or cargo lambda build"),
            "{both}"
        );
    }
}
