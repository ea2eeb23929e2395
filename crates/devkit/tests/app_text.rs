//! Articles through the whole app: what is read of the web and what is not, what
//! the channel is shown, and what hostile pages and the service SMMRY come to.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use std::time::Duration;

use devkit::cloud::{InvokeFault, LambdaFault, Outcome};
use devkit::slack::{Click, Command, Fault, FaultKind, Seen};
use serde_json::json;
use support::clicked::{on, typed};
use support::role::Role;
use support::smmry::Smmry;
use support::{App, app, app_with, jobs, words};

const FERRY: &str = "http://articles.test/news/harbour-ferry";
const FERRY_TITLE: &str = "*Wrenhaven’s electric ferry makes its first crossing*";
const SHARE: &str = "Share to channel";
const SHARED: &str = "I showed it to the channel.";
const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");
/// What `/summarize` has to be done in, with room for telling: the template's timeout.
const TIMEOUT: Duration = Duration::from_secs(45);

/// What ann is told alone in #ops of the page at `path`.
async fn told_of(app: &App, path: &str) -> String {
    app.anns(&format!("/summarize http://articles.test{path}")).await
}

/// Every run of the text worker ended well.
#[track_caller]
fn assert_alive(app: &App) {
    let runs = app.invocations_of("Text");
    assert!(!runs.is_empty());
    for run in runs {
        assert!(run.outcome == Outcome::Ok && u128::from(run.ms) < TIMEOUT.as_millis(), "{run:?}");
    }
}

