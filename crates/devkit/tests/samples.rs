//! Keeps the documents honest: each sample in `events/` is something that a
//! function of `template.yaml` receives, and each path in the documents exists.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use devkit::template::{self, Deployment, Function, Stack};
use domain::ids::{JobId, Worker};
use domain::time::Millis;
use serde_json::Value;
use slack::commands::Posted;
use slack::events::{Envelope, Event};
use slack::interactions::Interaction;
use slack::oauth::{Callback, parse_callback_query};
use slack::signature::{SignatureError, SignatureHeaders, TIMESTAMP_HEADER, Verifier};

/// What the samples are signed with, as `events/README.md` says.
const SAMPLE_SECRET: &str = "sample-signing-secret";

/// The one sample that Slack did not send.
const UNSIGNED: &str = "unsigned";

/// Every sample of Slack's, and what it is.
const SLACK_EVENTS: [(&str, &str); 6] = [
    ("app_mention", "mention"),
    ("app_uninstalled", "uninstalled"),
    ("message_im", "direct"),
    ("tokens_revoked", "revoked"),
    (UNSIGNED, "mention"),
    ("url_verification", "challenge"),
];

/// Every sample of a slash command, and what it is.
const COMMANDS: [(&str, &str); 6] = [
    ("ec2", "/ec2"),
    ("reverse", "/reverse"),
    ("ssl_check", "ssl_check"),
    ("standup", "/standup"),
    ("summarize", "/summarize"),
    (UNSIGNED, "/ec2"),
];

/// Every sample of a click, a modal or a shortcut, and what it is.
const INTERACTIONS: [(&str, &str); 11] = [
    ("approve", "decide.approve.0"),
    ("button", "run.0"),
    ("menu", "run.0"),
    ("share", "share"),
    ("shortcut", "shortcut"),
    ("standup_answers", "standup.answers"),
    ("standup_open", "standup.open"),
    ("standup_setup", "standup.setup"),
    ("standup_skip", "standup.skip"),
    (UNSIGNED, "run.0"),
    ("view_submission", "justify"),
];

/// What EventBridge Scheduler sends for the schedules that a function makes: it comes
/// with these names, and says of what type it is.
const FIRED: [&str; 5] = ["type", "standup", "team", "time", "source"];

/// The types.
const TYPES: [&str; 2] = ["send_questions", "send_report"];

/// The variable that tells a function which one its schedules are to wake.
const TARGET: &str = "SCHEDULE_TARGET_ARN";

/// What EventBridge calls the event of a schedule.
const SCHEDULED: &str = "Scheduled Event";

/// Where the paths that the documents mention begin.
const OUR_FOLDERS: [&str; 5] = ["crates/", "docs/", "events/", "templates/", ".ci/"];

/// Files on the top level that the documents may mention.
const OUR_FILES: [&str; 6] =
    ["template.yaml", "manifest.yaml", "Cargo.toml", "README.md", "clippy.toml", "deny.toml"];

/// One file of `events/`.
struct Sample {
    file: String,
    function: String,
    case: String,
    event: Value,
}

