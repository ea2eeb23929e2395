//! Fetching, hop by hop. Each hop is judged as if a person had typed it: its
//! URL, then its addresses, then what it answers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::ports::SummaryError;
use bytes::Bytes;
use http::{Request, header};
use http_body_util::Full;
use tokio::time::timeout;
use tracing::info;
use url::Host;

use super::answer::{Form, Meaning, meaning, sniff};
use super::body::{BodyError, gunzip, read};
use super::charset::{Known, decode};
use super::exchange::{Answer, Tls, host_header, send};
use super::network::{Internet, Network};
use super::overrides::Overrides;
use super::target::Target;
use super::{Page, route};

/// Who asks. In words, because robots' owners read them in their logs.
const USER_AGENT: &str = concat!(
    "Bellhop/",
    env!("CARGO_PKG_VERSION"),
    " (Slack app; reads one page when a person asks for its summary)"
);

/// What is read: pages, and notes in plain characters.
const ACCEPT: &str = "text/html,application/xhtml+xml,text/plain;q=0.9";

/// For everything together, from the first lookup to the last byte: a person
/// waits for it.
const TIME: Duration = Duration::from_secs(10);

/// For the body, packed and unpacked. An article of a hundred pages fits in it.
const MAX_BODY_BYTES: usize = 5 * 1024 * 1024;

/// How often a site may lead on.
const MAX_REDIRECTS: usize = 5;

/// Fetches pages from the public internet and from nowhere else.
pub struct Fetcher {
    pub(super) overrides: Overrides,
    pub(super) network: Arc<dyn Network>,
    pub(super) tls: Tls,
}

enum Visit {
    Arrived(Page),
    LedOn(Target),
}

impl Fetcher {
    /// A fetcher that connects to each of `hosts` at the address beside it, and
    /// does not check that address. Only an operator may say such a thing.
    ///
    /// # Errors
    /// If ring lacks what TLS needs, which would be a broken build.
    pub fn new(hosts: Vec<(String, SocketAddr)>) -> Result<Self, rustls::Error> {
        Ok(Self {
            overrides: Overrides::new(hosts),
            network: Arc::new(Internet),
            tls: Tls::with_web_roots()?,
        })
    }

    /// The page at `url`, which is as a person gave it.
    pub async fn fetch(&self, url: &str) -> Result<Page, SummaryError> {
        let first = Target::typed(url, &self.overrides)
            .inspect_err(|error| info!("Refused what a person gave as a URL: {error}"))?;
        // The host alone: paths and queries of private pages are secrets.
        let host = first.host.clone();
        let followed = timeout(TIME, self.follow(first)).await;
        let fetched = followed.unwrap_or(Err(SummaryError::TimedOut));
        match &fetched {
            Ok(page) => {
                info!(article.host = %host, text_bytes = page.text.len(), "Fetched a page from {host}");
            }
            Err(error) => info!(article.host = %host, "Fetched nothing from {host}: {error}"),
        }
        fetched
    }

    async fn follow(&self, first: Target) -> Result<Page, SummaryError> {
        let mut target = first;
        for _ in 0..=MAX_REDIRECTS {
            match self.visit(&target).await? {
                Visit::Arrived(page) => return Ok(page),
                Visit::LedOn(next) => target = next,
            }
        }
        Err(SummaryError::TooManyRedirects)
    }

    async fn visit(&self, target: &Target) -> Result<Visit, SummaryError> {
        let network = self.network.as_ref();
        let addresses = route::addresses(target, &self.overrides, network).await?;
        let mut wire = route::connect(&addresses, network).await?;
        if target.tls {
            let secured = self.tls.secure(&target.host, wire).await;
            wire = secured.map_err(|_| SummaryError::Unreachable)?;
        }
        let answer = send(wire, request(target)?).await.map_err(|_| SummaryError::Unreachable)?;
        match meaning(&answer.head)? {
            Meaning::LeadsTo(location) => target.leads_to(&location, &self.overrides).map(Visit::LedOn),
            Meaning::Page(form) => page(target, answer, &form).await.map(Visit::Arrived),
        }
    }
}

/// The page that is in `answer`.
async fn page(target: &Target, answer: Answer, form: &Form) -> Result<Page, SummaryError> {
    let mut bytes = read(answer, MAX_BODY_BYTES).await?;
    if form.gzip {
        bytes = gunzip(&bytes, MAX_BODY_BYTES)?;
    }
    let kind = form.kind.map_or_else(|| sniff(&bytes), Ok)?;
    let tld = match &target.host {
        Host::Domain(name) => name.rsplit('.').next(),
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    };
    let text = decode(&bytes, &Known { charset: form.charset.as_deref(), kind, tld });
    Ok(Page { url: target.url.clone(), kind, text })
}

/// Asks for `target` without a word about who asks, or where they come from.
fn request(target: &Target) -> Result<Request<Full<Bytes>>, SummaryError> {
    let query = target.url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Request::get(format!("{}{query}", target.url.path()))
        .header(header::HOST, host_header(&target.host, target.url.port()))
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::ACCEPT, ACCEPT)
        .header(header::ACCEPT_ENCODING, "gzip")
        .header(header::ACCEPT_LANGUAGE, "*")
        .header(header::CONNECTION, "close")
        .body(Full::new(Bytes::new()))
        .map_err(|_| SummaryError::NotAUrl)
}

impl From<BodyError> for SummaryError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooBig => Self::TooBig,
            BodyError::Broken => Self::Unreachable,
        }
    }
}
