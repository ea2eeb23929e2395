//! What was seen before, and what is kept of a look. The inventory says where to
//! look first; it never says what is there.
//!
//! `docs/decisions/015-inventory.md` tells what can go wrong here, and why that
//! does no harm.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use domain::command::{Command, Target, Tier, pattern};
use domain::ids::{AccountId, InstanceId, Region};
use domain::instance::{Instance, InstanceState};
use domain::resolve::{References, Selection};
use domain::time::Millis;
use futures_util::StreamExt as _;
use futures_util::stream;

use super::Run;
use super::fleet::names_ids;
use crate::inventory::{corner, look_of};
use crate::ports::{Corner, Describe, Known, Look, Place, Shelf, Stock};

/// How old a look at a whole place may be for the inventory to speak for it. It
/// is renewed several times as often; older than this, something is broken.
const FRESH_MS: u64 = 3_600_000;

/// How long the inventory is waited for. Without it everything still works.
const RECALL_MS: u64 = 3_000;

/// How many places are written down at a time.
const AT_ONCE: usize = 8;

/// What a run has seen and not yet written down.
#[derive(Default)]
pub(super) struct Notes(Mutex<Vec<(Corner, Look)>>);

/// Where the inventory says that the instances of a command are.
pub(super) struct Recalled {
    /// The places, each once.
    pub(super) places: Vec<Place>,
    /// The instances.
    ids: BTreeSet<InstanceId>,
    /// Whether they were asked for by their ids.
    by_id: bool,
}

impl Recalled {
    /// Whether what EC2 shows at these places is what was remembered: nothing but
    /// the instances that are known, and none that is gone. Then the places say
    /// all that the inventory could have; if not, it is of no use here.
    pub(super) fn is_confirmed(&self, live: &Selection<'_>) -> bool {
        let is_known = |instance: &&Instance| {
            self.ids.contains(&instance.id) && (self.by_id || instance.state != InstanceState::Terminated)
        };
        match live {
            Selection::Found(found) => found.iter().all(is_known),
            Selection::Several { candidates, .. } => candidates.iter().all(is_known),
            Selection::TooMany { .. } => true,
            Selection::NotFound { .. } | Selection::NoSuchTag { .. } => false,
        }
    }
}

