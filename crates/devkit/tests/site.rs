//! The web site with articles.
#![allow(clippy::expect_used, reason = "a panic here is a failed test")]

use std::net::TcpListener;
use std::time::Duration;

use devkit::cloud::Log;
use devkit::site::{HOST, Site};
use reqwest::{Client, Response};

/// A deadline, not a pause.
const PATIENCE: Duration = Duration::from_mins(5);
const FIVE_MIB: usize = 5 * 1_024 * 1_024;

fn site() -> Site {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    Site::start(listener, Log::collect()).expect("the site starts")
}

/// Asks as a function does: for the host's name, at the address it was given.
async fn get(site: &Site, path: &str) -> Response {
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .resolve(HOST, site.address())
        .timeout(PATIENCE)
        .user_agent("tester/1")
        .no_proxy()
        .build()
        .expect("there is a client");
    let url = format!("http://{HOST}:{}{path}", site.address().port());
    client.get(url).send().await.expect("the site answers")
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn articles_are_whole_pages() {
    let site = site();
    let articles: Vec<_> = Site::articles().collect();
    assert_eq!(articles.len(), 4);
    for article in articles {
        let answer = get(&site, article.path).await;
        assert_eq!(
            (answer.status().as_u16(), header(&answer, "content-type")),
            (200, "text/html; charset=utf-8")
        );
        let page = answer.text().await.expect("the page comes whole");
        for part in ["<nav", "<footer", "<article>", article.title] {
            assert!(page.contains(part), "{}: {part}", article.path);
        }
        assert!(page.contains("<aside") || page.contains("class=\"toc\""), "{}", article.path);
        let text = page.split("<article>").nth(1).and_then(|rest| rest.split("</article>").next());
        let words = text.unwrap_or_default().split_whitespace().count();
        assert!((350..=900).contains(&words), "{}: {words} words", article.path);
    }
    let index = get(&site, "/").await.text().await.expect("the page comes whole");
    assert!(Site::articles().all(|article| index.contains(&format!("href=\"{}\"", article.path))));
    let german = get(&site, "/magazin/stadtbuecherei").await.text().await.expect("the page comes whole");
    assert!(german.contains("lang=\"de\"") && german.contains("öffnet"));
}

#[tokio::test]
async fn every_way_to_go_wrong_is_there() {
    let site = site();
    for (path, status, location) in [
        ("/moved", 302, "/news/harbour-ferry"),
        ("/inside", 302, "http://169.254.169.254/latest/meta-data/"),
        ("/loop", 302, "/loop"),
        ("/gone", 410, ""),
        ("/nowhere", 404, ""),
        ("/login", 200, ""),
    ] {
        let answer = get(&site, path).await;
        assert_eq!((answer.status().as_u16(), header(&answer, "location")), (status, location), "{path}");
    }
    let login = get(&site, "/login").await.text().await.expect("the page comes whole");
    assert!(login.contains("type=\"password\"") && !login.contains("<article"));
    let picture = get(&site, "/picture.png").await;
    assert_eq!(header(&picture, "content-type"), "image/png");
    assert!(picture.bytes().await.expect("the picture comes whole").starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn too_much_comes_without_its_length() {
    let site = site();
    let huge = get(&site, "/huge").await;
    assert_eq!((huge.status().as_u16(), huge.content_length()), (200, None));
    assert!(huge.bytes().await.expect("all of it comes").len() > FIVE_MIB);
}

#[tokio::test]
async fn too_slow_begins_at_once() {
    let site = site();
    let mut slow = get(&site, "/slow").await;
    assert_eq!((slow.status().as_u16(), header(&slow, "content-type")), (200, "text/html; charset=utf-8"));
    let first = slow.chunk().await.expect("it comes whole").expect("something comes");
    assert!(first.starts_with(b"<!doctype html>"));
}

#[tokio::test]
async fn what_was_fetched_is_known() {
    let site = site();
    get(&site, "/news/harbour-ferry?from=slack").await;
    get(&site, "/nowhere").await;
    let hits = site.hits();
    let seen: Vec<_> = hits.iter().map(|hit| (hit.path.as_str(), hit.query.as_deref(), hit.status)).collect();
    assert_eq!(seen, [("/news/harbour-ferry", Some("from=slack"), 200), ("/nowhere", None, 404)]);
    assert_eq!((hits[0].method.as_str(), hits[0].header("user-agent")), ("GET", Some("tester/1")));
    assert!(hits[0].header("host").is_some_and(|host| host.starts_with(HOST)));
}

#[tokio::test]
async fn a_test_puts_pages_of_its_own() {
    let site = site();
    let headers =
        [("content-type", "text/html"), ("x-own", "1"), ("set-cookie", "a=1"), ("set-cookie", "b=2")];
    site.put("/own", 503, &headers, "<p>later</p>").expect("it can be put");
    let own = get(&site, "/own").await;
    assert_eq!((own.status().as_u16(), header(&own, "x-own")), (503, "1"));
    assert_eq!(own.headers().get_all("set-cookie").iter().count(), 2);
    assert_eq!(own.text().await.expect("it comes whole"), "<p>later</p>");
    site.put("own", 200, &[], vec![0xff, 0xfe]).expect("it can be replaced");
    assert_eq!(get(&site, "/own").await.bytes().await.expect("it comes whole"), vec![0xff, 0xfe]);
    assert!(site.put("/own", 99, &[], "").is_err() && site.put("/own", 200, &[("a b", "c")], "").is_err());
    assert_eq!(site.link("own"), "http://articles.test/own");
    assert_eq!(site.fetch_hosts(), format!("articles.test={}", site.address()));
}
