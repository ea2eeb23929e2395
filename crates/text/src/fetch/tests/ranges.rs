//! The tables of addresses against ranges written down a second time, and every
//! spelling of every address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use app::ports::{Forbidden, SummaryError};
use proptest::prelude::*;

use crate::fetch::address::is_public;
use crate::fetch::overrides::Overrides;
use crate::fetch::target::Target;

/// First and last address of each range of IPv4 that is refused.
const REFUSED: [(&str, &str); 15] = [
    ("0.0.0.0", "0.255.255.255"),
    ("10.0.0.0", "10.255.255.255"),
    ("100.64.0.0", "100.127.255.255"),
    ("127.0.0.0", "127.255.255.255"),
    ("169.254.0.0", "169.254.255.255"),
    ("172.16.0.0", "172.31.255.255"),
    ("192.0.0.0", "192.0.0.255"),
    ("192.0.2.0", "192.0.2.255"),
    ("192.88.99.0", "192.88.99.255"),
    ("192.168.0.0", "192.168.255.255"),
    ("198.18.0.0", "198.19.255.255"),
    ("198.51.100.0", "198.51.100.255"),
    ("203.0.113.0", "203.0.113.255"),
    ("224.0.0.0", "239.255.255.255"),
    ("240.0.0.0", "255.255.255.255"),
];

/// The same for what is refused of `2000::/3`.
const REFUSED_V6: [(&str, &str); 4] = [
    ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
];

fn v4(text: &str) -> u32 {
    text.parse::<Ipv4Addr>().unwrap().into()
}

fn v6(text: &str) -> u128 {
    text.parse::<Ipv6Addr>().unwrap().into()
}

fn is_refused(address: u32) -> bool {
    REFUSED.iter().any(|(first, last)| (v4(first)..=v4(last)).contains(&address))
}

fn is_refused_v6(address: u128) -> bool {
    !(v6("2000::")..=v6("3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")).contains(&address)
        || REFUSED_V6.iter().any(|(first, last)| (v6(first)..=v6(last)).contains(&address))
}

/// `address` in one to four parts, each in the base that `bases` gives it.
fn spelled(address: u32, parts: usize, bases: [u8; 4]) -> String {
    let bytes = address.to_be_bytes();
    let mut numbers: Vec<u32> = bytes[..parts - 1].iter().copied().map(u32::from).collect();
    numbers.push(bytes[parts - 1..].iter().fold(0, |number, byte| number << 8 | u32::from(*byte)));
    let spell = |(number, base): (&u32, u8)| match base {
        0 => format!("{number}"),
        1 => format!("0{number:o}"),
        2 => format!("000{number:o}"),
        3 => format!("0x{number:x}"),
        _ => format!("0X00{number:X}"),
    };
    numbers.iter().zip(bases).map(spell).collect::<Vec<_>>().join(".")
}

fn is_address_error(url: &str) -> bool {
    let judged = Target::typed(url, &Overrides::default());
    assert!(
        judged.is_ok() || judged == Err(SummaryError::Forbidden(Forbidden::Address)),
        "{url}: {judged:?}"
    );
    judged.is_err()
}

/// Any address, and as often one that is refused, and one at an edge.
fn addresses() -> impl Strategy<Value = u32> {
    let inside = (0..REFUSED.len(), any::<u32>()).prop_map(|(range, offset)| {
        let (first, last) = (v4(REFUSED[range].0), v4(REFUSED[range].1));
        first + u32::try_from(u64::from(offset) % (u64::from(last - first) + 1)).unwrap()
    });
    let edge = (0..REFUSED.len(), any::<bool>(), -2..=2_i32).prop_map(|(range, low, step)| {
        v4(if low { REFUSED[range].0 } else { REFUSED[range].1 }).wrapping_add_signed(step)
    });
    prop_oneof![any::<u32>(), inside, edge]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn an_ipv4_address_is_judged_the_same_in_every_spelling(
        address in addresses(),
        parts in 1..=4_usize,
        bases in prop::array::uniform4(0..5_u8),
        dot in any::<bool>(),
    ) {
        let host = spelled(address, parts, bases);
        let url = format!("http://{host}{}/", if dot { "." } else { "" });
        prop_assert_eq!(is_address_error(&url), is_refused(address), "{} is {}", url, Ipv4Addr::from(address));
    }

    #[test]
    fn an_ipv6_address_outside_of_the_global_block_is_refused(address in any::<u128>()) {
        prop_assert_eq!(is_public(IpAddr::V6(address.into())), !is_refused_v6(address));
        prop_assert_eq!(is_address_error(&format!("http://[{}]/", Ipv6Addr::from(address))), is_refused_v6(address));
    }

    #[test]
    fn an_ipv6_address_within_the_global_block_goes_by_the_table(
        low in any::<u128>(),
        start in prop::sample::select(vec!["2000::", "2001::", "2001:db8::", "2002::", "2600::", "3fff::", "3ffe::"]),
        kept in 13..=40_u32,
    ) {
        let address = v6(start) | (low >> kept);
        prop_assert_eq!(is_public(IpAddr::V6(address.into())), !is_refused_v6(address), "{}", Ipv6Addr::from(address));
    }

    #[test]
    fn an_ipv4_address_inside_of_an_ipv6_one_is_refused(address in any::<u32>()) {
        let inner = Ipv4Addr::from(address);
        let [a, b, c, d] = inner.octets();
        let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        for host in [
            format!("[::ffff:{inner}]"),
            format!("[::ffff:{high:x}:{low:x}]"),
            format!("[::{inner}]"),
            format!("[::ffff:0:{inner}]"),
            format!("[64:ff9b::{inner}]"),
            format!("[64:ff9b:1::{inner}]"),
            format!("[2002:{high:x}:{low:x}::1]"),
            format!("[2001:0:{high:x}:{low:x}::1]"),
        ] {
            prop_assert!(is_address_error(&format!("http://{host}/")), "{}", host);
        }
    }

    #[test]
    fn no_text_brings_the_reader_down(text in "\\PC{0,80}") {
        let _ = Target::typed(&text, &Overrides::default());
        let _ = Target::typed(&format!("http://{text}"), &Overrides::default());
    }
}

#[test]
fn every_edge_of_every_range_is_on_its_side() {
    let ranges = REFUSED.iter().map(|(first, last)| (v4(first), v4(last)));
    for (first, last) in ranges {
        for address in [first.wrapping_sub(1), first, first + 1, last - 1, last, last.wrapping_add(1)] {
            let address = Ipv4Addr::from(address);
            assert_eq!(is_public(address.into()), !is_refused(address.into()), "{address}");
        }
    }
    for (first, last) in REFUSED_V6.iter().map(|(first, last)| (v6(first), v6(last))) {
        for address in [first - 1, first, last, last + 1] {
            assert_eq!(is_public(Ipv6Addr::from(address).into()), !is_refused_v6(address), "{address:x}");
        }
    }
}
