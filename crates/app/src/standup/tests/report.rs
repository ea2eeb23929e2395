//! The report, when there is too much of it, when Slack takes none, and when
//! nobody knows whether it is there.

use domain::standup::{Errand, Kind, Report};
use serde_json::json;

use super::{
    BOB, HOUR_MS, MONDAY, answer, ask, channel, daily, direct, does, fire, key, person, post, three, typed,
    whispered, words,
};
use crate::testing::{ANN, BOSS, BOT_USER, Said, TEAM, Trouble, World};

fn again() -> Errand {
    Errand::Report { standup: super::id("0000abcd"), date: key(MONDAY).date, again: true }
}

#[tokio::test(start_paused = true)]
async fn answers_are_shown_as_they_were_typed_and_mention_nobody() {
    let world = three();
    world.slack.person(BOB, &json!({"profile": {"display_name": "<!channel> *B* `x`\nsecond"}}));
    ask(&world).await;
    let hostile = "<!channel> <@U0ANN> <https://evil.example|bank> &lt; @here";
    does(&world, BOB, "bob", answer(MONDAY, [hostile, "", ""])).await;
    world.clock.later(2 * HOUR_MS).await;
    post(&world).await;
    let report = &channel(&world)[0];
    let shown = json!(report.blocks).to_string() + &report.text;
    assert!(!shown.contains("<!") && !shown.contains("<@") && !shown.contains("<http"), "{shown}");
    assert!(
        words(report)[2]
            .contains("&lt;!channel&gt; &lt;@U0ANN&gt; &lt;https://evil.example|bank&gt; &amp;lt; @here")
    );
    assert!(words(report)[1].starts_with("*&lt;!channel&gt; *B* 'x' second*"), "{:?}", words(report));
}

/// Sixty people who have much to say.
async fn many() -> (World, Vec<String>) {
    let world = World::new();
    let people: Vec<String> = (10..70).map(|number| format!("U0P{number}")).collect();
    for user in &people {
        person(&world, user, &user.replace("U0", ""));
    }
    let mut members: Vec<&str> = people.iter().map(String::as_str).collect();
    members.push(BOT_USER);
    world.slack.channel(super::TEAM_CHANNEL, &members);
    world.standups.put(TEAM, &daily());
    ask(&world).await;
    (world, people)
}

fn thread(said: &[Said]) -> Vec<&Said> {
    said.iter().filter(|said| said.thread.is_some()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_long_report_goes_on_in_its_thread_and_back() {
    let (world, people) = many().await;
    world.clock.later(2 * HOUR_MS).await;
    post(&world).await;
    assert_eq!(channel(&world).len(), 1);
    for user in &people {
        does(&world, user, &format!("a{user}"), answer(MONDAY, [&"word ".repeat(150), "", ""])).await;
    }
    let said = channel(&world);
    let (first, pages) = (&said[0], thread(&said));
    assert_eq!(said.len(), 1 + pages.len(), "one message stands in the channel");
    assert!(pages.len() > 3 && pages.iter().all(|page| page.thread.as_deref() == Some(&first.ts)));
    assert_eq!(words(first)[1], "The answers are in the thread.");
    let shown: Vec<String> = pages.iter().flat_map(|page| words(page)).collect();
    for user in &people {
        let called = user.replace("U0", "");
        let name = format!("{called} | *{called}*");
        assert_eq!(shown.iter().filter(|text| **text == name).count(), 1, "{name}");
    }
    for page in &pages {
        let length: usize = words(page).iter().map(|text| slack::text::length(text)).sum();
        assert!(page.blocks.len() <= 50 && length < 13_000);
    }
    // When they say less, it is one message again, and nothing is left behind.
    for user in &people {
        does(&world, user, &format!("b{user}"), answer(MONDAY, ["", "", ""])).await;
        does(&world, user, &format!("c{user}"), answer(MONDAY, ["x", "", ""])).await;
    }
    let said = channel(&world);
    assert_eq!(said.iter().filter(|said| said.thread.is_none()).count(), 1);
    let left: Vec<&str> = thread(&said).into_iter().map(|page| page.text.as_str()).collect();
    assert!(left.contains(&"–"), "{left:?}");
}

#[tokio::test(start_paused = true)]
async fn a_report_whose_fate_is_unknown_is_posted_again_only_if_somebody_says_so() {
    for trouble in [Trouble::FailBefore, Trouble::FailAfter] {
        let is_there = usize::from(trouble == Trouble::FailAfter);
        let world = three();
        ask(&world).await;
        world.seam.next("slack.chat.postMessage", trouble);
        post(&world).await;
        assert_eq!(channel(&world).len(), is_there);
        let letter = &direct(&world, BOSS)[0];
        assert!(letter.text.starts_with(
            "I lost contact while posting the report of *daily* (Mon 1 Dec 2025) in <#C0TEAM>."
        ));
        assert_eq!(words(letter)[1], "Post it again");
        // Nothing posts it by itself, and a second firing neither.
        super::super::tests::fire(&world, Kind::Report, crate::ports::Clock::now(world.clock.as_ref())).await;
        does(&world, ANN, "ask", typed("report")).await;
        assert_eq!(channel(&world).len(), is_there);
        assert!(whispered(&world, ANN).iter().any(|text| text.starts_with("I lost contact")));
        assert!(matches!(world.standups.run(&key(MONDAY)).unwrap().report, Report::Lost));
        // Clicked twice, it is posted once.
        does(&world, BOSS, "again", again()).await;
        does(&world, BOSS, "again2", again()).await;
        assert_eq!(channel(&world).len(), is_there + 1);
        does(&world, BOB, "bob", answer(MONDAY, ["after", "", ""])).await;
        let shown = words(channel(&world).last().unwrap()).join("\n");
        assert!(shown.contains("after"), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_closed_to_the_bot_is_told_to_the_owner() {
    let world = three();
    ask(&world).await;
    world.slack.close(super::TEAM_CHANNEL);
    post(&world).await;
    assert!(channel(&world).is_empty());
    let told = &direct(&world, BOSS)[0].text;
    assert!(
        told.starts_with("I can't post the report of *daily* in <#C0TEAM> (Slack says not_in_channel)."),
        "{told}"
    );
    assert!(matches!(world.standups.run(&key(MONDAY)).unwrap().report, Report::None));
}

#[tokio::test(start_paused = true)]
async fn without_questions_there_is_no_report() {
    let world = three();
    fire(&world, Kind::Report, crate::ports::Clock::now(world.clock.as_ref())).await;
    world.settle().await;
    assert!(world.slack.said().is_empty());
    does(&world, ANN, "report", typed("report")).await;
    assert_eq!(
        whispered(&world, ANN),
        ["Nobody was asked for *daily* yet, so there is nothing to report. */standup now* asks everybody."]
    );
}
