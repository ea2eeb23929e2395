//! Whole conversations, as people read them.

use devkit::fleet::Changes;
use devkit::slack::render;

use crate::assert_lines;
use crate::support::{App, app, timeless};

/// The line that says who asked for a change.
const ORIGIN: &str = "Asked for by <@U0ANN00001>.";

/// Everything that ann sees in #ops from the `from`th message on.
fn as_read(app: &App, from: usize) -> String {
    let mut seen = app.conversation("ann", "#ops").expect("ann is in #ops");
    seen.messages.drain(..from);
    timeless(&render::conversation(&seen))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_six_lines_of_the_story() {
    let app = app().await;
    let found = app.ann("find").await;
    assert!(
        found.starts_with(
            "*27 instances*: 20 running, 7 stopped (20 in eu-west-1, 7 in us-east-1), rows 1–10\n"
        ),
        "{found}"
    );
    assert!(found.ends_with("\n… and 17 more. Narrow it down, e.g. `find running web-*`."), "{found}");
    app.ann("check web-1").await;
    app.agreed("stop web-1").await;
    app.ann("find stopped ec2 instances").await;
    app.ann("stpo web-1").await;
    app.ann("s3 list").await;
    let address = app.instance("web-1").public_ip;
    assert_eq!(address, None, "a stopped instance has no public address");
    let story = as_read(&app, 1);
    let address = story.split("public ").nth(1).and_then(|rest| rest.lines().next()).expect("check tells it");
    assert_eq!(
        story,
        format!(
            "#ops\n\
             ann     @bellhop check web-1\n  \
               └ bellhop  `web-1` is *running* for 2 days. Both status checks pass.\n                 \
                              `i-062f746b484e61ceb` · t3.micro · eu-west-1b · 10.20.1.12 · public {address}\n\
             ann     @bellhop stop web-1\n  \
               └ bellhop  Done: `web-1` is *stopped* (…). (edited)\n             \
                          Asked for by @ann.\n             \
                          [Undo]\n\
             ann     @bellhop find stopped ec2 instances\n  \
               └ bellhop  *8 instances*: 8 stopped (5 in eu-west-1, 3 in us-east-1)\n             \
                          1. `Build-Server` `i-08c0a70a7a84567f9` · stopped · m5.xlarge · eu-west-1a · 10.20.0.24\n             \
                          2. `db-old` `i-06ca4a1a9f5b19f71` · stopped · r5.large · eu-west-1b · 10.10.1.17\n             \
                          3. `web-1` `i-062f746b484e61ceb` · stopped · t3.micro · eu-west-1b · 10.20.1.12\n             \
                          4. `web-3` `i-0b61e6ba536824dd6` · stopped · t3.small · eu-west-1c · 10.20.2.14\n             \
                          5. `worker` `i-054a5054cda2ec003` · stopped · c6i.large · eu-west-1b · 10.20.1.22\n             \
                          6. `api-green` `i-0baa2919c0ded97bb` · stopped · t3.large · us-east-1c · 10.30.2.38\n             \
                          7. `GPU-Train` `i-03da9d8c096d38ff5` · stopped · g5.xlarge · us-east-1c · 10.40.2.35\n             \
                          8. `reports` `i-08c3f846cc6a942d3` · stopped · m5.large · us-east-1a · 10.40.0.34\n\
             ann     @bellhop stpo web-1\n\
             bellhop I don't know “stpo”. Did you mean `stop web-1`? (only you see this)\n        \
                     [stop web-1] [Help]\n\
             ann     @bellhop s3 list\n\
             bellhop I only know *ec2* here. “s3” is not set up. (only you see this)\n        \
                     [Help]\n"
        )
    );
    // The card asked, said what was begun, and was then edited, not followed by another message.
    let calls = app.slack().calls();
    let card: Vec<_> = calls
        .iter()
        .filter(|call| ["chat.postMessage", "chat.update"].map(Into::into).contains(&call["method"]))
        .filter(|call| call["arguments"]["text"].as_str().is_some_and(is_of_the_card))
        .map(|call| (call["method"].as_str().unwrap(), call["arguments"]["text"].as_str().unwrap()))
        .collect();
    let [("chat.postMessage", asked), ("chat.update", begun), ("chat.update", done)] = card.as_slice() else {
        panic!("the card was posted, and edited twice: {card:#?}")
    };
    assert_lines(
        asked,
        &[
            "Stop `web-1`? It loses its public IP. Plan ",
            "• `web-1` (i-062f746b484e61ceb) in eu-west-1: *running* → stopped",
            "`web-1` loses its public IP address ",
            ORIGIN,
        ],
    );
    assert_lines(
        begun,
        &[
            "On it: *stop* `web-1` (i-062f746b484e61ceb) in eu-west-1.",
            "`web-1` loses its public IP address ",
            ORIGIN,
        ],
    );
    assert_lines(&timeless(done), &["Done: `web-1` is *stopped* (…).", ORIGIN]);
    // Misunderstood words are shown to their author alone.
    let bobs = app.conversation("bob", "#ops").expect("bob is in #ops");
    assert!(
        bobs.all().iter().all(|message| !message.plain.contains("stpo web-1*")),
        "bob sees ann's whisper"
    );
    assert_eq!(app.changes("web-1"), Changes { stopped: 1, ..Changes::default() });
    assert_eq!(app.all_changes(), 1);
    app.finish().await;
}

fn is_of_the_card(text: &str) -> bool {
    ["Stop `web-1`?", "On it:", "Done:"].iter().any(|beginning| text.starts_with(beginning))
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_are_started_rebooted_restarted_and_terminated() {
    let app = app().await;
    app.let_oncall_approve().await;
    for (asked, answered) in [
        ("start web-3", "Done: `web-3` is *running* (…)."),
        ("reboot web-2", "Done: `web-2` is *rebooting* (same host)."),
        ("restart web-2", "Done: `web-2` is *rebooting* (same host)."),
        ("restart api-green", "`api-green` is *stopped*. Say `start api-green` to bring it up."),
        ("terminate sick-1", "Done: `sick-1` is *terminated* (…)."),
        ("kill db-old", "Done: `db-old` is *terminated* (…)."),
        ("start web-1", "`web-1` is already running. Nothing to do."),
        ("start db-old", "`db-old` is *terminated*; it will not come back."),
    ] {
        assert_eq!(timeless(&app.agreed(asked).await), answered, "{asked}");
    }
    let changed =
        ["web-3", "web-2", "api-green", "sick-1", "db-old", "web-1"].map(|name| app.changes(name).total());
    assert_eq!(changed, [1, 2, 0, 1, 1, 0]);
    assert_eq!(app.all_changes(), 5);
    app.finish().await;
}
