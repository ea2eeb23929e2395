//! SMMRY in memory.

use std::sync::Arc;
use std::time::Duration;

use app::ports::ServiceFault;
use secrecy::SecretString;
use tokio::time::Instant;

use super::{BASE, BadSmmry, Smmry};
use crate::extract::Article;
use crate::fetch::tests::pretend::{Pretend, Step, answer};

/// The service at `base` on `network`.
fn service(base: &str, network: Arc<Pretend>) -> Smmry {
    Smmry { network, tls: Pretend::tls(), ..Smmry::new(base).unwrap() }
}

fn article(paragraphs: &[&str]) -> Article {
    let paragraphs = paragraphs.iter().map(|paragraph| (*paragraph).to_owned()).collect();
    Article { title: None, paragraphs, language: None }
}

async fn asked(script: impl Fn() -> Vec<Step> + Send + Sync + 'static) -> Result<Vec<String>, ServiceFault> {
    let smmry = service("https://api.example.com", Arc::new(Pretend::new(move |_| script())));
    smmry.summarize(&SecretString::from("key"), &article(&["Some text."]), 3).await
}

/// What becomes of an answer with this body.
async fn answered(status: &'static str, body: &'static str) -> Result<Vec<String>, ServiceFault> {
    asked(move || answer(status, body)).await
}

#[tokio::test]
async fn it_is_asked_as_its_page_says() {
    let body = r#"{"sm_api_content": "One."}"#;
    let network = Arc::new(Pretend::new(move |_| answer("200 OK", body)));
    let smmry = service("https://api.example.com", network.clone());
    let article = article(&["Salt & pepper = 100%.", "\u{c9}t\u{e9}?"]);
    smmry.summarize(&SecretString::from("k&y /+"), &article, 5).await.unwrap();
    assert_eq!(network.connections(), ["93.184.215.14:443"]);
    let [request] = network.requests().try_into().unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let first = "POST /?SM_API_KEY=k%26y+%2F%2B&SM_LENGTH=5&SM_WITH_BREAK&SM_WITH_ENCODE HTTP/1.1";
    assert_eq!(head.lines().next().unwrap(), first);
    assert!(head.contains("\r\nhost: api.example.com\r\n"), "{head}");
    assert!(head.contains("\r\ncontent-type: application/x-www-form-urlencoded"), "{head}");
    assert_eq!(body, "sm_api_input=Salt+%26+pepper+%3D+100%25.%0A%C3%89t%C3%A9%3F%0A");
}

