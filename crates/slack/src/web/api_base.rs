//! Where Slack is: the Web API's base URL, and what follows from it.

use http::Uri;

const HTTPS_PORT: u16 = 443;
const HTTP_PORT: u16 = 80;

/// The part of the Web API's base that method names follow.
const API_PATH: &str = "/api";

/// The page on which people allow the app, beside the API.
///
/// <https://docs.slack.dev/authentication/installing-with-oauth>
const AUTHORIZE_PATH: &str = "/oauth/v2/authorize";

/// Below these, every host is Slack's: `hooks.slack.com`, `acme.slack.com`, and
/// the same for governments. The bare names take no answers.
const RESPONSE_DOMAINS: [&str; 2] = [".slack.com", ".slack-gov.com"];

/// The Web API's base URL, `https://slack.com/api` unless overridden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiBase {
    base: String,
    host: String,
}

/// The base URL is not usable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an http or https URL without a query: {0}")]
pub struct BadBase(String);

impl Default for ApiBase {
    fn default() -> Self {
        Self { base: "https://slack.com/api".to_owned(), host: "slack.com".to_owned() }
    }
}

impl ApiBase {
    /// Takes `url`, with or without a slash at its end.
    ///
    /// # Errors
    /// If it is not an http(s) URL with a host, or has a query.
    pub fn parse(url: &str) -> Result<Self, BadBase> {
        let bad = || BadBase(url.to_owned());
        let uri: Uri = url.parse().map_err(|_| bad())?;
        let right = matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.query().is_none()
            && !url.contains(['#', '@']);
        let host = uri.host().filter(|host| right && !host.is_empty()).ok_or_else(bad)?;
        Ok(Self { base: url.trim_end_matches('/').to_owned(), host: host.to_owned() })
    }

    /// The host's name, without a port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The address of a Web API method.
    pub fn method(&self, name: &str) -> String {
        format!("{}/{name}", self.base)
    }

    /// The address of the page on which people allow the app:
    /// `https://slack.com/oauth/v2/authorize` for the usual base.
    pub fn authorize_page(&self) -> String {
        let site = self.base.strip_suffix(API_PATH).unwrap_or(&self.base);
        format!("{site}{AUTHORIZE_PATH}")
    }

    /// The address in a `response_url`, if answers may be sent there: to Slack
    /// and nobody else, or to where this base leads if it is not Slack's.
    ///
    /// What was looked at is what is given back, so that no second reading can
    /// find another host in the same text.
    pub(super) fn response_address(&self, url: &str) -> Option<Uri> {
        let address: Uri = url.parse().ok()?;
        let origin = Origin::of(&address)?;
        (origin.is_slacks() || self.is_overridden_with(&origin)).then_some(address)
    }

    fn is_overridden_with(&self, origin: &Origin) -> bool {
        let own = || self.base.parse().ok().and_then(|base| Origin::of(&base));
        *self != Self::default() && own().as_ref() == Some(origin)
    }
}

/// With whom one speaks at an address.
#[derive(PartialEq, Eq)]
struct Origin {
    is_tls: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// `None` if there is anything but a host and a port: user info, or a port
    /// that is no number.
    fn of(uri: &Uri) -> Option<Self> {
        let (is_tls, usual_port) = match uri.scheme_str()? {
            "https" => (true, HTTPS_PORT),
            "http" => (false, HTTP_PORT),
            _ => return None,
        };
        let authority = uri.authority()?;
        let port = authority.port();
        let written = port.as_ref().map_or_else(String::new, |port| format!(":{port}"));
        let is_plain = authority.as_str() == format!("{}{written}", authority.host());
        let port = port.map_or(usual_port, |port| port.as_u16());
        is_plain.then(|| Self { is_tls, host: authority.host().to_ascii_lowercase(), port })
    }

    fn is_slacks(&self) -> bool {
        let is_name = self.host.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
        let is_below = RESPONSE_DOMAINS.iter().any(|domain| self.host.ends_with(domain));
        self.is_tls && self.port == HTTPS_PORT && is_name && is_below
    }
}
