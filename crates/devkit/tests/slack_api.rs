//! The Web API: who may do what, and how Slack says no.

mod slack_common;

use std::time::Duration;

use devkit::slack::{Fault, FaultKind, Role, Say};
use serde_json::{Value, json};
use slack_common::World;

fn error(answer: &Value) -> &str {
    answer["error"].as_str().unwrap_or("none")
}

#[tokio::test]
async fn only_a_token_opens_the_door() {
    let (world, token) = World::installed().await;
    let url = |method: &str| format!("{}/{method}", world.slack.api_url());
    let bare: Value = world.http.post(url("auth.test")).send().await.unwrap().json().await.unwrap();
    assert_eq!(error(&bare), "not_authed");
    assert_eq!(error(&world.api("xoxb-no", "auth.test", json!({})).await), "invalid_auth");
    assert_eq!(error(&world.api(&token, "chat.dance", json!({})).await), "unknown_method");
    let known = world.http.post(url("auth.test")).bearer_auth(&token).send().await.unwrap();
    assert!(known.headers()["x-oauth-scopes"].to_str().unwrap().contains("chat:write"));
    let known: Value = known.json().await.unwrap();
    assert_eq!((&known["team_id"], &known["user_id"]), (&json!("T0ACME0001"), &json!(world.user("bellhop"))));
    assert!(known["bot_id"].as_str().unwrap().starts_with('B'));
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let (world, token) = World::installed().await;
    world
        .slack
        .say(&Say { user: "ann".into(), channel: "@bellhop".into(), text: "hi".into(), ..Say::default() })
        .unwrap();
    let open = world.api(&token, "conversations.open", json!({"users": world.user("ann")})).await;
    let direct = open["channel"]["id"].as_str().unwrap();
    assert_eq!((&open["already_open"], &open["no_op"]), (&json!(true), &json!(true)));
    let refused = world.read(&token, "conversations.info", &[("channel", direct)]).await;
    assert_eq!((error(&refused), &refused["needed"]), ("missing_scope", &json!("im:read")));
    assert!(refused["provided"].as_str().unwrap().contains("chat:write"));
}

