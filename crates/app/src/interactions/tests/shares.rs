//! From a click on Share to its job.

use domain::ids::{JobId, ResponseUrl};
use domain::job::{Answers, Ask};
use serde_json::json;

use crate::testing::{ANN, TEAM, Trouble, Typed, World};

const PAGE: &str = "https://news.example/story";

#[tokio::test(start_paused = true)]
async fn a_share_is_one_job_however_often_it_is_clicked() {
    let world = World::new();
    let summary = world.run(&Typed::new("/summarize", PAGE)).await;
    let first = world.button("Share to channel");
    for click in [first.clone(), first.clone(), first.clone().at("1764577000.000200")] {
        assert_eq!(world.clicks(&click).await.unwrap().status, 200);
    }
    assert_eq!(world.jobs.all().len(), 2);
    let id = JobId::new(format!("text#{TEAM}#once#{}#{ANN}", first.ts()));
    let job = world.jobs.peek(&id).unwrap();
    assert_eq!(job.request.ask, Ask::Share { job: summary });
    let response_url = ResponseUrl::new(first.text("/response_url"));
    assert_eq!(job.request.answers, Answers::Private { response_url }, "the first click's");
    world.settle().await;
    assert_eq!(world.slack.aired().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_share_after_the_end_shows_nothing_again() {
    let world = World::new();
    world.run(&Typed::new("/summarize", PAGE)).await;
    let click = world.button("Share to channel");
    world.clicks(&click).await.unwrap();
    world.settle().await;
    let before = world.answers();
    world.clicks(&click.at("1764577000.000900")).await.unwrap();
    world.settle().await;
    assert_eq!(world.answers(), before);
}

#[tokio::test(start_paused = true)]
async fn a_button_whose_share_came_to_nothing_says_so_when_it_is_clicked_again() {
    for (trouble, aired) in [(Trouble::word(403, "restricted_action"), 0), (Trouble::FailAfter, 1)] {
        let world = World::new();
        world.run(&Typed::new("/summarize", PAGE)).await;
        let click = world.button("Share to channel");
        world.seam.next("slack.response_url", trouble.clone());
        world.clicks(&click).await.unwrap();
        // While it is being done, another click is none.
        assert_eq!(world.clicks(&click.clone().at("1764577000.000150")).await.unwrap().status, 200);
        world.settle().await;
        let before = world.answers().len();
        assert_eq!(world.clicks(&click.at("1764577000.000900")).await.unwrap().status, 200);
        world.settle().await;
        let words = "only U0ANN: I have nothing to share here any more. Ask for the summary again with *share* behind it.";
        assert_eq!(world.answers()[before..], [words], "{trouble:?}");
        assert_eq!(world.slack.aired().len(), aired, "{trouble:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn if_that_cannot_be_said_either_slack_shows_an_error() {
    let world = World::new();
    world.run(&Typed::new("/summarize", PAGE)).await;
    let click = world.button("Share to channel");
    world.seam.next("slack.response_url", Trouble::word(403, "restricted_action"));
    world.clicks(&click).await.unwrap();
    world.settle().await;
    world.seam.always("slack.response_url", Trouble::page(500));
    assert_eq!(world.clicks(&click.at("1764577000.000900")).await.unwrap().status, 500);
}

#[tokio::test(start_paused = true)]
async fn a_share_is_for_members_of_the_workspace() {
    for (changes, trouble, told) in [
        (json!({"is_restricted": true}), None, "Only members of this workspace can use me for that."),
        (json!({"deleted": true}), None, "Only members of this workspace can use me for that."),
        (
            json!({}),
            Some(Trouble::page(503)),
            "Slack did not tell me who you are, so I have done nothing. Please try again.",
        ),
    ] {
        let world = World::new();
        world.run(&Typed::new("/summarize", PAGE)).await;
        // Since then, ann has become a guest, or has left.
        world.slack.person(ANN, &changes);
        if let Some(trouble) = trouble {
            world.seam.always("slack.users.info", trouble);
        }
        world.clicks(&world.button("Share to channel")).await.unwrap();
        world.settle().await;
        assert_eq!(world.answers().last().unwrap(), &format!("only U0ANN: {told}"), "{changes}");
        assert!(world.slack.aired().is_empty() && world.jobs.all().len() == 1, "{changes}");
    }
}
