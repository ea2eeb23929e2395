//! Fetching against a network in memory, and at the end against sockets.

pub(crate) mod pretend;
/// The one of `app`'s tests, which its library does not hold.
#[path = "../../../../app/src/testing/recorder.rs"]
pub(crate) mod recorder;

mod certificates;
mod charsets;
mod forms;
mod limits;
mod logs;
mod ranges;
mod redirects;
mod requests;
mod resolving;
mod secure;
mod sockets;
mod spellings;
