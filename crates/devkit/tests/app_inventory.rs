//! What is known of instances is kept current: by the schedule, and by EC2's events.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use std::collections::BTreeMap;

use devkit::fleet::SAMPLE_ACCOUNT;
use domain::ids::InstanceId;
use domain::instance::InstanceState;
use dynoxide::types::AttributeValue;
use support::{App, app, jobs};

/// The name of each instance that is on record, by its place.
fn known(app: &App) -> BTreeMap<String, String> {
    let text = |value: Option<&AttributeValue>| match value {
        Some(AttributeValue::S(text)) => text.clone(),
        _ => String::new(),
    };
    let items = jobs::items(app.cloud(), "Instances");
    items.iter().map(|item| (text(item.get("place")), text(item.get("name")))).collect()
}

fn place(id: &InstanceId) -> String {
    format!("{SAMPLE_ACCOUNT}#eu-west-1#{id}")
}

async fn refresh(app: &App) {
    app.cloud().tick("Ec2Refresh").expect("there is such a schedule");
    // Nobody waits for a schedule, not even to call it quiet.
    app.cloud().idle().await;
}

/// Writes to the table since `from` calls of the function.
fn writes(app: &App, from: usize) -> Vec<String> {
    let table = &app.cloud().stack().table("Instances").expect("the template has it").name;
    let calls = app.aws_calls_of("Ec2").into_iter().skip(from);
    let on_it = calls.filter(|call| call.args.to_string().contains(table.as_str()));
    on_it.map(|call| call.operation).filter(|operation| operation.contains("Write")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schedule_keeps_what_is_known_of_the_own_account() {
    let app = app().await;
    assert!(known(&app).is_empty());
    refresh(&app).await;
    let first = known(&app);
    let web = app.id("web-1");
    assert_eq!(first.get(&place(&web)).map(String::as_str), Some("web-1"));
    for corner in ["eu-west-1", "us-east-1"] {
        assert!(first.contains_key(&format!("{SAMPLE_ACCOUNT}#{corner}#")), "{corner} was not seen whole");
    }
    let living = app.fleet().instances().into_iter().filter(|(account, instance)| {
        account.as_str() == SAMPLE_ACCOUNT
            && ["eu-west-1", "us-east-1"].contains(&instance.region.as_str())
            && instance.state != InstanceState::Terminated
    });
    assert_eq!(first.len(), living.count() + 2, "all of them, and nothing of accounts that nobody linked");

    // Nothing has changed: nothing is written again.
    let calls = app.aws_calls_of("Ec2").len();
    refresh(&app).await;
    assert_eq!(known(&app), first);
    assert_eq!(writes(&app, calls), Vec::<String>::new());

    // Renamed and gone.
    let gone = app.id("web-2");
    assert!(app.fleet().tag(&web, "Name", Some("web-one")));
    assert!(app.fleet().put(&gone, InstanceState::Terminated));
    let calls = app.aws_calls_of("Ec2").len();
    refresh(&app).await;
    let after = known(&app);
    assert_eq!(after.get(&place(&web)).map(String::as_str), Some("web-one"));
    assert!(!after.contains_key(&place(&gone)));
    assert_eq!(after.len(), first.len() - 1);
    assert_eq!(writes(&app, calls), ["BatchWriteItem"]);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_ends_or_begins_is_noticed_by_its_event() {
    let app = app().await;
    app.cloud().forward_events(SAMPLE_ACCOUNT, "eu-west-1");
    refresh(&app).await;
    let (ends, begins) = (app.id("web-2"), app.id("web-1"));
    assert!(app.fleet().tag(&begins, "Name", Some("fresh")));
    for (id, state) in [
        (&begins, InstanceState::Stopped),
        (&begins, InstanceState::Pending),
        (&ends, InstanceState::Terminated),
    ] {
        assert!(app.fleet().put(id, state));
    }
    let event = || {
        let known = known(&app);
        let name = known.get(&place(&begins)).map(String::as_str);
        name == Some("fresh") && !known.contains_key(&place(&ends))
    };
    app.until("both events are heard", event).await;
    app.quieten().await;
    app.finish().await;
}
