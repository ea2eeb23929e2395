//! What a cold start of each gateway costs, beside functions that only say hello:
//! `hello` as everybody's first function is built, and the least that answers.
//!
//! `cargo bench -p devkit --bench cold` builds the Lambdas as they are deployed, and
//! starts each of them many times over the Runtime API, before an embedded AWS that is
//! reached over plain http. A start ends with the first answer. Processor time and
//! memory are those of the function's process alone, as Linux tells them; the times are
//! a client's, on a machine that does all else too. Each figure is the median of the
//! starts, which take turns; memory is the most that any held. It fails if a gateway
//! takes more than it may: see `figures`. What TLS adds is measured by
//! `cargo bench -p aws --bench tls`.
#![allow(clippy::print_stdout, reason = "it prints what it has measured")]

mod figures;
mod process;
mod request;

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use devkit::build;
use devkit::sandbox::{Sandbox, SandboxConfig};
use devkit::template::{Function, Route, Stack};
use figures::{Figures, MOST_OF_EVENTS, MOST_OF_OTHERS, MOST_ZIPPED, Start};
use request::{Sender, Sent};

/// How often each function is started.
const STARTS: usize = 31;
/// How many requests a warm one gets.
const WARM: u32 = 200;
/// How long all that a request sets in motion may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The binaries of the floors; each is reached by its name.
const FLOORS: [&str; 2] = ["hello", "least"];

/// What is asked of a function.
struct Case {
    binary: &'static str,
    sent: Sent,
    what: &'static str,
    /// How many times hello's processor time it may take, if that is limited.
    most: Option<f64>,
}

const fn case(binary: &'static str, sent: Sent, what: &'static str) -> Case {
    Case { binary, sent, what, most: None }
}

impl Case {
    const fn most(self, times: f64) -> Self {
        Self { most: Some(times), ..self }
    }
}

/// The floors come first. What a request makes of it is not held to a limit, only
/// the start with an answer that needs nothing but the secrets.
const CASES: [Case; 10] = [
    case(FLOORS[0], Sent::Get("/hello"), ""),
    case(FLOORS[1], Sent::Get("/least"), ""),
    case("events", Sent::Sample("events.url_verification"), "Slack's challenge").most(MOST_OF_EVENTS),
    case("install", Sent::Sample("install.landing"), "the landing page").most(MOST_OF_OTHERS),
    case("commands", Sent::Sample("commands.ssl_check"), "a look at the certificate").most(MOST_OF_OTHERS),
    case("interactions", Sent::Sample("interactions.shortcut"), "a shortcut of another app")
        .most(MOST_OF_OTHERS),
    case("events", Sent::Sample("events.app_mention"), "a mention, delivered again"),
    case("install", Sent::Sample("install.begin"), "an installation begins"),
    case("commands", Sent::Sample("commands.reverse"), "/reverse"),
    case("interactions", Sent::Sample("interactions.button"), "a click, delivered again"),
];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let root = build::workspace_root()?;
    let floors = build::floors_for_release(&root).await?;
    let lambdas = build::lambdas_for_release(&root).await?;
    let bin_dir = tempfile::tempdir()?;
    for (name, floor) in FLOORS.iter().zip(floors) {
        symlink(floor, bin_dir.path().join(name))?;
    }
    for entry in root.join("crates/lambdas").read_dir()? {
        let name = entry?.file_name();
        symlink(lambdas.join(&name), bin_dir.path().join(&name))?;
    }
    let config = SandboxConfig { adjust: with_floors, ..SandboxConfig::quick(&root, bin_dir.path()) };
    let sandbox = Sandbox::start(config).await?;
    let done = all(&sandbox, &root, bin_dir.path()).await;
    sandbox.stop().await;
    done
}

