use proptest::prelude::*;

use super::*;

const KNOWN: [&str; 8] = ["web-1", "web-2", "DB Master", "Db", "api.acme.com", "café", "Web-3", "web-3"];

fn check(text: &str, found: &[&str]) {
    assert_eq!(instances_named(&[text.to_owned()], &KNOWN), found, "{text}");
}

#[test]
fn ids_and_whole_names_are_found_wherever_they_stand() {
    for (text, found) in [
        ("web-1 is slow", &["web-1"][..]),
        ("Waiting for WEB-1.", &["web-1"]),
        ("(web-1), “web-2”!", &["web-1", "web-2"]),
        ("web-2/web-1 and web-2", &["web-2", "web-1"]),
        ("web-1's disk, web-2’s too", &["web-1", "web-2"]),
        ("see `api.acme.com`…", &["api.acme.com"]),
        ("*café* _web-1_", &["café", "web-1"]),
        ("CAFÉ", &["café"]),
        ("i-0123456789abcdef0: hangs", &["i-0123456789abcdef0"]),
        ("I-12345678,i-0123456789ABCDEF0", &["i-12345678", "i-0123456789abcdef0"]),
        // Written just so wins over written alike.
        ("web-3", &["web-3"]),
        ("WEB-3", &["Web-3"]),
        // Not whole words, too short, or not known.
        ("web-10 web webs-1 myweb-1 web_1", &[]),
        ("the db of db", &[]),
        ("DB Master", &[]),
        ("i-123 i-0123456789abcdefg", &[]),
        ("", &[]),
        ("\n\t ,./;", &[]),
    ] {
        check(text, found);
    }
}

#[test]
fn each_is_given_once_and_five_at_most_in_the_order_of_the_texts() {
    let texts = [
        "web-2 web-1".to_owned(),
        "WEB-2 i-00000001".to_owned(),
        "i-00000002 i-00000003 i-00000004".to_owned(),
    ];
    let found = instances_named(&texts, &KNOWN);
    assert_eq!(found, ["web-2", "web-1", "i-00000001", "i-00000002", "i-00000003"]);
    assert_eq!(instances_named(&[], &KNOWN), Vec::<String>::new());
}

proptest! {
    #[test]
    fn whatever_is_found_was_written_and_is_known(text in "[a-c0-9i ,./()'’-]{0,40}", known in proptest::collection::vec("[a-c0-9.-]{1,5}", 0..5)) {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let found = instances_named(std::slice::from_ref(&text), &known);
        prop_assert!(found.len() <= MAX_FOUND);
        for name in &found {
            prop_assert!(text.contains(name.as_str()));
            prop_assert!(InstanceId::parse(name).is_some() || (known.contains(&name.as_str()) && name.len() >= MIN_NAME));
            prop_assert_eq!(found.iter().filter(|other| *other == name).count(), 1);
        }
    }

    #[test]
    fn any_text_can_be_read(text in ".{0,200}", name in ".{0,10}") {
        prop_assert!(instances_named(&[text], &[&name]).len() <= MAX_FOUND);
    }

    #[test]
    fn a_known_name_between_blanks_is_always_found(name in "[a-z][a-z0-9.-]{1,18}[a-z0-9]", before in "[ .,(]{0,3}", after in "[ .,)]{0,3}") {
        let text = format!("it is {before}{name}{after} again");
        prop_assume!(!["its", "again"].contains(&name.as_str()));
        prop_assert!(instances_named(&[text], &[&name]).contains(&name));
    }
}
