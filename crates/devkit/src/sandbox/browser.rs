//! A person's browser during Add to Slack: it keeps cookies, follows redirects,
//! and presses Allow.

use std::collections::BTreeMap;

use anyhow::Context as _;
use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Client, Response, StatusCode, Url};

/// Redirects followed before it is a circle.
const MOST_REDIRECTS: usize = 5;

/// Goes through Add to Slack as `user`; the last page.
pub(super) async fn add_to_slack(app_url: &str, slack_url: &str, user: &str) -> anyhow::Result<String> {
    let mut browser = Browser::new()?;
    let begin = Url::parse(&format!("{app_url}/slack/install"))?;
    let sent = browser.get(begin.clone()).await.context("opening /slack/install")?;
    let ask = browser.redirect(&begin, sent).await.context("/slack/install")?;
    anyhow::ensure!(
        ask.path() == "/oauth/v2/authorize",
        "/slack/install leads to {ask}, not to Slack's consent page"
    );
    let mut shown = ask.clone();
    shown.query_pairs_mut().append_pair("as", user);
    let page = browser.get(shown).await.context("opening Slack's consent page")?;
    page_of(page).await.context("Slack's consent page")?;
    let mut form: Vec<(String, String)> = ask.query_pairs().into_owned().collect();
    form.extend([("as".into(), user.into()), ("decision".into(), "allow".into())]);
    let allow = Url::parse(&format!("{slack_url}/oauth/v2/authorize"))?;
    let sent = browser.client.post(allow.clone()).form(&form).send().await.context("pressing Allow")?;
    let mut target = browser.redirect(&allow, sent).await.context("pressing Allow")?;
    for _ in 0..MOST_REDIRECTS {
        let answer = browser.get(target.clone()).await.context("coming back to the app")?;
        if !answer.status().is_redirection() {
            return page_of(answer).await.context("coming back to the app");
        }
        target = browser.redirect(&target, answer).await?;
    }
    anyhow::bail!("more than {MOST_REDIRECTS} redirects")
}

struct Browser {
    client: Client,
    /// By host and name.
    cookies: BTreeMap<(String, String), String>,
}

impl Browser {
    fn new() -> anyhow::Result<Self> {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
        Ok(Self { client, cookies: BTreeMap::new() })
    }

    async fn get(&mut self, url: Url) -> anyhow::Result<Response> {
        let host = host(&url);
        let own = self.cookies.iter().filter(|((of, _), _)| *of == host);
        let jar: Vec<_> = own.map(|((_, name), value)| format!("{name}={value}")).collect();
        let mut request = self.client.get(url);
        if !jar.is_empty() {
            request = request.header(COOKIE, jar.join("; "));
        }
        let answer = request.send().await?;
        self.keep(&host, answer.headers());
        Ok(answer)
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

    /// Where an answer leads.
    async fn redirect(&self, from: &Url, answer: Response) -> anyhow::Result<Url> {
        let status = answer.status();
        let location =
            answer.headers().get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
        match location {
            Some(location) if status.is_redirection() => from.join(&location).context("a broken Location"),
            _ => anyhow::bail!("no redirect but HTTP {status}: {}", answer.text().await.unwrap_or_default()),
        }
    }
}

fn host(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

async fn page_of(answer: Response) -> anyhow::Result<String> {
    let status = answer.status();
    let page = answer.text().await?;
    anyhow::ensure!(status == StatusCode::OK, "HTTP {status}: {page}");
    Ok(page)
}
