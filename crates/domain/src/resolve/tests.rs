//! Commands, as typed, against a small fleet.

use std::collections::BTreeMap;

use super::*;
use crate::command::{Parsed, parse};
use crate::ids::{Alias, Region};
use InstanceState::{Running, Stopped, Terminated};

const NOW: Millis = Millis::from_secs(1_000_000);

fn id(number: u32) -> InstanceId {
    InstanceId::parse(&format!("i-{number:08x}")).unwrap()
}

fn instance(number: u32, name: &str, env: &str, state: InstanceState) -> Instance {
    let tags = [("Name", name), ("Env", env)].into_iter().filter(|(_, value)| !value.is_empty());
    Instance {
        id: id(number),
        account: Alias::new("home"),
        region: Region::new("eu-west-1"),
        zone: "eu-west-1a".to_owned(),
        state,
        instance_type: "t3.micro".to_owned(),
        launched_at: Millis(NOW.0 - u64::from(number) * 3_600_000),
        image: "ami-1".to_owned(),
        vpc: Some("vpc-1".to_owned()),
        subnet: None,
        private_ip: Some(format!("10.0.0.{}", number % 8)),
        public_ip: Some(format!("54.0.0.{number}")),
        keeps_public_ip: false,
        root_is_instance_store: false,
        spot: false,
        transition_reason: String::new(),
        state_reason: None,
        tags: tags.map(|(key, value)| (key.to_owned(), value.to_owned())).collect::<BTreeMap<_, _>>(),
    }
}

fn fleet() -> Vec<Instance> {
    vec![
        instance(1, "web-1", "dev", Running),
        instance(2, "web-2", "dev", Stopped),
        instance(3, "Web-2", "prod", Running),
        instance(4, "db", "prod", Running),
        instance(5, "db", "dev", Running),
        instance(6, "old", "dev", Terminated),
        instance(7, "web-1", "dev", Terminated),
        instance(8, "", "", Running),
        instance(9, "API", "", Running),
        instance(10, "api-*", "", Stopped),
    ]
}

fn command(text: &str) -> Command {
    match parse(text, None) {
        Parsed::Command(command) => command,
        other => panic!("{text}: {other:?}"),
    }
}

fn numbers(instances: &[&Instance]) -> String {
    let number = |instance: &&Instance| {
        let digits = instance.id.as_str().trim_start_matches("i-");
        u32::from_str_radix(digits, 16).unwrap().to_string()
    };
    instances.iter().map(number).collect::<Vec<_>>().join(" ")
}

fn shown(selection: &Selection<'_>) -> String {
    match selection {
        Selection::Found(found) => numbers(found),
        Selection::NotFound { asked, closest } => format!("no {asked} [{}]", closest.join(" ")),
        Selection::Several { asked, candidates } => format!("{asked}? {}", numbers(candidates)),
        Selection::TooMany { count, limit } => format!("{count}/{limit}"),
        Selection::NoSuchTag { key, closest, instead } => {
            assert_eq!(closest.is_some(), instead.is_some());
            format!("no tag {key} [{}]", instead.as_deref().unwrap_or_default())
        }
    }
}

fn check(fleet: &[Instance], rows: &[(&str, &str)]) {
    let rows_of_list = [id(4), id(99), id(1)];
    let this = [id(1), id(2)];
    let references = References { rows: &rows_of_list, this: &this };
    for (text, expected) in rows {
        assert_eq!(shown(&select(&command(text), fleet, &references, NOW)), *expected, "{text}");
    }
}

/// Two accounts that use the same names.
fn estate() -> Vec<Instance> {
    let of = |alias: &str, instance: Instance| Instance { account: Alias::new(alias), ..instance };
    vec![
        of("home", instance(1, "web-1", "dev", Running)),
        of("acme", instance(2, "web-1", "dev", Running)),
        of("home", instance(3, "db", "prod", Running)),
        of("acme", instance(4, "DB", "dev", Stopped)),
        of("acme", instance(5, "api", "", Running)),
        of("acme", instance(99, "row", "", Running)),
    ]
}

#[test]
fn a_name_in_two_accounts_is_a_question() {
    check(
        &estate(),
        &[
            ("stop web-1", "web-1? 1 2"),
            ("check web-1", "web-1? 1 2"),
            ("find web-1", "1 2"),
            ("terminate WEB-1", "WEB-1? 1 2"),
            ("stop web-1 for acme", "2"),
            ("stop web-1 for HOME", "1"),
            ("stop web-1 account=acme", "2"),
            ("stop web-1 account!=acme", "1"),
            ("stop web-1 account=ac*", "2"),
            ("stop web-1 account=*", "web-1? 1 2"),
            ("stop web-1 for all", "web-1? 1 2"),
            ("stop web-1 account!=acme account!=home", "no web-1 []"),
            ("stop web-1 for dev", "no web-1 []"),
            // The number is for whoever gathers the fleet.
            ("stop web-1 for 123456789012", "web-1? 1 2"),
            ("stop db", "3"),
            ("stop db for acme", "4"),
            ("stop Db", "Db? 3 4"),
            ("stop api for home", "no api []"),
            ("stop web-*", "1 2"),
            ("stop web-* for acme", "2"),
            ("stop i-00000002", "2"),
            ("stop i-00000002 for home", "no i-00000002 []"),
            ("check this", "1 2"),
            ("stop this for acme", "no this []"),
            ("check #2", "99"),
            ("check #2 for home", "no #2 []"),
            ("find", "1 2 3 4 5 99"),
            ("find for acme", "2 4 5 99"),
            ("find account!=acme", "1 3"),
            ("stop env=dev for acme", "2 4"),
        ],
    );
}

