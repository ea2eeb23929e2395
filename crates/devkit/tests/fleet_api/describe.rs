//! `DescribeInstances` and its filters, and `DescribeRegions`.

use std::time::Duration;

use devkit::fleet::SAMPLE_ACCOUNT;
use domain::instance::InstanceState;

use crate::support::{Lab, US};

#[tokio::test]
async fn ids_are_checked_before_anything_is_told() {
    let lab = Lab::new();
    let web = lab.id("web-1").to_string();
    for (ids, code, message) in [
        (vec![web.as_str()], "OK", ""),
        (vec!["web-1"], "InvalidInstanceID.Malformed", "Invalid id: \"web-1\""),
        (vec!["i-123"], "InvalidInstanceID.Malformed", "Invalid id: \"i-123\""),
        (vec!["I-062F746B484E61CEB"], "InvalidInstanceID.Malformed", "Invalid id: \"I-062F746B484E61CEB\""),
        (
            vec!["i-0aaaaaaaaaaaaaaaa"],
            "InvalidInstanceID.NotFound",
            "The instance ID 'i-0aaaaaaaaaaaaaaaa' does not exist",
        ),
        (
            vec!["i-0aaaaaaaaaaaaaaaa", web.as_str(), "i-0bbbbbbbbbbbbbbbb"],
            "InvalidInstanceID.NotFound",
            "The instance IDs 'i-0aaaaaaaaaaaaaaaa, i-0bbbbbbbbbbbbbbbb' do not exist",
        ),
    ] {
        let keys: Vec<String> = (1..=ids.len()).map(|at| format!("InstanceId.{at}")).collect();
        let params: Vec<_> = keys.iter().map(String::as_str).zip(ids).collect();
        let reply = lab.ask("DescribeInstances", &params).await;
        assert_eq!((reply.code(), reply.message()), (code, message));
    }
}

#[tokio::test]
async fn filters_choose_as_ec2_does() {
    let lab = Lab::new();
    for (name, values, found) in [
        ("tag:Name", &["web-1"][..], &["web-1"][..]),
        ("tag:Name", &["WEB-1"], &[]),
        ("tag:Name", &["web-*"], &["web-0", "web-1", "web-2", "web-3"]),
        ("tag:Name", &["web-?"], &["web-0", "web-1", "web-2", "web-3"]),
        ("tag:Name", &["?eb-[12]"], &[]),
        ("tag:Name", &["web-1", "vault"], &["vault", "web-1"]),
        ("tag:Name", &["<b>&test"], &["<b>&test"]),
        ("tag:Name", &["🚀*"], &["🚀 rocket"]),
        ("tag:Name", &[r"\*"], &[]),
        ("tag:Cost Center", &["42"], &["Jenkins Master"]),
        ("tag-key", &["bellhop:*"], &["db-main"]),
        ("tag-key", &["aws:autoscaling:groupName"], &["asg-web"]),
        ("tag-value", &["web-asg"], &["asg-web"]),
        ("instance-state-name", &["stopped"], &["Build-Server", "db-old", "web-3", "worker"]),
        ("instance-state-name", &["terminated"], &["old-api"]),
        ("instance-state-code", &["48"], &["old-api"]),
        ("instance-lifecycle", &["spot"], &["batch-spot"]),
        ("instance-type", &["r6g.*"], &["cache-1", "db-main"]),
        ("architecture", &["arm64"], &["cache-1", "db-main"]),
        ("availability-zone", &["eu-west-1c"], &["cache-1", "legacy", "vault", "web-3", "🚀 rocket"]),
        ("instance-id", &["i-062f746b484e61ceb"], &["web-1"]),
        ("private-ip-address", &["10.20.1.12"], &["web-1"]),
        ("subnet-id", &["subnet-03c5e7f9a1b2d4862"], &["web-3", "🚀 rocket"]),
        ("state-reason-code", &["Client.*"], &["Build-Server", "db-old", "old-api", "web-3", "worker"]),
        ("launch-time", &["2026-11-18T*"], &["Build-Server", "web-1"]),
        ("reservation-id", &["r-0c4d5e6f708192a3b"], &["web-0", "web-1", "web-2", "web-3"]),
        ("vpc-id", &["vpc-nope"], &[]),
        ("tag:Name", &[], &[]),
    ] {
        let keys: Vec<String> = (1..=values.len()).map(|at| format!("Filter.1.Value.{at}")).collect();
        let mut params: Vec<_> = keys.iter().map(String::as_str).zip(values.iter().copied()).collect();
        params.push(("Filter.1.Name", name));
        let mut names = lab.ask("DescribeInstances", &params).await.names();
        names.sort();
        assert_eq!(names, found, "{name}={values:?}");
    }
}

