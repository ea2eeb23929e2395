//! To whom the app listens, and where.

use devkit::slack::Seen;

use crate::assert_lines;
use crate::support::{MEMBERS_ONLY, app, only, say, timeless};

#[tokio::test(flavor = "multi_thread")]
async fn direct_messages_need_no_mention_and_threads_remember_their_rows() {
    let app = app().await;
    // A direct message.
    let answers = app.ask_agreed("bob", "@bellhop", "stop web-2").await;
    assert_eq!(timeless(&only("stop web-2", &answers)), "Done: `web-2` is *stopped* (…).");
    let answers = app.ask("bob", "@bellhop", "terminate web-2").await;
    assert!(only("terminate web-2", &answers).contains("so ask me in a channel"), "{answers:#?}");
    let answers = app.ask("bob", "@bellhop", "hello there").await;
    assert!(only("hello there", &answers).starts_with("I didn't understand"), "{answers:#?}");
    // The rows of a list, in its thread.
    let (list, answers) = app.type_in(say("@bellhop find web-*")).await;
    let listed = only("find web-*", &answers);
    assert_lines(
        &listed,
        &["*5 instances*:", "1. `web-0`", "2. `web-1`", "3. `web-2`", "4. `web-3`", "5. `web-us-0`"],
    );
    assert_eq!(
        timeless(&app.reply_agreed(list.ts.as_str(), "@bellhop stop #2").await),
        "Done: `web-1` is *stopped* (…)."
    );
    // `this` is the one that the thread was last about.
    assert_eq!(
        timeless(&app.reply(list.ts.as_str(), "@bellhop start this").await),
        "Done: `web-1` is *running* (…)."
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
    for (user, channel, text) in [
        ("gil", "#ops", "@bellhop stop web-1"),
        ("gil", "#ops", "@bellhop find"),
        ("gil", "@bellhop", "stop web-1"),
        ("sam", "#partners", "@bellhop stop web-1"),
        ("sam", "#partners", "@bellhop help"),
    ] {
        let answers = app.ask(user, channel, text).await;
        assert_eq!(only(text, &answers), MEMBERS_ONLY, "{user} in {channel}");
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
