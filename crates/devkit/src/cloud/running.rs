//! The cloud as its owner holds it.

use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use bytes::Bytes;
use serde_json::Value;
use tokio::net::TcpListener;

use super::front::{self, Database, Parameter};
use super::history::{AwsCall, DeadLetter, History, Invocation, Kind, Outcome};
use super::lambda::{Pool, Processes, Request};
use super::scheduler::{self, Schedule, Scheduler};
use super::server::Tasks;
use super::state::Shared;
use super::{CloudConfig, Faults, Log, bus, gateway, lock, random, schedules};
use crate::template::Stack;

/// A deployed stack. Dropping it kills every process it started.
pub struct Cloud {
    /// Where the HTTP API answers.
    pub app_url: String,
    /// Where the AWS services answer.
    pub aws_url: String,
    shared: Arc<Shared>,
}

/// What came of [`Cloud::invoke`].
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// How the invocation ended; `Ok` at once for an asynchronous one.
    pub outcome: Outcome,
    /// The answer or the error; `Null` for an asynchronous one.
    pub payload: Value,
}

impl Cloud {
    /// Deploys the stack: opens the tables, serves both addresses, starts the schedules.
    pub async fn start(config: CloudConfig) -> anyhow::Result<Self> {
        let app = listener(config.app_listener).context("cannot serve the HTTP API")?;
        let aws = listener(config.aws_listener).context("cannot serve the AWS services")?;
        let tasks = Tasks::default();
        let database = Database::start(&config.stack, config.data_dir.as_deref(), &tasks).await?;
        let scheduler = Scheduler::open(config.data_dir.as_deref())?;
        for function in &config.stack.functions {
            let binary = config.bin_dir.join(&function.binary);
            anyhow::ensure!(
                binary.is_file(),
                "{}: there is no binary {}",
                function.logical_id,
                binary.display()
            );
        }
        let parameters = config.ssm.into_iter().map(|(name, value)| (name, Parameter::secure(value)));
        let shared = Arc::new(Shared {
            app_host: app.local_addr()?.to_string(),
            aws_url: format!("http://{}", aws.local_addr()?),
            bin_dir: config.bin_dir,
            extra_env: config.extra_env,
            pace: config.pace,
            log: config.log,
            fleet: config.fleet,
            faults: Faults::default(),
            history: History::default(),
            busy: super::busy::Busy::default(),
            tasks,
            processes: Processes::default(),
            pools: config.stack.functions.iter().cloned().map(Pool::new).map(Arc::new).collect(),
            database,
            parameters: Mutex::new(parameters.collect()),
            scheduler,
            operator_key: format!("AKIA{}", random::hex(8)),
            told: Mutex::default(),
            borrowed: Mutex::default(),
            forwarding: Mutex::default(),
            stack: config.stack,
        });
        shared.tasks.spawn(gateway::run(app, Arc::clone(&shared)));
        shared.tasks.spawn(front::run(aws, Arc::clone(&shared)));
        shared.tasks.spawn(bus::run(Arc::clone(&shared)));
        shared.tasks.spawn(reap(Arc::clone(&shared)));
        schedules::start(&shared);
        if shared.pace.schedule_scale.is_some() {
            shared.tasks.spawn(scheduler::run(Arc::clone(&shared)));
        }
        Ok(Self { app_url: format!("http://{}", shared.app_host), aws_url: shared.aws_url.clone(), shared })
    }

    /// Waits until no invocation runs and no asynchronous event is queued or awaits a retry.
    pub async fn idle(&self) {
        self.shared.busy.idle(true).await;
    }

    /// The same, but takes no notice of what schedules started.
    pub async fn idle_but_schedules(&self) {
        self.shared.busy.idle(false).await;
    }

    /// Finished invocations, oldest first.
    pub fn invocations(&self) -> Vec<Invocation> {
        self.shared.history.invocations()
    }

