//! The parameters: there, encrypted, and such that the functions can use them.

use std::collections::BTreeMap;

use aws::seal::KeyRing;
use aws::secrets::{
    CLIENT_ID, CLIENT_SECRET, PREVIOUS_SIGNING_SECRET, SIGNING_SECRET, SMMRY_API_KEY, TOKEN_KEYS,
};
use aws_config::SdkConfig;
use aws_sdk_ssm::types::{Parameter, ParameterType};
use secrecy::SecretString;

use super::Place;
use super::report::Report;
use crate::secrets::{Form, look_at};
use crate::trouble::Trouble;

/// Each, what it must look like, and whether there must be one.
const PARAMETERS: [(&str, Form, bool); 6] = [
    (CLIENT_ID, Form::ClientId, true),
    (CLIENT_SECRET, Form::Secret, true),
    (SIGNING_SECRET, Form::Secret, true),
    (TOKEN_KEYS, Form::Any, true),
    (PREVIOUS_SIGNING_SECRET, Form::Secret, false),
    (SMMRY_API_KEY, Form::Any, false),
];

/// What later checks need.
#[derive(Default)]
pub(super) struct Secrets {
    pub(super) signing: Option<SecretString>,
    pub(super) keys_are_right: bool,
}

pub(super) async fn check(config: &SdkConfig, place: &Place, report: &mut Report) -> Secrets {
    let mut secrets = Secrets::default();
    let full = |name: &str| format!("{}/{name}", place.prefix);
    let names = PARAMETERS.iter().map(|(name, ..)| full(name)).collect();
    let asked = aws::clients::ssm(config).get_parameters().set_names(Some(names)).with_decryption(true);
    let answer = match asked.send().await {
        Ok(answer) => answer,
        Err(error) => {
            report.wrong("parameters", &Trouble::of(&error, "ssm:GetParameters"));
            return secrets;
        }
    };
    let found = answer.parameters.unwrap_or_default().into_iter();
    let mut found: BTreeMap<String, Parameter> =
        found.filter_map(|one| Some((one.name.clone()?, one))).collect();
    for (name, form, is_needed) in PARAMETERS {
        let check = format!("parameter {name}");
        let Some(parameter) = found.remove(&full(name)) else {
            if is_needed {
                report.wrong(&check, &Trouble::new(format!("there is no {}", full(name)), place.secrets()));
            }
            continue;
        };
        let is_secure = parameter.r#type == Some(ParameterType::SecureString);
        let value = SecretString::from(parameter.value.unwrap_or_default());
        let looked = looked_at(name, is_secure, &value, form, place);
        secrets.keys_are_right |= name == TOKEN_KEYS && looked.is_ok();
        if name == SIGNING_SECRET && looked.is_ok() {
            secrets.signing = Some(value);
        }
        report.either(&check, looked);
    }
    secrets
}

fn looked_at(
    name: &str,
    is_secure: bool,
    value: &SecretString,
    form: Form,
    place: &Place,
) -> Result<String, Trouble> {
    let cure = match name {
        PREVIOUS_SIGNING_SECRET => format!("cargo admin secrets forget-previous --stage {}", place.stage),
        TOKEN_KEYS => format!(
            "put the last good one back: aws ssm get-parameter-history --with-decryption --name {}/{name}",
            place.prefix
        ),
        SMMRY_API_KEY => format!(
            "write it anew: aws ssm put-parameter --type SecureString --overwrite --name {}/{name} \
             --value file:///dev/stdin",
            place.prefix
        ),
        _ => place.secrets(),
    };
    // Nothing changes the type of a parameter that is there.
    let anew = |cure: &str| format!("aws ssm delete-parameter --name {}/{name}, then {cure}", place.prefix);
    if !is_secure {
        return Err(Trouble::new("it is no SecureString: its value lies open", anew(&cure)));
    }
    look_at(value, form).map_err(|why| Trouble::new(format!("its value {why}"), cure.clone()))?;
    match name {
        TOKEN_KEYS => {
            let ring = KeyRing::parse(value).map_err(|error| Trouble::new(error.to_string(), cure))?;
            Ok(format!("a SecureString; tokens are sealed with {}", ring.current_id()))
        }
        PREVIOUS_SIGNING_SECRET => Ok(format!("a SecureString, until {cure}")),
        _ => Ok("a SecureString".to_owned()),
    }
}
