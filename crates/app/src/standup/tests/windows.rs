//! The modals: opened at a click or a command, filled with what is on record,
//! and taken when they are submitted.

use domain::job::{Ask, Job};
use domain::standup::{Answer, Errand};
use serde_json::{Value, json};

use super::{
    BOB, CAT, HOUR_MS, MONDAY, TEAM_CHANNEL, THANKS, TUESDAY, answer, ask, asked, does, fire, key, says,
    skip, three, typed, whispered,
};
use crate::ports::Clock as _;
use crate::testing::{ANN, BOSS, BOT_USER, Click, Trouble, Typed, World};

const NOT_THEIRS: &str = "This standup is not there any more, or you are not asked in it.";
const OVER: &str =
    "This standup is over: the next one has begun. Your newest message from me has the questions.";

/// A click of `user`'s on what says `button` in their message of the standup.
fn click(world: &World, user: &str, button: &str) -> Click {
    let message = asked(world, user).pop().expect("they were asked");
    Click::on(&message, button).expect("there is such a button").by(user)
}

/// The modal that `user` sees.
fn view(world: &World, user: &str) -> Value {
    world.slack.modal(user).expect("a modal is open").view
}

/// What a modal says that has nothing to fill in.
fn sentence(world: &World, user: &str) -> String {
    let view = view(world, user);
    assert_eq!(view["submit"], Value::Null, "there is nothing to submit: {view}");
    view["blocks"][0]["text"]["text"].as_str().unwrap().to_owned()
}

/// What stands in the inputs at first.
fn shown(view: &Value) -> Vec<(&str, &str)> {
    let inputs = view["blocks"].as_array().unwrap().iter().filter(|block| block["type"] == "input");
    inputs
        .map(|input| {
            let initial = input["element"]["initial_value"].as_str().unwrap_or_default();
            (input["label"]["text"].as_str().unwrap(), initial)
        })
        .collect()
}

/// The jobs about standups that clicks and modals have made.
fn errands(world: &World) -> Vec<Errand> {
    let errand = |job: Job| match job.request.ask {
        Ask::Standup { errand } => Some(errand),
        _ => None,
    };
    world.jobs.all().into_iter().filter_map(errand).collect()
}

