//! Assumed roles through the AWS front: calls signed as the SDK signs them, and what
//! becomes of a call that somebody has touched.

#![allow(clippy::expect_used, clippy::panic)] // in the helpers of the tests too

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use devkit::cloud::{Cloud, CloudConfig, Ec2Api, Log, Pace};
use devkit::fleet::{Clock, Fleet, PROD_ACCOUNT, Role, SourceIdentity, sample_world};
use devkit::template::{self, Deployment};
use domain::ids::AccountId;
use domain::time::Millis;
use serde_json::json;

const EU: &str = "eu-west-1";
const DESCRIBE: &str = "Action=DescribeInstances&Version=2016-11-15";
const WHO: &str = "Action=GetCallerIdentity&Version=2011-06-15";

/// The sample world behind the front, and a role there that whoever runs the cloud may assume.
struct Lab {
    cloud: Cloud,
    clock: Clock,
    role: String,
}

#[derive(Clone)]
struct Keys {
    key: String,
    secret: String,
    token: String,
}

struct Reply {
    status: u16,
    text: String,
}

impl Reply {
    /// What stands in the first element of that name.
    fn get(&self, name: &str) -> &str {
        let inside = self.text.split_once(&format!("<{name}>")).map(|(_, rest)| rest);
        inside.and_then(|rest| rest.split_once("</")).map_or("", |(text, _)| text)
    }
}

#[expect(clippy::disallowed_methods, reason = "signatures are dated by the machine's clock")]
fn now() -> SystemTime {
    SystemTime::now()
}

impl Lab {
    async fn new() -> Self {
        let yaml = include_str!("fixtures/cloud.yaml");
        let mut stack = template::read(yaml, &Deployment::default()).expect("the fixture is a template");
        stack.functions.clear();
        let since = now().duration_since(UNIX_EPOCH).expect("it is later than 1970").as_secs();
        let clock = Clock::by_hand(Millis::from_secs(since));
        let fleet = Arc::new(Fleet::new(sample_world(clock.now()), clock.clone()));
        let role = Role::new("Lab")
            .trusting("arn:aws:iam::111122223333:root")
            .with_external_id("lab-7")
            .with_source_identity(SourceIdentity::Allowed)
            .allowing(&["ec2:*"], &["*"]);
        let role = fleet.add_role(&AccountId::new(PROD_ACCOUNT), role);
        let config = CloudConfig {
            stack,
            bin_dir: PathBuf::new(),
            app_listener: TcpListener::bind(("127.0.0.1", 0)).expect("a port"),
            aws_listener: TcpListener::bind(("127.0.0.1", 0)).expect("a port"),
            ssm: BTreeMap::new(),
            extra_env: BTreeMap::new(),
            fleet: fleet as Arc<dyn Ec2Api>,
            log: Log::collect(),
            pace: Pace::quick(),
            data_dir: None,
        };
        Self { cloud: Cloud::start(config).await.expect("the cloud starts"), clock, role }
    }

    /// Assumes the role as whoever runs the cloud, whose signature nobody looks at.
    async fn assume(&self) -> Keys {
        let form = [
            ("Action", "AssumeRole"),
            ("Version", "2011-06-15"),
            ("RoleArn", &self.role),
            ("RoleSessionName", "lab"),
            ("ExternalId", "lab-7"),
            ("DurationSeconds", "900"),
        ];
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential={}/20260131/{EU}/sts/aws4_request, SignedHeaders=host, Signature=0",
            self.cloud.operator_key()
        );
        let request = http::Request::post(&self.cloud.aws_url).header("authorization", scope).body(form);
        let reply = send(request.expect("a request")).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let get = |name: &str| reply.get(name).to_owned();
        Keys { key: get("AccessKeyId"), secret: get("SecretAccessKey"), token: get("SessionToken") }
    }

    /// A call signed with these keys at this time.
    fn signed(&self, keys: &Keys, service: &str, form: &str, at: SystemTime) -> http::Request<String> {
        let Keys { key, secret, token } = keys;
        let identity = Credentials::new(key, secret, Some(token.clone()), None, "test").into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(EU)
            .name(service)
            .time(at)
            .settings(SigningSettings::default())
            .build()
            .expect("all is there")
            .into();
        let url = format!("{}/", self.cloud.aws_url);
        let kind = "application/x-www-form-urlencoded";
        let headers = [("content-type", kind)].into_iter();
        let signable =
            SignableRequest::new("POST", url.as_str(), headers, SignableBody::Bytes(form.as_bytes()));
        let (instructions, _) =
            sign(signable.expect("it can be signed"), &params).expect("it is").into_parts();
        let request = http::Request::post(url).header("content-type", kind).body(form.to_owned());
        let mut request = request.expect("a request");
        instructions.apply_to_request_http1x(&mut request);
        request
    }

    async fn call(&self, keys: &Keys, service: &str, form: &str) -> Reply {
        send(self.signed(keys, service, form, now())).await
    }
}

async fn send(request: http::Request<String>) -> Reply {
    let (parts, body) = request.into_parts();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let call = client.post(parts.uri.to_string()).headers(parts.headers).body(body);
    let reply = call.send().await.expect("an answer");
    Reply { status: reply.status().as_u16(), text: reply.text().await.expect("a text") }
}

