//! Slash commands and clicks, and what the person who made them has seen since.

use std::collections::BTreeSet;

use devkit::slack::{Click, Command, Seen, Taken, Wait};

use super::{App, words};

/// What a gateway says before a worker has answered.
const ACKNOWLEDGEMENTS: [&str; 3] = ["Working on it…", "Reversing…", "Reading…"];
/// The channel that stands for a person's direct messages with the bot.
const DIRECT: &str = "@bellhop";

/// Everything of the bot's that somebody saw at some moment, in one channel and
/// in their direct messages.
pub(crate) struct Before {
    user: String,
    channel: String,
    seen: BTreeSet<(String, String)>,
}

/// What the bot said since, acknowledgements left out.
#[derive(Debug)]
pub(crate) struct Heard {
    /// In the channel, for everybody.
    pub(crate) open: Vec<Seen>,
    /// In the channel, for this person alone.
    pub(crate) private: Vec<Seen>,
    /// In their direct messages.
    pub(crate) direct: Vec<Seen>,
    /// The public lines about changes, in the channel.
    pub(crate) announced: Vec<Seen>,
}

impl Heard {
    /// How many messages there are of each kind.
    pub(crate) fn counts(&self) -> [usize; 3] {
        [self.open.len(), self.private.len(), self.direct.len()]
    }

    /// The one message that there is, for this person alone.
    #[track_caller]
    pub(crate) fn whisper(&self) -> &Seen {
        assert_eq!(self.counts(), [0, 1, 0], "{self:#?}");
        &self.private[0]
    }

    /// The one message that there is, for everybody.
    #[track_caller]
    pub(crate) fn shout(&self) -> &Seen {
        assert_eq!(self.counts(), [1, 0, 0], "{self:#?}");
        &self.open[0]
    }

    /// The one message that there is, in the direct messages.
    #[track_caller]
    pub(crate) fn letter(&self) -> &Seen {
        assert_eq!(self.counts(), [0, 0, 1], "{self:#?}");
        &self.direct[0]
    }
}

/// Whether a message is the public line about a change that was asked for in private.
fn is_announcement(message: &Seen) -> bool {
    message.text.starts_with("<@") && message.text.contains(" by /ec2")
}

/// `user` types `/command text` in `channel`.
pub(crate) fn typed(user: &str, channel: &str, line: &str) -> Command {
    let (command, text) = line.split_once(' ').unwrap_or((line, ""));
    let [user, channel, command, text] = [user, channel, command, text].map(str::to_owned);
    Command { user, channel, command, text, ..Command::default() }
}

/// `user` clicks what says `button`, in the last message of `channel` that has it.
pub(crate) fn on(user: &str, channel: &str, button: &str) -> Click {
    let [user, channel, button] = [user, channel, button].map(str::to_owned);
    Click { user, channel, button, ..Click::default() }
}

impl App {
    /// What `user` sees of the bot now.
    pub(crate) fn before(&self, user: &str, channel: &str) -> Before {
        let seen = [channel, DIRECT].into_iter().flat_map(|place| self.bots(user, place));
        let seen = seen.map(|one| (one.ts, one.plain)).collect();
        Before { user: user.into(), channel: channel.into(), seen }
    }

    /// What is new or different since then.
    pub(crate) fn since(&self, before: &Before) -> Heard {
        let fresh = |place: &str| {
            let all = self.bots(&before.user, place).into_iter();
            all.filter(|one| !ACKNOWLEDGEMENTS.contains(&one.plain.as_str()))
                .filter(|one| !before.seen.contains(&(one.ts.clone(), one.plain.clone())))
                .collect::<Vec<_>>()
        };
        let (private, rest) = fresh(&before.channel).into_iter().partition(|one| one.ephemeral);
        // In their own direct messages nobody else sees anything.
        let is_direct = before.channel == DIRECT;
        let (open, direct) = if is_direct { (Vec::new(), rest) } else { (rest, fresh(DIRECT)) };
        let (announced, open) = open.into_iter().partition(is_announcement);
        Heard { open, private, direct, announced }
    }

    /// Every message of the bot that `user` sees there; none where they may not look.
    fn bots(&self, user: &str, channel: &str) -> Vec<Seen> {
        let seen = self.conversation(user, channel);
        let all = seen.iter().flat_map(|seen| seen.all()).filter(|one| one.from_bot).cloned();
        all.map(|one| Seen { replies: Vec::new(), ..one }).collect()
    }

    /// Types the line, waits until all is quiet, and reads what came of it.
    pub(crate) async fn command(&self, user: &str, channel: &str, line: &str) -> Heard {
        self.command_as(&typed(user, channel, line)).await.1
    }

    /// The same for a command made by hand; how the app took it, too.
    pub(crate) async fn command_as(&self, command: &Command) -> (Taken, Heard) {
        let before = self.before(&command.user, &command.channel);
        let taken = self.slack().command(command).await.expect("Slack knows the command");
        self.quieten().await;
        (taken, self.since(&before))
    }

    /// What ann is told alone for what she types in #ops.
    pub(crate) async fn anns(&self, line: &str) -> String {
        words(self.command("ann", "#ops", line).await.whisper())
    }

    /// Clicks, waits until all is quiet, and reads what came of it.
    pub(crate) async fn click(&self, user: &str, channel: &str, button: &str) -> Heard {
        self.click_as(&on(user, channel, button)).await
    }

    /// The same for a click made by hand.
    pub(crate) async fn click_as(&self, click: &Click) -> Heard {
        let before = self.before(&click.user, &click.channel);
        let taken = self.slack().click(click).await.unwrap_or_else(|error| panic!("{click:?}: {error}"));
        assert_eq!(taken.error, None, "{click:?}");
        self.quieten().await;
        self.since(&before)
    }

    /// What can be clicked in the channel, as `user` sees it.
    pub(crate) fn clickable(&self, user: &str, channel: &str) -> Vec<String> {
        self.bots(user, channel).into_iter().flat_map(|one| one.buttons).collect()
    }

    /// What the last command or click was about, and how it was answered.
    pub(crate) fn last_wait(&self) -> Wait {
        self.slack().waits().pop().expect("somebody did something")
    }
}
