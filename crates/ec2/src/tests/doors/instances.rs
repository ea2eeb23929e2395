//! The instances that the rights are tried on.

use super::*;

#[tokio::test]
async fn without_an_instance_the_session_is_proved_and_no_more() {
    let empty: Oddity = |request| {
        let real = request.action() == "DescribeInstances" && request.field("DryRun").is_none();
        real.then(|| {
            reads::page(&reads::item(THIRD, "<item><key>bellhop:protected</key><value/></item>"), None)
        })
    };
    let (result, seen) = prove_in(&acme_account(), empty).await;
    assert_eq!(result, Ok(()));
    let changes = seen.iter().filter(|request| is_for(request, ACT) && is_right(request)).collect::<Vec<_>>();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].field("SourceIdentity").as_deref(), Some("bellhop"));
    assert!(changes[0].field("Policy").unwrap().contains("instance/i-00000000000000000"));
    assert!(seen.iter().all(|request| !request.action().ends_with("StopInstances")));
}

#[tokio::test]
async fn only_managed_instances_are_tried() {
    let server = Server::by(aws).await;
    let result = client(&server.endpoint, Some(("bellhop", "yes"))).prove(&acme_account()).await;
    assert_eq!(result, Ok(()));
    let seen = server.seen();
    let asked = seen.iter().find(|request| request.field("Filter.2.Name").is_some()).unwrap();
    assert_eq!(asked.field("Filter.2.Name").as_deref(), Some("tag:bellhop"));
    assert!(seen.iter().all(|request| request.action() != "StopInstances"), "none carries the tag");
}

#[tokio::test]
async fn what_a_role_may_be_limited_to_is_tried_first() {
    let tagged: Oddity = |request| {
        let real = request.action() == "DescribeInstances" && request.field("DryRun").is_none();
        let managed = "<item><key>bellhop:managed</key><value/></item>";
        real.then(|| {
            reads::page(&(reads::item(TWO, "").replace("spot", "x") + &reads::item(ONE, managed)), None)
        })
    };
    let (result, seen) = prove_in(&acme_account(), tagged).await;
    assert_eq!(result, Ok(()));
    let stopped = seen.iter().find(|request| request.action() == "StopInstances").unwrap();
    assert_eq!(stopped.field("InstanceId.1").as_deref(), Some(ONE));
}
