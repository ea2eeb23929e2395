//! EC2, as the worker needs it: four questions, and errors that say whether
//! the thing was done.

use std::sync::Arc;

use async_trait::async_trait;
use domain::account::Account;
use domain::ids::{AccountId, InstanceId, JobId, Region, UserId};
use domain::instance::{Action, Instance, InstanceState};

/// Instances, in Bellhop's own account and in those that let it in.
#[async_trait]
pub trait Instances: Send + Sync {
    /// All instances in `place` that match, over all pages. Where a managed tag
    /// is configured, only those that carry it exist.
    async fn describe(&self, place: &Place, what: &Describe) -> Result<Vec<Instance>, InstancesError>;

    /// The status checks of these instances; one that does not run has none.
    async fn health(&self, place: &Place, ids: &[InstanceId]) -> Result<Vec<Health>, InstancesError>;

    /// Those of `ids` that have an encrypted EBS volume attached. To start one of these,
    /// a role also needs the use of the volume's KMS key.
    async fn encrypted(&self, place: &Place, ids: &[InstanceId]) -> Result<Vec<InstanceId>, InstancesError>;

    /// Makes one EC2 call that changes all of `ids`, or asks whether it would be
    /// allowed to. Sent once; repeated only if it surely did not run. Where a role
    /// is assumed for it, the session may do this to these instances and nothing
    /// else, and carries the names of `actor`.
    ///
    /// A dry run that would have worked is `Ok` with no states.
    async fn change(&self, place: &Place, change: &Change, actor: &Actor) -> Result<Changed, InstancesError>;

    /// Who AWS takes us for in `account`, where we look.
    async fn caller(&self, account: &Account) -> Result<Caller, InstancesError>;
}

/// Lets Bellhop into an account only if nobody else could get in by its name.
#[async_trait]
pub trait Doors: Send + Sync {
    /// Proves that both roles of `account` let Bellhop in with the external id, and
    /// refuse it without one and with a wrong one; and that they may do there what
    /// they are for. Nothing is changed.
    ///
    /// # Errors
    /// What stands in the way, the most dangerous first.
    async fn prove(&self, account: &Account) -> Result<(), Unproven>;
}

/// Why an account is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// A role can be assumed without an external id.
    #[error("{role} lets Bellhop in without an external id")]
    WithoutExternalId {
        /// The role's ARN.
        role: String,
    },
    /// A role can be assumed with a wrong external id.
    #[error("{role} lets Bellhop in with a wrong external id")]
    WrongExternalId {
        /// The role's ARN.
        role: String,
    },
    /// A role cannot be assumed at all: it is not there, or trusts somebody else.
    #[error("{role} does not let Bellhop in (request {request_id})")]
    NotLetIn {
        /// The role's ARN.
        role: String,
        /// AWS's request id.
        request_id: String,
    },
    /// The role belongs to another account than was said.
    #[error("{role} leads into the account {account}")]
    OtherAccount {
        /// The role's ARN.
        role: String,
        /// The account it leads into.
        account: AccountId,
    },
    /// The role may not do what it is for.
    #[error("{role} may not use ec2:{operation} in {region}")]
    LacksRight {
        /// The role's ARN.
        role: String,
        /// The operation, e.g. `StopInstances`.
        operation: String,
        /// Where.
        region: Region,
    },
    /// A region cannot be used in the account. The roles may be as they should be.
    #[error("{region} {closure} in the account")]
    RegionClosed {
        /// Where.
        region: Region,
        /// Why.
        closure: RegionClosure,
    },
    /// AWS could not be asked.
    #[error("AWS could not be asked: {0}")]
    Unclear(String),
}

/// A region of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The account.
    pub account: Arc<Account>,
    /// The region.
    pub region: Region,
}

impl Place {
    /// Whether `instance` is there.
    pub fn holds(&self, instance: &Instance) -> bool {
        self.account.alias == instance.account && self.region == instance.region
    }
}

/// On whose behalf something is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who asked for it.
    pub user: UserId,
    /// The job.
    pub job: JobId,
}

/// What EC2 says it has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// The state of each instance right after.
    pub states: Vec<(InstanceId, InstanceState)>,
    /// AWS's request id.
    pub request_id: String,
}

/// AWS's own protection of an instance, which Bellhop never switches off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// `disableApiStop`, which also forbids termination.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html>
    Stop,
    /// `disableApiTermination`
    /// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html>
    Termination,
}

/// Why an account cannot use a region at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionClosure {
    /// The account has not enabled the region.
    /// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html>
    #[error("is not enabled")]
    NotEnabled,
    /// A service control policy of the organization denies EC2 there.
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
    #[error("is denied by a service control policy")]
    DeniedByOrganization,
}

/// Which instances to describe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Describe {
    /// Only these; none given means all. Ids that do not exist are left out, not
    /// an error.
    pub ids: Vec<InstanceId>,
    /// EC2 filters, name and values, as `DescribeInstances` takes them.
    pub filters: Vec<(String, Vec<String>)>,
}

/// One changing call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What.
    pub action: Action,
    /// To which; at least one.
    pub ids: Vec<InstanceId>,
    /// Ask only.
    pub dry_run: bool,
}

/// The status checks of one instance, in EC2's words (`ok`, `impaired`,
/// `initializing`, `insufficient-data`, `not-applicable`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The instance.
    pub id: InstanceId,
    /// The host's check.
    pub system: String,
    /// The instance's own check.
    pub instance: String,
    /// Scheduled events that are not over: code and description.
    pub events: Vec<(String, String)>,
}

/// The identity that EC2 sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub account: AccountId,
    /// The role's name, or the user's.
    pub role: String,
}

/// Why EC2 did not do as asked. The variants tell what is known of the effect.
#[derive(Debug, thiserror::Error)]
pub enum InstancesError {
    /// IAM refused: it was not done.
    #[error("{operation} is not allowed (request {request_id})")]
    NotAllowed {
        /// The operation with its service, e.g. `ec2:StopInstances` or `sts:AssumeRole`.
        operation: String,
        /// AWS's request id.
        request_id: String,
    },
    /// The account cannot use this region: it was not done. No right of ours is missing.
    #[error("the region {closure} (request {request_id})")]
    RegionClosed {
        /// Why.
        closure: RegionClosure,
        /// AWS's request id.
        request_id: String,
    },
    /// EC2 answered with an error: it was not done.
    #[error("EC2 answered {code}: {message}")]
    Refused {
        /// EC2's error code, e.g. `IncorrectInstanceState`.
        code: String,
        /// EC2's words.
        message: String,
        /// AWS's request id.
        request_id: String,
    },
    /// It was not done for now (throttled, or no connection), after every try.
    #[error("EC2 could not be reached or asked to slow down: {0}")]
    Busy(String),
    /// It may have been done: the answer was lost or made no sense.
    #[error("EC2's answer was lost: {0}")]
    Unclear(String),
}

impl InstancesError {
    /// The protection because of which EC2 refused, if that is the reason. EC2 names the
    /// attribute; the same code has other reasons as well.
    pub fn protection(&self) -> Option<Protection> {
        let Self::Refused { code, message, .. } = self else { return None };
        if code != "OperationNotPermitted" {
            None
        } else if message.contains("disableApiStop") {
            Some(Protection::Stop)
        } else if message.contains("disableApiTermination") {
            Some(Protection::Termination)
        } else {
            None
        }
    }

    /// Why the region cannot be used, if that is the reason.
    pub const fn region_closure(&self) -> Option<RegionClosure> {
        match self {
            Self::RegionClosed { closure, .. } => Some(*closure),
            _ => None,
        }
    }
}
