//! The client against a tiny HTTP server on this machine that answers as AWS
//! documents it, and notes every request that reached it.

mod changes;
mod doors;
mod keeping;
mod reads;
mod roles;
mod server;
mod signature;
mod sts;
mod volumes;

use std::sync::Arc;
use std::time::Duration;

use app::ports::{Actor, Change, Changed, Describe, Instances as _, InstancesError, Place};
use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use domain::account::{Access, Account, HOME, Roles};
use domain::approvers::Approvers;
use domain::ids::{AccountId, Alias, InstanceId, JobId, Region, UserId};
use domain::instance::{Action, InstanceState};

use crate::Ec2Instances;
use crate::retry::Retry;
use server::{Server, Step};

const ONE: &str = "i-0123456789abcdef0";
const TWO: &str = "i-0123456789abcdef1";

const READ: &str = "arn:aws:iam::444455556666:role/BellhopRead";
const ACT: &str = "arn:aws:iam::444455556666:role/BellhopAct";
const EXTERNAL_ID: &str = "bellhop-4f1d9c0e7a";

/// A region of Bellhop's own account.
fn home() -> Place {
    home_in("eu-west-1")
}

fn home_in(region: &str) -> Place {
    Place { account: Arc::new(account(HOME, "123456789012", Access::Home)), region: Region::new(region) }
}

/// A region of an account that lets us in by roles.
fn acme() -> Place {
    Place { account: Arc::new(acme_account()), region: Region::new("eu-west-1") }
}

fn acme_account() -> Account {
    account("acme", "444455556666", Access::Roles(roles()))
}

fn roles() -> Roles {
    Roles {
        read: READ.to_owned(),
        act: ACT.to_owned(),
        external_id: EXTERNAL_ID.to_owned(),
        verified_at: None,
    }
}

fn account(alias: &str, id: &str, access: Access) -> Account {
    Account {
        alias: Alias::new(alias),
        id: AccountId::new(id),
        regions: vec![Region::new("eu-west-1")],
        access,
        approvers: Approvers::default(),
    }
}

fn actor() -> Actor {
    Actor { user: UserId::new("U0ANN00001"), job: JobId::new("ec2#T1#C1#1712345678.000100") }
}

fn ids(names: &[&str]) -> Vec<InstanceId> {
    names.iter().filter_map(|name| InstanceId::parse(name)).collect()
}

fn config(endpoint: &str) -> SdkConfig {
    let credentials = Credentials::new("AKIDEXAMPLE", "secretkey", Some("session".into()), None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(aws_config::Region::new("eu-west-1"))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(
            RetryConfig::standard().with_max_attempts(2).with_initial_backoff(Duration::from_millis(1)),
        )
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build()
}

/// A client that hardly pauses between tries.
fn client(endpoint: &str, managed: Option<(&str, &str)>) -> Ec2Instances {
    let managed = managed.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let mut client = Ec2Instances::new(&config(endpoint), managed).unwrap();
    client.retry = Retry { first_pause: Duration::from_millis(1), ..Retry::default() };
    client
}

fn stop(dry_run: bool) -> Change {
    Change { action: Action::Stop { force: false, hibernate: false }, ids: ids(&[ONE, TWO]), dry_run }
}

/// An address of this machine at which nobody listens.
async fn nobody() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// <https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html>
fn error(status: u16, code: &str, message: &str) -> Step {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code>\
         <Message>{message}</Message></Error></Errors><RequestID>ea966190-f9aa-478e-9ede-example</RequestID></Response>"
    );
    Step::Answer(status, body)
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html>
fn stopping() -> Step {
    let item = |id| {
        format!(
            "<item><instanceId>{id}</instanceId><currentState><code>64</code><name>stopping</name></currentState>\
             <previousState><code>16</code><name>running</name></previousState></item>"
        )
    };
    Step::Answer(
        200,
        format!(
            "<StopInstancesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\
             <requestId>59dbff89-35bd-4eac-99ed-be587EXAMPLE</requestId><instancesSet>{}{}</instancesSet>\
             </StopInstancesResponse>",
            item(ONE),
            item(TWO)
        ),
    )
}
