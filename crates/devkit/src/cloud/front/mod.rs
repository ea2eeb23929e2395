//! The AWS front: one address for every service, as `AWS_ENDPOINT_URL` wants it.
//!
//! The credential scope of the signature says which service a call is for. The
//! access key says which process calls, and so which role decides what it may do.
//! The signature itself is verified only with the keys of assumed roles.

mod describe;
mod dynamodb;
mod errors;
mod iam;
mod invoke;
mod mask;
mod roles;
mod rules;
mod scheduler;
mod scope;
mod signature;
mod ssm;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http::request::Parts;
use hyper::body::Incoming;
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep};

use super::faults::AwsFault;
use super::history::AwsCall;
use super::lambda::Process;
use super::server::{Answer, BodyError, HangUp, answer, serve, whole};
use super::state::Shared;
use super::{QueryCall, bus, clock, lock, policy, random};

pub(crate) use dynamodb::Database;
use scope::Scope;
pub(crate) use ssm::Parameter;

/// More than any service here accepts.
const MAX_BODY: usize = 20 * 1024 * 1024;

/// Keys of assumed roles whose process is remembered; it is for the record only.
const MOST_BORROWED: usize = 5_000;

/// One call, taken apart.
struct Call {
    scope: Scope,
    operation: String,
    parts: Parts,
    body: Bytes,
    /// The process whose own key signed; `None` for any other key.
    process: Option<Arc<Process>>,
    /// The process that called: with its own key, or with one it got from `AssumeRole`.
    caller: Option<Arc<Process>>,
}

impl Call {
    fn function(&self) -> Option<&str> {
        self.caller.as_ref().map(|process| process.function.as_str())
    }
}

/// Serves the AWS services until aborted.
pub(crate) async fn run(listener: TcpListener, shared: Arc<Shared>) {
    serve(listener, move |request| handle(Arc::clone(&shared), request)).await;
}

