use std::collections::HashMap;

use domain::account::{HOME, HomeTeams};
use domain::ids::{AccountId, Region, TeamId, Worker};

use super::*;

const COMPLETE: [(&str, &str); 17] = [
    ("INSTALLATIONS_TABLE", "installations"),
    ("OAUTH_STATES_TABLE", "states"),
    ("JOBS_TABLE", "jobs"),
    ("ACCOUNTS_TABLE", "accounts"),
    ("INSTANCES_TABLE", "instances"),
    ("AUDIT_TABLE", "audit"),
    ("HOME_ACCOUNT", "123456789012"),
    ("SSM_PREFIX", "/bellhop/test"),
    ("EC2_FUNCTION", "ec2"),
    ("TEXT_FUNCTION", "text"),
    ("STANDUP_FUNCTION", "standup"),
    ("STANDUPS_TABLE", "standups"),
    ("SCHEDULE_GROUP", "bellhop"),
    ("SCHEDULE_TARGET_ARN", "arn:aws:lambda:eu-west-1:123456789012:function:standup"),
    ("SCHEDULE_ROLE_ARN", "arn:aws:iam::123456789012:role/schedules"),
    ("SCHEDULE_DEAD_LETTERS_ARN", "arn:aws:sqs:eu-west-1:123456789012:dead"),
    ("REGIONS", "eu-west-1"),
];

