//! Every spelling of an address that must not be opened, and of those that may.

use std::net::SocketAddr;

use app::ports::{Forbidden, SummaryError};

use super::pretend::{Pretend, SOMEWHERE};

const ADDRESS: SummaryError = SummaryError::Forbidden(Forbidden::Address);
const SCHEME: SummaryError = SummaryError::Forbidden(Forbidden::Scheme);
const PORT: SummaryError = SummaryError::Forbidden(Forbidden::Port);
const CREDENTIALS: SummaryError = SummaryError::Forbidden(Forbidden::Credentials);
const NOT_A_URL: SummaryError = SummaryError::NotAUrl;

/// Refused, and nothing was looked up or connected to for it.
async fn refused(table: &[&str], expected: SummaryError) {
    let mut wrong = Vec::new();
    for url in table {
        let (fetched, network) = Pretend::of_pages().fetch(url).await;
        let untouched = network.lookups().is_empty() && network.connections().is_empty();
        if fetched.as_ref().err() != Some(&expected) || !untouched {
            wrong.push((url, fetched, untouched));
        }
    }
    assert!(wrong.is_empty(), "not refused as {expected:?}: {wrong:#?}");
}

#[tokio::test]
async fn ipv4_addresses_in_plain_spelling_are_refused() {
    let table = [
        "http://0.0.0.0/",
        "http://0.1.2.3/",
        "http://10.0.0.1/",
        "http://10.255.255.255/",
        "http://100.64.0.0/",
        "http://100.64.0.1/",
        "http://100.127.255.255/",
        "http://127.0.0.1/",
        "http://127.255.255.254/",
        "https://127.0.0.1/",
        "http://169.254.0.1/",
        "http://169.254.169.254/",
        "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
        "http://169.254.170.2/v2/credentials",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.0.0.1/",
        "http://192.0.0.192/",
        "http://192.0.2.1/",
        "http://192.88.99.1/",
        "http://192.168.0.1/",
        "http://192.168.255.255/",
        "http://198.18.0.1/",
        "http://198.19.255.255/",
        "http://198.51.100.7/",
        "http://203.0.113.7/",
        "http://224.0.0.1/",
        "http://239.255.255.250/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
    ];
    refused(&table, ADDRESS).await;
}

#[tokio::test]
async fn ipv4_addresses_in_odd_spellings_are_refused() {
    let table = [
        // Decimal, octal and hexadecimal, whole and in parts.
        "http://2130706433/",
        "http://2852039166/",
        "http://0x7f000001/",
        "http://0X7F000001/",
        "http://0x7f.0x0.0x0.0x1/",
        "http://0x7f.1/",
        "http://0xa9fea9fe/",
        "http://0xA9.0xFE.0xA9.0xFE/",
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://0177.0.0.01/",
        "http://00000177.0.0.1/",
        "http://0251.0376.0251.0376/",
        "http://0251.254.0xa9.254/",
        "http://0xa9.254.43518/",
        "http://169.16689662/",
        "http://127.1/",
        "http://127.0.1/",
        "http://10.1/",
        "http://192.168.1/",
        "http://0/",
        "http://0x/",
        "http://00/",
        // Other characters that mean the same.
        "http://\u{ff11}\u{ff12}\u{ff17}.0.0.1/",
        "http://127\u{3002}0\u{3002}0\u{3002}1/",
        "http://127\u{ff0e}0\u{ff0e}0\u{ff0e}1/",
        "http://\u{2460}\u{2461}\u{2466}.0.0.1/",
        "http://\u{1d7cf}\u{1d7d0}\u{1d7d5}.0.0.1/",
        "http://%31%32%37.0.0.1/",
        "http://127%2e0%2e0%2e1/",
        "http://%6c%6f%63%61%6c%68%6f%73%74/",
        "http://127.0.\u{ad}0.1/",
        // Dots at the end.
        "http://127.0.0.1./",
        "http://127.0.0.1../",
        "http://2130706433./",
        "http://0x7f.1./",
        "http://169.254.169.254.:80/",
    ];
    refused(&table, ADDRESS).await;
}

