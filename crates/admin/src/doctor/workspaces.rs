//! Slack, and each workspace that has installed the app: whether its token works, and for what.

use std::collections::BTreeSet;
use std::sync::Arc;

use app::install::SCOPES;
use app::ports::{BotTokens as _, Installation};
use aws::dynamo::{DynamoInstallations, SealedTokens};
use aws::glue::SystemClock;
use aws::secrets::{SsmStore, WorkerSecrets};
use aws_config::SdkConfig;
use http::Method;
use secrecy::SecretString;
use serde_json::Value;
use slack::web::{ApiBase, ApiError, Client, Limits};

use super::Place;
use super::report::Report;
use super::sender::{Sender, is_too_far, skew};
use crate::trouble::Trouble;

/// What the deployment stands among.
pub(super) struct Around<'a> {
    pub(super) config: &'a SdkConfig,
    pub(super) place: &'a Place,
    /// Where people add the app.
    pub(super) url: Option<&'a str>,
}

impl Around<'_> {
    /// `slack` is where the functions find Slack, if they are told; `table` holds installations.
    pub(super) async fn check(
        &self,
        slack: Option<&str>,
        table: Option<String>,
        keys_are_right: bool,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let base = match slack.map(ApiBase::parse).transpose() {
            Ok(base) => base.unwrap_or_default(),
            Err(error) => {
                report.wrong("Slack", &Trouble::new(error.to_string(), self.place.deploy()));
                return Ok(());
            }
        };
        report.either("Slack", reachable(&Sender::new()?, &base).await);
        let Some(table) = table.filter(|_| keys_are_right) else {
            report.skipped("workspaces", "their table or the token keys are not known");
            return Ok(());
        };
        let client = Client::over_https(base, Limits::WORKER)?;
        self.installations(&client, table, report).await;
        Ok(())
    }

    async fn installations(&self, client: &Client, table: String, report: &mut Report) {
        let dynamo = aws::clients::dynamo(self.config);
        let teams = match DynamoInstallations::new(dynamo.clone(), table.clone()).teams().await {
            Ok(teams) => teams,
            Err(error) => return report.wrong("workspaces", &Trouble::of(&error, "dynamodb:Scan")),
        };
        let store = Arc::new(SsmStore::new(aws::clients::ssm(self.config)));
        let keys = Arc::new(WorkerSecrets::new(store, &self.place.prefix));
        let tokens = SealedTokens::new(dynamo, table, keys, Arc::new(SystemClock));
        let (mut active, mut removed) = (0, 0);
        for team in &teams {
            let check = format!("workspace {team}");
            match tokens.active(team).await {
                Ok(None) => removed += 1,
                Ok(Some((installation, token))) => {
                    active += 1;
                    report.either(&check, self.works(client, &installation, &token).await);
                }
                Err(fault) => {
                    active += 1;
                    report.wrong(&check, &Trouble::of_fault(&fault, "dynamodb:GetItem", &self.reinstall()));
                }
            }
        }
        report.ok("workspaces", &format!("{active} have the app, {removed} have removed it"));
    }

    /// Whether Slack takes the token, and it may do what the app does.
    async fn works(
        &self,
        client: &Client,
        installation: &Installation,
        token: &SecretString,
    ) -> Result<String, Trouble> {
        let identity = client.auth_test(token).await.map_err(|error| match error {
            ApiError::Auth(_) => Trouble::new(error.to_string(), self.reinstall()),
            _ => {
                Trouble::new(error.to_string(), "look at https://slack-status.com, then run the doctor again")
            }
        })?;
        let granted: BTreeSet<&str> =
            identity.scopes.as_ref().unwrap_or(&installation.scopes).iter().map(String::as_str).collect();
        let lacking: Vec<&str> = SCOPES.into_iter().filter(|scope| !granted.contains(scope)).collect();
        if !lacking.is_empty() {
            let what = format!("it has not granted {}", lacking.join(", "));
            return Err(Trouble::new(what, self.reinstall()));
        }
        let name = installation.team_name.as_deref().unwrap_or("no name");
        let more = granted.len() - SCOPES.len();
        let more = if more == 0 { String::new() } else { format!(", and {more} scopes that it need not") };
        Ok(format!("“{name}”: the token works and has all {} scopes{more}", SCOPES.len()))
    }

    fn reinstall(&self) -> String {
        let url = self.url.unwrap_or("<the stack's output Url>");
        format!("an admin of that workspace opens {url}/slack/install")
    }
}

/// Any answer of its API will do.
async fn reachable(sender: &Sender, base: &ApiBase) -> Result<String, Trouble> {
    let cure = "check the network and SLACK_API_URL; https://slack-status.com tells of outages";
    let answer = sender.send(Method::POST, &base.method("api.test"), &[], "").await;
    let answer = answer.map_err(|why| Trouble::new(format!("{}: {why}", base.host()), cure))?;
    let told: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    if told.get("ok").is_none() {
        return Err(Trouble::new(
            format!("{} answers {}, not as Slack's API", base.host(), answer.status()),
            cure,
        ));
    }
    match skew(&answer) {
        Some(seconds) if is_too_far(seconds) => Err(Trouble::new(
            format!("its clock and this machine's are {seconds} s apart"),
            "sudo timedatectl set-ntp true",
        )),
        _ => Ok(format!("{} answers", base.host())),
    }
}
