//! The conversation as it went. What several people saw of a channel stands there once,
//! with a note at what only one of them saw; and a message that was clicked stands there
//! as it was then, for a card is edited in place and would show its end alone.

use std::collections::BTreeMap;

use super::script::Step;
use crate::sandbox::Sandbox;
use crate::slack::{Conversation, Impossible, Seen, render};

/// A channel that is another one for each person.
const DIRECT: char = '@';

/// What somebody did with a message, and the message as it was.
#[derive(Debug)]
struct Deed {
    user: String,
    channel: String,
    message: Seen,
    /// The message that it stands under, if it is a reply.
    parent: Option<String>,
    /// The last message that was there by then, by its timestamp.
    after: String,
    words: String,
}

/// When something was seen: with the message of this timestamp, or later than that.
type Moment = (String, bool);

/// Who looked where, and what was done with which message.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    /// Channel and person, in the order in which they were first there.
    views: Vec<(String, String)>,
    deeds: Vec<Deed>,
    /// What each person did last: the modal before them came from that.
    origins: BTreeMap<String, Origin>,
}

/// Where somebody did something.
#[derive(Clone, Debug)]
enum Origin {
    /// In this channel, on the latest message with such a button.
    Button(String, String),
    /// In this channel, on the message of this name.
    Message(String, String),
    /// In this channel, by a slash command.
    Command(String),
}

impl Origin {
    fn channel(&self) -> &str {
        match self {
            Self::Button(channel, _) | Self::Message(channel, _) | Self::Command(channel) => channel,
        }
    }

    /// Whether it was done with this message, or is a line like it.
    fn is(&self, seen: &Seen, user: &str) -> bool {
        match self {
            Self::Button(_, button) => seen.buttons.contains(button),
            Self::Message(_, ts) => seen.ts == *ts,
            Self::Command(_) => seen.author == user && seen.plain.starts_with('/'),
        }
    }
}

impl Transcript {
    /// Notes what `user` is about to do in `channel`.
    pub(super) fn note(&mut self, sandbox: &Sandbox, step: &Step, user: &str, channel: &str) {
        let (origin, words) = match step {
            Step::Click(button) => {
                (Origin::Button(channel.to_owned(), button.clone()), format!("clicks [{button}]"))
            }
            Step::Submit(labels) => {
                let title = sandbox.slack().modal(user).map(|modal| modal.title).unwrap_or_default();
                let inputs: Vec<_> = labels.iter().map(|(label, value)| format!("{label}={value}")).collect();
                let Some(origin) = self.origins.get(user).cloned() else { return };
                (origin, format!("submits “{title}”: {}", inputs.join("; ")))
            }
            _ => {
                self.look(channel, user);
                if matches!(step, Step::Command(..)) {
                    self.origins.insert(user.to_owned(), Origin::Command(channel.to_owned()));
                }
                return;
            }
        };
        let channel = origin.channel().to_owned();
        self.look(&channel, user);
        let Ok(conversation) = sandbox.conversation(user, &channel) else { return };
        let all = conversation.messages.iter().flat_map(|message| {
            let replies = message.replies.iter().map(|reply| (reply, Some(message.ts.clone())));
            std::iter::once((message, None)).chain(replies)
        });
        let after = all.clone().map(|(seen, _)| seen.ts.clone()).max().unwrap_or_default();
        let meant = all.filter(|(seen, _)| origin.is(seen, user)).max_by_key(|(seen, _)| &seen.ts);
        let Some((message, parent)) = meant else { return };
        let message = Seen { replies: Vec::new(), ..message.clone() };
        self.origins.insert(user.to_owned(), Origin::Message(channel.clone(), message.ts.clone()));
        self.deeds.push(Deed { user: user.to_owned(), channel, message, parent, after, words });
    }

    fn look(&mut self, channel: &str, user: &str) {
        let view = (channel.to_owned(), user.to_owned());
        if !self.views.contains(&view) {
            self.views.push(view);
        }
    }

