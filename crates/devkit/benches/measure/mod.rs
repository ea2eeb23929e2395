//! One command, from the message in Slack until all that it has set in motion is over.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use devkit::sandbox::Sandbox;
use devkit::slack::Seen;

/// The pause between two looks at the channel.
const LOOK: Duration = Duration::from_millis(2);
/// The binary whose memory counts.
const FUNCTION: &str = "ec2";
/// Linux counts processor time in hundredths of a second.
const TICK_MS: u64 = 10;

/// What was measured.
pub(crate) struct Measured {
    /// From the message until its answer could be read.
    pub(crate) visible: Duration,
    /// Until nothing ran any more; what was seen is noted after the answer.
    over: Duration,
    /// Processor time of the function, all in all.
    busy_ms: u64,
    /// The most memory that it held.
    pub(crate) peak_kib: u64,
    /// Calls of EC2 until all was over.
    calls: usize,
    /// The first line of the answer.
    pub(crate) says: String,
}

impl Measured {
    /// Above the figures.
    pub(crate) const HEADLINE: &str = "   visible      over   its CPU      memory   EC2 calls";
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (visible, over) = (self.visible.as_millis(), self.over.as_millis());
        let mib = self.peak_kib.div_ceil(1_024);
        write!(f, "{visible:>7} ms{over:>7} ms{:>7} ms{mib:>8} MiB{:>12}", self.busy_ms, self.calls)
    }
}

/// Says `text`, waits for the answer and then for quiet.
pub(crate) async fn ask(
    sandbox: &Sandbox,
    (user, channel): (&str, &str),
    text: &str,
    patience: Duration,
) -> anyhow::Result<Measured> {
    sandbox.fleet().forget_calls();
    let before: BTreeMap<i32, u64> =
        processes(sandbox).into_iter().map(|process| (process, busy_ms(process))).collect();
    before.keys().copied().for_each(forget_peak);
    let began = Instant::now();
    let said = sandbox.say(user, channel, text)?;
    let answer = loop {
        let seen = sandbox.conversation(user, channel)?;
        let to_it = |seen: &&&Seen| {
            seen.from_bot
                && seen.ts.as_str() > said.ts.as_str()
                && (seen.ephemeral || seen.thread_ts.as_deref() == Some(said.ts.as_str()))
        };
        if let Some(answer) = seen.all().iter().find(to_it) {
            break (*answer).clone();
        }
        anyhow::ensure!(began.elapsed() < patience, "“{text}” got no answer within {patience:?}");
        tokio::time::sleep(LOOK).await;
    };
    let visible = began.elapsed();
    sandbox.quiet(patience).await?;
    let over = began.elapsed();
    let (busy, peak) = processes(sandbox)
        .into_iter()
        .map(|process| (busy_ms(process) - before.get(&process).unwrap_or(&0), peak_kib(process)))
        .fold((0, 0), |(busy, peak), (more, other)| (busy + more, peak.max(other)));
    anyhow::ensure!(peak > 0, "the process of {FUNCTION} was not found");
    let calls = sandbox.fleet().calls().iter().filter(|call| call.service == "ec2").count();
    let says = answer.plain.lines().next().context("an empty answer")?.to_owned();
    Ok(Measured { visible, over, busy_ms: busy, peak_kib: peak, calls, says })
}

/// The processes of the function that live, frozen ones too.
fn processes(sandbox: &Sandbox) -> Vec<i32> {
    let is_its = |process: &i32| {
        let program = std::fs::read_link(format!("/proc/{process}/exe")).unwrap_or_default();
        program.file_name() == Path::new(FUNCTION).file_name()
    };
    sandbox.cloud().processes().into_iter().filter(is_its).collect()
}

/// Lets the kernel count the peak from here.
///
/// <https://www.kernel.org/doc/html/latest/filesystems/proc.html> (`clear_refs`)
fn forget_peak(process: i32) {
    let _ = std::fs::write(format!("/proc/{process}/clear_refs"), "5");
}

/// The most memory that it has held.
fn peak_kib(process: i32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// How long it has kept a processor busy, in its own code and in the kernel's.
///
/// <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html> (`utime`, `stime`)
fn busy_ms(process: i32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in brackets may hold anything; `utime` is the twelfth field after it.
    let fields = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace()).into_iter().flatten();
    fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum::<u64>() * TICK_MS
}