impl Run<'_> {
    /// Where the instances of `command` are, if the inventory knows each of them
    /// and may be asked.
    pub(super) async fn recall(
        &self,
        command: &Command,
        references: &References<'_>,
        places: &[Place],
    ) -> Option<Recalled> {
        if !may_recall(command) {
            return None;
        }
        let corners: BTreeMap<Corner, &Place> =
            places.iter().map(|place| (corner(&self.installation.team, place), place)).collect();
        let stock = self.stock(&corners).await?;
        let by_id = names_ids(command);
        if !by_id && !self.is_fresh(&stock, corners.keys()) {
            return None;
        }
        let at: BTreeMap<(&AccountId, &Region), &Place> =
            corners.iter().map(|(corner, place)| ((&corner.account, &corner.region), *place)).collect();
        let known: Vec<(&Known, &Place)> = stock
            .instances
            .iter()
            .filter_map(|known| Some((known, *at.get(&(&known.account, &known.region))?)))
            .collect();
        let mut recalled = Recalled { places: Vec::new(), ids: BTreeSet::new(), by_id };
        for target in &command.targets {
            let meant = meant(target, references)?;
            let mut fitting = known.iter().filter(|(known, _)| meant.fits(known)).peekable();
            fitting.peek()?;
            for (known, place) in fitting {
                recalled.ids.insert(known.id.clone());
                if !recalled.places.contains(place) {
                    recalled.places.push((*place).clone());
                }
            }
        }
        Some(recalled)
    }

    async fn stock(&self, corners: &BTreeMap<Corner, &Place>) -> Option<Stock> {
        let shelves: BTreeSet<Shelf> = corners.keys().map(|corner| corner.shelf.clone()).collect();
        let shelves: Vec<Shelf> = shelves.into_iter().collect();
        let known = tokio::select! {
            biased;
            known = self.worker.inventory.known(&shelves) => known,
            () = self.worker.clock.sleep(RECALL_MS) => Err(anyhow::anyhow!("no answer in {RECALL_MS} ms")),
        };
        known.inspect_err(|error| tracing::warn!("The inventory could not be read: {error:#}")).ok()
    }

    /// Whether each of these was seen whole, and not long ago.
    fn is_fresh<'a>(&self, stock: &Stock, mut corners: impl Iterator<Item = &'a Corner>) -> bool {
        let now = self.worker.clock.now();
        let seen: BTreeMap<&Corner, Millis> =
            stock.corners.iter().map(|(corner, at)| (corner, *at)).collect();
        corners.all(|corner| seen.get(corner).is_some_and(|at| now.since(*at) <= FRESH_MS))
    }

    /// Notes what a look at `place` has shown, which began at `at`.
    pub(super) fn note(&self, place: &Place, seen: &[Instance], asked: &Describe, at: Millis) {
        let note = (corner(&self.installation.team, place), look_of(seen, asked, at));
        self.notes.0.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }

    /// Writes down what was noted, as far as time allows. Nobody waits for it, and
    /// nothing fails by it.
    pub(super) async fn keep_notes(&self) {
        let notes = std::mem::take(&mut *self.notes.0.lock().unwrap_or_else(PoisonError::into_inner));
        if notes.is_empty() {
            return;
        }
        let keep = stream::iter(&notes).for_each_concurrent(AT_ONCE, |(corner, look)| async move {
            if let Err(error) = self.worker.inventory.keep(corner, look).await {
                tracing::warn!(region = %corner.region, "The inventory could not be written: {error:#}");
            }
        });
        let left = self.until.since(self.worker.clock.now());
        tokio::select! {
            biased;
            () = keep => {}
            () = self.worker.clock.sleep(left) => tracing::warn!("No time was left for the inventory"),
        }
    }
}

/// Whether the inventory may say where the instances of `command` are. Not for
/// what is done at once: there nobody sees a card before it is, so of two
/// instances of one name both have to be seen. Not for what it does not know:
/// addresses, tags, states.
fn may_recall(command: &Command) -> bool {
    let is_asked_about = command.flags.dry_run || command.verb.tier() >= Tier::Interrupt;
    let is_known_by = |target: &Target| !matches!(target, Target::PrivateIp(_));
    command.verb.is_change()
        && !command.targets.is_empty()
        && command.targets.iter().all(is_known_by)
        && (is_asked_about || names_ids(command))
}

/// What a target means among what is known. Wider than what it means in the end:
/// names are compared regardless of case, so that the live look, which prefers
/// the exact one, sees all of them.
enum Meant<'a> {
    Id(&'a InstanceId),
    AnyOf(&'a [InstanceId]),
    Name(String),
    Pattern(String),
}

fn meant<'a>(target: &'a Target, references: &References<'a>) -> Option<Meant<'a>> {
    Some(match target {
        Target::Id(id) => Meant::Id(id),
        Target::Row(row) => Meant::Id(references.rows.get(usize::try_from(*row).ok()?.checked_sub(1)?)?),
        Target::This => Meant::AnyOf(references.this),
        Target::Name(name) => Meant::Name(name.to_lowercase()),
        Target::Pattern(pattern) => Meant::Pattern(pattern.to_lowercase()),
        Target::PrivateIp(_) => return None,
    })
}

impl Meant<'_> {
    fn fits(&self, known: &Known) -> bool {
        let name = || known.name.as_deref().map(str::to_lowercase);
        match self {
            Self::Id(id) => known.id == **id,
            Self::AnyOf(ids) => ids.contains(&known.id),
            Self::Name(wanted) => name().is_some_and(|name| name == *wanted),
            Self::Pattern(wanted) => name().is_some_and(|name| pattern::matches(wanted, &name)),
        }
    }
}