    /// Asynchronous events that were given up, oldest first.
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        self.shared.history.dead_letters()
    }

    /// Calls of AWS APIs, oldest first.
    pub fn aws_calls(&self) -> Vec<AwsCall> {
        self.shared.history.calls()
    }

    /// The rules by which things go wrong.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.shared.log
    }

    /// What was deployed.
    pub fn stack(&self) -> &Stack {
        &self.shared.stack
    }

    /// The tables, for looking and for preparing.
    pub fn database(&self) -> &dynoxide::Database {
        &self.shared.database.tables
    }

    /// An access key that may call every service; the secret does not matter.
    pub fn operator_key(&self) -> &str {
        &self.shared.operator_key
    }

    /// The ids of the processes that live now.
    pub fn processes(&self) -> Vec<i32> {
        self.shared.processes.ids()
    }

    /// Kills every process of the function with this logical id, busy or idle, and says how many.
    pub fn kill(&self, function: &str) -> usize {
        self.shared.processes.kill_of(function)
    }

    /// Ends the idle environments of every function: the next invocations start cold.
    pub fn chill(&self) {
        self.shared.pools.iter().for_each(|pool| pool.chill());
    }

    /// Invokes a function by logical id, name or ARN. Only [`Kind::Sync`] waits for the answer.
    pub async fn invoke(&self, function: &str, payload: &Value, kind: Kind) -> anyhow::Result<Reply> {
        let pool = self.shared.pool(function).with_context(|| format!("there is no function {function}"))?;
        let request = Request::new(Bytes::from(payload.to_string()), kind);
        if kind != Kind::Sync {
            pool.enqueue(&self.shared, &request);
            return Ok(Reply { outcome: Outcome::Ok, payload: Value::Null });
        }
        let ended = pool.invoke(&self.shared, request).await;
        let payload = serde_json::from_slice(&ended.body).unwrap_or_default();
        Ok(Reply { outcome: ended.outcome, payload })
    }

    /// Fires a schedule now, by its name, its event's key, or the logical id of its function.
    pub fn tick(&self, schedule: &str) -> anyhow::Result<()> {
        let mut fired = 0;
        for pool in &self.shared.pools {
            for own in &pool.function.schedules {
                if [&own.name, &own.event, &pool.function.logical_id].iter().any(|name| *name == schedule) {
                    schedules::fire(&self.shared, pool, own);
                    fired += 1;
                }
            }
        }
        anyhow::ensure!(fired > 0, "there is no schedule {schedule}");
        Ok(())
    }

    /// The schedules that functions have made in EventBridge Scheduler, by group and name.
    pub fn schedules(&self) -> Vec<Schedule> {
        self.shared.scheduler.all()
    }

    /// Fires one of them as if this time had come, in milliseconds since 1970, whether
    /// or not it fires by itself.
    ///
    /// # Errors
    /// If its role does not let it wake the function.
    pub fn fire(&self, schedule: &Schedule, at_ms: u64) -> anyhow::Result<()> {
        let fired = scheduler::fire(&self.shared, schedule, at_ms).map_err(anyhow::Error::msg);
        fired.with_context(|| format!("the schedule {} reaches nobody", schedule.name))
    }

    /// Lets the event bus of an account in a region forward to the stack's, as a rule
    /// there would; without this the stack hears of its own account and region only.
    pub fn forward_events(&self, account: &str, region: &str) {
        lock(&self.shared.forwarding).insert((account.to_owned(), region.to_owned()));
    }

    /// From now on, operators who ask about the function, table, rule, role or group of
    /// schedules of that name are told this too: it stands over the answer, field by field.
    /// `null` for a field takes it away, and for everything says that there is no such thing.
    /// A function's `Answer` is what it answers when they invoke it.
    pub fn misreport(&self, name: &str, patch: Value) {
        lock(&self.shared.told).insert(name.to_owned(), patch);
    }

    /// Makes every SSM parameter so much older than it is.
    pub fn age_parameters(&self, by: std::time::Duration) {
        lock(&self.shared.parameters).values_mut().for_each(|parameter| parameter.age(by));
    }

    /// Operators are told what is so, again.
    pub fn report_truly(&self) {
        lock(&self.shared.told).clear();
    }

    /// Ends everything, and returns when no process is left.
    pub async fn stop(self) {
        self.shared.tasks.abort();
        self.shared.processes.kill_all();
        self.shared.processes.gone().await;
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        self.shared.tasks.abort();
        self.shared.processes.kill_all();
    }
}

fn listener(listener: std::net::TcpListener) -> std::io::Result<TcpListener> {
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

async fn reap(shared: Arc<Shared>) {
    let life = shared.pace.idle_life;
    loop {
        tokio::time::sleep(life / 4).await;
        shared.pools.iter().for_each(|pool| pool.reap(life));
    }
}
