//! SSM Parameter Store, written to.

use aws_config::SdkConfig;
use aws_sdk_ssm::Client;
use aws_sdk_ssm::operation::delete_parameter::DeleteParameterError;
use aws_sdk_ssm::operation::get_parameter::GetParameterError;
use aws_sdk_ssm::operation::put_parameter::PutParameterError;
use aws_sdk_ssm::types::ParameterType;
use secrecy::{ExposeSecret as _, SecretString};

use crate::trouble::Trouble;

/// The parameters of one stage.
pub(super) struct Store {
    client: Client,
    prefix: String,
}

/// A parameter that is there.
pub(super) struct Held {
    pub(super) value: SecretString,
    /// When it was written, in milliseconds since 1970.
    pub(super) modified_ms: u64,
}

/// Whether what is there may be replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Overwrite {
    Yes,
    No,
}

/// What came of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    New,
    Replaced,
    /// There is one, and it was to stay.
    NotOverwritten,
}

impl Store {
    pub(super) fn new(config: &SdkConfig, prefix: &str) -> Self {
        Self { client: aws::clients::ssm(config), prefix: prefix.to_owned() }
    }

    pub(super) fn full_name(&self, name: &str) -> String {
        format!("{}/{name}", self.prefix)
    }

    pub(super) async fn get(&self, name: &str) -> Result<Option<Held>, Trouble> {
        let asked = self.client.get_parameter().name(self.full_name(name)).with_decryption(true).send().await;
        let answer = match asked {
            Ok(answer) => answer,
            Err(error) if error.as_service_error().is_some_and(GetParameterError::is_parameter_not_found) => {
                return Ok(None);
            }
            Err(error) => return Err(Trouble::of(&error, "ssm:GetParameter")),
        };
        Ok(answer.parameter.and_then(|found| {
            let modified = found.last_modified_date.and_then(|at| at.to_millis().ok()).unwrap_or(0);
            Some(Held {
                value: SecretString::from(found.value?),
                modified_ms: u64::try_from(modified).unwrap_or(0),
            })
        }))
    }

    pub(super) async fn put(
        &self,
        name: &str,
        value: &SecretString,
        overwrite: Overwrite,
    ) -> Result<Written, Trouble> {
        let asked = self
            .client
            .put_parameter()
            .name(self.full_name(name))
            .value(value.expose_secret())
            .r#type(ParameterType::SecureString)
            .overwrite(overwrite == Overwrite::Yes)
            .send()
            .await;
        match asked {
            Ok(answer) if answer.version > 1 => Ok(Written::Replaced),
            Ok(_) => Ok(Written::New),
            Err(error)
                if error.as_service_error().is_some_and(PutParameterError::is_parameter_already_exists) =>
            {
                Ok(Written::NotOverwritten)
            }
            Err(error) => Err(Trouble::of(&error, "ssm:PutParameter")),
        }
    }

    /// Whether there was one.
    pub(super) async fn delete(&self, name: &str) -> Result<bool, Trouble> {
        let asked = self.client.delete_parameter().name(self.full_name(name)).send().await;
        match asked {
            Ok(_) => Ok(true),
            Err(error)
                if error.as_service_error().is_some_and(DeleteParameterError::is_parameter_not_found) =>
            {
                Ok(false)
            }
            Err(error) => Err(Trouble::of(&error, "ssm:DeleteParameter")),
        }
    }
}