#[tokio::test]
async fn all_filters_must_hold() {
    let lab = Lab::new();
    let reply = lab
        .ask(
            "DescribeInstances",
            &[
                ("Filter.1.Name", "tag:Name"),
                ("Filter.1.Value.1", "web-*"),
                ("Filter.2.Name", "instance-state-name"),
                ("Filter.2.Value.1", "running"),
                ("Filter.2.Value.2", "pending"),
                ("Filter.10.Name", "tag:Env"),
                ("Filter.10.Value.1", "prod"),
            ],
        )
        .await;
    let mut names = reply.names();
    names.sort();
    assert_eq!(names, ["web-0", "web-2"]);
}

#[tokio::test]
async fn wrong_filters_are_refused() {
    let lab = Lab::new();
    for (params, code, message) in [
        (vec![("Filter.1.Name", "colour")], "InvalidParameterValue", "The filter 'colour' is invalid"),
        (vec![("Filter.1.Name", "tag:")], "InvalidParameterValue", "The filter 'tag:' is invalid"),
        (vec![("Filter.1.Value.1", "x")], "InvalidParameterValue", "The filter 'null' is invalid"),
        (
            vec![("Filters.1.Name", "tag:a")],
            "UnknownParameter",
            "The parameter Filters.1.Name is not recognized",
        ),
        (
            vec![("Filter.x.Name", "tag:a")],
            "UnknownParameter",
            "The parameter Filter.x.Name is not recognized",
        ),
    ] {
        let reply = lab.ask("DescribeInstances", &params).await;
        assert_eq!((reply.status, reply.code(), reply.message()), (400, code, message));
    }
}

#[tokio::test]
async fn a_call_has_200_filter_values_at_most() {
    let lab = Lab::new();
    for (count, code) in [(200, "OK"), (201, "FilterLimitExceeded")] {
        let keys: Vec<String> = (1..=count).map(|at| format!("Filter.{}.Value.{at}", 1 + at % 2)).collect();
        let mut params: Vec<_> = keys.iter().map(|key| (key.as_str(), "*")).collect();
        params.extend([("Filter.1.Name", "instance-id"), ("Filter.2.Name", "tag:Name")]);
        assert_eq!(lab.ask("DescribeInstances", &params).await.code(), code);
    }
}

#[tokio::test]
async fn one_instance_is_written_as_ec2_writes_it() {
    let lab = Lab::new();
    let id = lab.id("web-1").to_string();
    let reply = lab.ask("DescribeInstances", &[("InstanceId.1", &id)]).await;
    let request = reply.one("requestId");
    assert_eq!(reply.body.replace(&request, "REQUEST"), include_str!("web-1.xml").trim_end());
}

#[tokio::test]
async fn instances_of_one_launch_share_a_reservation() {
    let lab = Lab::new();
    let reply =
        lab.ask("DescribeInstances", &[("Filter.1.Name", "tag:Name"), ("Filter.1.Value.1", "web-*")]).await;
    assert_eq!(reply.all("reservationId"), ["r-0c4d5e6f708192a3b"]);
    assert_eq!(reply.names().len(), 4);
}

#[tokio::test]
async fn names_come_back_whole_and_the_nameless_too() {
    let lab = Lab::new();
    let reply = lab.ask("DescribeInstances", &[]).await;
    for name in ["<b>&test", "🚀 rocket", "Jenkins Master", "Build-Server", "i-0939ae232588efbce"] {
        assert!(reply.names().iter().any(|found| found == name), "{name}");
    }
    assert!(reply.body.contains("<value>&lt;b&gt;&amp;test</value>"));
}

#[tokio::test]
async fn a_spot_instance_says_so() {
    let lab = Lab::new();
    let reply = lab.change("DescribeInstances", &["batch-spot"], &[]).await;
    assert_eq!(reply.one("instanceLifecycle"), "spot");
    let reply = lab.change("DescribeInstances", &["web-1"], &[]).await;
    assert!(reply.all("instanceLifecycle").is_empty());
}

