//! Everything at once: a workspace that has installed the app, two regions of
//! instances, and the functions that serve them.

use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::ids::{AppId, BotId, JobId, Owner, TeamId, UserId};
use domain::instance::InstanceState::{Pending, Running, Stopped, Terminated};
use serde_json::{Value, json};
use slack::signature::sign;

use super::asked::Asked;
use super::clock::{CountingEntropy, VirtualClock};
use super::estate::{Gates, MemoryAccounts, MemoryAudit, MemoryInventory, MemorySettings};
use super::fleet::Fleet;
use super::jobs::MemoryJobs;
use super::little::{MemoryStates, MemoryThreads, SIGNING_SECRET, WakeQueue};
use super::reader::Reader;
use super::seam::Seam;
use super::slack::{ANN, BOSS, BOT, BOT_USER, FakeSlack, TEAM, TOKEN};
use super::standups::MemoryStandups;
use super::teams::MemoryTeams;
use crate::http::{Request, Response};
use crate::ports::{Clock as _, Installation};
use crate::standup::Firing;
use crate::wake::WakeUp;

/// As in the deployment: what Lambda gives one run of each worker, and of the sweeper.
const WORKER_MS: u64 = 120_000;
const TEXT_MS: u64 = 45_000;
const SWEEPER_MS: u64 = 50_000;

/// How long the tests wait for a job to be closed: a day.
const PATIENCE_MINUTES: usize = 24 * 60;

pub(crate) const EUROPE: &str = "eu-west-1";
pub(crate) const AMERICA: &str = "us-east-1";

/// The world of one test.
pub(crate) struct World {
    pub(crate) seam: Arc<Seam>,
    pub(crate) clock: Arc<VirtualClock>,
    pub(crate) jobs: Arc<MemoryJobs>,
    pub(crate) teams: Arc<MemoryTeams>,
    pub(crate) states: Arc<MemoryStates>,
    pub(crate) threads: Arc<MemoryThreads>,
    pub(crate) wake: Arc<WakeQueue>,
    pub(crate) accounts: Arc<MemoryAccounts>,
    pub(crate) settings: Arc<MemorySettings>,
    pub(crate) inventory: Arc<MemoryInventory>,
    pub(crate) audit: Arc<MemoryAudit>,
    pub(crate) gates: Arc<Gates>,
    pub(crate) fleet: Arc<Fleet>,
    pub(crate) slack: Arc<FakeSlack>,
    pub(crate) reader: Arc<Reader>,
    pub(crate) standups: Arc<MemoryStandups>,
    /// Whether people agree to what they are asked; see [`World::agree`].
    pub(super) agrees: AtomicBool,
    /// How many clicks were made so far, but for those that tests make.
    pub(super) clicks: AtomicUsize,
    pub(super) entropy: Arc<CountingEntropy>,
}

impl World {
    /// With the workspace, its people and its instances. Only under tokio's
    /// stopped time.
    pub(crate) fn new() -> Self {
        let seam = Arc::new(Seam::default());
        let clock = Arc::new(VirtualClock::new(seam.clone()));
        let threads = MemoryThreads { seam: seam.clone(), clock: clock.clone(), kept: Mutex::default() };
        let audit = Arc::new(MemoryAudit { seam: seam.clone(), book: Mutex::default() });
        let world = Self {
            jobs: Arc::new(MemoryJobs::new(seam.clone())),
            teams: Arc::new(MemoryTeams::new(seam.clone())),
            states: Arc::new(MemoryStates { seam: seam.clone(), kept: Mutex::default() }),
            threads: Arc::new(threads),
            wake: Arc::new(WakeQueue { seam: seam.clone(), queue: Mutex::default() }),
            accounts: Arc::new(MemoryAccounts { seam: seam.clone(), kept: Mutex::default() }),
            settings: Arc::new(MemorySettings { seam: seam.clone(), kept: Mutex::default() }),
            inventory: Arc::new(MemoryInventory { seam: seam.clone(), kept: Mutex::default() }),
            audit: audit.clone(),
            gates: Arc::new(Gates { seam: seam.clone(), shut: Mutex::default() }),
            fleet: Arc::new(Fleet::new(seam.clone(), clock.clone(), audit)),
            slack: Arc::new(FakeSlack::new(seam.clone(), clock.clone())),
            reader: Arc::new(Reader::new(seam.clone())),
            standups: Arc::new(MemoryStandups::new(seam.clone())),
            agrees: AtomicBool::new(true),
            clicks: AtomicUsize::new(0),
            entropy: Arc::default(),
            seam,
            clock,
        };
        world.install_now();
        world.furnish();
        world
    }

