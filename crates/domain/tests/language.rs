//! What holds for every text, not only for those in a table.

#![expect(clippy::unwrap_used, reason = "a test's helpers may fail as loudly as the test")]

use std::collections::BTreeMap;

use domain::account::HOME;
use domain::command::{
    AccountRef, AccountsCommand, Command, MAX_EXCERPT, Parsed, Refusal, Target, Verb, parse, pattern,
};
use domain::ids::{Alias, InstanceId, Region, UserId};
use domain::instance::{Instance, InstanceState};
use domain::resolve::{References, Selection, select, server_filters};
use domain::time::Millis;
use proptest::prelude::*;

const NOW: Millis = Millis::from_secs(1_000_000);

/// Words that are near to the language, so that random texts get deep into it.
const WORDS: [&str; 56] = [
    "accounts",
    "account",
    "acount",
    "add",
    "verify",
    "remove",
    "approvers",
    "123456789012",
    "stop",
    "start",
    "find",
    "check",
    "terminate",
    "reboot",
    "stpo",
    "stat",
    "ec2",
    "s3",
    "please",
    "all",
    "*",
    "web-1",
    "web-*",
    "\"web 1\"",
    "i-00000001",
    "10.0.0.1",
    "#1",
    "this",
    "and",
    "or",
    ",",
    "in",
    "eu-west-1",
    "for",
    "acme",
    "2h",
    "at",
    "18:00",
    "until",
    "because",
    "--dry-run",
    "—force",
    "env=dev",
    "tag:\"A b\"=c",
    "=42",
    "tag:x",
    "\"",
    "'",
    "running",
    "instances",
    "<@UBOT>",
    "<@U5>",
    "&lt;",
    "&amp;gt;",
    "the",
    "not",
];

fn read(text: &str) -> Parsed {
    parse(text, Some(&UserId::new("UBOT")))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn sentence() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..10).prop_map(|words| words.join(" "))
}

/// A change that is understood.
fn change() -> impl Strategy<Value = String> {
    let clauses = [
        "web-1",
        "web-2, web-1",
        "env=dev",
        "tag:\"A b\"=c",
        "in eu-west-1",
        "for acme",
        "--dry-run",
        "--no-wait",
        "instance",
        "i-00000001",
    ];
    (
        prop::sample::select(vec!["stop", "start", "reboot", "terminate"]),
        prop::sample::subsequence(clauses.to_vec(), 0..5),
    )
        .prop_map(|(verb, clauses)| format!("{verb} web-1 {}", clauses.join(" ")))
}

fn instance(number: u32, name: &str, env: &str, state: InstanceState) -> Instance {
    let tags = [("Name", name), ("Env", env)].map(|(key, value)| (key.to_owned(), value.to_owned()));
    Instance {
        id: InstanceId::parse(&format!("i-{number:08x}")).unwrap(),
        account: Alias::new("home"),
        region: Region::new("eu-west-1"),
        zone: "eu-west-1a".to_owned(),
        state,
        instance_type: "t3.micro".to_owned(),
        launched_at: Millis(0),
        image: "ami-1".to_owned(),
        vpc: None,
        subnet: None,
        private_ip: Some("10.0.0.1".to_owned()),
        public_ip: None,
        keeps_public_ip: false,
        root_is_instance_store: false,
        spot: false,
        transition_reason: String::new(),
        tags: BTreeMap::from(tags),
    }
}

fn fleet() -> impl Strategy<Value = Vec<Instance>> {
    let one = (
        prop::sample::select(vec!["web-1", "Web-1", "web-2", "db"]),
        prop::sample::select(vec!["dev", "prod", "Dev"]),
        prop::sample::select(InstanceState::ALL.to_vec()),
        prop::sample::select(vec!["home", "acme"]),
    );
    prop::collection::vec(one, 0..12).prop_map(|rows| {
        let numbered = (0..).zip(rows);
        let instances = numbered.map(|(number, (name, env, state, account))| Instance {
            account: Alias::new(account),
            ..instance(number, name, env, state)
        });
        instances.collect()
    })
}

fn question() -> impl Strategy<Value = String> {
    let clauses = [
        "i-00000001",
        "web-1",
        "WEB-1",
        "web-*",
        "10.0.0.1",
        "env=dev",
        "tag:Env=dev",
        "tag:Env=d*",
        "name=web-1",
        "state=running",
        "id=i-0000000?",
        "type=t3.*",
        "account!=acme",
        "for acme",
    ];
    (
        prop::sample::select(vec!["find", "check", "stop", "terminate"]),
        prop::sample::subsequence(clauses.to_vec(), 1..4),
    )
        .prop_map(|(verb, clauses)| format!("{verb} {}", clauses.join(" ")))
}

