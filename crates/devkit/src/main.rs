//! `cargo dev`: see [`devkit::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    devkit::cli::run(std::env::args_os())
}
