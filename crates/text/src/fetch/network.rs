//! The network as a fetch needs it: names to addresses, and connections to
//! addresses. Two separate steps, because what lies between them is the check.

use std::io;
use std::net::{IpAddr, SocketAddr};

use async_trait::async_trait;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// A connection, of whatever it is made.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// What a fetch asks of the network.
#[async_trait]
pub(crate) trait Network: Send + Sync {
    /// All addresses of the host called `name`.
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;

    /// A connection to exactly `address`.
    async fn connect(&self, address: SocketAddr) -> io::Result<Box<dyn Wire>>;
}

/// The network that this machine is on. Of proxies it knows nothing.
pub(crate) struct Internet;

#[async_trait]
impl Network for Internet {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        // The port is of no use to the lookup, which insists on one.
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }

    async fn connect(&self, address: SocketAddr) -> io::Result<Box<dyn Wire>> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Box::new(stream))
    }
}
