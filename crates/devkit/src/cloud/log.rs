//! What happened, one readable line at a time.
//!
//! Events ("POST /slack/events → events 200 12 ms cold") always go to the sink;
//! what the functions print goes there only when asked for, but the last lines
//! of each function are kept either way, for the output of a failed test.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use super::lock;

/// Events kept for whoever looks later.
const KEPT_EVENTS: usize = 2_000;
/// Lines kept of what each function printed.
const KEPT_OUTPUT: usize = 200;

/// Where lines go.
type Sink = dyn Fn(&str) + Send + Sync;

/// A log that many parts write to. Clones share what they keep.
#[derive(Clone)]
pub struct Log {
    sink: Arc<Sink>,
    verbose: bool,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    events: VecDeque<String>,
    output: BTreeMap<String, VecDeque<String>>,
}

impl Log {
    /// Sends every line to `sink`; what functions print only if `verbose`.
    pub fn to(sink: impl Fn(&str) + Send + Sync + 'static, verbose: bool) -> Self {
        Self { sink: Arc::new(sink), verbose, kept: Arc::default() }
    }

    /// Writes to standard error.
    pub fn stderr(verbose: bool) -> Self {
        Self::to(|line| eprintln!("{line}"), verbose)
    }

    /// Only keeps the lines, for [`Log::events`] and [`Log::output`].
    pub fn collect() -> Self {
        Self::to(|_| {}, false)
    }

    /// Notes one event.
    pub fn event(&self, text: impl AsRef<str>) {
        let text = text.as_ref();
        push(&mut lock(&self.kept).events, text.to_owned(), KEPT_EVENTS);
        (self.sink)(text);
    }

    /// Notes one line that a function printed.
    pub fn printed(&self, function: &str, line: &str) {
        push(lock(&self.kept).output.entry(function.to_owned()).or_default(), line.to_owned(), KEPT_OUTPUT);
        if self.verbose {
            (self.sink)(&format!("{function} | {line}"));
        }
    }

    /// The events so far, oldest first; the oldest of very many are gone.
    pub fn events(&self) -> Vec<String> {
        lock(&self.kept).events.iter().cloned().collect()
    }

    /// The last lines that the function with this name printed, oldest first.
    pub fn output(&self, function: &str) -> Vec<String> {
        lock(&self.kept).output.get(function).map(|lines| lines.iter().cloned().collect()).unwrap_or_default()
    }
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Log").field("verbose", &self.verbose).finish_non_exhaustive()
    }
}

fn push(lines: &mut VecDeque<String>, line: String, most: usize) {
    if lines.len() == most {
        lines.pop_front();
    }
    lines.push_back(line);
}