#[tokio::test]
async fn the_sdks_signature_opens_the_other_account() {
    let lab = Lab::new().await;
    let keys = lab.assume().await;
    let instances = lab.call(&keys, "ec2", DESCRIBE).await;
    assert_eq!(instances.status, 200, "{}", instances.text);
    assert!(instances.text.contains("shop-web-1") && !instances.text.contains(">web-1<"));
    let who = lab.call(&keys, "sts", WHO).await;
    assert_eq!(who.get("Arn"), "arn:aws:sts::444455556666:assumed-role/Lab/lab");
    let calls = lab.cloud.aws_calls();
    assert_eq!(calls[0].args["ExternalId"], json!("***"));
    assert!(calls.iter().all(|call| !format!("{call:?}").contains(&keys.secret)));
    let other = lab.call(&keys, "ssm", "{}").await;
    assert_eq!(other.status, 400, "other services know no assumed roles here");
    lab.cloud.stop().await;
}

#[tokio::test]
async fn what_was_touched_is_refused() {
    type Touch = fn(&mut http::Request<String>);
    let lab = Lab::new().await;
    let (keys, other) = (lab.assume().await, lab.assume().await);
    let header = |request: &mut http::Request<String>, name: &'static str, old: &str, new: &str| {
        let value = request.headers()[name].to_str().expect("text").to_owned();
        assert!(value.contains(old), "{value}");
        request.headers_mut().insert(name, value.replacen(old, new, 1).parse().expect("a header"));
    };
    let touches: [(&str, Touch, bool); 9] = [
        ("nothing", |_| {}, true),
        ("the body", |request| request.body_mut().push_str("&DryRun=true"), false),
        (
            "the query",
            |request| *request.uri_mut() = format!("{}?a=b", request.uri()).parse().expect("a URI"),
            false,
        ),
        (
            "the content type",
            |request| {
                request.headers_mut().insert("content-type", "text/plain".parse().expect("a header"));
            },
            false,
        ),
        (
            "a header that is not signed",
            |request| {
                request.headers_mut().insert("x-amz-target", "Other".parse().expect("a header"));
            },
            false,
        ),
        ("no token", |request| drop(request.headers_mut().remove("x-amz-security-token")), false),
        ("no date", |request| drop(request.headers_mut().remove("x-amz-date")), false),
        (
            "the token",
            |request| {
                let token = request.headers()["x-amz-security-token"].to_str().expect("text").to_lowercase();
                request.headers_mut().insert("x-amz-security-token", token.parse().expect("a header"));
            },
            false,
        ),
        (
            "a header that nobody signs",
            |request| {
                request.headers_mut().insert("x-other", "1".parse().expect("a header"));
            },
            true,
        ),
    ];
    for (service, form, refused) in
        [("ec2", DESCRIBE, (401, "AuthFailure")), ("sts", WHO, (403, "SignatureDoesNotMatch"))]
    {
        for (what, touch, good) in touches {
            let mut request = lab.signed(&keys, service, form, now());
            touch(&mut request);
            let reply = send(request).await;
            let expected = if good { (200, "") } else { refused };
            assert_eq!((reply.status, reply.get("Code")), expected, "{what}: {}", reply.text);
        }
        for (old, new) in [
            (EU, "us-east-1"),
            ("SignedHeaders=content-type;", "SignedHeaders="),
            ("Signature=", "Signature=0"),
        ] {
            let mut request = lab.signed(&keys, service, form, now());
            header(&mut request, "authorization", old, new);
            let reply = send(request).await;
            assert_eq!((reply.status, reply.get("Code")), refused, "{new}");
        }
        for (what, wrong) in [
            ("secret", Keys { secret: other.secret.clone(), ..keys.clone() }),
            ("key", Keys { key: other.key.clone(), ..keys.clone() }),
        ] {
            let reply = lab.call(&wrong, service, form).await;
            assert_eq!((reply.status, reply.get("Code")), refused, "the other's {what}");
        }
    }
    lab.cloud.stop().await;
}

#[tokio::test]
async fn well_signed_is_not_enough() {
    let lab = Lab::new().await;
    let (keys, other) = (lab.assume().await, lab.assume().await);
    let swapped = Keys { token: other.token.clone(), ..keys.clone() };
    let strange = Keys { key: "ASIA0000000000000000".to_owned(), ..keys.clone() };
    for wrong in [&swapped, &strange] {
        let ec2 = lab.call(wrong, "ec2", DESCRIBE).await;
        assert_eq!((ec2.status, ec2.get("Code")), (401, "AuthFailure"));
        let sts = lab.call(wrong, "sts", WHO).await;
        assert_eq!((sts.status, sts.get("Code")), (403, "InvalidClientTokenId"));
    }
    for (age, ec2_code, sts_code) in [(600, "", ""), (960, "RequestExpired", "SignatureDoesNotMatch")] {
        let at = now() - Duration::from_secs(age);
        let ec2 = send(lab.signed(&keys, "ec2", DESCRIBE, at)).await;
        let sts = send(lab.signed(&keys, "sts", WHO, at)).await;
        assert_eq!((ec2.get("Code"), sts.get("Code")), (ec2_code, sts_code), "{age} s old");
    }
    lab.clock.advance(Duration::from_mins(15));
    let ec2 = lab.call(&keys, "ec2", DESCRIBE).await;
    assert_eq!((ec2.status, ec2.get("Code")), (400, "RequestExpired"));
    let sts = lab.call(&keys, "sts", WHO).await;
    assert_eq!((sts.status, sts.get("Code")), (403, "ExpiredToken"));
    lab.cloud.stop().await;
}