#[tokio::test]
async fn ipv6_addresses_are_refused() {
    let table = [
        "http://[::]/",
        "http://[::1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[0000:0000:0000:0000:0000:0000:0000:0001]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::FFFF:A9FE:A9FE]/",
        "http://[0:0:0:0:0:ffff:169.254.169.254]/",
        "http://[::ffff:93.184.215.14]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[::7f00:1]/",
        "http://[::93.184.215.14]/",
        "http://[64:ff9b::127.0.0.1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[64:ff9b:1::10.0.0.1]/",
        "http://[100::1]/",
        "http://[2001::1]/",
        "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
        "http://[2001:1ff::1]/",
        "http://[2001:db8::1]/",
        "http://[2002:7f00:1::]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://[2002:5db8:d70e::1]/",
        "http://[3fff::1]/",
        "http://[3fff:fff:ffff::1]/",
        "http://[4000::1]/",
        "http://[5f00::1]/",
        "http://[fc00::1]/",
        "http://[fd00:ec2::254]/latest/meta-data/",
        "http://[fdff::1]/",
        "http://[fe80::1]/",
        "http://[febf::1]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "https://[::1]:443/",
        "http://[1fff:ffff::1]/",
    ];
    refused(&table, ADDRESS).await;
}

#[tokio::test]
async fn names_of_machines_nearby_are_refused_before_any_lookup() {
    let table = [
        "http://localhost/",
        "http://LOCALHOST/",
        "http://LocalHost:80/",
        "http://localhost./",
        "http://localhost../",
        "http://foo.localhost/",
        "http://a.b.localhost./",
        "http://loc\u{ad}alhost/",
        "http://\u{24db}ocalhost/",
        "http://\u{ff4c}\u{ff4f}\u{ff43}\u{ff41}\u{ff4c}\u{ff48}\u{ff4f}\u{ff53}\u{ff54}/",
        "http://printer.local/",
        "http://PRINTER.LOCAL./",
        "http://localhost.localdomain/",
        "http://metadata.google.internal/computeMetadata/v1/",
        "http://ip-10-0-0-1.ec2.internal/",
        "http://instance-data.ec2.internal/latest/meta-data/",
        "http://router.home.arpa/",
        "http://intranet/",
        "http://metadata/",
        "http://intranet./",
        "http://./",
    ];
    refused(&table, ADDRESS).await;
}

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

