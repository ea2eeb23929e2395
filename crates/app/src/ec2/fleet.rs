//! Looking at the instances of several accounts and regions at once.

use std::collections::BTreeMap;
use std::pin::pin;

use domain::command::{Command, Target};
use domain::ids::{Alias, InstanceId, Region};
use domain::instance::Instance;
use domain::job::Request;
use domain::resolve::{References, Selection, select, server_filters};
use futures_util::StreamExt as _;
use futures_util::stream;

use super::Run;
use super::places::ByPlace;
use crate::hold::{Hold, Stop};
use crate::messages::{self, Blindness};
use crate::ports::{Describe, Instances, InstancesError, Place};

/// How long a row of a list or card can be referred to as `#2`.
const ROWS_LIFETIME_MS: u64 = 7 * 24 * 3_600_000;

/// How long a look at all places may take. What has not answered by then counts
/// as a place that could not be seen.
const LOOK_MS: u64 = 20_000;

/// How many places are asked at a time: enough to hide that some are slow, few
/// enough that their answers fit into memory beside each other.
const AT_ONCE: usize = 16;

/// A place where nothing could be seen, and why.
pub(super) type Blind = (Place, Blindness);

/// What was seen, and where nothing could be seen.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) fleet: Vec<Instance>,
    pub(super) blind: Vec<Blind>,
}

impl Seen {
    /// Whether something of ours may have been overlooked.
    pub(super) fn is_blind(&self) -> bool {
        self.blind.iter().any(|(_, why)| !why.is_closed())
    }

    /// Those of `places` where something could be seen.
    pub(super) fn looked_in<'a>(&self, places: &'a [Place]) -> Vec<&'a Place> {
        let is_seen = |place: &&Place| self.blind.iter().all(|(blind, _)| blind != *place);
        places.iter().filter(is_seen).collect()
    }
}

/// What was seen of instances that were looked at again.
pub(super) struct SeenAgain {
    pub(super) fleet: Vec<Instance>,
    /// The places that could not be looked at, each with the reason as a sentence.
    pub(super) unseen: BTreeMap<(Alias, Region), String>,
}

/// What a place answered.
type Answered = (Place, Result<Vec<Instance>, Blindness>);

/// What `#2` and `this` stand for in the thread of the request.
pub(super) struct Mentioned {
    pub(super) rows: Vec<InstanceId>,
    pub(super) this: Vec<InstanceId>,
}

impl Mentioned {
    /// The same, as the rules take it.
    pub(super) fn references(&self) -> References<'_> {
        References { rows: &self.rows, this: &self.this }
    }
}

