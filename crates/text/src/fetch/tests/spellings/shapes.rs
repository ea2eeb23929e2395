//! URLs of another shape: tricks, ports, passwords, schemes, and what is no URL.

use super::{ADDRESS, CREDENTIALS, NOT_A_URL, PORT, SCHEME, refused};

#[tokio::test]
async fn tricks_with_the_shape_of_a_url_are_refused() {
    let table = [
        "http:\\\\127.0.0.1\\",
        "http:\\/127.0.0.1/",
        "http:/127.0.0.1/",
        "http:127.0.0.1",
        "http:///127.0.0.1/",
        "http://////127.0.0.1/",
        "HTTP://127.0.0.1/",
        "hTTp://[::1]/",
        "  http://127.0.0.1/  ",
        "\u{1}http://127.0.0.1/",
        "ht\ntp://127.0.0.1/",
        "http://127.0\t.0.1/",
        "http://127.\r\n0.0.1/",
        "http://127.0.0.1\\@example.com/",
        "http://127.0.0.1#@example.com/",
        "http://127.0.0.1?@example.com/",
        "http://127.0.0.1/@example.com/",
        "http://@127.0.0.1/",
        "http://:@127.0.0.1/",
        "http://127.0.0.1:/",
        "http://127.0.0.1:0080/",
        "http://127.0.0.1:443/",
        // Without a scheme, as people paste.
        "127.0.0.1",
        "127.0.0.1/x",
        "127.1:80",
        "0x7f.1/x",
        "foo.localhost/x",
    ];
    refused(&table, ADDRESS).await;
}

#[tokio::test]
async fn other_ports_are_refused() {
    let table = [
        "http://example.com:0/",
        "http://example.com:22/",
        "http://example.com:25/",
        "https://example.com:6379/",
        "http://example.com:8080/",
        "http://example.com:81/",
        "https://example.com:8443/",
        "http://example.com:65535/",
        "http://example.com:65536/",
        "http://example.com:4294967376/",
        "http://example.com:x/",
        "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
        "http://[::1]:22/",
        "example.com:8080/x",
    ];
    refused(&table, PORT).await;
}

#[tokio::test]
async fn names_and_passwords_are_refused() {
    let table = [
        "http://user@example.com/",
        "http://user:word@example.com/",
        "http://:word@example.com/",
        "http://example.com@127.0.0.1/",
        "http://example.com:80@169.254.169.254/",
        "http://example.com%2f@127.0.0.1/",
        "http://a@b@127.0.0.1/",
        "http://example.com\t@127.0.0.1/",
        "user@example.com",
    ];
    refused(&table, CREDENTIALS).await;
}

#[tokio::test]
async fn other_schemes_are_refused() {
    let table = [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "file://localhost/etc/passwd",
        "ftp://example.com/",
        "gopher://127.0.0.1:6379/_INFO",
        "data:text/html,<p>hello",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "dict://127.0.0.1:11211/stat",
        "ldap://127.0.0.1/",
        "ws://example.com/",
        "wss://example.com/",
        "blob:https://example.com/1",
        "view-source:http://example.com/",
        "jar:http://example.com!/",
        "about:blank",
        "mailto:user@example.com",
        "unix:/var/run/docker.sock",
        "localhost:8080",
    ];
    refused(&table, SCHEME).await;
}

#[tokio::test]
async fn what_is_no_url_is_called_that() {
    let long = format!("https://example.com/{}", "x".repeat(9000));
    let table = [
        "",
        " ",
        "example",
        "hello world",
        "this. is not one",
        "/etc/passwd",
        "../../etc/passwd",
        "//127.0.0.1/",
        "//example.com/post",
        "\\\\127.0.0.1\\share",
        "?q=1",
        "http://",
        "https:///",
        "http://exa mple.com/",
        "http://example.com<script>/",
        "http://256.256.256.256/",
        "http://127.0.0.256/",
        "http://1.2.3.4.5/",
        "http://0x7f.0x0.0x0.0x0.0x1/",
        "http://4294967296/",
        "http://08.0.0.1/",
        "http://[::1/",
        "http://::1/",
        "http://[::1]x/",
        "http://[fe80::1%eth0]/",
        "http://[fe80::1%25eth0]/",
        "http://[::ffff:127.0.0.1.]/",
        "http://[v1.abc]/",
        "http://127.0.0.1%00.example.com/",
        "http://example.com%0d%0aHost:127.0.0.1/",
        "http://%zz/",
        "1.2.3.4.5",
        &long,
    ];
    refused(&table, NOT_A_URL).await;
}
