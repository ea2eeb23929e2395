//! The operations: each makes its requests, and turns the answers into what
//! the app works with.

use std::time::Duration;

use app::ports::{Caller, Change, Describe, Health, Instances, InstancesError};
use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use domain::ids::{InstanceId, Region};
use domain::instance::{Action, Instance, InstanceState};
use http::Uri;
use serde::de::DeserializeOwned;

use crate::answer::{self, Failure};
use crate::describe::{self, unique};
use crate::endpoint::endpoint;
use crate::form::Form;
use crate::retry::{Effect, Retry, told};
use crate::wire::Wire;
use crate::{caller, xml};

/// How long one request that looks may take, unless the SDK's configuration says so.
const LOOK: Duration = Duration::from_secs(5);

/// How long one request that changes something may take, at least: giving up
/// early would only trade an answer for a guess.
const CHANGE: Duration = Duration::from_secs(10);

/// The most ids that `DescribeInstanceStatus` takes.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html>
const MAX_STATUS_IDS: usize = 100;

/// The most pages that are read for one question: 100,000 instances.
const MAX_PAGES: usize = 100;

/// What the SDK's configuration lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the AWS configuration has no {0}")]
pub struct SetupError(pub(crate) &'static str);

/// EC2, in the account whose credentials the configuration holds.
pub struct Ec2Instances {
    wire: Wire,
    sts: aws_sdk_sts::Client,
    overriding: Option<Uri>,
    managed: Option<(String, String)>,
    look: Duration,
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
        Ok(Self {
            wire: Wire::new(config)?,
            sts: aws_sdk_sts::Client::new(config),
            overriding: overriding.map_err(|_| SetupError("endpoint that is a URL"))?,
            managed: managed_tag,
            look: look.unwrap_or(LOOK),
            retry: Retry::default(),
        })
    }

    /// Sends `form` until it is answered, and reads the answer.
    async fn ask<T: DeserializeOwned>(
        &self,
        region: &Region,
        effect: Effect,
        form: &Form,
    ) -> Result<T, Failure> {
        let Some(endpoint) = endpoint(region, self.overriding.as_ref()) else {
            return Err(Failure::Final(refused("InvalidRegion", "that is not the name of a region")));
        };
        let patience = if effect == Effect::Look { self.look } else { self.look.max(CHANGE) };
        let encoded = form.encode();
        let attempt = || async {
            let answer = self.wire.send(&endpoint, region, encoded.clone(), patience).await?;
            let body = answer::body(form.operation, answer)?;
            xml::read(&body).map_err(Failure::Unclear)
        };
        self.retry.run(effect, attempt).await
    }

    async fn look<T: DeserializeOwned>(&self, region: &Region, form: &Form) -> Result<T, InstancesError> {
        self.ask(region, Effect::Look, form).await.map_err(|failure| told(Effect::Look, failure))
    }

    async fn describe_pages(&self, region: &Region, first: Form) -> Result<Vec<Instance>, InstancesError> {
        let mut found = Vec::new();
        let mut form = first.clone();
        for _ in 0..MAX_PAGES {
            let page: xml::Reservations = self.look(region, &form).await?;
            for reservation in page.reservation_set.item {
                for instance in reservation.instances_set.item {
                    found.push(describe::instance(region, instance).map_err(InstancesError::Busy)?);
                }
            }
            match page.next_token.filter(|token| !token.is_empty()) {
                Some(token) => form = first.page(&token),
                None => return Ok(found),
            }
        }
        Err(refused("TooManyInstances", "there are more instances than can be listed"))
    }

    async fn reboot(
        &self,
        region: &Region,
        effect: Effect,
        form: &Form,
        ids: &[InstanceId],
    ) -> Result<Changed, Failure> {
        let rebooted: xml::Rebooted = self.ask(region, effect, form).await?;
        if !rebooted.r#return {
            return Err(Failure::Unclear("EC2 did not confirm the reboot".to_owned()));
        }
        // An instance stays `running` while it reboots, and EC2 sends no states.
        Ok(ids.iter().map(|id| (id.clone(), InstanceState::Running)).collect())
    }

    async fn transition(
        &self,
        region: &Region,
        effect: Effect,
        form: &Form,
        ids: &[InstanceId],
    ) -> Result<Changed, Failure> {
        let answer: xml::Changes = self.ask(region, effect, form).await?;
        let mut changed = Vec::new();
        for change in answer.instances_set.item {
            let id = describe::id(&change.instance_id).map_err(Failure::Unclear)?;
            let state = describe::state(&change.current_state).map_err(Failure::Unclear)?;
            changed.push((id, state));
        }
        // EC2 changes all or none; an answer that leaves one out makes no sense.
        if ids.iter().all(|id| changed.iter().any(|(other, _)| other == id)) {
            Ok(changed)
        } else {
            Err(Failure::Unclear("EC2's answer leaves an instance out".to_owned()))
        }
    }
}

type Changed = Vec<(InstanceId, InstanceState)>;

#[async_trait]
impl Instances for Ec2Instances {
    async fn describe(&self, region: &Region, what: &Describe) -> Result<Vec<Instance>, InstancesError> {
        let mut found = Vec::new();
        for filters in describe::requests(what, self.managed.as_ref()) {
            found.extend(self.describe_pages(region, Form::describe(&filters)).await?);
        }
        found.retain(|instance| describe::is_managed(instance, self.managed.as_ref()));
        Ok(found)
    }

    async fn health(&self, region: &Region, ids: &[InstanceId]) -> Result<Vec<Health>, InstancesError> {
        let mut found = Vec::new();
        // With ids there are no pages.
        for ids in unique(ids).chunks(MAX_STATUS_IDS) {
            let answer: xml::Statuses = self.look(region, &Form::status(ids)).await?;
            for status in answer.instance_status_set.item {
                found.push(describe::health(status).map_err(InstancesError::Busy)?);
            }
        }
        Ok(found)
    }

    async fn change(&self, region: &Region, change: &Change) -> Result<Changed, InstancesError> {
        let ids = unique(&change.ids);
        if ids.is_empty() {
            return Err(refused("MissingParameter", "no instance was named"));
        }
        let form = Form::change(change, &ids);
        // A dry run changes nothing, so it may be asked again like any other question.
        let effect = if change.dry_run { Effect::Look } else { Effect::Change };
        let result = match change.action {
            Action::Reboot => self.reboot(region, effect, &form, &ids).await,
            Action::Start | Action::Stop { .. } | Action::Terminate => {
                self.transition(region, effect, &form, &ids).await
            }
        };
        match result {
            Ok(_) if change.dry_run => {
                Err(InstancesError::Unclear("EC2 answered a dry run as if it had run".to_owned()))
            }
            Err(Failure::WouldRun) if change.dry_run => Ok(Vec::new()),
            settled => settled.map_err(|failure| told(effect, failure)),
        }
    }

    async fn caller(&self) -> Result<Caller, InstancesError> {
        caller::caller(&self.sts).await
    }
}

/// A refusal of our own, before EC2 was asked.
fn refused(code: &str, message: &str) -> InstancesError {
    InstancesError::Refused { code: code.to_owned(), message: message.to_owned(), request_id: String::new() }
}
