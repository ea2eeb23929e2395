//! `MaxResults` and `NextToken`.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::instance::InstanceState;

use crate::support::Lab;

/// Every page of `action`, one id list each.
async fn pages(lab: &Lab, action: &str, size: &str, more: &[(&str, &str)]) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let mut params = vec![("MaxResults", size)];
        params.extend_from_slice(more);
        params.extend(token.as_deref().map(|token| ("NextToken", token)));
        let reply = lab.ask(action, &params).await;
        assert_eq!(reply.code(), "OK", "{}", reply.message());
        pages.push(reply.all("instanceId"));
        match reply.all("nextToken").pop() {
            Some(next) => token = Some(next),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn all_pages_together_give_each_instance_once() {
    let lab = Lab::new();
    for action in ["DescribeInstances", "DescribeInstanceStatus"] {
        let whole: BTreeSet<String> = lab.ask(action, &[]).await.all("instanceId").into_iter().collect();
        for size in ["5", "6", "7", "20", "21", "1000", "5000"] {
            let pages = pages(&lab, action, size, &[]).await;
            let together: Vec<String> = pages.concat();
            assert_eq!(together.len(), whole.len(), "{action} by {size}");
            assert_eq!(together.into_iter().collect::<BTreeSet<_>>(), whole, "{action} by {size}");
            assert!(pages.iter().all(|page| !page.is_empty() && page.len() <= size.parse().unwrap()));
        }
    }
}

#[tokio::test]
async fn pages_keep_to_the_filter() {
    let lab = Lab::new();
    let filter = [("Filter.1.Name", "tag:Env"), ("Filter.1.Value.1", "prod")];
    let pages = pages(&lab, "DescribeInstances", "5", &filter).await;
    assert_eq!(pages.concat().len(), 10);
}

#[tokio::test]
async fn an_instance_that_goes_between_pages_costs_no_other() {
    let lab = Lab::new();
    let first = lab.ask("DescribeInstances", &[("MaxResults", "5")]).await;
    let seen = first.all("instanceId");
    let last = domain::ids::InstanceId::parse(seen.last().unwrap()).unwrap();
    lab.fleet.put(&last, InstanceState::Terminated);
    lab.clock.advance(Duration::from_hours(2));
    let next = first.one("nextToken");
    let second = lab.ask("DescribeInstances", &[("NextToken", &next), ("MaxResults", "1000")]).await;
    let rest = lab.ask("DescribeInstances", &[]).await.all("instanceId");
    assert_eq!(second.all("instanceId"), rest[seen.len() - 1..].to_vec());
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused() {
    let lab = Lab::new();
    let token = lab.ask("DescribeInstances", &[("MaxResults", "5")]).await.one("nextToken");
    let id = lab.id("web-1").to_string();
    for (params, code) in [
        (vec![("MaxResults", "4")], "InvalidParameterValue"),
        (vec![("MaxResults", "many")], "InvalidParameterValue"),
        (vec![("NextToken", "nonsense")], "InvalidParameterValue"),
        (
            vec![("NextToken", &token), ("Filter.1.Name", "tag:a"), ("Filter.1.Value.1", "b")],
            "InvalidParameterValue",
        ),
        (vec![("MaxResults", "5"), ("InstanceId.1", &id)], "InvalidParameterCombination"),
        (vec![("MaxResults", "2"), ("InstanceId.1", &id)], "InvalidParameterCombination"),
        (vec![("NextToken", &token), ("InstanceId.1", &id)], "InvalidParameterCombination"),
    ] {
        let reply = lab.ask("DescribeInstances", &params).await;
        assert_eq!((reply.status, reply.code()), (400, code), "{params:?}");
    }
    let reply = lab.ask("DescribeInstances", &[("MaxResults", "3")]).await;
    assert_eq!(
        reply.message(),
        "Value ( 3 ) for parameter maxResults is invalid. Expecting a value greater than 5."
    );
}
