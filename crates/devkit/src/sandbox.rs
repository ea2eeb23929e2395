//! The whole app on one machine: the simulated Slack, the embedded AWS with the
//! functions of `template.yaml`, the fleet, and a web site with articles, joined
//! as a deployment joins them.
//!
//! A test holds it like a person holds Slack: install, say, wait until all is
//! quiet, read. [`Sandbox::finish`] fails a test that leaves something undone.

mod browser;
mod config;
mod customer;
mod problems;
mod secrets;
mod ticks;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context as _;

use crate::cloud::{Cloud, CloudConfig, Log};
use crate::fleet::{self, Clock, Fleet};
use crate::site::Site;
use crate::slack::{Conversation, Impossible, Said, Say, Slack, SlackConfig};
use crate::template::{self, Deployment, Stack};

pub use browser::{Browser, Decision, Page};
pub use config::SandboxConfig;
pub use problems::Problems;

/// The stage that is deployed on a laptop.
const STAGE: &str = "dev";

/// The function that fetches articles.
const READER: &str = "Text";
/// Hosts that are not asked of DNS: `host=address:port`, comma-separated.
const FETCH_HOSTS: &str = "FETCH_HOSTS";

/// The whole app, running.
pub struct Sandbox {
    /// The workspace's root.
    root: PathBuf,
    slack: Slack,
    cloud: Cloud,
    fleet: Arc<Fleet>,
    site: Site,
    log: Log,
    /// The time of the schedule that was fired last by hand.
    fired: Mutex<Option<u64>>,
}

impl Sandbox {
    /// Deploys the template, starts everything, and lets Slack verify the app's URL.
    ///
    /// # Errors
    /// If a port is taken, the template is wrong, a binary is missing, or the
    /// app does not answer Slack's challenge.
    pub async fn start(config: SandboxConfig) -> anyhow::Result<Self> {
        let [app_listener, slack_listener, aws_listener, site_listener] = listeners(config.port)?;
        let site = Site::start(site_listener, config.log.clone())?;
        let app_url = format!("http://{}", app_listener.local_addr()?);
        let slack = Slack::start(SlackConfig {
            listener: slack_listener,
            app_url: app_url.clone(),
            pace: config.slack_pace,
            log: config.log.clone(),
        })?;
        let mut parameters = BTreeMap::from([
            ("Stage".to_owned(), STAGE.to_owned()),
            ("SlackApiUrl".to_owned(), slack.api_url()),
            ("PublicUrl".to_owned(), app_url),
            // Where the sample world has instances.
            ("Regions".to_owned(), "eu-west-1,us-east-1".to_owned()),
        ]);
        parameters.extend(config.parameters);
        let mut deployed = deployed(&config.root, parameters)?;
        show_site(&mut deployed, &site);
        (config.adjust)(&mut deployed);
        let clock = Clock::real();
        let fleet = Arc::new(Fleet::new(fleet::sample_world(clock.now()), clock));
        fleet.set_pace(fleet::Pace {
            change: config.change_time,
            checks: config.change_time.saturating_mul(2),
        });
        let cloud = Cloud::start(CloudConfig {
            stack: deployed,
            bin_dir: config.bin_dir,
            app_listener,
            aws_listener,
            ssm: secrets::made(&slack.app(), config.data_dir.as_deref())?,
            extra_env: config.extra_env,
            fleet: Arc::clone(&fleet) as Arc<dyn crate::cloud::Ec2Api>,
            log: config.log.clone(),
            pace: config.cloud_pace,
            data_dir: config.data_dir,
        })
        .await?;
        let sandbox =
            Self { root: config.root, slack, cloud, fleet, site, log: config.log, fired: Mutex::default() };
        sandbox.slack.verify_url().await.map_err(|error| sandbox.explained(&error))?;
        Ok(sandbox)
    }

    /// The workspace.
    pub const fn slack(&self) -> &Slack {
        &self.slack
    }

    /// The account.
    pub const fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// The instances.
    pub fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    /// The web site with articles.
    pub const fn site(&self) -> &Site {
        &self.site
    }

    /// What happened so far.
    pub const fn log(&self) -> &Log {
        &self.log
    }

    /// Adds the app to Slack as `user` would in a browser, and gives back the
    /// page they end on.
    ///
    /// # Errors
    /// At the first step that does not go as it should.
    pub async fn install(&self, user: &str) -> anyhow::Result<String> {
        let page = Browser::new()?.add_to_slack(&self.cloud.app_url, user).await;
        let page = page.map_err(|error| self.explained(&error))?.body;
        anyhow::ensure!(
            self.slack.installed(),
            "Slack says that the app is not installed; the page said: {page}"
        );
        Ok(page)
    }

