//! What the AWS front asks of whoever plays EC2 and STS.
//!
//! Both speak the AWS Query protocol: a form in, XML out. The front has decoded
//! the form and says which function's own key signed it. Every other key is the
//! fleet's to judge: only it knows the keys that `AssumeRole` handed out, so it
//! must refuse those it does not know. The front checks their signatures; whether
//! the token is right and still good, and what the session may do, the fleet says.

use async_trait::async_trait;
use serde_json::Value;

use super::BusEvent;

/// Plays EC2 and STS: answers one Query call at a time.
#[async_trait]
pub trait Ec2Api: Send + Sync {
    /// Answers one call. A refusal is an answer too, with its own status and XML.
    async fn call(&self, call: QueryCall) -> QueryAnswer;

    /// The secret of an access key that `AssumeRole` handed out: the front checks
    /// the signature with it. Nothing for any other key.
    fn secret(&self, _access_key: &str) -> Option<String> {
        None
    }

    /// Takes what happened since the last time.
    fn take_events(&self) -> Vec<BusEvent> {
        Vec::new()
    }

    /// Waits until there is something to take.
    async fn events_due(&self) {
        std::future::pending::<()>().await;
    }
}

/// One decoded call to EC2 or STS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryCall {
    /// `ec2` or `sts`, from the credential scope.
    pub service: String,
    /// The region of the credential scope.
    pub region: String,
    /// The decoded form, in order, `Action` and `Version` included.
    pub params: Vec<(String, String)>,
    /// The access key that signed the call.
    pub access_key: String,
    /// The session token that came with it.
    pub session_token: Option<String>,
    /// The logical id of the calling function, when the key is one of its processes' own.
    /// `None` for any other key: one of an assumed role, or one that nobody handed out.
    pub function: Option<String>,
    /// The account of the calling function; empty without one.
    pub account: String,
    /// The calling function's role (`<stack>-<logical id>Role`); empty without one.
    pub role_name: String,
    /// The statements of that role. EC2 calls are judged by them, because only the fleet
    /// knows the condition keys of instances; `None` if everything is allowed.
    pub statements: Option<Vec<Value>>,
}

impl QueryCall {
    /// The first value of the named parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The `Action` parameter, or nothing.
    pub fn action(&self) -> &str {
        self.param("Action").unwrap_or_default()
    }
}

/// What the caller gets back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The XML document.
    pub body: String,
}
