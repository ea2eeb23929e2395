//! Other accounts: which roles a function may take on, and whose its calls are.

use std::sync::Arc;

use devkit::cloud::{AwsFault, Cloud, Fault, Kind, Outcome, Pace};
use devkit::fleet::{Clock, Fleet, PROD_ACCOUNT, Role, SAMPLE_ACCOUNT, SourceIdentity, sample_world};
use domain::ids::AccountId;
use serde_json::json;

use crate::setup::cloud_with;

/// The sample world, with roles that both functions of the fixture are trusted by.
pub(crate) async fn world() -> (Cloud, Arc<Fleet>) {
    let clock = Clock::by_hand(Clock::real().now());
    let fleet = Arc::new(Fleet::new(sample_world(clock.now()), clock));
    for name in ["Reader", "Named", "Other"] {
        let role = Role::new(name).trusting("arn:aws:iam::111122223333:role/bellhop-WorkerFunctionRole");
        let role = role.trusting(SAMPLE_ACCOUNT).with_source_identity(SourceIdentity::Allowed);
        let role = role.with_external_id("x-1").allowing(&["ec2:*"], &["*"]);
        fleet.add_role(&AccountId::new(PROD_ACCOUNT), role);
    }
    (cloud_with(Pace::quick(), Arc::clone(&fleet) as Arc<dyn devkit::cloud::Ec2Api>).await, fleet)
}

pub(crate) async fn a_function_assumes_only_what_its_own_role_allows() {
    let (cloud, _fleet) = world().await;
    let own = "because no identity-based policy allows the";
    for (function, role, external_id, identity, error) in [
        ("WorkerFunction", "Reader", Some("x-1"), None, None),
        ("WorkerFunction", "Reader", None, None, Some("on resource: arn:aws:iam::444455556666:role/Reader")),
        ("WorkerFunction", "Reader", Some("x-2"), None, Some("role/Reader")),
        (
            "WorkerFunction",
            "Reader",
            Some("x-1"),
            Some("U0ANN"),
            Some("allows the sts:SetSourceIdentity action"),
        ),
        ("WorkerFunction", "Named", Some("x-1"), Some("U0ANN"), None),
        ("WorkerFunction", "Named", Some("x-1"), Some("W0ANN"), Some(own)),
        ("WorkerFunction", "Named", Some("x-1"), None, Some(own)),
        ("WorkerFunction", "Other", Some("x-1"), None, Some(own)),
        ("WebFunction", "Reader", Some("x-1"), None, Some(own)),
    ] {
        let role = format!("arn:aws:iam::444455556666:role/{role}");
        let payload =
            json!({ "do": "assume", "role": role, "external_id": external_id, "identity": identity });
        let reply = cloud.invoke(function, &payload, Kind::Sync).await.expect("a known function").payload;
        let row = format!("{function} {payload}: {reply}");
        match error {
            None => assert_eq!(reply["account"], PROD_ACCOUNT, "{row}"),
            Some(says) => {
                assert_eq!(reply["error"], "AccessDenied", "{row}");
                let message = reply["message"].as_str().expect("a message");
                assert!(message.contains(says), "{row}");
                assert!(message.contains("User: arn:aws:sts::111122223333:assumed-role/bellhop-"), "{row}");
            }
        }
    }
    cloud.stop().await;
}

pub(crate) async fn a_call_in_another_account_is_still_the_functions() {
    let (cloud, fleet) = world().await;
    let payload =
        json!({ "do": "assume", "role": "arn:aws:iam::444455556666:role/Reader", "external_id": "x-1" });
    let invoke =
        async || cloud.invoke("WorkerFunction", &payload, Kind::Sync).await.expect("a known function");
    assert_eq!(invoke().await.outcome, Outcome::Ok);
    let calls = cloud.aws_calls();
    let told: Vec<_> = calls.iter().map(|call| (call.operation.as_str(), call.function.as_deref())).collect();
    assert_eq!(told, [("AssumeRole", Some("WorkerFunction")), ("GetCallerIdentity", Some("WorkerFunction"))]);
    assert!(calls[1].request_id.is_some() && calls[0].access_key != calls[1].access_key);
    let call = fleet.calls()[1].clone();
    assert_eq!((call.function, call.account.as_str()), (None, PROD_ACCOUNT));
    cloud.faults().add(Fault::next("sts", "GetCallerIdentity", AwsFault::KillAfter).from("WorkerFunction"));
    assert_eq!(invoke().await.outcome, Outcome::Crashed);
    assert_eq!(fleet.calls().len(), 4, "the call took effect");
    cloud.idle().await;
    cloud.stop().await;
}