fn with<T>(
    changes: &[(&str, Option<&str>)],
    read: fn(Lookup<'_>) -> Result<T, ConfigError>,
) -> Result<T, ConfigError> {
    let mut variables: HashMap<String, String> =
        COMPLETE.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    for (name, value) in changes {
        match value {
            Some(value) => variables.insert((*name).to_owned(), (*value).to_owned()),
            None => variables.remove(*name),
        };
    }
    read(&|name| variables.get(name).cloned())
}

#[test]
fn a_complete_environment_is_read() {
    let config = with(&[("SLACK_API_URL", Some("http://127.0.0.1:3000/api/"))], Sweeper::read).unwrap();
    assert_eq!(config.installations_table, "installations");
    assert_eq!(config.jobs_table, "jobs");
    assert_eq!(config.ssm_prefix, "/bellhop/test");
    let workers: Vec<_> = ["ec2", "text", "standup"].map(|name| (Worker::new(name), name.to_owned())).into();
    assert_eq!(config.workers, workers);
    assert_eq!(config.slack_api_url, "http://127.0.0.1:3000/api");
    assert_eq!(with(&[], Install::read).unwrap().slack_api_url, DEFAULT_SLACK_API_URL);
    assert_eq!(with(&[], Install::read).unwrap().public_url, None);
    let ec2 = with(&[], Ec2::read).unwrap();
    assert_eq!((ec2.managed_tag, ec2.home_teams), (None, HomeTeams::First));
    let tables = [ec2.accounts_table, ec2.instances_table, ec2.audit_table];
    assert_eq!(tables, ["accounts", "instances", "audit"]);
    assert!(ec2.home.is_home() && ec2.home.is_usable() && ec2.home.alias.as_str() == HOME);
    assert_eq!((ec2.home.id.as_str(), ec2.home.regions), ("123456789012", vec![Region::new("eu-west-1")]));
    let text = with(&[], Text::read).unwrap();
    assert_eq!((text.smmry_api_url.as_str(), text.fetch_hosts.len()), (DEFAULT_SMMRY_API_URL, 0));
    let standup = with(&[("HOME_TEAMS", Some("T0ACME0001"))], Standup::read).unwrap();
    let tables = [standup.standups_table, standup.instances_table, standup.audit_table];
    assert_eq!(tables, ["standups", "instances", "audit"]);
    assert_eq!(standup.home_teams, HomeTeams::These(vec![TeamId::new("T0ACME0001")]));
    assert_eq!(
        (standup.schedules.group.as_str(), standup.slack_api_url.as_str()),
        ("bellhop", DEFAULT_SLACK_API_URL)
    );
}

#[test]
fn a_missing_or_blank_variable_names_itself() {
    fn check<T: std::fmt::Debug>(read: fn(Lookup<'_>) -> Result<T, ConfigError>, needed: &[&'static str]) {
        for variable in needed {
            let missing = with(&[(variable, None)], read).unwrap_err();
            assert_eq!(missing, ConfigError { variable, problem: "is missing" });
            let blank = with(&[(variable, Some(" "))], read).unwrap_err();
            assert_eq!(blank, ConfigError { variable, problem: "is blank" });
        }
    }
    check(Install::read, &["INSTALLATIONS_TABLE", "OAUTH_STATES_TABLE", "SSM_PREFIX"]);
    check(Events::read, &["INSTALLATIONS_TABLE", "JOBS_TABLE", "STANDUPS_TABLE", "SSM_PREFIX"]);
    check(Events::read, &["EC2_FUNCTION", "STANDUP_FUNCTION"]);
    let tables = ["INSTALLATIONS_TABLE", "JOBS_TABLE", "ACCOUNTS_TABLE", "INSTANCES_TABLE", "AUDIT_TABLE"];
    check(Ec2::read, &tables);
    check(Ec2::read, &["SSM_PREFIX", "HOME_ACCOUNT", "REGIONS"]);
    let gateway = [
        "INSTALLATIONS_TABLE",
        "JOBS_TABLE",
        "SSM_PREFIX",
        "EC2_FUNCTION",
        "TEXT_FUNCTION",
        "STANDUP_FUNCTION",
    ];
    check(Commands::read, &gateway);
    check(Interactions::read, &gateway);
    check(Interactions::read, &["STANDUPS_TABLE"]);
    check(Sweeper::read, &gateway);
    check(Text::read, &["JOBS_TABLE", "SSM_PREFIX"]);
    let tables = ["INSTALLATIONS_TABLE", "JOBS_TABLE", "STANDUPS_TABLE", "INSTANCES_TABLE", "AUDIT_TABLE"];
    check(Standup::read, &tables);
    let places = ["SCHEDULE_GROUP", "SCHEDULE_TARGET_ARN", "SCHEDULE_ROLE_ARN", "SCHEDULE_DEAD_LETTERS_ARN"];
    check(Standup::read, &places);
    check(Standup::read, &["SSM_PREFIX"]);
}

#[test]
fn an_arn_has_its_parts() {
    for (text, valid) in [
        ("arn:aws:iam::123456789012:role/schedules", true),
        (" arn:aws-us-gov:iam::123456789012:role/a:b ", true),
        ("arn:aws:iam::123456789012", false),
        ("schedules", false),
        ("aws:iam::123456789012:role/schedules:x", false),
    ] {
        let role = with(&[("SCHEDULE_ROLE_ARN", Some(text))], Standup::read);
        let wrong = ConfigError { variable: "SCHEDULE_ROLE_ARN", problem: "must be an ARN" };
        assert_eq!(
            role.map(|config| config.schedules.role),
            if valid { Ok(text.trim().to_owned()) } else { Err(wrong) }
        );
    }
}

#[test]
fn only_https_or_this_machine_is_a_url() {
    for (url, valid) in [
        ("https://bellhop.acme.com", true),
        ("https://bellhop.acme.com/", true),
        ("https://bellhop.acme.com:8443/base", true),
        ("http://127.0.0.1:3000", true),
        ("http://localhost:3000", true),
        ("http://bellhop.acme.com", false),
        ("http://localhost.evil.com", false),
        ("http://127.0.0.1@evil.com", false),
        ("https://user@evil.com", false),
        ("https://acme.com?x=1", false),
        ("https://acme.com#x", false),
        ("https://", false),
        ("ftp://acme.com", false),
        ("acme.com", false),
        ("", false),
    ] {
        assert_eq!(with(&[("PUBLIC_URL", Some(url))], Install::read).is_ok(), valid, "{url}");
        assert_eq!(with(&[("SLACK_API_URL", Some(url))], Ec2::read).is_ok(), valid, "{url}");
    }
}

#[test]
fn fetch_hosts_are_hosts_and_addresses() {
    for (text, expected) in [
        ("articles.test=127.0.0.1:7303", Some(vec![("articles.test", "127.0.0.1:7303")])),
        ("a=10.0.0.1:80, b=[::1]:443", Some(vec![("a", "10.0.0.1:80"), ("b", "[::1]:443")])),
        ("articles.test", None),
        ("=127.0.0.1:80", None),
        ("a=127.0.0.1", None),
        ("a=b:80", None),
    ] {
        let hosts = with(&[("FETCH_HOSTS", Some(text))], Text::read).map(|config| config.fetch_hosts).ok();
        let expected = expected.map(|pairs| {
            pairs.into_iter().map(|(host, at)| (host.to_owned(), at.parse().unwrap())).collect::<Vec<_>>()
        });
        assert_eq!(hosts, expected, "{text}");
    }
}

#[test]
fn regions_are_checked_and_each_taken_once() {
    for (text, expected) in [
        ("eu-west-1", Some(vec!["eu-west-1"])),
        ("eu-west-1, us-east-1,eu-west-1", Some(vec!["eu-west-1", "us-east-1"])),
        (
            "us-gov-east-1,cn-north-1,ap-southeast-5",
            Some(vec!["us-gov-east-1", "cn-north-1", "ap-southeast-5"]),
        ),
        ("eu-west-1,", None),
        ("EU-west-1", None),
        ("mars", None),
        ("eu-west", None),
        ("eu-west-1.evil.com", None),
        ("eu--1", None),
    ] {
        let regions = with(&[("REGIONS", Some(text))], Ec2::read).map(|config| config.home.regions).ok();
        let expected = expected.map(|names| names.into_iter().map(Region::new).collect::<Vec<_>>());
        assert_eq!(regions, expected, "{text}");
    }
}

#[test]
fn an_account_is_12_digits() {
    for (text, valid) in [
        ("123456789012", true),
        (" 012345678901 ", true),
        ("12345678901", false),
        ("1234567890123", false),
        ("12345678901x", false),
        ("1234-5678-9012", false),
        ("１２３４", false),
    ] {
        let home = with(&[("HOME_ACCOUNT", Some(text))], Ec2::read).map(|config| config.home.id);
        let wrong = ConfigError { variable: "HOME_ACCOUNT", problem: "must be an account's 12 digits" };
        assert_eq!(home, if valid { Ok(AccountId::new(text.trim())) } else { Err(wrong) });
    }
}

#[test]
fn home_teams_are_ids_or_all_and_never_an_empty_list() {
    let all = with(&[("HOME_TEAMS", Some("*"))], Ec2::read).unwrap().home_teams;
    assert_eq!(all, HomeTeams::All);
    for (text, expected) in [
        ("T0ACME0001", Some(vec!["T0ACME0001"])),
        ("T0ACME0001, E0ACME0002", Some(vec!["T0ACME0001", "E0ACME0002"])),
        ("T0ACME0001,", None),
        (",", None),
        ("T", None),
        ("acme", None),
        ("t0acme0001", None),
        ("T0ACME0001 T0ACME0002", None),
        ("U0ANN00001", None),
        (" ", None),
        ("*,T0ACME0001", None),
    ] {
        let teams = with(&[("HOME_TEAMS", Some(text))], Ec2::read).map(|config| config.home_teams).ok();
        let expected = expected.map(|ids| HomeTeams::These(ids.into_iter().map(TeamId::new).collect()));
        assert_eq!(teams, expected, "{text}");
    }
}

#[test]
fn a_managed_tag_has_a_key_and_a_value() {
    for (text, expected) in [
        ("bellhop=yes", Some(("bellhop", "yes"))),
        ("team:a = x=y", Some(("team:a", "x=y"))),
        ("bellhop", None),
        ("=yes", None),
        ("bellhop=", None),
    ] {
        let tag = with(&[("MANAGED_TAG", Some(text))], Ec2::read).ok().and_then(|config| config.managed_tag);
        let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(tag.map(ManagedTag::into_pair), expected, "{text}");
    }
}

#[test]
fn an_ssm_prefix_is_a_path() {
    for (prefix, expected) in [
        ("/bellhop/prod", Some("/bellhop/prod")),
        ("/bellhop/prod/", Some("/bellhop/prod")),
        ("bellhop", None),
        ("/", None),
        ("/a//b", None),
        ("/a b", None),
    ] {
        let read = with(&[("SSM_PREFIX", Some(prefix))], Events::read).map(|config| config.ssm_prefix).ok();
        assert_eq!(read.as_deref(), expected, "{prefix}");
    }
}