/// Deploys the floors too.
fn with_floors(stack: &mut Stack) {
    let Some(other) = stack.functions.first().cloned() else { return };
    stack.functions.extend(FLOORS.map(|name| {
        let route = Route { method: "GET".to_owned(), path: format!("/{name}") };
        Function {
            logical_id: name.to_owned(),
            name: name.to_owned(),
            binary: name.to_owned(),
            environment: BTreeMap::new(),
            routes: vec![route],
            schedules: Vec::new(),
            rules: Vec::new(),
            statements: Vec::new(),
            ..other.clone()
        }
    }));
}

async fn all(sandbox: &Sandbox, root: &Path, bin_dir: &Path) -> anyhow::Result<()> {
    sandbox.install("ann").await?;
    let sender = Sender::new(sandbox, root)?;
    let mut measured = Vec::new();
    for case in &CASES {
        // Once before it counts: the disk is cold only once.
        start(sandbox, &sender, case).await?;
        measured.push((case, Figures::of(&bin_dir.join(case.binary))?));
    }
    for _ in 0..STARTS {
        for (case, figures) in &mut measured {
            figures.starts.push(start(sandbox, &sender, case).await.with_context(|| case.what)?);
        }
    }
    for (case, figures) in &mut measured {
        (figures.warm, figures.warm_kib) = warm(sandbox, &sender, case).await?;
    }
    told(&measured)
}

/// One cold start, until nothing goes on any more.
async fn start(sandbox: &Sandbox, sender: &Sender<'_>, case: &Case) -> anyhow::Result<Start> {
    sandbox.cloud().chill();
    let before = sandbox.cloud().invocations().len();
    let began = Instant::now();
    sender.send(case.sent).await?;
    let answer = began.elapsed();
    sandbox.quiet(PATIENCE).await?;
    let id = only(sandbox, case)?;
    let after = sandbox.cloud().invocations();
    let its = after.iter().skip(before).find(|invocation| invocation.init.is_some());
    let init = its.and_then(|invocation| invocation.init).context("nothing was started")?;
    Ok(Start { init, answer, busy: process::busy(id), peak_kib: process::peak_kib(id) })
}

/// Many requests to the process that was started last: what each of them costs,
/// and the most memory that it has held.
async fn warm(sandbox: &Sandbox, sender: &Sender<'_>, case: &Case) -> anyhow::Result<(Duration, u64)> {
    start(sandbox, sender, case).await?;
    let id = only(sandbox, case)?;
    let before = process::busy(id);
    for _ in 0..WARM {
        sender.send(case.sent).await?;
        // A request that comes before the process is back starts another.
        sandbox.quiet(PATIENCE).await?;
    }
    anyhow::ensure!(only(sandbox, case)? == id, "another process of {} served", case.binary);
    Ok(((process::busy(id).saturating_sub(before)) / WARM, process::peak_kib(id)))
}

fn only(sandbox: &Sandbox, case: &Case) -> anyhow::Result<i32> {
    let ids = process::of(sandbox, case.binary);
    let [id] = ids[..] else { anyhow::bail!("{} processes of {}", ids.len(), case.binary) };
    Ok(id)
}

/// Prints all of it, and fails where something is more than it may be.
fn told(measured: &[(&Case, Figures)]) -> anyhow::Result<()> {
    let [(_, hello), (_, least), ..] = measured else { anyhow::bail!("nothing was measured") };
    println!("{:<42}{}", format!("{STARTS} starts each"), Figures::HEADLINE);
    let mut wrong = Vec::new();
    for (case, figures) in measured {
        println!("{:<42}{}", format!("{} {}", case.binary, case.what), figures.line(hello, least));
        if let Some(most) = case.most {
            let too_much = figures.too_much(hello, most);
            wrong.extend(too_much.into_iter().map(|what| format!("{} takes {what}", case.binary)));
        }
        if case.binary == "events" && figures.zipped > MOST_ZIPPED {
            wrong.push(format!("the zip of events is larger than {MOST_ZIPPED} bytes"));
        }
    }
    wrong.dedup();
    anyhow::ensure!(wrong.is_empty(), "{}", wrong.join("; "));
    Ok(())
}
