//! What else a change will bring about, as far as it can be foreseen.
//!
//! Only what somebody may not have in mind: that a terminated instance is gone,
//! with the disks that were made for it, is what they ask for. A start or a
//! reboot keeps everything, and is not warned of.

use serde::{Deserialize, Serialize};

use crate::instance::{Action, Instance, InstanceState};

/// What else will happen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Its Auto Scaling group will replace it.
    AutoScaling {
        /// The group's name.
        group: String,
    },
    /// It is a Spot instance. Which kind its request is of is not known: AWS
    /// stops only those of a persistent request, and replaces those when they
    /// are terminated.
    ///
    /// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-request.html>
    Spot,
    /// Its public address goes back to AWS, and it gets another one, if any, when
    /// it is started again.
    ///
    /// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html>
    LosesPublicIp {
        /// The address.
        address: String,
    },
    /// What is on the disks of its host is lost.
    LosesInstanceStore,
    /// It has encrypted EBS volumes, so AWS starts it again only for a role that may use
    /// their KMS keys.
    EncryptedVolumes,
    /// It is protected against stopping: AWS will refuse.
    ///
    /// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html>
    StopProtected,
    /// It is protected against termination: AWS will refuse.
    ///
    /// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html>
    TerminationProtected,
    /// Asked by a dry run, AWS has said that it would refuse.
    WouldBeRefused {
        /// Why, as a sentence that people may read.
        why: String,
    },
}

/// What `action` will bring about for `instance`, as far as a Describe tells it.
/// What its volumes are like needs a call of its own.
pub(super) fn warnings(action: Action, instance: &Instance) -> Vec<Warning> {
    if !matches!(action, Action::Stop { .. } | Action::Terminate) {
        return Vec::new();
    }
    let group = instance.auto_scaling_group().map(|group| Warning::AutoScaling { group: group.to_owned() });
    let address = instance.public_ip.as_ref().filter(|_| !instance.keeps_public_ip);
    let address = address.map(|address| Warning::LosesPublicIp { address: address.clone() });
    // What was on the disks of a stopped instance's host is lost already.
    let has_store = instance.state != InstanceState::Stopped
        && (instance.root_is_instance_store || has_instance_store(&instance.instance_type));
    [group, instance.spot.then_some(Warning::Spot), address, has_store.then_some(Warning::LosesInstanceStore)]
        .into_iter()
        .flatten()
        .collect()
}

/// Families with instance store volumes whose names do not say so.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-store-volumes.html>
const WITH_STORE: [&str; 32] = [
    "c1", "c3", "cc2", "cr1", "dl1", "f1", "f2", "g2", "g5", "g6", "g6e", "g6f", "g7e", "gr6", "gr6f", "h1",
    "hi1", "hs1", "m1", "m2", "m3", "p5", "p5e", "p5en", "p6-b200", "p6-b300", "r3", "trn1", "trn1n", "trn2",
    "x1", "x1e",
];

/// Letters of the storage-optimized families, all of which have instance store
/// volumes whatever their generation: `d3en`, `i4i`, `im4gn`, `is4gen`.
const STORAGE: [&str; 4] = ["d", "i", "im", "is"];

/// Whether instances of this type have volumes on the disks of their host, which
/// keep their data only until the instance stops. By its family: letters for
/// what it is made for, its generation, then letters for its features, of which
/// `d` means such volumes. Of a family that has them in its larger sizes only,
/// all are said to: better a warning too many. Families that are not known have
/// none.
///
/// <https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html>
pub fn has_instance_store(instance_type: &str) -> bool {
    let family = instance_type.split('.').next().unwrap_or_default();
    let series = family.trim_start_matches(|ch: char| ch.is_ascii_alphabetic());
    let letters = family.strip_suffix(series).unwrap_or_default();
    let features = series.trim_start_matches(|ch: char| ch.is_ascii_digit());
    let is_series = !letters.is_empty() && series.len() > features.len();
    let options = features.split('-').next().unwrap_or_default();
    is_series && (options.contains('d') || STORAGE.contains(&letters) || WITH_STORE.contains(&family))
}