    /// Everybody who did something, once.
    pub(super) fn people(&self) -> Vec<&str> {
        let mut people: Vec<_> = self.views.iter().map(|(_, user)| user.as_str()).collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// Each channel, in the order of its first use.
    pub(super) fn shown(&self, sandbox: &Sandbox) -> anyhow::Result<String> {
        let mut channels: Vec<(&str, Vec<&str>)> = Vec::new();
        for (channel, user) in &self.views {
            let same = |(other, users): &&mut (&str, Vec<&str>)| {
                other == channel && (!channel.starts_with(DIRECT) || users.contains(&user.as_str()))
            };
            match channels.iter_mut().find(same) {
                Some((_, users)) => users.push(user),
                None => channels.push((channel, vec![user])),
            }
        }
        let mut texts = Vec::new();
        for (channel, users) in &channels {
            let look = |user| Ok((user, sandbox.conversation(user, channel)?));
            let views: Vec<_> = users.iter().copied().map(look).collect::<Result<_, Impossible>>()?;
            let mut whole = self.whole(channel, views);
            let is_one_of_several = channels.iter().filter(|(other, _)| other == channel).count() > 1;
            if let (true, [user]) = (is_one_of_several, users.as_slice()) {
                whole.name = format!("{} (as {user})", whole.name);
            }
            texts.push(render::conversation(&whole));
        }
        Ok(texts.join("\n"))
    }

    /// What any of these people saw of a channel, and what they did there.
    fn whole(&self, channel: &str, views: Vec<(&str, Conversation)>) -> Conversation {
        let several = views.len() > 1;
        let people: Vec<_> = views.iter().map(|(user, _)| *user).collect();
        let mut name = String::new();
        // By their timestamps, which are written alike, so that their order is that of texts.
        let mut top: BTreeMap<String, (&str, Seen)> = BTreeMap::new();
        let mut below: BTreeMap<String, BTreeMap<String, (&str, Seen)>> = BTreeMap::new();
        for (user, seen) in views {
            name = seen.name;
            for mut message in seen.messages {
                let thread = below.entry(message.ts.clone()).or_default();
                for reply in std::mem::take(&mut message.replies) {
                    thread.entry(reply.ts.clone()).or_insert((user, reply));
                }
                top.entry(message.ts.clone()).or_insert((user, message));
            }
        }
        // A message for one person alone often goes away when it is clicked.
        let here = |deed: &&Deed| deed.channel == channel && people.contains(&deed.user.as_str());
        for Deed { user, message, parent, .. } in self.deeds.iter().rev().filter(here) {
            let place = parent.as_ref().map_or(&mut top, |parent| below.entry(parent.clone()).or_default());
            place.entry(message.ts.clone()).or_insert((user, message.clone()));
        }
        let course = |(user, message): (&str, Seen)| -> Vec<(Moment, Seen)> {
            let course = self.course(message).into_iter();
            course.map(|(at, seen)| (at, if several { only_for(user, seen) } else { seen })).collect()
        };
        let in_order = |replies: BTreeMap<String, (&str, Seen)>| {
            let mut replies: Vec<_> = replies.into_values().flat_map(course).collect();
            // What happened at one moment stays in its order.
            replies.sort_by(|(one, _), (other, _)| one.cmp(other));
            replies.into_iter().map(|(_, seen)| seen).collect()
        };
        let messages = top.into_iter().flat_map(|(ts, message)| {
            let mut shown: Vec<Seen> = course(message).into_iter().map(|(_, seen)| seen).collect();
            if let (Some(last), Some(replies)) = (shown.last_mut(), below.remove(&ts)) {
                last.replies = in_order(replies);
            }
            shown
        });
        Conversation { messages: messages.collect(), name }
    }

    /// The message as it was whenever somebody did something with it, and as it is.
    fn course(&self, last: Seen) -> Vec<(Moment, Seen)> {
        let mut course: Vec<(Moment, Seen)> = Vec::new();
        let mut shown: Option<&str> = None;
        // A change is what came of the deed before it.
        let mut at = (last.ts.clone(), false);
        for deed in self.deeds.iter().filter(|deed| deed.message.ts == last.ts) {
            if shown != Some(&deed.message.plain) {
                course.push((at, deed.message.clone()));
                shown = Some(&deed.message.plain);
            }
            at = (deed.after.clone(), true);
            let words = Seen {
                author: deed.user.clone(),
                from_bot: false,
                plain: deed.words.clone(),
                edited: false,
                ephemeral: false,
                ..deed.message.clone()
            };
            course.push((at.clone(), words));
        }
        if shown != Some(&last.plain) {
            course.push((at, last));
        }
        course
    }
}

/// The message with a note about who sees it, if only one person does.
fn only_for(user: &str, message: Seen) -> Seen {
    if !message.ephemeral {
        return message;
    }
    let (first, rest) = message.plain.split_once('\n').unwrap_or((&message.plain, ""));
    let plain = format!("{first} (only {user} sees this)\n{rest}");
    Seen { plain: plain.trim_end().to_owned(), ephemeral: false, ..message }
}

#[cfg(test)]
mod tests;
