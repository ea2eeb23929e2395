//! A change by command: private, in one place, and once.

use devkit::slack::Command;
use domain::instance::InstanceState;

use crate::support::agree::question;
use crate::support::clicked::typed;
use crate::support::{ONLY_YOU, app, jobs, timeless, words};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_command_has_a_private_card_that_is_replaced_in_place() {
    let app = app().await;
    for (channel, name) in [("#ops", "web-1"), ("#random", "web-2")] {
        let first = app.slack().calls().len();
        let before = app.before("ann", channel);
        let heard = app.command("ann", channel, &format!("/ec2 stop {name}")).await;
        let card = heard.whisper();
        assert!(question(card).starts_with(&format!("Stop `{name}`?")), "{channel}: {card:#?}");
        assert_eq!(card.buttons, [format!("Stop {name}"), "Dry run".into(), "Cancel".into()]);
        assert_eq!(app.changes(name).total(), 0);
        let asked = card.ts.clone();
        app.agree().await;
        let heard = app.since(&before);
        // The bot is in #ops only.
        let announced: Vec<_> = heard.announced.iter().map(|one| one.plain.as_str()).collect();
        let (line, is_there) = (format!("@ann stopped `{name}` (eu-west-1) by /ec2."), channel == "#ops");
        assert_eq!(announced, if is_there { vec![line.as_str()] } else { vec![] }, "{channel}");
        let card = heard.whisper();
        assert_eq!(card.plain.contains(ONLY_YOU), !is_there, "{channel}: {card:#?}");
        assert_eq!(timeless(&words(card)), format!("Done: `{name}` is *stopped* (…)."), "{channel}");
        assert!(card.edited && card.ts == asked, "the card became the result: {card:#?}");
        assert_eq!(card.buttons, ["Undo"]);
        let said: Vec<_> = app.slack().calls()[first..]
            .iter()
            .filter(|call| call["method"] == "response_url")
            .map(|call| call["arguments"]["text"].as_str().unwrap_or_default().to_owned())
            .collect();
        let began = [format!("Stop `{name}`?"), format!("On it: *stop* `{name}`"), format!("Done: `{name}`")];
        assert_eq!(said.len(), began.len(), "{said:?}");
        assert!(said.iter().zip(&began).all(|(said, began)| said.starts_with(began)), "{said:?}");
        assert_eq!((app.changes(name).stopped, app.state(name)), (1, InstanceState::Stopped));
    }
    // The rows of a list by /ec2 are remembered for that person in that channel.
    app.command("ann", "#random", "/ec2 find web-*").await;
    for (user, channel) in [("bob", "#random"), ("ann", "#ops"), ("ann", "@bellhop")] {
        let foreign = app.command(user, channel, "/ec2 start #2").await;
        let said = &foreign.whisper().plain;
        assert!(said.starts_with("No instance matches “#2”"), "{user} in {channel}: {said}");
    }
    let heard = app.command("ann", "#random", "/ec2 start #2").await;
    assert_eq!(timeless(&words(heard.whisper())), "Done: `web-1` is *running* (…).");
    assert_eq!(app.all_changes(), 3);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_of_a_command_are_one_command() {
    let app = app().await;
    let three = |line: &str| Command { copies: Some(3), ..typed("ann", "#ops", line) };
    for _ in 0..3 {
        let (_, heard) = app.command_as(&three("/reverse abc")).await;
        assert_eq!(heard.whisper().plain, "cba");
    }
    let before = app.before("ann", "#ops");
    let (_, heard) = app.command_as(&three("/ec2 reboot web-1")).await;
    assert_eq!(question(heard.whisper()), "Reboot `web-1`?");
    app.agree().await;
    let heard = app.since(&before);
    assert_eq!(words(heard.whisper()), "Done: `web-1` is *rebooting* (same host).");
    assert_eq!((app.changes("web-1").total(), jobs::all(app.cloud()).len()), (1, 5));
    app.finish().await;
}
