//! The names that Slack and AWS give to things, each a type of its own, so
//! that a channel can never stand where a user is meant.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the id as it came; nothing is checked.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A Slack workspace (`T…`), or a whole Enterprise organisation (`E…`) when
    /// the app is installed there: whatever an installation is kept under.
    TeamId;
    /// A Slack user (`U…` or `W…`).
    UserId;
    /// A Slack bot (`B…`); the bot's *user* is a [`UserId`].
    BotId;
    /// A Slack app (`A…`).
    AppId;
    /// A Slack channel (`C…`, `G…`) or direct message (`D…`).
    ChannelId;
    /// A Slack user group (`S…`).
    UserGroupId;
    /// A message's timestamp (`1712345678.000100`), its name within its channel.
    MessageTs;
    /// What a slash command or a click may open a modal with, within three
    /// seconds and once; each has its own.
    TriggerId;
    /// A modal that was opened for somebody (`V…`).
    ViewId;
    /// An AWS region, as AWS writes it (`eu-west-1`).
    Region;
    /// An AWS account, 12 digits.
    AccountId;
    /// What a team calls an AWS account, in lower case; see [`crate::account`].
    Alias;
    /// SHA-256 of a canonical plan, in lower-case hexadecimal digits.
    PlanHash;
    /// The function that does a job (`ec2`), which begins the job's id.
    Worker;
    /// A job: `<worker>#<what makes it unique>`.
    JobId;
    /// One worker process's hold on one job; random, never reused.
    Owner;
}

/// An EC2 instance id: `i-` and 8 or 17 lower-case hexadecimal digits.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InstanceId(String);

impl InstanceId {
    /// Accepts `text` if it has the form of an instance id; case is folded.
    pub fn parse(text: &str) -> Option<Self> {
        let folded = text.to_ascii_lowercase();
        let digits = folded.strip_prefix("i-")?;
        let right = matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        right.then_some(Self(folded))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for InstanceId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("“{text}” is not an instance id"))
    }
}

impl From<InstanceId> for String {
    fn from(id: InstanceId) -> Self {
        id.0
    }
}

/// Where Slack takes answers to one slash command or click, without a token:
/// five of them, within thirty minutes. Whoever knows it can post, so it is
/// shown nowhere.
///
/// <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResponseUrl(String);

impl ResponseUrl {
    /// Takes the URL as it came; whoever posts to it checks where it leads.
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The URL itself. Not for logs.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ResponseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseUrl(…)")
    }
}

impl ChannelId {
    /// Whether it is a direct message: those begin with `D`.
    pub fn is_direct(&self) -> bool {
        self.0.starts_with('D')
    }
}

impl JobId {
    /// Accepts `text` from outside if it has the form of a job's id: the name of a
    /// worker, in lower-case letters and digits, a `#`, and something behind it.
    pub fn parse(text: &str) -> Option<Self> {
        let (worker, rest) = text.split_once('#')?;
        let is_name = worker.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        (is_name && !worker.is_empty() && !rest.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The job for one Slack message. One message may arrive under two event
    /// ids, so the message itself is the name.
    pub fn for_message(worker: &Worker, team: &TeamId, channel: &ChannelId, ts: &MessageTs) -> Self {
        Self(format!("{worker}#{team}#{channel}#{ts}"))
    }

    /// The job that reads one edit of the message of the job `first`. `edit` is Slack's
    /// `edited.ts`.
    pub fn for_edit(first: &Self, edit: &MessageTs) -> Self {
        Self(format!("{first}#edit#{edit}"))
    }

    /// The job that does what an edit of the message of the job `first` asks for. There is
    /// one for all edits, so that only one of them is done.
    pub fn for_edited(first: &Self) -> Self {
        Self(format!("{first}#edited"))
    }

    /// The job for one slash command.
    pub fn for_command(worker: &Worker, team: &TeamId, trigger: &TriggerId) -> Self {
        Self(format!("{worker}#{team}#command#{trigger}"))
    }

    /// The job for one click. Two clicks of one person on one button differ in
    /// `moment`, Slack's `action_ts`.
    pub fn for_click(
        worker: &Worker,
        team: &TeamId,
        message: &MessageTs,
        user: &UserId,
        moment: &str,
    ) -> Self {
        Self(format!("{worker}#{team}#click#{message}#{user}#{moment}"))
    }

    /// The job for a button that means something only once: however often `user`
    /// clicks it in this message, it is one job.
    pub fn for_single_click(worker: &Worker, team: &TeamId, message: &MessageTs, user: &UserId) -> Self {
        Self(format!("{worker}#{team}#once#{message}#{user}"))
    }

    /// The job for one modal that was submitted: a modal is submitted once.
    pub fn for_view(worker: &Worker, team: &TeamId, view: &ViewId) -> Self {
        Self(format!("{worker}#{team}#view#{view}"))
    }

    /// Whether it is the job for a slash command, or one that such a job has made.
    pub fn is_of_command(&self) -> bool {
        self.0.split('#').nth(2) == Some("command")
    }

    /// The worker whose job this is: what stands before the first `#`. Without one
    /// it is no job's id, and no worker has an empty name.
    pub fn worker(&self) -> Worker {
        Worker::new(self.0.split_once('#').map_or("", |(worker, _)| worker))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instance_ids_have_8_or_17_hexadecimal_digits() {
        for (text, valid) in [
            ("i-0123456789abcdef0", true),
            ("i-12345678", true),
            ("I-0123456789ABCDEF0", true),
            ("i-0123456789abcdef", false),
            ("i-0123456789abcdefg", false),
            ("i-", false),
            ("0123456789abcdef0", false),
            ("i-1234567８", false),
        ] {
            assert_eq!(InstanceId::parse(text).is_some(), valid, "{text}");
        }
    }

    #[test]
    fn a_job_id_names_its_worker() {
        let id = JobId::for_message(
            &Worker::new("ec2"),
            &TeamId::new("T1"),
            &ChannelId::new("C1"),
            &MessageTs::new("1.2"),
        );
        assert_eq!(id.as_str(), "ec2#T1#C1#1.2");
        assert_eq!(id.worker(), Worker::new("ec2"));
    }

    #[test]
    fn a_job_id_from_outside_has_a_worker_and_a_name() {
        for (text, valid) in [
            ("ec2#T1#C1#1.2", true),
            ("text#1", true),
            ("ec2", false),
            ("ec2#", false),
            ("#T1", false),
            ("", false),
            ("EC2#T1", false),
            ("e c2#T1", false),
        ] {
            assert_eq!(JobId::parse(text).is_some(), valid, "{text}");
        }
        assert_eq!(JobId::new("ec2").worker(), Worker::new(""));
    }

    #[test]
    fn nobody_sees_where_answers_are_taken() {
        let url = ResponseUrl::new("https://hooks.slack.com/commands/secret");
        assert!(!format!("{url:?}").contains("secret"));
    }
}
