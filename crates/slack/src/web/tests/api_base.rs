//! Where methods, pages and answers are, and that answers go nowhere else.

use crate::web::ApiBase;

#[test]
fn pages_follow_from_the_base() {
    for (base, method, page, host) in [
        (
            "https://slack.com/api",
            "https://slack.com/api/auth.test",
            "https://slack.com/oauth/v2/authorize",
            "slack.com",
        ),
        (
            "http://127.0.0.1:4000/api/",
            "http://127.0.0.1:4000/api/auth.test",
            "http://127.0.0.1:4000/oauth/v2/authorize",
            "127.0.0.1",
        ),
        (
            "http://localhost:9",
            "http://localhost:9/auth.test",
            "http://localhost:9/oauth/v2/authorize",
            "localhost",
        ),
    ] {
        let parsed = ApiBase::parse(base).unwrap();
        assert_eq!(parsed.method("auth.test"), method);
        assert_eq!(parsed.authorize_page(), page);
        assert_eq!(parsed.host(), host);
    }
    assert_eq!(ApiBase::default(), ApiBase::parse("https://slack.com/api").unwrap());
}

#[test]
fn other_urls_are_refused() {
    for base in [
        "",
        "slack.com/api",
        "/api",
        "ftp://slack.com",
        "https://",
        "https://a/b?c",
        "https://u@a/b",
        "https://a/#f",
    ] {
        assert!(ApiBase::parse(base).is_err(), "{base}");
    }
}

/// Who may be answered through `url`, seen from `base`: the host, as it
/// would be called.
fn called(base: &ApiBase, url: &str) -> Option<String> {
    base.response_address(url).map(|address| address.host().unwrap_or_default().to_owned())
}

#[test]
fn answers_go_to_slack_and_nobody_else() {
    for url in [
        "https://hooks.slack.com/commands/T1/2/x",
        "https://hooks.slack.com/actions/T1/2/x",
        "https://hooks.slack.com/app/T1/2/x?a=b",
        "https://hooks.slack.com",
        "https://hooks.slack.com:443/commands/x",
        "https://acme.slack.com/commands/x",
        "https://a.b-1.slack.com/x",
        "https://hooks.slack-gov.com/commands/x",
        "https://acme.enterprise.slack-gov.com/x",
        "HTTPS://Hooks.SLACK.com/commands/x",
        "https://hooks.slack.com/@evil.com",
        "https://hooks.slack.com?@evil.com",
        "https://hooks.slack.com#@evil.com",
    ] {
        let host = called(&ApiBase::default(), url).unwrap_or_default().to_ascii_lowercase();
        assert!(host.ends_with(".slack.com") || host.ends_with(".slack-gov.com"), "{url}: {host}");
    }
    for url in [
        "",
        "hooks.slack.com",
        "hooks.slack.com/commands/x",
        "//hooks.slack.com/commands/x",
        "/commands/x",
        "https:hooks.slack.com/x",
        "https:/hooks.slack.com/x",
        "https:///hooks.slack.com/x",
        "https://",
        // The bare names.
        "https://slack.com/commands/x",
        "https://slack-gov.com/commands/x",
        "https://.slack.com/x",
        // Other schemes, and schemes of another spelling.
        "http://hooks.slack.com/commands/x",
        "ftp://hooks.slack.com/x",
        "file://hooks.slack.com/x",
        "javascript://hooks.slack.com/x",
        " https://hooks.slack.com/x",
        "https ://hooks.slack.com/x",
        // Names that only look alike.
        "https://hooks.slack.com.evil.com/x",
        "https://slack.com.evil/x",
        "https://xslack.com/x",
        "https://hooks.xslack.com/x",
        "https://hooks-slack.com/x",
        "https://hooks.slack.com-evil.com/x",
        "https://hooks.slack.co/x",
        "https://hooksXslack.com/x",
        "https://evil.com/hooks.slack.com",
        "https://evil.com/.slack.com",
        "https://evil.com?.slack.com",
        "https://evil.com#.slack.com",
        "https://evil.com\\.slack.com/x",
        "https://evil.com%2f.slack.com/x",
        "https://evil.com%00.slack.com/x",
        "https://evil.com;.slack.com/x",
        "https://evil.com,.slack.com/x",
        "https://evil_.slack.com/x",
        "https://evil..slack.com/x",
        "https://evil.com\t.slack.com/x",
        "https://evil.com\r\n.slack.com/x",
        "https://evil.com .slack.com/x",
        "https://hooks.slack.com./x",
        "https://hooks.slack.com../x",
        "https://hooks。slack。com/x",
        "https://hooks.ѕlack.com/x",
        "https://hooks.slack.com\u{200b}/x",
        "https://hooks.slack.com\u{2215}.evil.com/x",
        "https://hooks.slack.com\u{ff0f}.evil.com/x",
        "https://hooks.xn--lack-06d.com/x",
        // User info, which is not who is called.
        "https://hooks.slack.com@evil.com/x",
        "https://hooks.slack.com:443@evil.com/x",
        "https://hooks.slack.com%40evil.com/x",
        "https://user@hooks.slack.com/x",
        "https://user:word@hooks.slack.com/x",
        "https://@hooks.slack.com/x",
        "https://evil.com\\@hooks.slack.com/x",
        // Other ports, and ports that are none.
        "https://hooks.slack.com:8443/x",
        "https://hooks.slack.com:80/x",
        "https://hooks.slack.com:/x",
        "https://hooks.slack.com:0443/x",
        "https://hooks.slack.com:65979/x",
        "https://hooks.slack.com:443:443/x",
        // Addresses in numbers.
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "http://169.254.169.254/latest/meta-data",
        "https://2130706433/x",
        "https://[::1]/x",
        "https://[::1].slack.com/x",
        "https://localhost/x",
    ] {
        assert_eq!(called(&ApiBase::default(), url), None, "{url}");
    }
}

