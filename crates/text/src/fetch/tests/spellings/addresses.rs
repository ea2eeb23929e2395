//! Addresses of this machine, of its neighbours and of nobody, in every spelling.

use super::{ADDRESS, refused};

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
