//! `find` and `check`: answers that change nothing.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use domain::command::Command;
use domain::ids::Alias;
use domain::instance::{Instance, InstanceState};
use futures_util::future::join_all;

use super::Run;
use super::decide::{Answer, Shown};
use super::fleet::{Blind, refers_to_thread};
use super::places::ByPlace;
use crate::hold::{Hold, Stop};
use crate::messages::{self, Blindness, MAX_ROWS, Page};
use crate::ports::{Caller, Health, InstancesError, Place};

/// How many rows of a list can be referred to as `#2`.
const MAX_REMEMBERED: usize = 500;

/// Of how many accounts it is found out which role lacks a right, and how long
/// that may take: it only makes a sentence clearer.
const MAX_CALLERS: usize = 10;
const CALLERS_MS: u64 = 3_000;

impl Run<'_> {
    /// A page of what was found, and where nothing could be looked at.
    ///
    /// The order depends on nothing but the instances, so that a page goes on
    /// where the one before it ended. The rows up to its end are remembered as
    /// they are now. If others were remembered (the list has changed, or the
    /// conversation was about something else since), the answer says so:
    /// somebody who still sees those might say `#3` and mean another instance.
    pub(super) async fn list(
        &self,
        hold: &Hold<'_>,
        command: &Command,
        shown: Shown<'_>,
        found: &[&Instance],
        blind: &[Blind],
    ) -> Result<Answer, Stop> {
        let mut sorted = found.to_vec();
        sorted.sort_unstable_by(|one, other| by_place_and_name(one, other));
        let rows = messages::rows(shown.page, sorted.len());
        let mut moved = false;
        if !rows.is_empty() || sorted.is_empty() {
            let seen = sorted.get(..rows.end.min(MAX_REMEMBERED)).unwrap_or(&sorted);
            moved = self.has_moved(hold, command, seen, rows.start).await?;
            self.remember(hold, command, seen).await?;
        }
        let blind = self.refusals(blind).await;
        let page = Page { found: &sorted, number: shown.page, command: shown.text, moved, blind: &blind };
        Ok(Answer::open(messages::list(&page)))
    }

    /// Whether the first rows of a list, `before` of them, are others than the
    /// ones that were last remembered.
    async fn has_moved(
        &self,
        hold: &Hold<'_>,
        command: &Command,
        rows: &[&Instance],
        before: usize,
    ) -> Result<bool, Stop> {
        if before == 0 || refers_to_thread(command) {
            return Ok(false);
        }
        let known = self.rows(&hold.job.request).await?;
        let earlier = rows.iter().take(before).map(|instance| &instance.id);
        Ok(!earlier.eq(known.iter().take(before)))
    }

    /// The instances one by one, with their status checks.
    pub(super) async fn check(
        &self,
        hold: &Hold<'_>,
        command: &Command,
        found: &[&Instance],
        blind: &[Blind],
    ) -> Result<Answer, Stop> {
        let shown: Vec<&Instance> = found.iter().take(MAX_ROWS).copied().collect();
        self.remember(hold, command, &shown).await?;
        let mut running = ByPlace::new();
        for instance in shown.iter().filter(|instance| instance.state == InstanceState::Running) {
            let place = (instance.account.clone(), instance.region.clone());
            running.entry(place).or_default().push(instance.id.clone());
        }
        let answers = join_all(running.iter().map(async |((account, region), ids)| {
            let place = self.place(account, region)?;
            let answer = self.worker.instances.health(&place, ids).await;
            Ok::<_, InstancesError>((place, answer))
        }))
        .await;
        let mut health: Vec<Health> = Vec::new();
        let mut unchecked: Vec<Blind> = Vec::new();
        for answer in answers {
            match answer {
                Ok((_, Ok(checks))) => health.extend(checks),
                Ok((place, Err(error))) => unchecked.push((place, Blindness::Failed(error))),
                Err(error) => tracing::warn!("An account went while it was looked at: {error}"),
            }
        }
        let mut refused = self.refusals(blind).await;
        refused.extend(self.refusals(&unchecked).await);
        let now = self.worker.clock.now();
        Ok(Answer::open(messages::check(&shown, found.len(), &health, &refused, now)))
    }

    /// Why some places could not be looked at, a sentence for each account.
    pub(super) async fn refusals(&self, blind: &[Blind]) -> Vec<String> {
        let mut lacking: BTreeMap<&Alias, &Place> = BTreeMap::new();
        for (place, why) in blind {
            if lacks_right(why) && lacking.len() < MAX_CALLERS {
                lacking.entry(&place.account.alias).or_insert(place);
            }
        }
        let asked = lacking.into_iter().map(async |(alias, place)| {
            let caller = self.worker.instances.caller(&place.account).await.ok()?;
            Some((alias.clone(), caller))
        });
        let callers: BTreeMap<Alias, Caller> = tokio::select! {
            biased;
            callers = join_all(asked) => callers.into_iter().flatten().collect(),
            () = self.worker.clock.sleep(CALLERS_MS) => BTreeMap::new(),
        };
        messages::not_seen(blind, &callers)
    }
}

/// Whether a role was taken on that may not look. That no role could be taken on
/// says nothing of who we are there.
fn lacks_right(why: &Blindness) -> bool {
    let Blindness::Failed(InstancesError::NotAllowed { operation, .. }) = why else { return false };
    operation.starts_with("ec2:")
}

/// The order of a list. Names are compared regardless of case, and none is copied
/// for it: there may be ten thousand.
fn by_place_and_name(one: &Instance, other: &Instance) -> Ordering {
    let folded = |instance| Instance::label(instance).chars().flat_map(char::to_lowercase);
    (one.account.cmp(&other.account))
        .then_with(|| one.region.cmp(&other.region))
        .then_with(|| folded(one).cmp(folded(other)))
        .then_with(|| one.id.cmp(&other.id))
}
