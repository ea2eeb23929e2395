//! A request of the EC2 Query API: a form that names the operation.
//! <https://docs.aws.amazon.com/ec2/latest/devguide/query-requests.html>

use app::ports::Change;
use domain::ids::InstanceId;
use domain::instance::Action;

/// The version of the API, unchanged since 2016.
const VERSION: &str = "2016-11-15";

/// Instances in a page: half of what EC2 would give, so that many pages at once fit
/// into a small function's memory. An instance is about 6 kB.
const PAGE: &str = "500";

/// The form of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) operation: &'static str,
    fields: Vec<(String, String)>,
}

impl Form {
    fn new(operation: &'static str) -> Self {
        Self { operation, fields: Vec::new() }.with("Action", operation).with("Version", VERSION)
    }

    fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    fn with_ids(mut self, ids: &[InstanceId]) -> Self {
        for (index, id) in ids.iter().enumerate() {
            self = self.with(format!("InstanceId.{}", index + 1), id.as_str());
        }
        self
    }

    /// `DescribeInstances` with these filters, which must all fit.
    pub(crate) fn describe(filters: &[(String, Vec<String>)]) -> Self {
        Self::filtered("DescribeInstances", filters)
    }

    /// `DescribeVolumes`: the encrypted ones that are attached to these instances.
    pub(crate) fn encrypted_volumes(ids: &[InstanceId]) -> Self {
        let ids = ids.iter().map(|id| id.as_str().to_owned()).collect();
        let filters =
            [("attachment.instance-id".to_owned(), ids), ("encrypted".to_owned(), vec!["true".to_owned()])];
        Self::filtered("DescribeVolumes", &filters)
    }

    fn filtered(operation: &'static str, filters: &[(String, Vec<String>)]) -> Self {
        let mut form = Self::new(operation).with("MaxResults", PAGE);
        for (index, (name, values)) in filters.iter().enumerate() {
            let filter = format!("Filter.{}", index + 1);
            form = form.with(format!("{filter}.Name"), name);
            for (index, value) in values.iter().enumerate() {
                form = form.with(format!("{filter}.Value.{}", index + 1), value);
            }
        }
        form
    }

    /// `DescribeInstanceStatus` of these, running or not.
    pub(crate) fn status(ids: &[InstanceId]) -> Self {
        Self::new("DescribeInstanceStatus").with("IncludeAllInstances", "true").with_ids(ids)
    }

    /// The call that makes `change`.
    pub(crate) fn change(change: &Change, ids: &[InstanceId]) -> Self {
        let mut form = Self::new(change.action.operation()).with_ids(ids);
        if let Action::Stop { force, hibernate } = change.action {
            for (name, set) in [("Force", force), ("Hibernate", hibernate)] {
                if set {
                    form = form.with(name, "true");
                }
            }
        }
        if change.dry_run { form.dry() } else { form }
    }

    /// The same, to ask only whether it would be allowed.
    pub(crate) fn dry(self) -> Self {
        self.with("DryRun", "true")
    }

    /// The same request for the page that `token` names.
    pub(crate) fn page(&self, token: &str) -> Self {
        self.clone().with("NextToken", token)
    }

    /// As it is sent.
    pub(crate) fn encode(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }
}