/// What everybody in the channel sees of the bot's.
fn open(app: &App, user: &str, channel: &str) -> Vec<Seen> {
    let seen = app.conversation(user, channel).expect("they can see the channel");
    seen.answers().into_iter().filter(|one| !one.ephemeral).cloned().collect()
}

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
async fn share_shows_the_channel_once() {
    let app = app().await;
    for (n, channel) in ["#random", "#ops", "#partners"].into_iter().enumerate() {
        let (_, heard) = app
            .command_as(&Command {
                copies: Some(1 + u32::try_from(n).unwrap()),
                ..typed("ann", channel, &format!("/summarize {FERRY} 2 share"))
            })
            .await;
        let shown = heard.shout();
        assert!(
            shown.plain.starts_with(FERRY_TITLE) && shown.plain.ends_with("Shared by @ann"),
            "{shown:#?}"
        );
        assert_eq!((shown.plain.matches("\n• ").count(), shown.buttons.len()), (2, 0), "{shown:#?}");
        assert_eq!(open(&app, "bob", channel).len(), 1, "bob sees it in {channel}");
    }
    let heard = app.command("bob", "#secret", &format!("/summarize share {FERRY}")).await;
    assert!(heard.shout().plain.ends_with("Shared by @bob"), "{heard:#?}");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_is_shared_by_a_click_and_only_once() {
    let app = app().await;
    for (user, channel) in [("ann", "#ops"), ("ann", "#random"), ("bob", "#secret")] {
        app.command(user, channel, &format!("/summarize {FERRY}")).await;
        let before = app.before(user, channel);
        // Twice, before the first click has been seen to: each copy may wake the worker.
        let lost = InvokeFault { function: "Text".into(), skip: 0, times: 4, what: LambdaFault::Lose };
        app.cloud().faults().add_invoke(lost);
        for copies in [3, 1] {
            let click = Click { copies: Some(copies), ..on(user, channel, SHARE) };
            assert_eq!(app.slack().click(&click).await.unwrap().error, None);
        }
        app.quieten().await;
        app.cloud().faults().clear();
        app.recover().await;
        let heard = app.since(&before);
        assert_eq!(heard.counts(), [1, 1, 0], "{heard:#?}");
        let shown = &heard.open[0].plain;
        assert!(shown.starts_with(FERRY_TITLE) && shown.ends_with(&format!("Shared by @{user}")), "{shown}");
        assert_eq!(heard.private[0].plain, SHARED);
        // The button is gone with it.
        assert_eq!(app.clickable(user, channel), Vec::<String>::new(), "{channel}");
        assert_eq!(open(&app, user, channel).len(), 1);
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_failed_can_be_clicked_again() {
    let app = app().await;
    app.command("ann", "#random", &format!("/summarize {FERRY}")).await;
    let refused = FaultKind::Http { status: 403, text: "action_prohibited".into() };
    app.slack().fault(Fault { method: "response_url".into(), times: 1, kind: refused });
    let heard = app.click("ann", "#random", SHARE).await;
    let failed = heard.whisper().clone();
    assert_eq!(words(&failed), "Slack did not let me show it to the channel, so only you see it.");
    assert_eq!(failed.buttons, [SHARE]);
    // The first button is used up, and says so; the new one works.
    let all = app.conversation("ann", "#random").unwrap();
    let first = all.answers().into_iter().find(|one| one.plain.starts_with(FERRY_TITLE)).cloned().unwrap();
    let heard = app.click_as(&Click { ts: Some(first.ts), ..on("ann", "#random", SHARE) }).await;
    assert!(heard.whisper().plain.starts_with("I have nothing to share here any more."), "{heard:#?}");
    let heard = app.click_as(&Click { ts: Some(failed.ts), ..on("ann", "#random", SHARE) }).await;
    assert_eq!(heard.counts(), [1, 1, 0], "{heard:#?}");
    assert!(heard.open[0].plain.ends_with("Shared by @ann"));
    assert_eq!(open(&app, "bob", "#random").len(), 1);
    app.finish_after_faults().await;
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

#[tokio::test(flavor = "multi_thread")]
async fn smmry_makes_the_summary_if_there_is_a_key() {
    let smmry = Smmry::start().await;
    let key = "a-very-secret-smmry-key";
    let app = app_with(|config| {
        config.extra_env.insert("SMMRY_API_URL".into(), smmry.url.clone());
    })
    .await;
    // Without a key nobody is asked, and nobody hears of it.
    let local = told_of(&app, "/news/harbour-ferry 1").await;
    assert!(local.starts_with(FERRY_TITLE) && !local.contains("SMMRY"), "{local}");
    assert_eq!(smmry.asked().len(), 0);
    let operator = Role::operator(&app);
    let parameter = json!({"Name": "/bellhop/dev/smmry_api_key", "Value": key, "Type": "SecureString"});
    assert_eq!(operator.call("ssm", "PutParameter", &parameter).await.0, 200);
    app.cloud().chill();
    let picked =
        json!({"sm_api_content": "The service says <one>.[BREAK]And two.[BREAK]", "sm_api_title": "T"});
    smmry.answers(&picked);
    assert_eq!(
        told_of(&app, "/news/harbour-ferry 2").await,
        format!(
            "{FERRY_TITLE}\n• The service says <one>.\n• And two.\n2 min read · articles.test/news/harbour-ferry"
        )
    );
    let asked = smmry.asked();
    assert_eq!((asked.len(), asked[0].query["SM_API_KEY"].as_str()), (1, key));
    assert_eq!(asked[0].query["SM_LENGTH"], "2");
    // It gets the article's words, and not where they are from.
    assert!(asked[0].form["sm_api_input"].contains("ferry"), "{asked:?}");
    assert!(
        !asked[0].query.values().chain(asked[0].form.values()).any(|text| text.contains("articles.test"))
    );
    for (code, why) in [
        (json!(2), "does not accept the key, or no credits are left"),
        (json!("0"), "has failed"),
        (json!(1), "did not understand the request"),
        (json!(3), "could make nothing of this page"),
        (json!({}), "could not be reached"),
    ] {
        smmry.answers(&json!({"sm_api_error": code, "sm_api_message": "no"}));
        let instead = format!("\nSMMRY {why}, so I picked the sentences myself.");
        assert_eq!(told_of(&app, "/news/harbour-ferry 1").await, format!("{local}{instead}"));
    }
    // A page that may not be read, or that has no article, is not handed on.
    let before = smmry.asked().len();
    told_of(&app, "/login").await;
    told_of(&app, "/inside").await;
    assert_eq!(smmry.asked().len(), before);
    // Nobody is told the key.
    for function in &app.cloud().stack().functions {
        let printed = app.log().output(&function.logical_id).join("\n");
        assert!(!printed.contains(key), "{}: {printed}", function.logical_id);
    }
    assert!(!app.log().events().join("\n").contains(key));
    assert!(!app.slack().calls().iter().any(|call| call.to_string().contains(key)));
    assert!(!jobs::all(app.cloud()).iter().any(|job| job.to_string().contains(key)));
    assert_alive(&app);
    app.finish().await;
}
