//! One command or click from its beginning to the end, with something going
//! wrong on the way, and what has to hold all the same.

use super::{PAGE, SUMMARY};
use crate::http::Response;
use crate::testing::story::Mishap;
use crate::testing::{ANN, Said, Typed, World};

pub(super) const PERHAPS: &str = "I lost contact while I showed it to the channel. If it is not there, ask me once more; I did not try again.";
const NOT_SHARED: &str = "Slack did not let me show it to the channel, so only you see it.";
const NOT_SHARED_AT_ONCE: &str = "I have the summary, but Slack did not let me show it to the channel. Ask again without *share* to see it yourself.";
const WAS_SHARED: &str = "I showed it to the channel.";

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Story {
    /// `/reverse abc`
    Reverse,
    /// `/summarize <page>`
    Summarize,
    /// `/summarize <page> share`
    ShareAtOnce,
    /// A click on Share, below a summary.
    Share,
}

pub(super) const STORIES: [Story; 4] = [Story::Reverse, Story::Summarize, Story::ShareAtOnce, Story::Share];

/// A story in its world.
pub(super) struct Played {
    pub(super) story: Story,
    pub(super) world: World,
    /// The gateway's answer; nothing if it died.
    pub(super) answer: Option<Response>,
    /// How many calls were made before the story began.
    pub(super) before: usize,
}

impl Story {
    /// The first step, whose own calls come after `Played::before`: the gateway's.
    pub(super) async fn begin(self, mishaps: &[Mishap]) -> Played {
        let world = World::new();
        let summary = Typed::new("/summarize", PAGE);
        if self == Self::Share {
            world.run(&summary).await;
        }
        let before = world.seam.calls().len();
        for mishap in mishaps {
            world.seam.trouble(before + mishap.from, mishap.prefix, mishap.trouble.clone(), mishap.times);
        }
        let answer = match self {
            Self::Reverse => world.types(&Typed::new("/reverse", "abc")).await,
            Self::Summarize => world.types(&summary).await,
            Self::ShareAtOnce => world.types(&summary.with("text", &format!("{PAGE} share"))).await,
            Self::Share => world.clicks(&world.button("Share to channel")).await,
        };
        Played { story: self, world, answer, before }
    }

    /// From the first step until every job is closed.
    pub(super) async fn play(self, mishaps: &[Mishap]) -> Played {
        let played = self.begin(mishaps).await;
        played.world.settle().await;
        played
    }

    /// The calls when nothing goes wrong.
    pub(super) async fn calls(self) -> Vec<String> {
        let played = self.play(&[]).await;
        played.world.seam.calls().split_off(played.before)
    }
}

/// What can be seen in the end, besides the acknowledgement.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Seen {
    /// By everybody.
    pub(super) public: usize,
    /// By the person, in the channel.
    pub(super) private: usize,
    /// By the person, in a direct message.
    pub(super) direct: usize,
}

impl Seen {
    pub(super) fn by_the_person(&self) -> usize {
        self.private + self.direct
    }
}

/// Asserts what always holds, and says what can be seen.
pub(super) fn sound(played: &Played, context: &str) -> Seen {
    let Played { story, world, answer, .. } = played;
    let said = world.slack.said();
    let jobs = world.jobs.all();
    assert!(
        jobs.iter().all(|job| job.machine.is_closed() && job.machine.told),
        "{context}: silence: {jobs:#?}"
    );
    let (public, mine): (Vec<_>, Vec<_>) = said.iter().partition(|said| said.is_public());
    let mut mine: Vec<&Said> = mine.into_iter().filter(|said| !is_refusal(&said.text)).collect();
    // The summary below which the click was.
    if *story == Story::Share && mine.first().is_some_and(|said| said.text == SUMMARY) {
        mine.remove(0);
    }
    assert!(mine.iter().all(|said| said.text == mine[0].text), "{context}: two answers: {said:#?}");
    assert!(world.slack.aired().len() <= 1, "{context}: shown twice: {said:#?}");
    assert_eq!(public.len(), world.slack.aired().len(), "{context}: what was shown is gone: {said:#?}");
    let shared = format!("{SUMMARY}\nShared by <@{ANN}>");
    assert!(public.iter().all(|said| said.text == shared), "{context}: {said:#?}");

    let words = mine.first().map(|said| said.text.as_str());
    let expected = is_expected(*story, words, public.len());
    let was_taken = jobs.len() > usize::from(*story == Story::Share);
    assert!(if was_taken { expected } else { said_no(played) }, "{context}: {answer:?} {said:#?}");
    Seen {
        public: public.len(),
        private: mine.iter().filter(|said| said.only.is_some()).count(),
        direct: mine.iter().filter(|said| said.only.is_none()).count(),
    }
}

/// Whether what the person was told is right, now that `shown` messages are
/// there for everybody.
fn is_expected(story: Story, words: Option<&str>, shown: usize) -> bool {
    let is_apology = words.is_some_and(|words| {
        words.starts_with("Something went wrong on my side (reference ")
            && words.ends_with("Nothing else was done.")
    });
    if shown == 0 && is_apology {
        return true;
    }
    match (story, words) {
        (Story::Reverse, Some("cba")) | (Story::Summarize, Some(SUMMARY)) => shown == 0,
        (Story::Summarize | Story::ShareAtOnce, Some(words))
            if words.starts_with("I could not reach ") || words.starts_with("The site took") =>
        {
            shown == 0
        }
        (Story::ShareAtOnce, Some(NOT_SHARED_AT_ONCE)) | (Story::Share, Some(NOT_SHARED)) => shown == 0,
        (Story::ShareAtOnce | Story::Share, Some(PERHAPS)) => true,
        (Story::ShareAtOnce, None) | (Story::Share, Some(WAS_SHARED)) => shown == 1,
        _ => false,
    }
}

/// Whether a gateway says that it has perhaps, or surely, taken nothing.
fn is_refusal(said: &str) -> bool {
    said.starts_with("I am slow") || said.starts_with("Slack did not tell me who you are")
}

/// Whether the person knows that nothing was taken: from us, or from Slack,
/// which marks what is not answered with 200.
fn said_no(played: &Played) -> bool {
    let Some(answer) = &played.answer else { return true };
    let told = answer.body.contains("lease try again")
        || played.world.slack.said().iter().any(|said| is_refusal(&said.text));
    answer.status != 200 || told
}