/// What may be opened, and the address that is.
const ALLOWED: [(&str, &str); 62] = [
    // Addresses just outside of what is refused.
    ("http://1.0.0.0/", "1.0.0.0:80"),
    ("http://1.1.1.1/", "1.1.1.1:80"),
    ("http://9.255.255.255/", "9.255.255.255:80"),
    ("http://11.0.0.1/", "11.0.0.1:80"),
    ("http://100.63.255.255/", "100.63.255.255:80"),
    ("http://100.128.0.1/", "100.128.0.1:80"),
    ("http://126.255.255.255/", "126.255.255.255:80"),
    ("http://128.0.0.1/", "128.0.0.1:80"),
    ("http://169.253.255.255/", "169.253.255.255:80"),
    ("http://169.255.0.0/", "169.255.0.0:80"),
    ("http://172.15.255.255/", "172.15.255.255:80"),
    ("http://172.32.0.1/", "172.32.0.1:80"),
    ("http://191.255.255.255/", "191.255.255.255:80"),
    ("http://192.0.1.1/", "192.0.1.1:80"),
    ("http://192.0.3.1/", "192.0.3.1:80"),
    ("http://192.88.98.255/", "192.88.98.255:80"),
    ("http://192.88.100.0/", "192.88.100.0:80"),
    ("http://192.167.255.255/", "192.167.255.255:80"),
    ("http://192.169.0.1/", "192.169.0.1:80"),
    ("http://198.17.255.255/", "198.17.255.255:80"),
    ("http://198.20.0.1/", "198.20.0.1:80"),
    ("http://198.51.99.255/", "198.51.99.255:80"),
    ("http://198.51.101.1/", "198.51.101.1:80"),
    ("http://203.0.112.255/", "203.0.112.255:80"),
    ("http://203.0.114.1/", "203.0.114.1:80"),
    ("http://223.255.255.255/", "223.255.255.255:80"),
    // The same, oddly spelled: it is the address that counts.
    ("http://16843009/", "1.1.1.1:80"),
    ("http://0x01.0x01.257/", "1.1.1.1:80"),
    ("http://01.01.01.01/", "1.1.1.1:80"),
    ("http://0x08080808/", "8.8.8.8:80"),
    ("http://8.8.8.8./", "8.8.8.8:80"),
    ("http://[2000::1]/", "[2000::1]:80"),
    ("http://[2001:200::1]/", "[2001:200::1]:80"),
    ("http://[2001:4860:4860::8888]/", "[2001:4860:4860::8888]:80"),
    ("http://[2001:db7:ffff::1]/", "[2001:db7:ffff::1]:80"),
    ("http://[2001:db9::1]/", "[2001:db9::1]:80"),
    ("http://[2003::1]/", "[2003::1]:80"),
    ("http://[2606:4700::1111]/", "[2606:4700::1111]:80"),
    ("https://[2a00:1450:4001:81b::200e]/", "[2a00:1450:4001:81b::200e]:443"),
    ("http://[3fff:1000::1]/", "[3fff:1000::1]:80"),
    ("http://[3ffe:ffff::1]/", "[3ffe:ffff::1]:80"),
    // Names, among them such as look local and are not.
    ("http://example.com", "93.184.215.14:80"),
    ("https://example.com/", "93.184.215.14:443"),
    ("HTTPS://EXAMPLE.COM/Post", "93.184.215.14:443"),
    ("https://example.com./", "93.184.215.14:443"),
    ("https://www.example.com/a?b=c#d", "93.184.215.14:443"),
    ("http://localhost.example.com/", "93.184.215.14:80"),
    ("http://mylocalhost.com/", "93.184.215.14:80"),
    ("http://notlocal.example/", "93.184.215.14:80"),
    ("http://internal.example.com/", "93.184.215.14:80"),
    ("http://10.example.com/", "93.184.215.14:80"),
    ("http://b\u{fc}cher.example/", "93.184.215.14:80"),
    ("http://\u{4f8b}\u{3048}.jp/\u{8a18}\u{4e8b}", "93.184.215.14:80"),
    ("http://under_score.example.com/", "93.184.215.14:80"),
    ("http://example.com/@user", "93.184.215.14:80"),
    // Ports, in any combination.
    ("http://example.com:80/", "93.184.215.14:80"),
    ("https://example.com:443/", "93.184.215.14:443"),
    // Without a scheme.
    ("example.com", "93.184.215.14:443"),
    ("example.com/post?id=1", "93.184.215.14:443"),
    ("www.example.com:443/post", "93.184.215.14:443"),
    (" example.com\n", "93.184.215.14:443"),
    ("example.com?q=http://localhost/", "93.184.215.14:443"),
];

#[tokio::test]
async fn what_is_public_is_opened() {
    for (url, address) in ALLOWED {
        let (fetched, network) = Pretend::of_pages().fetch(url).await;
        assert_eq!(network.connections(), [address], "{url:?}");
        let plain = address.parse::<SocketAddr>().unwrap().port() == 80;
        if plain || url.to_ascii_lowercase().contains("example.com") {
            assert_eq!(fetched.unwrap().text, "<p>A page.", "{url:?}");
        }
    }
}

/// Port and scheme may differ; what is spoken goes by the scheme.
#[tokio::test]
async fn the_two_ports_may_be_mixed_with_the_two_schemes() {
    for (url, port) in [("http://example.com:443/", 443), ("https://example.com:80/", 80)] {
        let (fetched, network) = Pretend::of_pages().fetch(url).await;
        assert_eq!(network.connections(), [format!("{SOMEWHERE}:{port}")], "{url}");
        assert_eq!(fetched, Err(SummaryError::Unreachable), "{url}: this network speaks TLS on 443 only");
    }
}
