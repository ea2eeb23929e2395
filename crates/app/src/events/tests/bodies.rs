//! Signed bodies of every kind: what is no message of a person leaves no job,
//! and nothing that is sent makes for a 5xx, which Slack would repeat.

use domain::ids::MessageTs;
use domain::job::{Answers, Ask};
use serde_json::{Value, json};

use crate::testing::{ANN, Asked, BOT, BOT_USER, TEAM, World};

#[tokio::test(start_paused = true)]
async fn signed_nonsense_is_refused_or_left_alone() {
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let deep_object = format!("{{\"type\":\"event_callback\",\"event\":{deep}}}");
    for (body, status) in [
        (&b""[..], 400),
        (b" ", 400),
        (b"null", 400),
        (b"7", 400),
        (b"[]", 400),
        (b"\xff\xfe{}", 400),
        (b"{\"type\":", 400),
        (b"payload=%7B%7D", 400),
        (deep.as_bytes(), 400),
        (deep_object.as_bytes(), 400),
        (b"{}", 200),
        (br#"{"type":7}"#, 200),
        (br#"{"type":"app_moved"}"#, 200),
        (br#"{"type":"app_rate_limited","team_id":"T0ACME"}"#, 200),
        (br#"{"type":"event_callback"}"#, 400),
        (br#"{"type":"event_callback","event":[]}"#, 400),
        (br#"{"type":"event_callback","event":{},"event":{"type":"message"}}"#, 400),
        (br#"{"type":"event_callback","event":{"type":"message","user":"U1","user":"U2"}}"#, 400),
        (br#"{"type":"url_verification"}"#, 400),
        (br#"{"type":"url_verification","challenge":5}"#, 400),
        (br#"{"type":"event_callback","event":{"type":"message"}}"#, 200),
        (br#"{"type":"event_callback","event":{"type":"tokens_revoked"}}"#, 200),
    ] {
        let world = World::new();
        let answer = world.post(&world.signed(body)).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]);
        assert_eq!((answer.status, answer.body.as_str()), (status, ""), "{shown}");
        assert!(world.jobs.all().is_empty() && world.wake.take().is_empty(), "{shown}");
    }
}

/// A mention by Ann, with `changes` laid over it; null takes a field away.
fn mention(changes: &Value) -> Value {
    let mut event = Asked::mention("stop web-1").event();
    for (key, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(event.as_object_mut().unwrap().remove(key)),
            value => event[key] = value.clone(),
        }
    }
    event
}

#[tokio::test(start_paused = true)]
async fn only_what_a_person_said_to_the_bot_becomes_a_job() {
    for (changes, jobs) in [
        (json!({}), 1),
        (json!({"text": null}), 1),
        (json!({"ts": "1".repeat(256)}), 0),
        (json!({"channel": "C".repeat(3_000)}), 0),
        (json!({"user": "U".repeat(3_000)}), 0),
        (json!({"subtype": "file_share"}), 1),
        (json!({"thread_ts": "1764570000.000100"}), 1),
        (json!({"type": "message", "channel_type": "im"}), 1),
        (json!({"edited": {"user": ANN, "ts": "1764576000.000000"}}), 1),
        (json!({"type": "message", "channel_type": "channel"}), 0),
        (json!({"type": "message", "channel_type": "mpim"}), 0),
        (json!({"type": "message"}), 0),
        (json!({"type": "message", "channel_type": "im", "subtype": "message_changed", "hidden": true}), 0),
        (json!({"type": "message", "channel_type": "im", "subtype": "message_deleted"}), 0),
        (json!({"type": "reaction_added"}), 0),
        (json!({"type": null}), 0),
        (json!({"subtype": "bot_message"}), 0),
        (json!({"subtype": "me_message"}), 0),
        (json!({"bot_id": "B0OTHER"}), 0),
        (json!({"bot_id": BOT}), 0),
        (json!({"user": BOT_USER}), 0),
        (json!({"user": "USLACKBOT"}), 0),
        (json!({"hidden": true}), 0),
        (json!({"user": null}), 0),
        (json!({"user": 7}), 0),
        (json!({"channel": null}), 0),
        (json!({"ts": null}), 0),
        (json!({"ts": {"a": 1}}), 0),
    ] {
        let world = World::new();
        assert_eq!(world.deliver(&mention(&changes)).await.status, 200, "{changes}");
        assert_eq!((world.jobs.all().len(), world.wake.take().len()), (jobs, jobs), "{changes}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_keeps_the_words_as_slack_sent_them() {
    let world = World::new();
    let asked = Asked::direct("stop &lt;web-1&gt; &amp; `x`").in_thread("1764570000.000100");
    world.deliver(&asked.event()).await;
    let job = world.jobs.all().remove(0);
    assert_eq!(job.request.ask, Ask::command("stop &lt;web-1&gt; &amp; `x`"));
    assert_eq!(job.request.answers, Answers::Direct { thread: MessageTs::new("1764570000.000100") });
    assert_eq!(job.id.as_str(), format!("ec2#{TEAM}#D-{ANN}#1764575999.000100"));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_done_for_a_team_that_has_not_installed_the_app() {
    for outer in [
        json!({"team_id": "T0OTHER"}),
        json!({}),
        json!({"team_id": 7}),
        // The one that Slack authorized for counts, not where the message came from.
        json!({"team_id": "T0OTHER", "authorizations": [{"team_id": "T0THIRD"}]}),
    ] {
        let world = World::new();
        let mut body = json!({"type": "event_callback", "event": mention(&json!({}))});
        body.as_object_mut().unwrap().extend(outer.as_object().unwrap().clone());
        let answer = world.post(&world.signed(body.to_string().as_bytes())).await;
        assert_eq!(answer.status, 200, "{outer}");
        assert!(world.jobs.all().is_empty(), "{outer}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_in_a_shared_channel_belongs_to_the_team_that_installed_the_app() {
    let world = World::new();
    let body = json!({"type": "event_callback", "event": mention(&json!({})), "team_id": "T0OTHER",
        "authorizations": [{"team_id": TEAM, "is_bot": true}]});
    world.post(&world.signed(body.to_string().as_bytes())).await;
    assert_eq!(world.jobs.all()[0].team.as_str(), TEAM);
}
