use std::collections::BTreeMap;

use domain::instance::{Instance, StateReason};
use domain::time::Millis;

use super::*;

/// One instance in AWS's documented form, with elements that we do not know.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html>
pub(super) fn item(id: &str, tags: &str) -> String {
    format!(
        r"<item>
          <reservationId>r-1234567890abcdef0</reservationId><ownerId>123456789012</ownerId><groupSet/>
          <instancesSet><item>
            <instanceId>{id}</instanceId><imageId>ami-bff32ccc</imageId>
            <instanceState><code>80</code><name>stopped</name></instanceState>
            <privateDnsName>ip-192-168-1-88.eu-west-1.compute.internal</privateDnsName><dnsName/>
            <reason>User initiated (2026-11-20 18:02:11 GMT)</reason><keyName>my_keypair</keyName>
            <amiLaunchIndex>0</amiLaunchIndex><productCodes/>
            <instanceType>t2.micro</instanceType><launchTime>2026-11-08T16:46:50.500Z</launchTime>
            <placement><availabilityZone>eu-west-1c</availabilityZone><groupName/><tenancy>default</tenancy></placement>
            <monitoring><state>disabled</state></monitoring>
            <subnetId>subnet-56f5f633</subnetId><vpcId>vpc-11112222</vpcId>
            <privateIpAddress>192.168.1.88</privateIpAddress><ipAddress></ipAddress>
            <sourceDestCheck>true</sourceDestCheck>
            <groupSet><item><groupId>sg-e4076980</groupId><groupName>SecurityGroup1</groupName></item></groupSet>
            <stateReason><code>Client.UserInitiatedShutdown</code><message>Client.UserInitiatedShutdown: User initiated shutdown</message></stateReason>
            <architecture>x86_64</architecture>
            <blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-1</volumeId></ebs></item></blockDeviceMapping>
            <tagSet>{tags}</tagSet>
            <somethingNew><item><deep>1</deep></item></somethingNew>
            <instanceLifecycle>spot</instanceLifecycle>
          </item></instancesSet>
        </item>"
    )
}

fn tag(key: &str, value: &str) -> String {
    format!("<item><key>{key}</key><value>{value}</value></item>")
}

pub(super) fn page(items: &str, token: Option<&str>) -> Step {
    let token = token.map(|token| format!("<nextToken>{token}</nextToken>")).unwrap_or_default();
    Step::Answer(
        200,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DescribeInstancesResponse \
             xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>8f7724cf</requestId>\
             <reservationSet>{items}</reservationSet>{token}</DescribeInstancesResponse>"
        ),
    )
}

async fn describe(client: &Ec2Instances, what: Describe) -> Result<Vec<Instance>, InstancesError> {
    client.describe(&home(), &what).await
}

#[tokio::test]
async fn an_instance_is_read_and_unknown_elements_are_passed_over() {
    let tags =
        tag("Name", " web &amp; &lt;1&gt; ") + &tag("empty", "") + "<item><key>bare</key><value/></item>";
    let server = Server::new([page(&item(ONE, &tags), None)]).await;
    let found = describe(&client(&server.endpoint, None), Describe::default()).await.unwrap();
    let expected = Instance {
        id: InstanceId::parse(ONE).unwrap(),
        account: Alias::new("home"),
        region: Region::new("eu-west-1"),
        zone: "eu-west-1c".into(),
        state: InstanceState::Stopped,
        instance_type: "t2.micro".into(),
        launched_at: Millis(1_794_156_410_500),
        image: "ami-bff32ccc".into(),
        vpc: Some("vpc-11112222".into()),
        subnet: Some("subnet-56f5f633".into()),
        private_ip: Some("192.168.1.88".into()),
        public_ip: None,
        keeps_public_ip: false,
        root_is_instance_store: false,
        spot: true,
        transition_reason: "User initiated (2026-11-20 18:02:11 GMT)".into(),
        state_reason: Some(StateReason {
            code: "Client.UserInitiatedShutdown".into(),
            message: "Client.UserInitiatedShutdown: User initiated shutdown".into(),
        }),
        tags: BTreeMap::from(
            [("Name", " web & <1> "), ("empty", ""), ("bare", "")].map(|(k, v)| (k.into(), v.into())),
        ),
    };
    assert_eq!(found, [expected]);
}

