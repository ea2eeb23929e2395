//! `template.yaml` and `serverless.yml` make the same stack: whichever tool somebody
//! likes, the functions are the same and may do the same.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_push_string,
    reason = "a panic here is a failed test"
)]

mod conditions;
mod fields;
mod form;
mod sam;
mod serverless;
mod spots;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use devkit::template;
use serde_json::{Value, json};

use fields::Read;
use form::Place;

/// Where both are compared: a stage that has a stack name of its own, and one that has not.
const PLACES: [Place; 2] =
    [Place { stage: "prod", stack: "bellhop" }, Place { stage: "dev", stack: "bellhop-dev" }];

/// How SAM asks for what is no parameter of CloudFormation elsewhere is its own matter.
const SAM_ONLY: [&str; 3] = [
    "/Parameters/Architecture/Description",
    "/Parameters/LogRetentionDays/Description",
    "/Parameters/LogRetentionDays/AllowedValues",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn document(file: &str) -> Value {
    template::parse(&std::fs::read_to_string(root().join(file)).unwrap()).unwrap()
}

type Reader = fn(&Value, Place) -> Read<Value>;

fn everywhere(reader: Reader, document: &Value) -> Vec<Read<Value>> {
    PLACES.into_iter().map(|place| reader(document, place)).collect()
}

/// What somebody would be told: the differences, or what one of the readers makes of it.
fn differences(sam: &[Read<Value>], serverless: &[Read<Value>]) -> Vec<String> {
    let mut found = Vec::new();
    for (sam, serverless) in sam.iter().zip(serverless) {
        match (sam, serverless) {
            (Ok(sam), Ok(serverless)) => form::differences(sam, serverless, "stack", &mut found),
            (sam, serverless) => {
                found.extend([sam, serverless].into_iter().filter_map(|read| read.as_ref().err()).cloned());
            }
        }
    }
    found
}

#[test]
fn both_templates_make_the_same_stack() {
    let sam = everywhere(sam::read, &document("template.yaml"));
    let serverless = everywhere(serverless::read, &document("serverless.yml"));
    let found = differences(&sam, &serverless);
    assert!(found.is_empty(), "{found:#?}");
    let stack = sam[0].as_ref().unwrap();
    assert_eq!(stack["functions"].as_object().unwrap().len(), 8);
    assert_eq!(stack["functions"]["Sweeper"]["name"], "bellhop-sweeper");
    assert_eq!(stack["functions"]["Sweeper"]["schedules"], json!(["rate(1 minute)"]));
    assert_eq!(stack["functions"]["Events"]["routes"], json!(["POST /slack/events"]));
}

/// Tries everything that can be missing or be something else in one of them.
fn every_change_is_noticed(file: &str, kinds: &[(&str, usize)], ours: Reader, other: &[Read<Value>]) {
    let document = document(file);
    let mut unnoticed = Vec::new();
    let spots = spots::all(&document);
    for (kind, least) in kinds {
        let count = spots.iter().filter(|spot| spot.contains(kind)).count();
        assert!(count >= *least, "{file} has only {count} of {kind}");
    }
    for spot in &spots {
        let own = file == "template.yaml" && SAM_ONLY.iter().any(|own| spot.starts_with(own));
        let missing =
            Some(spots::without(&document, spot)).filter(|_| !own || SAM_ONLY.contains(&spot.as_str()));
        let another = spots::with_another(&document, spot).filter(|_| !own);
        for changed in [missing, another].into_iter().flatten() {
            let noticed = PLACES.into_iter().zip(other).any(|(place, other)| {
                !differences(&[ours(&changed, place)], std::slice::from_ref(other)).is_empty()
            });
            if !noticed {
                unnoticed.push(spot);
            }
        }
    }
    assert!(unnoticed.is_empty(), "nobody notices a change to {unnoticed:#?} of {file}");
}

#[test]
fn whatever_changes_in_the_template_of_sam_is_noticed() {
    let other = everywhere(serverless::read, &document("serverless.yml"));
    let kinds = [("/Action", 60), ("/Variables/", 50), ("/Events/", 20), ("/KeySchema/", 20)];
    every_change_is_noticed("template.yaml", &kinds, sam::read, &other);
}

#[test]
fn whatever_changes_in_the_template_of_serverless_is_noticed() {
    let other = everywhere(sam::read, &document("template.yaml"));
    let kinds = [("/Action", 60), ("/environment/", 50), ("/events/", 15), ("/KeySchema/", 20)];
    every_change_is_noticed("serverless.yml", &kinds, serverless::read, &other);
}

#[cfg(unix)]
#[test]
fn each_zip_of_serverless_is_the_one_that_cargo_lambda_makes() {
    let serverless = document("serverless.yml");
    let functions = serverless["functions"].as_object().unwrap();
    for (name, function) in functions {
        let artifact = function["package"]["artifact"].as_str().unwrap();
        assert_eq!(artifact, format!("zips/{name}.zip"));
        let link = std::fs::read_link(root().join(artifact)).unwrap();
        assert_eq!(link, Path::new(&format!("../target/lambda/{name}/bootstrap.zip")));
    }
    assert_eq!(std::fs::read_dir(root().join("zips")).unwrap().count(), functions.len());
}

#[test]
fn cargo_lambda_builds_and_deploys_the_functions_without_flags() {
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .unwrap();
    let functions = document("template.yaml");
    let functions = functions["Resources"].as_object().unwrap().iter();
    let functions: BTreeSet<String> = functions
        .filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function")
        .map(|(id, _)| id.to_lowercase())
        .collect();
    let built = metadata.workspace_default_packages();
    let built: BTreeSet<String> = built
        .iter()
        .flat_map(|package| &package.targets)
        .filter(|target| target.is_bin())
        .map(|target| target.name.clone())
        .collect();
    assert_eq!(built, functions, "what `cargo lambda build` makes zips of");
    let deployed = metadata.workspace_metadata["lambda"]["bin"].as_object().unwrap();
    let expected = functions.iter().map(|name| (format!("bellhop-{name}"), name));
    for (function, binary) in expected {
        assert_eq!(deployed[&function], json!({"deploy": {"binary_name": binary}}));
    }
    assert_eq!(deployed.len(), functions.len());
}