/// Whether EC2 would let `instance` through: filters all hold, values are alternatives.
fn server_lets_through(filters: &[(String, Vec<String>)], instance: &Instance) -> bool {
    filters.iter().all(|(name, patterns)| {
        let value = match name.as_str() {
            "instance-id" => Some(instance.id.as_str()),
            "instance-state-name" => Some(instance.state.as_str()),
            "private-ip-address" => instance.private_ip.as_deref(),
            "instance-type" => Some(instance.instance_type.as_str()),
            tag => instance.tags.get(tag.trim_start_matches("tag:")).map(String::as_str),
        };
        value.is_some_and(|value| patterns.iter().any(|wanted| pattern::matches(wanted, value)))
    })
}

/// Clauses of a command with one target, and names that might be taken for some of them.
const CLAUSES: [&str; 12] = [
    "in eu-west-1",
    "in us-east-1, eu-west-1",
    "in all",
    "for acme",
    "for 123456789012",
    "--dry-run",
    "--no-wait",
    "--force",
    "--hibernate",
    "env=dev",
    "age&gt;7d",
    "because it's \"old\" &amp; slow",
];

fn name() -> impl Strategy<Value = String> {
    let odd = [
        "--dry-run",
        "#2",
        "this",
        "running",
        "in",
        "eu-west-1",
        "i-00000001",
        "10.0.0.1",
        "<!channel>",
        "`",
    ];
    prop_oneof![
        "\\PC{1,12}",
        "[a-z\"'`&;<>,.=*?\\\\ -]{1,8}",
        prop::sample::select(odd.to_vec()).prop_map(str::to_owned)
    ]
}

fn excerpts(refusal: &Refusal) -> Vec<&str> {
    match refusal {
        Refusal::Unclear { word, .. } => vec![word],
        Refusal::OtherService { name } => vec![name],
        Refusal::LeftOver { text }
        | Refusal::BrokenFilter { text, .. }
        | Refusal::BrokenClause { text, .. }
        | Refusal::BrokenAccount { text, .. } => {
            vec![text]
        }
        _ => Vec::new(),
    }
}

/// An alias can be said behind `for`, and Bellhop's own account is not linked.
fn check_alias(command: &AccountsCommand) {
    let (alias, may_be_home) = match command {
        AccountsCommand::List => return,
        AccountsCommand::Add { alias, .. }
        | AccountsCommand::Verify { alias }
        | AccountsCommand::Remove { alias } => (alias, false),
        AccountsCommand::Approvers { alias, .. } => (alias, true),
    };
    assert!(may_be_home || alias.as_str() != HOME);
    let asked = Command {
        targets: vec![Target::Name("web-1".to_owned())],
        account: Some(AccountRef::Alias(alias.to_string())),
        ..Command::new(Verb::Stop)
    };
    assert_eq!(read(&format!("stop web-1 for {alias}")), Parsed::Command(asked));
}

