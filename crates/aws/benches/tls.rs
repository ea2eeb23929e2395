//! What TLS adds to a function's first call of AWS.
//!
//! `cargo bench -p aws --bench tls` starts a process for each measurement, since only a
//! process's first call sets TLS up: it makes the client that the functions use, and
//! reads one parameter over https or plain http from a server on this machine. The
//! figure is the difference in processor time of that process: roots and configuration,
//! the handshake with its chain of three P-256 certificates, and encryption. It fails if
//! the difference is more than 1.5 ms.
#![allow(clippy::print_stdout, reason = "it prints what it has measured")]
#![allow(clippy::disallowed_methods, reason = "a process is told by its arguments what to measure")]

mod server;

use std::process::Command;
use std::time::Duration;

use anyhow::Context as _;
use aws::{clients, https};
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use nix::time::{ClockId, clock_gettime};

/// How often each is measured.
const ROUNDS: usize = 41;
/// How much TLS may add.
const MOST: Duration = Duration::from_micros(1_500);

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    match &arguments[..] {
        [_, url, roots] => first_call(url, roots),
        _ => compare(),
    }
}

/// Starts the server, and takes turns between both ways of reaching it.
fn compare() -> anyhow::Result<()> {
    let served = server::start()?;
    let (mut plain, mut tls) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        plain.push(measured(&format!("http://localhost:{}", served.plain_port), &served.root)?);
        tls.push(measured(&format!("https://localhost:{}", served.tls_port), &served.root)?);
    }
    let (plain, tls) = (median(plain), median(tls));
    let added = tls.saturating_sub(plain);
    println!("processor time of a process's first call of SSM, median of {ROUNDS}");
    println!("  over plain http{:>8.2} ms", plain.as_secs_f64() * 1e3);
    println!("  over https     {:>8.2} ms", tls.as_secs_f64() * 1e3);
    println!("  TLS            {:>8.2} ms", added.as_secs_f64() * 1e3);
    anyhow::ensure!(added <= MOST, "TLS may add no more than {MOST:?}");
    Ok(())
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or_default()
}

/// The same program again, for one call.
fn measured(url: &str, root: &str) -> anyhow::Result<Duration> {
    let output = Command::new(std::env::current_exe()?).args([url, root]).output()?;
    let said = String::from_utf8(output.stdout)?;
    let nanos = said.trim().parse();
    Ok(Duration::from_nanos(nanos.with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?))
}

/// Makes the client and calls; prints the nanoseconds that it took.
#[tokio::main(flavor = "current_thread")]
async fn first_call(url: &str, root: &str) -> anyhow::Result<()> {
    // One more than in a function.
    let root = hex::decode(root)?;
    let roots: Vec<&[u8]> = https::AMAZON_ROOTS.into_iter().chain([root.as_slice()]).collect();
    let before = busy()?;
    let config = aws_config::SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-west-1"))
        .endpoint_url(url)
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            "AKID", "secret", None, None, "bench",
        )))
        .http_client(https::Https::new(&roots)?)
        .build();
    let answer = clients::ssm(&config).get_parameters().names("/bellhop/bench").send().await?;
    let took = busy()?.saturating_sub(before);
    anyhow::ensure!(answer.parameters().len() == 1, "the server answered something else");
    println!("{}", took.as_nanos());
    Ok(())
}

/// How long this process has kept a processor busy.
fn busy() -> anyhow::Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)?.into())
}
