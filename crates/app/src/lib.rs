//! The product: one struct per way in, the ports it needs, and every sentence
//! that people read.
//!
//! An entry point verifies, decodes, decides, acts and replies, in that order;
//! its fields are everything it may touch. Nothing here knows DynamoDB, SSM or
//! EC2's wire: those stand behind [`ports`].

mod announce;
pub mod commands;
pub mod ec2;
pub mod events;
mod gateway;
mod hold;
pub mod http;
pub mod install;
pub mod interactions;
pub mod inventory;
mod matter;
mod messages;
pub mod metrics;
mod modal;
mod person;
pub mod ports;
mod sharing;
pub mod standup;
pub mod sweeper;
mod telling;
#[cfg(test)]
mod testing;
pub mod text;
pub mod wake;

pub use gateway::MAX_BODY_BYTES;
pub use hold::new_owner;