#[tokio::test]
async fn only_an_address_that_belongs_to_an_account_is_kept() {
    let interface = |ip: &str, owner: &str| {
        format!(
            "<item><networkInterfaceId>eni-1</networkInterfaceId><ownerId>123456789012</ownerId><association>\
             <publicIp>{ip}</publicIp><publicDnsName>x</publicDnsName>{owner}</association>\
             <privateIpAddressesSet><item><association><publicIp>9.9.9.9</publicIp>\
             <ipOwnerId>123456789012</ipOwnerId></association></item></privateIpAddressesSet></item>"
        )
    };
    let account = "<ipOwnerId>123456789012</ipOwnerId>";
    let none = "<item><networkInterfaceId>eni-2</networkInterfaceId></item>".to_owned();
    for (ip, interfaces, kept) in [
        ("54.1.2.3", interface("54.1.2.3", account), true),
        ("54.1.2.3", none.clone() + &interface("54.1.2.3", account), true),
        ("54.1.2.3", interface("54.1.2.3", "<ipOwnerId>amazon</ipOwnerId>"), false),
        ("54.1.2.3", interface("54.1.2.3", "<ipOwnerId>amazon-elb</ipOwnerId>"), false),
        ("54.1.2.3", interface("54.1.2.3", "<ipOwnerId/>"), false),
        ("54.1.2.3", interface("54.1.2.3", ""), false),
        ("54.1.2.3", interface("54.9.9.9", account), false),
        ("54.1.2.3", none, false),
        ("54.1.2.3", String::new(), false),
        ("", interface("", account), false),
    ] {
        let whole = item(ONE, "")
            .replace("<ipAddress></ipAddress>", &format!("<ipAddress>{ip}</ipAddress>"))
            .replace("<tagSet>", &format!("<networkInterfaceSet>{interfaces}</networkInterfaceSet><tagSet>"));
        let server = Server::new([page(&whole, None)]).await;
        let found = describe(&client(&server.endpoint, None), Describe::default()).await.unwrap();
        assert_eq!(found[0].keeps_public_ip, kept, "{ip} {interfaces}");
        assert_eq!(found[0].public_ip.as_deref().unwrap_or_default(), ip);
    }
}

#[tokio::test]
async fn an_instance_store_is_told_from_a_volume() {
    for (kind, store) in [("ebs", false), ("instance-store", true), ("", false)] {
        let whole =
            item(ONE, "").replace("<tagSet>", &format!("<rootDeviceType>{kind}</rootDeviceType><tagSet>"));
        let server = Server::new([page(&whole, None)]).await;
        let found = describe(&client(&server.endpoint, None), Describe::default()).await.unwrap();
        assert_eq!(found[0].root_is_instance_store, store, "{kind}");
    }
}

