//! The files of `events/`, and what is in them.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::time::Millis;
use serde_json::Value;
use slack::signature::{SignatureError, SignatureHeaders, TIMESTAMP_HEADER, Verifier};

use crate::root;

/// What the samples are signed with, as `events/README.md` says.
const SAMPLE_SECRET: &str = "sample-signing-secret";

/// One file of `events/`.
pub(crate) struct Sample {
    pub(crate) file: String,
    pub(crate) function: String,
    pub(crate) case: String,
    pub(crate) event: Value,
}

impl Sample {
    pub(crate) fn text(&self, pointer: &str) -> &str {
        let found = self.event.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("{} has no text at {pointer}", self.file))
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        let text = self.event.get("body").and_then(Value::as_str).unwrap_or_default();
        match self.event.get("isBase64Encoded").and_then(Value::as_bool) {
            Some(true) => STANDARD.decode(text).unwrap(),
            Some(false) => text.as_bytes().to_vec(),
            None => panic!("{} does not say whether its body is base64", self.file),
        }
    }

    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let headers = self.event.get("headers").and_then(Value::as_object).unwrap();
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap().as_bytes()))
    }

    /// Whether Slack's signature holds at the sample's own time, or at `now`.
    pub(crate) fn signed(&self, now: Option<Millis>) -> Result<(), SignatureError> {
        let timestamp = self.headers().find(|(name, _)| *name == TIMESTAMP_HEADER);
        let seconds = timestamp.and_then(|(_, value)| std::str::from_utf8(value).unwrap().parse().ok());
        let own = Millis::from_secs(seconds.unwrap_or_default());
        let verifier = Verifier::new(vec![SAMPLE_SECRET.into()]).unwrap();
        verifier.verify(&SignatureHeaders::from_pairs(self.headers()), &self.body(), now.unwrap_or(own))
    }
}

/// All samples: `<function>.<case>.json`.
pub(crate) fn samples() -> Vec<Sample> {
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

pub(crate) fn samples_of(function: &str) -> Vec<Sample> {
    samples().into_iter().filter(|sample| sample.function == function).collect()
}

/// The text in the sample of this function and case.
pub(crate) fn sample(function: &str, case: &str) -> Sample {
    let found = samples_of(function).into_iter().find(|sample| sample.case == case);
    found.unwrap_or_else(|| panic!("there is no events/{function}.{case}.json"))
}