    /// Types a message.
    ///
    /// # Errors
    /// If there is no such person or channel, or the one is not in the other.
    pub fn say(&self, user: &str, channel: &str, text: &str) -> Result<Said, Impossible> {
        self.slack.say(&Say {
            user: user.into(),
            channel: channel.into(),
            text: text.into(),
            ..Say::default()
        })
    }

    /// Waits until nothing is being delivered or retried and no function runs or
    /// is about to (what schedules start does not count).
    ///
    /// # Errors
    /// If it takes longer than `timeout`.
    pub async fn quiet(&self, timeout: Duration) -> anyhow::Result<()> {
        let quiet = async {
            loop {
                self.slack.idle().await;
                self.cloud.idle_but_schedules().await;
                // What a function said last may have become an event: look again.
                tokio::task::yield_now().await;
                if self.slack.pending() == 0 {
                    return;
                }
            }
        };
        let waited = tokio::time::timeout(timeout, quiet).await;
        waited.map_err(|_| {
            anyhow::anyhow!("not quiet after {timeout:?}: {} deliveries open", self.slack.pending())
        })
    }

    /// The channel as that person sees it.
    ///
    /// # Errors
    /// If there is no such person or channel, or the one is not in the other.
    pub fn conversation(&self, user: &str, channel: &str) -> Result<Conversation, Impossible> {
        self.slack.conversation(user, channel)
    }

    /// What is left undone or went wrong so far.
    ///
    /// # Errors
    /// If the job table cannot be read.
    pub fn problems(&self) -> anyhow::Result<Problems> {
        problems::found(&self.slack, &self.cloud)
    }

    /// Waits for quiet, stops everything, and fails if anything is left undone.
    ///
    /// # Errors
    /// With everything that is, and the last lines of the functions at fault.
    pub async fn finish(self, timeout: Duration) -> anyhow::Result<()> {
        let quiet = self.quiet(timeout).await;
        let problems = self.problems()?;
        self.stop().await;
        quiet?;
        anyhow::ensure!(problems.is_empty(), "{problems}");
        Ok(())
    }

    /// Stops everything; no process is left when it returns.
    pub async fn stop(self) {
        self.cloud.stop().await;
        self.slack.stop().await;
        self.site.stop().await;
    }

    /// An error of the app, with what its functions printed last.
    fn explained(&self, error: &anyhow::Error) -> anyhow::Error {
        let problems = problems::output_of_all(&self.cloud);
        if problems.is_empty() {
            anyhow::anyhow!("{error:#}")
        } else {
            anyhow::anyhow!("{error:#}\n{problems}")
        }
    }
}

/// What the template comes to with these parameters.
fn deployed(root: &Path, parameters: BTreeMap<String, String>) -> anyhow::Result<Stack> {
    let file = root.join("template.yaml");
    let yaml = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let deployment = Deployment { parameters, ..Deployment::default() };
    template::read(&yaml, &deployment).with_context(|| format!("in {}", file.display()))
}

/// Tells the one function that reads articles where the site is. A function in
/// AWS has no such variable, and finds hosts by DNS alone.
fn show_site(stack: &mut Stack, site: &Site) {
    let reader = stack.functions.iter_mut().find(|function| function.logical_id == READER);
    if let Some(reader) = reader {
        reader.environment.insert(FETCH_HOSTS.to_owned(), site.fetch_hosts());
    }
}

/// Four listeners: four ports in a row, or any four for port 0.
fn listeners(port: u16) -> anyhow::Result<[TcpListener; 4]> {
    let bind = |offset: u16| {
        let port = if port == 0 { 0 } else { port.checked_add(offset).context("the port is too high")? };
        let bound = TcpListener::bind(("127.0.0.1", port));
        bound.with_context(|| format!("port {port} is not free; choose four others in a row with --port"))
    };
    Ok([bind(0)?, bind(1)?, bind(2)?, bind(3)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Text:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: rust-cargolambda, BuildProperties: { Binary: text } }
    Properties: { Runtime: provided.al2023, Handler: bootstrap, CodeUri: . }
  Other:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: rust-cargolambda, BuildProperties: { Binary: other } }
    Properties: { Runtime: provided.al2023, Handler: bootstrap, CodeUri: . }
";

    #[tokio::test]
    async fn only_the_reader_of_articles_finds_the_site() {
        let site = Site::start(TcpListener::bind("127.0.0.1:0").unwrap(), Log::collect()).unwrap();
        let mut stack = template::read(TEMPLATE, &Deployment::default()).unwrap();
        show_site(&mut stack, &site);
        let hosts = |name: &str| stack.function(name).unwrap().environment.get(FETCH_HOSTS).cloned();
        assert_eq!(hosts("Text"), Some(format!("articles.test={}", site.address())));
        assert_eq!(hosts("Other"), None);
        stack.functions.clear();
        show_site(&mut stack, &site);
        assert_eq!(stack.functions.len(), 0, "there need not be such a function");
    }
}
