//! Pages of every kind: articles, none, and hostile ones.

use crate::support::{app, jobs};
use crate::{FERRY_TITLE, HTML, assert_alive, told_of};

#[tokio::test(flavor = "multi_thread")]
async fn each_page_of_the_site_gets_its_sentence() {
    let app = app().await;
    app.site().put("/table", 200, &[("content-type", "text/csv")], "a,b\n1,2\n").unwrap();
    app.site().put("/paid", 402, &[HTML], "pay").unwrap();
    app.site().put("/broken", 503, &[HTML], "later").unwrap();
    app.site().put("/nowhere", 302, &[("location", "http://127.0.0.1/news/harbour-ferry")], "").unwrap();
    app.site().put("/odd", 302, &[("location", "file:///etc/passwd")], "").unwrap();
    for (path, said) in [
        ("/inside", "I don't open “http://articles.test/inside”: it is not on the public internet."),
        ("/nowhere", "I don't open “http://articles.test/nowhere”: it is not on the public internet."),
        ("/odd", "I don't open “http://articles.test/odd”: I read *http* and *https* addresses only."),
        ("/loop", "“http://articles.test/loop” leads on and on, so I gave up."),
        (
            "/login",
            "I found no article at “http://articles.test/login”: it is empty, a list of links, or for \
             subscribers only.",
        ),
        ("/huge", "“http://articles.test/huge” is too big for me: I read pages of up to 5 MB."),
        (
            "/picture.png",
            "“http://articles.test/picture.png” is not an article but “image/png”. I read web pages and \
             plain text.",
        ),
        (
            "/table",
            "“http://articles.test/table” is not an article but “text/csv”. I read web pages and plain text.",
        ),
        ("/gone", "There is no page at “http://articles.test/gone”. Is the address right?"),
        ("/nothing", "There is no page at “http://articles.test/nothing”. Is the address right?"),
        (
            "/paid",
            "The site does not let me read “http://articles.test/paid” (HTTP 402). It may be for subscribers \
             only.",
        ),
        (
            "/broken",
            "The site answered “http://articles.test/broken” with an error (HTTP 503). Try again later.",
        ),
    ] {
        assert_eq!(told_of(&app, path).await, said);
    }
    // What leads to an article is that article.
    let moved = told_of(&app, "/moved 1").await;
    assert!(moved.starts_with(FERRY_TITLE) && moved.ends_with("articles.test/news/harbour-ferry"), "{moved}");
    assert_eq!(jobs::statuses(app.cloud()).len(), 13);
    assert_alive(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_comes_too_slowly_is_given_up() {
    let app = app().await;
    let said = told_of(&app, "/slow").await;
    assert_eq!(said, "The site took too long to show “http://articles.test/slow”. Try again later.");
    assert_alive(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_public_addresses_are_fetched_and_by_name() {
    let app = app().await;
    let own = app.site().address();
    for url in [
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://127.0.0.1/".to_owned(),
        "http://localhost/".to_owned(),
        "http://[::1]/".to_owned(),
        "http://[::ffff:127.0.0.1]/".to_owned(),
        "http://2130706433/".to_owned(),
        "http://0x7f.1/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        "http://100.64.0.1/".to_owned(),
        "http://0.0.0.0/".to_owned(),
    ] {
        let said = app.anns(&format!("/summarize {url}")).await;
        assert!(said.contains("it is not on the public internet."), "{url}: {said}");
    }
    let said = app.anns(&format!("/summarize http://{own}/news/harbour-ferry")).await;
    assert!(said.contains("I read from the usual ports only"), "{said}");
    app.site().put("/port", 302, &[("location", &format!("http://{own}/news/harbour-ferry"))], "").unwrap();
    let said = told_of(&app, "/port").await;
    assert!(said.contains("I read from the usual ports only"), "{said}");
    assert!(told_of(&app, "/news/harbour-ferry 1").await.starts_with(FERRY_TITLE));
    let hits = app.site().hits();
    let paths: Vec<_> = hits.iter().map(|hit| hit.path.as_str()).collect();
    assert_eq!(paths, ["/port", "/news/harbour-ferry"], "nothing else reached the site");
    for hit in hits {
        assert_eq!((hit.method.as_str(), hit.header("host")), ("GET", Some("articles.test")));
        let agent = hit.header("user-agent").unwrap_or_default();
        assert!(agent.starts_with("Bellhop/") && agent.contains("Slack app"), "{agent}");
        assert!(["cookie", "authorization", "referer"].iter().all(|name| hit.header(name).is_none()));
    }
    assert_alive(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_pages_are_answered_in_time() {
    let app = app().await;
    let paragraph = "<p>The ferry left the harbour at dawn, and a crowd of several hundred people watched it \
                     go. Its batteries take eleven minutes to charge while passengers walk on board.</p>";
    let article = paragraph.repeat(12);
    let many = |piece: &str, bytes: usize| piece.repeat(bytes / piece.len());
    let attributes = (0..60_000).map(|n| format!(" a{n}=\"{n}\"")).collect::<Vec<_>>().concat();
    for (path, page) in [
        ("/nested", format!("{}{article}", many("<div>", 1_000_000))),
        ("/inline", format!("{article}{}", many("<b><i><a>", 1_000_000))),
        ("/tables", format!("{article}{}", many("<table><tr><td>", 500_000))),
        ("/attributes", format!("<body{attributes}>{article}")),
        ("/entities", format!("{article}{}", many("&amp;&#x41;&#0;&nosuch", 1_000_000))),
        ("/unclosed", format!("{article}<!--{}", many("-", 1_000_000))),
        ("/brackets", format!("{article}{}", many("<", 1_000_000))),
        ("/spaces", format!("{article}<p>{}", many(" \n\t", 1_000_000))),
        ("/dots", format!("{article}<p>{}", many("a. ", 1_000_000))),
        ("/word", format!("{article}<p>{}", many("x", 1_000_000))),
        ("/nothing-much", many("\0", 1_000_000)),
    ] {
        app.site().put(path, 200, &[HTML], page).unwrap();
        let said = told_of(&app, path).await;
        assert!(said.contains(" min read · ") || said.starts_with("I found no article at"), "{path}: {said}");
        assert!(said.len() < 13_000, "{path}: {} bytes", said.len());
    }
    // What a page says mentions and formats nothing.
    let evil = article.replace("The ferry", "&lt;!channel&gt; `*The ferry* &lt;@U0BOB00001|x&gt;");
    app.site().put("/evil", 200, &[HTML], format!("<title>&lt;!here&gt; `</title>{evil}")).unwrap();
    let heard = app.command("ann", "#ops", "/summarize http://articles.test/evil share").await;
    let raw = heard.shout().blocks.clone().unwrap_or_default().to_string();
    assert!(!raw.contains("<!") && !raw.contains("<@U0BOB00001"), "{raw}");
    assert_alive(&app);
    app.finish().await;
}
