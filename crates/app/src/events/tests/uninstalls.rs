//! The end of an installation: two events, in any order, repeated and late.

use serde_json::{Value, json};

use crate::ports::Clock as _;
use crate::testing::{ANN, BOT_USER, TEAM, World};

fn uninstalled() -> Value {
    json!({"type": "app_uninstalled"})
}

fn revoked(bot: &[&str]) -> Value {
    json!({"type": "tokens_revoked", "tokens": {"oauth": [ANN], "bot": bot}})
}

fn is_installed(world: &World) -> bool {
    let is_active = world.teams.peek(TEAM).unwrap().is_active();
    assert_eq!(world.teams.peek_token(TEAM).is_some(), is_active, "a token outlives its installation");
    is_active
}

#[tokio::test(start_paused = true)]
async fn either_event_ends_an_installation_in_any_order_and_number() {
    let bot = &[BOT_USER][..];
    for events in [
        vec![uninstalled()],
        vec![revoked(bot)],
        vec![uninstalled(), revoked(bot)],
        vec![revoked(bot), uninstalled()],
        vec![uninstalled(), uninstalled(), revoked(bot), revoked(bot)],
    ] {
        let world = World::new();
        for event in &events {
            assert_eq!(world.deliver(event).await.status, 200);
        }
        assert!(!is_installed(&world), "{events:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_token_of_a_person_or_of_another_bot_ends_nothing() {
    for bot in [&[][..], &["U0OTHER"]] {
        let world = World::new();
        assert_eq!(world.deliver(&revoked(bot)).await.status, 200);
        assert!(is_installed(&world), "{bot:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_from_before_a_new_installation_does_not_end_it() {
    for event in [uninstalled(), revoked(&[BOT_USER])] {
        let world = World::new();
        let body = json!({"type": "event_callback", "team_id": TEAM, "event": event,
            "event_time": world.clock.now().secs() + 10});
        world.clock.later(60_000).await;
        world.install_now();
        let answer = world.post(&world.signed(body.to_string().as_bytes())).await;
        assert_eq!(answer.status, 200);
        assert!(is_installed(&world), "{event}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_team_may_come_back() {
    let world = World::new();
    world.deliver(&uninstalled()).await;
    assert!(!is_installed(&world));
    world.clock.later(60_000).await;
    world.install_now();
    assert!(is_installed(&world));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_an_unknown_installation_is_nothing() {
    let world = World::new();
    let body = json!({"type": "event_callback", "team_id": "T0OTHER", "event": uninstalled()});
    assert_eq!(world.post(&world.signed(body.to_string().as_bytes())).await.status, 200);
    assert_eq!(world.seam.count("teams.uninstall"), 0);
    assert!(is_installed(&world));
}
