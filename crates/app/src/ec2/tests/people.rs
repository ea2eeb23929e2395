//! Who may ask, where it is answered, and what happens when nobody can be told.

use domain::ids::TeamId;
use domain::instance::InstanceState;
use domain::job::Status;

use super::check;
use crate::ports::Clock as _;
use crate::testing::{ANN, Asked, TEAM, Trouble, World};
use crate::wake::WakeUp;

const NO_PLACE: &str = "direct: I can't answer where you asked me, so I did nothing. If I am not in that channel, invite me; then ask again.";

const NO_PLACE_BUT_HERE: &str = "only U0ANN: I can't answer where you asked me, so I did nothing.";

const MEMBERS_ONLY: &str = "Only members of this workspace can use me for that.";

#[tokio::test(start_paused = true)]
async fn who_is_no_member_gets_nothing_and_ec2_is_not_asked() {
    for user in ["U0GUEST", "U0STRANGER", "U0ROBOT", "U0UNKNOWN"] {
        for text in ["stop web-1", "find", "help", "version", "", "frobnicate", "start web-3 for 2h"] {
            let world = World::new();
            let answer = format!("only {user}: {MEMBERS_ONLY}");
            check(&world, &Asked::mention(text).by(user), &[&answer], &[]).await;
            assert_eq!((world.seam.count("ec2."), world.seam.count("sts.")), (0, 0), "{user}: {text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn direct_messages_are_answered_in_their_own_thread() {
    for (text, answer) in [
        ("stop web-1", "direct: Done: `web-1` is *stopped* (5 s)."),
        (
            "stop",
            "direct: Stop what? Give an instance ID, a name, or a filter, e.g. *stop web-1* or *stop tag:Env=dev*.",
        ),
    ] {
        let world = World::new();
        world.ask(&Asked::direct(text)).await;
        assert_eq!(world.answers(), [answer]);
        assert_eq!(world.slack.said()[0].thread.as_deref(), Some("1764575999.000100"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_shows_in_the_thread_only_if_there_is_one() {
    for thread in [None, Some("1764570000.000100")] {
        let world = World::new();
        let asked = Asked::mention("stop");
        let asked = thread.map_or(asked.clone(), |thread| asked.in_thread(thread));
        world.ask(&asked).await;
        assert_eq!(world.slack.said()[0].thread.as_deref(), thread);
    }
}

#[tokio::test(start_paused = true)]
async fn where_the_bot_cannot_speak_nothing_is_done_and_the_person_hears_why() {
    let world = World::new();
    world.slack.close("C0OPS");
    check(&world, &Asked::mention("stop web-1"), &[NO_PLACE], &[]).await;
    assert_eq!(world.seam.count("ec2.change"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_question_that_was_deleted_meanwhile_is_answered_directly() {
    for (text, answer) in [("find web-*", "direct: *3 instances*"), ("stop web-1", NO_PLACE_BUT_HERE)] {
        let world = World::new();
        world.seam.next("slack.chat.post", Trouble::code("thread_not_found"));
        let id = world.ask(&Asked::mention(text)).await;
        let answers = world.answers();
        assert!(answers.len() == 1 && answers[0].starts_with(answer), "{answers:?}");
        assert!(world.jobs.peek(&id).unwrap().machine.told);
        assert_eq!(world.seam.count("ec2.change"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn what_slack_will_never_take_is_not_tried_for_hours() {
    let world = World::new();
    world.seam.always("slack.chat", Trouble::code("invalid_blocks"));
    let id = world.ask(&Asked::mention("find")).await;
    let job = world.jobs.peek(&id).unwrap();
    assert!(job.machine.is_closed() && !job.machine.told);
    assert!(world.seam.count("slack.chat") <= 2, "in the thread, and directly");
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_closes_on_the_way_does_not_make_for_silence() {
    for (text, answer) in [
        ("start web-3", "direct: Done: `web-3` is *running* (5 s)."),
        // The card can not even say that it begins.
        ("stop web-1", NO_PLACE),
        ("reboot web-1", NO_PLACE),
    ] {
        let world = World::new();
        world.seam.always("slack.chat.update", Trouble::code("is_archived"));
        world.ask(&Asked::mention(text)).await;
        assert_eq!(world.answers().last().map(String::as_str), Some(answer));
        assert_eq!(world.fleet.all_done().is_empty(), answer == NO_PLACE);
    }
}

#[tokio::test(start_paused = true)]
async fn a_dead_token_closes_the_job_without_a_change() {
    for code in ["token_revoked", "account_inactive", "invalid_auth"] {
        let world = World::new();
        world.slack.kill_token(code);
        let id = world.ask(&Asked::mention("stop web-1")).await;
        let job = world.jobs.peek(&id).unwrap();
        assert_eq!((job.machine.status, job.machine.told), (Status::Failed, false), "{code}");
        assert_eq!(world.seam.count("ec2."), 0, "{code}");
        assert_eq!(world.seam.count("tokens.active"), 1, "{code}: it was not closed by the first run");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_dies_before_the_card_keeps_the_change_from_being_made() {
    let world = World::new();
    world.seam.always("slack.chat", Trouble::code("token_revoked"));
    world.ask(&Asked::mention("stop web-1")).await;
    assert_eq!(world.seam.count("ec2.change"), 0);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_done_for_a_team_that_has_left() {
    let world = World::new();
    let id = world.hear(&Asked::mention("stop web-1")).await;
    world.teams.uninstall_now(&TeamId::new(TEAM), world.clock.now());
    world.settle().await;
    let job = world.jobs.peek(&id).unwrap();
    assert_eq!((job.machine.status, job.machine.told), (Status::Failed, false));
    assert_eq!((world.seam.count("ec2."), world.seam.count("slack.")), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_team_that_leaves_on_the_way_is_not_written_to() {
    for (text, stage, status) in [
        ("stop web-1", "jobs.advance waiting", Status::Unknown),
        ("stop web-1", "ec2.change", Status::Unknown),
        ("start web-1", "slack.chat.update", Status::Done),
    ] {
        let world = World::new();
        world.seam.next(stage, Trouble::CrashAfter);
        if text.starts_with("start") {
            world.fleet.meddle("web-1", InstanceState::Stopped);
        }
        let id = world.hear(&Asked::mention(text)).await;
        world.go_on().await;
        let said = world.slack.said();
        world.teams.uninstall_now(&TeamId::new(TEAM), world.clock.now());
        world.settle().await;
        assert_eq!(world.jobs.peek(&id).unwrap().machine.status, status, "{stage}");
        assert_eq!(world.slack.said(), said, "{stage}");
        assert_eq!(world.fleet.all_done(), [text], "{stage}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wake_up_that_makes_no_sense_does_nothing() {
    let world = World::new();
    let id = world.hear(&Asked::mention("stop web-1")).await;
    let deadline = world.clock.now().plus(120_000);
    let newer = WakeUp { v: 2, ..WakeUp::new(TeamId::new(TEAM), id) };
    assert!(world.ec2().handle(&newer, deadline).await.is_err());
    let unknown = WakeUp::new(TeamId::new(TEAM), domain::ids::JobId::new("ec2#nothing"));
    assert!(world.ec2().handle(&unknown, deadline).await.is_ok());
    assert_eq!(world.seam.count("tokens."), 0);
    assert!(world.slack.said().iter().all(|said| said.only.as_deref() != Some(ANN)));
}

#[tokio::test(start_paused = true)]
async fn what_comes_as_a_direct_message_instead_offers_nothing_to_click() {
    let world = World::new();
    world.slack.close("C0OPS");
    world.ask(&Asked::mention("stpo web-1")).await;
    let said = world.slack.said().remove(0);
    assert_eq!(
        (said.channel.as_str(), said.text.as_str()),
        ("D-U0ANN", "I don't know “stpo”. Did you mean `stop web-1`?")
    );
    assert!(said.blocks.iter().all(|block| block["type"] != "actions"), "{:?}", said.blocks);
}
