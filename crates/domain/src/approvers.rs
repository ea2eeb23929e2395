//! Who may approve in an account what cannot be undone.

use serde::{Deserialize, Serialize};

use crate::ids::{UserGroupId, UserId};

/// How the id of a user group begins, where users, channels and groups are
/// mentioned alike.
///
/// <https://docs.slack.dev/messaging/formatting-message-text#mentioning-groups>
const GROUP: char = 'S';

/// How the ids of users begin: local ones, and those of Enterprise organisations.
///
/// <https://docs.slack.dev/messaging/formatting-message-text#mentioning-users>
const USERS: [char; 2] = ['U', 'W'];

/// What stands for workspace admins where ids stand for others.
const ADMINS: &str = "admins";

/// Those who may approve, in the order in which they were named. One of them is
/// enough. Never empty: where nobody is named, workspace admins may approve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Approvers(Vec<ApproverRef>);

/// One of [`Approvers`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApproverRef {
    /// The workspace's admins and owners.
    Admins,
    /// The members of a user group.
    Group(UserGroupId),
    /// One person.
    Person(UserId),
}

impl Default for Approvers {
    fn default() -> Self {
        Self(vec![ApproverRef::Admins])
    }
}

impl Approvers {
    /// These, each once.
    pub fn new(named: impl IntoIterator<Item = ApproverRef>) -> Self {
        let mut approvers: Vec<ApproverRef> = Vec::new();
        for approver in named {
            if !approvers.contains(&approver) {
                approvers.push(approver);
            }
        }
        if approvers.is_empty() { Self::default() } else { Self(approvers) }
    }

    /// The members of this group.
    pub fn group(id: UserGroupId) -> Self {
        Self(vec![ApproverRef::Group(id)])
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &ApproverRef> {
        self.0.iter()
    }

    /// Whether workspace admins are among them.
    pub fn has_admins(&self) -> bool {
        self.0.contains(&ApproverRef::Admins)
    }

    /// The groups among them.
    pub fn groups(&self) -> impl Iterator<Item = &UserGroupId> {
        self.0.iter().filter_map(|approver| match approver {
            ApproverRef::Group(group) => Some(group),
            ApproverRef::Admins | ApproverRef::Person(_) => None,
        })
    }

    /// The people among them who were named one by one.
    pub fn people(&self) -> impl Iterator<Item = &UserId> {
        self.0.iter().filter_map(|approver| match approver {
            ApproverRef::Person(person) => Some(person),
            ApproverRef::Admins | ApproverRef::Group(_) => None,
        })
    }
}

impl ApproverRef {
    /// Whom the `id` of a mention means; a channel approves nothing.
    pub fn of_mention(id: &str) -> Option<Self> {
        match id.chars().next()? {
            GROUP => Some(Self::Group(UserGroupId::new(id))),
            kind if USERS.contains(&kind) => Some(Self::Person(UserId::new(id))),
            _ => None,
        }
    }

    fn written(&self) -> String {
        match self {
            Self::Admins => ADMINS.to_owned(),
            Self::Group(group) => group.as_str().to_owned(),
            Self::Person(person) => person.as_str().to_owned(),
        }
    }

    fn read(written: &str) -> Self {
        if written == ADMINS {
            return Self::Admins;
        }
        Self::of_mention(written).unwrap_or_else(|| Self::Person(UserId::new(written)))
    }
}

/// The record. What could be said when one group, or nobody, was named is written as it
/// was then, so that an older version still reads it.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored {
    Admins(()),
    Group(UserGroupId),
    List(Vec<String>),
}

impl From<Stored> for Approvers {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Admins(()) => Self::default(),
            Stored::Group(group) => Self::group(group),
            Stored::List(list) => Self::new(list.iter().map(|written| ApproverRef::read(written))),
        }
    }
}

impl From<Approvers> for Stored {
    fn from(approvers: Approvers) -> Self {
        match approvers.0.as_slice() {
            [ApproverRef::Admins] => Self::Admins(()),
            [ApproverRef::Group(group)] => Self::Group(group.clone()),
            several => Self::List(several.iter().map(ApproverRef::written).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_any_version_is_read() {
        let group = || ApproverRef::Group(UserGroupId::new("S1"));
        let person = |id: &str| ApproverRef::Person(UserId::new(id));
        for (record, approvers) in [
            ("null", vec![ApproverRef::Admins]),
            (r#""S1""#, vec![group()]),
            (r#"["U1"]"#, vec![person("U1")]),
            (r#"["S1","W1","admins"]"#, vec![group(), person("W1"), ApproverRef::Admins]),
        ] {
            let read: Approvers = serde_json::from_str(record).unwrap();
            assert_eq!(read.0, approvers, "{record}");
            assert_eq!(serde_json::to_string(&read).unwrap(), record);
        }
        let read: Approvers = serde_json::from_str("[]").unwrap();
        assert_eq!(read, Approvers::default(), "no one may approve without being named");
    }

    #[test]
    fn each_is_named_once_and_channels_are_no_approvers() {
        let named = ["U1", "S1", "U1"].iter().filter_map(|id| ApproverRef::of_mention(id));
        let approvers = Approvers::new(named);
        assert_eq!(approvers.iter().map(ApproverRef::written).collect::<Vec<_>>(), ["U1", "S1"]);
        for id in ["C1", "D1", "here", "", "u1"] {
            assert_eq!(ApproverRef::of_mention(id), None, "{id}");
        }
    }
}
