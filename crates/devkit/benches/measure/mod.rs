//! One command, from the message in Slack until all that it has set in motion is over.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use devkit::sandbox::Sandbox;
use devkit::slack::Seen;

use crate::process;

/// The pause between two looks at the channel.
const LOOK: Duration = Duration::from_millis(2);
/// The binary whose memory counts.
const FUNCTION: &str = "ec2";

/// What was measured.
pub(crate) struct Measured {
    /// From the message until its answer could be read.
    pub(crate) visible: Duration,
    /// Until nothing ran any more; what was seen is noted after the answer.
    over: Duration,
    /// Processor time of the function, all in all.
    busy: Duration,
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
        write!(f, "{visible:>7} ms{over:>7} ms{:>7} ms{mib:>8} MiB{:>12}", self.busy.as_millis(), self.calls)
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
    let before: BTreeMap<i32, Duration> =
        process::of(sandbox, FUNCTION).into_iter().map(|id| (id, process::busy(id))).collect();
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
    let (mut busy, mut peak) = (Duration::ZERO, 0);
    for id in process::of(sandbox, FUNCTION) {
        busy += process::busy(id).saturating_sub(before.get(&id).copied().unwrap_or_default());
        peak = peak.max(process::peak_kib(id));
    }
    anyhow::ensure!(peak > 0, "the process of {FUNCTION} was not found");
    let calls = sandbox.fleet().calls().iter().filter(|call| call.service == "ec2").count();
    let says = answer.plain.lines().next().context("an empty answer")?.to_owned();
    Ok(Measured { visible, over, busy, peak_kib: peak, calls, says })
}

/// Lets the kernel count the peak from here.
///
/// <https://www.kernel.org/doc/html/latest/filesystems/proc.html> (`clear_refs`)
fn forget_peak(process: i32) {
    let _ = std::fs::write(format!("/proc/{process}/clear_refs"), "5");
}
