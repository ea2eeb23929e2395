//! What Slack sends for a typed line, and what cannot be typed.

use devkit::slack::Command;
use serde_json::json;

use crate::slack_common::{Reply, World};
use crate::{by, message, typed};

#[tokio::test]
async fn a_form_has_what_slack_puts_into_it() {
    let (world, _) = World::installed().await;
    let stop = typed("#ops", "/ec2", "  stop web-1 & more ");
    world.slack.command(&stop).await.unwrap();
    let got = &world.got()[0];
    let field = |name: &str| got.form(name).unwrap_or_else(|| panic!("no {name}"));
    for (name, value) in [
        ("team_id", "T0ACME0001"),
        ("team_domain", "acme"),
        ("channel_id", "C0OPS00001"),
        ("channel_name", "ops"),
        ("user_id", "U0ANN00001"),
        ("user_name", "ann"),
        ("command", "/ec2"),
        ("text", "stop web-1 & more"),
        ("api_app_id", "A0BELLHOP1"),
        ("is_enterprise_install", "false"),
    ] {
        assert_eq!(field(name), value, "{name}");
    }
    assert_eq!(got.form("enterprise_id").or(got.form("enterprise_name")), None, "the workspace is in none");
    assert!(field("response_url").contains("/commands/T0ACME0001/"));
    assert!(!field("trigger_id").is_empty());
    for (user, channel, name) in [
        ("bob", "#secret", "privategroup"),
        ("bob", "@bellhop", "directmessage"),
        ("ann", "#random", "random"),
    ] {
        let command = Command { user: user.into(), ..typed(channel, "/ec2", "find") };
        world.slack.command(&command).await.unwrap();
        assert_eq!(world.got().last().unwrap().form("channel_name").unwrap(), name);
        let answer = world.respond(&world.url(), &json!({"text": "found"})).await;
        assert_eq!(answer, (200, "ok".into()), "{channel}: the bot need not be a member");
        assert!(world.seen_by(user, channel).contains(&by("bellhop", "found")), "{channel}");
    }
}

#[tokio::test]
async fn only_what_slack_knows_can_be_typed() {
    let (world, _) = World::installed().await;
    let thread = Command { thread_ts: Some("1.000001".into()), ..typed("ops", "/reverse", "abc") };
    for (command, why) in [
        (typed("ops", "/nope", ""), "/nope is not a valid command"),
        (thread, "/reverse is not supported in threads. Sorry!"),
        (typed("attic", "/reverse", "abc"), "#attic is archived"),
        (typed("secret", "/reverse", "abc"), "ann is not in #secret"),
    ] {
        assert_eq!(world.slack.command(&command).await.unwrap_err().to_string(), why);
    }
    assert!(world.got().is_empty());
    world.slack.uninstall().unwrap();
    let gone = world.slack.command(&typed("ops", "/reverse", "abc")).await.unwrap_err();
    assert_eq!(gone.to_string(), "/reverse is not a valid command");
}

#[tokio::test]
async fn commands_need_their_scope() {
    let world = World::start().await;
    let (app, uri) = (world.slack.app(), world.redirect_uri());
    let form = [
        ("client_id", app.client_id.as_str()),
        ("scope", "chat:write"),
        ("redirect_uri", &uri),
        ("state", "s"),
        ("as", "ann"),
        ("decision", "allow"),
    ];
    let answer = world.http.post(format!("{}/oauth/v2/authorize", world.slack.url())).form(&form).send();
    let location = answer.await.unwrap().headers()["location"].to_str().unwrap().to_owned();
    let location = reqwest::Url::parse(&location).unwrap();
    let code = location.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    assert_eq!(world.exchange(&code).await["ok"], json!(true));
    let refused = world.slack.command(&typed("ops", "/reverse", "abc")).await.unwrap_err();
    assert_eq!(refused.to_string(), "/reverse is not a valid command");
}

#[tokio::test]
async fn a_form_can_come_several_times() {
    let (world, _) = World::installed().await;
    world.replies([message(&json!({"text": "hi"})), message(&json!({"text": "hi"})), Reply::status(200)]);
    let command = Command { copies: Some(3), ..typed("ops", "/reverse", "abc") };
    world.slack.command(&command).await.unwrap();
    let got = world.got();
    assert_eq!(got.len(), 3);
    for header in ["x-slack-signature", "x-slack-request-timestamp"] {
        assert!(got.iter().all(|one| one.header(header) == got[0].header(header)), "{header}");
    }
    assert!(got.iter().all(|one| one.body == got[0].body));
    assert_eq!(world.slack.deliveries().len(), 3);
    assert!(world.seen_by("ann", "ops").len() <= 2, "one answer is shown, not three");
    assert_eq!(world.slack.waits().len(), 1, "it was typed once");
}

#[tokio::test]
async fn a_look_at_the_certificate_is_signed() {
    let (world, _) = World::installed().await;
    let taken = world.slack.ssl_check().await;
    assert_eq!((taken.status, taken.answer.as_str()), (Some(200), ""));
    let got = &world.got()[0];
    assert_eq!((got.path.as_str(), got.form("ssl_check")), ("/slack/commands", Some("1".into())));
    assert!(got.header("x-slack-signature").unwrap().starts_with("v0="));
    assert_eq!(got.form("command"), None);
    assert_eq!(world.sim("ssl_check", json!({})).await.1["status"], json!(200));
    assert!(world.slack.waits().is_empty() && world.slack.unanswered().is_empty());
}
