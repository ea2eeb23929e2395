//! Values that only have to look right and be the same every time: public
//! addresses, request ids, the opaque part of a refusal.

/// FNV-1a, 64 bits: spreads short keys well and needs no crate.
pub(super) fn fnv(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The public address of an instance's `launch`-th start. It lies in the range
/// set aside for benchmarks, 198.18.0.0/15, so it is nobody's.
pub(super) fn public_ip(id: &str, launch: u32) -> String {
    let [a, b, c, ..] = fnv(&format!("{id}#{launch}")).to_le_bytes();
    format!("198.{}.{b}.{c}", 18 + (a & 1))
}

/// The id of the `count`-th request, in the form of a UUID.
pub(super) fn request_id(count: u64) -> String {
    let seed = fnv(&format!("request#{count}"));
    let high = seed >> 32;
    let low = seed & 0xffff;
    format!("{high:08x}-{low:04x}-4{:03x}-a{:03x}-{count:012x}", (seed >> 16) & 0xfff, (seed >> 28) & 0xfff)
}

/// What stands for EC2's encoded authorization failure message: long, opaque,
/// and of the alphabet that EC2 uses.
pub(super) fn encoded_message(about: &str) -> String {
    (0..12).map(|part| format!("{:016x}", fnv(&format!("{part}{about}")))).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_start_gives_another_public_address() {
        let ips: Vec<_> = (0..50).map(|launch| public_ip("i-0123456789abcdef0", launch)).collect();
        assert!(ips.iter().all(|ip| ip.starts_with("198.18.") || ip.starts_with("198.19.")));
        assert!(ips.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn request_ids_look_like_uuids_and_differ() {
        let (first, second) = (request_id(1), request_id(2));
        assert_ne!(first, second);
        assert_eq!(first.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    }
}
