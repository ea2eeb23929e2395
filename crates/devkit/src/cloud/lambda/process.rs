//! One operating-system process of a function, and the list of all that live.
//!
//! Each process leads a process group of its own. That keeps a terminal's Ctrl-C
//! from reaching it, and if this program is itself killed, the kernel sends SIGHUP
//! to the then orphaned groups that are frozen; the others end when they find the
//! Runtime API gone, at the latest after the request they are busy with.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, watch};

use super::runtime_api::FromRuntime;
use crate::cloud::log::Log;
use crate::cloud::{lock, random};

/// How long output may still trickle in after the process is gone.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// The credentials of one process.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    pub(crate) access_key: String,
    pub(crate) secret: String,
    pub(crate) session_token: String,
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self {
            access_key: format!("ASIA{}", random::hex(8)),
            secret: random::hex(20),
            session_token: random::hex(64),
        }
    }
}

/// A process of a function.
pub(crate) struct Process {
    /// The logical id of its function.
    pub(crate) function: String,
    pub(crate) access_key: String,
    /// The group it leads, until it has ended.
    group: Mutex<Option<Pid>>,
    /// The request it is busy with.
    pub(crate) request_id: Mutex<Option<String>>,
}

impl Process {
    /// Stops it where it stands, as Lambda freezes an environment after the answer.
    pub(crate) fn freeze(&self) {
        self.signal(Signal::SIGSTOP);
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        self.signal(Signal::SIGCONT);
    }

    /// Ends it at once, frozen or not.
    pub(crate) fn kill(&self) {
        self.signal(Signal::SIGKILL);
    }

    fn lives(&self) -> bool {
        lock(&self.group).is_some()
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = *lock(&self.group) {
            // It fails only if the process has just ended by itself.
            let _ = killpg(group, signal);
        }
    }
}

/// All processes that live, and the functions that access keys belong to.
#[derive(Clone)]
pub(crate) struct Processes {
    by_key: Arc<Mutex<HashMap<String, Arc<Process>>>>,
    alive: Arc<watch::Sender<usize>>,
    closed: Arc<AtomicBool>,
}

impl Default for Processes {
    fn default() -> Self {
        Self { by_key: Arc::default(), alive: Arc::new(watch::Sender::new(0)), closed: Arc::default() }
    }
}

/// What a process is started from.
pub(crate) struct Start<'a> {
    pub(crate) function: &'a str,
    pub(crate) program: &'a Path,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) keys: &'a Keys,
    pub(crate) log: &'a Log,
    pub(crate) signals: mpsc::UnboundedSender<FromRuntime>,
}

impl Processes {
    /// The process with this access key; it may have ended since.
    pub(crate) fn find(&self, access_key: &str) -> Option<Arc<Process>> {
        lock(&self.by_key).get(access_key).cloned()
    }

    /// Kills all of them, and any that is just being started.
    pub(crate) fn kill_all(&self) {
        self.closed.store(true, Ordering::SeqCst);
        for process in lock(&self.by_key).values() {
            process.kill();
        }
    }

    /// Kills those of one function that live; how many there were.
    pub(crate) fn kill_of(&self, function: &str) -> usize {
        let all = lock(&self.by_key);
        let own = all.values().filter(|process| process.function == function && process.lives());
        own.map(|process| process.kill()).count()
    }

    /// Waits until none is left.
    pub(crate) async fn gone(&self) {
        let _ = self.alive.subscribe().wait_for(|count| *count == 0).await;
    }

    /// The process ids of those that live.
    pub(crate) fn ids(&self) -> Vec<i32> {
        let all = lock(&self.by_key);
        all.values().filter_map(|process| lock(&process.group).map(Pid::as_raw)).collect()
    }

    /// Starts a process and watches over it until it ends.
    pub(crate) fn start(&self, start: Start<'_>) -> std::io::Result<Arc<Process>> {
        let process = Arc::new(Process {
            function: start.function.to_owned(),
            access_key: start.keys.access_key.clone(),
            group: Mutex::default(),
            request_id: Mutex::default(),
        });
        // Known before it runs: its first call may come at once.
        lock(&self.by_key).insert(process.access_key.clone(), Arc::clone(&process));
        let mut child = Command::new(start.program)
            .env_clear()
            .envs(start.variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        *lock(&process.group) = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
        let output = [
            child.stdout.take().map(|stream| copy(stream, start.log.clone(), start.function)),
            child.stderr.take().map(|stream| copy(stream, start.log.clone(), start.function)),
        ];
        self.alive.send_modify(|count| *count += 1);
        if self.closed.load(Ordering::SeqCst) {
            process.kill();
        }
        let (watched, alive) = (Arc::clone(&process), Arc::clone(&self.alive));
        tokio::spawn(async move {
            let how = ended(&mut child).await;
            *lock(&watched.group) = None;
            for reader in output.into_iter().flatten() {
                let _ = tokio::time::timeout(LAST_WORDS, reader).await;
            }
            let _ = start.signals.send(FromRuntime::Exited(how));
            alive.send_modify(|count| *count -= 1);
        });
        Ok(process)
    }
}

async fn ended(child: &mut Child) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    let status: Option<ExitStatus> = child.wait().await.ok();
    match status.map(|status| (status.code(), status.signal())) {
        Some((Some(code), _)) => format!("exit status {code}"),
        Some((_, Some(signal))) => match Signal::try_from(signal) {
            Ok(Signal::SIGKILL) => "signal: killed".to_owned(),
            Ok(Signal::SIGSEGV) => "signal: segmentation fault".to_owned(),
            Ok(Signal::SIGABRT) => "signal: aborted".to_owned(),
            _ => format!("signal: {signal}"),
        },
        _ => "unknown".to_owned(),
    }
}

fn copy(
    stream: impl AsyncRead + Unpin + Send + 'static,
    log: Log,
    function: &str,
) -> tokio::task::JoinHandle<()> {
    let function = function.to_owned();
    tokio::spawn(async move {
        let mut lines = BufReader::new(stream).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            log.printed(&function, &line);
        }
    })
}