impl Sample {
    fn text(&self, pointer: &str) -> &str {
        let found = self.event.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("{} has no text at {pointer}", self.file))
    }

    fn body(&self) -> Vec<u8> {
        let text = self.event.get("body").and_then(Value::as_str).unwrap_or_default();
        match self.event.get("isBase64Encoded").and_then(Value::as_bool) {
            Some(true) => STANDARD.decode(text).unwrap(),
            Some(false) => text.as_bytes().to_vec(),
            None => panic!("{} does not say whether its body is base64", self.file),
        }
    }

    fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let headers = self.event.get("headers").and_then(Value::as_object).unwrap();
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap().as_bytes()))
    }

    /// Whether Slack's signature holds at the sample's own time, or at `now`.
    fn signed(&self, now: Option<Millis>) -> Result<(), SignatureError> {
        let timestamp = self.headers().find(|(name, _)| *name == TIMESTAMP_HEADER);
        let seconds = timestamp.and_then(|(_, value)| std::str::from_utf8(value).unwrap().parse().ok());
        let own = Millis::from_secs(seconds.unwrap_or_default());
        let verifier = Verifier::new(vec![SAMPLE_SECRET.into()]).unwrap();
        verifier.verify(&SignatureHeaders::from_pairs(self.headers()), &self.body(), now.unwrap_or(own))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn stack() -> Stack {
    let yaml = std::fs::read_to_string(root().join("template.yaml")).unwrap();
    template::read(&yaml, &Deployment::default()).unwrap()
}

/// All samples: `<function>.<case>.json`.
fn samples() -> Vec<Sample> {
    let entries = std::fs::read_dir(root().join("events")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    let sample = |path: &PathBuf| {
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let [function, case, "json"] = file.split('.').collect::<Vec<_>>()[..] else {
            panic!("{file} is not called <function>.<case>.json");
        };
        let (function, case) = (function.to_owned(), case.to_owned());
        let event = serde_json::from_str(&std::fs::read_to_string(path).unwrap());
        Sample { function, case, event: event.unwrap_or_else(|error| panic!("{file}: {error}")), file }
    };
    files.iter().map(sample).collect()
}

fn samples_of(function: &str) -> Vec<Sample> {
    samples().into_iter().filter(|sample| sample.function == function).collect()
}

/// The text in the sample of this function and case.
fn sample(function: &str, case: &str) -> Sample {
    let found = samples_of(function).into_iter().find(|sample| sample.case == case);
    found.unwrap_or_else(|| panic!("there is no events/{function}.{case}.json"))
}

/// How a sample wakes `function`: by one of its routes, schedules or rules, or by
/// a job's name.
fn woken_by(function: &Function, sample: &Sample) -> String {
    if sample.event.get("requestContext").is_some() {
        return http_request(function, sample);
    }
    match sample.event.get("detail-type").and_then(Value::as_str) {
        Some(SCHEDULED) => return scheduled(function, sample),
        Some(_) => return happened(function, sample),
        None => {}
    }
    let event = sample.event.as_object().unwrap();
    let names: BTreeSet<&str> = event.keys().map(String::as_str).collect();
    if event.contains_key("type") {
        assert_eq!(names, BTreeSet::from(FIRED), "{}", sample.file);
        assert!(sample.text("/time").parse::<jiff::Timestamp>().is_ok(), "{}", sample.file);
        return sample.text("/type").to_owned();
    }
    assert_eq!(names, BTreeSet::from(["v", "team", "job"]), "{}", sample.file);
    assert_eq!(sample.event.pointer("/v"), Some(&Value::from(1)), "{}", sample.file);
    let worker = JobId::new(sample.text("/job")).worker();
    assert_eq!(worker, Worker::new(function.binary.as_str()), "{}: another worker's job", sample.file);
    "job".to_owned()
}

/// A request as API Gateway's HTTP API passes it on, payload version 2.0.
fn http_request(function: &Function, sample: &Sample) -> String {
    let file = &sample.file;
    assert_eq!(sample.text("/version"), "2.0", "{file}");
    let (method, path) = (sample.text("/requestContext/http/method"), sample.text("/rawPath"));
    let route = format!("{method} {path}");
    assert_eq!(sample.text("/routeKey"), route, "{file}");
    assert_eq!(sample.text("/requestContext/routeKey"), route, "{file}");
    assert_eq!(sample.text("/requestContext/http/path"), path, "{file}");
    let routes: Vec<String> = function.routes.iter().map(template::Route::key).collect();
    assert!(routes.contains(&route), "{file}: {} has no route {route}, but {routes:?}", function.logical_id);
    for (name, _) in sample.headers() {
        assert_eq!(name, name.to_ascii_lowercase(), "{file}: API Gateway sends names in lower case");
        assert_ne!(name, "cookie", "{file}: API Gateway sends cookies apart");
    }
    let host = sample.text("/requestContext/domainName");
    assert_eq!(sample.text("/headers/host"), host, "{file}");
    let length = sample.text("/headers/content-length");
    assert_eq!(length, sample.body().len().to_string(), "{file}: content-length");
    sample.text("/rawQueryString");
    route
}

/// What EventBridge sends for a schedule that fixes no payload of its own.
fn scheduled(function: &Function, sample: &Sample) -> String {
    let file = &sample.file;
    assert!(sample.event.get("detail").is_some(), "{file} has no detail");
    let rule = sample.text("/resources/0").rsplit('/').next().unwrap();
    let schedule = function.schedules.iter().find(|schedule| rule.contains(&schedule.name));
    let schedule =
        schedule.unwrap_or_else(|| panic!("{file}: {rule} is no schedule of {}", function.logical_id));
    assert_eq!(
        sample.text("/source"),
        if schedule.scheduler { "aws.scheduler" } else { "aws.events" },
        "{file}"
    );
    schedule.name.clone()
}

/// What EventBridge sends of an event that fits a rule's pattern.
fn happened(function: &Function, sample: &Sample) -> String {
    for field in ["/version", "/id", "/source", "/account", "/time", "/region", "/resources/0"] {
        sample.text(field);
    }
    let mut rules = function.rules.iter().filter(|rule| rule.pattern.matches(&sample.event));
    let rule = rules.next().unwrap_or_else(|| panic!("{} fits no rule", sample.file));
    assert_eq!((rule.enabled, rules.count()), (true, 0), "{}", sample.file);
    rule.name.clone()
}

/// Everything that wakes `function`: what its template says, and whoever knows its name.
fn ways_in(stack: &Stack, function: &Function) -> BTreeSet<String> {
    let routes = function.routes.iter().map(template::Route::key);
    let schedules = function.schedules.iter().map(|schedule| schedule.name.clone());
    let rules = function.rules.iter().map(|rule| rule.name.clone());
    let knows = |other: &Function| {
        other.environment.iter().any(|(name, value)| name.ends_with("_FUNCTION") && *value == function.name)
    };
    let job = stack.functions.iter().any(knows).then(|| "job".to_owned());
    let fired = function.environment.get(TARGET).filter(|arn| **arn == function.arn);
    let fired = fired.into_iter().flat_map(|_| TYPES.map(str::to_owned));
    routes.chain(schedules).chain(rules).chain(job).chain(fired).collect()
}

#[test]
fn every_sample_wakes_its_function_and_every_way_in_has_one() {
    let stack = stack();
    let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for sample in samples() {
        let function = stack.functions.iter().find(|function| function.binary == sample.function);
        let function = function.unwrap_or_else(|| panic!("{}: no such function", sample.file));
        seen.entry(&function.binary).or_default().insert(woken_by(function, &sample));
    }
    for function in &stack.functions {
        let ways = seen.remove(function.binary.as_str()).unwrap_or_default();
        assert_eq!(ways, ways_in(&stack, function), "the samples of {}", function.binary);
    }
}

#[test]
fn slacks_samples_are_what_their_names_say() {
    let cases: BTreeMap<&str, &str> = SLACK_EVENTS.into();
    let samples = samples_of("events");
    assert_eq!(samples.len(), cases.len(), "a sample is missing here, or there");
    for sample in &samples {
        let what = match Envelope::parse(&sample.body()).unwrap() {
            Envelope::UrlVerification { challenge } if !challenge.is_empty() => "challenge",
            Envelope::EventCallback(callback) => {
                assert!(!callback.installation_candidates().is_empty(), "{}: nobody's", sample.file);
                match callback.event {
                    Event::AppMention(_) => "mention",
                    Event::Message(message) if message.channel_type.as_deref() == Some("im") => "direct",
                    Event::AppUninstalled => "uninstalled",
                    Event::TokensRevoked { bot, .. } if !bot.is_empty() => "revoked",
                    other => panic!("{}: {other:?}", sample.file),
                }
            }
            other => panic!("{}: {other:?}", sample.file),
        };
        assert_eq!(cases.get(sample.case.as_str()), Some(&what), "{}", sample.file);
    }
}

#[test]
fn samples_of_commands_are_what_their_names_say() {
    let cases: BTreeMap<&str, &str> = COMMANDS.into();
    let samples = samples_of("commands");
    assert_eq!(samples.len(), cases.len(), "a sample is missing here, or there");
    assert!(samples.iter().any(|sample| sample.event["isBase64Encoded"] == false), "none is as it was sent");
    for sample in &samples {
        let what = match Posted::parse(&sample.body()).unwrap() {
            Posted::SslCheck => "ssl_check".to_owned(),
            Posted::Command(command) => command.command,
        };
        assert_eq!(cases.get(sample.case.as_str()), Some(&what.as_str()), "{}", sample.file);
    }
}

#[test]
fn samples_of_interactions_are_what_their_names_say() {
    let cases: BTreeMap<&str, &str> = INTERACTIONS.into();
    let samples = samples_of("interactions");
    assert_eq!(samples.len(), cases.len(), "a sample is missing here, or there");
    for sample in &samples {
        let what = match Interaction::parse(&sample.body()).unwrap() {
            Interaction::Actions(clicks) => clicks.actions.first().unwrap().id.clone(),
            Interaction::Submission(modal) => modal.callback_id,
            Interaction::Shortcut => "shortcut".to_owned(),
            other => panic!("{}: {other:?}", sample.file),
        };
        assert_eq!(cases.get(sample.case.as_str()), Some(&what.as_str()), "{}", sample.file);
    }
}

#[test]
fn slacks_samples_are_signed_for_a_moment_that_has_passed() {
    for sample in ["events", "commands", "interactions"].into_iter().flat_map(samples_of) {
        let file = &sample.file;
        if sample.case == UNSIGNED {
            assert!(matches!(sample.signed(None), Err(SignatureError::Missing(_))), "{file}");
            continue;
        }
        assert_eq!(sample.signed(None), Ok(()), "{file}");
        let later = Millis(sample.event.pointer("/requestContext/timeEpoch").unwrap().as_u64().unwrap())
            .plus(301_000);
        assert_eq!(sample.signed(Some(later)), Err(SignatureError::Stale), "{file}");
    }
}

#[test]
fn the_installation_ends_in_both_ways() {
    let query = |case| parse_callback_query(sample("install", case).text("/rawQueryString")).unwrap();
    assert!(matches!(query("redirect"), Callback::Allowed { .. }));
    assert!(matches!(query("denied"), Callback::Denied { .. }));
}

#[test]
fn the_job_is_the_one_that_the_mention_makes() {
    let Envelope::EventCallback(callback) = Envelope::parse(&sample("events", "app_mention").body()).unwrap()
    else {
        panic!("the mention is no event");
    };
    let Event::AppMention(message) = callback.event else { panic!("the mention is none") };
    let (worker, team) = (Worker::new("ec2"), callback.team.unwrap());
    let id = JobId::for_message(&worker, &team, &message.channel.unwrap(), &message.ts.unwrap());
    let job = sample("ec2", "job");
    assert_eq!((job.text("/job"), job.text("/team")), (id.as_str(), team.as_str()));
}

#[test]
fn the_job_of_the_text_worker_is_the_one_that_the_command_makes() {
    let Posted::Command(command) = Posted::parse(&sample("commands", "reverse").body()).unwrap() else {
        panic!("the command is none");
    };
    let team = command.installation_candidates.first().unwrap();
    let id = JobId::for_command(&Worker::new("text"), team, &command.trigger);
    let job = sample("text", "job");
    assert_eq!((job.text("/job"), job.text("/team")), (id.as_str(), team.as_str()));
}

#[test]
fn the_job_of_the_worker_of_standups_is_the_one_that_the_command_makes() {
    let Posted::Command(command) = Posted::parse(&sample("commands", "standup").body()).unwrap() else {
        panic!("the command is none");
    };
    let team = command.installation_candidates.first().unwrap();
    let id = JobId::for_command(&Worker::new("standup"), team, &command.trigger);
    let job = sample("standup", "job");
    assert_eq!((job.text("/job"), job.text("/team")), (id.as_str(), team.as_str()));
}

#[test]
fn what_schedules_wake_is_the_function_that_makes_them() {
    let stack = stack();
    let mut makers = stack.functions.iter().filter(|function| function.environment.contains_key(TARGET));
    let maker = makers.next().unwrap();
    assert_eq!(maker.environment[TARGET], maker.arn, "its ARN is written out, and wrong");
    assert!(makers.next().is_none(), "a second function makes schedules");
}

/// Every document: the README, and all Markdown below `docs` and `events`.
fn documents() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md")];
    let mut folders = vec![root().join("docs"), root().join("events")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found
}

/// The paths of ours between back-ticks; `crates/*/src` and the like name no one file.
fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    let spans = text.split('\n').flat_map(|line| line.split('`').skip(1).step_by(2));
    let words = spans.flat_map(str::split_whitespace).map(|word| word.trim_matches(['"', '\'', ',']));
    words.filter(|word| {
        let ours = OUR_FOLDERS.iter().any(|folder| word.starts_with(folder)) || OUR_FILES.contains(word);
        ours && !word.contains(['*', '<', '>', '{', '}', '…', '$'])
    })
}

/// The targets of links that stay in the repository.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.map(|target| target.split('#').next().unwrap_or_default());
    files.filter(|target| !target.is_empty() && !target.contains("://"))
}

#[test]
fn paths_in_the_documents_exist() {
    let (mut paths, mut missing) = (0, Vec::new());
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        let folder = document.parent().unwrap();
        let named = mentioned(&text).map(|path| root().join(path.split(':').next().unwrap_or_default()));
        let linked = links(&text).map(|target| folder.join(target));
        for path in named.chain(linked) {
            paths += 1;
            if !path.exists() {
                missing.push(format!("{} mentions {}", document.display(), path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(paths > 100, "only {paths} paths were found: the scan is broken");
}