async fn handle(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Answer, HangUp> {
    let (parts, body) = request.into_parts();
    let Some(scope) = Scope::of(&parts.headers) else {
        return Ok(answer(403, "application/json", r#"{"message":"Missing Authentication Token"}"#));
    };
    let body = match whole(body, MAX_BODY).await {
        Ok(body) => body,
        Err(BodyError::TooLong) => {
            return Ok(errors::refusal(&scope.service, 413, "RequestEntityTooLarge", "the body is too long"));
        }
        Err(BodyError::Broken) => return Err(HangUp),
    };
    let operation = scope::operation(&scope.service, &parts, &body);
    let process = shared.processes.find(&scope.access_key);
    let caller = process.clone().or_else(|| lock(&shared.borrowed).get(&scope.access_key).cloned());
    let call = Call { scope, operation, parts, body, process, caller };
    let own = Arc::clone(&shared);
    // A call that has reached AWS takes effect even if the caller dies meanwhile.
    let result = shared.tasks.finish(async move { noted(&own, call).await }).await?;
    let mut answer = result?;
    if let Ok(id) = random::uuid().parse() {
        answer.headers_mut().entry("x-amzn-requestid").or_insert(id);
    }
    Ok(answer)
}

async fn noted(shared: &Arc<Shared>, call: Call) -> Result<Answer, HangUp> {
    let (at_ms, began) = (clock::now_ms(), Instant::now());
    let result = with_faults(shared, &call).await;
    let status = result.as_ref().map_or(0, |answer| answer.status().as_u16());
    let error = match &result {
        Ok(answer) if status >= 300 => Some(errors::code(answer).await),
        _ => None,
    };
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (who, service, operation) = (call.function().unwrap_or("-"), &call.scope.service, &call.operation);
    let outcome = match (&error, status) {
        (Some(code), _) => format!("{status} {code}"),
        (None, 0) => "connection closed".to_owned(),
        (None, _) => status.to_string(),
    };
    shared.log.event(format!("  {who}: {service} {operation} {outcome} {ms} ms"));
    let request_id = call.caller.as_ref().and_then(|process| lock(&process.request_id).clone());
    shared.history.call(AwsCall {
        at_ms,
        service: service.clone(),
        operation: operation.clone(),
        region: call.scope.region.clone(),
        function: call.function().map(str::to_owned),
        request_id,
        access_key: call.scope.access_key.clone(),
        args: mask::arguments(service, operation, &call.body),
        status,
        error,
        ms,
    });
    result
}

async fn with_faults(shared: &Arc<Shared>, call: &Call) -> Result<Answer, HangUp> {
    let (service, operation) = (call.scope.service.as_str(), call.operation.as_str());
    let kill = || {
        if let Some(process) = &call.caller {
            process.kill();
        }
    };
    let Some(fault) = shared.faults.strike_aws(service, operation, call.function(), &call.body) else {
        return dispatch(shared, call).await;
    };
    shared.log.event(format!("  fault at {service} {operation}: {fault:?}"));
    match fault {
        AwsFault::Status { status, code } => {
            Ok(errors::refusal(service, status, &code, "injected by a fault rule"))
        }
        AwsFault::Delay(delay) => {
            sleep(delay.min(Duration::from_hours(1))).await;
            dispatch(shared, call).await
        }
        AwsFault::DropBefore => Err(HangUp),
        AwsFault::DropAfter => {
            dispatch(shared, call).await?;
            Err(HangUp)
        }
        AwsFault::KillBefore => {
            kill();
            Err(HangUp)
        }
        AwsFault::KillAfter => {
            dispatch(shared, call).await?;
            kill();
            Err(HangUp)
        }
    }
}

async fn dispatch(shared: &Arc<Shared>, call: &Call) -> Result<Answer, HangUp> {
    let service = call.scope.service.as_str();
    let ours = call.process.is_some() || call.scope.access_key == shared.operator_key;
    // EC2 and STS also take the keys of assumed roles, which only the fleet knows.
    if !ours && !matches!(service, "ec2" | "sts") {
        return Ok(errors::unknown_key(service));
    }
    if let Some(refusal) = wrong_signature(shared, call) {
        return Ok(refusal);
    }
    if let Some(refusal) = iam::refusal(shared, call) {
        return Ok(refusal);
    }
    match service {
        "dynamodb" if call.operation == describe::BACKUPS => Ok(describe::backups(shared, call)),
        "dynamodb" => shared.database.call(&call.parts, call.body.clone()).await,
        "ssm" => Ok(ssm::call(shared, &call.operation, &call.body)),
        "scheduler" => Ok(scheduler::call(shared, call)),
        "events" => Ok(rules::call(shared, call)),
        "iam" => Ok(roles::call(shared, call)),
        "lambda" => match describe::of_function(&call.parts) {
            Some((operation, name)) => Ok(describe::function(shared, operation, &name)),
            None => match describe::told_answer(shared, call) {
                Some(answer) => Ok(answer),
                None => invoke::call(shared, &call.parts, call.body.clone()).await,
            },
        },
        "ec2" | "sts" => Ok(query(shared, call).await),
        _ => Ok(errors::refusal(service, 501, "NotImplemented", &format!("there is no {service} here"))),
    }
}

/// The refusal, if the call is signed with an assumed role's key and not with its secret.
fn wrong_signature(shared: &Shared, call: &Call) -> Option<Answer> {
    let secret = shared.fleet.secret(&call.scope.access_key)?;
    let wrong = signature::check(call, &secret, clock::now_ms()).err()?;
    Some(errors::wrong_signature(&call.scope.service, wrong))
}

async fn query(shared: &Arc<Shared>, call: &Call) -> Answer {
    let form = form_urlencoded::parse(&call.body);
    let own = call.process.as_ref().and_then(|process| shared.stack.function(&process.function));
    let operator = (call.scope.access_key == shared.operator_key).then(|| super::OPERATOR.to_owned());
    let known = own.is_some() || operator.is_some();
    let token = call.parts.headers.get("x-amz-security-token").and_then(|token| token.to_str().ok());
    let asking = shared.fleet.call(QueryCall {
        service: call.scope.service.clone(),
        region: call.scope.region.clone(),
        params: form.map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
        access_key: call.scope.access_key.clone(),
        session_token: token.map(str::to_owned),
        function: own.map(|function| function.logical_id.clone()).or_else(|| operator.clone()),
        account: if known { shared.stack.account.clone() } else { String::new() },
        statements: own.map(|function| function.statements.clone()),
        role_name: own.map(|function| function.role_name.clone()).or(operator).unwrap_or_default(),
    });
    let reply = policy::for_a_function(iam::is_by_function(call), asking).await;
    if let (Some(key), Some(caller)) = (handed_out(call, &reply.body), &call.caller) {
        let mut borrowed = lock(&shared.borrowed);
        if borrowed.len() >= MOST_BORROWED {
            borrowed.clear();
        }
        borrowed.insert(key, Arc::clone(caller));
    }
    bus::deliver(shared);
    answer(reply.status, "text/xml;charset=UTF-8", reply.body)
}

/// The access key in the answer to an `AssumeRole`.
fn handed_out(call: &Call, body: &str) -> Option<String> {
    let (_, rest) = body.split_once("<AccessKeyId>").filter(|_| call.operation == "AssumeRole")?;
    rest.split_once("</AccessKeyId>").map(|(key, _)| key.to_owned())
}
