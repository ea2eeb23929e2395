//! What a template comes to once every reference in it is resolved.

use std::collections::BTreeMap;

use serde_json::Value;

use super::pattern::EventPattern;

/// Retries that Lambda makes of an asynchronous event unless told otherwise.
pub const DEFAULT_ASYNC_RETRIES: u32 = 2;
/// How long Lambda keeps an asynchronous event unless told otherwise: six hours.
pub const DEFAULT_ASYNC_AGE_S: u64 = 6 * 60 * 60;

/// Everything of a template that the local cloud acts on.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    /// The stack's name.
    pub name: String,
    /// The account it is deployed to.
    pub account: String,
    /// The region it is deployed to.
    pub region: String,
    /// The id of its HTTP API.
    pub api_id: String,
    /// Parameters after defaults and overrides; lists are joined by commas.
    pub parameters: BTreeMap<String, String>,
    /// Functions, in the order of their logical ids.
    pub functions: Vec<Function>,
    /// DynamoDB tables, in the order of their logical ids.
    pub tables: Vec<Table>,
    /// SQS queues, in the order of their logical ids.
    pub queues: Vec<Queue>,
    /// IAM roles that are resources of their own, in the order of their logical ids.
    pub roles: Vec<IamRole>,
    /// Names of the groups of EventBridge Scheduler, in the order of their logical ids.
    pub schedule_groups: Vec<String>,
    /// What alarms and dashboards look at.
    pub watched: Vec<Watched>,
    /// `Outputs`, resolved.
    pub outputs: BTreeMap<String, String>,
}

impl Stack {
    /// The function with this logical id.
    pub fn function(&self, logical_id: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.logical_id == logical_id)
    }

    /// The table with this logical id.
    pub fn table(&self, logical_id: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.logical_id == logical_id)
    }
}

/// One metric that an alarm or a dashboard looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The logical id of the alarm or dashboard.
    pub by: String,
    /// Whose metric it is: `AWS/SQS`, for one.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its dimensions.
    pub dimensions: BTreeMap<String, String>,
}

/// One Lambda function.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// Its key under `Resources`.
    pub logical_id: String,
    /// `FunctionName`, or else the logical id.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The file name of its binary.
    pub binary: String,
    /// The name of its IAM role.
    pub role_name: String,
    /// `MemorySize`.
    pub memory_mb: u32,
    /// `Timeout`.
    pub timeout_s: u32,
    /// `ReservedConcurrentExecutions`: how many may run at a time.
    pub reserved_concurrency: Option<u32>,
    /// Environment variables, those of `Globals` included.
    pub environment: BTreeMap<String, String>,
    /// Routes of the HTTP API that lead here.
    pub routes: Vec<Route>,
    /// Schedules that wake it.
    pub schedules: Vec<Schedule>,
    /// EventBridge rules that wake it.
    pub rules: Vec<EventRule>,
    /// What happens to its asynchronous events.
    pub async_config: AsyncConfig,
    /// The statements of its policy documents, and managed policies and SAM policy templates as they stand.
    pub statements: Vec<Value>,
}

/// One route of the HTTP API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Upper-case method, or `ANY`.
    pub method: String,
    /// The path, or `$default`.
    pub path: String,
}

impl Route {
    /// The route key as API Gateway writes it: `POST /slack/events`, or `$default`.
    pub fn key(&self) -> String {
        if self.path == "$default" { self.path.clone() } else { format!("{} {}", self.method, self.path) }
    }
}

/// One schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Its key under the function's `Events`.
    pub event: String,
    /// `Name`, or the id that SAM gives the rule: the function's logical id and the event's key.
    pub name: String,
    /// `rate(…)` or `cron(…)`.
    pub expression: String,
    /// The payload, when the template fixes one.
    pub input: Option<String>,
    /// Whether it fires by itself.
    pub enabled: bool,
    /// `ScheduleV2`: the EventBridge Scheduler instead of an EventBridge rule.
    pub scheduler: bool,
}

/// One EventBridge rule with an event pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRule {
    /// `RuleName`, or the function's logical id and the event's key.
    pub name: String,
    /// Which events it is for.
    pub pattern: EventPattern,
    /// The payload instead of the event, when the template fixes one.
    pub input: Option<String>,
    /// Whether it is switched on.
    pub enabled: bool,
}

/// What Lambda does with an asynchronous event that fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsyncConfig {
    /// Further attempts after the first.
    pub max_retries: u32,
    /// Age after which an event is given up.
    pub max_age_s: u64,
    /// The ARN that receives the record of a given-up event.
    pub on_failure: Option<String>,
}

impl Default for AsyncConfig {
    fn default() -> Self {
        Self { max_retries: DEFAULT_ASYNC_RETRIES, max_age_s: DEFAULT_ASYNC_AGE_S, on_failure: None }
    }
}

/// One IAM role that is a resource of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct IamRole {
    /// Its key under `Resources`.
    pub logical_id: String,
    /// `RoleName`, or a name made of the stack's and the logical id.
    pub name: String,
    /// The statements of its trust policy.
    pub trust: Vec<Value>,
    /// The statements of its inline policies.
    pub statements: Vec<Value>,
    /// `MaxSessionDuration`.
    pub max_session_s: u32,
}

/// One DynamoDB table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its key under `Resources`.
    pub logical_id: String,
    /// `TableName`, or a name made of the stack's and the logical id.
    pub name: String,
    /// Partition key, then sort key.
    pub keys: Vec<Key>,
    /// Types of all key attributes: `S`, `N` or `B`.
    pub attributes: BTreeMap<String, String>,
    /// Global secondary indexes.
    pub indexes: Vec<Index>,
    /// The attribute that holds the expiry, if any.
    pub ttl_attribute: Option<String>,
}

/// One key attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The attribute's name.
    pub attribute: String,
    /// `HASH` or `RANGE`.
    pub kind: String,
}

/// One global secondary index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// `IndexName`.
    pub name: String,
    /// Partition key, then sort key.
    pub keys: Vec<Key>,
    /// `ALL`, `KEYS_ONLY` or `INCLUDE`.
    pub projection: String,
    /// Attributes of an `INCLUDE` projection.
    pub non_key_attributes: Vec<String>,
}

/// One SQS queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Its key under `Resources`.
    pub logical_id: String,
    /// `QueueName`, or a name made of the stack's and the logical id.
    pub name: String,
    /// Its ARN.
    pub arn: String,
}
