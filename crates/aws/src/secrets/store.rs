//! Where secrets come from, and what came.

use std::collections::BTreeMap;

use anyhow::Context as _;
use async_trait::async_trait;
use aws_sdk_ssm::Client;
use secrecy::{ExposeSecret as _, SecretString};

/// A place that keeps secrets under names.
#[async_trait]
pub trait ParameterStore: Send + Sync {
    /// The values of those of `names` that exist, decrypted, by full name.
    async fn fetch(&self, names: &[String]) -> anyhow::Result<BTreeMap<String, SecretString>>;
}

/// SSM Parameter Store. One call takes at most ten names.
/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>
pub struct SsmStore {
    client: Client,
}

impl SsmStore {
    /// Over this client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

#[async_trait]
impl ParameterStore for SsmStore {
    async fn fetch(&self, names: &[String]) -> anyhow::Result<BTreeMap<String, SecretString>> {
        let answer = self
            .client
            .get_parameters()
            .set_names(Some(names.to_vec()))
            .with_decryption(true)
            .send()
            .await
            .context("asking SSM for parameters")?;
        let found = answer.parameters.unwrap_or_default().into_iter();
        Ok(found.filter_map(|one| Some((one.name?, SecretString::from(one.value?)))).collect())
    }
}

/// The secrets that came, by their names without the prefix.
pub struct Found {
    prefix: String,
    secrets: BTreeMap<String, SecretString>,
}

impl Found {
    pub(super) fn new(prefix: &str, secrets: BTreeMap<String, SecretString>) -> Self {
        Self { prefix: prefix.to_owned(), secrets }
    }

    /// The full names of those of `names` that did not come.
    pub(super) fn missing(&self, names: &[&str]) -> Vec<String> {
        let full = names.iter().map(|name| full_name(&self.prefix, name));
        full.filter(|name| !self.secrets.contains_key(name)).collect()
    }

    /// The full name of a secret that is blank.
    pub(super) fn blank(&self) -> Option<&str> {
        let blank = self.secrets.iter().find(|(_, secret)| secret.expose_secret().trim().is_empty());
        blank.map(|(name, _)| name.as_str())
    }

    /// Takes a secret out.
    pub(super) fn take(&mut self, name: &str) -> anyhow::Result<SecretString> {
        let full = full_name(&self.prefix, name);
        self.secrets.remove(&full).with_context(|| format!("the SSM parameter {full} is missing"))
    }
}

pub(super) fn full_name(prefix: &str, name: &str) -> String {
    format!("{prefix}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clients, local};

    #[tokio::test]
    async fn ssm_is_asked_once_with_decryption() {
        let answer = r#"{"Parameters":[{"Name":"/b/t/token_keys","Type":"SecureString","Value":"hush","Version":1}],
            "InvalidParameters":["/b/t/other"]}"#;
        let (config, serving) = local::one_request(200, answer).await;
        let store = SsmStore::new(clients::ssm(&config));
        let found = store.fetch(&["/b/t/token_keys".to_owned(), "/b/t/other".to_owned()]).await.unwrap();
        let found: Vec<_> =
            found.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect();
        assert_eq!(found, [("/b/t/token_keys", "hush")]);
        let (head, body) = serving.await.unwrap();
        assert!(head.contains("x-amz-target: amazonssm.getparameters"), "{head}");
        assert_eq!(body, r#"{"Names":["/b/t/token_keys","/b/t/other"],"WithDecryption":true}"#);
    }
}