    /// The installation as it is at the beginning.
    pub(crate) fn installation(&self) -> Installation {
        Installation {
            team: TeamId::new(TEAM),
            team_name: Some("Acme".to_owned()),
            app: AppId::new("A0BELLHOP"),
            bot_user: UserId::new(BOT_USER),
            bot: Some(BotId::new(BOT)),
            scopes: vec!["chat:write".to_owned()],
            installer: UserId::new(ANN),
            installed_at: self.clock.now(),
            is_first: true,
            uninstalled_at: None,
        }
    }

    /// Installs (again) for the one workspace.
    pub(crate) fn install_now(&self) {
        self.teams.enrol_now(&self.installation(), TOKEN);
    }

    fn furnish(&self) {
        self.slack.person(ANN, &json!({}));
        self.slack.person(BOSS, &json!({"is_admin": true}));
        self.slack.person("U0GUEST", &json!({"is_restricted": true}));
        self.slack.person("U0STRANGER", &json!({"team_id": "T0OTHER"}));
        self.slack.person("U0ROBOT", &json!({"is_bot": true}));
        let add = |digit, region, state, tags: &[&str]| {
            self.fleet.add(digit, region, state, tags);
        };
        add('1', EUROPE, Running, &["Name=web-1", "Env=dev"]);
        add('2', EUROPE, Running, &["Name=web-2", "Env=dev"]);
        add('3', EUROPE, Stopped, &["Name=web-3"]);
        add('4', AMERICA, Running, &["Name=db-1", "Env=prod"]);
        add('5', EUROPE, Pending, &["Name=new-1"]);
        add('6', EUROPE, Terminated, &["Name=old-1"]);
        add('7', EUROPE, Running, &["Name=vault", "bellhop:protected=yes"]);
        add('8', EUROPE, Running, &["Name=asg-1", "aws:autoscaling:groupName=web-asg"]);
        add('9', EUROPE, Running, &["Name=twin"]);
        add('a', AMERICA, Running, &["Name=twin"]);
    }

    /// `body` as Slack would send it now.
    pub(crate) fn signed(&self, body: &[u8]) -> Request {
        let timestamp = self.clock.now().secs().to_string();
        let signature = sign(&SIGNING_SECRET.into(), &timestamp, body);
        Request {
            method: "POST".to_owned(),
            path: "/slack/events".to_owned(),
            headers: vec![
                ("x-slack-request-timestamp".to_owned(), timestamp),
                ("x-slack-signature".to_owned(), signature),
            ],
            body: body.to_vec().into(),
            ..Request::default()
        }
    }

    /// A name for one run.
    pub(crate) fn writer(&self) -> Owner {
        crate::new_owner(self.entropy.as_ref()).unwrap()
    }

    /// The gateway's answer to `request`.
    pub(crate) async fn post(&self, request: &Request) -> Response {
        let writer = self.writer();
        Box::pin(self.events().handle(request, self.clock.now(), writer)).await
    }

    /// The gateway's answer to an event in its envelope.
    pub(crate) async fn deliver(&self, event: &Value) -> Response {
        let body = json!({"type": "event_callback", "team_id": TEAM, "event_id": "Ev1",
            "event_time": self.clock.now().secs(), "event": event});
        self.post(&self.signed(body.to_string().as_bytes())).await
    }

    /// Slack's side: delivers until the gateway takes it, as often as Slack does.
    pub(crate) async fn hear(&self, asked: &Asked) -> JobId {
        for pause in [0, 1_000, 60_000, 300_000] {
            self.clock.later(pause).await;
            let answer = self.seam.survive(self.deliver(&asked.event())).await;
            if answer.is_some_and(|answer| answer.status == 200) {
                break;
            }
        }
        JobId::new(format!("ec2#{TEAM}#{}#{}", asked.channel, asked.ts))
    }

