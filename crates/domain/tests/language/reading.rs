//! Any text is read, and no word of one that is understood is passed over.

use domain::account::HOME;
use domain::command::{AccountRef, AccountsCommand, Command, MAX_EXCERPT, Parsed, Refusal, Target, Verb};
use domain::instance::{Instance, InstanceState};
use domain::resolve::{References, Selection, select};
use proptest::prelude::*;

use crate::fleet::{NOW, instance};
use crate::words::{change, sentence};
use crate::{config, escape, read};

fn excerpts(refusal: &Refusal) -> Vec<&str> {
    match refusal {
        Refusal::Unclear { word, .. } => vec![word],
        Refusal::OtherService { name } => vec![name],
        Refusal::LeftOver { text }
        | Refusal::BrokenFilter { text, .. }
        | Refusal::BrokenClause { text, .. }
        | Refusal::BrokenAccount { text, .. }
        | Refusal::BrokenSetting { text, .. } => {
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
    #![proptest_config(config())]

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
                let refused = matches!(selection, Selection::NotFound { .. } | Selection::NoSuchTag { .. });
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
}
