//! Adding the app to a workspace.

mod begin;
mod finish;
mod pages;

use crate::http::{Request, Response};
use crate::install::Install;
use crate::ports::Clock as _;
use crate::testing::World;

const DOMAIN: &str = "abc123.execute-api.eu-west-1.amazonaws.com";

/// A browser's visit to `path`, with these cookies.
fn visit(path: &str, query: &str, cookies: &[&str]) -> Request {
    Request {
        method: "GET".to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: vec![("host".to_owned(), "evil.example".to_owned())],
        cookies: cookies.iter().map(|cookie| (*cookie).to_owned()).collect(),
        domain_name: Some(DOMAIN.to_owned()),
        ..Request::default()
    }
}

async fn get(world: &World, install: &Install, request: &Request) -> Response {
    install.handle(request, world.clock.now()).await
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// A browser that has left for Slack: its state and its cookie.
async fn begun(world: &World, install: &Install) -> (String, String) {
    let response = get(world, install, &visit("/slack/install", "", &[])).await;
    let location = header(&response, "location").unwrap();
    let state = location.split_once("&state=").unwrap().1.to_owned();
    let cookie = response.cookies[0].split_once(';').unwrap().0.to_owned();
    (state, cookie)
}
