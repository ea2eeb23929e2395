//! EC2 and STS, as Bellhop needs them: instances are described, started,
//! stopped, rebooted and terminated, and we are told who EC2 takes us for.
//!
//! EC2 is called through a thin client of our own over its Query API; the
//! official SDK costs millions of lines for these few operations. What matters
//! most here is what is known after a failure: a call that changes something is
//! repeated only if it surely did not run, and otherwise told as unclear.
//!
//! Read in this order: [`Ec2Instances`] has the operations, `form` writes the
//! requests, `wire` signs and sends them, `answer` says what an answer means,
//! `retry` when to try again, and `xml` reads what came.

mod answer;
mod caller;
mod describe;
mod endpoint;
mod form;
mod instances;
mod retry;
#[cfg(test)]
mod tests;
mod wire;
mod xml;

pub use instances::{Ec2Instances, SetupError};