/// The same account under two aliases.
#[test]
fn one_id_in_two_accounts_is_a_question() {
    let twice: Vec<Instance> = ["home", "acme"]
        .into_iter()
        .map(|alias| Instance { account: Alias::new(alias), ..instance(1, "web-1", "dev", Running) })
        .collect();
    check(
        &twice,
        &[
            ("stop i-00000001", "i-00000001? 1 1"),
            ("stop #3", "#3? 1 1"),
            ("stop web-1", "web-1? 1 1"),
            ("find i-00000001", "1 1"),
            ("stop i-00000001 for acme", "1"),
            ("stop i-00000001 web-1 for acme", "1"),
        ],
    );
}

#[test]
fn targets_come_to_the_right_instances() {
    check(
        &fleet(),
        &[
            ("stop i-00000001", "1"),
            ("stop i-000000ff", "no i-000000ff []"),
            ("stop web-1", "1"),
            ("stop web-2", "2"),
            ("stop Web-2", "3"),
            ("stop WEB-2", "WEB-2? 2 3"),
            ("stop WEB-1", "1"),
            ("stop api", "9"),
            ("stop db", "db? 4 5"),
            ("check db", "db? 4 5"),
            ("find db", "4 5"),
            ("stop db env=dev", "5"),
            ("stop web-9", "no web-9 [web-1 Web-2 web-2]"),
            ("stop web", "no web [web-1 Web-2 web-2]"),
            ("stop frobnicate", "no frobnicate []"),
            ("stop web-1 frobnicate", "no frobnicate []"),
            ("stop web-1 env=prod", "no web-1 [Web-2]"),
            ("stop web-*", "1 2"),
            ("stop WEB-*", "1 2 3"),
            ("stop x-*", "no x-* []"),
            ("stop wep-*", "no wep-* []"),
            ("stop \"api-*\"", "10"),
            ("stop api-\"*\"", "10"),
            ("stop 10.0.0.1", "10.0.0.1? 1 9"),
            ("stop 10.0.0.4", "4"),
            ("stop 10.9.9.9", "no 10.9.9.9 []"),
            ("stop #1 #3", "4 1"),
            ("stop #2", "no #2 []"),
            ("stop #4", "no #4 []"),
            ("stop this", "1 2"),
            ("stop this web-2 i-00000001 web-*", "1 2"),
            ("stop web-2 web-1", "2 1"),
            ("check old", "6"),
            ("start old", "6"),
            ("find old", "6"),
            ("check i-00000007", "7"),
        ],
    );
    let nothing = References::default();
    assert_eq!(shown(&select(&command("stop this"), &fleet(), &nothing, NOW)), "no this []");
}

#[test]
fn filters_and_states_narrow_down() {
    check(
        &fleet(),
        &[
            ("find", "1 2 3 4 5 8 9 10"),
            ("find terminated", "6 7"),
            ("find terminated or stopped", "2 6 7 10"),
            ("find state=terminated env=dev", "6 7"),
            ("find stopped env=dev", "2"),
            ("find pending", ""),
            ("find env=DEV", "1 2 5"),
            ("stop env=staging", "no env=staging []"),
            ("stop env=dev", "1 2 5"),
            ("find env!=dev", "3 4 8 9 10"),
            ("find tag:Env=d*", "1 2 5"),
            ("find tag:env=dev", "1 2 5"),
            ("find tag:ENV=D*", "1 2 5"),
            ("find tag:eNv!=DEV", "3 4 8 9 10"),
            ("find name=WEB-?", "1 2 3"),
            ("find name!=WEB-*", "4 5 8 9 10"),
            ("find name=web-?", "1 2 3"),
            ("find name=\"api-*\"", "10"),
            ("find ip=54.0.0.4", "4"),
            ("find ip=10.0.0.*", "1 2 3 4 5 8 9 10"),
            ("find id=i-0000000a", "10"),
            ("find age&gt;8h", "9 10"),
            ("find age&lt;2h", "1"),
            ("find subnet=*", ""),
            ("find vpc=vpc-1 az=eu-west-1a type=t3.* image=ami-1 db", "4 5"),
            ("find region!=eu-west-1", ""),
            ("find asg=x", ""),
            ("find stopped in eu-west-1,us-east-1", "2 10"),
            ("find stopped in all", "2 10"),
            ("find in us-east-1", ""),
            ("stop web-1 in us-east-1", "no web-1 []"),
        ],
    );
}

