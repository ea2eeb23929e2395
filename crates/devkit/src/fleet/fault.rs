//! Failures to order: what a test, or the page, asks the fleet to do wrong.

use std::time::Duration;

use domain::ids::{AccountId, InstanceId, Region};

/// One failure, and the calls that it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    kind: FaultKind,
    action: Option<String>,
    account: Option<AccountId>,
    region: Option<Region>,
    instance: Option<InstanceId>,
    left: Option<u32>,
    /// The action that has to succeed first.
    after: Option<String>,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// `UnauthorizedOperation`, also for a dry run.
    Unauthorized,
    /// `RequestLimitExceeded`; nothing was done.
    Throttled,
    /// HTTP 503 `Unavailable`; nothing was done.
    Unavailable,
    /// `InsufficientInstanceCapacity` when the instance is to be started.
    NoCapacity,
    /// The change is made and the answer is HTTP 500, so that the caller cannot know.
    LostAnswer,
    /// The change begins and never ends: `stopping` for ever. A forced stop ends it.
    Stuck,
    /// The change takes this long.
    Takes(Duration),
    /// The answer comes this much later.
    Slow(Duration),
}

/// The call that asks whether something is to go wrong with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Occasion<'a> {
    pub(super) action: &'a str,
    pub(super) account: &'a AccountId,
    pub(super) region: &'a Region,
    pub(super) instances: &'a [InstanceId],
}

impl Fault {
    /// A failure of every call, until it is healed.
    pub const fn new(kind: FaultKind) -> Self {
        Self { kind, action: None, account: None, region: None, instance: None, left: None, after: None }
    }

    /// A region, or an account (12 digits), that cannot be reached.
    pub fn unreachable(place: &str) -> Self {
        let fault = Self::new(FaultKind::Unavailable);
        let is_account = place.len() == 12 && place.bytes().all(|byte| byte.is_ascii_digit());
        if is_account { fault.in_account(AccountId::new(place)) } else { fault.in_region(Region::new(place)) }
    }

    /// Only once this action, e.g. `StopInstances`, has succeeded in the same place.
    #[must_use]
    pub fn after(mut self, action: &str) -> Self {
        self.after = Some(action.to_owned());
        self
    }

    /// Only of this action, e.g. `StopInstances`.
    #[must_use]
    pub fn of(mut self, action: &str) -> Self {
        self.action = Some(action.to_owned());
        self
    }

    /// Only in this account.
    #[must_use]
    pub fn in_account(mut self, account: AccountId) -> Self {
        self.account = Some(account);
        self
    }

    /// Only in this region.
    #[must_use]
    pub fn in_region(mut self, region: Region) -> Self {
        self.region = Some(region);
        self
    }

    /// Only of calls that name this instance.
    #[must_use]
    pub fn on(mut self, instance: InstanceId) -> Self {
        self.instance = Some(instance);
        self
    }

    /// Only so many times.
    #[must_use]
    pub const fn times(mut self, times: u32) -> Self {
        self.left = Some(times);
        self
    }

    fn fits(&self, occasion: &Occasion<'_>) -> bool {
        self.left != Some(0)
            && self.after.is_none()
            && self.action.as_deref().is_none_or(|action| action == occasion.action)
            && self.is_at(occasion)
            && self.instance.as_ref().is_none_or(|id| occasion.instances.contains(id))
    }

    fn is_at(&self, occasion: &Occasion<'_>) -> bool {
        self.account.as_ref().is_none_or(|account| account == occasion.account)
            && self.region.as_ref().is_none_or(|region| region == occasion.region)
    }
}

/// The failures that are waiting, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes back what [`Fault::unreachable`] has made of `place`.
    pub(super) fn reconnect(&mut self, place: &str) {
        let cut = Fault::unreachable(place);
        self.0.retain(|fault| {
            (fault.kind, &fault.account, &fault.region) != (cut.kind, &cut.account, &cut.region)
        });
    }

    /// A call has succeeded: what waits for that strikes from now on.
    pub(super) fn succeeded(&mut self, occasion: &Occasion<'_>) {
        for fault in &mut self.0 {
            if fault.after.as_deref() == Some(occasion.action) && fault.is_at(occasion) {
                fault.after = None;
            }
        }
    }

    /// Whether a failure that `pick` accepts strikes this call; striking uses it up by one.
    pub(super) fn strike<T>(
        &mut self,
        occasion: &Occasion<'_>,
        pick: impl Fn(FaultKind) -> Option<T>,
    ) -> Option<T> {
        let (fault, picked) = self.0.iter_mut().filter(|fault| fault.fits(occasion)).find_map(|fault| {
            let picked = pick(fault.kind)?;
            Some((fault, picked))
        })?;
        if let Some(left) = &mut fault.left {
            *left -= 1;
        }
        Some(picked)
    }

    /// The same for one kind.
    pub(super) fn strikes(&mut self, occasion: &Occasion<'_>, kind: FaultKind) -> bool {
        self.strike(occasion, |other| (other == kind).then_some(())).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_becomes_unreachable_once_a_change_has_succeeded_there() {
        let (account, region) = (AccountId::new("111122223333"), Region::new("eu-west-1"));
        let occasion = |action, region| Occasion { action, account: &account, region, instances: &[] };
        let mut faults = Faults::default();
        faults.add(Fault::unreachable("eu-west-1").after("StopInstances"));
        let strikes = |faults: &mut Faults, region| {
            faults.strikes(&occasion("DescribeInstances", region), FaultKind::Unavailable)
        };
        let other = Region::new("us-east-1");
        faults.succeeded(&occasion("StopInstances", &other));
        faults.succeeded(&occasion("DescribeInstances", &region));
        assert!(!strikes(&mut faults, &region), "nothing was stopped there");
        faults.succeeded(&occasion("StopInstances", &region));
        assert!(strikes(&mut faults, &region) && !strikes(&mut faults, &other));
        faults.reconnect("us-east-1");
        assert!(strikes(&mut faults, &region));
        faults.reconnect("eu-west-1");
        assert!(!strikes(&mut faults, &region));
        faults.add(Fault::unreachable("111122223333"));
        assert!(strikes(&mut faults, &region) && strikes(&mut faults, &other));
    }

    #[test]
    fn a_fault_strikes_only_what_it_names_and_only_so_often() {
        let (account, region) = (AccountId::new("111122223333"), Region::new("eu-west-1"));
        let other = AccountId::new("444455556666");
        let id = InstanceId::parse("i-0123456789abcdef0").unwrap();
        let mut faults = Faults::default();
        faults.add(
            Fault::new(FaultKind::Throttled)
                .of("StopInstances")
                .on(id.clone())
                .in_account(account.clone())
                .times(1),
        );
        let ids = [id];
        let occasion = |action, instances| Occasion { action, account: &account, region: &region, instances };
        assert!(!faults.strikes(&occasion("StartInstances", &ids), FaultKind::Throttled));
        assert!(!faults.strikes(&occasion("StopInstances", &[]), FaultKind::Throttled));
        assert!(!faults.strikes(&occasion("StopInstances", &ids), FaultKind::Stuck));
        let elsewhere = Occasion { account: &other, ..occasion("StopInstances", &ids) };
        assert!(!faults.strikes(&elsewhere, FaultKind::Throttled));
        assert!(faults.strikes(&occasion("StopInstances", &ids), FaultKind::Throttled));
        assert!(!faults.strikes(&occasion("StopInstances", &ids), FaultKind::Throttled));
    }
}
