//! The stocktaker: keeps what is known of instances current, by a schedule and by
//! what EC2 tells of changes. Nobody waits for it and nobody is told anything; it
//! only looks.
//!
//! What is known serves to find instances by name. It never decides what is done
//! to them.

mod input;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::account::Account;
use domain::ids::{AccountId, InstanceId, TeamId};
use domain::instance::{Instance, InstanceState};
use domain::time::Millis;
use futures_util::StreamExt as _;
use futures_util::stream;

pub use input::{Input, StateChange};

use crate::ports::{
    Accounts, Clock, Corner, Describe, Installations, Instances, InstancesError, Inventory, Look, Place,
    Shelf,
};

/// How much of an invocation is kept for its end.
const RESERVE_MS: u64 = 5_000;

/// How many places are looked at at a time.
const AT_ONCE: usize = 16;

/// How long one place may take, so that a few that are out of reach do not use up
/// everybody's time.
const PLACE_MS: u64 = 10_000;

/// What it may touch.
pub struct Stocktaker {
    /// The accounts of all teams.
    pub accounts: Arc<dyn Accounts>,
    /// Whether a team still has the app.
    pub installations: Arc<dyn Installations>,
    /// Where it writes.
    pub inventory: Arc<dyn Inventory>,
    /// EC2.
    pub instances: Arc<dyn Instances>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The account that Bellhop runs in.
    pub home: Account,
}

impl Stocktaker {
    /// Looks at every place of every team, the one that was not looked at for the
    /// longest time first. What is not reached by `deadline` is first the next
    /// time.
    ///
    /// # Errors
    /// If it could not even be found out which places there are. That one of them
    /// cannot be seen is logged.
    pub async fn handle_refresh(&self, deadline: Millis) -> anyhow::Result<()> {
        let until = Millis(deadline.0.saturating_sub(RESERVE_MS));
        let places = self.oldest_first(self.places().await?).await?;
        let all = places.len();
        let look = stream::iter(places).map(async |(corner, place)| self.renew(&corner, &place, until).await);
        let renewed = look.buffer_unordered(AT_ONCE).filter(|done| std::future::ready(*done)).count().await;
        tracing::info!(places = all, renewed, "Looked at {renewed} of {all} places");
        Ok(())
    }

    /// Looks at the one instance that changed, where it is known who cares.
    ///
    /// # Errors
    /// If it makes sense to try again.
    pub async fn handle_event(&self, event: &StateChange) -> anyhow::Result<()> {
        for (corner, place) in self.places_of(&event.account).await? {
            if corner.region != event.region {
                continue;
            }
            let at = self.clock.now();
            let what = Describe { ids: vec![event.instance.clone()], filters: Vec::new() };
            match self.instances.describe(&place, &what).await {
                Ok(seen) => self.inventory.keep(&corner, &look_of(&seen, &what, at)).await?,
                Err(
                    error @ (InstancesError::NotAllowed { .. }
                    | InstancesError::RegionClosed { .. }
                    | InstancesError::Refused { .. }),
                ) => {
                    tracing::warn!(region = %corner.region, "Could not look at a changed instance: {error}");
                }
                Err(error) => return Err(anyhow::Error::new(error).context("looking at a changed instance")),
            }
        }
        Ok(())
    }

    /// Looks at one place and writes that down. False if that was not possible.
    async fn renew(&self, corner: &Corner, place: &Place, until: Millis) -> bool {
        let at = self.clock.now();
        let left = until.since(at).min(PLACE_MS);
        if left == 0 {
            return false;
        }
        let what = Describe::default();
        let renew = async {
            let seen = match self.instances.describe(place, &what).await {
                // The account cannot have anything there.
                Err(InstancesError::RegionClosed { .. }) => Vec::new(),
                seen => seen?,
            };
            self.inventory.keep(corner, &look_of(&seen, &what, at)).await
        };
        let renewed = tokio::select! {
            biased;
            renewed = renew => renewed,
            () = self.clock.sleep(left) => Err(anyhow::anyhow!("no answer in {left} ms")),
        };
        if let Err(error) = &renewed {
            tracing::warn!(region = %corner.region, "The inventory of a place was not renewed: {error:#}");
        }
        renewed.is_ok()
    }

    /// Every place there is.
    async fn places(&self) -> anyhow::Result<Vec<(Corner, Place)>> {
        let mut places: Vec<(Corner, Place)> = at_home(&self.home).collect();
        places.extend(self.linked(|_| true).await?);
        Ok(places)
    }

