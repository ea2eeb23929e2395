//! People talk to the whole app: the real Lambda binaries on the embedded AWS.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use devkit::fleet::{Changes, Fault, FaultKind};
use devkit::slack::{Seen, render};
use domain::instance::InstanceState;
use support::agree::question;
use support::{App, app, app_with, jobs, only, say, timeless, words};

/// How one line of a whole answer begins.
#[track_caller]
fn assert_lines(answer: &str, beginnings: &[&str]) {
    let lines: Vec<_> = answer.lines().collect();
    let fits = lines.len() == beginnings.len()
        && lines.iter().zip(beginnings).all(|(line, beginning)| line.starts_with(beginning));
    assert!(fits, "these lines:\n{answer}\nshould begin like these:\n{}", beginnings.join("\n"));
}

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
               └ bellhop  *web-1* is *running* for 2 days. Both status checks pass.\n                 \
                              `i-062f746b484e61ceb` · t3.micro · eu-west-1b · 10.20.1.12 · public {address}\n\
             ann     @bellhop stop web-1\n  \
               └ bellhop  Done: web-1 is *stopped* (…). (edited)\n             \
                          [Undo]\n\
             ann     @bellhop find stopped ec2 instances\n  \
               └ bellhop  *8 instances*: 8 stopped (5 in eu-west-1, 3 in us-east-1)\n             \
                          1. *Build-Server* `i-08c0a70a7a84567f9` · stopped · m5.xlarge · eu-west-1a · 10.20.0.24\n             \
                          2. *db-old* `i-06ca4a1a9f5b19f71` · stopped · r5.large · eu-west-1b · 10.10.1.17\n             \
                          3. *web-1* `i-062f746b484e61ceb` · stopped · t3.micro · eu-west-1b · 10.20.1.12\n             \
                          4. *web-3* `i-0b61e6ba536824dd6` · stopped · t3.small · eu-west-1c · 10.20.2.14\n             \
                          5. *worker* `i-054a5054cda2ec003` · stopped · c6i.large · eu-west-1b · 10.20.1.22\n             \
                          6. *api-green* `i-0baa2919c0ded97bb` · stopped · t3.large · us-east-1c · 10.30.2.38\n             \
                          7. *GPU-Train* `i-03da9d8c096d38ff5` · stopped · g5.xlarge · us-east-1c · 10.40.2.35\n             \
                          8. *reports* `i-08c3f846cc6a942d3` · stopped · m5.large · us-east-1a · 10.40.0.34\n\
             ann     @bellhop stpo web-1\n\
             bellhop I don't know “stpo”. Did you mean *stop web-1*? (only you see this)\n        \
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
            "Stop web-1? It loses its public IP. Plan ",
            "• web-1 (i-062f746b484e61ceb) in eu-west-1: *running* → stopped",
            "web-1 loses its public IP address ",
        ],
    );
    assert_lines(
        begun,
        &["On it: *stop* web-1 (i-062f746b484e61ceb) in eu-west-1.", "web-1 loses its public IP address "],
    );
    assert_eq!(timeless(done), "Done: web-1 is *stopped* (…).");
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
    ["Stop web-1?", "On it:", "Done:"].iter().any(|beginning| text.starts_with(beginning))
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_are_started_rebooted_restarted_and_terminated() {
    let app = app().await;
    app.let_oncall_approve().await;
    for (asked, answered) in [
        ("start web-3", "Done: web-3 is *running* (…)."),
        ("reboot web-2", "Done: web-2 is *rebooting* (same host)."),
        ("restart web-2", "Done: web-2 is *rebooting* (same host)."),
        ("restart api-green", "api-green is *stopped*. Say *start api-green* to bring it up."),
        ("terminate sick-1", "Done: sick-1 is *terminated* (…)."),
        ("kill db-old", "Done: db-old is *terminated* (…)."),
        ("start web-1", "web-1 is already running. Nothing to do."),
        ("start db-old", "db-old is *terminated*; it will not come back."),
    ] {
        assert_eq!(timeless(&app.agreed(asked).await), answered, "{asked}");
    }
    let changed =
        ["web-3", "web-2", "api-green", "sick-1", "db-old", "web-1"].map(|name| app.changes(name).total());
    assert_eq!(changed, [1, 2, 0, 1, 1, 0]);
    assert_eq!(app.all_changes(), 5);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn direct_messages_need_no_mention_and_threads_remember_their_rows() {
    let app = app().await;
    // A direct message.
    let answers = app.ask_agreed("bob", "@bellhop", "stop web-2").await;
    assert_eq!(timeless(&only("stop web-2", &answers)), "Done: web-2 is *stopped* (…).");
    let answers = app.ask("bob", "@bellhop", "terminate web-2").await;
    assert!(only("terminate web-2", &answers).contains("so ask me in a channel"), "{answers:#?}");
    let answers = app.ask("bob", "@bellhop", "hello there").await;
    assert!(only("hello there", &answers).starts_with("I didn't understand"), "{answers:#?}");
    // The rows of a list, in its thread.
    let (list, answers) = app.type_in(say("@bellhop find web-*")).await;
    let listed = only("find web-*", &answers);
    assert_lines(
        &listed,
        &["*5 instances*:", "1. *web-0*", "2. *web-1*", "3. *web-2*", "4. *web-3*", "5. *web-us-0*"],
    );
    assert_eq!(
        timeless(&app.reply_agreed(list.ts.as_str(), "@bellhop stop #2").await),
        "Done: web-1 is *stopped* (…)."
    );
    // `this` is the one that the thread was last about.
    assert_eq!(
        timeless(&app.reply(list.ts.as_str(), "@bellhop start this").await),
        "Done: web-1 is *running* (…)."
    );
    // A thread that was about nothing knows no rows.
    let (other, _) = app.type_in(say("@bellhop help")).await;
    let unknown = app.reply(other.ts.as_str(), "@bellhop stop #2").await;
    assert!(unknown.contains("“#2”"), "{unknown}");
    assert_eq!(app.all_changes(), 3);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_strangers_and_bots_change_and_see_nothing() {
    let app = app().await;
    app.fleet().forget_calls();
    let members_only = "Only members of this workspace can use me for that.";
    for (user, channel, text) in [
        ("gil", "#ops", "@bellhop stop web-1"),
        ("gil", "#ops", "@bellhop find"),
        ("gil", "@bellhop", "stop web-1"),
        ("sam", "#partners", "@bellhop stop web-1"),
        ("sam", "#partners", "@bellhop help"),
    ] {
        let answers = app.ask(user, channel, text).await;
        assert_eq!(only(text, &answers), members_only, "{user} in {channel}");
    }
    // The very people beside them may.
    let answers = app.ask("bob", "#partners", "@bellhop help stop").await;
    assert!(only("help stop", &answers).contains("*stop*"), "{answers:#?}");
    // Another app's bot is ignored, so that two bots never talk to each other.
    assert_eq!(app.ask("deploybot", "#ops", "@bellhop stop web-1").await, Vec::<Seen>::new());
    // Without a mention, and without the bot, nobody is listening.
    for (user, channel, text) in [("ann", "#ops", "stop web-1"), ("ann", "#random", "@bellhop stop web-1")] {
        assert_eq!(app.ask(user, channel, text).await, Vec::<Seen>::new(), "{text} in {channel}");
    }
    assert_eq!(app.ec2_calls(), Vec::<String>::new(), "nothing was asked of EC2");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_plain_is_not_done() {
    let app = app().await;
    // Two of one name.
    assert_eq!(
        app.ann("stop worker").await,
        "“worker” is 2 instances. Which one?\n\
         • `stop i-054a5054cda2ec003` – worker, *stopped*, eu-west-1b\n\
         • `stop i-05e0e14ca778e6176` – worker, *running*, eu-west-1a"
    );
    assert_eq!(app.ann("stop db-main").await, "db-main is protected (bellhop:protected). I left it alone.");
    assert_eq!(
        app.ann("stop web-9 --dry-run").await.split_once(". Closest").map(|(first, _)| first),
        Some("No instance matches “web-9” in eu-west-1, us-east-1")
    );
    assert!(app.ann("stop *").await.starts_with("I don't *stop* everything."));
    assert!(
        app.ann("stop web-1 in mars-1")
            .await
            .contains("is not a region I may use. Allowed: eu-west-1, us-east-1.")
    );
    assert_eq!(
        app.ann("terminate web-1 web-2").await,
        "That is 2 instances; the limit for *terminate* is 1. Narrow it down."
    );
    assert!(app.ann("stop web-1 at 18:00").await.contains("did nothing"));
    assert_eq!(jobs::awaiting(app.cloud()).len(), 0, "nobody is asked to confirm any of this");
    assert_eq!(app.all_changes(), 0);
    // By id it is plain.
    assert_eq!(timeless(&app.agreed("stop i-05e0e14ca778e6176").await), "Done: worker is *stopped* (…).");
    assert_eq!(app.all_changes(), 1);
    // A dry run asks EC2 and changes nothing.
    assert_eq!(app.ann("stop web-1 --dry-run").await, "Dry run: AWS would stop web-1. Nothing was changed.");
    assert_eq!((app.state("web-1"), app.all_changes()), (InstanceState::Running, 1));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auto_scaling_group_is_warned_of_before_the_stop() {
    let app = app().await;
    let said = app.ann("stop asg-web").await;
    assert_lines(
        &said,
        &[
            "Stop asg-web? It loses its public IP. Plan ",
            "• asg-web (i-06ae12c972399d29d) in eu-west-1: *running* → stopped",
            "asg-web belongs to the Auto Scaling group web-asg. If you stop it, AWS will replace it.",
            "asg-web loses its public IP address ",
        ],
    );
    assert_eq!(app.all_changes(), 0);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ec2_refuses_is_said_in_its_words() {
    let app = app().await;
    app.fleet().inject(Fault::new(FaultKind::NoCapacity).of("StartInstances").on(app.id("web-3")));
    let refused = app.ann("start web-3").await;
    assert!(refused.contains("InsufficientInstanceCapacity"), "{refused}");
    assert_eq!(app.changes("web-3").total(), 0);
    // Of several, the others are still done.
    let partial = timeless(&app.ann("start web-3 db-old").await);
    assert_lines(
        &partial,
        &["1 of 2 done.", "Done: db-old is *running*", "web-3 failed: InsufficientInstanceCapacity"],
    );
    assert_eq!((app.changes("web-3").total(), app.changes("db-old").started), (0, 1));
    // AWS's own protection is honoured, never switched off, and nobody is asked to confirm in vain.
    let kept = "vault has termination protection in AWS. I left it alone.";
    assert_eq!(app.ann("terminate vault").await, kept);
    let (said, asked) = app.type_in(say("@bellhop stop scheduler web-0")).await;
    assert!(question(&asked[0]).starts_with("Stop web-0?"), "{asked:#?}");
    let left_alone = "scheduler has stop protection in AWS. I left it alone.";
    assert!(words(&asked[0]).ends_with(left_alone), "{asked:#?}");
    app.agree().await;
    let kept = timeless(&only("stop scheduler web-0", &app.answers("ann", "#ops", &said)));
    assert_lines(&kept, &["1 of 2 done.", "Done: web-0 is *stopped*", left_alone]);
    assert_eq!(app.changes("vault").total() + app.changes("scheduler").total(), 0);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_right_names_the_role() {
    let app = app().await;
    app.fleet().inject(Fault::new(FaultKind::Unauthorized).of("StopInstances"));
    let warned = app.ann("stop web-1").await;
    let role = &app.cloud().stack().function("Ec2").expect("the template has it").role_name;
    let wanted = format!(
        "AWS refused: ec2:StopInstances is not allowed for role {role} in 111122223333 in eu-west-1 (request "
    );
    assert!(warned.contains(&wanted.replace("AWS refused", "AWS would refuse")), "{warned}");
    let refused = app.agreed("stop web-1").await;
    assert!(refused.starts_with(&wanted), "{refused}");
    app.fleet().heal();
    app.fleet().inject(Fault::new(FaultKind::Unauthorized).of("DescribeInstances"));
    let refused = app.ann("stop web-1").await;
    let wanted = format!("eu-west-1: not allowed to describe as {role} in 111122223333 (request ");
    assert!(refused.contains(&wanted), "{refused}");
    assert_eq!((app.all_changes(), jobs::awaiting(app.cloud()).len()), (0, 0));
    app.fleet().heal();
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_managed_tag_other_instances_do_not_exist() {
    let app = app_with(|config| {
        config.parameters.insert("ManagedTag".into(), "Owner=ci".into());
    })
    .await;
    let tags = app.instance("Build-Server").tags;
    assert_eq!(tags.get("Owner").map(String::as_str), Some("ci"), "the sample world has the tag: {tags:?}");
    assert_lines(&app.ann("find").await, &["*2 instances*:", "1. *Build-Server*", "2. *Jenkins Master*"]);
    let other = app.id("web-1");
    for asked in [
        "stop web-1".to_owned(),
        format!("stop {other}"),
        "check web-1".to_owned(),
        "stop tag:Env=prod,web-1".to_owned(),
    ] {
        let answer = app.ann(&asked).await;
        assert!(answer.starts_with("No instance") || answer.contains("did nothing"), "{asked}: {answer}");
    }
    let mixed = app.ann("stop \"Jenkins Master\" web-1").await;
    assert!(mixed.starts_with("No instance matches “web-1”"), "{mixed}");
    assert_eq!((app.all_changes(), jobs::awaiting(app.cloud()).len()), (0, 0));
    assert_eq!(
        timeless(&app.agreed("stop \"Jenkins Master\"").await),
        "Done: Jenkins Master is *stopped* (…)."
    );
    assert_eq!(app.all_changes(), 1);
    app.finish().await;
}
