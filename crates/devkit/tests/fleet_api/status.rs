//! `DescribeInstanceStatus`.

use crate::support::{CHANGE, Lab};

#[tokio::test]
async fn only_running_instances_unless_all_are_asked_for() {
    let lab = Lab::new();
    let running = lab.ask("DescribeInstanceStatus", &[]).await;
    assert!(running.all("instanceId").contains(&lab.id("web-1").to_string()));
    assert!(!running.all("instanceId").contains(&lab.id("web-3").to_string()));
    let id = lab.id("web-3").to_string();
    let reply = lab.ask("DescribeInstanceStatus", &[("InstanceId.1", &id)]).await;
    assert!(reply.all("instanceId").is_empty());
    let reply =
        lab.ask("DescribeInstanceStatus", &[("InstanceId.1", &id), ("IncludeAllInstances", "true")]).await;
    assert_eq!(reply.all("status"), ["not-applicable", "not-applicable"]);
    assert!(reply.all("details").is_empty());
}

#[tokio::test]
async fn checks_take_a_while_after_a_start() {
    let lab = Lab::new();
    let id = lab.id("web-3").to_string();
    lab.change("StartInstances", &["web-3"], &[]).await;
    for (after, statuses) in
        [(0, vec![]), (1, vec!["initializing"; 4]), (1, vec!["ok", "passed", "ok", "passed"])]
    {
        lab.clock.advance(CHANGE * after);
        let reply = lab.ask("DescribeInstanceStatus", &[("InstanceId.1", &id)]).await;
        let found: Vec<String> = reply.all("status");
        // A status and its detail have the same element name: outer, inner, outer, inner.
        assert_eq!(found, statuses);
    }
}

#[tokio::test]
async fn an_impaired_instance_and_an_announced_retirement_show() {
    let lab = Lab::new();
    let reply = lab.change("DescribeInstanceStatus", &["sick-1"], &[]).await;
    assert_eq!(reply.xml.find("instanceStatus").unwrap().child("status"), "impaired");
    assert_eq!(reply.xml.find("systemStatus").unwrap().child("status"), "ok");
    let reply = lab.change("DescribeInstanceStatus", &["legacy"], &[]).await;
    assert_eq!(reply.xml.find("eventsSet").unwrap().children[0].child("code"), "instance-retirement");
    assert_eq!(reply.one("notBefore"), "2026-11-30T18:02:11.000Z");
}

#[tokio::test]
async fn status_has_filters_of_its_own() {
    let lab = Lab::new();
    for (name, value, found) in [
        ("instance-status.status", "impaired", vec!["sick-1"]),
        ("instance-status.reachability", "failed", vec!["sick-1"]),
        ("system-status.status", "impaired", vec![]),
        ("event.code", "instance-*", vec!["legacy"]),
    ] {
        let reply =
            lab.ask("DescribeInstanceStatus", &[("Filter.1.Name", name), ("Filter.1.Value.1", value)]).await;
        let ids: Vec<String> = found.into_iter().map(|name| lab.id(name).to_string()).collect();
        assert_eq!(reply.all("instanceId"), ids, "{name}");
    }
    let reply = lab
        .ask("DescribeInstanceStatus", &[("Filter.1.Name", "tag:Name"), ("Filter.1.Value.1", "web-1")])
        .await;
    assert_eq!(reply.message(), "The filter 'tag:Name' is invalid");
}
