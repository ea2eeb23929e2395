//! The client against a script in memory, and against sockets.

pub(crate) mod script;

mod api_base;
mod calls;
mod conversations;
mod errors;
mod repeats;
mod responses;
mod sockets;
