//! The verbs, their other names, and what each may do.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Clause;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// List the instances that fit.
    Find,
    /// Tell the state of instances.
    Check,
    /// Start stopped instances.
    Start,
    /// Stop running instances.
    Stop,
    /// Reboot running instances on the host they are on.
    Reboot,
    /// Reboot a running instance, or stop and start it; a stopped one is offered a
    /// start instead.
    Restart,
    /// Remove an instance for good.
    Terminate,
    /// The same as terminate, asked for in a way that may mean less: a forced
    /// stop is offered beside it.
    Kill,
}

/// How much harm a verb can do; harm grows downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Tier 0: only looks.
    Look,
    /// Tier 1: costs money, breaks nothing.
    Raise,
    /// Tier 2: interrupts what runs there.
    Interrupt,
    /// Tier 3: cannot be undone.
    Destroy,
}

impl Tier {
    /// The tier's number, 0 to 3.
    pub const fn level(self) -> u8 {
        match self {
            Self::Look => 0,
            Self::Raise => 1,
            Self::Interrupt => 2,
            Self::Destroy => 3,
        }
    }
}

impl Verb {
    /// All of them, the harmless first.
    pub const ALL: [Self; 8] = [
        Self::Find,
        Self::Check,
        Self::Start,
        Self::Stop,
        Self::Reboot,
        Self::Restart,
        Self::Terminate,
        Self::Kill,
    ];

    /// The word Bellhop uses for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Find => "find",
            Self::Check => "check",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Reboot => "reboot",
            Self::Restart => "restart",
            Self::Terminate => "terminate",
            Self::Kill => "kill",
        }
    }

    /// Other words that mean exactly the same.
    pub const fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::Find => &["list", "ls", "show", "search"],
            Self::Check => &["status", "describe", "info"],
            Self::Start => &["boot", "on"],
            Self::Stop => &["halt", "shutdown", "off", "down"],
            Self::Reboot | Self::Restart | Self::Kill => &[],
            Self::Terminate => &["destroy", "delete"],
        }
    }

    /// Every word for this verb, its own first.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.as_str()).chain(self.synonyms().iter().copied())
    }

    /// The verb that `word` names. Only ASCII case is folded, so that a letter
    /// which merely looks right never gives a verb.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.words().any(|known| known.eq_ignore_ascii_case(word)))
    }

    /// How much harm it can do.
    pub const fn tier(self) -> Tier {
        match self {
            Self::Find | Self::Check => Tier::Look,
            Self::Start => Tier::Raise,
            Self::Stop | Self::Reboot | Self::Restart => Tier::Interrupt,
            Self::Terminate | Self::Kill => Tier::Destroy,
        }
    }

    /// How many instances one command may act on; `None` for verbs that only look.
    pub const fn max_targets(self) -> Option<usize> {
        match self {
            Self::Find | Self::Check => None,
            Self::Start => Some(20),
            Self::Stop | Self::Reboot | Self::Restart => Some(10),
            Self::Terminate | Self::Kill => Some(1),
        }
    }

    /// Whether it changes anything.
    pub const fn is_change(self) -> bool {
        !matches!(self.tier(), Tier::Look)
    }

    /// Whether `clause` has a meaning with this verb.
    pub const fn allows(self, clause: Clause) -> bool {
        match clause {
            Clause::In | Clause::For => true,
            Clause::Because | Clause::DryRun | Clause::NoWait => self.is_change(),
            Clause::At => matches!(self.tier(), Tier::Raise | Tier::Interrupt),
            Clause::Lasting | Clause::Until => matches!(self, Self::Start | Self::Stop),
            Clause::Force | Clause::Hibernate => matches!(self, Self::Stop),
            Clause::NewHost => matches!(self, Self::Restart),
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