#[tokio::test]
async fn all_pages_are_read() {
    let items = |id: &str| item(id, "");
    let steps =
        [page(&items(ONE), Some("a+b/=&amp;c")), page(&items(TWO), Some("")), page(&items(ONE), None)];
    let server = Server::new(steps).await;
    let found = describe(&client(&server.endpoint, None), Describe::default()).await.unwrap();
    assert_eq!(found.len(), 2, "an empty token is none");
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    let expected = [("Action", "DescribeInstances"), ("Version", "2016-11-15"), ("MaxResults", "500")];
    assert_eq!(seen[0].fields(), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(seen[1].field("NextToken").as_deref(), Some("a+b/=&c"));
    assert_eq!(seen[1].field("MaxResults").as_deref(), Some("500"));
}

#[tokio::test]
async fn ids_and_filters_are_written_as_filters_with_the_managed_tag() {
    let server = Server::new([page("", None)]).await;
    let what = Describe {
        ids: ids(&[ONE, TWO, ONE]),
        filters: vec![("tag:Name".into(), vec!["web *".into(), "a&b".into()])],
    };
    let found = describe(&client(&server.endpoint, Some(("bellhop", "y*s"))), what).await.unwrap();
    assert_eq!(found, [], "ids that do not exist are left out");
    let request = &server.seen()[0];
    for (name, value) in [
        ("Filter.1.Name", "instance-id"),
        ("Filter.1.Value.1", ONE),
        ("Filter.1.Value.2", TWO),
        ("Filter.2.Name", "tag:Name"),
        ("Filter.2.Value.1", "web *"),
        ("Filter.2.Value.2", "a&b"),
        ("Filter.3.Name", "tag:bellhop"),
        ("Filter.3.Value.1", r"y\*s"),
    ] {
        assert_eq!(request.field(name).as_deref(), Some(value), "{name}");
    }
    assert!(!request.body.contains("InstanceId.") && request.field("Filter.1.Value.3").is_none());
}

#[tokio::test]
async fn an_instance_without_the_managed_tag_does_not_exist() {
    let tagged = item(ONE, &tag("bellhop", "yes"));
    let others = item(TWO, &tag("bellhop", "yesterday")) + &item(TWO, "");
    let server = Server::new([page(&(tagged + &others), None)]).await;
    let found =
        describe(&client(&server.endpoint, Some(("bellhop", "yes"))), Describe::default()).await.unwrap();
    assert_eq!(found.into_iter().map(|one| one.id).collect::<Vec<_>>(), ids(&[ONE]));
}

#[tokio::test]
async fn many_ids_are_asked_for_200_at_a_time() {
    let many: Vec<String> = (0..450).map(|number| format!("i-{number:017x}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let server = Server::new([page("", None), page("", None), page("", None)]).await;
    describe(&client(&server.endpoint, None), Describe { ids: ids(&many), filters: vec![] }).await.unwrap();
    let values = |request: &server::Seen| {
        request.fields().iter().filter(|(name, _)| name.starts_with("Filter.1.Value.")).count()
    };
    assert_eq!(server.seen().iter().map(values).collect::<Vec<_>>(), [200, 200, 50]);
}

#[tokio::test]
async fn checks_are_read_for_instances_that_do_not_run_too() {
    let body = format!(
        "<DescribeInstanceStatusResponse><requestId>3be1508e</requestId><instanceStatusSet><item>\
         <instanceId>{ONE}</instanceId><availabilityZone>eu-west-1d</availabilityZone>\
         <instanceState><code>16</code><name>running</name></instanceState>\
         <systemStatus><status>impaired</status><details><item><name>reachability</name><status>failed</status>\
         <impairedSince>x</impairedSince></item></details></systemStatus>\
         <instanceStatus><status>initializing</status></instanceStatus>\
         <eventsSet><item><code>instance-retirement</code><description>The instance is running on degraded hardware\
         </description><notBefore>2026-12-01T00:00:00Z</notBefore></item>\
         <item><code>system-reboot</code><description>[Completed] maintenance</description></item></eventsSet>\
         </item><item><instanceId>{TWO}</instanceId><systemStatus><status>not-applicable</status></systemStatus>\
         <instanceStatus><status>not-applicable</status></instanceStatus></item></instanceStatusSet>\
         </DescribeInstanceStatusResponse>"
    );
    let server = Server::new([Step::Answer(200, body)]).await;
    let client = client(&server.endpoint, None);
    assert_eq!(client.health(&home(), &[]).await.unwrap(), []);
    let found = client.health(&home(), &ids(&[ONE, TWO])).await.unwrap();
    assert_eq!((found[0].system.as_str(), found[0].instance.as_str()), ("impaired", "initializing"));
    let event = ("instance-retirement".into(), "The instance is running on degraded hardware".into());
    assert_eq!(found[0].events, [event]);
    assert_eq!((found[1].system.as_str(), found[1].events.len()), ("not-applicable", 0));
    let seen = server.seen();
    assert_eq!(seen.len(), 1, "no ids, no request: it would list everything");
    assert_eq!(seen[0].field("IncludeAllInstances").as_deref(), Some("true"));
    assert_eq!(seen[0].field("InstanceId.2").as_deref(), Some(TWO));
}

#[tokio::test]
async fn whatever_may_pass_is_tried_four_times() {
    let html = || Step::Answer(502, "<html><body>Bad Gateway</body></html>".into());
    let steps: [fn() -> Step; 8] = [
        || Step::Close,
        || Step::BreakOff,
        || error(500, "InternalError", "An internal error has occurred"),
        || error(503, "RequestLimitExceeded", "Request limit exceeded."),
        || error(503, "Unavailable", "The server is overloaded"),
        || Step::Answer(200, "<html>Welcome to this network!</html>".into()),
        || Step::Answer(200, "<DescribeInstancesResponse><reservationSet>".into()),
        html,
    ];
    for (case, step) in steps.into_iter().enumerate() {
        let server = Server::new([step(), step(), step(), page(&item(ONE, ""), None)]).await;
        let found = describe(&client(&server.endpoint, None), Describe::default()).await;
        assert_eq!(found.map(|found| found.len()).ok(), Some(1), "case {case}");

        let server = Server::new((0..9).map(|_| step())).await;
        let failure = describe(&client(&server.endpoint, None), Describe::default()).await;
        assert!(matches!(failure, Err(InstancesError::Busy(_))), "case {case}: {failure:?}");
        assert_eq!(server.seen().len(), 4, "case {case}");
    }
    let failure = describe(&client(&nobody().await, None), Describe::default()).await;
    assert!(matches!(failure, Err(InstancesError::Busy(_))), "{failure:?}");
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let endless = || page(&"<x></x>".repeat(2 * 1024 * 1024), None);
    let server = Server::new([endless(), endless(), endless(), endless()]).await;
    let failure = describe(&client(&server.endpoint, None), Describe::default()).await;
    assert!(matches!(failure, Err(InstancesError::Busy(_))), "{failure:?}");
}

#[tokio::test]
async fn a_considered_refusal_is_not_asked_again() {
    let server = Server::new([error(400, "InvalidParameterValue", "The filter 'x' is invalid")]).await;
    let failure = describe(&client(&server.endpoint, None), Describe::default()).await.unwrap_err();
    assert_eq!(failure.to_string(), "EC2 answered InvalidParameterValue: The filter 'x' is invalid");
    assert_eq!(server.seen().len(), 1);
    let nowhere = client(&server.endpoint, None).describe(&home_in("x/../"), &Describe::default()).await;
    assert!(matches!(nowhere, Err(InstancesError::Refused { code, .. }) if code == "InvalidRegion"));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn sts_says_who_we_are() {
    let body = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
        <GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/BellhopOps/ec2</Arn>\
        <UserId>AROA:ec2</UserId><Account>123456789012</Account></GetCallerIdentityResult>\
        <ResponseMetadata><RequestId>01234567</RequestId></ResponseMetadata></GetCallerIdentityResponse>";
    let server = Server::new([Step::Answer(200, body.into())]).await;
    let caller = client(&server.endpoint, None).caller(&home().account).await.unwrap();
    assert_eq!((caller.account.as_str(), caller.role.as_str()), ("123456789012", "BellhopOps"));
    let body = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>\
        <RequestId>r1</RequestId></ErrorResponse>";
    let server = Server::new([Step::Answer(403, body.into())]).await;
    let failure = client(&server.endpoint, None).caller(&home().account).await.unwrap_err();
    assert_eq!(failure.to_string(), "sts:GetCallerIdentity is not allowed (request r1)");
}
