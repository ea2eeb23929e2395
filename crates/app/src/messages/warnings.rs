//! What else a change brings about, instance by instance.

use domain::instance::Action;
use domain::job::{Plan, PlanTarget, Progress};
use domain::preflight::Warning;

use super::plan::EBS_KEYS;
use super::{name, plain};

/// What is to be known before the plan is begun.
pub(super) fn before(plan: &Plan) -> Vec<String> {
    changing(plan).map(|(target, warning)| foreseen(plan, &name(&target.label), warning)).collect()
}

/// What will still come once the plan is done.
pub(super) fn after(plan: &Plan) -> Vec<String> {
    let to_come = changing(plan).filter_map(|(target, warning)| match warning {
        Warning::AutoScaling { group } => {
            Some(format!("{}, so AWS will replace it.", in_group(&name(&target.label), group)))
        }
        Warning::Spot
        | Warning::LosesPublicIp { .. }
        | Warning::LosesInstanceStore
        | Warning::EncryptedVolumes
        | Warning::StopProtected
        | Warning::TerminationProtected
        | Warning::WouldBeRefused { .. } => None,
    });
    to_come.collect()
}

fn changing(plan: &Plan) -> impl Iterator<Item = (&PlanTarget, &Warning)> {
    let is_left_out =
        |progress: &Progress| matches!(progress, Progress::Refused { .. } | Progress::Lost { .. });
    let changing = plan.targets.iter().filter(move |target| !is_left_out(&target.progress));
    changing.flat_map(|target| target.warnings.iter().map(move |warning| (target, warning)))
}

fn foreseen(plan: &Plan, label: &str, warning: &Warning) -> String {
    let verb = plain(&plan.verb);
    match warning {
        Warning::AutoScaling { group } => {
            format!("{}. If you {verb} it, AWS will replace it.", in_group(label, group))
        }
        Warning::Spot if plan.action == Action::Terminate => {
            format!("{label} is a Spot instance: if its request is persistent, AWS will replace it.")
        }
        Warning::Spot => {
            format!("{label} is a Spot instance: AWS will refuse, unless its request is persistent.")
        }
        Warning::LosesPublicIp { address } => {
            format!("{label} loses its public IP address {}.", plain(address))
        }
        Warning::LosesInstanceStore => format!("{label} loses all data on its instance store volumes."),
        Warning::EncryptedVolumes => format!(
            "{label} has encrypted volumes: AWS starts it again only if my role may use their KMS keys ({EBS_KEYS})."
        ),
        Warning::StopProtected => format!("{label} has stop protection: AWS will refuse."),
        Warning::TerminationProtected => format!("{label} has termination protection: AWS will refuse."),
        Warning::WouldBeRefused { why } => why.clone(),
    }
}

fn in_group(label: &str, group: &str) -> String {
    format!("{label} belongs to the Auto Scaling group {}", plain(group))
}
