//! A network in memory: says what names resolve to, counts what is opened, and
//! puts one script behind every address. Nothing of it touches a socket, so the
//! clock may be paused.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::ports::SummaryError;
use async_trait::async_trait;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

use super::certificates;
use crate::fetch::exchange::Tls;
use crate::fetch::network::{Network, Wire};
use crate::fetch::overrides::Overrides;
use crate::fetch::{Fetcher, Page};

/// Where names are that no test placed elsewhere.
pub(crate) const SOMEWHERE: &str = "93.184.215.14";

/// The first byte of TLS, which a site without it does not understand.
pub(crate) const CLIENT_HELLO: u8 = 0x16;

/// What a site does with a connection once it has read a request.
#[derive(Clone)]
pub(crate) enum Step {
    Say(Vec<u8>),
    Wait(Duration),
    /// Says it again and again until nobody listens.
    Repeat(Vec<u8>),
    Hang,
}

pub(crate) fn say(text: impl AsRef<[u8]>) -> Vec<Step> {
    vec![Step::Say(text.as_ref().to_vec())]
}

/// A whole answer with `body` behind the lines of `head`.
pub(crate) fn answer(head: &str, body: impl AsRef<[u8]>) -> Vec<Step> {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    vec![Step::Say(bytes)]
}

pub(crate) fn page(body: impl AsRef<[u8]>) -> Vec<Step> {
    answer("200 OK\r\nContent-Type: text/html", body)
}

pub(crate) fn redirect(location: &str) -> Vec<Step> {
    answer(&format!("302 Found\r\nLocation: {location}"), "")
}

type Script = Box<dyn Fn(&str) -> Vec<Step> + Send + Sync>;

pub(crate) struct Pretend {
    script: Arc<Script>,
    names: Mutex<HashMap<String, VecDeque<Vec<IpAddr>>>>,
    closed: Vec<SocketAddr>,
    black_holes: Vec<SocketAddr>,
    speaks_tls: bool,
    lookups: Mutex<Vec<String>>,
    connections: Mutex<Vec<SocketAddr>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Pretend {
    /// A network where every site follows `script`, which sees the request.
    pub(crate) fn new(script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self {
            script: Arc::new(Box::new(script)),
            names: Mutex::default(),
            closed: Vec::new(),
            black_holes: Vec::new(),
            speaks_tls: true,
            lookups: Mutex::default(),
            connections: Mutex::default(),
            requests: Arc::default(),
        }
    }

    /// A network where every site has the same short page.
    pub(crate) fn of_pages() -> Self {
        Self::new(|_| page("<p>A page."))
    }

    /// The next lookup of `name` finds `addresses`; the last one holds.
    pub(crate) fn name(self, name: &str, addresses: &[&str]) -> Self {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        self.names.lock().unwrap().entry(name.to_owned()).or_default().push_back(addresses);
        self
    }

    /// Nobody takes connections at `address`.
    pub(crate) fn closed(mut self, address: &str) -> Self {
        self.closed.push(address.parse().unwrap());
        self
    }

    /// Connections to `address` are neither made nor refused.
    pub(crate) fn black_hole(mut self, address: &str) -> Self {
        self.black_holes.push(address.parse().unwrap());
        self
    }

    /// Sites speak no TLS, not even on port 443.
    pub(crate) fn without_tls(mut self) -> Self {
        self.speaks_tls = false;
        self
    }

    /// A fetcher on this network, and the network to look at afterwards.
    pub(crate) fn fetcher(self) -> (Fetcher, Arc<Self>) {
        let network = Arc::new(self);
        let fetcher = Fetcher { overrides: Overrides::default(), network: network.clone(), tls: Self::tls() };
        (fetcher, network)
    }

    /// TLS that trusts the sites of every such network.
    pub(crate) fn tls() -> Tls {
        Tls::trusting(certificates::roots()).unwrap()
    }

    /// Fetches `url` on this network.
    pub(crate) async fn fetch(self, url: &str) -> (Result<Page, SummaryError>, Arc<Self>) {
        let (fetcher, network) = self.fetcher();
        (fetcher.fetch(url).await, network)
    }

    pub(crate) fn lookups(&self) -> Vec<String> {
        self.lookups.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> Vec<String> {
        self.connections.lock().unwrap().iter().map(ToString::to_string).collect()
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

#[async_trait]
impl Network for Pretend {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.lookups.lock().unwrap().push(name.to_owned());
        let mut names = self.names.lock().unwrap();
        let Some(answers) = names.get_mut(name) else {
            return Ok(vec![SOMEWHERE.parse().unwrap()]);
        };
        Ok(if answers.len() > 1 { answers.pop_front().unwrap() } else { answers[0].clone() })
    }

    async fn connect(&self, address: SocketAddr) -> io::Result<Box<dyn Wire>> {
        self.connections.lock().unwrap().push(address);
        if self.closed.contains(&address) {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        if self.black_holes.contains(&address) {
            std::future::pending::<()>().await;
        }
        let tls = self.speaks_tls && address.port() == 443;
        let (near, far) = tokio::io::duplex(64 * 1024);
        let (script, requests) = (self.script.clone(), self.requests.clone());
        tokio::spawn(async move {
            let mut far: Box<dyn Wire> = Box::new(far);
            if tls {
                let acceptor = TlsAcceptor::from(Arc::new(certificates::server()));
                let Ok(secured) = acceptor.accept(far).await else { return };
                far = Box::new(secured);
            }
            // The other side may be gone at any time, which is its right.
            let _ = serve(far, &script, &requests).await;
        });
        Ok(Box::new(near))
    }
}

async fn serve(mut wire: Box<dyn Wire>, script: &Script, requests: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(wire.read_u8().await?);
        if request == [CLIENT_HELLO] {
            wire.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await?;
            return wire.shutdown().await;
        }
    }
    let mut request = String::from_utf8(request).unwrap();
    let length = request.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    wire.read_exact(&mut body).await?;
    request.push_str(&String::from_utf8(body).unwrap());
    requests.lock().unwrap().push(request.clone());
    for step in script(&request) {
        match step {
            Step::Say(bytes) => wire.write_all(&bytes).await?,
            Step::Wait(time) => tokio::time::sleep(time).await,
            Step::Repeat(bytes) => loop {
                wire.write_all(&bytes).await?;
            },
            Step::Hang => std::future::pending().await,
        }
        wire.flush().await?;
    }
    wire.shutdown().await
}