#[tokio::test]
async fn only_an_elastic_address_belongs_to_the_account() {
    let lab = Lab::new();
    for (name, owners) in
        [("bastion", vec![SAMPLE_ACCOUNT]), ("web-us-0", vec!["amazon"]), ("reports", vec![])]
    {
        let id = lab.id(name).to_string();
        let reply = lab.ask_in(US, "DescribeInstances", &[("InstanceId.1", &id)]).await;
        assert_eq!(reply.all("ipOwnerId"), owners, "{name}");
        let told = lab.fleet.instance(&lab.id(name)).unwrap();
        assert_eq!(
            (told.keeps_public_ip, told.account.as_str()),
            (name == "bastion", SAMPLE_ACCOUNT),
            "{name}"
        );
    }
    let (bastion, web) = (lab.id("bastion"), lab.id("web-us-0"));
    for id in [&bastion, &web] {
        lab.fleet.put(id, InstanceState::Stopped);
    }
    let params = [("InstanceId.1", bastion.as_str()), ("InstanceId.2", web.as_str())];
    let reply = lab.ask_in(US, "DescribeInstances", &params).await;
    assert_eq!(reply.all("ipOwnerId"), [SAMPLE_ACCOUNT], "it stays while the instance is stopped");
}

#[tokio::test]
async fn an_instance_on_an_instance_store_says_so_and_cannot_be_stopped() {
    let lab = Lab::new();
    let id = lab.id("web-1");
    assert!(lab.fleet.alter(&id, |machine| machine.root_is_instance_store = true));
    let filter = [("Filter.1.Name", "root-device-type"), ("Filter.1.Value.1", "instance-store")];
    let reply = lab.ask("DescribeInstances", &filter).await;
    assert_eq!(
        (reply.names(), reply.one("rootDeviceType")),
        (vec!["web-1".to_owned()], "instance-store".to_owned())
    );
    let reply = lab.change("StopInstances", &["web-1"], &[]).await;
    assert_eq!(reply.code(), "UnsupportedOperation");
    assert!(reply.message().contains("does not have an 'ebs' root device type"), "{}", reply.message());
    assert_eq!(lab.fleet.changes(&id).total(), 0);
    assert_eq!(lab.change("RebootInstances", &["web-1"], &[]).await.code(), "OK");
}

#[tokio::test]
async fn a_terminated_instance_loses_its_network_and_then_vanishes() {
    let lab = Lab::new();
    let id = lab.id("old-api").to_string();
    let reply = lab.ask("DescribeInstances", &[("InstanceId.1", &id)]).await;
    assert!(reply.all("vpcId").is_empty() && reply.all("privateIpAddress").is_empty());
    assert_eq!(reply.one("reason"), "User initiated (2026-11-20 17:42:11 GMT)");
    lab.clock.advance(Duration::from_mins(39));
    assert_eq!(lab.ask("DescribeInstances", &[("InstanceId.1", &id)]).await.code(), "OK");
    lab.clock.advance(Duration::from_mins(1));
    let reply = lab.ask("DescribeInstances", &[("InstanceId.1", &id)]).await;
    assert_eq!(reply.code(), "InvalidInstanceID.NotFound");
    assert!(!lab.ask("DescribeInstances", &[]).await.body.contains(&id));
}

#[tokio::test]
async fn regions_keep_apart() {
    let lab = Lab::new();
    let web = lab.id("web-1").to_string();
    let reply = lab.ask_in(US, "DescribeInstances", &[("InstanceId.1", &web)]).await;
    assert_eq!(reply.code(), "InvalidInstanceID.NotFound");
    let reply = lab.ask_in(US, "DescribeInstances", &[]).await;
    assert_eq!(reply.names().len(), 7);
}

#[tokio::test]
async fn regions_are_listed() {
    let lab = Lab::new();
    let reply = lab.ask("DescribeRegions", &[]).await;
    assert_eq!(reply.all("regionName"), ["eu-west-1", "us-east-1"]);
    assert_eq!(reply.all("regionEndpoint"), ["ec2.eu-west-1.amazonaws.com", "ec2.us-east-1.amazonaws.com"]);
    let reply = lab.ask("DescribeRegions", &[("RegionName.1", "us-east-1")]).await;
    assert_eq!(reply.all("regionName"), ["us-east-1"]);
    let reply = lab.ask("DescribeRegions", &[("AllRegions", "true")]).await;
    assert!(reply.all("optInStatus").contains(&"not-opted-in".to_owned()));
    let reply = lab.ask("DescribeRegions", &[("RegionName.1", "mars")]).await;
    assert_eq!(reply.code(), "InvalidParameterValue");
}
