//! `EC2 Instance State-change Notification`: each state that an instance comes to,
//! told once.
//!
//! States follow from the clock, so what is new shows only when somebody looks.
//! Everybody looks: each call before and after it changes something, and the event
//! bus when the next change is due.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html>

use domain::ids::AccountId;
use domain::instance::InstanceState;
use domain::time::Millis;
use serde_json::json;

use super::machine::Machine;
use super::state::State;
use crate::cloud::BusEvent;

/// Events that are kept while nobody takes them.
const NEWS_KEPT: usize = 10_000;

impl State {
    /// Notes every state that an instance has come to by `now`.
    pub(super) fn look_around(&mut self, now: Millis) {
        for (account, machine) in self.world.machines_mut() {
            for (at, state) in machine.news(now) {
                if self.news.len() == NEWS_KEPT {
                    self.news.pop_front();
                }
                self.news.push_back(event(account, machine, at, state));
            }
        }
    }

    /// When the next instance comes to another state, if one does.
    pub(super) fn next_change(&self) -> Option<Millis> {
        let ahead = self.world.machines().filter(|(_, machine)| machine.told != machine.course.to);
        ahead.map(|(_, machine)| machine.course.done_at).filter(|at| *at < Millis(u64::MAX)).min()
    }
}

impl Machine {
    /// The states it has come to since it was last asked.
    fn news(&mut self, now: Millis) -> Vec<(Millis, InstanceState)> {
        let (course, mut news) = (self.course, Vec::new());
        if self.told != course.to && self.told != course.via && course.via != course.to {
            news.push((now, course.via));
            self.told = course.via;
        }
        if self.told != course.to && now >= course.done_at {
            news.push((course.done_at, course.to));
            self.told = course.to;
        }
        news
    }
}

fn event(account: &AccountId, machine: &Machine, at: Millis, state: InstanceState) -> BusEvent {
    let (id, region) = (&machine.id, &machine.region);
    BusEvent {
        at_ms: at.0,
        account: account.to_string(),
        region: region.to_string(),
        source: "aws.ec2".to_owned(),
        detail_type: "EC2 Instance State-change Notification".to_owned(),
        resources: vec![format!("arn:aws:ec2:{region}:{account}:instance/{id}")],
        detail: json!({ "instance-id": id.as_str(), "state": state.as_str() }),
    }
}
