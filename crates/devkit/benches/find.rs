//! How long a person waits for the first page of ten thousand instances in twenty
//! linked accounts, and how much memory the `ec2` function takes for it.
//!
//! `cargo bench -p devkit --bench find` builds the Lambdas as they are deployed, and
//! starts them on the embedded AWS before a simulated Slack. Times are those that
//! somebody in Slack sees: from the message until the answer stands below it. Both ends
//! run on this machine, so the embedded AWS takes part of its processors. Processor time
//! and memory are those of the function's process alone, as Linux tells them; the memory
//! is its peak, with what it does after it has answered. It fails if the first page takes
//! three seconds, or the function 128 MiB.
#![allow(clippy::print_stdout, reason = "it prints what it has measured")]

mod measure;
mod process;
mod world;

use std::time::Duration;

use anyhow::Context as _;
use devkit::build;
use devkit::fleet::{Fault, FaultKind};
use devkit::sandbox::{Sandbox, SandboxConfig};
use measure::{Measured, ask};

/// How often each command is measured with a warm function.
const ROUNDS: usize = 5;
/// How long the first page may take.
const LONGEST: Duration = Duration::from_secs(3);
/// How much memory the function may hold.
const MOST_KIB: u64 = 128 * 1_024;
/// How late EC2 answers where that is measured; a real one is never at once.
const LATE: Duration = Duration::from_millis(300);
/// Who asks, and where.
const ANN: (&str, &str) = ("ann", "#ops");
/// Enough for a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let root = build::workspace_root()?;
    let bin_dir = build::lambdas_for_release(&root).await?;
    let sandbox = Sandbox::start(SandboxConfig::quick(root, bin_dir)).await?;
    let done = all(&sandbox).await;
    sandbox.stop().await;
    done
}

async fn all(sandbox: &Sandbox) -> anyhow::Result<()> {
    let count = world::fill(sandbox.fleet())?;
    sandbox.install(ANN.0).await?;
    for number in 0..world::ACCOUNTS {
        link(sandbox, number).await.with_context(|| format!("linking account {number}"))?;
    }
    let own = sandbox.fleet().instances().len() - count;
    println!(
        "{count} instances in {} linked accounts of {} regions each, beside {own} others",
        world::ACCOUNTS,
        world::REGIONS.len()
    );
    println!("\n{:<44}{}", "", Measured::HEADLINE);
    println!("every answer of EC2 at once");
    measure(sandbox).await?;
    println!("every answer of EC2 {} ms late", LATE.as_millis());
    sandbox.fleet().inject(Fault::new(FaultKind::Slow(LATE)));
    measure(sandbox).await?;
    let problems = sandbox.problems()?;
    anyhow::ensure!(problems.is_empty(), "{problems}");
    Ok(())
}

/// Each command with a cold function and with a warm one.
async fn measure(sandbox: &Sandbox) -> anyhow::Result<()> {
    world::forget(sandbox.cloud())?;
    cold(sandbox, "@bellhop find", "cold, nothing known").await?;
    for text in ["@bellhop find", "@bellhop find running web-*", "@bellhop stop web-04326"] {
        cold(sandbox, text, "cold").await?;
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            rounds.push(ask(sandbox, ANN, text, PATIENCE).await?);
        }
        rounds.sort_by_key(|round| round.visible);
        for (which, round) in [("median", rounds.get(ROUNDS / 2)), ("slowest", rounds.last())] {
            let round = round.context("nothing was measured")?;
            row(text, &format!("warm, {which} of {ROUNDS}"), round)?;
        }
        println!("    {}", rounds.first().map(|round| round.says.as_str()).unwrap_or_default());
    }
    Ok(())
}

async fn cold(sandbox: &Sandbox, text: &str, how: &str) -> anyhow::Result<()> {
    sandbox.cloud().chill();
    row(text, how, &ask(sandbox, ANN, text, PATIENCE).await?)
}

/// Prints it, and fails if it is more than is allowed.
fn row(text: &str, how: &str, measured: &Measured) -> anyhow::Result<()> {
    println!("  {:<42}{measured}", format!("{}, {how}", text.trim_start_matches("@bellhop ")));
    let within = measured.visible < LONGEST && measured.peak_kib < MOST_KIB;
    anyhow::ensure!(within, "it must take less than {LONGEST:?} and {} MiB", MOST_KIB / 1_024);
    Ok(())
}

/// Adds, launches and verifies one of the accounts, as people do.
async fn link(sandbox: &Sandbox, number: usize) -> anyhow::Result<()> {
    let (alias, account) = (world::alias(number), world::account(number));
    let add = format!("@bellhop account add {alias} {account} {}", world::REGIONS.join(","));
    ask(sandbox, ANN, &add, PATIENCE).await?;
    let (role_arn, external_id) = sandbox.told_to_launch(ANN.0, ANN.1, account.as_str())?;
    sandbox.launch_customer_role(account.as_str(), &role_arn, &external_id)?;
    let verified = ask(sandbox, ANN, &format!("@bellhop account verify {alias}"), PATIENCE).await?;
    anyhow::ensure!(verified.says.contains("is verified"), "{}", verified.says);
    Ok(())
}
