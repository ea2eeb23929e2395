//! Slack's `response_url`s: five answers within thirty minutes, to the person
//! who typed or clicked unless they say otherwise.
//!
//! <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>

use domain::time::Millis;
use serde_json::{Value, json};

use super::slack::{FakeSlack, Said, State, valid_blocks, without_origin};

/// How often a `response_url` can be used.
const USES: usize = 5;

/// For how long.
const LIFE_MS: u64 = 30 * 60 * 1_000;

/// One `response_url`.
pub(crate) struct Hook {
    user: String,
    channel: String,
    opened: Millis,
    uses: usize,
    /// The message that was clicked, or else what was shown here last.
    original: Option<String>,
}

impl Hook {
    pub(super) fn new(user: &str, channel: &str, clicked: Option<&str>, opened: Millis) -> Self {
        let (user, channel) = (user.to_owned(), channel.to_owned());
        Self { user, channel, opened, uses: 0, original: clicked.map(str::to_owned) }
    }

    fn take_one(&mut self, now: Millis) -> Result<(), &'static str> {
        if now.since(self.opened) > LIFE_MS {
            return Err("expired_url");
        }
        if self.uses == USES {
            return Err("used_url");
        }
        self.uses += 1;
        Ok(())
    }
}

impl FakeSlack {
    /// All answers that `url` takes were given.
    pub(crate) fn use_up(&self, url: &str) {
        self.state.lock().unwrap().hooks.get_mut(url).unwrap().uses = USES;
    }
}

impl State {
    /// Takes an answer at `url`, or says why not.
    pub(super) fn respond(&mut self, url: &str, body: &Value, now: Millis) -> Result<(), &'static str> {
        let hook = self.hooks.get_mut(url).ok_or("no_service")?;
        hook.take_one(now)?;
        let (user, channel, original) = (hook.user.clone(), hook.channel.clone(), hook.original.clone());
        if body["delete_original"] == json!(true) {
            let fields = body.as_object().unwrap();
            assert_eq!(fields.len(), 1, "whatever else it says, Slack leaves out: {body}");
            self.said.retain(|said| Some(&said.ts) != original.as_ref());
            return Ok(());
        }
        let text = body["text"].as_str().filter(|text| !text.is_empty()).ok_or("no_text")?.to_owned();
        let blocks = valid_blocks(body).ok_or("invalid_blocks")?;
        let is_public = body["response_type"] == json!("in_channel");
        if is_public {
            assert_eq!((&body["unfurl_links"], &body["unfurl_media"]), (&json!(false), &json!(false)));
            self.aired.push(text.clone());
        }
        let text = without_origin(&text);
        let replaced = original.filter(|_| body["replace_original"] == json!(true));
        if let Some(said) = self.said.iter_mut().find(|said| Some(&said.ts) == replaced.as_ref()) {
            // Whoever saw it before sees it now: replacing shows nobody less or more.
            said.before.push(std::mem::replace(&mut said.text, text));
            // Blocks that are not mentioned stay.
            if body.get("blocks").is_some() {
                said.blocks = blocks;
            }
            return Ok(());
        }
        let ts = self.next_ts();
        // What was clicked stays what is replaced; a command has only its own answers.
        if let Some(hook) = self.hooks.get_mut(url)
            && url.contains("/commands/")
        {
            hook.original = Some(ts.clone());
        }
        let only = (!is_public).then_some(user);
        self.said.push(Said { channel, ts, thread: None, only, text, blocks, before: Vec::new() });
        Ok(())
    }
}
