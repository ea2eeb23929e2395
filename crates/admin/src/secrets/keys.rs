//! The ring of keys that seal bot tokens, as it is written: a new ring, and one with one key more.

use std::collections::BTreeMap;

use anyhow::Context as _;
use aws::seal::KeyRing;
use aws::secrets::MAX_AGE_MS;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

/// AES-256.
const KEY_BYTES: usize = 32;

/// Our keys are called k1, k2, ….
const PREFIX: char = 'k';

/// The parameter's JSON. No Debug: it holds the keys.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Ring {
    current: String,
    keys: BTreeMap<String, String>,
}

/// What a rotation comes to now.
pub(super) enum Step {
    /// A new key is in the ring, and nothing is sealed with it yet.
    Added(Ring),
    /// The newest key is the one that seals.
    Current(Ring),
    /// Functions may not have the newest key before this time, in milliseconds.
    Wait(u64),
}

impl Ring {
    /// One key.
    pub(super) fn fresh() -> anyhow::Result<Self> {
        let current = format!("{PREFIX}1");
        Ok(Self { keys: BTreeMap::from([(current.clone(), random_key()?)]), current })
    }

    /// # Errors
    /// If the functions could not use it either. The error holds no key.
    pub(super) fn parse(parameter: &SecretString) -> anyhow::Result<Self> {
        KeyRing::parse(parameter)?;
        serde_json::from_str(parameter.expose_secret()).ok().context("the key ring cannot be read")
    }

    /// As the parameter's value.
    pub(super) fn written(&self) -> anyhow::Result<SecretString> {
        let written = SecretString::from(serde_json::to_string(self)?);
        KeyRing::parse(&written).context("the new key ring is not usable; nothing was written")?;
        Ok(written)
    }

    /// The key that seals.
    pub(super) fn current(&self) -> &str {
        &self.current
    }

    /// Whether both are the same keys, of which the same one seals.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.current == other.current && self.keys == other.keys
    }

    /// The key that was added last.
    pub(super) fn newest(&self) -> String {
        format!("{PREFIX}{}", self.highest())
    }

    /// The key that was added and does not seal yet.
    pub(super) fn waiting(&self) -> Option<String> {
        (self.highest() > number(&self.current).unwrap_or(0)).then(|| self.newest())
    }

    /// The keys that only open what was sealed before.
    pub(super) fn old(&self) -> Vec<String> {
        let waiting = self.waiting();
        let kept = |id: &String| *id == self.current || Some(id) == waiting.as_ref();
        self.keys.keys().filter(|id| !kept(id)).cloned().collect()
    }

    /// Without those.
    pub(super) fn retired(mut self) -> Self {
        for id in self.old() {
            self.keys.remove(&id);
        }
        self
    }

    fn highest(&self) -> u32 {
        self.keys.keys().filter_map(|id| number(id)).max().unwrap_or(0)
    }

    /// A key that only some functions know must seal nothing: so it is added first, and used
    /// when the ring is old enough that every function has read it.
    pub(super) fn step(mut self, modified_ms: u64, now_ms: u64, at_once: bool) -> anyhow::Result<Step> {
        let is_waiting = self.waiting().is_some();
        if !is_waiting {
            let id = format!("{PREFIX}{}", self.highest().saturating_add(1));
            self.keys.insert(id, random_key()?);
            if !at_once {
                return Ok(Step::Added(self));
            }
        }
        let until = modified_ms.saturating_add(MAX_AGE_MS);
        if is_waiting && !at_once && now_ms < until {
            return Ok(Step::Wait(until));
        }
        self.current = self.newest();
        Ok(Step::Current(self))
    }
}

fn number(id: &str) -> Option<u32> {
    id.strip_prefix(PREFIX)?.parse().ok()
}

fn random_key() -> anyhow::Result<String> {
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).context("asking the operating system for random bytes")?;
    Ok(STANDARD.encode(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ring: &Ring) -> Vec<&str> {
        ring.keys.keys().map(String::as_str).collect()
    }

    fn added(ring: Ring) -> Ring {
        match ring.step(0, MAX_AGE_MS, false).unwrap() {
            Step::Added(ring) => ring,
            _ => panic!("no key was added"),
        }
    }

    #[test]
    fn a_key_seals_only_when_every_function_has_it() {
        let first = Ring::fresh().unwrap();
        let kept = first.keys["k1"].clone();
        let ring = added(first);
        assert_eq!((ids(&ring), ring.current(), ring.newest().as_str()), (vec!["k1", "k2"], "k1", "k2"));
        let early = ring.clone().step(1_000, MAX_AGE_MS + 999, false).unwrap();
        assert!(matches!(early, Step::Wait(until) if until == MAX_AGE_MS + 1_000));
        let Step::Current(ring) = ring.step(1_000, MAX_AGE_MS + 1_000, false).unwrap() else {
            panic!("it waits")
        };
        assert_eq!((ring.current(), &ring.keys["k1"]), ("k2", &kept));
        let ring = added(ring);
        assert_eq!((ids(&ring), ring.current()), (vec!["k1", "k2", "k3"], "k2"));
    }

    #[test]
    fn at_once_is_at_once() {
        let Step::Current(ring) = Ring::fresh().unwrap().step(0, 0, true).unwrap() else {
            panic!("it waits")
        };
        assert_eq!((ids(&ring), ring.current()), (vec!["k1", "k2"], "k2"));
        assert_ne!(ring.keys["k1"], ring.keys["k2"]);
        let Step::Current(ring) = added(ring).step(0, 0, true).unwrap() else { panic!("it waits") };
        assert_eq!((ids(&ring), ring.current()), (vec!["k1", "k2", "k3"], "k3"));
    }

    #[test]
    fn a_ring_with_names_of_its_own_gets_ours_beside_them() {
        let key = random_key().unwrap();
        let ring = Ring { current: "old".into(), keys: BTreeMap::from([("old".into(), key)]) };
        let ring = added(ring);
        assert_eq!((ids(&ring), ring.current()), (vec!["k1", "old"], "old"));
        assert!(
            matches!(ring.step(0, MAX_AGE_MS, false).unwrap(), Step::Current(ring) if ring.current() == "k1")
        );
    }

    #[test]
    fn only_keys_that_seal_nothing_any_more_are_old() {
        let Step::Current(ring) = Ring::fresh().unwrap().step(0, 0, true).unwrap() else {
            panic!("it waits")
        };
        assert_eq!((ring.old(), ring.waiting()), (vec!["k1".to_owned()], None));
        let ring = added(ring);
        assert_eq!((ring.old(), ring.waiting()), (vec!["k1".to_owned()], Some("k3".to_owned())));
        let ring = ring.retired();
        assert_eq!((ids(&ring), ring.current(), ring.old()), (vec!["k2", "k3"], "k2", vec![]));
        assert!(Ring::fresh().unwrap().old().is_empty());
    }

    #[test]
    fn a_broken_ring_is_refused_without_its_keys() {
        let error =
            Ring::parse(&SecretString::from(r#"{"current":"k1","keys":{"k1":"hush"}}"#)).err().unwrap();
        assert!(!format!("{error:#}").contains("hush"));
    }
}