#[test]
fn a_filter_on_a_tag_that_no_instance_has_is_refused() {
    let mut other = instance(20, "far", "", Running);
    other.region = Region::new("us-east-1");
    other.tags.insert("Team".to_owned(), "ops".to_owned());
    let fleet: Vec<Instance> = fleet().into_iter().chain([other]).collect();
    check(
        &fleet,
        &[
            ("stop tag:env2!=prod web-*", "no tag env2 [stop web-* tag:Env!=prod]"),
            ("stop tag:Evn!=prod web-*", "no tag Evn [stop web-* tag:Env!=prod]"),
            ("find tag:environment=dev", "no tag environment [find tag:Env=dev]"),
            ("find tag:color=dev", "no tag color []"),
            ("stop owner!=ann web-1", "no tag owner []"),
            ("check web-1 owner=ann", "no tag owner []"),
            // Only where the command looks.
            ("find tag:Team=OPS in us-east-1", "20"),
            ("find tag:team=ops", "20"),
            ("find tag:team!=ops in eu-west-1", "no tag team []"),
            ("find tag:team!=ops in ap-south-1", ""),
            // A value is no key, and a state or another filter does not hide the key.
            ("find env=staging", ""),
            ("find pending tag:env=dev", ""),
            ("find type=m5.large tag:env=dev", ""),
            ("find asg=x", ""),
            ("find asg!=x web-1", "1"),
        ],
    );
    let nameless = [instance(8, "", "dev", Running)];
    check(&nameless, &[("find name=web", "no tag Name []"), ("stop name!=web env=dev", "no tag Name []")]);
}

#[test]
fn excluded_tags_are_shown_with_their_values() {
    let mut both = instance(1, "web-1", "dev", Running);
    both.tags.insert("environment".to_owned(), "Test".to_owned());
    let bare = instance(2, "web-2", "", Running);
    for (text, of_both, of_bare) in [
        ("stop web-*", "", ""),
        ("stop web-* env=dev name!=x state!=stopped", "", ""),
        ("stop web-* env!=prod", "Env=dev environment=Test", "env=-"),
        ("stop web-* tag:ENV!=prod tag:env!=test", "Env=dev", "ENV=- env=-"),
        (
            "stop web-* owner!=ann asg!=a",
            "owner=- aws:autoscaling:groupName=-",
            "owner=- aws:autoscaling:groupName=-",
        ),
    ] {
        for (instance, expected) in [(&both, of_both), (&bare, of_bare)] {
            let shown: Vec<String> = excluded_tags(&command(text), instance)
                .into_iter()
                .map(|tag| format!("{}={}", tag.key, tag.value.as_deref().unwrap_or("-")))
                .collect();
            assert_eq!(shown.join(" "), expected, "{text}");
        }
    }
}

#[test]
fn one_command_acts_on_no_more_than_its_verb_allows() {
    let fleet: Vec<Instance> = (0..21).map(|n| instance(n, &format!("w{n}"), "dev", Running)).collect();
    check(
        &fleet,
        &[
            ("stop w1?", "10 11 12 13 14 15 16 17 18 19"),
            ("stop w*", "21/10"),
            ("start w*", "21/20"),
            ("terminate w1", "1"),
            ("terminate w1 w2", "2/1"),
            ("terminate w1 i-00000001", "1"),
            ("terminate env=dev", "21/1"),
            ("check w1 w2 w3", "1 2 3"),
        ],
    );
}

#[test]
fn the_server_gets_only_what_it_compares_alike() {
    for (text, expected) in [
        ("check i-00000001 i-00000002", "instance-id=i-00000001,i-00000002"),
        ("check i-00000001 web-1", ""),
        ("check web-1", ""),
        ("check web-*", ""),
        ("check 10.0.0.1", "private-ip-address=10.0.0.1"),
        ("check this", ""),
        ("find stopped running", "instance-state-name=stopped,running"),
        ("find state=stopped", "instance-state-name=stopped"),
        ("find web-1 tag:Env=d* tag:Env=*v", ""),
        ("find web-1 env=dev owner=x ip=10.* age&gt;1h region!=x type!=y", ""),
        ("find web-1 name=\"a*\"", ""),
        ("check i-00000001 env!=dev", ""),
        ("find stopped tag:Env=dev type=t", ""),
        ("find web-1 tag:a*=1", ""),
        (
            "find x asg=g az=z vpc=v subnet=s image=i type=t id=i-0*",
            "availability-zone=z vpc-id=v subnet-id=s image-id=i instance-type=t \
             instance-id=i-0*",
        ),
        ("find", "instance-state-name=pending,running,stopping,stopped,shutting-down"),
        ("stop tag:Env=dev", ""),
    ] {
        let filters = server_filters(&command(text));
        let shown: Vec<String> =
            filters.iter().map(|(name, values)| format!("{name}={}", values.join(","))).collect();
        assert_eq!(shown.join(" "), expected, "{text}");
    }
}
