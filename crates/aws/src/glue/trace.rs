//! One JSON object per line on standard output, which Lambda carries to its
//! log group.

use std::panic;

use tracing_subscriber::EnvFilter;

use crate::config::environment;

/// The levels that are logged unless `RUST_LOG` says otherwise.
const DEFAULT_FILTER: &str = "info";

/// The runtime crate logs a handler's error too; ours is the one that counts.
const QUIET: &str = "lambda_runtime::layers::panic=off";

/// Starts logging: JSON, the event's fields on the top level, the span beside
/// them. `RUST_LOG` chooses the levels. A panic is logged like any other fault.
///
/// To be called once, first thing in `main`; a second call changes nothing.
pub fn init_tracing() {
    let chosen = environment("RUST_LOG").and_then(|levels| EnvFilter::try_new(levels).ok());
    let mut filter = chosen.unwrap_or_else(|| EnvFilter::new(DEFAULT_FILTER));
    if let Ok(quiet) = QUIET.parse() {
        filter = filter.add_directive(quiet);
    }
    let started = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_ansi(false)
        .with_env_filter(filter)
        .try_init();
    if started.is_ok() {
        panic::set_hook(Box::new(|panicked| {
            let place = panicked.location().map(ToString::to_string).unwrap_or_default();
            let message = panicked.payload_as_str().unwrap_or("no message");
            tracing::error!(panic.place = place, panic.message = message, "Something panicked");
        }));
    }
}