#[tokio::test(start_paused = true)]
async fn the_questions_are_asked_in_a_modal_that_knows_the_earlier_answers() {
    let world = three();
    ask(&world).await;
    let before = world.seam.calls().len();
    let opened = world.clicks(&click(&world, ANN, "Open report")).await.unwrap();
    assert_eq!((opened.status, opened.body.as_str()), (200, ""));
    let calls = world.seam.calls().split_off(before);
    let expected = [
        "secrets.verifier",
        "teams.find",
        "tokens.active",
        "slack.views.open",
        "standups.find",
        "runs.find",
        "entries.find",
        "slack.views.update",
    ];
    assert_eq!(calls, expected, "the light modal is opened before anything is looked up");
    let questions = ["What did you work on yesterday?", "What is your plan for today?", "Any impediments?"];
    assert_eq!(shown(&view(&world, ANN)), questions.map(|question| (question, "")));
    let answer = world.fill(ANN, &[("Any impediments?", "<web-1> & more")]).await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(says(&world, ANN), THANKS);
    let given = world.standups.entry(&key(MONDAY), ANN).unwrap().answer;
    assert!(
        matches!(&given, Answer::Given { texts, .. } if *texts == ["", "", "<web-1> & more"]),
        "{given:?}"
    );
    world.clicks(&click(&world, ANN, "Edit").at("1764577100.000100")).await.unwrap();
    let again = view(&world, ANN);
    assert_eq!(shown(&again)[2], (questions[2], "<web-1> & more"), "as it was written");
    let metadata: Value = serde_json::from_str(again["private_metadata"].as_str().unwrap()).unwrap();
    assert_eq!(metadata, json!({"standup": "0000abcd", "date": MONDAY}), "nothing else goes round");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_answered_is_said_in_the_modal() {
    let world = three();
    ask(&world).await;
    let anns = click(&world, ANN, "Open report");
    for (what, value) in
        [("another standup", format!("0000dcba {MONDAY}")), ("another day", "0000abcd 20251128".to_owned())]
    {
        world.clicks(&anns.clone().at(what).with_value(&value)).await.unwrap();
        assert_eq!(sentence(&world, ANN), NOT_THEIRS, "{what}");
    }
    // Somebody who was not asked gets hold of the button.
    world.clicks(&anns.clone().by("U0KIM")).await.unwrap();
    assert_eq!(sentence(&world, "U0KIM"), NOT_THEIRS);
    world.clock.later(24 * HOUR_MS).await;
    fire(&world, domain::standup::Kind::Questions, world.clock.now()).await;
    world.settle().await;
    world.clicks(&anns.clone().at("late")).await.unwrap();
    assert_eq!(sentence(&world, ANN), OVER);
    world.clicks(&anns.at("odd").with_value("whatever")).await.unwrap();
    assert_eq!(sentence(&world, ANN), OVER, "a value that is none of ours opens nothing");
}

#[tokio::test(start_paused = true)]
async fn a_trigger_that_is_too_old_and_a_slack_in_trouble_are_told() {
    for (trouble, told) in [
        (Trouble::code("expired_trigger_id"), Some("That took too long; click again.")),
        (
            Trouble::code("internal_error"),
            Some("I am slow or in trouble right now. If no window has opened, click again."),
        ),
    ] {
        let world = three();
        ask(&world).await;
        world.seam.always("slack.views.open", trouble);
        world.clicks(&click(&world, ANN, "Open report")).await.unwrap();
        let heard: Vec<String> =
            world.slack.said().into_iter().filter(|said| said.only.is_some()).map(|said| said.text).collect();
        assert_eq!(heard.last().map(String::as_str), told);
        assert!(world.slack.modal(ANN).is_none());
    }
    let world = three();
    ask(&world).await;
    world.seam.always("entries.find", Trouble::FailBefore);
    world.clicks(&click(&world, ANN, "Open report")).await.unwrap();
    assert_eq!(
        sentence(&world, ANN),
        "Something went wrong on my side. Please close this window and try again."
    );
}

#[tokio::test(start_paused = true)]
async fn what_a_modal_says_of_itself_is_not_believed() {
    let world = three();
    ask(&world).await;
    world.clicks(&click(&world, ANN, "Open report")).await.unwrap();
    let filled = world.slack.modal(ANN).unwrap().filled(&[("Any impediments?", "none")]);
    let jobs = errands(&world).len();
    let other = json!(r#"{"standup":"0000dcba","date":"20251201"}"#);
    for (what, forged, told) in [
        ("another standup", filled.clone().with("/view/private_metadata", other), NOT_THEIRS),
        ("nonsense", filled.clone().with("/view/private_metadata", json!("{}")), NOT_THEIRS),
        ("somebody else", filled.clone().by("U0KIM"), NOT_THEIRS),
    ] {
        world.submits(&forged).await.unwrap();
        assert_eq!(world.slack.modal(ANN).unwrap().shown(), [format!("q0: {told}")], "{what}");
    }
    let empty = world.slack.modal(ANN).unwrap().filled(&[]);
    world.submits(&empty).await.unwrap();
    assert_eq!(
        world.slack.modal(ANN).unwrap().shown(),
        ["q0: Write at least one answer, or close this window and choose Skip today."]
    );
    assert_eq!(errands(&world).len(), jobs, "nothing was taken");
    // The same modal twice is one job: the answer to the first was lost.
    world.submits(&filled).await.unwrap();
    world.submits(&filled).await.unwrap();
    assert_eq!(errands(&world).len(), jobs + 1);
    world.settle().await;
    assert_eq!(says(&world, ANN), THANKS);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_too_late_is_refused_in_the_modal() {
    let world = three();
    ask(&world).await;
    world.clicks(&click(&world, ANN, "Open report")).await.unwrap();
    let filled = world.slack.modal(ANN).unwrap().filled(&[("Any impediments?", "none")]);
    world.clock.later(24 * HOUR_MS).await;
    fire(&world, domain::standup::Kind::Questions, world.clock.now()).await;
    world.settle().await;
    world.submits(&filled).await.unwrap();
    assert_eq!(world.slack.modal(ANN).unwrap().shown(), [format!("q0: {OVER}")]);
    assert_eq!(world.standups.entry(&key(MONDAY), ANN).unwrap().answer, Answer::None);
    assert_eq!(world.standups.entry(&key(TUESDAY), ANN).unwrap().answer, Answer::None);
}

#[tokio::test(start_paused = true)]
async fn buttons_that_need_no_window_become_jobs() {
    let world = three();
    ask(&world).await;
    world.clicks(&click(&world, BOB, "Skip today")).await.unwrap();
    world.settle().await;
    assert!(errands(&world).contains(&skip(MONDAY)));
    assert!(matches!(world.standups.entry(&key(MONDAY), BOB).unwrap().answer, Answer::Skipped { .. }));
    does(&world, CAT, "cat", answer(MONDAY, ["a", "", ""])).await;
    // Whoever has set it up lists it and deletes it.
    does(&world, BOSS, "list", typed("list")).await;
    let list = world.slack.said().into_iter().rfind(|said| said.only.as_deref() == Some(BOSS)).unwrap();
    world.clicks(&Click::on(&list, "Delete").unwrap()).await.unwrap();
    world.settle().await;
    assert!(errands(&world).contains(&Errand::Remove { standup: super::id("0000abcd") }));
    assert!(world.standups.definitions().is_empty());
    assert_eq!(
        whispered(&world, BOSS).last().map(String::as_str),
        Some("Deleted *daily*. Nobody is asked any more.")
    );
}

#[tokio::test(start_paused = true)]
async fn a_standup_is_shown_to_change_to_its_owner_and_to_admins() {
    for (user, may) in [(BOSS, true), (BOB, false), ("U0ADMIN", true)] {
        let world = three();
        world.slack.person("U0ADMIN", &json!({"is_admin": true}));
        world.slack.channel(TEAM_CHANNEL, &[ANN, BOB, BOSS, "U0ADMIN", BOT_USER]);
        does(&world, user, "list", typed("list")).await;
        let list = world.slack.said().into_iter().rfind(|said| said.only.as_deref() == Some(user)).unwrap();
        world.clicks(&Click::on(&list, "Edit").unwrap()).await.unwrap();
        if !may {
            assert_eq!(
                sentence(&world, user),
                "Only the person who has set this standup up, or a workspace admin, may change it."
            );
            continue;
        }
        let open = view(&world, user);
        assert_eq!(open["title"]["text"], "Change a standup");
        assert_eq!(shown(&open)[0], ("Name", "daily"));
        let labels = [("Name", "every day"), ("Days", "Mon,Wed"), ("Ask at", "07:45")];
        let answer = world.fill(user, &labels).await.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, ""));
        let changed = &world.standups.definitions()[0].blueprint;
        assert_eq!(changed.name, "every day", "{:?}", whispered(&world, user));
        let timing = changed.timing.as_ref().unwrap();
        assert_eq!((timing.days.as_slice().len(), timing.ask.to_string()), (2, "07:45".to_owned()));
    }
}

#[tokio::test(start_paused = true)]
async fn setup_asks_for_everything_and_complains_at_the_inputs() {
    let world = three();
    let typed = Typed::new("/standup", "setup").with("channel_id", TEAM_CHANNEL);
    let answer = world.types(&typed).await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    let open = view(&world, ANN);
    assert_eq!(open["title"]["text"], "Set up a standup");
    let zone = shown(&open).into_iter().find(|(label, _)| *label == "Time zone").unwrap();
    assert_eq!(zone, ("Time zone", "Europe/London"), "the person's own");
    let wrong = [("Name", "retro"), ("Time zone", "Europe/Berln"), ("Questions", "\n\n")];
    world.submits(&world.slack.modal(ANN).unwrap().filled(&wrong)).await.unwrap();
    assert_eq!(
        world.slack.modal(ANN).unwrap().shown(),
        ["questions: Please fill this in.", "zone: I don't know this time zone. Did you mean Europe/Berlin?"]
    );
    world.fill(ANN, &[("Name", "retro"), ("Days", "Fri"), ("Time zone", "europe/berlin")]).await.unwrap();
    let made = world.standups.definitions().into_iter().find(|one| one.blueprint.name == "retro").unwrap();
    assert_eq!((made.owner.as_str(), made.blueprint.zone.as_str()), (ANN, "Europe/Berlin"));
    let told = whispered(&world, ANN).pop().unwrap();
    assert!(told.starts_with("Saved. *retro* in <#C0TEAM>: Fri at 09:00, report at 10:00"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn setup_that_takes_too_long_is_told() {
    let world = three();
    world.seam.always("slack.views.open", Trouble::code("expired_trigger_id"));
    let answer = world.types(&Typed::new("/standup", "setup")).await.unwrap();
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["text"], "That took too long; type it again.");
    world.seam.calm();
    world.seam.always("slack.users.info", Trouble::code("internal_error"));
    world.types(&Typed::new("/standup", "set up").again("second")).await.unwrap();
    assert_eq!(
        sentence(&world, ANN),
        "Something went wrong on my side. Please close this window and try again."
    );
}
