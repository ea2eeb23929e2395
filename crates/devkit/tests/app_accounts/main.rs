//! Other people's accounts: linked by who may, proved before they are used, and
//! changed by sessions that may do that one thing, with a word in the book before.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod bounds;
mod changes;
mod flaws;
mod linking;
mod secrecy;
#[path = "../support/mod.rs"]
mod support;

use devkit::fleet::{Call, PROD_ACCOUNT, Role, role_arn};
use devkit::slack::Seen;
use domain::ids::{AccountId, InstanceId};
use serde_json::{Value, json};
use support::plans::OPS;
use support::{App, only, words};

/// What the owner of an account is told.
#[derive(Clone, Debug)]
struct Steps {
    /// The role that is to be trusted.
    us: String,
    external_id: String,
    /// The trust policy to copy.
    trust: Value,
}

/// Lets ann add the account; what its owner has to do.
async fn add(app: &App, line: &str) -> Steps {
    let said = asked(app, "ann", line).await;
    let after = |name: &str| {
        let (_, rest) = said.text.split_once(&format!("{name}=")).unwrap_or_else(|| panic!("{said:#?}"));
        rest.split(|letter: char| letter.is_whitespace() || letter == '`').next().unwrap().to_owned()
    };
    let policy = said.text.split("```").find(|part| part.contains("Statement")).expect("a policy to copy");
    let trust = serde_json::from_str(policy.trim()).unwrap_or_else(|error| panic!("{error}: {policy}"));
    assert!(said.ephemeral, "nobody else sees it: {said:#?}");
    Steps { us: after("BellhopRoleArn"), external_id: after("ExternalId"), trust }
}

/// The one answer to a mention in #ops.
async fn asked(app: &App, user: &str, line: &str) -> Seen {
    let answers = app.ask(user, OPS, &format!("@bellhop {line}")).await;
    only(line, &answers);
    answers.into_iter().next().unwrap()
}

/// The same as it is read.
async fn told(app: &App, user: &str, line: &str) -> String {
    words(&asked(app, user, line).await)
}

/// ann links acme, whose owner does as told.
async fn linked(app: &App) -> Steps {
    let steps = add(app, &format!("account add acme {PROD_ACCOUNT} eu-west-1,us-east-1")).await;
    app.launch_customer_role(PROD_ACCOUNT, &steps.us, &steps.external_id).expect("the template is launched");
    let said = told(app, "ann", "account verify acme").await;
    assert!(said.starts_with(&format!("*acme* ({PROD_ACCOUNT}) is verified: ")), "{said}");
    steps
}

fn prod() -> AccountId {
    AccountId::new(PROD_ACCOUNT)
}

/// The instance of acme that has this name.
fn in_acme(app: &App, name: &str) -> InstanceId {
    let ids = app.fleet().ids_in(&prod(), name);
    assert_eq!(ids.len(), 1, "{name}");
    ids.into_iter().next().unwrap()
}

/// Calls in acme's account, by whatever session.
fn calls_in_acme(app: &App) -> Vec<Call> {
    app.fleet().calls().into_iter().filter(|call| call.account == PROD_ACCOUNT).collect()
}

fn alter(app: &App, role: &str, change: impl FnOnce(&mut Role)) {
    assert!(app.fleet().alter_role(&role_arn(&prod(), role), change), "{role}");
}

/// Takes a right from a role.
fn without(app: &App, role: &str, right: &str) {
    alter(app, role, |role| {
        role.statements.push(json!({"Effect": "Deny", "Action": right, "Resource": "*"}));
    });
}

/// Whether anything in acme was asked by way of a command.
fn asked_of_acme(app: &App, from: usize) -> Vec<String> {
    let calls = app.fleet().calls().split_off(from);
    calls.into_iter().filter(|call| call.account == PROD_ACCOUNT).map(|call| call.action).collect()
}
