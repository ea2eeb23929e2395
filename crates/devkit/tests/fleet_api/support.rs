//! A fleet with a clock by hand, and a reader for its XML.

use std::time::Duration;

use devkit::cloud::{Ec2Api, QueryCall};
use devkit::fleet::{
    Clock, Fleet, PROD_ACCOUNT, PROD_EXTERNAL_ID, Pace, SAMPLE_ACCOUNT, SAMPLE_EC2_ROLE, role_arn,
    sample_world,
};
use domain::ids::{AccountId, InstanceId};
use domain::instance::InstanceState;
use domain::time::Millis;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

/// 2026-11-20 18:02:11 GMT
pub(crate) const START: Millis = Millis::from_secs(1_795_197_731);

/// How long a change takes here.
pub(crate) const CHANGE: Duration = Duration::from_secs(10);

pub(crate) const EU: &str = "eu-west-1";
pub(crate) const US: &str = "us-east-1";

/// The sample world, standing still at [`START`].
pub(crate) struct Lab {
    pub(crate) fleet: Fleet,
    pub(crate) clock: Clock,
}

/// One answer, read.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) xml: Node,
}

/// One element.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) children: Vec<Node>,
}

impl Lab {
    pub(crate) fn new() -> Self {
        let clock = Clock::by_hand(START);
        let fleet = Fleet::new(sample_world(START), clock.clone());
        fleet.set_pace(Pace { change: CHANGE, checks: CHANGE });
        Self { fleet, clock }
    }

    /// One EC2 call in eu-west-1.
    pub(crate) async fn ask(&self, action: &str, params: &[(&str, &str)]) -> Reply {
        self.ask_in(EU, action, params).await
    }

    pub(crate) async fn ask_in(&self, region: &str, action: &str, params: &[(&str, &str)]) -> Reply {
        let common = [("Action", action), ("Version", "2016-11-15")];
        self.send(call("ec2", region, &[&common, params].concat())).await
    }

    /// Assumes a role of acme-prod as the `ec2` function, with what `more` adds.
    pub(crate) async fn assume(&self, role: &str, more: &[(&str, &str)]) -> Reply {
        let arn = role_arn(&prod(), role);
        let common = [
            ("Action", "AssumeRole"),
            ("Version", "2011-06-15"),
            ("RoleArn", arn.as_str()),
            ("RoleSessionName", "job-1"),
            ("ExternalId", PROD_EXTERNAL_ID),
        ];
        self.send(call("sts", EU, &[&common, more].concat())).await
    }

    /// One EC2 call in eu-west-1 with an assumed role's keys.
    pub(crate) async fn ask_as(&self, keys: &Keys, action: &str, params: &[(&str, &str)]) -> Reply {
        let common = [("Action", action), ("Version", "2016-11-15")];
        self.send(keys.call("ec2", EU, &[&common, params].concat())).await
    }

    /// The instance of that name in acme-prod.
    pub(crate) fn prod_id(&self, name: &str) -> InstanceId {
        let ids = self.fleet.ids_in(&prod(), name);
        assert_eq!(ids.len(), 1, "{name}: {ids:?}");
        ids[0].clone()
    }

    pub(crate) async fn send(&self, call: QueryCall) -> Reply {
        let answer = self.fleet.call(call).await;
        Reply { status: answer.status, xml: read(&answer.body), body: answer.body }
    }

    /// The one instance of that name in the first account.
    pub(crate) fn id(&self, name: &str) -> InstanceId {
        let ids = self.fleet.ids_in(&AccountId::new(SAMPLE_ACCOUNT), name);
        assert_eq!(ids.len(), 1, "{name}: {ids:?}");
        ids[0].clone()
    }

    pub(crate) fn state(&self, name: &str) -> InstanceState {
        self.fleet.instance(&self.id(name)).unwrap().state
    }

    /// Calls `action` for the named instances.
    pub(crate) async fn change(&self, action: &str, names: &[&str], more: &[(&str, &str)]) -> Reply {
        let ids: Vec<(String, String)> = names
            .iter()
            .enumerate()
            .map(|(at, name)| (format!("InstanceId.{}", at + 1), self.id(name).to_string()))
            .collect();
        let mut params: Vec<(&str, &str)> = ids.iter().map(|(key, id)| (key.as_str(), id.as_str())).collect();
        params.extend_from_slice(more);
        self.ask(action, &params).await
    }
}

