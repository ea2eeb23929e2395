//! What people type after a slash, and what they click, as Slack posts it.

use form_urlencoded::Serializer;
use serde_json::{Value, json};

use super::slack::{ANN, Said, TEAM};

/// A slash command that somebody types.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    fields: Vec<(String, String)>,
}

impl Typed {
    /// By Ann, in a channel.
    pub(crate) fn new(command: &str, text: &str) -> Self {
        let fields = [
            ("token", "deprecated"),
            ("team_id", TEAM),
            ("team_domain", "acme"),
            ("channel_id", "C0OPS"),
            ("channel_name", "ops"),
            ("user_id", ANN),
            ("user_name", "ann"),
            ("command", command),
            ("text", text),
            ("api_app_id", "A0BELLHOP"),
            ("is_enterprise_install", "false"),
            ("response_url", "https://hooks.slack.com/commands/T0ACME/1/first"),
            ("trigger_id", "1.1.first"),
        ];
        Self { fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into() }
    }

    /// With this field as well, or with this value in its place.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => value.clone_into(known),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    pub(crate) fn by(self, user: &str) -> Self {
        self.with("user_id", user)
    }

    /// Another use of the command, called `name`.
    pub(crate) fn again(self, name: &str) -> Self {
        self.with("trigger_id", &format!("1.1.{name}"))
            .with("response_url", &format!("https://hooks.slack.com/commands/T0ACME/1/{name}"))
    }

    /// The value of a field; empty if it is not there.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// As Slack posts it.
    pub(crate) fn form(&self) -> Vec<u8> {
        form(&self.fields)
    }
}

fn form(fields: &[(String, String)]) -> Vec<u8> {
    Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

/// `payload` as Slack posts what was clicked.
pub(crate) fn payload_form(payload: &Value) -> Vec<u8> {
    form(&[("payload".to_owned(), payload.to_string())])
}

/// A click on a button, or a choice from a menu.
#[derive(Clone, Debug)]
pub(crate) struct Click {
    /// As Slack posts it.
    pub(crate) payload: Value,
}

impl Click {
    /// By Ann or whoever is the only one to see it, on what is labelled `label` in `said`.
    pub(crate) fn on(said: &Said, label: &str) -> Option<Self> {
        let (block, mut action) =
            said.blocks.iter().find_map(|block| Some((block, labelled(block, label)?)))?;
        if let Some(id) = block.get("block_id") {
            action["block_id"] = id.clone();
        }
        let mut container = json!({"type": "message", "message_ts": said.ts, "channel_id": said.channel,
            "is_ephemeral": said.only.is_some()});
        if let Some(thread) = &said.thread {
            container["thread_ts"] = json!(thread);
        }
        let user = said.only.as_deref().unwrap_or(ANN);
        let payload = json!({
            "type": "block_actions",
            "user": {"id": user, "username": "ann", "team_id": TEAM},
            "api_app_id": "A0BELLHOP",
            "token": "deprecated",
            "container": container,
            "trigger_id": "1.1.click",
            "team": {"id": TEAM, "domain": "acme"},
            "enterprise": null,
            "is_enterprise_install": false,
            "channel": {"id": said.channel, "name": "ops"},
            "state": {"values": {}},
            "response_url": "",
            "actions": [action],
        });
        Some(Self { payload }.at("1764577000.000100"))
    }

    /// At another moment, which makes it another click.
    pub(crate) fn at(mut self, moment: &str) -> Self {
        self.payload["actions"][0]["action_ts"] = json!(moment);
        let ts = self.ts();
        self.payload["response_url"] = json!(format!("https://hooks.slack.com/actions/T0ACME/{ts}/{moment}"));
        self.with_trigger()
    }

    pub(crate) fn by(mut self, user: &str) -> Self {
        self.payload["user"]["id"] = json!(user);
        self.with_trigger()
    }

    /// Each click has its own.
    fn with_trigger(mut self) -> Self {
        let (moment, user) = (self.text("/actions/0/action_ts"), self.text("/user/id"));
        self.payload["trigger_id"] = json!(format!("1.{moment}.{}.{user}", self.ts()));
        self
    }

    /// With another value behind the button.
    pub(crate) fn with_value(mut self, value: &str) -> Self {
        self.payload["actions"][0]["value"] = json!(value);
        self
    }

    /// The message that was clicked.
    pub(crate) fn ts(&self) -> String {
        self.text("/container/message_ts")
    }

    pub(crate) fn text(&self, pointer: &str) -> String {
        self.payload.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// As Slack posts it.
    pub(crate) fn form(&self) -> Vec<u8> {
        payload_form(&self.payload)
    }
}

/// The action of what is labelled so in `block`.
fn labelled(block: &Value, label: &str) -> Option<Value> {
    let elements = block["elements"].as_array()?;
    elements.iter().find_map(|element| {
        let mut action = json!({"type": element["type"], "action_id": element["action_id"]});
        if element["type"] == "button" {
            action["text"] = element["text"].clone();
            action["value"] = element["value"].clone();
            return (element["text"]["text"] == label).then_some(action);
        }
        let option = element["options"].as_array()?.iter().find(|option| option["text"]["text"] == label)?;
        action["selected_option"] = option.clone();
        Some(action)
    })
}
