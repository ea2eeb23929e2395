//! Signed bodies that are no command, or half of one.

use crate::testing::{Typed, World};

fn reverse() -> Typed {
    Typed::new("/reverse", "abc")
}

#[tokio::test(start_paused = true)]
async fn what_is_no_command_is_refused_and_leaves_nothing() {
    let repeated = |field: &str| [reverse().form(), format!("&{field}").into_bytes()].concat();
    let mut bodies: Vec<(String, Vec<u8>)> = vec![
        ("empty".to_owned(), Vec::new()),
        ("JSON".to_owned(), br#"{"command":"/reverse"}"#.to_vec()),
        ("no UTF-8".to_owned(), [reverse().form(), b"&x=%FF".to_vec()].concat()),
        ("no text at all".to_owned(), b"\xff\xfe\x00".to_vec()),
        ("another text".to_owned(), repeated("text=cba")),
        ("the same text".to_owned(), repeated("text=abc")),
        ("another user".to_owned(), repeated("user%5Fid=U0EVIL")),
        ("another URL".to_owned(), repeated("response_url=https%3A%2F%2Fhooks.slack.com%2Fx")),
        ("a half check".to_owned(), b"ssl_check=0".to_vec()),
        ("a check that is no 1".to_owned(), b"ssl_check=true".to_vec()),
        (
            "a hundred fields".to_owned(),
            (0..101).map(|n| format!("f{n}=x")).collect::<Vec<_>>().join("&").into(),
        ),
        ("a long URL".to_owned(), reverse().with("response_url", &"u".repeat(2_049)).form()),
    ];
    for field in ["channel_id", "user_id", "command", "trigger_id", "response_url"] {
        bodies.push((format!("no {field}"), reverse().without(field).form()));
        bodies.push((format!("an empty {field}"), reverse().with(field, "").form()));
        bodies.push((format!("a long {field}"), reverse().with(field, &"X".repeat(3_000)).form()));
    }
    for (what, body) in bodies {
        let world = World::new();
        let answer = world.post_command(&body).await;
        assert_eq!((answer.status, answer.body.as_str()), (400, ""), "{what}");
        assert_eq!(world.seam.calls(), ["secrets.verifier"], "{what}");
        assert!(world.jobs.all().is_empty(), "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn slacks_look_at_the_certificate_is_answered_with_nothing() {
    for body in [b"ssl_check=1".to_vec(), b"ssl_check=1&token=deprecated".to_vec()] {
        let world = World::new();
        let answer = world.post_command(&body).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, ""));
        assert_eq!(world.seam.calls(), ["secrets.verifier"]);
    }
}
