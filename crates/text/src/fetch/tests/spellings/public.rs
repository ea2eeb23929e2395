//! What is public is opened, and at which address.

use std::net::SocketAddr;

use app::ports::SummaryError;

use crate::fetch::tests::pretend::{Pretend, SOMEWHERE};

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