#[tokio::test]
async fn a_post_is_refused_as_slack_refuses_it() {
    let (world, token) = World::installed().await;
    let (ops, sam) = (world.channel("ops"), world.user("sam"));
    let long = "x".repeat(4_001);
    let empty_section = json!([{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]);
    for (method, arguments, expected) in [
        ("chat.postMessage", json!({"text": "hi"}), "invalid_arguments"),
        ("chat.postMessage", json!({"channel": "C9", "text": "hi"}), "channel_not_found"),
        ("chat.postMessage", json!({"channel": world.channel("secret"), "text": "hi"}), "channel_not_found"),
        ("chat.postMessage", json!({"channel": world.channel("random"), "text": "hi"}), "not_in_channel"),
        ("chat.postMessage", json!({"channel": world.channel("attic"), "text": "hi"}), "is_archived"),
        ("chat.postMessage", json!({"channel": ops}), "no_text"),
        ("chat.postMessage", json!({"channel": ops, "text": "", "blocks": []}), "no_text"),
        (
            "chat.postMessage",
            json!({"channel": ops, "text": "hi", "thread_ts": "1.1"}),
            "cannot_reply_to_message",
        ),
        ("chat.postMessage", json!({"channel": ops, "text": "hi", "blocks": "{"}), "invalid_blocks_format"),
        (
            "chat.postMessage",
            json!({"channel": ops, "text": "hi", "blocks": empty_section}),
            "invalid_blocks",
        ),
        ("chat.postEphemeral", json!({"channel": ops, "text": "hi"}), "invalid_arguments"),
        ("chat.postEphemeral", json!({"channel": ops, "user": sam, "text": "hi"}), "user_not_in_channel"),
        ("chat.update", json!({"channel": ops, "ts": "1.1", "text": "hi"}), "message_not_found"),
        ("conversations.open", json!({"users": "U9"}), "user_not_found"),
        ("conversations.open", json!({}), "users_list_not_supplied"),
        ("users.info", json!({"user": sam}), "invalid_arguments"),
    ] {
        let answer = world.api(&token, method, arguments.clone()).await;
        assert_eq!(error(&answer), expected, "{method} {arguments}");
    }
    let posted = world.api(&token, "chat.postMessage", json!({"channel": ops, "text": "hi"})).await;
    let update = json!({"channel": ops, "ts": posted["ts"], "text": long});
    assert_eq!(error(&world.api(&token, "chat.update", update).await), "msg_too_long");
}

#[tokio::test]
async fn bad_blocks_are_explained() {
    let (world, token) = World::installed().await;
    let blocks = json!([{"type": "section", "text": {"type": "mrkdwn", "text": "x".repeat(3_001)}}]);
    let answer = world
        .api(
            &token,
            "chat.postMessage",
            json!({"channel": world.channel("ops"), "text": "x", "blocks": blocks}),
        )
        .await;
    assert_eq!(error(&answer), "invalid_blocks");
    assert!(!answer["response_metadata"]["messages"].as_array().unwrap().is_empty(), "{answer}");
}

#[tokio::test]
async fn a_message_is_changed_only_by_its_author() {
    let (world, token) = World::installed().await;
    let (ops, button) = (
        world.channel("ops"),
        json!([{"type": "actions", "elements": [
        {"type": "button", "text": {"type": "plain_text", "text": "Stop"}, "action_id": "stop", "value": "1"}]}]),
    );
    let theirs = world
        .slack
        .say(&Say { user: "ann".into(), channel: "ops".into(), text: "hi".into(), ..Say::default() })
        .unwrap();
    let refused =
        world.api(&token, "chat.update", json!({"channel": ops, "ts": theirs.ts, "text": "ho"})).await;
    assert_eq!(error(&refused), "cant_update_message");
    let ours = json!({"channel": ops, "text": "On it", "thread_ts": theirs.ts, "blocks": button});
    let ours = world.api(&token, "chat.postMessage", ours).await;
    assert_eq!(ours["message"]["thread_ts"], json!(theirs.ts));
    let kept =
        world.api(&token, "chat.update", json!({"channel": ops, "ts": ours["ts"], "text": "Done"})).await;
    assert_eq!(kept["text"], json!("Done"));
    assert!(
        kept["message"]["blocks"].to_string().contains("Stop"),
        "blocks stay unless new ones come: {kept}"
    );
    world
        .api(&token, "chat.update", json!({"channel": ops, "ts": ours["ts"], "text": "Done", "blocks": []}))
        .await;
    let seen = world.slack.conversation("bob", "#ops").unwrap();
    let reply = &seen.messages[0].replies[0];
    assert_eq!((reply.plain.as_str(), reply.edited, reply.buttons.len()), ("Done", true, 0));
}

#[tokio::test]
async fn a_whisper_is_for_one_and_never_opens_a_thread() {
    let (world, token) = World::installed().await;
    let (ops, ann) = (world.channel("ops"), world.user("ann"));
    let asked = world.slack.say(&Say {
        user: "ann".into(),
        channel: "ops".into(),
        text: "@bellhop x".into(),
        ..Say::default()
    });
    let whisper = |text: &str, thread: Option<&str>| {
        world.api(
            &token,
            "chat.postEphemeral",
            json!({"channel": ops, "user": ann, "text": text, "thread_ts": thread}),
        )
    };
    let ts = asked.unwrap().ts.to_string();
    assert_eq!(whisper("lost", Some(&ts)).await["ok"], json!(true));
    assert!(world.slack.unanswered()[0].contains("into a thread without replies is not shown"));
    let answer = whisper("no", None).await;
    assert!(answer["message_ts"].is_string() && world.slack.unanswered().is_empty());
    let count = |user: &str| world.slack.conversation(user, "#ops").unwrap().all().len();
    assert_eq!((count("ann"), count("bob")), (2, 1));
    let update = json!({"channel": ops, "ts": answer["message_ts"], "text": "x"});
    assert_eq!(error(&world.api(&token, "chat.update", update).await), "message_not_found");
}

#[tokio::test]
async fn people_and_members_are_read() {
    let (world, token) = World::installed().await;
    let guest = world.read(&token, "users.info", &[("user", &world.user("gil"))]).await;
    assert_eq!((&guest["user"]["is_restricted"], &guest["user"]["is_bot"]), (&json!(true), &json!(false)));
    let stranger = world.read(&token, "users.info", &[("user", &world.user("sam"))]).await;
    assert_eq!(
        (&stranger["user"]["is_stranger"], &stranger["user"]["team_id"]),
        (&json!(true), &json!("T0OTHER001"))
    );
    let ops = world.channel("ops");
    let mut members = Vec::new();
    let mut cursor = String::new();
    loop {
        let query = [("channel", ops.as_str()), ("limit", "2"), ("cursor", &cursor)];
        let page = world.read(&token, "conversations.members", &query).await;
        members.extend(page["members"].as_array().unwrap().clone());
        page["response_metadata"]["next_cursor"].as_str().unwrap().clone_into(&mut cursor);
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(members.len(), 6);
    assert!(members.contains(&json!(world.user("bellhop"))));
}

#[tokio::test]
async fn user_groups_are_read() {
    let (world, token) = World::installed().await;
    let members = json!([world.user("bob"), world.user("kim")]);
    let answer = world.read(&token, "usergroups.users.list", &[("usergroup", "S0ONCALL01")]).await;
    assert_eq!(answer, json!({"ok": true, "users": members}));
    for (query, expected) in [(vec![("usergroup", "S9")], "no_such_subteam"), (vec![], "invalid_arguments")] {
        let answer = world.read(&token, "usergroups.users.list", &query).await;
        assert_eq!(error(&answer), expected, "{query:?}");
    }
    let all = world.read(&token, "usergroups.list", &[]).await;
    let group = &all["usergroups"][0];
    assert_eq!((&group["id"], &group["handle"]), (&json!("S0ONCALL01"), &json!("oncall")));
    assert_eq!((group.get("users"), group.get("user_count")), (None, None));
    let query = [("include_users", "true"), ("include_count", "true")];
    let group = &world.read(&token, "usergroups.list", &query).await["usergroups"][0];
    assert_eq!((&group["users"], &group["user_count"]), (&members, &json!("2")));
    assert_eq!(world.look("world").await["team"]["groups"][0]["members"], members);
}

#[tokio::test]
async fn groups_are_not_read_without_the_scope() {
    let world = World::start().await;
    let code = world.code_for("ann", "chat:write,users:read").await;
    let token = world.exchange(&code).await["access_token"].as_str().unwrap().to_owned();
    for method in ["usergroups.list", "usergroups.users.list"] {
        let refused = world.read(&token, method, &[("usergroup", "S0ONCALL01")]).await;
        assert_eq!((error(&refused), &refused["needed"]), ("missing_scope", &json!("usergroups:read")));
        assert_eq!(refused["provided"], json!("chat:write,users:read"));
    }
}

#[tokio::test]
async fn a_group_is_mentioned_as_slack_does() {
    let (world, token) = World::installed().await;
    let text = "@bellhop account approvers acme @oncall";
    world
        .slack
        .say(&Say { user: "ann".into(), channel: "ops".into(), text: text.into(), ..Say::default() })
        .unwrap();
    world.slack.idle().await;
    let told = world.got()[0].json()["event"]["text"].clone();
    let bot = world.user("bellhop");
    assert_eq!(told, json!(format!("<@{bot}> account approvers acme <!subteam^S0ONCALL01|@oncall>")));
    let answer = json!({"channel": world.channel("ops"), "text": "Needs 1 of <!subteam^S0ONCALL01>."});
    world.api(&token, "chat.postMessage", answer).await;
    let seen = world.slack.conversation("ann", "ops").unwrap();
    let plain: Vec<_> = seen.messages.iter().map(|message| message.plain.as_str()).collect();
    assert_eq!(plain, [text, "Needs 1 of @oncall."]);
}

#[tokio::test]
async fn faults_come_as_ordered() {
    let (world, token) = World::installed().await;
    let ops = world.channel("ops");
    let request = || {
        let request =
            world.http.post(format!("{}/chat.postMessage", world.slack.api_url())).bearer_auth(&token);
        request.json(&json!({"channel": ops, "text": "hi"})).send()
    };
    let fault = |times, kind| world.slack.fault(Fault { method: "chat.postMessage".into(), times, kind });
    fault(2, FaultKind::RateLimited { retry_after: 7 });
    fault(1, FaultKind::ServerError);
    fault(1, FaultKind::Refused { error: "fatal_error".into() });
    for _ in 0..2 {
        let limited = request().await.unwrap();
        assert_eq!(
            (limited.status().as_u16(), limited.headers()["retry-after"].to_str().unwrap()),
            (429, "7")
        );
    }
    assert_eq!(request().await.unwrap().status(), 500);
    assert_eq!(error(&request().await.unwrap().json().await.unwrap()), "fatal_error");
    let count = || world.slack.conversation("ann", "ops").unwrap().messages.len();
    assert_eq!(count(), 0, "none of these has an effect");
    fault(1, FaultKind::Cut);
    let broken = match request().await {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(broken && count() == 1, "the answer is lost, the message is there");
    fault(1, FaultKind::Late { millis: 50 });
    let began = tokio::time::Instant::now();
    assert!(request().await.unwrap().status().is_success() && began.elapsed() >= Duration::from_millis(50));
    assert!(request().await.unwrap().status().is_success());
    assert_eq!(count(), 3);
}

#[tokio::test]
async fn every_call_is_kept_and_no_secret_with_it() {
    let (world, token) = World::installed().await;
    world
        .api(&token, "chat.postMessage", json!({"channel": world.channel("ops"), "text": "x".repeat(9_000)}))
        .await;
    let calls = world.slack.calls();
    let methods: Vec<_> = calls.iter().map(|call| call["method"].clone()).collect();
    assert_eq!(methods, [json!("oauth.v2.access"), json!("chat.postMessage")]);
    assert_eq!(calls[1]["arguments"]["text"].as_str().unwrap().len(), 9_000);
    let all = serde_json::to_string(&calls).unwrap();
    assert!(!all.contains(&token) && !all.contains(&world.slack.app().client_secret));
}

/// The texts of an answer's messages.
fn texts(answer: &Value) -> Vec<&str> {
    let messages = answer["messages"].as_array().into_iter().flatten();
    messages.map(|message| message["text"].as_str().unwrap_or("?")).collect()
}

#[tokio::test]
async fn a_persons_direct_messages_are_written_changed_and_read() {
    let (world, token) = World::installed().await;
    let bob = world.user("bob");
    let button = json!({"type": "button", "text": {"type": "plain_text", "text": "Open"}, "action_id": "open",
        "value": "daily 2026-11-21"});
    let blocks = json!([{"type": "actions", "block_id": "b", "elements": [button]}]);
    let asked = json!({"channel": bob, "text": "asked", "blocks": blocks});
    let posted = world.api(&token, "chat.postMessage", asked).await;
    let (direct, ts) = (posted["channel"].as_str().unwrap(), posted["ts"].as_str().unwrap());
    assert!(direct.starts_with('D'), "{posted}");
    let opened = world.api(&token, "conversations.open", json!({"users": bob})).await;
    assert_eq!(opened["channel"]["id"], posted["channel"], "it is the same for everything");
    let history = |query: Vec<(&'static str, String)>| {
        let (world, token, direct) = (&world, &token, direct.to_owned());
        async move {
            let mut all = vec![("channel", direct.as_str())];
            all.extend(query.iter().map(|(name, value)| (*name, value.as_str())));
            world.read(token, "conversations.history", &all).await
        }
    };
    let found = history(vec![]).await;
    let message = &found["messages"][0];
    assert_eq!((&message["ts"], &message["type"]), (&posted["ts"], &json!("message")));
    assert_eq!((&message["user"], &message["edited"]), (&json!(world.user("bellhop")), &Value::Null));
    assert!(message["bot_id"].as_str().unwrap().starts_with('B'));
    assert_eq!(message["blocks"][0]["elements"][0]["value"], json!("daily 2026-11-21"));

    let edit = json!({"channel": direct, "ts": ts, "text": "thanked", "blocks": []});
    assert_eq!(world.api(&token, "chat.update", edit).await["ok"], json!(true));
    let say = Say { user: "bob".into(), channel: "@bellhop".into(), text: "hi".into(), ..Say::default() };
    world.slack.say(&say).unwrap();
    let reply = json!({"channel": direct, "text": "in a thread", "thread_ts": ts});
    world.api(&token, "chat.postMessage", reply).await;
    let whisper = json!({"channel": direct, "text": "whispered", "user": bob});
    assert_eq!(world.api(&token, "chat.postEphemeral", whisper).await["ok"], json!(true));
    let found = history(vec![]).await;
    assert_eq!(texts(&found), ["hi", "thanked"], "newest first, without threads and whispers");
    assert_eq!((&found["messages"][1]["ts"], &found["has_more"]), (&posted["ts"], &json!(false)));
    assert!(found["messages"][1]["edited"].is_object());
    assert_eq!(texts(&history(vec![("oldest", ts.into())]).await), ["hi"]);
    assert_eq!(
        texts(&history(vec![("oldest", ts.into()), ("inclusive", "true".into())]).await),
        ["hi", "thanked"]
    );
    assert_eq!(texts(&history(vec![("latest", ts.into())]).await), Vec::<&str>::new());
    let seen = world.slack.conversation("bob", "@bellhop").unwrap();
    let plain: Vec<_> = seen.all().into_iter().map(|message| message.plain.as_str()).collect();
    assert_eq!(plain, ["thanked", "in a thread", "hi", "whispered"]);
}

#[tokio::test]
async fn a_history_comes_in_pages_of_fifteen() {
    let (world, token) = World::installed().await;
    let ann = world.user("ann");
    let mut direct = String::new();
    for number in 0..32 {
        let message = json!({"channel": ann, "text": number.to_string()});
        let posted = world.api(&token, "chat.postMessage", message).await;
        posted["channel"].as_str().unwrap().clone_into(&mut direct);
    }
    let mut all = Vec::new();
    let mut cursor = String::new();
    for expected in [15, 15, 2] {
        let query = [("channel", direct.as_str()), ("limit", "200"), ("cursor", &cursor)];
        let page = world.read(&token, "conversations.history", &query).await;
        assert_eq!(texts(&page).len(), expected);
        assert_eq!(page["has_more"], json!(expected == 15));
        all.extend(texts(&page).into_iter().map(str::to_owned));
        page["response_metadata"]["next_cursor"].as_str().unwrap_or_default().clone_into(&mut cursor);
    }
    assert_eq!((all.len(), cursor.as_str()), (32, ""));
    assert_eq!(all, (0..32).rev().map(|number| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_history_is_read_only_where_it_may_be() {
    let (world, token) = World::installed().await;
    let posted =
        world.api(&token, "chat.postMessage", json!({"channel": world.user("ann"), "text": "x"})).await;
    let direct = posted["channel"].as_str().unwrap();
    for (channel, more, code) in [
        (world.channel("ops"), ("limit", "1"), "missing_scope"),
        (world.channel("secret"), ("limit", "1"), "channel_not_found"),
        ("D9".to_owned(), ("limit", "1"), "channel_not_found"),
        (direct.to_owned(), ("oldest", "yesterday"), "invalid_ts_oldest"),
        (direct.to_owned(), ("latest", "1.0000001"), "invalid_ts_latest"),
        (direct.to_owned(), ("cursor", "x"), "invalid_cursor"),
        (direct.to_owned(), ("limit", "0"), "none"),
    ] {
        let query = [("channel", channel.as_str()), more];
        let answer = world.read(&token, "conversations.history", &query).await;
        assert_eq!(error(&answer), code, "{query:?}");
    }
    let refused = world.read(&token, "conversations.history", &[("channel", &world.channel("ops"))]).await;
    assert_eq!(refused["needed"], json!("channels:history"));
    let missing = world.read(&token, "conversations.history", &[]).await;
    assert_eq!(error(&missing), "invalid_arguments");
}

#[tokio::test]
async fn a_channel_can_have_many_members() {
    let (world, token) = World::installed().await;
    let added = world.slack.add_members("#ops", 250).unwrap();
    let ids: std::collections::BTreeSet<_> = added.iter().map(ToString::to_string).collect();
    assert_eq!(ids.len(), 250);
    assert!(ids.iter().all(|id| id.starts_with("U0M") && id.len() == 11), "{ids:?}");
    let ops = world.channel("ops");
    let query = |cursor: &'static str| {
        [("channel", ops.clone()), ("limit", "200".to_owned()), ("cursor", cursor.to_owned())]
    };
    let read = |query: [(&'static str, String); 3]| {
        let (world, token) = (&world, &token);
        async move {
            let query: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
            world.read(token, "conversations.members", &query).await
        }
    };
    let first = read(query("")).await;
    assert_eq!(first["members"].as_array().unwrap().len(), 200);
    assert_eq!(first["response_metadata"]["next_cursor"], json!("from:200"));
    assert_eq!(read(query("from:200")).await["members"].as_array().unwrap().len(), 56);
    let pictures = ["ann", "bob"].map(|name| world.user(name)).into_iter().chain(ids.into_iter().take(2));
    let mut seen = std::collections::BTreeSet::new();
    for user in pictures {
        let known = world.read(&token, "users.info", &[("user", &user)]).await["user"].clone();
        assert_eq!((&known["is_bot"], &known["deleted"]), (&json!(false), &json!(false)));
        let picture = known["profile"]["image_72"].as_str().unwrap();
        assert!(picture.starts_with("https://") && seen.insert(picture.to_owned()), "{picture}");
    }
    let (_, answer) = world.sim("members", json!({"channel": "general", "count": 3})).await;
    let more = answer["users"].as_array().unwrap();
    assert!(
        more.len() == 3 && more.iter().all(|id| !added.iter().any(|known| *id == json!(known))),
        "{more:?}"
    );
    world.slack.set_role("member-9", Role::Deactivated).unwrap();
    let gone = world.api(&token, "conversations.open", json!({"users": "U0M00000009"})).await;
    assert_eq!(error(&gone), "user_disabled");
    let unknown = world.slack.add_members("#nope", 1).unwrap_err();
    assert_eq!(unknown.to_string(), "there is no channel “#nope”");
    world.slack.conversation("member-7", "#ops").unwrap();
}

#[tokio::test]
async fn every_third_message_is_too_many() {
    let (world, token) = World::installed().await;
    let order = json!({"method": "chat.postMessage", "kind": "rate_limited_every", "every": 3, "retry_after": 4,
        "times": 100});
    assert_eq!(world.sim("faults", order).await.1["ok"], json!(true));
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let request = world.http.post(format!("{}/chat.postMessage", world.slack.api_url()));
        let message = json!({"channel": world.channel("ops"), "text": "hi"});
        let answer = request.bearer_auth(&token).json(&message).send().await.unwrap();
        let wait = answer.headers().get("retry-after").map(|wait| wait.to_str().unwrap().to_owned());
        statuses.push((answer.status().as_u16(), wait));
    }
    let (done, limited) = ((200, None), (429, Some("4".to_owned())));
    assert_eq!(statuses, [&done, &done, &limited, &done, &done, &limited].map(Clone::clone));
    assert_eq!(world.slack.conversation("ann", "ops").unwrap().messages.len(), 4);
    assert_eq!(error(&world.api(&token, "auth.test", json!({})).await), "none");
}
