//! Secrets from SSM Parameter Store: for each function exactly the parameters
//! it needs, in one call, read and checked once and then kept for ten minutes.
//!
//! A secret is refused if it is missing or blank: with an empty signing secret
//! anybody could sign. Old secrets are better than none, so they are served on
//! while SSM cannot be reached.

mod cache;
mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use app::ports::{ClientCredentials, Clock, ServiceKey, SigningSecrets};
use async_trait::async_trait;
use domain::time::Millis;
use secrecy::{ExposeSecret as _, SecretString};
use slack::oauth::AppCredentials;
use slack::signature::Verifier;

use crate::seal::KeyRing;
use cache::Cache;
pub use cache::{FRESH_MS, MAX_AGE_MS};
pub use store::{Found, ParameterStore, SsmStore};

/// The signing secret of the Slack app.
pub const SIGNING_SECRET: &str = "slack/signing_secret";
/// The signing secret before, during a rotation.
pub const PREVIOUS_SIGNING_SECRET: &str = "slack/signing_secret_previous";
/// The Slack app's client id.
pub const CLIENT_ID: &str = "slack/client_id";
/// The Slack app's client secret.
pub const CLIENT_SECRET: &str = "slack/client_secret";
/// The key ring that seals bot tokens.
pub const TOKEN_KEYS: &str = "token_keys";
/// The key of SMMRY, which few operators have.
pub const SMMRY_API_KEY: &str = "smmry_api_key";

/// The keys that bot tokens are sealed with.
#[async_trait]
pub trait TokenKeys: Send + Sync {
    /// The ring as it holds at `now`.
    async fn key_ring(&self, now: Millis) -> anyhow::Result<Arc<KeyRing>>;
}

/// What a gateway needs: the signing secrets, and nothing else.
pub struct GatewaySecrets(Cache<Arc<Verifier>>);

/// What `install` needs: the Slack app's credentials, and the key ring.
pub struct InstallSecrets(Cache<(Arc<AppCredentials>, Arc<KeyRing>)>);

/// What a worker needs: the key ring.
pub struct WorkerSecrets(Cache<Arc<KeyRing>>);

/// What `text` needs: the key of SMMRY, if there is one.
pub struct SmmryKey {
    cache: Cache<Option<SecretString>>,
    clock: Arc<dyn Clock>,
}

impl SmmryKey {
    /// From the parameter under `prefix`, e.g. `/bellhop/prod`; `clock` tells
    /// when to look again.
    pub fn new(store: Arc<dyn ParameterStore>, prefix: &str, clock: Arc<dyn Clock>) -> Self {
        let cache =
            Cache::new(store, prefix, &[], &[SMMRY_API_KEY], |found| Ok(found.take(SMMRY_API_KEY).ok()));
        Self { cache, clock }
    }
}

#[async_trait]
impl ServiceKey for SmmryKey {
    async fn key(&self) -> anyhow::Result<Option<SecretString>> {
        self.cache.get(self.clock.now()).await
    }
}

impl GatewaySecrets {
    /// From the parameters under `prefix`, e.g. `/bellhop/prod`.
    pub fn new(store: Arc<dyn ParameterStore>, prefix: &str) -> Self {
        Self(Cache::new(store, prefix, &[SIGNING_SECRET], &[PREVIOUS_SIGNING_SECRET], |found| {
            let mut secrets = vec![found.take(SIGNING_SECRET)?];
            secrets.extend(found.take(PREVIOUS_SIGNING_SECRET).ok());
            Ok(Arc::new(Verifier::new(secrets)?))
        }))
    }
}

impl InstallSecrets {
    /// From the parameters under `prefix`, e.g. `/bellhop/prod`.
    pub fn new(store: Arc<dyn ParameterStore>, prefix: &str) -> Self {
        Self(Cache::new(store, prefix, &[CLIENT_ID, CLIENT_SECRET, TOKEN_KEYS], &[], |found| {
            let client = AppCredentials {
                client_id: found.take(CLIENT_ID)?.expose_secret().to_owned(),
                client_secret: found.take(CLIENT_SECRET)?,
            };
            let ring = KeyRing::parse(&found.take(TOKEN_KEYS)?)?;
            Ok((Arc::new(client), Arc::new(ring)))
        }))
    }
}

impl WorkerSecrets {
    /// From the parameters under `prefix`, e.g. `/bellhop/prod`.
    pub fn new(store: Arc<dyn ParameterStore>, prefix: &str) -> Self {
        Self(Cache::new(store, prefix, &[TOKEN_KEYS], &[], |found| {
            Ok(Arc::new(KeyRing::parse(&found.take(TOKEN_KEYS)?)?))
        }))
    }
}

#[async_trait]
impl SigningSecrets for GatewaySecrets {
    async fn verifier(&self, now: Millis) -> anyhow::Result<Arc<Verifier>> {
        self.0.get(now).await
    }
}

#[async_trait]
impl ClientCredentials for InstallSecrets {
    async fn client(&self, now: Millis) -> anyhow::Result<Arc<AppCredentials>> {
        Ok(self.0.get(now).await?.0)
    }
}

#[async_trait]
impl TokenKeys for InstallSecrets {
    async fn key_ring(&self, now: Millis) -> anyhow::Result<Arc<KeyRing>> {
        Ok(self.0.get(now).await?.1)
    }
}

#[async_trait]
impl TokenKeys for WorkerSecrets {
    async fn key_ring(&self, now: Millis) -> anyhow::Result<Arc<KeyRing>> {
        self.0.get(now).await
    }
}
