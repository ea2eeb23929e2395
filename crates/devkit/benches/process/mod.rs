//! What Linux knows of a process.

use std::path::Path;
use std::time::Duration;

use devkit::sandbox::Sandbox;
use nix::time::{clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;

/// The processes of `binary` that live, frozen ones too.
pub(crate) fn of(sandbox: &Sandbox, binary: &str) -> Vec<i32> {
    let is_its = |process: &i32| {
        let program = std::fs::read_link(format!("/proc/{process}/exe")).unwrap_or_default();
        program.file_name() == Path::new(binary).file_name()
    };
    sandbox.cloud().processes().into_iter().filter(is_its).collect()
}

/// How long it has kept a processor busy, in its own code and in the kernel's,
/// from its first thread to its last; nothing if it has ended.
///
/// <https://man7.org/linux/man-pages/man3/clock_getcpuclockid.3.html>
pub(crate) fn busy(process: i32) -> Duration {
    let clock = clock_getcpuclockid(Pid::from_raw(process));
    clock.and_then(clock_gettime).map(Duration::from).unwrap_or_default()
}

/// The most memory that it has held.
pub(crate) fn peak_kib(process: i32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
