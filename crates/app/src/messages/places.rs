//! Accounts and regions in sentences. Bellhop's own account goes without saying.

use std::collections::BTreeMap;

use domain::account::HOME;
use domain::ids::{Alias, Region};

use super::{listed, plain, regions};
use crate::ports::Place;

/// How many accounts one sentence names.
const MAX_NAMED: usize = 3;

/// `eu-west-1`, or `acme, eu-west-1`.
pub(super) fn place(place: &Place) -> String {
    somewhere(&place.account.alias, &place.region)
}

/// The same, by name.
pub(super) fn somewhere(account: &Alias, region: &Region) -> String {
    let region = plain(region.as_str());
    if account.as_str() == HOME { region } else { format!("{}, {region}", plain(account.as_str())) }
}

/// All of these: `eu-west-1, us-east-1`, `acme, eu-west-1`, or `home (eu-west-1) and acme (us-east-1)`.
pub(super) fn everywhere(places: &[&Place]) -> String {
    let mut by_account: BTreeMap<&str, Vec<Region>> = BTreeMap::new();
    for place in places {
        by_account.entry(place.account.alias.as_str()).or_default().push(place.region.clone());
    }
    match by_account.iter().next() {
        Some((&HOME, only)) if by_account.len() == 1 => regions(only),
        Some((alias, only)) if by_account.len() == 1 => format!("{}, {}", plain(alias), regions(only)),
        _ if by_account.len() > MAX_NAMED => format!("{} accounts", by_account.len()),
        _ => {
            let each = by_account.iter();
            let each = each.map(|(alias, found)| format!("{} ({})", plain(alias), regions(found)));
            listed(&each.collect::<Vec<_>>())
        }
    }
}
