//! Bellhop's adapters to AWS: DynamoDB, SSM, EventBridge Scheduler, the asynchronous
//! invoke, and the glue between a Lambda and its entry point.
//!
//! One adapter per port, so that a function links and may touch only what it
//! uses. EC2 and STS are in a crate of their own.
//!
//! A `main` reads from top to bottom: [`config`], [`clients`], the adapters
//! ([`dynamo`], [`secrets`], [`scheduler`], [`invoke`]), then [`glue`] runs the handler.

pub mod clients;
pub mod config;
pub mod dynamo;
pub mod glue;
pub mod https;
pub mod invoke;
#[cfg(test)]
mod local;
pub mod scheduler;
pub mod seal;
pub mod secrets;
