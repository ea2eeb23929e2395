//! What is typed changes nothing but what was meant: filters on tags, bold text, and what
//! is started.

use domain::instance::InstanceState::{Running, Stopped};
use serde_json::{Value, json};

use super::cards::{buttons, shown};
use super::check;
use crate::testing::{Asked, Typed, World};

/// web-1 is production, web-2 is not, and bare has no such tag.
fn tagged() -> World {
    let world = World::new();
    world.fleet.add('e', "us-east-1", Running, &["Name=bare"]);
    world.fleet.tag("web-1", "Env", "prod");
    world.fleet.tag("web-2", "Env", "Dev");
    world
}

#[tokio::test(start_paused = true)]
async fn an_excluded_value_compares_regardless_of_case_and_is_shown() {
    for filter in ["tag:env!=prod", "tag:ENV!=PROD", "env!=Prod", "Env!=pr*"] {
        let world = tagged();
        world.plan(&Asked::mention(&format!("stop {filter} web-1 web-2 bare"))).await;
        assert_eq!(
            world.answers(),
            ["only U0ANN: No instance matches “web-1” in eu-west-1, us-east-1. Closest: `web-2`, `web-3`."],
            "{filter}"
        );
        let world = tagged();
        world.plan(&Asked::mention(&format!("stop {filter} web-2 bare"))).await;
        let key = filter.trim_start_matches("tag:").split('!').next().unwrap();
        let key = if filter.starts_with("tag:") { key } else { "env" };
        let words = format!(
            "Stop 2 instances? Plan PLAN, valid 10 min.\n\
             • `web-2` (i-22222222) in eu-west-1: *running* → stopped · Env: Dev\n\
             • `bare` (i-eeeeeeee) in us-east-1: *running* → stopped · {key}: _not set_"
        );
        assert_eq!(shown(&world), words, "{filter}");
        assert_eq!(world.fleet.all_done(), [""; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_tag_filter_selects_regardless_of_case() {
    for filter in ["tag:env=dev", "tag:ENV=DEV", "env=dev"] {
        let (done, answer) = (["stop web-2"], ["thread: Done: `web-2` is *stopped* (5 s)."]);
        check(&tagged(), &Asked::mention(&format!("stop {filter}")), &answer, &done).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_filter_on_a_tag_that_no_instance_has_is_refused() {
    for (text, instead) in [
        ("stop tag:env2!=prod web-*", "stop web-* tag:Env!=prod"),
        ("find tag:env2=prod", "find tag:Env=prod"),
        ("start tag:env2!=prod web-3", "start web-3 tag:Env!=prod"),
    ] {
        let world = tagged();
        let answer = "only U0ANN: No instance in eu-west-1, us-east-1 has a tag `env2`; did you mean `Env`?";
        check(&world, &Asked::mention(text), &[answer], &[]).await;
        assert_eq!(buttons(&world), [instead], "{text}");
    }
    for text in ["find owner!=ann", "stop owner!=ann web-1", "check owner=ann"] {
        let answer = "only U0ANN: No instance in eu-west-1, us-east-1 has a tag `owner`.";
        check(&tagged(), &Asked::mention(text), &[answer], &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_tag_that_changes_after_the_card_stops_the_plan() {
    let world = tagged();
    world.plan(&Asked::mention("stop web-2 env!=prod")).await;
    world.fleet.tag("web-2", "Env", "prod");
    world.clicks(&world.fresh("Stop web-2")).await;
    world.work_off().await;
    let answer = "thread: `web-2` changed since you asked (its tag `Env` was Dev, now prod). I did nothing.";
    assert_eq!(world.answers(), [answer]);
    assert_eq!(world.fleet.all_done(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn start_by_pattern_or_filter_or_of_several_asks_for_confirmation() {
    for (text, asks) in [
        ("start web-3", false),
        ("start i-33333333", false),
        ("start web-3 env=dev", false),
        // web-1 runs already.
        ("start web-1 web-3", false),
        ("start web-*", true),
        ("start env=dev", true),
        ("start web-3 web-9", true),
    ] {
        let world = tagged();
        world.fleet.tag("web-3", "Env", "dev");
        world.fleet.add('f', "eu-west-1", Stopped, &["Name=web-9"]);
        world.plan(&Asked::mention(text)).await;
        let said = world.answers().pop().unwrap();
        assert_eq!(world.fleet.all_done().is_empty(), asks, "{text}: {said}");
        if asks {
            assert!(said.starts_with("thread: Start ") && said.contains(" money while "), "{text}: {said}");
            let agree = buttons(&world).remove(0);
            world.clicks(&world.fresh(&agree)).await;
            world.work_off().await;
            assert!(world.fleet.all_done().contains(&"start web-3".to_owned()), "{text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_cancelled_or_confirmed_by_another_starts_nothing() {
    let world = World::new();
    world.plan(&Asked::mention("start web-*")).await;
    assert_eq!(buttons(&world), ["Start web-3", "Dry run", "Cancel"]);
    world.clicks(&world.fresh("Start web-3").by("U0BOB")).await;
    world.work_off().await;
    assert_eq!(world.fleet.all_done(), [""; 0]);
    world.clicks(&world.fresh("Cancel")).await;
    world.work_off().await;
    assert_eq!(world.answers()[0], "thread: Cancelled by <@U0ANN>. Nothing was run.");
    assert_eq!(world.fleet.all_done(), [""; 0]);
}

/// A mention of the bot, and then `start` and a word of this style.
fn start(style: Option<&str>, word: &str) -> Value {
    let mut event = Asked::mention(&format!("start *{word}*")).event();
    let mut element = json!({"type": "text", "text": word});
    if let Some(style) = style {
        element["style"] = json!({style: true});
    }
    event["blocks"] = json!([{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "user", "user_id": "U0BELLHOP"}, {"type": "text", "text": " start "}, element
    ]}]}]);
    event
}

#[tokio::test(start_paused = true)]
async fn a_bold_name_is_that_name() {
    for style in ["bold", "italic", "strike", "code"] {
        let world = World::new();
        world.deliver(&start(Some(style), "web-3")).await;
        world.work_off().await;
        assert_eq!(world.fleet.all_done(), ["start web-3"], "{style}");
        let world = World::new();
        world.deliver(&start(Some(style), "web")).await;
        world.work_off().await;
        let said = world.answers().pop().unwrap();
        assert!(said.starts_with("only U0ANN: No instance matches “web” in "), "{style}: {said}");
    }
    // Asterisks that were typed make a pattern.
    let world = World::new();
    world.deliver(&start(None, "*web*")).await;
    world.work_off().await;
    assert_eq!(buttons(&world), ["Start web-3", "Dry run", "Cancel"]);
}

#[tokio::test(start_paused = true)]
async fn without_styles_a_word_between_asterisks_is_asked_about() {
    let answer =
        "only U0ANN: “*web-3*” may be bold text or a pattern, so I did nothing. Which one do you mean?";
    let world = World::new();
    check(&world, &Asked::mention("start *web-3*"), &[answer], &[]).await;
    assert_eq!(buttons(&world), ["start web-3", "start **web-3*"]);
    world.clicks(&world.fresh("start web-3")).await;
    world.work_off().await;
    assert_eq!(world.fleet.all_done(), ["start web-3"]);
    let world = World::new();
    world.types(&Typed::new("/ec2", "stop *web*")).await;
    world.settle().await;
    let answer =
        "only U0ANN: “*web*” may be bold text or a pattern, so I did nothing. Which one do you mean?";
    assert_eq!((world.answers().remove(0).as_str(), world.fleet.all_done().len()), (answer, 0));
}