/// What holds for whatever was read.
fn check(parsed: &Parsed) {
    match parsed {
        Parsed::Command(Command { verb, targets, filters, states, .. }) if verb.is_change() => {
            assert!(!targets.is_empty() || !filters.is_empty());
            assert!(states.is_empty());
        }
        Parsed::Refused(refusal) => {
            assert!(excerpts(refusal).iter().all(|text| text.chars().count() <= MAX_EXCERPT));
            if let Refusal::Unclear { suggestion: Some(meant), .. } = refusal {
                let understood = read(&escape(meant));
                let asks_back = matches!(understood, Parsed::Refused(Refusal::NoTarget { .. }));
                assert!(asks_back || !matches!(understood, Parsed::Refused(_)), "{meant}: {understood:?}");
                let about_accounts =
                    matches!(&understood, Parsed::Accounts(to_do) if *to_do != AccountsCommand::List);
                assert!(!about_accounts, "{meant}: {understood:?}");
            }
        }
        Parsed::Accounts(command) => check_alias(command),
        _ => {}
    }
    let json = serde_json::to_string(parsed).unwrap();
    assert_eq!(serde_json::from_str::<Parsed>(&json).unwrap(), *parsed);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        check(&read(&text));
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&read(&String::from_utf8_lossy(&bytes)));
    }

    #[test]
    fn any_sentence_is_read(text in sentence()) {
        check(&read(&text));
    }

    #[test]
    fn the_bot_may_be_named_anywhere(text in change(), at in 0_usize..8) {
        let mut words: Vec<&str> = text.split(' ').collect();
        // Inside a quotation the mention would be part of the name's blanks.
        prop_assume!(!text.contains('"'));
        words.insert(at.min(words.len()), "<@UBOT>");
        prop_assert_eq!(read(&words.join(" ")), read(&text));
    }

    /// An unknown word makes a change refuse: at once, or because no instance has that name.
    #[test]
    fn no_word_of_a_change_is_passed_over(text in change(), word in "[a-z(=$;:<]{1,3}qq[a-z)=>]{1,4}", at in 0_usize..8) {
        prop_assert!(matches!(read(&text), Parsed::Command(_)), "{} {:?}", text, read(&text));
        let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        words.insert(at.min(words.len()), escape(&word));
        let fleet: Vec<Instance> = (1..4).map(|n| instance(n, &format!("web-{n}"), "dev", InstanceState::Running)).collect();
        if let Parsed::Command(command) = read(&words.join(" ")) {
            let named = command.targets.contains(&Target::Name(word.clone()));
            let account = format!("{:?} {:?}", command.account, command.regions).contains(&word);
            let filter = format!("{:?}", command.filters).contains("qq");
            prop_assert!(named || account || filter, "{:?}", command);
            if named {
                let selection = select(&command, &fleet, &References::default(), NOW);
                let refused = matches!(selection, Selection::NotFound { .. });
                prop_assert!(refused, "{:?}", selection);
            }
        }
    }

    #[test]
    fn any_alias_can_be_said(alias in "[a-z0-9._-]{1,6}") {
        check(&read(&format!("account add {alias} 123456789012")));
    }

    #[test]
    fn no_word_about_accounts_is_passed_over(
        text in prop::sample::select(vec![
            "accounts",
            "account add acme 123456789012",
            "account add acme 123456789012 eu-west-1,us-east-1",
            "account verify acme",
            "account remove acme",
            "account approvers acme admins",
            "account approvers acme <!subteam^S1|@ops>",
        ]),
        word in "[a-z(=$;:<]{1,3}qq[a-z)=>]{1,4}",
        at in 1_usize..8,
    ) {
        prop_assert!(matches!(read(text), Parsed::Accounts(_)), "{} {:?}", text, read(text));
        let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        words.insert(at.min(words.len()), escape(&word));
        prop_assert!(matches!(read(&words.join(" ")), Parsed::Refused(_)), "{}", words.join(" "));
    }

    #[test]
    fn letters_that_only_look_right_name_no_verb(verb in prop::sample::select(Verb::ALL.to_vec()), at in 0_usize..9) {
        let alike = |ch: char| match ch {
            'a' => 'а', 'c' => 'с', 'e' => 'е', 'i' => 'і', 'k' => 'к', 'o' => 'о', 'p' => 'р', 's' => 'ѕ', 't' => 'т',
            other => char::from_u32(u32::from(other) - u32::from('a') + 0xFF41).unwrap(),
        };
        let at = at % verb.as_str().len();
        let word: String = verb.as_str().chars().enumerate().map(|(n, ch)| if n == at { alike(ch) } else { ch }).collect();
        let parsed = read(&format!("{word} web-1"));
        prop_assert!(matches!(parsed, Parsed::Refused(Refusal::Unclear { .. })), "{:?}", parsed);
    }

    #[test]
    fn the_server_s_filters_change_no_answer(text in question(), fleet in fleet()) {
        let Parsed::Command(command) = read(&text) else { return Ok(()) };
        let filters = server_filters(&command);
        let listed: Vec<Instance> =
            fleet.iter().filter(|instance| server_lets_through(&filters, instance)).cloned().collect();
        let rows = References::default();
        prop_assert_eq!(select(&command, &listed, &rows, NOW), select(&command, &fleet, &rows, NOW));
    }

    #[test]
    fn a_selection_never_exceeds_the_limit(text in question(), fleet in fleet()) {
        let Parsed::Command(command) = read(&text) else { return Ok(()) };
        if let Selection::Found(found) = select(&command, &fleet, &References::default(), NOW) {
            prop_assert!(command.verb.max_targets().is_none_or(|limit| found.len() <= limit));
            prop_assert!(!command.verb.is_change() || !found.is_empty());
        }
    }

    #[test]
    fn another_target_changes_nothing_else(
        verb in prop::sample::select(Verb::ALL.to_vec()),
        clauses in prop::sample::subsequence(CLAUSES.to_vec(), 0..6).prop_shuffle(),
        name in name(),
    ) {
        // A reason takes all that follows it.
        let (reasons, others): (Vec<&str>, Vec<&str>) = clauses.iter().partition(|clause| clause.starts_with("because"));
        let text = format!("{verb} web-9 {} {}", others.join(" "), reasons.join(" "));
        let Parsed::Command(command) = read(&text) else { return Ok(()) };
        let target = Target::Name(name.clone());
        let expected = Command { targets: vec![target.clone()], ..command.clone() };
        match command.with_target(target) {
            Some(rewritten) => prop_assert_eq!(read(&escape(&rewritten)), Parsed::Command(expected)),
            None => prop_assert!(name.contains(|ch: char| !ch.is_ascii_lowercase()), "{} of {}", name, text),
        }
    }

    #[test]
    fn an_escaped_text_fits_itself_alone(text in "[a-c*?\\\\]{0,8}", other in "[a-c*?\\\\]{0,8}") {
        prop_assert_eq!(pattern::matches(&pattern::escape(&text), &other), text == other);
    }
}
