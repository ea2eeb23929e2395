//! The environment of a function's process: Lambda's own variables and the template's, nothing else.

use std::collections::BTreeMap;

use super::process::Keys;
use crate::template::Function;

/// The search path inside Lambda's provided.al2023 runtime.
const PATH: &str = "/usr/local/bin:/usr/bin/:/bin:/opt/bin";

/// What the environment of a function depends on besides the function.
pub(super) struct Surroundings<'a> {
    pub(super) region: &'a str,
    pub(super) aws_url: &'a str,
    pub(super) task_root: &'a str,
    pub(super) runtime_api: &'a str,
    pub(super) extra: &'a BTreeMap<String, String>,
}

/// Every variable of a new process.
pub(super) fn variables(
    function: &Function,
    keys: &Keys,
    around: &Surroundings<'_>,
) -> BTreeMap<String, String> {
    let memory = function.memory_mb.to_string();
    let group = format!("/aws/lambda/{}", function.name);
    let stream = format!("local/[$LATEST]{}", keys.access_key.to_lowercase());
    let own = [
        ("AWS_ACCESS_KEY_ID", keys.access_key.as_str()),
        ("AWS_DEFAULT_REGION", around.region),
        ("AWS_ENDPOINT_URL", around.aws_url),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory.as_str()),
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.as_str()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", group.as_str()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", stream.as_str()),
        ("AWS_LAMBDA_RUNTIME_API", around.runtime_api),
        ("AWS_REGION", around.region),
        ("AWS_SECRET_ACCESS_KEY", keys.secret.as_str()),
        ("AWS_SESSION_TOKEN", keys.session_token.as_str()),
        ("LAMBDA_TASK_ROOT", around.task_root),
        ("LANG", "en_US.UTF-8"),
        ("PATH", PATH),
        ("TZ", ":UTC"),
        ("_HANDLER", "bootstrap"),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let given =
        function.environment.iter().chain(around.extra).map(|(name, value)| (name.clone(), value.clone()));
    given.chain(own).collect()
}
