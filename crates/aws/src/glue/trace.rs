//! One JSON object per line on standard output, which Lambda carries to its
//! log group.

use std::{fmt, panic};

use app::metrics::TARGET;
use app::ports::Clock;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets, filter_fn};
use tracing_subscriber::fmt::format::{Format, Json, JsonFields, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;

use super::SystemClock;
use super::emf::Measured;
use crate::config::environment;

/// What is logged unless `RUST_LOG` says otherwise.
const DEFAULT_LEVEL: LevelFilter = LevelFilter::INFO;

/// The crates of this workspace that functions consist of. Only theirs are the lines below
/// [`FOREIGN_LEVEL`]: at `trace` the AWS SDK, the runtime and hyper log signed requests with
/// their bodies and the addresses that Slack takes answers at, and at `debug` ids of keys.
const OWN: [&str; 12] = [
    "app",
    "aws",
    "commands",
    "domain",
    "ec2",
    "events",
    "install",
    "interactions",
    "slack",
    "standup",
    "sweeper",
    "text",
];

/// The most detailed level of other crates.
const FOREIGN_LEVEL: Level = Level::INFO;

/// The runtime crate logs a handler's error too; ours is the one that counts.
const QUIET: &str = "lambda_runtime::layers::panic";

/// Where Lambda says what the function is called.
const FUNCTION_NAME: &str = "AWS_LAMBDA_FUNCTION_NAME";

/// Starts logging: JSON, the event's fields on the top level, the span beside
/// them. `RUST_LOG` chooses the levels, of crates of others no more than `info`;
/// measurements are logged whatever it says.
/// A panic is logged like any other fault, before it ends the process.
///
/// To be called once, first thing in `main`; a second call changes nothing.
pub fn init_tracing() {
    let chosen = environment("RUST_LOG").and_then(|levels| levels.parse().ok());
    let lines = Lines::of(environment(FUNCTION_NAME));
    let started = tracing::subscriber::set_global_default(subscriber(chosen, lines, std::io::stdout));
    if started.is_ok() {
        panic::set_hook(Box::new(|panicked| {
            let place = panicked.location().map(ToString::to_string).unwrap_or_default();
            let message = panicked.payload_as_str().unwrap_or("no message");
            tracing::error!(panic.place = place, panic.message = message, "Something panicked");
        }));
    }
}

/// What logs to `writer`.
pub(super) fn subscriber<W>(chosen: Option<Targets>, lines: Lines, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    // Not an `EnvFilter`: its regular expressions would cost each cold start, and nobody filters by fields.
    let levels = chosen.unwrap_or_else(|| Targets::new().with_default(DEFAULT_LEVEL));
    tracing_subscriber::fmt()
        .fmt_fields(JsonFields::new())
        .event_format(lines)
        .with_max_level(LevelFilter::TRACE)
        .with_writer(writer)
        .finish()
        .with(filter_fn(is_safe))
        .with(levels.with_target(QUIET, LevelFilter::OFF).with_target(TARGET, LevelFilter::INFO))
}

/// Whether lines of this kind hold nothing secret.
fn is_safe(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    let name = target.split("::").next().unwrap_or(target);
    *metadata.level() <= FOREIGN_LEVEL || OWN.contains(&name)
}

/// How a line is written.
pub(super) struct Lines {
    json: Format<Json>,
    function: String,
}

impl Lines {
    /// Lines of the function of this name.
    pub(super) fn of(function: Option<String>) -> Self {
        let json = Format::default().json().flatten_event(true);
        let json = json.with_current_span(true).with_span_list(false).with_ansi(false);
        let named = function.filter(|name| !name.is_empty());
        Self { json, function: named.unwrap_or_else(|| "unnamed".to_owned()) }
    }
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        ctx: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::new();
        self.json.format_event(ctx, Writer::new(&mut line), event)?;
        Measured::of(event).add_to(&mut line, &self.function, SystemClock.now());
        writer.write_str(&line)
    }
}
