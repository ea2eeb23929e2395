//! What people have done with Bellhop since the last standup, and what instances
//! are called. Both are of help and no more: without them everything goes on.

use std::collections::HashMap;

use domain::account::HOME;
use domain::audit;
use domain::ids::{InstanceId, TeamId, UserId};
use domain::instance::Action;

use super::Shift;
use super::questions::Day;
use crate::ports::Shelf;

/// How many lines there are of one person; the last ones count.
const LINES: usize = 10;

/// How many instances of one line are named.
const NAMED: usize = 5;

/// What the people of a team have done.
pub(super) struct Done {
    deeds: Vec<audit::Entry>,
    names: Names,
}

impl Done {
    /// What `user` has done, one line each.
    pub(super) fn by(&self, user: &UserId) -> Vec<String> {
        let theirs: Vec<&audit::Entry> = self.deeds.iter().filter(|deed| deed.actor == *user).collect();
        let skipped = theirs.len().saturating_sub(LINES);
        theirs.into_iter().skip(skipped).map(|deed| line(deed, &self.names)).collect()
    }
}

/// What instances are called.
pub(super) struct Names(HashMap<InstanceId, String>);

impl Names {
    /// All names.
    pub(super) fn all(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.0.values().map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl Shift<'_> {
    /// What the instances that `team` may see are called.
    pub(super) async fn names(&self, team: &TeamId) -> Names {
        let may_see_home = self.worker.home_teams.allow(team, self.installation.is_first);
        let home = may_see_home.then_some(Shelf::Home);
        let shelves: Vec<Shelf> = home.into_iter().chain([Shelf::Team(team.clone())]).collect();
        match self.worker.inventory.known(&shelves).await {
            Ok(stock) => {
                let named = stock.instances.into_iter().filter_map(|known| Some((known.id, known.name?)));
                Names(named.collect())
            }
            Err(error) => {
                tracing::warn!("Names of instances are not known: {error:#}");
                Names(HashMap::new())
            }
        }
    }

    /// What was done since the last standup. Nothing if nobody was busy.
    pub(super) async fn done(&self, day: &Day) -> Option<Done> {
        let (from, to) = day.blueprint.look_back(&day.key.date);
        match self.worker.deeds.between(&day.key.team, from, to).await {
            Ok(deeds) if deeds.is_empty() => None,
            Ok(deeds) => Some(Done { deeds, names: self.names(&day.key.team).await }),
            Err(error) => {
                tracing::warn!("What people have done is not known: {error:#}");
                None
            }
        }
    }
}

/// `stopped web-1 (eu-west-1)`
fn line(deed: &audit::Entry, Names(names): &Names) -> String {
    let done = match deed.action {
        Action::Start => "started",
        Action::Stop { hibernate: true, .. } => "hibernated",
        Action::Stop { .. } => "stopped",
        Action::Reboot => "rebooted",
        Action::Terminate => "terminated",
    };
    let name = |id: &InstanceId| names.get(id).map_or_else(|| id.as_str().to_owned(), Clone::clone);
    let mut targets: Vec<String> = deed.targets.iter().take(NAMED).map(name).collect();
    let more = deed.targets.len().saturating_sub(NAMED);
    targets.extend((more > 0).then(|| format!("{more} more")));
    let place = match deed.account.as_str() {
        HOME => deed.region.to_string(),
        account => format!("{account}, {}", deed.region),
    };
    format!("{done} {} ({place})", targets.join(", "))
}
