//! Keeps what was read from the store: for ten minutes, and for up to half an hour
//! if the store cannot be read.

use std::sync::Arc;

use anyhow::Context as _;
use domain::time::Millis;
use tokio::sync::Mutex;

use super::store::{Found, ParameterStore, full_name};

/// How long secrets are used before they are read again.
pub const FRESH_MS: u64 = 10 * 60 * 1_000;

/// After a failed refresh, how long the old secrets are used before the next
/// try: a request should not wait for a store that is down.
pub(super) const RETRY_MS: u64 = 30 * 1_000;

/// How old secrets may get while the store cannot be read; then they are not served
/// any more. It bounds for how long a secret that has leaked is still taken after it
/// was replaced, and what a rotation of keys has to wait for, so it is short enough
/// for a person to wait. It is long enough for a disturbance of the store: in one
/// that lasts longer, functions that start anew have no secrets either.
pub const MAX_AGE_MS: u64 = 30 * 60 * 1_000;

type Parse<T> = fn(&mut Found) -> anyhow::Result<T>;

/// What the secrets amount to, `T`, as read last.
pub(super) struct Cache<T> {
    store: Arc<dyn ParameterStore>,
    prefix: String,
    required: &'static [&'static str],
    optional: &'static [&'static str],
    parse: Parse<T>,
    /// Held while reading, so that many requests make one call.
    held: Mutex<Option<Held<T>>>,
}

struct Held<T> {
    value: T,
    /// When it was read.
    read_at: Millis,
    /// When to read again.
    until: Millis,
}

impl<T: Clone> Cache<T> {
    pub(super) fn new(
        store: Arc<dyn ParameterStore>,
        prefix: &str,
        required: &'static [&'static str],
        optional: &'static [&'static str],
        parse: Parse<T>,
    ) -> Self {
        Self { store, prefix: prefix.to_owned(), required, optional, parse, held: Mutex::new(None) }
    }

    /// The value as it holds at `now`. A failed refresh is logged and the old value
    /// served until it is [`MAX_AGE_MS`] old; with none to serve it is an error.
    pub(super) async fn get(&self, now: Millis) -> anyhow::Result<T> {
        let mut held = self.held.lock().await;
        if let Some(held) = held.as_ref().filter(|held| now < held.until) {
            return Ok(held.value.clone());
        }
        match (self.read().await, held.as_mut()) {
            (Ok(value), _) => {
                *held = Some(Held { value: value.clone(), read_at: now, until: now.plus(FRESH_MS) });
                Ok(value)
            }
            (Err(error), Some(old)) if now.since(old.read_at) < MAX_AGE_MS => {
                tracing::warn!(
                    error = format!("{error:#}"),
                    "Secrets could not be read again; the old ones are used"
                );
                old.until = now.plus(RETRY_MS).min(old.read_at.plus(MAX_AGE_MS));
                Ok(old.value.clone())
            }
            (Err(error), _) => Err(error),
        }
    }

    async fn read(&self) -> anyhow::Result<T> {
        let names = self.required.iter().chain(self.optional);
        let names: Vec<String> = names.map(|name| full_name(&self.prefix, name)).collect();
        let mut found = Found::new(&self.prefix, self.store.fetch(&names).await?);
        let missing = found.missing(self.required);
        anyhow::ensure!(missing.is_empty(), "SSM parameters are missing: {}", missing.join(", "));
        if let Some(name) = found.blank() {
            anyhow::bail!("the SSM parameter {name} is blank");
        }
        (self.parse)(&mut found)
            .with_context(|| format!("the SSM parameters under {} are not usable", self.prefix))
    }
}
