//! Faults on demand: what goes wrong between a function and AWS, or between AWS and a function.
//!
//! Each rule first lets `skip` matching calls pass and then strikes `times` times; a rule
//! for AWS calls may let others pass between.
//! The first rule that matches and still has strikes left is the one that counts.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::lock;

/// A fault at an AWS API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// `dynamodb`, `ssm`, `lambda`, `ec2`, `sts`, or `*`.
    pub service: String,
    /// The operation's name, or `*`.
    pub operation: String,
    /// Only calls of the function with this logical id.
    pub function: Option<String>,
    /// Only calls whose body contains this text.
    pub containing: Option<String>,
    /// Matching calls that pass first.
    pub skip: u32,
    /// Matching calls that are struck after those.
    pub times: u32,
    /// Matching calls that pass between two that are struck.
    pub between: u32,
    /// What happens to them.
    pub what: AwsFault,
}

impl Fault {
    /// Strikes the next such call, once.
    pub fn next(service: &str, operation: &str, what: AwsFault) -> Self {
        Self {
            service: service.to_owned(),
            operation: operation.to_owned(),
            function: None,
            containing: None,
            skip: 0,
            times: 1,
            between: 0,
            what,
        }
    }

    /// Lets `skip` calls pass first.
    #[must_use]
    pub fn after(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    /// Strikes `times` calls.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Strikes each `nth` call only, from the first one on that it strikes.
    #[must_use]
    pub fn every(mut self, nth: u32) -> Self {
        self.between = nth.saturating_sub(1);
        self
    }

    /// Strikes only calls of the function with this logical id.
    #[must_use]
    pub fn from(mut self, function: &str) -> Self {
        self.function = Some(function.to_owned());
        self
    }

    /// Strikes only calls whose body contains `text`.
    #[must_use]
    pub fn containing(mut self, text: &str) -> Self {
        self.containing = Some(text.to_owned());
        self
    }
}

/// What happens to an AWS call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AwsFault {
    /// It is refused with this status and error code, without effect.
    Status {
        /// The HTTP status.
        status: u16,
        /// The error code.
        code: String,
    },
    /// It takes this much longer.
    Delay(Duration),
    /// No effect; the connection is closed.
    DropBefore,
    /// It takes effect; the connection is closed instead of an answer.
    DropAfter,
    /// The calling process is killed; no effect.
    KillBefore,
    /// It takes effect; the calling process is killed before it learns so.
    KillAfter,
}

/// A fault on the way to a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvokeFault {
    /// The logical id of the function.
    pub function: String,
    /// Invocations that pass first.
    pub skip: u32,
    /// Invocations that are struck after those.
    pub times: u32,
    /// What happens to them.
    pub what: LambdaFault,
}

/// What happens to an invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LambdaFault {
    /// An asynchronous event is delivered twice, as at-least-once allows.
    Duplicate,
    /// An asynchronous event is accepted and never delivered.
    Lose,
    /// The process is killed as soon as it has been handed the event.
    KillAtStart,
}

/// All rules in force. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    aws: Arc<Mutex<Vec<Fault>>>,
    invoke: Arc<Mutex<Vec<InvokeFault>>>,
}

impl Faults {
    /// Adds a rule for AWS calls.
    pub fn add(&self, fault: Fault) {
        lock(&self.aws).push(fault);
    }

    /// Adds a rule for invocations.
    pub fn add_invoke(&self, fault: InvokeFault) {
        lock(&self.invoke).push(fault);
    }

    /// The next asynchronous event for the function is delivered twice.
    pub fn duplicate_next(&self, function: &str) {
        self.once(function, LambdaFault::Duplicate);
    }

    /// The next asynchronous event for the function is lost.
    pub fn lose_next(&self, function: &str) {
        self.once(function, LambdaFault::Lose);
    }

    /// The next process of the function that is handed an event is killed at once.
    pub fn kill_next(&self, function: &str) {
        self.once(function, LambdaFault::KillAtStart);
    }

    /// Takes all rules back.
    pub fn clear(&self) {
        lock(&self.aws).clear();
        lock(&self.invoke).clear();
    }

