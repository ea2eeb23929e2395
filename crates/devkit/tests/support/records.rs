//! What a test looks up when all is quiet: instances, calls, and what ran.

use devkit::cloud::{AwsCall, Invocation};
use devkit::fleet::Changes;
use domain::ids::InstanceId;
use domain::instance::{Instance, InstanceState};

use super::App;

impl App {
    /// The only instance of that name.
    pub(crate) fn instance(&self, name: &str) -> Instance {
        self.fleet().instance(&self.id(name)).expect("EC2 still knows it")
    }

    /// Its id.
    pub(crate) fn id(&self, name: &str) -> InstanceId {
        match self.fleet().ids_of(name).as_slice() {
            [id] => id.clone(),
            ids => panic!("“{name}” is {} instances", ids.len()),
        }
    }

    /// What it is doing.
    pub(crate) fn state(&self, name: &str) -> InstanceState {
        self.instance(name).state
    }

    /// How often it was really changed.
    pub(crate) fn changes(&self, name: &str) -> Changes {
        self.fleet().changes(&self.id(name))
    }

    /// How often any instance was really changed.
    pub(crate) fn all_changes(&self) -> u32 {
        let all = self.fleet().instances();
        all.iter().map(|(_, instance)| self.fleet().changes(&instance.id).total()).sum()
    }

    /// Calls of EC2, each by its action.
    pub(crate) fn ec2_calls(&self) -> Vec<String> {
        let calls = self.fleet().calls().into_iter().filter(|call| call.service == "ec2");
        calls.map(|call| call.action).collect()
    }

    /// How often EC2 was asked to do this, not just whether it would.
    pub(crate) fn times_called(&self, action: &str) -> usize {
        self.changing_calls().iter().filter(|call| call.action == action).count()
    }

    /// Calls of AWS by one function.
    pub(crate) fn aws_calls_of(&self, function: &str) -> Vec<AwsCall> {
        let calls = self.cloud().aws_calls().into_iter();
        calls.filter(|call| call.function.as_deref() == Some(function)).collect()
    }

    /// Invocations of one function.
    pub(crate) fn invocations_of(&self, function: &str) -> Vec<Invocation> {
        self.cloud().invocations().into_iter().filter(|one| one.function == function).collect()
    }

    /// Calls that IAM refused.
    pub(crate) fn refused_by_iam(&self) -> Vec<String> {
        let denied = |call: &AwsCall| {
            let error = call.error.as_deref().unwrap_or_default();
            error.contains("AccessDenied") || error.contains("UnauthorizedOperation")
        };
        let calls = self.cloud().aws_calls();
        calls.iter().filter(|call| denied(call)).map(|call| format!("{call:?}")).collect()
    }
}
