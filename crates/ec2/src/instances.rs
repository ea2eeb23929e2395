//! The operations: each makes its requests, and turns the answers into what
//! the app works with.

use std::sync::Arc;

use app::ports::{Actor, Caller, Change, Changed, Describe, Health, Instances, InstancesError, Place};
use async_trait::async_trait;
use domain::account::{Access, Account};
use domain::ids::{InstanceId, Region};
use domain::instance::{Action, Instance, InstanceState};
use serde::de::DeserializeOwned;

use crate::answer::Failure;
use crate::client::Ec2Instances;
use crate::describe::{self, MAX_VALUES, unique};
use crate::form::Form;
use crate::retry::{Effect, told};
use crate::wire::Signer;
use crate::{caller, refused, xml};

/// The most ids that `DescribeInstanceStatus` takes.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html>
const MAX_STATUS_IDS: usize = 100;

/// The most pages that are read for one question, of 500 items each.
const MAX_PAGES: usize = 200;

/// Some instances and what comes after them.
type Page = (Vec<Instance>, Option<String>);

impl Ec2Instances {
    /// What `made` finds on all pages of the answer to `first`.
    async fn pages<T: DeserializeOwned, Item>(
        &self,
        place: &Place,
        first: &Form,
        made: impl Fn(T) -> Result<(Vec<Item>, Option<String>), String>,
    ) -> Result<Vec<Item>, InstancesError> {
        let mut found = Vec::new();
        let mut form = first.clone();
        for _ in 0..MAX_PAGES {
            let (page, next) = self.look(place, &form, &made).await?;
            found.extend(page);
            match next.filter(|token| !token.is_empty()) {
                Some(token) => form = first.page(&token),
                None => return Ok(found),
            }
        }
        Err(refused("TooManyResults", "there is more than can be listed"))
    }

    /// The instances of one answer that exist for Bellhop.
    pub(crate) fn page(&self, place: &Place, answer: xml::Reservations) -> Result<Page, String> {
        let mut page = Vec::new();
        let reservations = answer.reservation_set.item.into_iter();
        for found in reservations.flat_map(|reservation| reservation.instances_set.item) {
            let instance = describe::instance(place, found)?;
            if describe::is_managed(&instance, self.managed.as_ref()) {
                page.push(instance);
            }
        }
        Ok((page, answer.next_token))
    }

    /// With whose credentials `change` is made. A session is made for it alone.
    async fn changer(
        &self,
        place: &Place,
        change: &Change,
        ids: &[InstanceId],
        actor: &Actor,
    ) -> Result<Signer, InstancesError> {
        match &place.account.access {
            Access::Home => Ok(Signer::Own),
            Access::Roles(roles) => {
                let session = self.sessions.act(place, roles, (change, ids), actor).await?;
                Ok(Signer::Session(Arc::new(session)))
            }
        }
    }

    async fn reboot(&self, signer: &Signer, call: Call<'_>) -> Result<Changed, Failure> {
        let Call { region, effect, form, ids } = call;
        let rebooted: xml::Rebooted = self.ask(signer, region, effect, form).await?;
        if !rebooted.r#return.unwrap_or(!rebooted.request_id.is_empty()) {
            return Err(Failure::Unclear("EC2 did not confirm the reboot".to_owned()));
        }
        // An instance stays `running` while it reboots, and EC2 sends no states.
        let states = ids.iter().map(|id| (id.clone(), InstanceState::Running)).collect();
        Ok(Changed { states, request_id: rebooted.request_id })
    }

    async fn transition(&self, signer: &Signer, call: Call<'_>) -> Result<Changed, Failure> {
        let Call { region, effect, form, ids } = call;
        let answer: xml::Changes = self.ask(signer, region, effect, form).await?;
        let mut states = Vec::new();
        for change in answer.instances_set.item {
            let id = describe::id(&change.instance_id).map_err(Failure::Unclear)?;
            let state = describe::state(&change.current_state).map_err(Failure::Unclear)?;
            states.push((id, state));
        }
        // EC2 changes all or none; an answer that leaves one out makes no sense.
        if ids.iter().all(|id| states.iter().any(|(other, _)| other == id)) {
            Ok(Changed { states, request_id: answer.request_id })
        } else {
            Err(Failure::Unclear("EC2's answer leaves an instance out".to_owned()))
        }
    }
}

