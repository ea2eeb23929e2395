//! On the way to Slack.

use super::{DOMAIN, begun, get, header, visit};
use crate::testing::{CLIENT_ID, Trouble, World};

#[tokio::test(start_paused = true)]
async fn a_browser_leaves_with_a_state_and_a_cookie_that_only_it_has() {
    let world = World::new();
    let install = world.install(None);
    let response = get(&world, &install, &visit("/slack/install", "", &[])).await;
    assert_eq!((response.status, response.body.as_str()), (302, ""));
    let [cookie] = response.cookies.as_slice() else { panic!("{:?}", response.cookies) };
    let (value, attributes) = cookie.split_once(';').unwrap();
    let value = value.strip_prefix("__Host-bellhop-oauth=").unwrap();
    assert_eq!(attributes, " Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax");

    let location = header(&response, "location").unwrap();
    let expected = format!(
        "https://slack.com/oauth/v2/authorize?client_id={CLIENT_ID}\
         &scope=app_mentions%3Aread%2Cchannels%3Aread%2Cchat%3Awrite%2Ccommands%2Cgroups%3Aread%2Cim%3Ahistory%2Cim%3Awrite\
         %2Cusergroups%3Aread%2Cusers%3Aread\
         &redirect_uri=https%3A%2F%2F{DOMAIN}%2Fslack%2Foauth_redirect&state="
    );
    let state = location.strip_prefix(&expected).unwrap_or_else(|| panic!("{location}"));
    assert!(state.len() >= 43 && value.len() >= 43 && state != value);
    assert!(!location.contains(value), "the cookie travels through Slack");

    // The table knows hashes only.
    for (state_hash, (cookie_hash, _)) in world.states.kept.lock().unwrap().iter() {
        assert!(state_hash != state && cookie_hash != value);
        assert_eq!((state_hash.len(), cookie_hash.len()), (64, 64));
    }
}

#[tokio::test(start_paused = true)]
async fn no_two_browsers_get_the_same() {
    let world = World::new();
    let install = world.install(None);
    let (one, two) = (begun(&world, &install).await, begun(&world, &install).await);
    assert!(one.0 != two.0 && one.1 != two.1);
}

#[tokio::test(start_paused = true)]
async fn the_way_back_is_never_taken_from_a_header() {
    for (public_url, domain, uri) in [
        (None, Some(DOMAIN), format!("https%3A%2F%2F{DOMAIN}%2Fslack%2Foauth_redirect&")),
        (
            Some("https://bellhop.example"),
            Some(DOMAIN),
            "https%3A%2F%2Fbellhop.example%2Fslack%2Foauth_redirect&".to_owned(),
        ),
        (
            Some("https://bellhop.example"),
            None,
            "https%3A%2F%2Fbellhop.example%2Fslack%2Foauth_redirect&".to_owned(),
        ),
    ] {
        let world = World::new();
        let mut request = visit("/slack/install", "", &[]);
        request.domain_name = domain.map(str::to_owned);
        request.headers.push(("x-forwarded-host".to_owned(), "evil.example".to_owned()));
        let response = get(&world, &world.install(public_url), &request).await;
        let location = header(&response, "location").unwrap();
        assert!(location.contains(&format!("redirect_uri={uri}")), "{location}");
        assert!(!location.contains("evil"));
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_way_back_or_a_table_nobody_is_sent_away() {
    let world = World::new();
    let mut request = visit("/slack/install", "", &[]);
    request.domain_name = None;
    assert_eq!(get(&world, &world.install(None), &request).await.status, 503);

    for port in ["secrets.client", "states.put"] {
        let world = World::new();
        world.seam.next(port, Trouble::FailBefore);
        let response = get(&world, &world.install(None), &visit("/slack/install", "", &[])).await;
        assert_eq!((response.status, header(&response, "location")), (503, None), "{port}");
    }
}
