//! Slash commands, and answers through `response_url`s.
#![allow(clippy::unwrap_used, reason = "a panic here is a failed test")]

mod slack_common;

use std::time::Duration;

use devkit::slack::{Command, Deed, Fault, FaultKind, Say, Taken, Way};
use serde_json::{Value, json};
use slack_common::{Reply, World};

/// A minute less than a `response_url` lives.
const ALMOST_ITS_LIFE: Duration = Duration::from_mins(29);

fn typed(channel: &str, command: &str, text: &str) -> Command {
    let (channel, command, text) = (channel.into(), command.into(), text.into());
    Command { user: "ann".into(), channel, command, text, ..Command::default() }
}

fn message(said: &Value) -> Reply {
    let headers = vec![("content-type", "application/json; charset=utf-8")];
    Reply { headers, ..Reply::body(said.to_string()) }
}

impl World {
    async fn command(&self, channel: &str, command: &str, text: &str) -> Taken {
        self.slack.command(&typed(channel, command, text)).await.unwrap()
    }

    /// The `response_url` of what Slack sent last.
    fn url(&self) -> String {
        let got = self.got();
        got.last().unwrap().form("response_url").unwrap()
    }

    /// Uses a `response_url`: the status, and the body.
    async fn respond(&self, url: &str, said: &Value) -> (u16, String) {
        let answer = self.http.post(url).json(said).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// What a person reads in a channel, by whom.
    fn seen_by(&self, user: &str, channel: &str) -> Vec<(String, String)> {
        let seen = self.slack.conversation(user, channel).unwrap();
        seen.all().into_iter().map(|one| (one.author.clone(), one.plain.clone())).collect()
    }
}

fn by(author: &str, text: &str) -> (String, String) {
    (author.into(), text.into())
}

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
async fn an_immediate_answer_is_shown_as_it_asks() {
    let (world, _) = World::installed().await;
    let json = json!({"text": "as {json}"}).to_string();
    let blocks = json!([{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]);
    world.replies([
        message(&json!({"text": "just you"})),
        message(&json!({"text": "all of you", "response_type": "in_channel"})),
        message(&json!({"response_type": "in_channel"})),
        Reply::body(json.clone()),
        message(&json!({"blocks": blocks})),
        Reply { headers: vec![("content-type", "application/json")], ..Reply::body("{") },
    ]);
    for text in ["1", "2", "3", "4"] {
        assert_eq!(world.command("#random", "/ec2", text).await.error, None, "{text}");
    }
    for text in ["5", "6"] {
        let taken = world.command("#random", "/ec2", text).await;
        assert_eq!(taken.error.as_deref(), Some("invalid_command_response"), "{text}");
    }
    let failed = "/ec2 failed with the error “invalid_command_response”";
    assert_eq!(
        world.seen_by("ann", "#random"),
        [
            by("ann", "/ec2 1"),
            by("bellhop", "just you"),
            by("ann", "/ec2 2"),
            by("bellhop", "all of you"),
            by("ann", "/ec2 3"),
            by("ann", "/ec2 4"),
            by("bellhop", &json),
            by("ann", "/ec2 5"),
            by("slackbot", failed),
            by("ann", "/ec2 6"),
            by("slackbot", failed),
        ]
    );
    let others = [by("ann", "/ec2 2"), by("bellhop", "all of you"), by("ann", "/ec2 3")];
    assert_eq!(world.seen_by("bob", "#random"), others, "the typed line stands with what everybody sees");
    assert_eq!(world.slack.failures().len(), 2);
}

#[tokio::test]
async fn a_response_url_says_why_it_does_not_work() {
    let (world, _) = World::installed().await;
    world.command("#random", "/ec2", "find").await;
    let url = world.url();
    let error = |error: &str| json!({"ok": false, "error": error}).to_string();
    let malformed = world.http.post(&url).body("{\"text\":").send().await.unwrap();
    assert_eq!(malformed.status(), 400);
    assert_eq!(malformed.text().await.unwrap(), error("invalid_payload"));
    let unknown = world.respond(&format!("{url}0"), &json!({"text": "x"})).await;
    assert_eq!(unknown, (404, error("no_service")));
    for n in 1..=5 {
        assert_eq!(world.respond(&url, &json!({"text": n.to_string()})).await.0, 200, "use {n}");
    }
    assert_eq!(world.respond(&url, &json!({"text": "6"})).await, (404, error("used_url")));
    assert_eq!(world.seen_by("ann", "random").len(), 6, "the sixth use shows nothing");
}

#[tokio::test]
async fn a_response_url_expires_after_half_an_hour() {
    let (world, _) = World::installed().await;
    world.command("#random", "/ec2", "find").await;
    let old = world.url();
    world.slack.age_response_urls(ALMOST_ITS_LIFE);
    world.command("#random", "/ec2", "list").await;
    let young = world.url();
    assert_eq!(world.respond(&old, &json!({"text": "just in time"})).await.0, 200);
    let (status, answer) = world.sim("age", json!({"seconds": 61})).await;
    assert!(status.is_success() && answer["ok"] == json!(true));
    let expired = json!({"ok": false, "error": "expired_url"}).to_string();
    assert_eq!(world.respond(&old, &json!({"text": "too late"})).await, (404, expired));
    assert_eq!(world.respond(&young, &json!({"text": "still young"})).await.0, 200);
    world.command("#random", "/ec2", "new").await;
    assert_eq!(world.respond(&world.url(), &json!({"text": "new"})).await.0, 200);
}

#[tokio::test]
async fn a_private_answer_never_becomes_everybodys() {
    let (world, _) = World::installed().await;
    world.command("#random", "/summarize", "x").await;
    let url = world.url();
    let said = world.slack.say(&Say {
        user: "bob".into(),
        channel: "random".into(),
        text: "hello".into(),
        ..Say::default()
    });
    let thread = said.unwrap().ts.to_string();
    for said in [
        json!({"text": "draft"}),
        json!({"text": "final", "replace_original": "true", "response_type": "in_channel"}),
        json!({"text": "in the thread", "response_type": "in_channel", "thread_ts": thread}),
        json!({"text": "alone", "thread_ts": thread}),
    ] {
        assert_eq!(world.respond(&url, &said).await, (200, "ok".into()), "{said}");
    }
    let all = [by("bob", "hello"), by("bellhop", "in the thread")];
    assert_eq!(world.seen_by("bob", "random"), all);
    assert_eq!(world.slack.conversation("bob", "random").unwrap().messages[0].replies.len(), 1);
    assert_eq!(world.respond(&url, &json!({"delete_original": true})).await.0, 200);
    let left = [
        by("ann", "/summarize x"),
        by("bob", "hello"),
        by("bellhop", "in the thread"),
        by("bellhop", "alone"),
    ];
    assert_eq!(world.seen_by("ann", "random"), left);
}

#[tokio::test]
async fn faults_of_a_response_url_come_as_ordered() {
    let (world, _) = World::installed().await;
    world.command("#random", "/ec2", "find").await;
    let url = world.url();
    let fault = |kind: Value| {
        let mut fault = json!({"method": "response_url"});
        fault.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
        world.slack.fault(serde_json::from_value::<Fault>(fault).unwrap());
    };
    let count = || world.seen_by("ann", "random").len() - 1;
    let use_it = || async {
        let sent = world.http.post(&url).json(&json!({"text": "hi"})).send().await.ok()?;
        Some((sent.status().as_u16(), sent.text().await.ok()?))
    };
    for (kind, answer, shown) in [
        (json!({"kind": "http", "status": 404, "text": "used_url"}), Some((404, "used_url".to_owned())), 0),
        (json!({"kind": "server_error"}), Some((500, "Internal Server Error".to_owned())), 0),
        (json!({"kind": "cut_before"}), None, 0),
        (json!({"kind": "cut"}), None, 1),
        (json!({"kind": "late", "millis": 20}), Some((200, "ok".to_owned())), 2),
    ] {
        fault(kind.clone());
        assert_eq!((use_it().await, count()), (answer, shown), "{kind}");
    }
    for _ in 0..3 {
        assert_eq!(use_it().await.unwrap().0, 200, "what had no effect was no use");
    }
    assert_eq!(use_it().await.unwrap().0, 404);
    let calls = world.slack.calls();
    let faults: Vec<_> = calls.iter().skip(1).map(|call| call["fault"].clone()).collect();
    assert_eq!(faults[..3], [json!("http 404 used_url"), json!("server_error"), json!("cut_before")]);
    let methods = world.slack.deliveries();
    assert_eq!(methods[0]["hook"], calls[1]["hook"], "what was sent and what came back belong together");
    let all = serde_json::to_string(&(calls, methods)).unwrap();
    assert!(!all.contains(url.rsplit_once('/').unwrap().1), "the address is a secret");
    world.slack.fault(Fault { method: "auth.test".into(), times: 1, kind: FaultKind::CutBefore });
    assert!(world.http.post(format!("{}/auth.test", world.slack.api_url())).send().await.is_err());
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

#[tokio::test]
async fn an_acknowledgement_is_no_answer() {
    let (world, token) = World::installed().await;
    let ack = || message(&json!({"text": "Working on it…"}));
    let section = json!([{"type": "section", "text": {"type": "mrkdwn", "text": "_Working on it…_"}}]);
    let blocks = message(&json!({"text": "Working", "blocks": section}));
    world.replies([ack(), blocks, message(&json!({"text": "cba"})), Reply::status(200), ack(), ack()]);
    for text in ["1", "2", "3", "4", "5", "6"] {
        world.command("#ops", "/reverse", text).await;
    }
    let hint = "; all that came is “Working on it…”";
    let left = |text: &str, hint: &str| format!("ann in ops got no answer to “/reverse {text}”{hint}");
    let waiting = [
        left("1", hint),
        left("2", "; all that came is “_Working on it…_”"),
        left("4", ""),
        left("5", hint),
        left("6", hint),
    ];
    assert_eq!(world.slack.unanswered(), waiting, "an answer that is one needs no other");
    let got = world.got();
    let url = |n: usize| got[n].form("response_url").unwrap();
    world.respond(&url(0), &json!({"text": "1"})).await;
    world.respond(&url(1), &json!({"blocks": []})).await;
    world.slack.fault(Fault { method: "response_url".into(), times: 1, kind: FaultKind::Cut });
    assert!(world.http.post(url(3)).json(&json!({"text": "4"})).send().await.is_err());
    assert_eq!(world.slack.unanswered(), [waiting[1].clone(), waiting[3].clone(), waiting[4].clone()]);
    let ann = world.user("ann");
    let ops = world.channel("ops");
    world.api(&token, "chat.postMessage", json!({"channel": ops, "text": "elsewhere"})).await;
    assert_eq!(world.slack.unanswered().len(), 3, "what is said to all is no answer to a command");
    world.api(&token, "chat.postMessage", json!({"channel": ann, "text": "your answer"})).await;
    assert!(world.slack.unanswered().is_empty(), "a direct message is");
    let ways: Vec<_> =
        world.slack.waits().into_iter().map(|wait| wait.answered.map(|(_, way)| way).unwrap()).collect();
    let direct = Way::Direct;
    assert_eq!(
        ways,
        [Way::ResponseUrl, direct.clone(), Way::Immediate, Way::ResponseUrl, direct.clone(), direct]
    );
}

#[tokio::test]
async fn how_long_each_waited_is_known() {
    let (world, _) = World::installed().await;
    let wait = Duration::from_millis(20);
    let late = Duration::from_secs(2);
    world.replies([Reply { delay: wait, ..Reply::status(200) }, Reply { delay: late, ..Reply::status(200) }]);
    world.command("#ops", "/reverse", "abc").await;
    world.respond(&world.url(), &json!({"text": "cba"})).await;
    world.command("#ops", "/ec2", "").await;
    let waits = world.slack.waits();
    let [first, second] = &waits[..] else { panic!("{waits:?}") };
    let (answered, way) = first.answered.clone().unwrap();
    assert_eq!(
        (first.deed, first.what.as_str(), first.user.as_str()),
        (Deed::Command, "/reverse abc", "ann")
    );
    assert!(first.acknowledged.unwrap() >= wait && answered >= wait, "{first:?}");
    assert_eq!((way, &first.error), (Way::ResponseUrl, &None));
    assert_eq!((second.acknowledged, second.error.as_deref()), (None, Some("operation_timeout")));
    assert!(world.slack.unanswered().is_empty(), "Slack said that it failed");
    let told = devkit::slack::render::waits(&waits);
    assert!(told.starts_with("\nSlack waited:\n  /reverse abc   acknowledged in "), "{told}");
    assert!(told.contains(" ms through the response_url\n"), "{told}");
    assert!(told.ends_with("  /ec2           not acknowledged: Slack shows “operation_timeout”\n"), "{told}");
    let json = world.look("waits").await;
    assert_eq!(json["waits"][0]["way"], json!("through the response_url"));
    assert_eq!(json["waits"][1]["answered_ms"], Value::Null);
}

#[tokio::test]
async fn in_direct_messages_the_app_hears_what_it_responds() {
    let (world, _) = World::installed().await;
    world.command("@bellhop", "/ec2", "find").await;
    let url = world.url();
    world.respond(&url, &json!({"text": "to you"})).await;
    world.respond(&url, &json!({"text": "to all", "response_type": "in_channel"})).await;
    world.slack.idle().await;
    let got = world.got();
    let [_, event] = &got[..] else { panic!("{got:?}") };
    let event = &event.json()["event"];
    assert_eq!((&event["subtype"], &event["text"]), (&json!("bot_message"), &json!("to all")));
    assert!(event["bot_id"].is_string() && event["user"].is_null());
}
