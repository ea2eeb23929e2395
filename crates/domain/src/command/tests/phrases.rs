//! Courtesy, help, and the plain phrases; and that each verb has its words.

use super::*;

#[test]
fn nothing_and_courtesy_are_empty() {
    check(&[
        ("", "empty"),
        ("   \n\t ", "empty"),
        ("<@UBOT>", "empty"),
        ("<@UBOT>:", "empty"),
        ("<@UBOT|bellhop>, please", "empty"),
        ("hey", "empty"),
        ("Hey, could you please", "empty"),
        ("hello! thanks", "empty"),
        ("please, please, please", "empty"),
        ("\u{200b}\u{feff}", "empty"),
        (",", "empty"),
        ("ec2", "empty"),
        ("\u{a0}", "empty"),
    ]);
}

#[test]
fn help_and_version_are_understood() {
    check(&[
        ("help", "help"),
        ("HELP", "help"),
        ("--help", "help"),
        ("—help", "help"),
        ("help me", "help"),
        ("help stop", "help Verb(Stop)"),
        ("help shutdown", "help Verb(Stop)"),
        ("help tags", "help Filters"),
        ("help standup", "help Standup"),
        ("help accounts", "help Accounts"),
        ("help account", "help Accounts"),
        ("account help", "help Accounts"),
        ("accounts --help", "help Accounts"),
        ("stop help", "help Verb(Stop)"),
        ("stop --help", "help Verb(Stop)"),
        ("ec2 help", "help"),
        ("version", "version"),
        ("--version", "version"),
        ("version 2", "left over 2"),
    ]);
}

#[test]
fn every_verb_and_synonym_leads_to_its_command() {
    for verb in Verb::ALL {
        for word in verb.words() {
            for text in [format!("{word} web-1"), format!("ec2 {} web-1", word.to_uppercase())] {
                assert_eq!(shown(&read(&text)), format!("{verb}; name web-1"), "{text}");
            }
        }
    }
}

#[test]
fn the_plain_phrases_work() {
    check(&[
        ("find stopped ec2 instances", "find; state stopped"),
        ("find all stopped ec2 instances", "find; state stopped"),
        ("find all", "find"),
        ("find *", "find"),
        ("list", "find"),
        ("show me the running servers", "find; state running"),
        ("find terminated or stopped boxes", "find; state terminated; state stopped"),
        ("find running and pending", "find; state running; state pending"),
        ("find running, stopped", "find; state running; state stopped"),
        ("check web-1", "check; name web-1"),
        ("<@UBOT> check web-1", "check; name web-1"),
        ("check web-1 <@UBOT>", "check; name web-1"),
        ("<@UBOT>: hey, could you please stop web-1, thanks!", "stop; name web-1"),
        ("please stop web-1 for me", "stop; name web-1"),
        ("bellhop, stop web-1", "stop; name web-1"),
        ("Stop Web-1.", "stop; name Web-1"),
        ("stop web-1!", "stop; name web-1"),
        ("check all", "check"),
        ("check running instances", "check; state running"),
        ("stop instance web-1", "stop; name web-1"),
        ("stop ec2 instances web-1 and web-2", "stop; name web-1; name web-2"),
        ("kill web-1", "kill; name web-1"),
        ("terminate web-1", "terminate; name web-1"),
        ("find search", "find; name search"),
        ("boot up web-1", "start; name web-1"),
        ("Shut down web-1", "stop; name web-1"),
        ("turn off web-1 web-2", "stop; name web-1; name web-2"),
        ("power on", "no target start"),
        ("stop up web-1", "left over up"),
        ("boot \"up\"", "start; name up"),
    ]);
}

#[test]
fn without_a_known_bot_no_mention_is_left_out() {
    assert_eq!(shown(&parse("stop web-1", None)), "stop; name web-1");
    assert_eq!(shown(&parse("<@UBOT> stop web-1", None)), "unclear UBOT stop web-1");
}

#[test]
fn no_word_names_two_verbs() {
    let mut words: Vec<&str> = Verb::ALL.into_iter().flat_map(Verb::words).collect();
    let count = words.len();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), count);
    assert!(words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())));
}
