//! Sites that lead on, well and badly. Each hop is judged like the first.

use app::ports::{Forbidden, SummaryError};

use super::pretend::{Pretend, answer, page, redirect};

/// What comes of a site that leads from its start to `location`: the result,
/// and how many connections there were.
async fn led_to(start: &str, location: &'static str) -> (Result<String, SummaryError>, usize) {
    let network =
        Pretend::new(
            move |request| {
                if request.starts_with("GET /start ") { redirect(location) } else { page("reached") }
            },
        );
    let (fetched, network) = network.fetch(start).await;
    (fetched.map(|page| page.url.into()), network.connections().len())
}

#[tokio::test]
async fn a_site_cannot_lead_to_what_a_person_could_not_name() {
    use Forbidden::{Address, Credentials, Port, Scheme};
    let table = [
        ("http://127.0.0.1/", Address),
        ("http://127.1/", Address),
        ("//127.0.0.1/", Address),
        ("\\\\127.0.0.1\\", Address),
        ("http:\\\\127.0.0.1", Address),
        ("http://localhost/", Address),
        ("http://localhost./", Address),
        ("http://169.254.169.254/latest/meta-data/", Address),
        ("http://2852039166/latest/meta-data/", Address),
        ("http://0xa9fea9fe/", Address),
        ("http://0251.0376.0251.0376/", Address),
        ("http://[::ffff:a9fe:a9fe]/", Address),
        ("http://[fd00:ec2::254]/", Address),
        ("http://%31%36%39.254.169.254/", Address),
        ("http://metadata.google.internal/", Address),
        ("http://10.0.0.1:8080/", Port),
        ("http://example.com:8080/", Port),
        ("http://example.com:99999/", Port),
        ("//example.com:22/", Port),
        ("http://user:word@example.com/", Credentials),
        ("http://example.com@127.0.0.1/", Credentials),
        ("file:///etc/passwd", Scheme),
        ("gopher://example.com/", Scheme),
        ("data:text/html,hello", Scheme),
        ("javascript:alert(1)", Scheme),
    ];
    for (location, why) in table {
        let expected = (Err(SummaryError::Forbidden(why)), 1);
        assert_eq!(led_to("http://www.example.com/start", location).await, expected, "{location}");
    }
}

#[tokio::test]
async fn a_site_may_lead_to_its_own_pages_and_to_others() {
    let table = [
        ("/next", "http://www.example.com/next"),
        ("next?a=b", "http://www.example.com/next?a=b"),
        ("./next", "http://www.example.com/next"),
        ("../next", "http://www.example.com/next"),
        ("?page=2", "http://www.example.com/start?page=2"),
        ("//other.example.com/next", "http://other.example.com/next"),
        ("https://www.example.com/next", "https://www.example.com/next"),
        ("https://www.example.com:443/next", "https://www.example.com/next"),
        ("/next#part", "http://www.example.com/next#part"),
        ("/a b", "http://www.example.com/a%20b"),
        ("/\u{e9}t\u{e9}", "http://www.example.com/%C3%A9t%C3%A9"),
    ];
    for (location, reached) in table {
        let expected = (Ok(reached.to_owned()), 2);
        assert_eq!(led_to("http://www.example.com/start", location).await, expected, "{location}");
    }
}

#[tokio::test]
async fn every_kind_of_redirect_is_followed() {
    for status in ["301 Moved", "302 Found", "303 Other", "307 Temporary", "308 Permanent"] {
        let head = format!("{status}\r\nLocation: /next");
        let network =
            Pretend::new(
                move |request| {
                    if request.starts_with("GET /next") { page("reached") } else { answer(&head, "") }
                },
            );
        let (fetched, _) = network.fetch("http://example.com/").await;
        assert_eq!(fetched.unwrap().url.path(), "/next", "{status}");
    }
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_an_error_of_the_site() {
    let table = [
        ("302 Found", SummaryError::Status(302)),
        ("300 Choices\r\nLocation: /next", SummaryError::Status(300)),
        ("304 Same\r\nLocation: /next", SummaryError::Status(304)),
        ("302 Found\r\nLocation: http://", SummaryError::Unreachable),
        ("302 Found\r\nLocation: ///127.0.0.1/", SummaryError::Unreachable),
        ("302 Found\r\nLocation: http://[fe80::1%25eth0]/", SummaryError::Unreachable),
        ("302 Found\r\nLocation: http://256.256.256.256/", SummaryError::Unreachable),
    ];
    for (head, expected) in table {
        let (fetched, network) = Pretend::new(|_| answer(head, "")).fetch("http://example.com/").await;
        assert_eq!(fetched, Err(expected), "{head}");
        assert_eq!(network.connections().len(), 1, "{head}");
    }
}

/// The number that is asked for as a path.
fn number(request: &str) -> u32 {
    request.split(['/', ' ']).nth(2).unwrap().parse().unwrap()
}

/// Counts down: `/3` leads to `/2`, and `/0` is the page.
fn countdown() -> Pretend {
    Pretend::new(|request| {
        let number = number(request);
        if number == 0 { page("reached") } else { redirect(&format!("/{}", number - 1)) }
    })
}

#[tokio::test]
async fn five_redirects_are_followed_and_a_sixth_is_not() {
    let (fetched, network) = countdown().fetch("http://example.com/5").await;
    assert!(fetched.is_ok());
    assert_eq!(network.connections().len(), 6);
    let (fetched, network) = countdown().fetch("http://example.com/6").await;
    assert_eq!(fetched, Err(SummaryError::TooManyRedirects));
    assert_eq!(network.connections().len(), 6);
}

#[tokio::test]
async fn a_site_that_leads_in_a_circle_is_given_up() {
    let (fetched, _) = Pretend::new(|_| redirect("/")).fetch("http://example.com/").await;
    assert_eq!(fetched, Err(SummaryError::TooManyRedirects));
    let (fetched, _) =
        Pretend::new(|request| redirect(if request.starts_with("GET /a ") { "/b" } else { "/a" }))
            .fetch("http://example.com/a")
            .await;
    assert_eq!(fetched, Err(SummaryError::TooManyRedirects));
}

#[tokio::test]
async fn the_last_hop_is_checked_like_the_second() {
    let network = Pretend::new(|request| {
        let number = number(request);
        if number == 0 { redirect("http://169.254.169.254/") } else { redirect(&format!("/{}", number - 1)) }
    });
    let (fetched, network) = network.fetch("http://example.com/4").await;
    assert_eq!(fetched, Err(SummaryError::Forbidden(Forbidden::Address)));
    assert_eq!(network.connections().len(), 5);
}

#[tokio::test]
async fn https_leads_on_to_https_only() {
    let (fetched, _) = led_to("https://example.com/start", "https://www.example.com/next").await;
    assert_eq!(fetched.unwrap(), "https://www.example.com/next");
    for location in ["http://example.com/next", "http://www.example.com:443/next"] {
        let led = led_to("https://example.com/start", location).await;
        assert_eq!(led, (Err(SummaryError::Forbidden(Forbidden::Downgrade)), 1), "{location}");
    }
}