/// A call by the `ec2` function of the sample account.
pub(crate) fn call(service: &str, region: &str, params: &[(&str, &str)]) -> QueryCall {
    QueryCall {
        service: service.to_owned(),
        region: region.to_owned(),
        params: params.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        session_token: None,
        function: Some("Ec2Function".to_owned()),
        account: SAMPLE_ACCOUNT.to_owned(),
        role_name: SAMPLE_EC2_ROLE.to_owned(),
        statements: None,
    }
}

/// An assumed role's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keys {
    pub(crate) access_key: String,
    pub(crate) token: String,
}

impl Keys {
    /// A call signed with them.
    pub(crate) fn call(&self, service: &str, region: &str, params: &[(&str, &str)]) -> QueryCall {
        QueryCall {
            access_key: self.access_key.clone(),
            session_token: Some(self.token.clone()),
            function: None,
            account: String::new(),
            role_name: String::new(),
            ..call(service, region, params)
        }
    }
}

/// acme-prod
pub(crate) fn prod() -> AccountId {
    AccountId::new(PROD_ACCOUNT)
}

impl Reply {
    /// The keys in the answer to an `AssumeRole`.
    pub(crate) fn keys(&self) -> Keys {
        assert_eq!(self.code(), "OK", "{}", self.body);
        Keys { access_key: self.one("AccessKeyId"), token: self.one("SessionToken") }
    }

    /// The error code, or `OK`.
    pub(crate) fn code(&self) -> &str {
        self.xml.find("Code").map_or("OK", |code| &code.text)
    }

    pub(crate) fn message(&self) -> &str {
        self.xml.find("Message").map_or("", |message| &message.text)
    }

    /// Everything under `name`, wherever it stands.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.xml.all(name).into_iter().map(|node| node.text.clone()).collect()
    }

    pub(crate) fn one(&self, name: &str) -> String {
        let found = self.all(name);
        assert_eq!(found.len(), 1, "{name} in {}", self.body);
        found[0].clone()
    }

    /// The names of the instances in a Describe, in order; an id where there is none.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for set in self.xml.all("instancesSet") {
            for item in &set.children {
                let tag = item.all("tagSet").into_iter().flat_map(|tags| &tags.children);
                let name = tag.filter(|tag| tag.child("key") == "Name").map(|tag| tag.child("value")).next();
                names.push(name.unwrap_or_else(|| item.child("instanceId")));
            }
        }
        names
    }

    /// `(previous, current)` of a change's only instance.
    pub(crate) fn step(&self) -> (String, String) {
        let name = |set: &str| self.xml.find(set).unwrap().child("name");
        (name("previousState"), name("currentState"))
    }
}

impl Node {
    pub(crate) fn find(&self, name: &str) -> Option<&Self> {
        self.all(name).into_iter().next()
    }

    pub(crate) fn child(&self, name: &str) -> String {
        self.children
            .iter()
            .find(|child| child.name == name)
            .unwrap_or_else(|| panic!("no {name}"))
            .text
            .clone()
    }

    pub(crate) fn all(&self, name: &str) -> Vec<&Self> {
        let mut found = Vec::new();
        for child in &self.children {
            if child.name == name {
                found.push(child);
            }
            found.extend(child.all(name));
        }
        found
    }
}

/// Reads a document; whitespace between elements is dropped.
fn read(text: &str) -> Node {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Node::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => open.push(named(start.name().as_ref())),
            Event::Empty(start) => {
                let node = named(start.name().as_ref());
                open.last_mut().unwrap().children.push(node);
            }
            Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
            Event::GeneralRef(reference) => {
                let entity = resolve_predefined_entity(&reference).unwrap().to_owned();
                open.last_mut().unwrap().text.push_str(&entity);
            }
            Event::End(_) => {
                let mut node = open.pop().unwrap();
                if !node.children.is_empty() {
                    node.text.clear();
                }
                open.last_mut().unwrap().children.push(node);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open.len(), 1, "unclosed: {text}");
    open.pop().unwrap()
}

fn named(name: &str) -> Node {
    Node { name: name.to_owned(), ..Node::default() }
}
