//! Which version runs: each function is invoked and asked, and so it also shows that it starts.

use std::collections::BTreeMap;

use aws::glue::version::{self, Told, VERSION};
use aws_config::SdkConfig;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;

use super::report::Report;
use super::{Environments, Place};
use crate::trouble::Trouble;

/// Asks each function that is there.
pub(super) async fn check(
    config: &SdkConfig,
    place: &Place,
    environments: &Environments,
    report: &mut Report,
) {
    let client = aws::clients::lambda(config);
    let mut versions = BTreeMap::new();
    for name in environments.keys().copied() {
        match ask(&client, place, name).await {
            Ok(version) => {
                report.ok(&format!("start of {name}"), &format!("it answers, version {version}"));
                versions.insert(name, version);
            }
            Err(trouble) => report.wrong(&format!("start of {name}"), &trouble),
        }
    }
    if !versions.is_empty() {
        report.either("versions", compare(&versions, VERSION, place));
    }
}

async fn ask(client: &Client, place: &Place, name: &str) -> Result<String, Trouble> {
    let payload = Blob::new(version::question().to_string());
    let asked = client.invoke().function_name(place.function(name)).payload(payload).send().await;
    let answer = asked.map_err(|error| Trouble::of(&error, "lambda:InvokeFunction"))?;
    if let Some(error) = answer.function_error() {
        return Err(Trouble::new(format!("it does not start, or fails ({error})"), place.logs(name)));
    }
    let told: Option<Told> =
        answer.payload().and_then(|payload| serde_json::from_slice(payload.as_ref()).ok());
    let told =
        told.ok_or_else(|| Trouble::new("it does not know its version: its code is older", place.deploy()))?;
    Ok(told.version)
}

/// Whether all run one version, which is also this program's.
fn compare(versions: &BTreeMap<&str, String>, own: &str, place: &Place) -> Result<String, Trouble> {
    let others: Vec<String> = versions
        .iter()
        .filter(|(_, version)| *version != own)
        .map(|(name, version)| format!("{name} runs {version}"))
        .collect();
    if others.is_empty() {
        return Ok(format!("{} run {own}, as this program", versions.len()));
    }
    Err(Trouble::new(format!("{}; this program is {own}", others.join(", ")), place.deploy()))
}

#[cfg(test)]
mod tests {
    use super::super::maker::Maker;
    use super::*;

    #[test]
    fn a_function_of_another_version_is_named() {
        let place =
            Place { stack: "b".into(), stage: "s".into(), prefix: "/bellhop/s".into(), maker: Maker::Sam };
        let versions = |text: &str| BTreeMap::from([("ec2", "0.2.0".to_owned()), ("text", text.to_owned())]);
        assert_eq!(compare(&versions("0.2.0"), "0.2.0", &place).unwrap(), "2 run 0.2.0, as this program");
        let trouble = compare(&versions("0.1.0"), "0.2.0", &place).unwrap_err();
        assert_eq!(trouble.what, "text runs 0.1.0; this program is 0.2.0");
        assert_eq!(trouble.cure, "sam build && sam deploy --stack-name b");
        assert!(compare(&versions("0.2.0"), "0.1.0", &place).is_err());
    }
}