    /// The places of the account with this number, once for each team that has it.
    async fn places_of(&self, account: &AccountId) -> anyhow::Result<Vec<(Corner, Place)>> {
        if self.home.id == *account {
            return Ok(at_home(&self.home).collect());
        }
        self.linked(|linked| linked.id == *account).await
    }

    /// The places of the linked accounts that are `wanted`, of teams that have the app.
    async fn linked(&self, wanted: impl Fn(&Account) -> bool) -> anyhow::Result<Vec<(Corner, Place)>> {
        let mut by_team: BTreeMap<TeamId, Vec<Arc<Account>>> = BTreeMap::new();
        for (team, account) in self.accounts.everywhere().await? {
            if !account.is_home() && account.is_usable() && wanted(&account) {
                by_team.entry(team).or_default().push(Arc::new(account));
            }
        }
        let mut places = Vec::new();
        for (team, accounts) in by_team {
            let installation = self.installations.find(&team).await?;
            if installation.is_some_and(|installation| installation.is_active()) {
                let each = accounts.into_iter().flat_map(places_in);
                places.extend(each.map(|place| (corner(&team, &place), place)));
            }
        }
        Ok(places)
    }

    async fn oldest_first(&self, places: Vec<(Corner, Place)>) -> anyhow::Result<Vec<(Corner, Place)>> {
        let shelves: BTreeSet<Shelf> = places.iter().map(|(corner, _)| corner.shelf.clone()).collect();
        let mut seen: BTreeMap<Corner, Millis> = BTreeMap::new();
        for shelf in shelves {
            // One at a time: only the moments are kept of what each shelf holds.
            seen.extend(self.inventory.known(&[shelf]).await?.corners);
        }
        let mut places = places;
        places.sort_by_cached_key(|(corner, _)| seen.get(corner).copied().unwrap_or_default());
        Ok(places)
    }
}

fn at_home(home: &Account) -> impl Iterator<Item = (Corner, Place)> + use<> {
    let places = places_in(Arc::new(home.clone()));
    places.map(|place| (at(Shelf::Home, &place), place))
}

fn places_in(account: Arc<Account>) -> impl Iterator<Item = Place> + use<> {
    let regions = account.regions.clone();
    regions.into_iter().map(move |region| Place { account: account.clone(), region })
}

fn at(shelf: Shelf, place: &Place) -> Corner {
    Corner { shelf, account: place.account.id.clone(), region: place.region.clone() }
}

/// Where is kept what `team` sees in `place`.
pub(crate) fn corner(team: &TeamId, place: &Place) -> Corner {
    let shelf = if place.account.is_home() { Shelf::Home } else { Shelf::Team(team.clone()) };
    at(shelf, place)
}

/// What the answer to a Describe, asked at `at`, says about a place. A terminated
/// instance counts as gone: its name is often in use again.
pub(crate) fn look_of(seen: &[Instance], asked: &Describe, at: Millis) -> Look {
    let is_there = |id: &InstanceId| {
        seen.iter().any(|instance| instance.id == *id && instance.state != InstanceState::Terminated)
    };
    let there = seen.iter().filter(|instance| instance.state != InstanceState::Terminated);
    let there = there.map(|instance| (instance.id.clone(), instance.name().map(str::to_owned))).collect();
    let ended = seen.iter().filter(|instance| instance.state == InstanceState::Terminated);
    let mut gone: Vec<InstanceId> = ended.map(|instance| instance.id.clone()).collect();
    if asked.filters.is_empty() {
        // Asked for by its id, it would be there.
        gone.extend(
            asked.ids.iter().filter(|id| !is_there(id) && !gone.contains(id)).cloned().collect::<Vec<_>>(),
        );
    }
    Look { there, gone, complete: asks_for_all(asked), at }
}

/// Whether `asked` leaves out nothing but terminated instances.
fn asks_for_all(asked: &Describe) -> bool {
    let is_living = |state: &InstanceState| *state != InstanceState::Terminated;
    let lets_all_through = |(name, values): &(String, Vec<String>)| {
        name == "instance-state-name"
            && InstanceState::ALL
                .iter()
                .filter(|state| is_living(state))
                .all(|state| values.iter().any(|value| value == state.as_str()))
    };
    asked.ids.is_empty() && asked.filters.iter().all(lets_all_through)
}

#[cfg(test)]
mod tests;
