use domain::ids::{BotId, ChannelId, MessageTs, TeamId, TriggerId, UserGroupId, UserId, ViewId};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::script::{Script, Step};
use crate::blocks::{Block, Message, Modal};
use crate::web::{
    ApiError, EnterpriseUser, EphemeralMessage, Limits, Metadata, NewMessage, OpenError, UpdatedMessage,
};

fn token() -> SecretString {
    "xoxb-very-secret".into()
}

fn header<'a>(request: &'a http::Request<bytes::Bytes>, name: &str) -> &'a str {
    request.headers()[name].to_str().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_message_is_posted_as_json_without_previews() {
    let answer = json!({"ok": true, "channel": "D1", "ts": "5.6", "message": {}});
    let (script, client) = Script::play([Step::json(&answer)], Limits::WORKER);
    let new = NewMessage {
        channel: ChannelId::new("U1"),
        message: Message::new("hello", [Block::divider()]).unwrap(),
        thread_ts: Some(MessageTs::new("1.2")),
        metadata: Some(Metadata { event_type: "job".to_owned(), event_payload: json!({"id": 1}) }),
    };
    let posted = client.post_message(&token(), &new).await.unwrap();
    assert_eq!((posted.channel, posted.ts), (ChannelId::new("D1"), MessageTs::new("5.6")));

    let request = &script.requests()[0];
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "https://slack.com/api/chat.postMessage");
    assert_eq!(header(request, "content-type"), "application/json; charset=utf-8");
    assert_eq!(header(request, "authorization"), "Bearer xoxb-very-secret");
    assert_eq!(
        serde_json::from_str::<Value>(&script.body(0)).unwrap(),
        json!({"channel": "U1", "text": "hello", "blocks": [{"type": "divider"}], "thread_ts": "1.2",
            "unfurl_links": false, "unfurl_media": false, "parse": "none", "link_names": false,
            "metadata": {"event_type": "job", "event_payload": {"id": 1}}})
    );
}

#[tokio::test(start_paused = true)]
async fn an_update_replaces_the_blocks_too() {
    let answer = json!({"ok": true, "channel": "C1", "ts": "1.2", "text": "x"});
    let (script, client) = Script::play([Step::json(&answer)], Limits::WORKER);
    let message = Message::text("x".repeat(5_000));
    let update = UpdatedMessage { channel: ChannelId::new("C1"), ts: MessageTs::new("1.2"), message };
    client.update_message(&token(), &update).await.unwrap();
    let body: Value = serde_json::from_str(&script.body(0)).unwrap();
    assert_eq!(body["blocks"], json!([]));
    assert_eq!(body["text"].as_str().unwrap().chars().count(), 4_000);
    assert_eq!((&body["channel"], &body["ts"]), (&json!("C1"), &json!("1.2")));
    assert_eq!((&body["parse"], &body["link_names"]), (&json!("none"), &json!(false)));
}

#[tokio::test(start_paused = true)]
async fn an_ephemeral_message_goes_to_one_person() {
    let (script, client) =
        Script::play([Step::json(&json!({"ok": true, "message_ts": "7.8"}))], Limits::WORKER);
    let new = EphemeralMessage {
        channel: ChannelId::new("C1"),
        user: UserId::new("U1"),
        message: Message::text("no"),
        thread_ts: None,
    };
    let posted = client.post_ephemeral(&token(), &new).await.unwrap();
    assert_eq!((posted.channel, posted.ts), (ChannelId::new("C1"), MessageTs::new("7.8")));
    let body: Value = serde_json::from_str(&script.body(0)).unwrap();
    assert_eq!(
        body,
        json!({"channel": "C1", "user": "U1", "text": "no", "parse": "none", "link_names": false})
    );
}

