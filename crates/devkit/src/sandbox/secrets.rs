//! The secrets that an operator would put into SSM.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::STAGE;
use crate::slack::App;

/// Where the token keys are kept beside the tables; without them no kept token could be opened.
const TOKEN_KEYS_FILE: &str = "token_keys.json";

/// The app's secrets as Slack tells them, and keys for its tokens, by the names of their parameters.
pub(super) fn made(app: &App, data_dir: Option<&Path>) -> anyhow::Result<BTreeMap<String, String>> {
    let secrets = [
        ("slack/client_id", app.client_id.clone()),
        ("slack/client_secret", app.client_secret.clone()),
        ("slack/signing_secret", app.signing_secret.clone()),
        ("token_keys", token_keys(data_dir)?),
    ];
    Ok(secrets.into_iter().map(|(name, value)| (format!("/bellhop/{STAGE}/{name}"), value)).collect())
}

fn token_keys(data_dir: Option<&Path>) -> anyhow::Result<String> {
    let file = data_dir.map(|dir| dir.join(TOKEN_KEYS_FILE));
    if let Some(kept) = file.as_ref().filter(|file| file.is_file()) {
        return std::fs::read_to_string(kept).with_context(|| format!("reading {}", kept.display()));
    }
    let mut key = [0; 32];
    getrandom::fill(&mut key).context("asking the operating system for random bytes")?;
    let keys = json!({"current": "k1", "keys": {"k1": STANDARD.encode(key)}}).to_string();
    if let Some(file) = file {
        std::fs::create_dir_all(file.parent().unwrap_or(Path::new("."))).context("making the data folder")?;
        let mut kept = OpenOptions::new();
        let opened = kept.write(true).create_new(true).mode(0o600).open(&file);
        let written = opened.and_then(|mut file| file.write_all(keys.as_bytes()));
        written.with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(keys)
}
