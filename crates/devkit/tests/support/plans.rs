//! Plans as people meet them: asked about, justified, agreed to by somebody, and
//! what was really asked of AWS by then.

use std::collections::BTreeMap;

use devkit::fleet::Call;
use devkit::slack::{Click, Seen, Submit, Taken};
use dynoxide::actions::put_item::PutItemRequest;
use dynoxide::types::AttributeValue;
use serde_json::{Value, json};

use super::clicked::on;
use super::{App, jobs, only};

/// Where anything is asked.
pub(crate) const OPS: &str = "#ops";
/// The same by its id.
const OPS_ID: &str = "C0OPS00001";
/// What changes an instance.
const CHANGES: [&str; 4] = ["StartInstances", "StopInstances", "RebootInstances", "TerminateInstances"];

impl App {
    /// Types a mention in #ops; the one card that comes of it.
    pub(crate) async fn card(&self, user: &str, text: &str) -> Seen {
        self.card_in(user, OPS, text).await
    }

    /// The same elsewhere.
    pub(crate) async fn card_in(&self, user: &str, channel: &str, text: &str) -> Seen {
        let answers = self.ask(user, channel, &format!("@bellhop {text}")).await;
        only(text, &answers);
        answers.into_iter().next().expect("there is one")
    }

    /// Fills in the modal that is open before `user`.
    pub(crate) async fn submit(&self, user: &str, name: &str, reason: &str) -> Taken {
        let labels = [("Name", name), ("Reason", reason)];
        let labels: BTreeMap<_, _> =
            labels.map(|(label, text)| (label.to_owned(), text.to_owned())).into_iter().collect();
        let submit = Submit { user: user.into(), labels, ..Submit::default() };
        let taken = self.slack().submit(&submit).await.unwrap_or_else(|error| panic!("{submit:?}: {error}"));
        self.quieten().await;
        taken
    }

    /// Asks in #ops for the end of what is called `name`, and says why: the card
    /// that a second person decides.
    pub(crate) async fn termination(&self, user: &str, name: &str) -> Seen {
        let card = self.card(user, &format!("terminate {name}")).await;
        let heard = self.click_as(&at(&card, user, "Terminate…")).await;
        assert_eq!(heard.counts(), [0, 0, 0], "only the modal: {heard:#?}");
        let bare = name.split(' ').next().unwrap_or(name);
        assert_eq!(self.submit(user, bare, "it has served").await.error, None);
        let card = self.message(user, OPS, &card.ts);
        assert_eq!(card.buttons, ["Approve", "Deny", "Cancel"], "{card:#?}");
        card
    }

    /// A message as it is now.
    pub(crate) fn message(&self, user: &str, channel: &str, ts: &str) -> Seen {
        let seen = self.conversation(user, channel).expect("they can see the channel");
        let found = seen.all().into_iter().find(|one| one.ts == ts).cloned();
        found.unwrap_or_else(|| panic!("there is no message {ts} before {user}"))
    }

    /// A click that is refused: who clicks is told so, once and alone, nothing else
    /// that they see is new, and nothing is changed.
    pub(crate) async fn refused(&self, click: &Click) -> String {
        let changes = self.changing_calls().len();
        let heard = self.click_as(click).await;
        assert_eq!(self.changing_calls().len(), changes, "{click:?}: something was called");
        super::words(heard.whisper())
    }

    /// Calls that change something: those that only ask are left out.
    pub(crate) fn changing_calls(&self) -> Vec<Call> {
        self.fleet().calls().into_iter().filter(is_real).collect()
    }

    /// The card once more, posted by the bot itself with other values in its buttons:
    /// what somebody could make Slack send. Its name.
    pub(crate) async fn forged(&self, card: &Seen, value: &str) -> String {
        self.forged_as(card, |button| button["value"] = json!(value)).await
    }

