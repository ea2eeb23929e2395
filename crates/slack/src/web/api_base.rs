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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_from_the_base() {
        for (base, method, page, host) in [
            (
                "https://slack.com/api",
                "https://slack.com/api/auth.test",
                "https://slack.com/oauth/v2/authorize",
                "slack.com",
            ),
            (
                "http://127.0.0.1:4000/api/",
                "http://127.0.0.1:4000/api/auth.test",
                "http://127.0.0.1:4000/oauth/v2/authorize",
                "127.0.0.1",
            ),
            (
                "http://localhost:9",
                "http://localhost:9/auth.test",
                "http://localhost:9/oauth/v2/authorize",
                "localhost",
            ),
        ] {
            let parsed = ApiBase::parse(base).unwrap();
            assert_eq!(parsed.method("auth.test"), method);
            assert_eq!(parsed.authorize_page(), page);
            assert_eq!(parsed.host(), host);
        }
        assert_eq!(ApiBase::default(), ApiBase::parse("https://slack.com/api").unwrap());
    }

    #[test]
    fn other_urls_are_refused() {
        for base in [
            "",
            "slack.com/api",
            "/api",
            "ftp://slack.com",
            "https://",
            "https://a/b?c",
            "https://u@a/b",
            "https://a/#f",
        ] {
            assert!(ApiBase::parse(base).is_err(), "{base}");
        }
    }

    /// Who may be answered through `url`, seen from `base`: the host, as it
    /// would be called.
    fn called(base: &ApiBase, url: &str) -> Option<String> {
        base.response_address(url).map(|address| address.host().unwrap_or_default().to_owned())
    }

    #[test]
    fn answers_go_to_slack_and_nobody_else() {
        for url in [
            "https://hooks.slack.com/commands/T1/2/x",
            "https://hooks.slack.com/actions/T1/2/x",
            "https://hooks.slack.com/app/T1/2/x?a=b",
            "https://hooks.slack.com",
            "https://hooks.slack.com:443/commands/x",
            "https://acme.slack.com/commands/x",
            "https://a.b-1.slack.com/x",
            "https://hooks.slack-gov.com/commands/x",
            "https://acme.enterprise.slack-gov.com/x",
            "HTTPS://Hooks.SLACK.com/commands/x",
            "https://hooks.slack.com/@evil.com",
            "https://hooks.slack.com?@evil.com",
            "https://hooks.slack.com#@evil.com",
        ] {
            let host = called(&ApiBase::default(), url).unwrap_or_default().to_ascii_lowercase();
            assert!(host.ends_with(".slack.com") || host.ends_with(".slack-gov.com"), "{url}: {host}");
        }
        for url in [
            "",
            "hooks.slack.com",
            "hooks.slack.com/commands/x",
            "//hooks.slack.com/commands/x",
            "/commands/x",
            "https:hooks.slack.com/x",
            "https:/hooks.slack.com/x",
            "https:///hooks.slack.com/x",
            "https://",
            // The bare names.
            "https://slack.com/commands/x",
            "https://slack-gov.com/commands/x",
            "https://.slack.com/x",
            // Other schemes, and schemes of another spelling.
            "http://hooks.slack.com/commands/x",
            "ftp://hooks.slack.com/x",
            "file://hooks.slack.com/x",
            "javascript://hooks.slack.com/x",
            " https://hooks.slack.com/x",
            "https ://hooks.slack.com/x",
            // Names that only look alike.
            "https://hooks.slack.com.evil.com/x",
            "https://slack.com.evil/x",
            "https://xslack.com/x",
            "https://hooks.xslack.com/x",
            "https://hooks-slack.com/x",
            "https://hooks.slack.com-evil.com/x",
            "https://hooks.slack.co/x",
            "https://hooksXslack.com/x",
            "https://evil.com/hooks.slack.com",
            "https://evil.com/.slack.com",
            "https://evil.com?.slack.com",
            "https://evil.com#.slack.com",
            "https://evil.com\\.slack.com/x",
            "https://evil.com%2f.slack.com/x",
            "https://evil.com%00.slack.com/x",
            "https://evil.com;.slack.com/x",
            "https://evil.com,.slack.com/x",
            "https://evil_.slack.com/x",
            "https://evil..slack.com/x",
            "https://evil.com\t.slack.com/x",
            "https://evil.com\r\n.slack.com/x",
            "https://evil.com .slack.com/x",
            "https://hooks.slack.com./x",
            "https://hooks.slack.com../x",
            "https://hooks。slack。com/x",
            "https://hooks.ѕlack.com/x",
            "https://hooks.slack.com\u{200b}/x",
            "https://hooks.slack.com\u{2215}.evil.com/x",
            "https://hooks.slack.com\u{ff0f}.evil.com/x",
            "https://hooks.xn--lack-06d.com/x",
            // User info, which is not who is called.
            "https://hooks.slack.com@evil.com/x",
            "https://hooks.slack.com:443@evil.com/x",
            "https://hooks.slack.com%40evil.com/x",
            "https://user@hooks.slack.com/x",
            "https://user:word@hooks.slack.com/x",
            "https://@hooks.slack.com/x",
            "https://evil.com\\@hooks.slack.com/x",
            // Other ports, and ports that are none.
            "https://hooks.slack.com:8443/x",
            "https://hooks.slack.com:80/x",
            "https://hooks.slack.com:/x",
            "https://hooks.slack.com:0443/x",
            "https://hooks.slack.com:65979/x",
            "https://hooks.slack.com:443:443/x",
            // Addresses in numbers.
            "https://127.0.0.1/x",
            "https://169.254.169.254/latest/meta-data",
            "http://169.254.169.254/latest/meta-data",
            "https://2130706433/x",
            "https://[::1]/x",
            "https://[::1].slack.com/x",
            "https://localhost/x",
        ] {
            assert_eq!(called(&ApiBase::default(), url), None, "{url}");
        }
    }

    #[test]
    fn an_overridden_base_takes_its_own_answers() {
        for (base, url, taken) in [
            ("http://127.0.0.1:4000/api", "http://127.0.0.1:4000/hooks/commands/x", true),
            ("http://127.0.0.1:4000/api", "http://127.0.0.1:4000", true),
            ("http://127.0.0.1:4000/api", "http://127.0.0.1:4001/hooks/x", false),
            ("http://127.0.0.1:4000/api", "http://127.0.0.1/hooks/x", false),
            ("http://127.0.0.1:4000/api", "http://127.0.0.1:/hooks/x", false),
            ("http://127.0.0.1:4000/api", "https://127.0.0.1:4000/hooks/x", false),
            ("http://127.0.0.1:4000/api", "http://localhost:4000/hooks/x", false),
            ("http://127.0.0.1:4000/api", "http://u@127.0.0.1:4000/hooks/x", false),
            ("http://127.0.0.1:4000/api", "http://127.0.0.1:4000@evil.com/x", false),
            ("http://127.0.0.1:4000/api", "http://evil.com/127.0.0.1:4000", false),
            ("http://127.0.0.1:4000/api", "http://x.127.0.0.1:4000/", false),
            ("http://127.0.0.1:4000/api", "https://hooks.slack.com/x", true),
            ("http://127.0.0.1:4000/api", "http://hooks.slack.com/x", false),
            ("http://LocalHost/api", "http://localhost:80/hooks/x", true),
            ("http://localhost/api", "http://localhost:443/hooks/x", false),
            ("https://slack.test", "https://SLACK.test:443/x", true),
            ("https://slack.test", "https://a.slack.test/x", false),
            ("http://[::1]:4000/api", "http://[::1]:4000/x", true),
            ("http://[::1]:4000/api", "http://[::2]:4000/x", false),
            ("https://slack.com/api/", "https://slack.com/x", false),
        ] {
            let base = ApiBase::parse(base).unwrap();
            assert_eq!(base.response_address(url).is_some(), taken, "{url} from {base:?}");
        }
    }
}
