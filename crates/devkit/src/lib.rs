//! The whole app on a laptop, without a Slack account, an AWS account or Docker.
//!
//! [`template`] reads what would be deployed, [`cloud`] runs it, [`fleet`] plays
//! EC2, [`slack`] plays Slack, [`site`] has articles to read, and [`sandbox`] joins them: for the tests, for
//! `cargo dev` ([`cli`]) and for `cargo dev say` ([`say`]). [`permissions`] lists
//! what the templates allow and no test has used. [`build`] makes the functions'
//! binaries. It starts the real Lambdas as processes and links none of them.

pub mod build;
pub mod cli;
pub mod cloud;
pub mod fleet;
pub mod permissions;
pub mod sandbox;
pub mod say;
pub mod site;
pub mod slack;
pub mod template;
