//! From a click on a suggestion or a page to its job, and where that answers.

use domain::ids::{ChannelId, MessageTs, ResponseUrl, TeamId, UserId};
use domain::job::{Answers, Ask, Job};
use serde_json::json;

use super::{ALL, Seen, THREAD, changed, click, offer};
use crate::ports::Clock as _;
use crate::testing::{ANN, Click, TEAM, World};

const URL: &str = "https://hooks.slack.com/actions/T0ACME/1764576900.000100/1764577000.000100";

async fn job(world: &World, click: &Click) -> Job {
    let answer = world.clicks(click).await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, ""), "Slack shows nothing of it");
    let [job] = world.jobs.all().try_into().unwrap();
    assert_eq!(world.wake.take().len(), 1);
    job
}

#[tokio::test(start_paused = true)]
async fn a_click_is_answered_where_the_question_was() {
    let thread = || MessageTs::new(THREAD);
    let response_url = || ResponseUrl::new(URL);
    for (seen, answers, spent) in [
        (Seen::ByAll, Answers::Channel { thread: thread(), open_thread: Some(thread()) }, None),
        (Seen::ByAnn, Answers::Channel { thread: thread(), open_thread: None }, Some(response_url())),
        (Seen::InDirect, Answers::Direct { thread: thread() }, None),
        (Seen::InPrivate, Answers::Private { response_url: response_url() }, None),
    ] {
        for (id, page) in [("run", 1), ("run.0", 1), ("run.3", 1), ("page.2", 2), ("page.17", 17)] {
            let world = World::new();
            let job = job(&world, &click(&world, seen, id, "find stopped")).await;
            let clicked = format!("ec2#{TEAM}#click#1764576900.000100#{ANN}#1764577000.000100");
            assert_eq!(job.id.as_str(), clicked, "{seen:?}");
            assert_eq!(
                job.request.ask,
                Ask::Command { text: "find stopped".to_owned(), page, spent: spent.clone() }
            );
            assert_eq!(job.request.answers, answers, "{seen:?}");
            assert_eq!(job.request.user, UserId::new(ANN));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_chosen_from_a_menu_is_run() {
    let world = World::new();
    let mut said = offer(&world, Seen::ByAnn, "run.0", "x");
    said.blocks[0]["elements"] = json!([{"type": "static_select", "action_id": "run.0",
        "placeholder": {"type": "plain_text", "text": "Choose"},
        "options": [{"text": {"type": "plain_text", "text": "web-1"}, "value": "stop i-11111111"}]}]);
    let job = job(&world, &Click::on(&said, "web-1").unwrap()).await;
    assert!(matches!(job.request.ask, Ask::Command { text, .. } if text == "stop i-11111111"));
}

#[tokio::test(start_paused = true)]
async fn whoever_clicks_is_who_asks() {
    let world = World::new();
    let job = job(&world, &click(&world, Seen::ByAll, "run.0", "find").by("U0BOB")).await;
    assert_eq!(job.request.user, UserId::new("U0BOB"));
    assert_eq!(job.request.channel, ChannelId::new("C0OPS"));
}

#[tokio::test(start_paused = true)]
async fn a_question_for_one_person_is_taken_away_and_the_answer_stands_in_the_thread() {
    let world = World::new();
    let click = click(&world, Seen::ByAnn, "run.0", "stop web-1");
    world.clicks(&click).await.unwrap();
    world.settle().await;
    assert_eq!(world.answers(), ["thread: Done: `web-1` is *stopped* (5 s)."]);
    assert_eq!(world.slack.said()[0].thread.as_deref(), Some(THREAD));
}

#[tokio::test(start_paused = true)]
async fn in_private_the_answer_takes_the_place_of_the_question() {
    for (id, command) in [("run.0", "find stopped"), ("page.2", "find")] {
        let world = World::new();
        let question = offer(&world, Seen::InPrivate, id, command);
        world.press("Click me").await.unwrap();
        let [said] = world.slack.said().try_into().unwrap();
        assert_eq!(said.ts, question.ts, "{command}");
        assert_eq!((said.only.as_deref(), said.before[0].as_str()), (Some(ANN), "Which one?"));
        assert!(!said.text.contains("went wrong"), "{}", said.text);
        assert_eq!(world.seam.count("slack.chat"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn in_a_direct_message_the_answer_stands_in_its_thread() {
    let world = World::new();
    offer(&world, Seen::InDirect, "run.0", "stop web-1");
    world.press("Click me").await.unwrap();
    assert_eq!(world.answers(), ["direct: Which one?", "direct: Done: `web-1` is *stopped* (5 s)."]);
}

#[tokio::test(start_paused = true)]
async fn two_clicks_are_two_jobs_and_one_that_comes_twice_is_one() {
    let world = World::new();
    let first = click(&world, Seen::ByAll, "run.0", "stop web-1");
    for (click, jobs) in [
        (first.clone(), 1),
        (first.clone(), 1),
        (first.clone().at("1764577000.000200"), 2),
        (first.clone().by("U0BOB"), 3),
        (first.at("1764577000.000200"), 3),
    ] {
        world.clicks(&click).await.unwrap();
        assert_eq!(world.jobs.all().len(), jobs);
    }
}

#[tokio::test(start_paused = true)]
async fn clicks_without_a_moment_are_one() {
    for moment in [json!(null), json!(""), json!("9".repeat(256))] {
        let world = World::new();
        let click = changed(click(&world, Seen::ByAll, "run.0", "find"), "/actions/0/action_ts", moment);
        for _ in 0..2 {
            world.clicks(&click).await.unwrap();
        }
        assert_eq!(world.jobs.all().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn only_the_first_click_that_is_ours_counts() {
    let world = World::new();
    let mut click = click(&world, Seen::ByAll, "run.0", "find");
    let ours = click.payload["actions"][0].clone();
    let mut other = ours.clone();
    other["action_id"] = json!("confirm");
    click.payload["actions"] = json!([other, ours, ours]);
    world.clicks(&click).await.unwrap();
    assert_eq!(world.jobs.all().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn blocks_that_name_no_thread_are_answered_in_private_or_below_what_everybody_sees() {
    let thread = || MessageTs::new(THREAD);
    let below = Answers::Channel { thread: thread(), open_thread: Some(thread()) };
    let private = Answers::Private { response_url: ResponseUrl::new(URL) };
    for (seen, id, answers) in [
        (Seen::ByAll, "run.0", &below),
        (Seen::ByAll, "page.2", &below),
        (Seen::ByAll, "share", &private),
        (Seen::ByAnn, "run.0", &private),
    ] {
        for block in ["in:", "b1", "IN:1.2", ""] {
            let world = World::new();
            let value = if id == "share" { "text#T0ACME#command#1" } else { "find" };
            let click = changed(click(&world, seen, id, value), "/actions/0/block_id", json!(block));
            let job = job(&world, &click).await;
            assert_eq!(job.request.answers, *answers, "{seen:?} {id} {block}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_done_for_a_team_that_has_not_installed_the_app() {
    for seen in ALL {
        let world = World::new();
        world.teams.uninstall_now(&TeamId::new(TEAM), world.clock.now());
        let click = click(&world, seen, "run.0", "stop web-1");
        assert_eq!(world.clicks(&click).await.unwrap().status, 200);
        assert_eq!(world.seam.calls(), ["secrets.verifier", "teams.find"]);
    }
    for team in [json!({"id": "T0OTHER"}), json!(null), json!({"id": "X".repeat(256)})] {
        let world = World::new();
        let click = changed(click(&world, Seen::ByAll, "run.0", "stop web-1"), "/team", team);
        assert_eq!(world.clicks(&click).await.unwrap().status, 200);
        assert!(world.jobs.all().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_stranger_in_a_shared_channel_asks_in_the_name_of_the_team_that_installed_the_app() {
    let world = World::new();
    let click = changed(click(&world, Seen::ByAll, "run.0", "find"), "/user/team_id", json!("T0OTHER"));
    assert_eq!(job(&world, &click).await.team, TeamId::new(TEAM));
}
