//! Modals: `views.open`, `views.update`.

use domain::ids::{TriggerId, ViewId};
use secrecy::SecretString;
use serde_json::json;

use super::{ApiError, Body, Call, Caller, Client, Repeat};
use crate::blocks::Modal;
use crate::lenient;

/// Why Slack opens nothing for a trigger. The last two are what its guides call
/// the first two.
const TRIGGER: [&str; 5] = [
    "expired_trigger_id",
    "exchanged_trigger_id",
    "invalid_trigger_id",
    "trigger_expired",
    "trigger_exchanged",
];

/// A modal that was not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The trigger is no good any more, by Slack's word for it: more than three
    /// seconds have passed, or it was used. Whoever clicks again has a new one.
    #[error("Slack opens no modal for this trigger: {0}")]
    Trigger(String),
    /// The call failed like any other. [`ApiError::Unclear`] if the modal may
    /// stand open.
    #[error(transparent)]
    Api(#[from] ApiError),
}

impl Client {
    /// Opens `modal` for whoever made `trigger`, which lives for three seconds and
    /// opens one.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open_view(
        &self,
        token: &SecretString,
        trigger: &TriggerId,
        modal: &Modal,
    ) -> Result<Option<ViewId>, OpenError> {
        let call = Call {
            method: "views.open",
            caller: Caller::Token(token),
            body: Body::Json(json!({"trigger_id": trigger, "view": modal})),
            repeat: Repeat::Never,
        };
        match self.call(&call).await {
            Ok(answer) => {
                let view = lenient::object(&answer.body, "view").and_then(|view| lenient::id(view, "id"));
                Ok(view.map(ViewId::new))
            }
            Err(ApiError::Refused { code, .. }) if TRIGGER.contains(&code.as_str()) => {
                Err(OpenError::Trigger(code))
            }
            Err(error) => Err(OpenError::Api(error)),
        }
    }

    /// Puts `modal` in the place of `view`, which stands open.
    ///
    /// <https://docs.slack.dev/reference/methods/views.update>
    ///
    /// # Errors
    /// [`ApiError::NoAccess`] if it does not stand open any more.
    pub async fn update_view(
        &self,
        token: &SecretString,
        view: &ViewId,
        modal: &Modal,
    ) -> Result<(), ApiError> {
        let call = Call {
            method: "views.update",
            caller: Caller::Token(token),
            body: Body::Json(json!({"view_id": view, "view": modal})),
            repeat: Repeat::Harmless,
        };
        self.call(&call).await.map(drop)
    }
}