#[tokio::test]
async fn its_sentences_are_taken_apart_and_no_more_than_asked_for() {
    let table: [(&str, &[&str]); 5] = [
        (r#"{"sm_api_content": "One. [BREAK]Two.[BREAK]", "sm_api_title": ""}"#, &["One.", "Two."]),
        (r#"{"sm_api_content": " One\n line.[BREAK] [BREAK][BREAK]Two."}"#, &["One line.", "Two."]),
        (r#"{"sm_api_content": "1[BREAK]2[BREAK]3[BREAK]4"}"#, &["1", "2", "3"]),
        (r#"{"sm_api_content": "One.", "sm_api_error": null, "sm_api_credit_cost": "8"}"#, &["One."]),
        (
            r#"{"sm_api_content": "L\u2019\u00e9t\u00e9.", "sm_api_keyword_array": ["a"]}"#,
            &["L\u{2019}\u{e9}t\u{e9}."],
        ),
    ];
    for (body, expected) in table {
        assert_eq!(answered("200 OK", body).await.unwrap(), expected, "{body}");
    }
}

#[tokio::test]
async fn each_of_its_errors_is_told_apart() {
    use ServiceFault::{Internal, NotSummarized, Rejected, Restricted, Unreachable};
    let table = [
        (r#"{"sm_api_error": 0, "sm_api_message": "INTERNAL"}"#, Internal),
        (r#"{"sm_api_error": "0"}"#, Internal),
        (r#"{"sm_api_error": 1, "sm_api_message": "INSUFFICIENT VARIABLES"}"#, Rejected),
        (r#"{"sm_api_error": "1"}"#, Rejected),
        (r#"{"sm_api_error": 2}"#, Restricted),
        (r#"{"sm_api_error": " 2 "}"#, Restricted),
        (r#"{"sm_api_error": 3}"#, NotSummarized),
        (r#"{"sm_api_error": "3", "sm_api_content": "Not this."}"#, NotSummarized),
        (r#"{"sm_api_content": ""}"#, NotSummarized),
        (r#"{"sm_api_content": " [BREAK] [BREAK]"}"#, NotSummarized),
        (r#"{"sm_api_error": 4}"#, Unreachable),
        (r#"{"sm_api_error": -1}"#, Unreachable),
        (r#"{"sm_api_error": "two"}"#, Unreachable),
        (r#"{"sm_api_error": [2]}"#, Unreachable),
    ];
    for (body, expected) in table {
        assert_eq!(answered("200 OK", body).await, Err(expected), "{body}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_counts_as_unreachable() {
    let table = [
        ("200 OK", ""),
        ("200 OK", "<html>Sorry</html>"),
        ("200 OK", "[]"),
        ("200 OK", "{}"),
        ("200 OK", r#"{"sm_api_content": 5}"#),
        ("200 OK", r#"{"sm_api_content": "One."#),
        ("500 Error", r#"{"sm_api_content": "One."}"#),
        ("302 Found\r\nLocation: https://example.com/", r#"{"sm_api_content": "One."}"#),
        ("503 Down", "busy"),
    ];
    for (status, body) in table {
        assert_eq!(answered(status, body).await, Err(ServiceFault::Unreachable), "{status} {body}");
    }
    let hung_up = asked(Vec::new).await;
    assert_eq!(hung_up, Err(ServiceFault::Unreachable));
}

#[tokio::test]
async fn its_own_word_for_an_error_outranks_that_of_http() {
    let outcome = answered("403 Forbidden", r#"{"sm_api_error": 2}"#).await;
    assert_eq!(outcome, Err(ServiceFault::Restricted));
}

#[tokio::test(start_paused = true)]
async fn it_is_waited_for_eight_seconds() {
    let start = Instant::now();
    assert_eq!(asked(|| vec![Step::Hang]).await, Err(ServiceFault::Unreachable));
    assert_eq!(start.elapsed(), Duration::from_secs(8));
}

#[tokio::test]
async fn an_answer_of_more_than_a_quarter_of_a_megabyte_is_not_read() {
    let long = |length| format!(r#"{{"sm_api_content": "{}"}}"#, "a".repeat(length));
    let fits = 256 * 1024 - long(0).len();
    assert!(asked(move || answer("200 OK", long(fits))).await.is_ok());
    assert_eq!(asked(move || answer("200 OK", long(fits + 1))).await, Err(ServiceFault::Unreachable));
}

#[tokio::test]
async fn it_hands_over_whole_paragraphs_and_returns_at_most_forty_sentences() {
    let network = Arc::new(Pretend::new(|_| answer("200 OK", r#"{"sm_api_content": "One."}"#)));
    let smmry = service("https://api.example.com", network.clone());
    let (long, short) = ("a".repeat(250 * 1024), "b".repeat(99 * 1024));
    let key = SecretString::from("key");
    for (paragraphs, length) in
        [([&long, &short, &short], 250 * 1024), ([&short, &short, &short], 198 * 1024)]
    {
        let article = article(&paragraphs.map(String::as_str));
        smmry.summarize(&key, &article, 99).await.unwrap();
        let requests = network.requests();
        let (head, body) = requests.last().unwrap().split_once("\r\n\r\n").unwrap();
        assert!(head.contains("SM_LENGTH=40&"), "{head}");
        assert!((length..length + 100).contains(&body.len()), "{}", body.len());
    }
}

#[test]
fn its_key_travels_in_the_clear_on_this_machine_only() {
    for base in [BASE, "https://api.smmry.com/", "https://smmry.example.com:8443/api"] {
        assert!(Smmry::new(base).is_ok(), "{base}");
    }
    for base in ["http://127.0.0.1:9000", "http://localhost:9000/smmry", "http://[::1]:9000/"] {
        assert!(Smmry::new(base).is_ok(), "{base}");
    }
    let refused = [
        "http://api.smmry.com",
        "http://localhost.example.com/",
        "http://10.0.0.1/",
        "ftp://api.smmry.com/",
        "https://me@api.smmry.com/",
        "https://api.smmry.com/?x=y",
        "https://api.smmry.com/#x",
        "api.smmry.com",
        "",
    ];
    for base in refused {
        assert!(matches!(Smmry::new(base), Err(BadSmmry::Base(bad)) if bad == base), "{base}");
    }
}