#[test]
fn an_overridden_base_takes_its_own_answers() {
    for (base, url, taken) in [
        ("http://127.0.0.1:4000/api", "http://127.0.0.1:4000/hooks/commands/x", true),
        ("http://127.0.0.1:4000/api", "http://127.0.0.1:4000", true),
        ("http://127.0.0.1:4000/api", "http://127.0.0.1:4001/hooks/x", false),
        ("http://127.0.0.1:4000/api", "http://127.0.0.1/hooks/x", false),
        ("http://127.0.0.1:4000/api", "http://127.0.0.1:/hooks/x", false),
        ("http://127.0.0.1:4000/api", "https://127.0.0.1:4000/hooks/x", false),
        ("http://127.0.0.1:4000/api", "http://localhost:4000/hooks/x", false),
        ("http://127.0.0.1:4000/api", "http://u@127.0.0.1:4000/hooks/x", false),
        ("http://127.0.0.1:4000/api", "http://127.0.0.1:4000@evil.com/x", false),
        ("http://127.0.0.1:4000/api", "http://evil.com/127.0.0.1:4000", false),
        ("http://127.0.0.1:4000/api", "http://x.127.0.0.1:4000/", false),
        ("http://127.0.0.1:4000/api", "https://hooks.slack.com/x", true),
        ("http://127.0.0.1:4000/api", "http://hooks.slack.com/x", false),
        ("http://LocalHost/api", "http://localhost:80/hooks/x", true),
        ("http://localhost/api", "http://localhost:443/hooks/x", false),
        ("https://slack.test", "https://SLACK.test:443/x", true),
        ("https://slack.test", "https://a.slack.test/x", false),
        ("http://[::1]:4000/api", "http://[::1]:4000/x", true),
        ("http://[::1]:4000/api", "http://[::2]:4000/x", false),
        ("https://slack.com/api/", "https://slack.com/x", false),
    ] {
        let base = ApiBase::parse(base).unwrap();
        assert_eq!(base.response_address(url).is_some(), taken, "{url} from {base:?}");
    }
}
