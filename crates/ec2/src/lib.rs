//! EC2 and STS, as Bellhop needs them: instances are described, started,
//! stopped, rebooted and terminated, in its own account and in those whose roles
//! let it in, and we are told who EC2 takes us for.
//!
//! EC2 is called through a thin client of our own over its Query API; the
//! official SDK costs millions of lines for these few operations. What matters
//! most here is what is known after a failure: a call that changes something is
//! repeated only if it surely did not run, and otherwise told as unclear.
//!
//! Read in this order: `instances` has the operations, `sessions` the roles that are
//! assumed for them, `doors` proves that these let in Bellhop alone. `client` is what
//! they share, `form` writes the requests, `wire` signs and sends them, `answer` says
//! what an answer means, `retry` when to try again, and `xml` reads what came.

mod answer;
mod caller;
mod client;
mod describe;
mod doors;
mod endpoint;
mod form;
mod instances;
mod retry;
mod sessions;
#[cfg(test)]
mod tests;
mod wire;
mod xml;

use app::ports::InstancesError;

pub use client::{Ec2Instances, SetupError};

/// A refusal of our own, before AWS was asked.
fn refused(code: &str, message: &str) -> InstancesError {
    InstancesError::Refused { code: code.to_owned(), message: message.to_owned(), request_id: String::new() }
}
