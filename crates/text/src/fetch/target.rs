//! What may be asked for: the rules that a URL must keep before anything is
//! looked up, the same for what a person typed and for where a site leads.

use app::ports::{Forbidden, SummaryError};
use url::{Host, ParseError, Url};

use super::address::is_public;
use super::overrides::Overrides;

/// The longest URL that is read, which is far beyond what sites use for pages.
const MAX_URL_BYTES: usize = 8 * 1024;

/// Names that end in one of these belong to a machine or a network of its own.
///
/// <https://www.iana.org/assignments/special-use-domain-names>; `internal` is
/// reserved by ICANN, and EC2's own names end in it.
const LOCAL_SUFFIXES: [&str; 5] = ["localhost", "local", "localdomain", "internal", "home.arpa"];

/// A URL that keeps the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The URL, normalized; its host is not empty.
    pub(super) url: Url,
    /// The host as it is looked up and named to the site.
    pub(super) host: Host<String>,
    /// Whether to speak TLS.
    pub(super) tls: bool,
    /// 80 or 443.
    pub(super) port: u16,
}

impl Target {
    /// Reads what a person gave. People leave out `https://`, so it is added
    /// where the text begins like a host.
    pub(super) fn typed(text: &str, overrides: &Overrides) -> Result<Self, SummaryError> {
        let text = text.trim();
        if text.len() > MAX_URL_BYTES {
            return Err(SummaryError::NotAUrl);
        }
        let parsed = match Url::parse(text) {
            Ok(url) if is_host_and_port(&url) => Url::parse(&format!("https://{text}")),
            Err(ParseError::RelativeUrlWithoutBase) if begins_like_a_host(text) => {
                Url::parse(&format!("https://{text}"))
            }
            parsed => parsed,
        };
        match parsed {
            Ok(url) => Self::of(url, overrides),
            Err(ParseError::InvalidPort) => Err(Forbidden::Port.into()),
            Err(_) => Err(SummaryError::NotAUrl),
        }
    }

    /// Where the site at this URL leads with `location`, which may be relative.
    pub(super) fn leads_to(&self, location: &str, overrides: &Overrides) -> Result<Self, SummaryError> {
        let url = match self.url.join(location) {
            Ok(url) if url.as_str().len() <= MAX_URL_BYTES => url,
            Err(ParseError::InvalidPort) => return Err(Forbidden::Port.into()),
            // The person gave a URL; it is the site that does not.
            _ => return Err(SummaryError::Unreachable),
        };
        let next = Self::of(url, overrides)?;
        if self.tls && !next.tls {
            return Err(Forbidden::Downgrade.into());
        }
        Ok(next)
    }

    fn of(url: Url, overrides: &Overrides) -> Result<Self, SummaryError> {
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(Forbidden::Scheme.into()),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Forbidden::Credentials.into());
        }
        let port = url.port_or_known_default().filter(|port| matches!(port, 80 | 443));
        let port = port.ok_or(Forbidden::Port)?;
        let host = host(&url, overrides)?;
        Ok(Self { url, host, tls, port })
    }
}

/// The host, if nothing in how it is written says that it is not public.
fn host(url: &Url, overrides: &Overrides) -> Result<Host<String>, SummaryError> {
    let host = match url.host().ok_or(SummaryError::NotAUrl)? {
        // `example.com.` is `example.com`, `localhost.` is `localhost`, and
        // `127.0.0.1..` is an address once the dots are gone.
        Host::Domain(name) if name.ends_with('.') => {
            Host::parse(name.trim_end_matches('.')).map_err(|_| Forbidden::Address)?
        }
        host => host.to_owned(),
    };
    let public = match &host {
        Host::Ipv4(address) => is_public((*address).into()),
        Host::Ipv6(address) => is_public((*address).into()),
        Host::Domain(name) => overrides.get(name).is_some() || !is_local(name),
    };
    if public { Ok(host) } else { Err(Forbidden::Address.into()) }
}

/// Whether `name` is one that only a local network knows. A name without a dot
/// is: the resolver would complete it with the network's own suffix.
fn is_local(name: &str) -> bool {
    let ends_in = |suffix: &&str| name.strip_suffix(*suffix).is_some_and(|rest| rest.ends_with('.'));
    !name.contains('.') || LOCAL_SUFFIXES.iter().any(ends_in)
}

/// `example.com:443/post` is a URL with the scheme `example.com`, to the letter
/// of the standard.
fn is_host_and_port(url: &Url) -> bool {
    url.scheme().contains('.') && url.path().starts_with(|first: char| first.is_ascii_digit())
}

fn begins_like_a_host(text: &str) -> bool {
    let first = text.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    first.trim_matches('.').contains('.')
}
