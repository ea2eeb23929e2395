use app::ports::OauthStates as _;

use super::*;

#[tokio::test]
async fn a_state_is_used_up_once_however_many_try() {
    let tables = Tables::new().await;
    let states = DynamoOauthStates::new(tables.client.clone(), "oauth_states");
    states.put("state", "cookie", Millis::from_secs(600)).await.unwrap();
    let used = race(|_| {
        let states = states.clone();
        async move { states.consume("state", "cookie", Millis(0)).await.unwrap() }
    })
    .await;
    assert_eq!(used.into_iter().filter(|used| *used).count(), 1);
    assert!(!states.consume("state", "cookie", Millis(0)).await.unwrap());
}

#[tokio::test]
async fn a_wrong_cookie_does_not_use_the_state_up() {
    let tables = Tables::new().await;
    let states = DynamoOauthStates::new(tables.client.clone(), "oauth_states");
    states.put("state", "cookie", Millis::from_secs(600)).await.unwrap();
    assert!(!states.consume("state", "other", Millis(0)).await.unwrap());
    assert!(!states.consume("other", "cookie", Millis(0)).await.unwrap());
    assert!(states.consume("state", "cookie", Millis(0)).await.unwrap());
}

#[tokio::test]
async fn an_expired_state_that_ttl_has_left_there_is_refused() {
    let tables = Tables::new().await;
    let states = DynamoOauthStates::new(tables.client.clone(), "oauth_states");
    for (now, used) in [(599_999, true), (600_000, false), (600_001, false), (u64::MAX, false)] {
        states.put("state", "cookie", Millis::from_secs(600)).await.unwrap();
        assert_eq!(states.consume("state", "cookie", Millis(now)).await.unwrap(), used, "at {now}");
    }
    // Between two seconds it ends early, never late.
    states.put("state", "cookie", Millis(600_900)).await.unwrap();
    assert!(!states.consume("state", "cookie", Millis(600_901)).await.unwrap());
    assert!(tables.raw("oauth_states", ("state_hash", "state")).await.is_some());
}
