//! An AWS account on a laptop: what `template.yaml` describes, running.
//!
//! Two addresses. On one, API Gateway's HTTP API; on the other, the AWS services
//! that the functions call. The functions are the real binaries, each environment a
//! process behind its own Lambda Runtime API. EC2 and STS are played by whoever
//! implements [`Ec2Api`]. Nothing here knows the product.

mod bus;
mod busy;
mod clock;
mod config;
mod ec2_api;
mod faults;
mod front;
mod gateway;
mod history;
mod lambda;
mod log;
pub(crate) mod policy;
pub(crate) mod random;
mod running;
mod scheduler;
mod schedules;
mod server;
mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use bus::BusEvent;
pub use config::{CloudConfig, Pace};
pub use ec2_api::{Ec2Api, QueryAnswer, QueryCall};
pub use faults::{AwsFault, Fault, Faults, InvokeFault, LambdaFault};
pub use history::{AwsCall, DeadLetter, Invocation, Kind, Outcome};
pub use log::Log;
pub use running::{Cloud, Reply};
pub use scheduler::{Schedule, Target};

/// What `QueryCall` names as function and role when whoever runs the cloud calls.
pub const OPERATOR: &str = "operator";

/// Locks, and goes on with what is there if another holder panicked.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
