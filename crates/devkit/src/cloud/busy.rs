//! Counts what is under way, so that a test can wait until nothing is.

use std::sync::Arc;

use tokio::sync::watch;

use super::history::Kind;

/// What is under way.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    schedules: usize,
    others: usize,
}

/// The counter. Clones share it.
#[derive(Clone)]
pub(crate) struct Busy(Arc<watch::Sender<Counts>>);

impl Default for Busy {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Counts::default())))
    }
}

/// Something under way, until dropped.
pub(crate) struct Doing {
    busy: Busy,
    kind: Kind,
}

impl Busy {
    /// Counts one thing more until the guard is dropped.
    pub(crate) fn begin(&self, kind: Kind) -> Doing {
        self.0.send_modify(|counts| *counts.of(kind) += 1);
        Doing { busy: self.clone(), kind }
    }

    /// Waits until nothing is under way.
    pub(crate) async fn idle(&self, count_schedules: bool) {
        let quiet = |counts: &Counts| counts.others == 0 && (!count_schedules || counts.schedules == 0);
        let _ = self.0.subscribe().wait_for(quiet).await;
    }
}

impl Counts {
    fn of(&mut self, kind: Kind) -> &mut usize {
        match kind {
            Kind::Schedule => &mut self.schedules,
            Kind::Sync | Kind::Async => &mut self.others,
        }
    }
}

impl Drop for Doing {
    fn drop(&mut self) {
        self.busy.0.send_modify(|counts| *counts.of(self.kind) -= 1);
    }
}
