//! The EventBridge bus: events of whoever plays EC2, and the rules that hear them.
//!
//! A bus belongs to one account and one region. The stack's rules hear what happens
//! in its own, and in others only once those forward their events, as on AWS. Each
//! rule that fits invokes its function asynchronously, in no particular order.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html>

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::history::Kind;
use super::lambda::Request;
use super::state::Shared;
use super::{clock, lock, random};

/// Something that happened in an account.
#[derive(Debug, Clone, PartialEq)]
pub struct BusEvent {
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// The account it happened in.
    pub account: String,
    /// The region it happened in.
    pub region: String,
    /// Which service tells of it, e.g. `aws.ec2`.
    pub source: String,
    /// What kind of thing happened, as EventBridge names it.
    pub detail_type: String,
    /// The ARNs of what it happened to.
    pub resources: Vec<String>,
    /// The rest.
    pub detail: Value,
}

impl BusEvent {
    fn json(&self) -> Value {
        json!({
            "version": "0",
            "id": random::uuid(),
            "detail-type": self.detail_type,
            "source": self.source,
            "account": self.account,
            "time": clock::iso(self.at_ms, false),
            "region": self.region,
            "resources": self.resources,
            "detail": self.detail,
        })
    }
}

/// Delivers events as they become due, until aborted.
pub(crate) async fn run(shared: Arc<Shared>) {
    loop {
        shared.fleet.events_due().await;
        deliver(&shared);
    }
}

/// Delivers what has happened so far and was not delivered yet.
pub(crate) fn deliver(shared: &Arc<Shared>) {
    for event in shared.fleet.take_events() {
        if hears(shared, &event) {
            match_rules(shared, &event.json());
        }
    }
}

fn match_rules(shared: &Arc<Shared>, event: &Value) {
    for pool in &shared.pools {
        for rule in pool.function.rules.iter().filter(|rule| rule.enabled && rule.pattern.matches(event)) {
            shared.log.event(format!("event {} → {}", event["detail"], rule.name));
            let payload = rule.input.clone().unwrap_or_else(|| event.to_string());
            pool.enqueue(shared, &Request::new(Bytes::from(payload), Kind::Async));
        }
    }
}

fn hears(shared: &Shared, event: &BusEvent) -> bool {
    let own = event.account == shared.stack.account && event.region == shared.stack.region;
    own || lock(&shared.forwarding).contains(&(event.account.clone(), event.region.clone()))
}
