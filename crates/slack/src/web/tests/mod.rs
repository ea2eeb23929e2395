//! The client against a script in memory, and against sockets.

pub(crate) mod script;

mod calls;
mod conversations;
mod errors;
mod repeats;
mod responses;
mod sockets;
