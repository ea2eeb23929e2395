//! Keeps the documents honest: each sample in `events/` is something that a
//! function of `template.yaml` receives, and each path in the documents exists.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod documents;
mod jobs;
mod payloads;
mod sample;
mod ways_in;

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
