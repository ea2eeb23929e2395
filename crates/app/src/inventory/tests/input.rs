//! What wakes the function.

use domain::ids::{JobId, TeamId};
use serde_json::{Value, json};

use super::change;
use crate::inventory::Input;
use crate::wake::WakeUp;

#[test]
fn what_wakes_the_function_is_told_apart() {
    let event = |source: &str, kind: &str, detail: Value| {
        json!({"version": "0", "id": "1", "source": source, "detail-type": kind, "detail": detail,
            "account": "123456789012", "region": "eu-west-1", "time": "2025-12-01T08:00:00Z", "resources": []})
    };
    let state_change = |detail: Value| event("aws.ec2", "EC2 Instance State-change Notification", detail);
    let changed = change("123456789012", "eu-west-1", "i-0123456789abcdef0");
    let wake = WakeUp::new(TeamId::new("T1"), JobId::new("ec2#1"));
    for (payload, expected) in [
        (json!({"v": 1, "team": "T1", "job": "ec2#1"}), Some(Input::Job(wake.clone()))),
        (json!({"v": 9, "team": "T1", "job": "ec2#1"}), Some(Input::Job(WakeUp { v: 9, ..wake }))),
        (event("aws.events", "Scheduled Event", json!({})), Some(Input::Refresh)),
        (
            state_change(json!({"instance-id": "i-0123456789abcdef0", "state": "running"})),
            Some(Input::StateChange(changed)),
        ),
        (state_change(json!({"instance-id": "web-1", "state": "running"})), None),
        (state_change(json!({"state": "running"})), None),
        (event("aws.ec2", "EC2 Spot Instance Interruption Warning", json!({})), None),
        (event("mine", "EC2 Instance State-change Notification", json!({"instance-id": "i-00000001"})), None),
        (event("mine", "Scheduled Event", json!({})), None),
        (json!({"job": 7}), None),
        (json!({}), None),
        (json!(null), None),
        (json!([]), None),
    ] {
        assert_eq!(Input::read(payload.clone()).ok(), expected, "{payload}");
    }
}
