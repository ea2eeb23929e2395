//! Bellhop's rules: the language people type, who may do what, and how a job
//! moves from a request to a told result.
//!
//! Nothing here waits, reads a clock or an environment, or knows Slack's or
//! AWS's wire formats: everything is an argument, so every rule is a table in
//! a test.

pub mod account;
pub mod approvers;
pub mod audit;
pub mod command;
pub mod ids;
pub mod instance;
pub mod job;
pub mod plan;
pub mod policy;
pub mod preflight;
pub mod resolve;
pub mod reverse;
pub mod settings;
pub mod standup;
pub mod summarize;
pub mod time;
