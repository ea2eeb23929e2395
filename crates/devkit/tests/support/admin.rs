//! `cargo admin` as an operator runs it: the real program, against the embedded AWS.

use std::process::Stdio;

use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::App;
use super::role::Role;

/// What the program said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) succeeded: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// The lines about what is wrong.
    pub(crate) fn wrong(&self) -> Vec<&str> {
        self.out.lines().filter(|line| line.starts_with("WRONG ")).collect()
    }
}

/// Runs it with the credentials of whoever runs the stack.
pub(crate) async fn admin(app: &App, arguments: &[&str], typed: &str) -> Said {
    admin_as(app, app.cloud().operator_key(), arguments, typed).await
}

/// The same with any access key.
pub(crate) async fn admin_as(app: &App, key: &str, arguments: &[&str], typed: &str) -> Said {
    let mut command = Command::new(super::bin_dir().join("admin"));
    command.args(arguments).env_clear();
    command.envs([
        ("AWS_ACCESS_KEY_ID", key),
        ("AWS_SECRET_ACCESS_KEY", "any"),
        ("AWS_REGION", &app.cloud().stack().region),
        ("AWS_ENDPOINT_URL", &app.cloud().aws_url),
        // Nothing of the machine that the test runs on.
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut running = command.spawn().expect("cargo has built admin, when it built its tests");
    let mut stdin = running.stdin.take().expect("it has an input");
    // It may end without having read everything.
    let _ = stdin.write_all(typed.as_bytes()).await;
    drop(stdin);
    let output = running.wait_with_output().await.expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints text");
    let said =
        Said { succeeded: output.status.success(), out: text(output.stdout), err: text(output.stderr) };
    let known = secrets(app).await;
    let lines = typed.lines().filter(|line| line.len() > 8).map(str::to_owned);
    for secret in known.into_iter().chain(lines) {
        assert!(!said.out.contains(&secret) && !said.err.contains(&secret), "a secret was printed: {said:?}");
    }
    said
}

/// What must never be seen: the app's secrets, each token key, each bot token.
async fn secrets(app: &App) -> Vec<String> {
    let mut secrets = app.slack().tokens();
    let slack = app.slack().app();
    secrets.extend([slack.client_secret, slack.signing_secret]);
    let stored = app.slack_parameters().await;
    let ring: serde_json::Value = stored
        .iter()
        .find(|(name, _)| name.ends_with("/token_keys"))
        .and_then(|(_, value)| serde_json::from_str(value).ok())
        .unwrap_or_default();
    let keys = ring["keys"].as_object().into_iter().flatten();
    secrets.extend(keys.filter_map(|(_, key)| key.as_str().map(str::to_owned)));
    let named = stored.into_iter().filter(|(name, _)| name.contains("secret"));
    secrets.extend(named.map(|(_, value)| value));
    secrets.retain(|secret| secret.trim().len() > 8);
    secrets
}

impl App {
    /// The parameters as they are stored, by their full names.
    pub(crate) async fn slack_parameters(&self) -> Vec<(String, String)> {
        let body = json!({ "Path": "/bellhop/dev", "Recursive": true, "WithDecryption": true });
        let (status, answer) = Role::operator(self).call("ssm", "GetParametersByPath", &body).await;
        assert_eq!(status, 200, "{answer}");
        let text = |value: &serde_json::Value| value.as_str().expect("it is text").to_owned();
        let parameters = answer["Parameters"].as_array().expect("there is a list");
        parameters.iter().map(|one| (text(&one["Name"]), text(&one["Value"]))).collect()
    }

    /// One of them, by its name under the stage.
    pub(crate) async fn slack_parameter(&self, name: &str) -> Option<String> {
        let full = format!("/bellhop/dev/{name}");
        let found = self.slack_parameters().await.into_iter().find(|(stored, _)| *stored == full);
        found.map(|(_, value)| value)
    }

    /// Stores one.
    pub(crate) async fn store_parameter(&self, name: &str, kind: &str, value: &str) {
        let body = json!({ "Name": name, "Type": kind, "Value": value, "Overwrite": true });
        let (status, answer) = Role::operator(self).call("ssm", "PutParameter", &body).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// Removes one.
    pub(crate) async fn remove_parameter(&self, name: &str) {
        let (status, answer) =
            Role::operator(self).call("ssm", "DeleteParameter", &json!({ "Name": name })).await;
        assert_eq!(status, 200, "{answer}");
    }
}
