//! Whether the caller may: about every instance that a call names, unless it is
//! one of those that are allowed for all instances or not at all.
//!
//! EC2 asks this before it looks whether an instance exists. One that does not has
//! no id and no tags to be judged by: it is judged as `instance/*`, so that who may
//! do something to exact instances only, or by tag, hears that it is not allowed and
//! never that there is no such instance.
//! <https://stratus-red-team.cloud/attack-techniques/AWS/aws.discovery.ec2-download-user-data/>
//!
//! A service control policy that denies the region is looked at before anything else.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>

use domain::ids::InstanceId;

use super::super::derive;
use super::super::fault::FaultKind;
use super::super::machine::{Encryption, Machine, aws_managed_key};
use super::super::refusal::Refusal;
use super::super::state::State;
use super::super::world::Closure;
use super::Asked;
use crate::cloud::policy;

impl Asked<'_> {
    /// Refuses what the session's policies do not allow, and what a failure was ordered for.
    pub(super) fn authorize(&self, state: &mut State, ids: &[InstanceId]) -> Result<(), Refusal> {
        if state.faults.strikes(&self.occasion(ids), FaultKind::Unauthorized) {
            let action = self.action;
            let why = format!("because no identity-based policy allows the ec2:{action} action");
            return Err(self.unauthorized(state, ids.first(), &why));
        }
        let Some(rights) = &self.caller.rights else { return Ok(()) };
        let targets: Vec<Option<&InstanceId>> =
            if self.is_for_all() { vec![None] } else { ids.iter().map(Some).collect() };
        for target in targets {
            if let Some(why) = rights.refusal(&self.question(state, target)) {
                return Err(self.unauthorized(state, target, &why));
            }
        }
        Ok(())
    }

    /// Whether EC2 lets the caller use the key of `machine`'s volumes, for a grant to EC2.
    ///
    /// A key of the account's own is open to those whose policies allow it. The policy of
    /// the AWS managed key lets in everybody in the account, but a session may still do no
    /// more than its session policy.
    /// <https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html>
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session>
    pub(super) fn may_use_key(&self, machine: &Machine) -> bool {
        let Some(rights) = &self.caller.rights else { return true };
        let (key, is_open) = match &machine.encryption {
            Encryption::None => return true,
            Encryption::AwsManaged => (aws_managed_key(self.region, self.account), true),
            Encryption::Key(arn) => (arn.clone(), false),
        };
        let keys = [
            ("kms:GrantIsForAWSResource", "true".to_owned()),
            ("kms:ViaService", format!("ec2.{}.amazonaws.com", self.region)),
        ];
        let context = keys.map(|(key, value)| (key.to_owned(), vec![value])).into();
        let asked = policy::Asked { action: "kms:CreateGrant".to_owned(), resource: key, context };
        if is_open { rights.session_allows(&asked) } else { rights.refusal(&asked).is_none() }
    }

    /// Refuses if a service control policy denies the region.
    pub(super) fn refuse_in_closed_region(&self, state: &State) -> Result<(), Refusal> {
        match state.world.closure(self.account, self.region) {
            Some(Closure::NotEnabled) => Err(Refusal::auth_failure()),
            Some(Closure::DeniedByOrganization) => {
                let why = "with an explicit deny in a service control policy: \
                           arn:aws:organizations::111122223333:policy/o-a1b2c3d4e5/service_control_policy/p-a1b2c3d4";
                Err(self.unauthorized(state, None, why))
            }
            None => Ok(()),
        }
    }

    /// Describes know no single instance.
    fn is_for_all(&self) -> bool {
        self.action.starts_with("Describe")
    }

    fn arn(&self, state: &State, id: &InstanceId) -> String {
        let known = self.machines(state).any(|machine| machine.id == *id);
        let name = if known { id.as_str() } else { "*" };
        format!("arn:aws:ec2:{}:{}:instance/{name}", self.region, self.account)
    }

    fn question(&self, state: &State, target: Option<&InstanceId>) -> policy::Asked {
        let mut context = policy::Context::new();
        let mut know = |key: &str, value: &str| context.insert(key.to_owned(), vec![value.to_owned()]);
        know("aws:RequestedRegion", self.region.as_str());
        know("ec2:Region", self.region.as_str());
        know("aws:PrincipalAccount", self.caller.account.as_str());
        if let Some(assumed) = &self.caller.session
            && let Some(identity) = &assumed.source_identity
        {
            know("aws:SourceIdentity", identity);
        }
        let machine = target.and_then(|id| self.machines(state).find(|machine| machine.id == *id));
        if let Some(machine) = machine {
            know("ec2:InstanceID", machine.id.as_str());
            know("ec2:InstanceType", &machine.instance_type);
            know("ec2:AvailabilityZone", &machine.zone);
            for (key, value) in &machine.tags {
                know(&format!("ec2:ResourceTag/{key}"), value);
                know(&format!("aws:ResourceTag/{key}"), value);
            }
        }
        policy::Asked {
            action: format!("ec2:{}", self.action),
            resource: target.map_or_else(|| "*".to_owned(), |id| self.arn(state, id)),
            context,
        }
    }

    fn unauthorized(&self, state: &State, target: Option<&InstanceId>, why: &str) -> Refusal {
        let Self { action, caller, .. } = self;
        let named = target.filter(|_| !self.is_for_all());
        let on = named.map(|id| format!(" on resource: {}", self.arn(state, id)));
        let (caller, on) = (&caller.arn, on.unwrap_or_default());
        let encoded = derive::encoded_message(&format!("{caller}{action}{on}"));
        Refusal::unauthorized(format!(
            "You are not authorized to perform this operation. User: {caller} is not authorized to perform: \
             ec2:{action}{on} {why}. Encoded authorization failure message: {encoded}"
        ))
    }
}
