//! Where EC2 answers for a region, and how it names an instance there.
//! <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-endpoints.html>

use domain::ids::{InstanceId, Region};
use http::Uri;

/// Longer than any region's name is, or a part of a host name may be.
const MAX_REGION: usize = 32;

/// A part of AWS that keeps to itself.
struct Partition {
    /// How its regions begin.
    beginning: &'static str,
    /// Its domain.
    domain: &'static str,
    /// Its name in ARNs.
    name: &'static str,
}

/// All but the usual one.
const PARTITIONS: [Partition; 7] = [
    Partition { beginning: "cn-", domain: "amazonaws.com.cn", name: "aws-cn" },
    Partition { beginning: "us-gov-", domain: "amazonaws.com", name: "aws-us-gov" },
    Partition { beginning: "us-isob-", domain: "sc2s.sgov.gov", name: "aws-iso-b" },
    Partition { beginning: "us-isof-", domain: "csp.hci.ic.gov", name: "aws-iso-f" },
    Partition { beginning: "us-iso-", domain: "c2s.ic.gov", name: "aws-iso" },
    Partition { beginning: "eu-isoe-", domain: "cloud.adc-e.uk", name: "aws-iso-e" },
    Partition { beginning: "eusc-", domain: "amazonaws.eu", name: "aws-eusc" },
];

/// Where everything else is.
const USUAL: Partition = Partition { beginning: "", domain: "amazonaws.com", name: "aws" };

fn partition(region: &Region) -> &'static Partition {
    PARTITIONS.iter().find(|partition| region.as_str().starts_with(partition.beginning)).unwrap_or(&USUAL)
}

/// The name in ARNs of the partition that `region` is in.
pub(crate) fn partition_name(region: &Region) -> &'static str {
    partition(region).name
}

/// The ARN pattern of an instance, in whichever region and account it is.
pub(crate) fn instance_arn(region: &Region, id: &InstanceId) -> String {
    format!("arn:{}:ec2:*:*:instance/{id}", partition_name(region))
}

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
    format!("https://ec2.{name}.{}/", partition(region).domain).parse().ok()
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
    fn an_arn_names_the_partition() {
        let id = InstanceId::parse("i-0123456789abcdef0").unwrap();
        for (region, partition) in [
            ("eu-west-1", "aws"),
            ("cn-northwest-1", "aws-cn"),
            ("us-gov-east-1", "aws-us-gov"),
            ("us-iso-east-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
        ] {
            let expected = format!("arn:{partition}:ec2:*:*:instance/{id}");
            assert_eq!(instance_arn(&Region::new(region), &id), expected);
        }
    }

    #[test]
    fn an_overriding_endpoint_serves_every_region() {
        let local: Uri = "http://127.0.0.1:4566".parse().unwrap();
        assert_eq!(endpoint(&Region::new("eu-west-1"), Some(&local)), Some(local.clone()));
        assert_eq!(endpoint(&Region::new("mars/.."), Some(&local)), None);
    }
}
