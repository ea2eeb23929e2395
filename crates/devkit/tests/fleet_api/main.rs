//! The EC2 and STS stand-in, asked over the same seam as the AWS front asks it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a helper of a test may fail the test"
)]

mod assume_role;
mod authorize;
mod change;
mod customer_role;
mod describe;
mod faults;
mod front;
mod lifecycle;
mod news;
mod paging;
mod sample;
mod sessions;
mod status;
mod support;
