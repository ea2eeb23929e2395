//! How long, and with how much memory, pages are read that are made to be
//! expensive. Not a statistic: each is read once, and the worst is what counts.
//!
//! `cargo bench -p text --bench hostile` for the release build, and
//! `cargo bench -p text --bench hostile --profile dev` for the one that the
//! local stack runs. Memory is told on Linux only.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::Instant;

use text::extract::extract;
use text::fetch::{Kind, Page};
use text::summary::{reading_minutes, summarize};

mod shapes;

const SIZE: usize = 1_000_000;

fn main() {
    // `-- tables` reads only the pages with that in their name; Cargo adds `--bench`.
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).unwrap_or_default();
    println!("{:<40}{:>9}{:>11}{:>12}   outcome", "page", "bytes", "time", "peak memory");
    for (name, shape) in shapes::SHAPES.into_iter().filter(|(name, _)| name.contains(&only)) {
        let text = shape(SIZE);
        let bytes = text.len();
        let page = Page { url: "https://articles.test/".parse().unwrap(), kind: Kind::Html, text };
        forget_peak();
        let start = Instant::now();
        let article = extract(&page);
        let outcome = article.map(|article| (summarize(&article, 3).len(), reading_minutes(&article)));
        let time = start.elapsed();
        let outcome = match outcome {
            Ok((sentences, minutes)) => format!("{sentences} sentences of {minutes} minutes"),
            Err(error) => error.to_string(),
        };
        println!("{name:<40}{bytes:>9}{:>8} ms{:>12}   {outcome}", time.as_millis(), peak());
    }
}

/// Lets the kernel count the peak from here.
///
/// <https://www.kernel.org/doc/html/latest/filesystems/proc.html> (`clear_refs`)
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most memory that this process held at once.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.map_or_else(|| "?".to_owned(), |kib| format!("{} MB", kib / 1024))
}
