//! Whether the roles may do what they are for, asked by dry runs.

use std::sync::Arc;

use app::ports::{Actor, Change, Instances as _, InstancesError, Place, Unproven};
use domain::account::{Account, Roles};
use domain::ids::{InstanceId, JobId, UserId};
use domain::instance::{Action, Instance, InstanceState};
use serde::de::IgnoredAny;

use super::{Trial, each, without_failure};
use crate::answer::Failure;
use crate::client::Ec2Instances;
use crate::describe;
use crate::form::Form;
use crate::retry::{Effect, told};
use crate::sessions::BELLHOP;
use crate::wire::Signer;

/// The job in whose name it is asked whether something may be changed.
const JOB: &str = "verify";

/// The tag to which `templates/customer-role.yaml` may limit what is changed.
const MANAGED_TAG: &str = "bellhop:managed";

/// An instance on which changes are tried.
type Example = (Place, InstanceId);

/// All changes that there are.
const ACTIONS: [Action; 4] =
    [Action::Start, Action::Stop { force: false, hibernate: false }, Action::Reboot, Action::Terminate];

impl Ec2Instances {
    /// In all regions; `looks` signs for the role that looks.
    pub(super) async fn may_work(
        &self,
        account: &Account,
        roles: &Roles,
        looks: &Signer,
    ) -> Result<(), Unproven> {
        let account = Arc::new(account.clone());
        let mut looking: Vec<Trial<'_, Option<Example>>> = Vec::new();
        for region in account.regions.clone() {
            let place = Place { account: account.clone(), region };
            looking.push(Box::pin(self.may_look_in(place, roles, looks)));
        }
        let is_closed = |result: &Result<_, _>| matches!(result, Err(Unproven::RegionClosed { .. }));
        let mut looked = each(looking).await;
        // A region that the account cannot use tells nothing of the roles.
        if !looked.iter().all(is_closed) {
            looked.retain(|result| !is_closed(result));
        }
        let examples: Vec<Example> = without_failure(looked)?.into_iter().flatten().collect();
        for action in ACTIONS {
            let mut changing: Vec<Trial<'_, ()>> = Vec::new();
            for (place, id) in &examples {
                changing.push(Box::pin(self.may_change(place, roles, action, id)));
            }
            somewhere(each(changing).await)?;
        }
        Ok(())
    }

    /// The same in one region; gives an instance there, if there is one.
    async fn may_look_in(
        &self,
        place: Place,
        roles: &Roles,
        looks: &Signer,
    ) -> Result<Option<Example>, Unproven> {
        self.may_look(&place, roles, looks, Form::describe(&[])).await?;
        self.may_look(&place, roles, looks, Form::status(&[])).await?;
        let example = self.example(&place, looks).await?;
        Ok(example.map(|id| (place, id)))
    }

    async fn may_look(
        &self,
        place: &Place,
        roles: &Roles,
        looks: &Signer,
        form: Form,
    ) -> Result<(), Unproven> {
        let form = form.dry();
        match self.question(looks, &place.region, &form, Ok::<IgnoredAny, String>).await {
            Err(Failure::WouldRun(_)) => Ok(()),
            Err(failure) => Err(reason(&roles.read, place, told(Effect::Look, failure))),
            Ok(_) => Err(Unproven::Unclear(format!("EC2 took {} for a real one", form.operation))),
        }
    }

    /// Some instance on which changes can be tried, as ordinary as there is.
    async fn example(&self, place: &Place, looks: &Signer) -> Result<Option<InstanceId>, Unproven> {
        let states = ["running", "stopped"].map(str::to_owned).to_vec();
        let what = app::ports::Describe {
            ids: Vec::new(),
            filters: vec![("instance-state-name".to_owned(), states)],
        };
        let mut examples = Vec::new();
        for filters in describe::requests(&what, self.managed.as_ref()) {
            let form = Form::describe(&filters);
            let page = self.question(looks, &place.region, &form, |answer| self.page(place, answer)).await;
            let (page, _) =
                page.map_err(|failure| Unproven::Unclear(told(Effect::Look, failure).to_string()))?;
            examples.extend(page.into_iter().filter(|instance| !instance.is_protected()));
        }
        Ok(examples.into_iter().min_by_key(oddity).map(|instance| instance.id))
    }

    async fn may_change(
        &self,
        place: &Place,
        roles: &Roles,
        action: Action,
        id: &InstanceId,
    ) -> Result<(), Unproven> {
        let actor = Actor { user: UserId::new(BELLHOP), job: JobId::new(JOB) };
        let change = Change { action, ids: vec![id.clone()], dry_run: true };
        let result = self.change(place, &change, &actor).await;
        result.map(drop).map_err(|error| reason(&roles.act, place, error))
    }
}

/// Whether something is allowed in one place at least. What is not clear in any place
/// counts for more: nothing is proved by chance.
fn somewhere(results: Vec<Result<(), Unproven>>) -> Result<(), Unproven> {
    let is_allowed = results.iter().any(Result::is_ok);
    let mut reasons = results.into_iter().filter_map(Result::err);
    let lacks = |reason: &Unproven| matches!(reason, Unproven::LacksRight { .. });
    match reasons.by_ref().max_by_key(|reason| !lacks(reason)) {
        Some(reason) if !is_allowed || !lacks(&reason) => Err(reason),
        _ => Ok(()),
    }
}

/// What makes a refusal likely that says little about rights.
fn oddity(instance: &Instance) -> (bool, bool, bool, bool, bool) {
    (
        !instance.tags.contains_key(MANAGED_TAG),
        instance.root_is_instance_store,
        instance.spot,
        instance.auto_scaling_group().is_some(),
        instance.state != InstanceState::Running,
    )
}

fn reason(role: &str, place: &Place, error: InstancesError) -> Unproven {
    let (operation, request_id) = match error {
        InstancesError::NotAllowed { operation, request_id } => (operation, request_id),
        InstancesError::RegionClosed { closure, .. } => {
            return Unproven::RegionClosed { region: place.region.clone(), closure };
        }
        other => return Unproven::Unclear(other.to_string()),
    };
    let role = role.to_owned();
    match operation.strip_prefix("ec2:") {
        Some(operation) => {
            Unproven::LacksRight { role, operation: operation.to_owned(), region: place.region.clone() }
        }
        None => Unproven::NotLetIn { role, request_id },
    }
}
