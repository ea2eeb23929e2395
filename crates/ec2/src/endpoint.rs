//! Where EC2 answers for a region.
//! <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-endpoints.html>

use domain::ids::Region;
use http::Uri;

/// Longer than any region's name is, or a part of a host name may be.
const MAX_REGION: usize = 32;

/// Partitions with a domain of their own, by how their regions begin; the
/// longer beginning stands first.
const DOMAINS: [(&str, &str); 6] = [
    ("cn-", "amazonaws.com.cn"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"),
    ("us-iso-", "c2s.ic.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("eusc-", "amazonaws.eu"),
];

/// The domain of everywhere else.
const DEFAULT_DOMAIN: &str = "amazonaws.com";

/// The endpoint of `region`, or `overriding` where one is set. None if the
/// region cannot be part of a host name: a signed request must not go astray.
pub(crate) fn endpoint(region: &Region, overriding: Option<&Uri>) -> Option<Uri> {
    let name = region.as_str();
    let right = (1..=MAX_REGION).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !right {
        return None;
    }
    if let Some(endpoint) = overriding {
        return Some(endpoint.clone());
    }
    let own = DOMAINS.iter().find(|(beginning, _)| name.starts_with(beginning));
    let domain = own.map_or(DEFAULT_DOMAIN, |(_, domain)| domain);
    format!("https://ec2.{name}.{domain}/").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_has_its_domain() {
        for (region, expected) in [
            ("eu-west-1", Some("https://ec2.eu-west-1.amazonaws.com/")),
            ("us-gov-west-1", Some("https://ec2.us-gov-west-1.amazonaws.com/")),
            ("cn-north-1", Some("https://ec2.cn-north-1.amazonaws.com.cn/")),
            ("us-isob-east-1", Some("https://ec2.us-isob-east-1.sc2s.sgov.gov/")),
            ("", None),
            ("evil.com/", None),
            ("x@evil.com", None),
            ("EU-WEST-1", None),
        ] {
            let found = endpoint(&Region::new(region), None).map(|uri| uri.to_string());
            assert_eq!(found.as_deref(), expected, "{region}");
        }
    }

    #[test]
    fn an_overriding_endpoint_serves_every_region() {
        let local: Uri = "http://127.0.0.1:4566".parse().unwrap();
        assert_eq!(endpoint(&Region::new("eu-west-1"), Some(&local)), Some(local.clone()));
        assert_eq!(endpoint(&Region::new("mars/.."), Some(&local)), None);
    }
}
