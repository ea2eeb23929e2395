//! The Slack app's manifest for one deployment, and what its address must be like.

use std::io::Write as _;

use anyhow::Context as _;
use http::Uri;

/// The manifest with a place for the host.
const MANIFEST: &str = include_str!("../../../manifest.yaml");

/// What stands for the host.
const HOST: &str = "API_HOST";

/// Prints it.
pub(crate) fn print(url: &str) -> anyhow::Result<()> {
    let host = host(url)?;
    std::io::stdout().write_all(filled(&host).as_bytes()).context("writing to standard output")
}

/// Without the comments at its head, which say how to fill it in.
fn filled(host: &str) -> String {
    let body = MANIFEST.lines().skip_while(|line| line.starts_with('#'));
    body.map(|line| format!("{}\n", line.replace(HOST, host))).collect::<Vec<_>>().concat()
}

/// The host that Slack is to call: Slack takes https only, on its usual port.
fn host(url: &str) -> anyhow::Result<String> {
    let address = address(url)?;
    let host =
        address.strip_prefix("https://").context("Slack calls https addresses only: --url https://…")?;
    anyhow::ensure!(!host.contains(':'), "Slack calls port 443 only");
    anyhow::ensure!(host.contains('.'), "{host} is not a public host");
    Ok(host.to_owned())
}

/// `url` as scheme and host, without the slash at its end.
///
/// # Errors
/// If it is not https (or http on this machine), or has a path, a query or a user.
pub(crate) fn address(url: &str) -> anyhow::Result<String> {
    let refusal = "is not an address like https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com";
    let uri: Uri = url.trim_end_matches('/').parse().ok().with_context(|| format!("{url} {refusal}"))?;
    let host = uri.host().unwrap_or_default();
    let is_safe = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => matches!(host, "127.0.0.1" | "localhost"),
        _ => false,
    };
    let plain = !url.contains(['@', '#', '?', '\\']) && uri.path().trim_end_matches('/').is_empty();
    anyhow::ensure!(is_safe && plain && !host.is_empty(), "{url} {refusal}");
    Ok(url.trim_end_matches('/').to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_public_https_address_becomes_a_manifest() {
        for (url, expected) in [
            ("https://a.execute-api.eu-west-1.amazonaws.com/", Some("a.execute-api.eu-west-1.amazonaws.com")),
            ("https://Bot.Example.org", Some("bot.example.org")),
            ("http://bot.example.org", None),
            ("http://127.0.0.1:7300", None),
            ("https://bot.example.org:8443", None),
            ("https://bot.example.org/slack/events", None),
            ("https://ann@bot.example.org", None),
            ("https://bot.example.org?x", None),
            ("https://localhost", None),
            ("bot.example.org", None),
            ("API_HOST", None),
            ("", None),
        ] {
            assert_eq!(host(url).ok().as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn an_address_may_be_this_machine() {
        assert_eq!(address("http://127.0.0.1:7300/").unwrap(), "http://127.0.0.1:7300");
        assert!(address("http://10.0.0.1").is_err());
    }

    #[test]
    fn no_place_for_the_host_is_left() {
        let manifest = filled("bot.example.org");
        assert!(manifest.starts_with("_metadata:\n") && !manifest.contains(HOST));
        assert!(manifest.contains("request_url: https://bot.example.org/slack/events\n"));
    }
}
