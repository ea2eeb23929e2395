//! The table of standups, seen from outside, put back to how it was, and time
//! that passes for it.
//!
//! Whoever finds a message that somebody began to send waits a while before they
//! look for it. Making the moment on record earlier comes to the same.

use std::collections::HashMap;

use devkit::cloud::Cloud;
use dynoxide::actions::delete_item::DeleteItemRequest;
use dynoxide::actions::put_item::PutItemRequest;
use dynoxide::types::AttributeValue;
use serde_json::{Value, json};

use super::{App, jobs};

/// The table in the template.
const TABLE: &str = "Standups";
/// The moments at which somebody began to send something.
const BEGUN: [&str; 2] = ["/asking/since", "/report/since"];
/// After this nobody waits any more for what was begun.
const LONG_MS: u64 = 60_000;

type Item = HashMap<String, AttributeValue>;

/// Everything in the table, to be put back.
pub(crate) struct Snapshot(Vec<Item>);

/// The table as it is.
pub(crate) fn snapshot(cloud: &Cloud) -> Snapshot {
    Snapshot(jobs::items(cloud, TABLE))
}

/// Makes the table what it was.
pub(crate) fn put_back(cloud: &Cloud, Snapshot(items): &Snapshot) {
    clear(cloud);
    for item in items {
        put(cloud, item.clone());
    }
}

/// Removes everything.
pub(crate) fn clear(cloud: &Cloud) {
    let table = cloud.stack().table(TABLE).expect("the template has the table");
    for mut item in jobs::items(cloud, TABLE) {
        item.retain(|name, _| table.keys.iter().any(|key| key.attribute == *name));
        let request =
            DeleteItemRequest { table_name: table.name.clone(), key: item, ..DeleteItemRequest::default() };
        cloud.database().delete_item(request).expect("the item can be deleted");
    }
}

fn put(cloud: &Cloud, item: Item) {
    let table_name = cloud.stack().table(TABLE).expect("the template has the table").name.clone();
    let request = PutItemRequest { table_name, item, ..PutItemRequest::default() };
    cloud.database().put_item(request).expect("the item can be put");
}

/// The records whose sort key `fits`.
fn records(cloud: &Cloud, fits: impl Fn(&str) -> bool) -> Vec<Value> {
    let items = jobs::items(cloud, TABLE).into_iter().filter(|item| fits(string(item, "report_user_id")));
    items.map(|item| record(&item)).collect()
}

/// The days on record.
pub(crate) fn runs(cloud: &Cloud) -> Vec<Value> {
    records(cloud, |member| member == "#run")
}

/// What is on record of the people who are asked, of all days.
pub(crate) fn entries(cloud: &Cloud) -> Vec<Value> {
    let items = jobs::items(cloud, TABLE).into_iter().filter(|item| item.contains_key("display_name"));
    items.map(|item| record(&item)).collect()
}

/// What is on record of one person on the only day on which they are asked.
#[track_caller]
pub(crate) fn entry(cloud: &Cloud, user: &str) -> Value {
    match entries(cloud).iter().filter(|entry| entry["user"] == user).collect::<Vec<_>>().as_slice() {
        [one] => (*one).clone(),
        several => panic!("{user} should have one entry: {several:#?}"),
    }
}

/// Changes the records that `change` takes an interest in.
pub(crate) fn change(cloud: &Cloud, change: impl Fn(&mut Value) -> bool) {
    // A claim of a name has no record.
    for mut item in jobs::items(cloud, TABLE).into_iter().filter(|item| item.contains_key("record")) {
        let mut record = record(&item);
        if change(&mut record) {
            item.insert("record".to_owned(), AttributeValue::S(record.to_string()));
            put(cloud, item);
        }
    }
}

/// Lets so much time pass that nobody waits any more for what was begun. Only to
/// be called when no function runs.
pub(crate) fn let_time_pass(cloud: &Cloud) {
    change(cloud, |record| {
        let mut is_any = false;
        for pointer in BEGUN {
            if let Some(moment) = record.pointer_mut(pointer)
                && let Some(at) = moment.as_u64()
            {
                *moment = json!(at.saturating_sub(LONG_MS));
                is_any = true;
            }
        }
        is_any
    });
}

impl App {
    /// Sweeps until no job is open, as the minutes would. How many sweeps it took.
    pub(crate) async fn recover_standups(&self, most: usize) -> usize {
        for sweep in 0..=most {
            if jobs::open(self.cloud()).is_empty() {
                return sweep;
            }
            let_time_pass(self.cloud());
            self.sweep().await;
        }
        panic!("still open after {most} sweeps: {:?}", jobs::open(self.cloud()));
    }
}

fn record(item: &Item) -> Value {
    serde_json::from_str(string(item, "record")).expect("a record is JSON")
}

fn string<'a>(item: &'a Item, name: &str) -> &'a str {
    match item.get(name) {
        Some(AttributeValue::S(text)) => text,
        other => panic!("{name} is {other:?}"),
    }
}
