//! The four things that the text worker does, each as a person asks for it, and
//! what they may have heard when it is over.

use devkit::slack::{Click, Command};

use super::clicked::{Before, Heard, on, typed};
use super::{App, words};

const FERRY: &str = "http://articles.test/news/harbour-ferry";
const TITLE: &str = "*Wrenhaven’s electric ferry makes its first crossing*";
/// Where it is asked: the bot is no member there.
const CHANNEL: &str = "#random";
/// What is said when nobody knows whether the channel was shown it.
const LOST: &str = "I lost contact while I showed it to the channel.";

/// What ann asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Story {
    /// `/reverse abc`
    Reverse,
    /// `/summarize <a page>`
    Summarize,
    /// `/summarize <a page> share`
    ShareAtOnce,
    /// A click on [Share to channel].
    ShareByClick,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// As it was asked for.
    Well,
    /// The channel sees it, and ann was asked to look.
    LostAndShown,
    /// The channel does not see it, and ann was asked to look.
    LostAndNotShown,
}

impl Story {
    pub(crate) const ALL: [Self; 4] = [Self::Reverse, Self::Summarize, Self::ShareAtOnce, Self::ShareByClick];

    /// Does what must have been done before it can be asked for.
    pub(crate) async fn prepare(self, app: &App) {
        if self == Self::ShareByClick {
            app.command("ann", CHANNEL, &format!("/summarize {FERRY} 1")).await.whisper();
        }
    }

    /// Asks for it, delivered so many times; Slack's word if the app failed.
    pub(crate) async fn ask(self, app: &App, copies: u32) -> Option<String> {
        let line = match self {
            Self::Reverse => "/reverse abc".to_owned(),
            Self::Summarize => format!("/summarize {FERRY} 1"),
            Self::ShareAtOnce => format!("/summarize {FERRY} 1 share"),
            Self::ShareByClick => {
                let click = Click { copies: Some(copies), ..on("ann", CHANNEL, "Share to channel") };
                return app.slack().click(&click).await.expect("there is something to share").error;
            }
        };
        let command = Command { copies: Some(copies), ..typed("ann", CHANNEL, &line) };
        app.slack().command(&command).await.expect("Slack knows the command").error
    }

    /// What ann has seen by now.
    pub(crate) fn before(app: &App) -> Before {
        app.before("ann", CHANNEL)
    }

    /// All of it, sweeps included: what came of it.
    pub(crate) async fn play(self, app: &App, copies: u32) -> Heard {
        let before = Self::before(app);
        assert_eq!(self.ask(app, copies).await, None, "{self:?}");
        app.quieten().await;
        app.recover().await;
        app.since(&before)
    }

    /// What must hold however it was interrupted: one answer, at the place that it
    /// was asked for, and never two for everybody.
    #[track_caller]
    pub(crate) fn end(self, what: &str, heard: &Heard) -> End {
        let said = || format!("{what}: {self:?}: {heard:#?}");
        assert!(heard.open.len() <= 1 && heard.direct.is_empty(), "{}", said());
        assert!(heard.open.iter().all(|one| one.plain.starts_with(TITLE)), "{}", said());
        let whispers: Vec<String> = heard.private.iter().map(words).collect();
        let whispers: Vec<&str> = whispers.iter().map(String::as_str).collect();
        let shown = heard.open.len();
        match (self, shown, whispers.as_slice()) {
            (Self::Reverse, 0, ["cba"])
            | (Self::ShareAtOnce, 1, [])
            | (Self::ShareByClick, 1, ["I showed it to the channel."]) => End::Well,
            (Self::Summarize, 0, [summary]) if summary.starts_with(TITLE) => End::Well,
            (Self::ShareAtOnce | Self::ShareByClick, 0, [lost]) if lost.starts_with(LOST) => {
                End::LostAndNotShown
            }
            (Self::ShareAtOnce | Self::ShareByClick, 1, [lost]) if lost.starts_with(LOST) => {
                End::LostAndShown
            }
            _ => panic!("{}", said()),
        }
    }
}