    /// One run of the job's worker; nothing if it died.
    pub(crate) async fn work(&self, wake: &WakeUp) -> Option<anyhow::Result<()>> {
        let (ec2, text, standup) = (self.ec2(), self.text(), self.standup());
        let worker = wake.job.worker();
        let limit = if worker.as_str() == "text" { TEXT_MS } else { WORKER_MS };
        let deadline = self.clock.now().plus(limit);
        let run = async {
            match worker.as_str() {
                "text" => text.handle(wake, deadline).await,
                "standup" => standup.handle(wake, deadline).await,
                _ => ec2.handle(wake, deadline).await,
            }
        };
        self.in_time(limit, run).await
    }

    /// A schedule fires; nothing if the worker died.
    pub(crate) async fn fires(&self, firing: &Firing) -> Option<anyhow::Result<()>> {
        let (standup, deadline) = (self.standup(), self.clock.now().plus(WORKER_MS));
        self.in_time(WORKER_MS, standup.handle_firing(firing, deadline)).await
    }

    /// Lambda ends a run that takes too long, as a crash would.
    async fn in_time<T>(&self, limit: u64, run: impl Future<Output = T>) -> Option<T> {
        self.seam.survive(tokio::time::timeout(Duration::from_millis(limit), Box::pin(run))).await?.ok()
    }

    /// Does what the queue asks for. A run that fails is not repeated here:
    /// Lambda may, the sweeper must.
    pub(crate) async fn work_off(&self) {
        for wake in self.wake.take() {
            let _ = self.work(&wake).await;
        }
    }

    /// One sweep.
    pub(crate) async fn sweep(&self) -> Option<anyhow::Result<()>> {
        let sweeper = self.sweeper();
        let deadline = self.clock.now().plus(SWEEPER_MS);
        let limit = Duration::from_millis(SWEEPER_MS);
        let swept = Box::pin(sweeper.handle(deadline));
        self.seam.survive(tokio::time::timeout(limit, swept)).await?.ok()
    }

    /// Lets a minute pass, sweeps, and does what that asks for.
    pub(crate) async fn minute(&self) {
        self.clock.later(60_000).await;
        let _ = self.sweep().await;
        self.work_off().await;
    }

    /// Lets time pass until every job is closed; people agree to what they are asked.
    pub(crate) async fn settle(&self) {
        self.work_off().await;
        for _ in 0..PATIENCE_MINUTES {
            self.agree().await;
            if self.jobs.all().iter().all(|job| job.machine.is_closed()) {
                assert_eq!(
                    self.fleet.unbooked(),
                    Vec::<String>::new(),
                    "changes that no entry stands before"
                );
                return;
            }
            self.minute().await;
        }
        panic!("a job is never closed: {:#?}", self.jobs.all());
    }

    /// Does what the queue asks for, and what people then agree to.
    pub(crate) async fn go_on(&self) {
        self.work_off().await;
        self.agree().await;
    }

    /// From the message to the end of its job, or to where people are asked.
    pub(crate) async fn plan(&self, asked: &Asked) -> JobId {
        let id = self.hear(asked).await;
        self.work_off().await;
        id
    }

    /// From the message to the end of its job.
    pub(crate) async fn ask(&self, asked: &Asked) -> JobId {
        let id = self.hear(asked).await;
        self.settle().await;
        id
    }

    /// What was said, one line each: who sees it, and what it says now. Direct messages
    /// that ask for an approval are passed over.
    pub(crate) fn answers(&self) -> Vec<String> {
        let shown = |said: super::Said| {
            let place = match (&said.only, said.channel.starts_with('D')) {
                (Some(user), _) => format!("only {user}"),
                (None, true) => "direct".to_owned(),
                (None, false) if said.thread.is_none() => "channel".to_owned(),
                (None, false) => "thread".to_owned(),
            };
            format!("{place}: {}", said.text)
        };
        self.slack.said().into_iter().filter(|said| !said.is_review_request()).map(shown).collect()
    }
}