impl Run<'_> {
    /// The instances that `command` may mean. A change looks only where the
    /// inventory says that they are, if it knows them all and EC2 confirms each;
    /// anything else looks at all of `places` at once.
    pub(super) async fn see(&self, command: &Command, mentioned: &Mentioned, places: &[Place]) -> Seen {
        let (references, now) = (mentioned.references(), self.worker.clock.now());
        if let Some(recalled) = self.recall(command, &references, places).await {
            let seen = self.look_at(command, &recalled.places).await;
            let is_clear = || recalled.is_confirmed(&select(command, &seen.fleet, &references, now));
            if seen.is_blind() || is_clear() {
                return seen;
            }
        }
        let mut seen = self.look_at(command, places).await;
        let found = || select(command, &seen.fleet, &references, now);
        if seen.is_blind() && names_ids(command) && matches!(found(), Selection::Found(_)) {
            // No other place can hold an instance that is found by its id.
            seen.blind.clear();
        }
        seen
    }

    /// What is in all of `places` at once, as far as `command` is about it. It is
    /// noted for the inventory.
    pub(super) async fn look_at(&self, command: &Command, places: &[Place]) -> Seen {
        let what = Describe { ids: Vec::new(), filters: server_filters(command) };
        let wanted = places.iter().map(|place| (place.clone(), what.clone())).collect();
        let at = self.worker.clock.now();
        let answers = self.describe_all(wanted).await;
        for (place, answer) in &answers {
            match answer {
                Ok(instances) => self.note(place, instances, &what, at),
                Err(why) if why.is_closed() => self.note(place, &[], &what, at),
                Err(_) => {}
            }
        }
        merged(answers)
    }

    /// These very instances, wherever they are.
    ///
    /// # Errors
    /// If an account is not linked any more.
    pub(super) async fn see_again(&self, ids: &ByPlace) -> Result<Seen, InstancesError> {
        let mut wanted = Vec::new();
        for ((account, region), ids) in ids {
            let what = Describe { ids: ids.clone(), filters: Vec::new() };
            wanted.push((self.place(account, region)?, what));
        }
        Ok(merged(self.describe_all(wanted).await))
    }

    /// The same while a change goes on: a place that cannot be looked at, or whose account is not
    /// linked any more, does not keep the others from being seen.
    pub(super) async fn see_what_can_be_seen(&self, ids: &ByPlace) -> SeenAgain {
        let (mut wanted, mut unseen) = (Vec::new(), BTreeMap::new());
        for (at, ids) in ids {
            let (account, region) = at;
            match self.place(account, region) {
                Ok(place) => wanted.push((place, Describe { ids: ids.clone(), filters: Vec::new() })),
                Err(_) => {
                    unseen.insert(at.clone(), messages::not_linked(account));
                }
            }
        }
        let seen = merged(self.describe_all(wanted).await);
        for blind in seen.blind {
            let at = (blind.0.account.alias.clone(), blind.0.region.clone());
            unseen.insert(at, self.refusals(&[blind]).await.join(" "));
        }
        SeenAgain { fleet: seen.fleet, unseen }
    }

    /// Asks many places, several at a time, within [`LOOK_MS`].
    async fn describe_all(&self, wanted: Vec<(Place, Describe)>) -> Vec<Answered> {
        let mut answers: Vec<Answered> =
            wanted.iter().map(|(place, _)| (place.clone(), Err(Blindness::Late(LOOK_MS)))).collect();
        let instances: &dyn Instances = self.worker.instances.as_ref();
        let asked = wanted
            .iter()
            .enumerate()
            .map(|(number, (place, what))| async move { (number, instances.describe(place, what).await) });
        let mut coming = pin!(stream::iter(asked).buffer_unordered(AT_ONCE));
        let mut time_is_up = pin!(self.worker.clock.sleep(LOOK_MS));
        loop {
            let (number, answer) = tokio::select! {
                biased;
                next = coming.next() => match next {
                    Some(answered) => answered,
                    None => break,
                },
                () = &mut time_is_up => break,
            };
            if let Some((_, slot)) = answers.get_mut(number) {
                *slot = answer.map_err(Blindness::Failed);
            }
        }
        answers
    }

    /// What the thread was last about, if `command` refers to it. `this` is
    /// meant for one instance; a list of several is referred to by rows.
    pub(super) async fn mentioned(&self, command: &Command, request: &Request) -> Result<Mentioned, Stop> {
        if !refers_to_thread(command) {
            return Ok(Mentioned { rows: Vec::new(), this: Vec::new() });
        }
        let rows = self.rows(request).await?;
        let this = if rows.len() == 1 { rows.clone() } else { Vec::new() };
        Ok(Mentioned { rows, this })
    }

    /// The instances that `#1`, `#2` and so on stand for.
    pub(super) async fn rows(&self, request: &Request) -> Result<Vec<InstanceId>, Stop> {
        let team = &self.installation.team;
        Ok(self.worker.threads.rows(team, &request.channel, request.conversation()).await?)
    }

    /// Keeps what `#2` and `this` mean in the thread of the request from now on.
    /// Not while a command that says one of them may have to be read again: it
    /// must mean the same then.
    pub(super) async fn remember(
        &self,
        hold: &Hold<'_>,
        command: &Command,
        shown: &[&Instance],
    ) -> Result<(), Stop> {
        if refers_to_thread(command) {
            return Ok(());
        }
        let rows: Vec<InstanceId> = shown.iter().map(|instance| instance.id.clone()).collect();
        self.remember_rows(hold, &rows).await
    }

    pub(super) async fn remember_rows(&self, hold: &Hold<'_>, rows: &[InstanceId]) -> Result<(), Stop> {
        let request = &hold.job.request;
        let expires = self.worker.clock.now().plus(ROWS_LIFETIME_MS);
        let (team, thread) = (&self.installation.team, request.conversation());
        Ok(self.worker.threads.remember(team, &request.channel, thread, rows, expires).await?)
    }
}

/// All answers together, in the order of the places.
fn merged(answers: Vec<Answered>) -> Seen {
    let mut seen = Seen::default();
    for (place, answer) in answers {
        match answer {
            Ok(instances) => seen.fleet.extend(instances),
            Err(why) => seen.blind.push((place, why)),
        }
    }
    seen
}

/// Whether `command` means each of its instances by an id, which no other
/// instance anywhere has.
pub(super) fn names_ids(command: &Command) -> bool {
    let is_id = |target: &Target| matches!(target, Target::Id(_) | Target::Row(_) | Target::This);
    !command.targets.is_empty() && command.targets.iter().all(is_id)
}

/// Whether `command` says `#2` or `this`.
pub(super) fn refers_to_thread(command: &Command) -> bool {
    command.targets.iter().any(|target| matches!(target, Target::Row(_) | Target::This))
}
