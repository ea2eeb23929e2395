//! A person's browser during Add to Slack: it keeps cookies, and follows a
//! redirect only when told to, so that every step can be looked at.

use std::collections::BTreeMap;

use anyhow::Context as _;
use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, StatusCode, Url};

/// Redirects followed before it is a circle.
const MOST_REDIRECTS: usize = 5;

/// What a person presses on Slack's consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The app may.
    Allow,
    /// It may not.
    Cancel,
}

/// What the browser was given for an address.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it was.
    pub url: Url,
    /// The HTTP status.
    pub status: StatusCode,
    /// Where it leads on to, if it is a redirect.
    pub leads_to: Option<Url>,
    /// What it says.
    pub body: String,
}

/// A browser with its cookies.
pub struct Browser {
    client: Client,
    /// By host and name.
    cookies: BTreeMap<(String, String), String>,
}

impl Browser {
    /// One without any cookie.
    ///
    /// # Errors
    /// If there can be no HTTP client.
    pub fn new() -> anyhow::Result<Self> {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
        Ok(Self { client, cookies: BTreeMap::new() })
    }

    /// Goes through Add to Slack as `user`, up to the last page.
    ///
    /// # Errors
    /// At the first step that does not go as it should.
    pub async fn add_to_slack(&mut self, app_url: &str, user: &str) -> anyhow::Result<Page> {
        let consent = self.begin(app_url, user).await?;
        let back = self.decide(&consent, Decision::Allow).await?;
        let page = self.follow(back).await.context("coming back to the app")?;
        anyhow::ensure!(
            page.status == StatusCode::OK,
            "coming back to the app: HTTP {}: {}",
            page.status,
            page.body
        );
        Ok(page)
    }

    /// Clicks Add to Slack: the address of the consent page, as `user` sees it.
    ///
    /// # Errors
    /// If the app does not lead there, or Slack does not show it.
    pub async fn begin(&mut self, app_url: &str, user: &str) -> anyhow::Result<Url> {
        let page = self.open(&Url::parse(&format!("{app_url}/slack/install"))?).await?;
        let mut consent = page.redirect().context("/slack/install")?;
        anyhow::ensure!(
            consent.path() == "/oauth/v2/authorize",
            "/slack/install leads to {consent}, not to Slack's consent page"
        );
        consent.query_pairs_mut().append_pair("as", user);
        let shown = self.open(&consent).await.context("opening Slack's consent page")?;
        anyhow::ensure!(
            shown.status == StatusCode::OK,
            "Slack's consent page: HTTP {}: {}",
            shown.status,
            shown.body
        );
        Ok(consent)
    }

    /// Presses a button of the consent page: the address in the app that Slack sends back to.
    ///
    /// # Errors
    /// If Slack does not send anywhere.
    pub async fn decide(&mut self, consent: &Url, decision: Decision) -> anyhow::Result<Url> {
        let word = match decision {
            Decision::Allow => "allow",
            Decision::Cancel => "cancel",
        };
        let mut form: Vec<(String, String)> = consent.query_pairs().into_owned().collect();
        form.push(("decision".into(), word.into()));
        let target = consent.join("/oauth/v2/authorize")?;
        let page = self.send(&target, self.client.post(target.clone()).form(&form)).await?;
        page.redirect().with_context(|| format!("pressing {word}"))
    }

    /// Opens an address and goes wherever it leads.
    ///
    /// # Errors
    /// If nobody answers, or it leads nowhere.
    pub async fn follow(&mut self, mut url: Url) -> anyhow::Result<Page> {
        for _ in 0..MOST_REDIRECTS {
            let page = self.open(&url).await?;
            match &page.leads_to {
                Some(next) => url = next.clone(),
                None => return Ok(page),
            }
        }
        anyhow::bail!("more than {MOST_REDIRECTS} redirects")
    }

    /// Opens one address.
    ///
    /// # Errors
    /// If nobody answers.
    pub async fn open(&mut self, url: &Url) -> anyhow::Result<Page> {
        self.send(url, self.client.get(url.clone())).await
    }

    async fn send(&mut self, url: &Url, mut request: RequestBuilder) -> anyhow::Result<Page> {
        let host = host(url);
        let own = self.cookies.iter().filter(|((of, _), _)| *of == host);
        let jar: Vec<_> = own.map(|((_, name), value)| format!("{name}={value}")).collect();
        if !jar.is_empty() {
            request = request.header(COOKIE, jar.join("; "));
        }
        let answer = request.send().await?;
        self.keep(&host, answer.headers());
        let status = answer.status();
        let location = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let leads_to = match location.filter(|_| status.is_redirection()) {
            Some(location) => Some(url.join(location).context("a broken Location")?),
            None => None,
        };
        Ok(Page { url: url.clone(), status, leads_to, body: answer.text().await? })
    }

    /// Takes the cookies an answer sets; one with `Max-Age=0` is taken back.
    fn keep(&mut self, host: &str, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            let key = (host.to_owned(), name.trim().to_owned());
            let over = attributes.split(';').any(|one| one.trim().eq_ignore_ascii_case("max-age=0"));
            if over {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.trim().to_owned());
            }
        }
    }
}

impl Page {
    fn redirect(self) -> anyhow::Result<Url> {
        let (status, body) = (self.status, self.body);
        self.leads_to.with_context(|| format!("no redirect but HTTP {status}: {body}"))
    }
}

fn host(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}