/// One changing call.
#[derive(Clone, Copy)]
struct Call<'a> {
    region: &'a Region,
    effect: Effect,
    form: &'a Form,
    ids: &'a [InstanceId],
}

#[async_trait]
impl Instances for Ec2Instances {
    async fn describe(&self, place: &Place, what: &Describe) -> Result<Vec<Instance>, InstancesError> {
        let mut found = Vec::new();
        for filters in describe::requests(what, self.managed.as_ref()) {
            let first = Form::describe(&filters);
            found.extend(self.pages(place, &first, |answer| self.page(place, answer)).await?);
        }
        Ok(found)
    }

    async fn health(&self, place: &Place, ids: &[InstanceId]) -> Result<Vec<Health>, InstancesError> {
        let mut found = Vec::new();
        // With ids there are no pages.
        for ids in unique(ids).chunks(MAX_STATUS_IDS) {
            let read = |answer: xml::Statuses| {
                let statuses = answer.instance_status_set.item.into_iter();
                statuses.map(describe::health).collect::<Result<Vec<_>, _>>()
            };
            found.extend(self.look(place, &Form::status(ids), read).await?);
        }
        Ok(found)
    }

    async fn encrypted(&self, place: &Place, ids: &[InstanceId]) -> Result<Vec<InstanceId>, InstancesError> {
        let mut found = Vec::new();
        for ids in unique(ids).chunks(MAX_VALUES) {
            let first = Form::encrypted_volumes(ids);
            let pages = self.pages(place, &first, |answer: xml::Volumes| {
                let volumes = answer.volume_set.item.into_iter().filter(|volume| volume.encrypted);
                let attached = volumes.flat_map(|volume| volume.attachment_set.item);
                let attached = attached.filter_map(|attachment| InstanceId::parse(&attachment.instance_id?));
                Ok((attached.collect(), answer.next_token))
            });
            found.extend(pages.await?);
        }
        found.retain(|id| ids.contains(id));
        Ok(unique(&found))
    }

    async fn change(&self, place: &Place, change: &Change, actor: &Actor) -> Result<Changed, InstancesError> {
        let ids = unique(&change.ids);
        if ids.is_empty() {
            return Err(refused("MissingParameter", "no instance was named"));
        }
        self.endpoint(&place.region)?;
        let signer = self.changer(place, change, &ids, actor).await?;
        let form = Form::change(change, &ids);
        // A dry run changes nothing, so it may be asked again like any other question.
        let effect = if change.dry_run { Effect::Look } else { Effect::Change };
        let call = Call { region: &place.region, effect, form: &form, ids: &ids };
        let result = match change.action {
            Action::Reboot => self.reboot(&signer, call).await,
            Action::Start | Action::Stop { .. } | Action::Terminate => self.transition(&signer, call).await,
        };
        match result {
            Ok(_) if change.dry_run => {
                Err(InstancesError::Unclear("EC2 answered a dry run as if it had run".to_owned()))
            }
            Err(Failure::WouldRun(request_id)) if change.dry_run => {
                Ok(Changed { states: Vec::new(), request_id })
            }
            settled => settled.map_err(|failure| told(effect, failure)),
        }
    }

    async fn caller(&self, account: &Account) -> Result<Caller, InstancesError> {
        match &account.access {
            Access::Home => caller::caller(&self.sts).await,
            Access::Roles(roles) => Ok(self.sessions.read(account, roles).await?.caller().clone()),
        }
    }
}
