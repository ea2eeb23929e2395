//! `cargo admin`: what an operator runs against a real deployment.

mod cli;
mod doctor;
mod manifest;
mod secrets;
mod session;
mod trouble;

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match cli::Cli::parse().command {
        cli::Command::Manifest { url } => manifest::print(&url).map(|()| true),
        cli::Command::Secrets(wanted) => secrets::run(wanted).await.map(|()| true),
        cli::Command::Doctor(wanted) => doctor::run(wanted).await,
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
