//! Who is who: people, members of channels, and groups.

use devkit::slack::{Role, Say};
use serde_json::json;

use crate::error;
use crate::slack_common::World;

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
async fn all_people_are_listed_in_pages() {
    let (world, token) = World::installed().await;
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.read(&token, "users.list", &[("limit", "4"), ("cursor", &cursor)]).await;
        ids.extend(page["members"].as_array().unwrap().iter().map(|user| user["id"].clone()));
        page["response_metadata"]["next_cursor"].as_str().unwrap().clone_into(&mut cursor);
        if cursor.is_empty() {
            break;
        }
    }
    let names = ["ann", "sam", "deploybot", "bellhop", "slackbot"];
    assert!(names.iter().all(|name| ids.contains(&json!(world.user(name)))), "{ids:?}");
    let unknown = world.read(&token, "users.list", &[("cursor", "x")]).await;
    assert_eq!(error(&unknown), "invalid_cursor");
    world.slack.add_members("#ops", 1_000).unwrap();
    assert_eq!(error(&world.read(&token, "users.list", &[]).await), "limit_required");
    let code = world.code_for("ann", "chat:write").await;
    let token = world.exchange(&code).await["access_token"].as_str().unwrap().to_owned();
    world.slack.uninstall().unwrap();
    assert_eq!(error(&world.read(&token, "users.list", &[]).await), "account_inactive");
}

#[tokio::test]
async fn people_are_not_listed_without_the_scope() {
    let world = World::start().await;
    let code = world.code_for("ann", "chat:write").await;
    let token = world.exchange(&code).await["access_token"].as_str().unwrap().to_owned();
    let refused = world.read(&token, "users.list", &[]).await;
    assert_eq!((error(&refused), &refused["needed"]), ("missing_scope", &json!("users:read")));
}

#[tokio::test]
async fn members_of_an_enterprise_organisation_have_records_of_their_own() {
    let (world, token) = World::installed().await;
    let home = "T0ACME0001";
    let user = async |id: &str| world.read(&token, "users.info", &[("user", id)]).await["user"].clone();
    let eli = user(&world.user("eli")).await;
    assert_eq!((eli.get("team_id"), eli.get("teams")), (None, None));
    assert_eq!(eli["enterprise_user"]["teams"], json!([home]));
    let mia = user(&world.user("mia")).await;
    assert_eq!((&mia["team_id"], &mia["teams"]), (&json!("T0BRANCH01"), &json!(["T0BRANCH01", home])));
    // Wes is one person by either id, and the group has the local one.
    let wes = user("W0WES00001").await;
    assert_eq!((&wes["id"], &wes["enterprise_user"]["id"]), (&json!("U0WES00001"), &json!("W0WES00001")));
    assert_eq!(user("U0WES00001").await, wes);
    world.slack.set_group("@oncall", &["wes"]).unwrap();
    let members = world.read(&token, "usergroups.users.list", &[("usergroup", "S0ONCALL01")]).await;
    assert_eq!(members["users"], json!(["U0WES00001"]));
}

#[tokio::test]
async fn an_app_user_is_a_person_who_has_authorized_the_app() {
    let (world, token) = World::installed().await;
    for (name, expected) in [("ann", true), ("bob", false), ("deploybot", false)] {
        let known = world.read(&token, "users.info", &[("user", &world.user(name))]).await;
        assert_eq!(known["user"]["is_app_user"], json!(expected), "{name}");
    }
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