#[tokio::test(start_paused = true)]
async fn a_post_without_a_timestamp_is_unclear() {
    let (_, client) = Script::play([Step::json(&json!({"ok": true, "ts": 5}))], Limits::WORKER);
    let (channel, message) = (ChannelId::new("C1"), Message::text("x"));
    let new = NewMessage { channel, message, thread_ts: None, metadata: None };
    assert!(matches!(client.post_message(&token(), &new).await, Err(ApiError::Unclear(_))));
}

#[tokio::test(start_paused = true)]
async fn a_user_is_asked_for_by_form_and_read_leniently() {
    let answer = json!({"ok": true, "user": {
        "id": "U1", "team_id": "T1", "deleted": false, "is_bot": "false", "is_admin": true, "is_owner": 1,
        "is_restricted": null, "is_stranger": true, "name": "ann", "real_name": "Ann Arbor",
        "tz": "Europe/Berlin", "tz_offset": 7200, "profile": {"display_name": "annie"}}});
    let steps = [Step::json(&answer), Step::json(&json!({"ok": true}))];
    let (script, client) = Script::play(steps, Limits::WORKER);
    let user = client.user_info(&token(), &UserId::new("U1&x")).await.unwrap();
    assert_eq!(user.id, Some(UserId::new("U1")));
    assert_eq!(user.team, Some(TeamId::new("T1")));
    assert_eq!((user.deleted, user.is_bot, user.is_admin), (Some(false), Some(false), Some(true)));
    assert_eq!((user.is_owner, user.is_restricted, user.is_ultra_restricted), (None, None, None));
    assert_eq!((user.is_stranger, user.is_workflow_bot, &user.enterprise), (Some(true), None, &None));
    assert_eq!((user.name.as_deref(), user.real_name.as_deref()), (Some("ann"), Some("Ann Arbor")));
    assert_eq!(user.display_name.as_deref(), Some("annie"));
    assert_eq!((user.tz.as_deref(), user.tz_offset), (Some("Europe/Berlin"), Some(7_200)));

    let request = &script.requests()[0];
    assert_eq!(request.uri(), "https://slack.com/api/users.info");
    assert_eq!(header(request, "content-type"), "application/x-www-form-urlencoded");
    assert_eq!(script.body(0), "user=U1%26x");
    // Nobody may be taken for an unremarkable member because nothing was said.
    assert!(matches!(client.user_info(&token(), &UserId::new("U1")).await, Err(ApiError::Retryable(_))));
}

#[tokio::test(start_paused = true)]
async fn a_member_of_an_enterprise_organisation_is_read() {
    let answer = json!({"ok": true, "user": {"id": "U1", "teams": ["T1", 7, "", "T2"], "is_workflow_bot": false,
        "is_connector_bot": true, "enterprise_user": {"id": "W1", "enterprise_id": "E1", "is_admin": true,
            "teams": ["T3", "x".repeat(256)]}}});
    let (_, client) = Script::play([Step::json(&answer)], Limits::WORKER);
    let user = client.user_info(&token(), &UserId::new("U1")).await.unwrap();
    let teams = |ids: &[&str]| ids.iter().map(|id| TeamId::new(*id)).collect::<Vec<_>>();
    assert_eq!((user.team, user.teams), (None, teams(&["T1", "T2"])));
    let enterprise = EnterpriseUser {
        id: Some(UserId::new("W1")),
        enterprise: Some(TeamId::new("E1")),
        teams: teams(&["T3"]),
    };
    assert_eq!(user.enterprise, Some(enterprise));
    assert_eq!((user.is_workflow_bot, user.is_connector_bot), (Some(false), Some(true)));
}

