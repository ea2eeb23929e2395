//! Where nothing could be seen, and why.

use std::collections::BTreeMap;

use domain::account::HOME;
use domain::ids::Alias;
use slack::blocks::Message;

use super::time::age;
use super::{counted, listed, plain};
use crate::ports::{Caller, InstancesError, Place, RegionClosure};

/// Of how many accounts each failure is told.
const MAX_TOLD: usize = 10;

/// How many more accounts are named.
const MAX_NAMED: usize = 20;

/// What AWS calls taking a role on: where that is refused, nobody has lacked a
/// right there yet.
const ASSUME_ROLE: &str = "sts:AssumeRole";

/// Why nothing could be seen in a place.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Blindness {
    /// AWS said no, or nothing that could be understood.
    #[error(transparent)]
    Failed(InstancesError),
    /// It did not answer within the time that a look may take, in milliseconds.
    #[error("no answer within {0} ms")]
    Late(u64),
}

impl Blindness {
    /// Whether the account cannot use the place at all. Then there is nothing of ours that
    /// could be overlooked.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self, Self::Failed(error) if error.region_closure().is_some())
    }
}

/// Where nothing could be seen, a line for each account; `callers` are the roles
/// that lacked a right, by the account's alias.
pub(crate) fn not_seen(blind: &[(Place, Blindness)], callers: &BTreeMap<Alias, Caller>) -> Vec<String> {
    let mut accounts: Vec<(&Alias, Vec<&(Place, Blindness)>)> = Vec::new();
    for one in blind {
        let alias = &one.0.account.alias;
        match accounts.iter_mut().find(|(known, _)| *known == alias) {
            Some((_, of_it)) => of_it.push(one),
            None => accounts.push((alias, vec![one])),
        }
    }
    let told = accounts.iter().take(MAX_TOLD);
    let mut lines: Vec<String> =
        told.map(|(alias, of_it)| of_account(alias, of_it, callers.get(*alias))).collect();
    let rest = accounts.len().saturating_sub(MAX_TOLD);
    if rest > 0 {
        let more = accounts.iter().skip(MAX_TOLD).map(|(alias, _)| plain(alias.as_str()));
        let mut more: Vec<String> = more.take(MAX_NAMED).collect();
        if rest > MAX_NAMED {
            more.push(format!("{} others", rest - MAX_NAMED));
        }
        lines.push(format!(
            "Nor could I look everywhere in {}: {}.",
            counted(rest, "more account"),
            listed(&more)
        ));
    }
    lines
}

/// `acme, eu-west-1 and us-east-1: not allowed to describe (…); eu-north-1: no answer within 20 s.`
fn of_account(alias: &Alias, blind: &[&(Place, Blindness)], caller: Option<&Caller>) -> String {
    // Request ids differ where the reason is one and the same: the first is told.
    let mut reasons: Vec<(String, String, Vec<String>)> = Vec::new();
    for (place, why) in blind.iter().copied() {
        let (region, reason) = (plain(place.region.as_str()), reason(why, caller));
        match reasons.iter_mut().find(|(known, ..)| *known == reason) {
            Some((_, _, regions)) => regions.push(region),
            None => reasons.push((reason, request(why), vec![region])),
        }
    }
    let each = reasons.iter().map(|(reason, request, regions)| match request.as_str() {
        "" => format!("{}: {reason}", listed(regions)),
        request => format!("{}: {reason} (request {request})", listed(regions)),
    });
    let all = each.collect::<Vec<_>>().join("; ");
    if alias.as_str() == HOME { format!("{all}.") } else { format!("{}, {all}.", plain(alias.as_str())) }
}

fn reason(why: &Blindness, caller: Option<&Caller>) -> String {
    match why {
        Blindness::Failed(InstancesError::NotAllowed { operation, .. }) => {
            let role = caller
                .filter(|_| operation != ASSUME_ROLE)
                .map(|caller| format!(" as {} in {}", plain(&caller.role), plain(caller.account.as_str())));
            format!("not allowed to {}{}", act(operation), role.unwrap_or_default())
        }
        Blindness::Failed(InstancesError::RegionClosed { closure, .. }) => closed(*closure).to_owned(),
        Blindness::Failed(InstancesError::Refused { code, message, .. }) => {
            format!("AWS answered {} ({})", plain(code), plain(message))
        }
        Blindness::Failed(InstancesError::Busy(_)) => {
            "AWS could not be reached or asked to slow down".to_owned()
        }
        Blindness::Failed(InstancesError::Unclear(_)) => "AWS's answer was lost".to_owned(),
        Blindness::Late(limit) => format!("no answer within {}", age(*limit)),
    }
}

/// Why an account cannot use a region.
pub(super) const fn closed(closure: RegionClosure) -> &'static str {
    match closure {
        RegionClosure::NotEnabled => "the region is not enabled in the account",
        RegionClosure::DeniedByOrganization => "a service control policy of the organization denies it",
    }
}

/// What AWS calls `operation`, as a verb.
fn act(operation: &str) -> String {
    match operation {
        "ec2:DescribeInstances" => "describe".to_owned(),
        "ec2:DescribeInstanceStatus" => "look at status checks".to_owned(),
        ASSUME_ROLE => "assume the role that looks".to_owned(),
        other => format!("use {}", plain(other)),
    }
}

fn request(why: &Blindness) -> String {
    match why {
        Blindness::Failed(InstancesError::NotAllowed { request_id, .. }) => plain(request_id),
        Blindness::Failed(_) | Blindness::Late(_) => String::new(),
    }
}

/// Some place could not be looked at, so nothing was done.
pub(crate) fn blind(lines: &[String]) -> Message {
    let mut all = vec!["I could not look everywhere, so I did nothing.".to_owned()];
    all.extend(lines.iter().cloned());
    Message::text(all.join("\n"))
}
