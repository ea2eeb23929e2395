//! What was meant is chosen by a click, and long lists are read by clicks.

use crate::support::agree::question;
use crate::support::{app, timeless, words};
use crate::{asked, assert_all_clicks_answered};

#[tokio::test(flavor = "multi_thread")]
async fn a_suggestion_is_clicked_and_vanishes() {
    let app = app().await;
    let unclear = asked(&app, "stpo web-1").await;
    assert_eq!((unclear.buttons.join(","), unclear.ephemeral), ("stop web-1,Help".to_owned(), true));
    let before = app.before("ann", "#ops");
    let heard = app.click("ann", "#ops", "stop web-1").await;
    let card = heard.shout();
    assert_eq!(question(card), "Stop `web-1`? It loses its public IP.");
    assert!(card.thread_ts.is_some(), "in the thread of the words: {card:#?}");
    assert_eq!(app.clickable("ann", "#ops"), card.buttons, "the suggestion has vanished");
    assert_eq!(app.all_changes(), 0, "a guess is not run, and not confirmed by being chosen");
    app.agree().await;
    let heard = app.since(&before);
    let done = heard.shout();
    assert_eq!(timeless(&words(done)), "Done: `web-1` is *stopped* (…).");
    assert_eq!(done.ts, card.ts, "one card to the end");
    assert_eq!(app.changes("web-1").stopped, 1);
    assert_eq!(app.clickable("ann", "#ops"), ["Undo"]);
    // The same for [Help], whose answer is again for her alone.
    asked(&app, "s3 list").await;
    let heard = app.click("ann", "#ops", "Help").await;
    assert!(heard.whisper().plain.starts_with("I look after EC2 instances."), "{heard:#?}");
    assert_eq!(app.clickable("ann", "#ops"), ["Undo"]);
    // By /ec2 the answer takes the suggestion's place.
    let heard = app.command("ann", "#random", "/ec2 chekc web-2").await;
    assert_eq!(heard.whisper().buttons, ["check web-2", "Help"]);
    let heard = app.click("ann", "#random", "check web-2").await;
    assert!(heard.whisper().plain.starts_with("`web-2` is *running*"), "{heard:#?}");
    assert_eq!(app.clickable("ann", "#random"), Vec::<String>::new());
    assert_all_clicks_answered(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_found_is_found_by_a_click() {
    let app = app().await;
    let missing = asked(&app, "stop web-9").await;
    assert!(missing.buttons.contains(&"web-1".to_owned()), "{missing:#?}");
    let heard = app.click_agreed("ann", "#ops", "web-1").await;
    assert_eq!(timeless(&words(heard.shout())), "Done: `web-1` is *stopped* (…).");
    assert_eq!(app.all_changes(), 1);
    assert_all_clicks_answered(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_with_one_name_the_chosen_one_is_meant() {
    let app = app().await;
    let chosen = "i-05e0e14ca778e6176 · running · eu-west-1a · worker";
    let several = asked(&app, "stop worker").await;
    assert_eq!(several.buttons.len(), 2);
    let heard = app.click_agreed("ann", "#ops", chosen).await;
    assert_eq!(timeless(&words(heard.shout())), "Done: `worker` is *stopped* (…).");
    let id =
        app.fleet().ids_of("worker").into_iter().find(|id| id.as_str() == "i-05e0e14ca778e6176").unwrap();
    assert_eq!((app.fleet().changes(&id).stopped, app.all_changes()), (1, 1));
    // The same by /ec2.
    let chosen = "i-05e0e14ca778e6176 · stopped · eu-west-1a · worker";
    assert_eq!(app.command("bob", "#secret", "/ec2 start worker").await.whisper().buttons.len(), 2);
    let heard = app.click("bob", "#secret", chosen).await;
    assert_eq!(timeless(&words(heard.whisper())), "Done: `worker` is *running* (…).");
    assert_eq!((app.fleet().changes(&id).started, app.all_changes()), (1, 2));
    // What is final is asked about by Slack itself, too, and only before others.
    let heard = app.command("bob", "#secret", "/ec2 terminate worker").await;
    assert!(heard.whisper().plain.contains("so ask me in a channel"), "{heard:#?}");
    let answers = app.ask("bob", "#ops", "@bellhop terminate worker").await;
    let menu = answers[0].blocks.clone().unwrap_or_default().to_string();
    assert!(menu.contains("Terminate for good?"), "{menu}");
    let chosen = "i-05e0e14ca778e6176 · running · eu-west-1a · worker";
    let heard = app.click_agreed("bob", "#ops", chosen).await;
    assert_eq!(timeless(&words(heard.shout())), "Done: `worker` is *terminated* (…).");
    assert_eq!((app.fleet().changes(&id).total(), app.all_changes()), (3, 3));
    assert_all_clicks_answered(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_is_read_to_its_end_by_next() {
    let app = app().await;
    let row = |text: &str, at: usize| text.lines().nth(at).unwrap_or_default().to_owned();
    // For everybody, a message for each page, in one thread.
    let first = asked(&app, "find").await;
    assert!(row(&first.plain, 0).ends_with("rows 1–10") && row(&first.plain, 10).starts_with("10. "));
    let second = app.click("bob", "#ops", "Next").await;
    let second = second.shout();
    assert!(row(&second.plain, 0).ends_with("rows 11–20"), "{second:#?}");
    assert!(row(&second.plain, 1).starts_with("11. ") && second.thread_ts == first.thread_ts, "{second:#?}");
    let third = app.click("ann", "#ops", "Next").await;
    let third = third.shout();
    assert!(row(&third.plain, 0).ends_with("rows 21–27"), "{third:#?}");
    assert_eq!((third.plain.lines().count(), third.buttons.len()), (8, 0), "{third:#?}");
    // Every instance stands on one page.
    let all = [&first.plain, &second.plain, &third.plain].map(|page| page.matches("`i-").count());
    assert_eq!(all, [10, 10, 7]);
    // What the last page shows can be referred to by its row.
    let row_21 = row(&third.plain, 1);
    let thread = first.thread_ts.expect("it is in a thread");
    let checked = app.reply(&thread, "@bellhop check #21").await;
    let name = row_21.split('`').nth(1).expect("row 21 has a name");
    assert!(checked.starts_with(&format!("`{name}`")), "{row_21} | {checked}");
    // By /ec2 one message that turns its pages.
    let heard = app.command("ann", "#random", "/ec2 find").await;
    let ts = heard.whisper().ts.clone();
    for rows in ["rows 11–20", "rows 21–27"] {
        let heard = app.click("ann", "#random", "Next").await;
        let page = heard.whisper();
        assert!(row(&page.plain, 0).ends_with(rows) && page.ts == ts && page.edited, "{page:#?}");
    }
    assert_eq!(app.clickable("ann", "#random"), Vec::<String>::new());
    assert_all_clicks_answered(&app);
    app.finish().await;
}
