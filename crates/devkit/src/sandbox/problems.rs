//! What a run left undone: words without an answer, deliveries given up, jobs
//! still open, functions that failed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use dynoxide::actions::scan::ScanRequest;
use dynoxide::types::AttributeValue;
use serde_json::Value;

use crate::cloud::{Cloud, Invocation, Outcome};
use crate::slack::Slack;

/// Lines shown of what a function printed.
const LAST_LINES: usize = 20;
/// A job that waits for a person is nobody's fault.
const AWAITING: &str = "awaiting";

/// What is wrong, one line each, and what the functions at fault printed last.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    /// What is left undone, one line each: words without an answer, jobs still open.
    pub undone: Vec<String>,
    /// What failed on the way, one line each, though it may have been made good since.
    pub failures: Vec<String>,
    /// The last lines of each function at fault.
    pub output: BTreeMap<String, Vec<String>>,
}

impl Problems {
    /// Whether all is well.
    pub fn is_empty(&self) -> bool {
        self.undone.is_empty() && self.failures.is_empty() && self.output.is_empty()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let output = self.output.iter().filter(|(_, lines)| !lines.is_empty());
        let tails =
            output.map(|(name, lines)| format!("the last lines of {name}:\n  {}", lines.join("\n  ")));
        let lines = self.undone.iter().chain(&self.failures).cloned();
        f.write_str(&lines.chain(tails).collect::<Vec<_>>().join("\n"))
    }
}

/// Everything that is wrong so far.
pub(super) fn found(slack: &Slack, cloud: &Cloud) -> anyhow::Result<Problems> {
    let unanswered = slack.unanswered();
    let given_up = slack.failures();
    let jobs = open_jobs(cloud)?;
    let invocations = cloud.invocations();
    let failed: Vec<_> = invocations.iter().filter(|one| failed(one)).collect();
    let mut suspects: BTreeSet<String> = failed.iter().map(|one| one.function.clone()).collect();
    if !unanswered.is_empty() || !jobs.is_empty() || !given_up.is_empty() {
        suspects.extend(cloud.stack().functions.iter().map(|function| function.logical_id.clone()));
    }
    let jobs = jobs.into_iter().map(|job| format!("the job {job} is still open"));
    let failures = given_up
        .into_iter()
        .map(|line| format!("not delivered: {line}"))
        .chain(failed.into_iter().map(failure))
        .chain(
            cloud
                .dead_letters()
                .into_iter()
                .map(|dead| format!("an event for {} was given up", dead.function)),
        )
        .collect();
    let undone = unanswered.into_iter().chain(jobs).collect();
    Ok(Problems { undone, failures, output: output(cloud, suspects) })
}

/// What every function printed last.
pub(super) fn output_of_all(cloud: &Cloud) -> Problems {
    let all = cloud.stack().functions.iter().map(|function| function.logical_id.clone());
    Problems { output: output(cloud, all.collect()), ..Problems::default() }
}

fn output(cloud: &Cloud, functions: BTreeSet<String>) -> BTreeMap<String, Vec<String>> {
    let last = |function: &String| {
        let lines = cloud.log().output(function);
        lines.get(lines.len().saturating_sub(LAST_LINES)..).unwrap_or_default().to_vec()
    };
    let printed = functions.into_iter().map(|function| (function.clone(), last(&function)));
    printed.filter(|(_, lines)| !lines.is_empty()).collect()
}

fn failed(invocation: &Invocation) -> bool {
    let status = invocation.response.get("statusCode").and_then(Value::as_u64);
    invocation.outcome != Outcome::Ok || status.is_some_and(|status| status >= 500)
}

fn failure(invocation: &Invocation) -> String {
    let Invocation { function, ms, outcome, .. } = invocation;
    let status = invocation.response.get("statusCode").and_then(Value::as_u64);
    let status = status.map(|status| format!(", HTTP {status}")).unwrap_or_default();
    format!("{function} failed: {}{status} after {ms} ms", outcome.word())
}

/// Jobs that the sweeper would still find, and that do not wait for a person.
fn open_jobs(cloud: &Cloud) -> anyhow::Result<Vec<String>> {
    let Some(table) = cloud.stack().table("Jobs") else { return Ok(Vec::new()) };
    let request = ScanRequest { table_name: table.name.clone(), ..ScanRequest::default() };
    let items = cloud.database().scan(request)?.items.unwrap_or_default();
    let text = |item: &std::collections::HashMap<String, AttributeValue>, name: &str| match item.get(name) {
        Some(AttributeValue::S(text)) => text.clone(),
        _ => String::new(),
    };
    let open = items.iter().filter(|item| item.contains_key("open") && text(item, "status") != AWAITING);
    Ok(open.map(|item| format!("{} ({})", text(item, "job_id"), text(item, "status"))).collect())
}
