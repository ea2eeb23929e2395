//! SMMRY, a service that makes summaries. It gets the article's text and not its
//! URL: what may be fetched is decided here, and only once.
//!
//! <https://smmry.com/api>

mod answer;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use app::ports::ServiceFault;
use bytes::Bytes;
use form_urlencoded::Serializer;
use http::{Request, header};
use http_body_util::Full;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;
use url::{Host, Url};

use crate::extract::Article;
use crate::fetch::{Internet, Network, Tls, connect, host_header, read, send};

/// Where the service is, unless the operator says otherwise.
pub const BASE: &str = "https://api.smmry.com";

/// How long the service may take. The person has waited for the page already,
/// and without an answer there is a summary all the same. (Accounts that pay
/// nothing are held back for up to ten seconds, and so often get that one.)
const LIMIT: Duration = Duration::from_secs(8);

/// The most that is read of an answer.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// The most text that is handed over, in whole paragraphs. It is a short book;
/// what says most of it stands at its beginning.
const MAX_TEXT_BYTES: usize = 200 * 1024;

/// The most sentences that the service returns.
const MAX_SENTENCES: usize = 40;

/// The service, without a key.
pub struct Smmry {
    base: Url,
    host: Host<String>,
    network: Arc<dyn Network>,
    tls: Tls,
}

/// Why the service cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum BadSmmry {
    /// The key would travel in the clear, or nowhere.
    #[error("not an https URL (or http on this machine) without name, password, query and fragment: {0}")]
    Base(String),
    /// Ring lacks what TLS needs, which would be a broken build.
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
}

impl Smmry {
    /// The service at `base`, which is [`BASE`] but for tests.
    pub fn new(base: &str) -> Result<Self, BadSmmry> {
        let bad = || BadSmmry::Base(base.to_owned());
        let url = Url::parse(base).map_err(|_| bad())?;
        let host = url.host().ok_or_else(bad)?.to_owned();
        let guarded = match url.scheme() {
            "https" => true,
            "http" => is_this_machine(&host),
            _ => false,
        };
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !guarded || !plain {
            return Err(bad());
        }
        let tls = Tls::with_web_roots().map_err(BadSmmry::Tls)?;
        Ok(Self { base: url, host, network: Arc::new(Internet), tls })
    }

    /// The same service, on another network.
    #[cfg(test)]
    pub(crate) fn on(self, network: Arc<dyn Network>) -> Self {
        Self { network, ..self }
    }

    /// At most `sentences` sentences of `article`; at least one.
    pub async fn summarize(
        &self,
        key: &SecretString,
        article: &Article,
        sentences: usize,
    ) -> Result<Vec<String>, ServiceFault> {
        let request = self.request(key, article, sentences).ok_or(ServiceFault::Unreachable)?;
        let answered = timeout(LIMIT, self.ask(request)).await;
        let (succeeded, body) = answered.unwrap_or(None).ok_or(ServiceFault::Unreachable)?;
        answer::understood(succeeded, &body, sentences)
    }

    /// Whether it went well, and what came back; none if nothing did.
    async fn ask(&self, request: Request<Full<Bytes>>) -> Option<(bool, Vec<u8>)> {
        let port = self.base.port_or_known_default()?;
        let addresses = match &self.host {
            Host::Ipv4(address) => vec![(*address).into()],
            Host::Ipv6(address) => vec![(*address).into()],
            Host::Domain(name) => self.network.addresses(name).await.ok()?,
        };
        let addresses: Vec<_> = addresses.into_iter().map(|address| (address, port).into()).collect();
        let mut wire = connect(&addresses, self.network.as_ref()).await.ok()?;
        if self.base.scheme() == "https" {
            wire = self.tls.secure(&self.host, wire).await.ok()?;
        }
        let answer = send(wire, request).await.ok()?;
        let succeeded = answer.head.status.is_success();
        let body = read(answer, MAX_ANSWER_BYTES).await.ok()?;
        Some((succeeded, body))
    }

    fn request(
        &self,
        key: &SecretString,
        article: &Article,
        sentences: usize,
    ) -> Option<Request<Full<Bytes>>> {
        let query = Serializer::new(String::new())
            .append_pair("SM_API_KEY", key.expose_secret())
            .append_pair("SM_LENGTH", &sentences.clamp(1, MAX_SENTENCES).to_string())
            .append_key_only("SM_WITH_BREAK")
            .append_key_only("SM_WITH_ENCODE")
            .finish();
        let form = Serializer::new(String::new()).append_pair("sm_api_input", &text(article)).finish();
        let request = Request::post(format!("{}?{query}", self.base.path()))
            .header(header::HOST, host_header(&self.host, self.base.port()))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .header(header::CONNECTION, "close")
            .body(Full::new(Bytes::from(form)));
        request.ok()
    }
}

/// The article as it is handed over: its first paragraph, and as many more as
/// fit.
fn text(article: &Article) -> String {
    let mut text = String::new();
    for paragraph in &article.paragraphs {
        if !text.is_empty() && text.len() + paragraph.len() > MAX_TEXT_BYTES {
            break;
        }
        text.push_str(paragraph);
        text.push('\n');
    }
    text
}

fn is_this_machine(host: &Host<String>) -> bool {
    match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}
