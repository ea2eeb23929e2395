//! From a host to a connection: looks its addresses up once, checks them all,
//! and connects to the very ones that were checked. A name server that answers
//! differently the next time (DNS rebinding) is not asked a next time.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use app::ports::{Forbidden, SummaryError};
use tokio::time::timeout;
use url::Host;

use super::address::is_public;
use super::network::{Network, Wire};
use super::overrides::Overrides;
use super::target::Target;

/// How long one address of several may take, so that a dead one leaves time for
/// the others.
const PER_ADDRESS: Duration = Duration::from_secs(3);

/// The addresses at which `target` may be opened; at least one.
pub(super) async fn addresses(
    target: &Target,
    overrides: &Overrides,
    network: &dyn Network,
) -> Result<Vec<SocketAddr>, SummaryError> {
    let name = match &target.host {
        Host::Ipv4(address) => return vetted(vec![IpAddr::V4(*address)], target.port),
        Host::Ipv6(address) => return vetted(vec![IpAddr::V6(*address)], target.port),
        Host::Domain(name) => name,
    };
    if let Some(address) = overrides.get(name) {
        return Ok(vec![address]);
    }
    let found = network.addresses(name).await.map_err(|_| SummaryError::Unreachable)?;
    vetted(found, target.port)
}

/// One forbidden address among public ones is refused with them: it is how an
/// attacker has a client fall back to it.
fn vetted(found: Vec<IpAddr>, port: u16) -> Result<Vec<SocketAddr>, SummaryError> {
    if found.is_empty() {
        return Err(SummaryError::Unreachable);
    }
    if !found.iter().copied().all(is_public) {
        return Err(Forbidden::Address.into());
    }
    Ok(found.into_iter().map(|address| SocketAddr::new(address, port)).collect())
}

/// A connection to the first of `addresses` that takes one.
pub(crate) async fn connect(
    addresses: &[SocketAddr],
    network: &dyn Network,
) -> Result<Box<dyn Wire>, SummaryError> {
    for address in addresses {
        if let Ok(Ok(wire)) = timeout(PER_ADDRESS, network.connect(*address)).await {
            return Ok(wire);
        }
    }
    Err(SummaryError::Unreachable)
}
