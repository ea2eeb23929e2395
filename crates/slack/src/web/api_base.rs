//! Where Slack is: the Web API's base URL, and what follows from it.

use http::Uri;

/// The part of the Web API's base that method names follow.
const API_PATH: &str = "/api";

/// The page on which people allow the app, beside the API.
///
/// <https://docs.slack.dev/authentication/installing-with-oauth>
const AUTHORIZE_PATH: &str = "/oauth/v2/authorize";

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
}
