//! The smaller ports: secrets, OAuth states, threads and the wake queue.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use anyhow::anyhow;
use async_trait::async_trait;
use domain::ids::{ChannelId, InstanceId, JobId, TeamId};
use domain::time::Millis;
use slack::oauth::AppCredentials;
use slack::signature::Verifier;

use super::clock::VirtualClock;
use super::seam::Seam;
use crate::ports::{ClientCredentials, Clock as _, OauthStates, SigningSecrets, Threads, Wake};
use crate::wake::WakeUp;

pub(crate) const SIGNING_SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
pub(crate) const CLIENT_ID: &str = "111.222";
pub(crate) const CLIENT_SECRET: &str = "the-client-secret";

/// The app's secrets.
pub(crate) struct Secrets(pub(crate) Arc<Seam>);

#[async_trait]
impl SigningSecrets for Secrets {
    async fn verifier(&self, _: Millis) -> anyhow::Result<Arc<Verifier>> {
        let verifier = || Arc::new(Verifier::new(vec![SIGNING_SECRET.into()]).unwrap());
        self.0.cross("secrets.verifier", verifier).await.map_err(|_| anyhow!("SSM is out of reach"))
    }
}

#[async_trait]
impl ClientCredentials for Secrets {
    async fn client(&self, _: Millis) -> anyhow::Result<Arc<AppCredentials>> {
        let client = || {
            let (client_id, client_secret) = (CLIENT_ID.to_owned(), CLIENT_SECRET.into());
            Arc::new(AppCredentials { client_id, client_secret })
        };
        self.0.cross("secrets.client", client).await.map_err(|_| anyhow!("SSM is out of reach"))
    }
}

/// OAuth states: by the state's hash, the cookie's and the end.
pub(crate) struct MemoryStates {
    pub(crate) seam: Arc<Seam>,
    pub(crate) kept: Mutex<BTreeMap<String, (String, Millis)>>,
}

#[async_trait]
impl OauthStates for MemoryStates {
    async fn put(&self, state_hash: &str, cookie_hash: &str, expires: Millis) -> anyhow::Result<()> {
        let put = || {
            let value = (cookie_hash.to_owned(), expires);
            self.kept.lock().unwrap().insert(state_hash.to_owned(), value);
        };
        self.seam.cross("states.put", put).await.map_err(|_| anyhow!("the table is out of reach"))
    }

    async fn consume(&self, state_hash: &str, cookie_hash: &str, now: Millis) -> anyhow::Result<bool> {
        let consume = || {
            let mut kept = self.kept.lock().unwrap();
            let fits = |(cookie, expires): &(String, Millis)| cookie == cookie_hash && now < *expires;
            kept.get(state_hash).is_some_and(fits) && kept.remove(state_hash).is_some()
        };
        self.seam.cross("states.consume", consume).await.map_err(|_| anyhow!("the table is out of reach"))
    }
}

type ThreadKey = (TeamId, ChannelId, String);

/// What `#2` and `this` mean.
pub(crate) struct MemoryThreads {
    pub(crate) seam: Arc<Seam>,
    pub(crate) clock: Arc<VirtualClock>,
    pub(crate) kept: Mutex<BTreeMap<ThreadKey, (Vec<InstanceId>, Millis)>>,
}

#[async_trait]
impl Threads for MemoryThreads {
    async fn rows(
        &self,
        team: &TeamId,
        channel: &ChannelId,
        conversation: &str,
    ) -> anyhow::Result<Vec<InstanceId>> {
        let key = (team.clone(), channel.clone(), conversation.to_owned());
        let rows = || {
            let kept = self.kept.lock().unwrap();
            let rows = kept.get(&key).filter(|(_, expires)| self.clock.now() < *expires);
            rows.map(|(rows, _)| rows.clone()).unwrap_or_default()
        };
        self.seam.cross("threads.rows", rows).await.map_err(|_| anyhow!("the table is out of reach"))
    }

    async fn remember(
        &self,
        team: &TeamId,
        channel: &ChannelId,
        conversation: &str,
        rows: &[InstanceId],
        expires: Millis,
    ) -> anyhow::Result<()> {
        let key = (team.clone(), channel.clone(), conversation.to_owned());
        let remember = || {
            self.kept.lock().unwrap().insert(key, (rows.to_vec(), expires));
        };
        self.seam.cross("threads.remember", remember).await.map_err(|_| anyhow!("the table is out of reach"))
    }
}

/// Invocations that are asked for.
pub(crate) struct WakeQueue {
    pub(crate) seam: Arc<Seam>,
    pub(crate) queue: Mutex<VecDeque<WakeUp>>,
}

impl WakeQueue {
    /// Takes all that wait.
    pub(crate) fn take(&self) -> Vec<WakeUp> {
        self.queue.lock().unwrap().drain(..).collect()
    }
}

#[async_trait]
impl Wake for WakeQueue {
    async fn wake(&self, team: &TeamId, job: &JobId) -> anyhow::Result<()> {
        let wake = || self.queue.lock().unwrap().push_back(WakeUp::new(team.clone(), job.clone()));
        self.seam.cross("wake", wake).await.map_err(|_| anyhow!("Lambda is out of reach"))
    }
}
