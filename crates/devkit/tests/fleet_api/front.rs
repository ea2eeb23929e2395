//! What every call goes through: account, region, version, error form, the log; and STS.

use devkit::fleet::SAMPLE_ACCOUNT;

use crate::support::{EU, Lab, START, call};

const V: (&str, &str) = ("Version", "2016-11-15");

#[tokio::test]
async fn what_makes_no_call_is_refused() {
    let lab = Lab::new();
    for (region, params, status, code) in [
        (EU, &[("Action", "DescribeInstances"), V][..], 200, "OK"),
        ("eu-central-1", &[("Action", "DescribeInstances"), V], 401, "AuthFailure"),
        (EU, &[("Action", "RunInstances"), V], 400, "InvalidAction"),
        (EU, &[V], 400, "MissingParameter"),
        (EU, &[("Action", "DescribeInstances")], 400, "MissingParameter"),
        (EU, &[("Action", "DescribeInstances"), ("Version", "2010-01-01")], 400, "NoSuchVersion"),
    ] {
        let reply = lab.send(call("ec2", region, params)).await;
        assert_eq!((reply.status, reply.code()), (status, code), "{params:?}");
    }
}

#[tokio::test]
async fn a_strange_account_has_nothing_here() {
    let lab = Lab::new();
    for account in ["", "999999999999"] {
        let mut stranger = call("ec2", EU, &[("Action", "DescribeInstances"), V]);
        account.clone_into(&mut stranger.account);
        assert_eq!(lab.send(stranger).await.code(), "AuthFailure");
    }
}

#[tokio::test]
async fn an_error_is_written_as_ec2_writes_it() {
    let lab = Lab::new();
    let reply = lab.ask("Make<Coffee>", &[]).await;
    let request = reply.one("RequestID");
    assert_eq!(
        reply.body.replace(&request, "REQUEST"),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>InvalidAction</Code>\
         <Message>The action Make&lt;Coffee&gt; is not valid for this web service.</Message></Error></Errors>\
         <RequestID>REQUEST</RequestID></Response>"
    );
}

#[tokio::test]
async fn every_call_is_in_the_log_with_its_end() {
    let lab = Lab::new();
    lab.change("StopInstances", &["web-1"], &[]).await;
    lab.change("StopInstances", &["scheduler"], &[]).await;
    lab.send(call("sts", EU, &[("Action", "GetCallerIdentity"), ("Version", "2011-06-15")])).await;
    let calls = lab.fleet.calls();
    let ends: Vec<_> =
        calls.iter().map(|call| (call.action.as_str(), call.code.as_str(), call.status)).collect();
    assert_eq!(
        ends,
        [
            ("StopInstances", "OK", 200),
            ("StopInstances", "OperationNotPermitted", 400),
            ("GetCallerIdentity", "OK", 200)
        ]
    );
    let first = &calls[0];
    assert_eq!((first.account.as_str(), first.region.as_str(), first.at), (SAMPLE_ACCOUNT, EU, START));
    assert_eq!(first.function.as_deref(), Some("Ec2Function"));
    assert!(first.params.contains(&("InstanceId.1".to_owned(), lab.id("web-1").to_string())));
    lab.fleet.forget_calls();
    assert!(lab.fleet.calls().is_empty());
    assert_eq!(lab.fleet.changes(&lab.id("web-1")).stopped, 1);
}

#[tokio::test]
async fn sts_says_who_calls() {
    let lab = Lab::new();
    let reply =
        lab.send(call("sts", EU, &[("Action", "GetCallerIdentity"), ("Version", "2011-06-15")])).await;
    assert_eq!(reply.one("Account"), SAMPLE_ACCOUNT);
    assert_eq!(reply.one("Arn"), "arn:aws:sts::111122223333:assumed-role/bellhop-Ec2Role/Ec2Function");
    assert!(reply.one("UserId").ends_with(":Ec2Function"));
    assert!(
        reply
            .body
            .contains("<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">")
    );
}
