//! EC2, as the worker needs it: four questions, and errors that say whether
//! the thing was done.

use async_trait::async_trait;
use domain::ids::{AccountId, InstanceId, Region};
use domain::instance::{Action, Instance, InstanceState};

/// Instances in the regions of Bellhop's own account.
#[async_trait]
pub trait Instances: Send + Sync {
    /// All instances in `region` that match, over all pages. Where a managed tag
    /// is configured, only those that carry it exist.
    async fn describe(&self, region: &Region, what: &Describe) -> Result<Vec<Instance>, InstancesError>;

    /// The status checks of these instances; one that does not run has none.
    async fn health(&self, region: &Region, ids: &[InstanceId]) -> Result<Vec<Health>, InstancesError>;

    /// Makes one EC2 call that changes all of `ids`, or asks whether it would be
    /// allowed to. Sent once; repeated only if it surely did not run.
    ///
    /// A dry run that would have worked is `Ok` with no changes.
    async fn change(
        &self,
        region: &Region,
        change: &Change,
    ) -> Result<Vec<(InstanceId, InstanceState)>, InstancesError>;

    /// Who EC2 takes us for.
    async fn caller(&self) -> Result<Caller, InstancesError>;
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
    #[error("ec2:{operation} is not allowed (request {request_id})")]
    NotAllowed {
        /// The operation, e.g. `StopInstances`.
        operation: String,
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
