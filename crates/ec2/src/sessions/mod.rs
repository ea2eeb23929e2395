//! Sessions of the roles that let Bellhop into other accounts. Those that look are
//! kept and shared; one that changes something lives for that one call, and may do
//! that to those instances and nothing else.

mod assume;
mod bounds;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use app::ports::{Actor, Caller, Change, InstancesError, Place};
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::identity::Identity;
use domain::account::{Account, Roles};
use domain::ids::{AccountId, InstanceId, Region};
use tokio::time::Instant;

pub(crate) use assume::{NotLetIn, Wish};
pub(crate) use bounds::policy;

/// A kept session is not used within this time of its end: a question may take
/// several requests, with pauses in between.
const MARGIN: Duration = Duration::from_mins(2);

/// Who is behind a session that serves many people, and its name.
pub(crate) const BELLHOP: &str = "bellhop";

/// An assumed role. Its keys are shown nowhere.
pub(crate) struct Session {
    identity: Identity,
    ends: SystemTime,
    caller: Caller,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("caller", &self.caller)
            .field("ends", &self.ends)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// What requests are signed with.
    pub(crate) const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Who AWS takes the session for: STS said so when it made it.
    pub(crate) const fn caller(&self) -> &Caller {
        &self.caller
    }

    fn lasts(&self, now: SystemTime) -> bool {
        now + MARGIN < self.ends
    }
}

/// Assumes roles.
pub(crate) struct Sessions {
    sts: aws_sdk_sts::Client,
    clock: SharedTimeSource,
    kept: Mutex<HashMap<Door, Arc<tokio::sync::Mutex<Kept>>>>,
}

/// A role, and the external id that it asks for.
type Door = (String, String);

/// The session of one door, and how it last failed to open.
#[derive(Default)]
struct Kept {
    session: Option<Arc<Session>>,
    failed: Option<(Instant, NotLetIn)>,
    /// Regions in which EC2 did not take a session.
    closed: HashSet<Region>,
}

impl Sessions {
    pub(crate) fn new(sts: aws_sdk_sts::Client, clock: SharedTimeSource) -> Self {
        Self { sts, clock, kept: Mutex::default() }
    }

    /// The session that looks. Whoever asks while it is being made waits for it, and
    /// for its failure too: one role is assumed once, however many ask.
    pub(crate) async fn read(&self, account: &Account, roles: &Roles) -> Result<Arc<Session>, NotLetIn> {
        let asked = Instant::now();
        let kept = self.kept(roles);
        let mut kept = kept.lock().await;
        if let Some(session) = kept.session.as_ref().filter(|session| session.lasts(self.clock.now())) {
            return Ok(session.clone());
        }
        if let Some((_, failure)) = kept.failed.as_ref().filter(|(at, _)| *at >= asked) {
            return Err(failure.clone());
        }
        let opened = self.open(&account.id, &Wish::to_read(roles)).await.map(Arc::new);
        kept.session = opened.as_ref().ok().cloned();
        kept.failed = opened.as_ref().err().map(|failure| (Instant::now(), failure.clone()));
        opened
    }

    /// Makes a new one at the next question: with this one something was refused, and a
    /// role that was made anew does not know the sessions of the old one.
    pub(crate) async fn forget(&self, roles: &Roles, session: &Arc<Session>) {
        let kept = self.kept(roles);
        let mut kept = kept.lock().await;
        if kept.session.as_ref().is_some_and(|other| Arc::ptr_eq(other, session)) {
            kept.session = None;
        }
    }

    /// EC2 in `region` did not take `session`. True if that may be the session's fault:
    /// then the next question makes a new one. Of a region where that was tried before,
    /// it is known that the session is not the reason.
    pub(crate) async fn doubt(&self, roles: &Roles, session: &Arc<Session>, region: &Region) -> bool {
        let is_first = self.kept(roles).lock().await.closed.insert(region.clone());
        if is_first {
            self.forget(roles, session).await;
        }
        is_first
    }

    /// A session for one change, which may do nothing else.
    pub(crate) async fn act(
        &self,
        place: &Place,
        roles: &Roles,
        (change, ids): (&Change, &[InstanceId]),
        actor: &Actor,
    ) -> Result<Session, InstancesError> {
        let wish = Wish {
            role: &roles.act,
            external_id: Some(&roles.external_id),
            name: bounds::session_name(&actor.job),
            source_identity: Some(bounds::source_identity(&actor.user)?),
            policy: Some(policy(place, change.action, ids)?),
        };
        Ok(self.open(&place.account.id, &wish).await?)
    }

    /// Assumes a role, which must be in `account`.
    pub(crate) async fn open(&self, account: &AccountId, wish: &Wish<'_>) -> Result<Session, NotLetIn> {
        let session = assume::assume(&self.sts, self.clock.now(), wish).await?;
        if session.caller.account == *account {
            Ok(session)
        } else {
            Err(NotLetIn::OtherAccount(session.caller.account))
        }
    }

    /// The moment that it is for sessions from now on.
    #[cfg(test)]
    pub(crate) fn set_clock(&mut self, clock: SharedTimeSource) {
        self.clock = clock;
    }

    fn kept(&self, roles: &Roles) -> Arc<tokio::sync::Mutex<Kept>> {
        let door = (roles.read.clone(), roles.external_id.clone());
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).entry(door).or_default().clone()
    }
}
