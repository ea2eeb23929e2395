//! The client: what is sent to EC2, with whose credentials, and how often.

use std::sync::Arc;
use std::time::Duration;

use app::ports::{InstancesError, Place, RegionClosure};
use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use domain::account::Access;
use domain::ids::Region;
use http::Uri;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;

use crate::answer::{self, Failure};
use crate::endpoint::endpoint;
use crate::form::Form;
use crate::refused;
use crate::retry::{Effect, Retry, told};
use crate::sessions::{Session, Sessions};
use crate::wire::{Signer, Wire};
use crate::xml;

/// How long one request that looks may take, unless the SDK's configuration says so.
const LOOK: Duration = Duration::from_secs(5);

/// How long one request that changes something may take, at least: giving up
/// early would only trade an answer for a guess.
const CHANGE: Duration = Duration::from_secs(10);

/// The most requests that look at the same time. Each may hold a page of some
/// megabytes, and the function has 512 MiB.
const MAX_LOOKS: usize = 16;

/// What the SDK's configuration lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the AWS configuration has no {0}")]
pub struct SetupError(pub(crate) &'static str);

/// EC2, in Bellhop's own account with the credentials that the configuration holds,
/// and in others by assuming their roles.
pub struct Ec2Instances {
    wire: Wire,
    pub(crate) sts: aws_sdk_sts::Client,
    pub(crate) sessions: Sessions,
    overriding: Option<Uri>,
    pub(crate) managed: Option<(String, String)>,
    look: Duration,
    looks: Semaphore,
    pub(crate) retry: Retry,
}

impl Ec2Instances {
    /// With the HTTP client, credentials, timeouts and endpoint of `config`.
    /// With a `managed_tag` (key and value), only instances that carry it exist.
    ///
    /// # Errors
    /// If `config` has no HTTP client or no credentials, or an endpoint that is no URL.
    pub fn new(config: &SdkConfig, managed_tag: Option<(String, String)>) -> Result<Self, SetupError> {
        let overriding = config.endpoint_url().map(str::parse).transpose();
        let look = config.timeout_config().and_then(TimeoutConfig::operation_attempt_timeout);
        let sts = aws_sdk_sts::Client::new(config);
        Ok(Self {
            wire: Wire::new(config)?,
            sessions: Sessions::new(sts.clone(), config.time_source().unwrap_or_default()),
            sts,
            overriding: overriding.map_err(|_| SetupError("endpoint that is a URL"))?,
            managed: managed_tag,
            look: look.unwrap_or(LOOK),
            looks: Semaphore::new(MAX_LOOKS),
            retry: Retry::default(),
        })
    }

    /// Where EC2 answers for `region`.
    pub(crate) fn endpoint(&self, region: &Region) -> Result<Uri, InstancesError> {
        endpoint(region, self.overriding.as_ref())
            .ok_or_else(|| refused("InvalidRegion", "that is not the name of a region"))
    }

    /// Sends `form` until it is answered, and reads the answer.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        signer: &Signer,
        region: &Region,
        effect: Effect,
        form: &Form,
    ) -> Result<T, Failure> {
        let endpoint = self.endpoint(region).map_err(Failure::Final)?;
        let patience = if effect == Effect::Look { self.look } else { self.look.max(CHANGE) };
        let encoded = form.encode();
        let attempt = || async {
            let answer = self.wire.send(signer, (&endpoint, region), encoded.clone(), patience).await?;
            let body = answer::body(form.operation, answer)?;
            xml::read(&body).map_err(Failure::Unclear)
        };
        self.retry.run(effect, attempt).await
    }

    /// Asks a question, and makes of the answer what `made` does. Until that is made it is
    /// one of those that look at the same time.
    pub(crate) async fn question<T: DeserializeOwned, Made>(
        &self,
        signer: &Signer,
        region: &Region,
        form: &Form,
        made: impl FnOnce(T) -> Result<Made, String>,
    ) -> Result<Made, Failure> {
        let _turn = self.looks.acquire().await.ok();
        let answer = self.ask(signer, region, Effect::Look, form).await?;
        made(answer).map_err(Failure::Unclear)
    }

    /// The same in `place`, with the credentials that look there.
    pub(crate) async fn look<T: DeserializeOwned, Made>(
        &self,
        place: &Place,
        form: &Form,
        made: impl Fn(T) -> Result<Made, String>,
    ) -> Result<Made, InstancesError> {
        let Access::Roles(roles) = &place.account.access else {
            let result = self.question(&Signer::Own, &place.region, form, made).await;
            return result.map_err(|failure| told(Effect::Look, failure));
        };
        let mut session = self.sessions.read(&place.account, roles).await?;
        let ask = async |session: &Arc<Session>| {
            self.question(&Signer::Session(session.clone()), &place.region, form, &made).await
        };
        let mut result = ask(&session).await;
        // EC2 answers `AuthFailure` in a region that is not enabled, and to a session of a
        // role that is gone: a new session tells which.
        if let Err(Failure::Final(InstancesError::RegionClosed { closure, .. })) = &result
            && *closure == RegionClosure::NotEnabled
            && self.sessions.doubt(roles, &session, &place.region).await
        {
            session = self.sessions.read(&place.account, roles).await?;
            result = ask(&session).await;
        }
        if let Err(Failure::Final(InstancesError::NotAllowed { .. })) = result {
            self.sessions.forget(roles, &session).await;
        }
        result.map_err(|failure| told(Effect::Look, failure))
    }
}