    /// Rules that have not struck as often as they should: a test whose fault never
    /// happened has shown nothing.
    pub fn pending(&self) -> usize {
        lock(&self.aws).len() + lock(&self.invoke).len()
    }

    fn once(&self, function: &str, what: LambdaFault) {
        self.add_invoke(InvokeFault { function: function.to_owned(), skip: 0, times: 1, what });
    }

    pub(crate) fn strike_aws(
        &self,
        service: &str,
        operation: &str,
        function: Option<&str>,
        body: &[u8],
    ) -> Option<AwsFault> {
        let matches = |rule: &Fault| {
            (rule.service == "*" || rule.service == service)
                && (rule.operation == "*" || rule.operation == operation)
                && (rule.function.is_none() || rule.function.as_deref() == function)
                && rule.containing.as_deref().is_none_or(|text| contains(body, text.as_bytes()))
        };
        strike(&mut lock(&self.aws), matches).map(|rule| rule.what)
    }

    pub(crate) fn strike_invoke(&self, function: &str, what: LambdaFault) -> bool {
        let matches = |rule: &InvokeFault| rule.function == function && rule.what == what;
        strike(&mut lock(&self.invoke), matches).is_some()
    }
}

/// What a rule has still to do.
struct Left<'a> {
    skip: &'a mut u32,
    times: &'a mut u32,
    between: u32,
}

trait Rule: Clone {
    fn left(&mut self) -> Left<'_>;
}

impl Rule for Fault {
    fn left(&mut self) -> Left<'_> {
        Left { skip: &mut self.skip, times: &mut self.times, between: self.between }
    }
}

impl Rule for InvokeFault {
    fn left(&mut self) -> Left<'_> {
        Left { skip: &mut self.skip, times: &mut self.times, between: 0 }
    }
}

fn strike<R: Rule>(rules: &mut Vec<R>, matches: impl Fn(&R) -> bool) -> Option<R> {
    let mut struck = None;
    for rule in rules.iter_mut().filter(|rule| matches(rule)) {
        let Left { skip, times, between } = rule.left();
        if *skip > 0 {
            *skip -= 1;
        } else if struck.is_none() && *times > 0 {
            *times -= 1;
            *skip = between;
            struck = Some(rule.clone());
        }
    }
    rules.retain_mut(|rule| *rule.left().times > 0);
    struck
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    !text.is_empty() && body.windows(text.len()).any(|window| window == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_skips_then_strikes_then_is_gone() {
        let faults = Faults::default();
        faults.add(Fault::next("ec2", "StopInstances", AwsFault::DropAfter).after(1).times(2));
        let strike = || faults.strike_aws("ec2", "StopInstances", None, b"").is_some();
        assert_eq!([strike(), strike(), strike(), strike()], [false, true, true, false]);
        assert_eq!(faults.pending(), 0);
    }

    #[test]
    fn a_rule_may_strike_every_nth_call() {
        let faults = Faults::default();
        faults.add(Fault::next("*", "*", AwsFault::KillBefore).after(1).every(4).times(2));
        faults.add(Fault::next("*", "*", AwsFault::KillAfter).after(3).every(4).times(2));
        let strikes = (0..9).map(|_| faults.strike_aws("ec2", "StopInstances", None, b""));
        let (before, after) = (Some(AwsFault::KillBefore), Some(AwsFault::KillAfter));
        let expected = [None, before.clone(), None, after.clone(), None, before, None, after, None];
        assert_eq!(strikes.collect::<Vec<_>>(), expected);
        assert_eq!(faults.pending(), 0);
    }

    #[test]
    fn a_rule_strikes_only_what_it_names() {
        let faults = Faults::default();
        faults.add(Fault::next("dynamodb", "*", AwsFault::DropBefore).from("Ec2").containing("jobs"));
        assert!(faults.strike_aws("ssm", "GetParameters", Some("Ec2"), b"jobs").is_none());
        assert!(faults.strike_aws("dynamodb", "PutItem", Some("Events"), b"jobs").is_none());
        assert!(faults.strike_aws("dynamodb", "PutItem", Some("Ec2"), b"audit").is_none());
        assert!(faults.strike_aws("dynamodb", "PutItem", Some("Ec2"), b"the jobs table").is_some());
    }
}
