//! Hosts that the operator placed somewhere by hand: the local stack's pretend
//! web site, or a mirror inside a network.

use std::collections::HashMap;
use std::net::SocketAddr;

/// Names that are connected to at a given address, which is not checked. All
/// other rules hold for them too.
#[derive(Clone, Debug, Default)]
pub(super) struct Overrides(HashMap<String, SocketAddr>);

impl Overrides {
    /// Takes names as they are written, in any case.
    pub(super) fn new(hosts: Vec<(String, SocketAddr)>) -> Self {
        let placed = |(name, address): (String, SocketAddr)| {
            (name.trim_end_matches('.').to_ascii_lowercase(), address)
        };
        Self(hosts.into_iter().map(placed).collect())
    }

    /// Where `name`, in lower case and without a dot at its end, was placed.
    pub(super) fn get(&self, name: &str) -> Option<SocketAddr> {
        self.0.get(name).copied()
    }
}
