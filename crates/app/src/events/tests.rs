//! The gateway of Slack's events.

mod bodies;
mod deliveries;
mod faults;
mod signatures;
mod uninstalls;