#[tokio::test(start_paused = true)]
async fn people_come_in_pages() {
    let answers = [
        json!({"ok": true, "members": [{"id": "U1", "is_admin": true}, 7, {"id": "W2"}],
            "response_metadata": {"next_cursor": "dXNlcjpV=="}}),
        json!({"ok": true, "members": [], "response_metadata": {"next_cursor": ""}}),
    ];
    let (script, client) = Script::play(answers.iter().map(Step::json), Limits::WORKER);
    let (people, next) = client.users(&token(), None).await.unwrap();
    let ids: Vec<_> = people.iter().filter_map(|user| user.id.as_ref()).map(UserId::as_str).collect();
    assert_eq!((ids, people[0].is_admin), (vec!["U1", "W2"], Some(true)));
    assert_eq!(next.as_deref(), Some("dXNlcjpV=="));
    assert_eq!(client.users(&token(), next.as_deref()).await, Ok((vec![], None)));
    assert_eq!(script.requests()[0].uri(), "https://slack.com/api/users.list");
    assert_eq!(
        (script.body(0), script.body(1)),
        ("limit=200".to_owned(), "limit=200&cursor=dXNlcjpV%3D%3D".to_owned())
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_people_is_not_an_empty_workspace() {
    for answer in [json!({"ok": true}), json!({"ok": true, "members": {}})] {
        let steps = std::iter::repeat_n(answer, 4).map(|answer| Step::json(&answer));
        let (_, client) = Script::play(steps, Limits::WORKER);
        assert!(matches!(client.users(&token(), None).await, Err(ApiError::Retryable(_))));
    }
}

#[tokio::test(start_paused = true)]
async fn auth_test_tells_the_bot_and_the_scopes() {
    let body = json!({"ok": true, "url": "https://acme.slack.com/", "team": "Acme", "team_id": "T1",
        "user": "bellhop", "user_id": "U9", "bot_id": "B9", "is_enterprise_install": false});
    let scopes = vec![("X-OAuth-Scopes", "chat:write, users:read,")];
    let steps = [Step::Answer(200, scopes, body.to_string()), Step::json(&json!({"ok": true}))];
    let (script, client) = Script::play(steps, Limits::GATEWAY);
    let identity = client.auth_test(&token()).await.unwrap();
    assert_eq!((identity.team, identity.user), (Some(TeamId::new("T1")), Some(UserId::new("U9"))));
    assert_eq!(identity.bot, Some(BotId::new("B9")));
    assert_eq!(identity.team_name.as_deref(), Some("Acme"));
    assert_eq!(identity.scopes, Some(vec!["chat:write".to_owned(), "users:read".to_owned()]));
    assert_eq!(script.body(0), "");
    assert_eq!(client.auth_test(&token()).await.unwrap().scopes, None);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_never_printed() {
    let (script, client) = Script::play([Step::error("invalid_auth")], Limits::GATEWAY);
    let error = client.auth_test(&token()).await.unwrap_err();
    let shown = format!("{error} {error:?} {client:?} {:?} {:?}", script.requests(), token());
    assert!(!shown.contains("very-secret"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_no_header_can_have_is_refused() {
    let (script, client) = Script::play([], Limits::GATEWAY);
    let error = client.auth_test(&"xoxb-very-secret\r\nx: y".into()).await.unwrap_err();
    assert!(matches!(error, ApiError::Refused { .. }), "{error:?}");
    assert!(!format!("{error:?}").contains("very-secret"));
    assert_eq!(script.count(), 0);
}

fn modal() -> Modal {
    Modal::new("terminate", "Terminate", "Terminate", "Cancel", [Block::section("*db-old*")]).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_modal_is_opened_with_the_trigger() {
    let answers =
        [json!({"ok": true, "view": {"id": "V1", "type": "modal"}}), json!({"ok": true, "view": []})];
    let (script, client) = Script::play(answers.each_ref().map(Step::json), Limits::GATEWAY);
    let trigger = TriggerId::new("1.2.abc");
    assert_eq!(client.open_view(&token(), &trigger, &modal()).await, Ok(Some(ViewId::new("V1"))));
    // It is open all the same.
    assert_eq!(client.open_view(&token(), &trigger, &modal()).await, Ok(None));
    let request = &script.requests()[0];
    assert_eq!(request.uri(), "https://slack.com/api/views.open");
    assert_eq!(header(request, "content-type"), "application/json; charset=utf-8");
    assert_eq!(header(request, "authorization"), "Bearer xoxb-very-secret");
    let body: Value = serde_json::from_str(&script.body(0)).unwrap();
    assert_eq!(body, json!({"trigger_id": "1.2.abc", "view": modal()}));
}

#[tokio::test(start_paused = true)]
async fn a_trigger_that_is_no_good_any_more_is_told_from_other_errors() {
    for (code, is_trigger) in [
        ("expired_trigger_id", true),
        ("exchanged_trigger_id", true),
        ("invalid_trigger_id", true),
        ("trigger_expired", true),
        ("trigger_exchanged", true),
        ("view_too_large", false),
        ("invalid_arguments", false),
        ("invalid_auth", false),
        ("push_limit_reached", false),
    ] {
        let (script, client) = Script::play([Step::error(code)], Limits::GATEWAY);
        let error = client.open_view(&token(), &TriggerId::new("1.2.a"), &modal()).await.unwrap_err();
        let expected = OpenError::Trigger(code.to_owned());
        assert_eq!(error == expected, is_trigger, "{error:?}");
        assert!(!format!("{error} {error:?}").contains("very-secret"), "{error:?}");
        assert_eq!(script.count(), 1, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_modal_that_may_stand_open_is_not_opened_again() {
    for step in [Step::status(502), Step::Broken, Step::Silence, Step::error("internal_error")] {
        let (script, client) = Script::play([step], Limits::GATEWAY);
        let error = client.open_view(&token(), &TriggerId::new("1.2.a"), &modal()).await.unwrap_err();
        assert!(matches!(error, OpenError::Api(ApiError::Unclear(_))), "{error:?}");
        assert_eq!(script.count(), 1);
    }
    // What surely did not arrive is sent again, while there is time.
    let steps = [Step::NoConnection, Step::json(&json!({"ok": true, "view": {"id": "V1"}}))];
    let (script, client) = Script::play(steps, Limits::GATEWAY);
    assert!(client.open_view(&token(), &TriggerId::new("1.2.a"), &modal()).await.is_ok());
    assert_eq!(script.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_members_of_a_group_are_asked_for_by_form() {
    let answer = json!({"ok": true, "users": ["U060R4BJ4", "W123A4BC5", 7, "", null, "x".repeat(256)]});
    let steps = [Step::json(&answer), Step::json(&json!({"ok": true, "users": []}))];
    let (script, client) = Script::play(steps, Limits::WORKER);
    let group = UserGroupId::new("S1&x");
    let members = client.user_group_members(&token(), &group).await.unwrap();
    assert_eq!(members, [UserId::new("U060R4BJ4"), UserId::new("W123A4BC5")]);
    assert_eq!(client.user_group_members(&token(), &group).await, Ok(Vec::new()));
    let request = &script.requests()[0];
    assert_eq!(request.uri(), "https://slack.com/api/usergroups.users.list");
    assert_eq!(header(request, "content-type"), "application/x-www-form-urlencoded");
    assert_eq!(script.body(0), "usergroup=S1%26x");
}

#[tokio::test(start_paused = true)]
async fn nobody_is_a_member_by_a_strange_answer() {
    for answer in [json!({"ok": true}), json!({"ok": true, "users": "U1"}), json!({"ok": true, "users": {}})]
    {
        let steps = std::iter::repeat_n(answer, 4).map(|answer| Step::json(&answer));
        let (_, client) = Script::play(steps, Limits::WORKER);
        let error = client.user_group_members(&token(), &UserGroupId::new("S1")).await.unwrap_err();
        assert!(matches!(error, ApiError::Retryable(_)), "{error:?}");
    }
    let (_, client) = Script::play([Step::error("no_such_subteam")], Limits::WORKER);
    let error = client.user_group_members(&token(), &UserGroupId::new("S1")).await.unwrap_err();
    assert_eq!(error, ApiError::NoAccess("no_such_subteam".to_owned()));
}