    /// The same with buttons that are altered in any other way.
    pub(crate) async fn forged_as(&self, card: &Seen, alter: impl Fn(&mut Value)) -> String {
        let mut blocks = card.blocks.clone().expect("a card has blocks");
        elements(&mut blocks).into_iter().for_each(alter);
        self.post(card, &blocks).await
    }

    /// The card once more as it was.
    pub(crate) async fn reposted(&self, card: &Seen) -> String {
        self.post(card, card.blocks.as_ref().expect("a card has blocks")).await
    }

    async fn post(&self, card: &Seen, blocks: &Value) -> String {
        let token = self.slack().tokens().pop().expect("the app is installed");
        let body = json!({
            "channel": OPS_ID, "text": "forged", "blocks": blocks, "thread_ts": card.thread_ts,
        });
        let client = reqwest::Client::builder().no_proxy().build().expect("there is an HTTP client");
        let url = format!("{}/chat.postMessage", self.slack().api_url());
        let answer = client.post(url).bearer_auth(token).json(&body).send().await.expect("Slack answers");
        let text = answer.text().await.expect("the answer can be read");
        let answer: Value = serde_json::from_str(&text).expect("Slack answers in JSON");
        answer["ts"].as_str().unwrap_or_else(|| panic!("Slack did not post it: {answer}")).to_owned()
    }

    /// Puts a copy of a job on record that says it is `id` of `team`.
    pub(crate) fn copy_job(&self, of: &str, id: &str, team: &str) {
        let is_it = |item: &&std::collections::HashMap<String, AttributeValue>| {
            item.get("job_id") == Some(&AttributeValue::S(of.to_owned()))
        };
        let items = jobs::items(self.cloud(), "Jobs");
        let mut item = items.iter().find(is_it).expect("there is such a job").clone();
        let Some(AttributeValue::S(record)) = item.get("record") else { panic!("a job without a record") };
        let mut job: Value = serde_json::from_str(record).expect("a record is JSON");
        (job["id"], job["team"]) = (json!(id), json!(team));
        item.insert("job_id".to_owned(), AttributeValue::S(id.to_owned()));
        item.insert("team_id".to_owned(), AttributeValue::S(team.to_owned()));
        item.insert("record".to_owned(), AttributeValue::S(job.to_string()));
        let table_name = self.cloud().stack().table("Jobs").expect("there is the table").name.clone();
        let request = PutItemRequest { table_name, item, ..PutItemRequest::default() };
        self.cloud().database().put_item(request).expect("the job can be put");
    }

    /// The plan that people are asked about: its job and its hash.
    pub(crate) fn awaited(&self) -> (String, String) {
        let job = jobs::awaiting(self.cloud()).pop().expect("people are asked");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        (text(&job["id"]), text(&job["machine"]["plan_hash"]))
    }

    /// The book of changes in the order of its moments.
    pub(crate) fn audit(&self) -> Vec<Value> {
        let items = jobs::items(self.cloud(), "Audit");
        let mut rows: Vec<Value> = items
            .iter()
            .map(|item| match item.get("record") {
                Some(AttributeValue::S(text)) => serde_json::from_str(text).expect("a record is JSON"),
                other => panic!("an entry without a record: {other:?}"),
            })
            .collect();
        rows.sort_by_key(|row| (row["at"].as_u64(), row["number"].as_u64()));
        rows
    }
}

/// `user` clicks on this very message.
pub(crate) fn at(card: &Seen, user: &str, button: &str) -> Click {
    Click { ts: Some(card.ts.clone()), ..on(user, OPS, button) }
}

/// Whether a call changes something.
pub(crate) fn is_real(call: &Call) -> bool {
    CHANGES.contains(&call.action.as_str()) && param(call, "DryRun") != Some("true")
}

/// What was sent with a call under this name.
pub(crate) fn param<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
    call.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Everything in these blocks that can be clicked.
fn elements(blocks: &mut Value) -> Vec<&mut Value> {
    let blocks = blocks.as_array_mut().into_iter().flatten().filter(|block| block["type"] == "actions");
    blocks.filter_map(|block| block["elements"].as_array_mut()).flatten().collect()
}
