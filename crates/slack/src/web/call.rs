//! One call of a Web API method, before it is a request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{ApiBase, ApiError};

pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// A call of one method.
pub struct Call<'a> {
    /// The method's name (`chat.postMessage`).
    pub method: &'static str,
    /// Who calls.
    pub caller: Caller<'a>,
    /// The arguments.
    pub body: Body<'a>,
    /// Whether it may be sent again when nobody knows if it ran.
    pub repeat: Repeat,
}

/// Who calls.
#[derive(Clone, Copy)]
pub enum Caller<'a> {
    /// An installation, by its token.
    Token(&'a SecretString),
    /// The app itself, by HTTP Basic (RFC 6749, section 2.3.1).
    App {
        /// The client id.
        id: &'a str,
        /// The client secret.
        secret: &'a SecretString,
    },
}

/// The arguments of a call.
pub enum Body<'a> {
    /// As JSON. Only the methods that document it take this.
    Json(Value),
    /// As a form, which every method takes.
    Form(Vec<(&'a str, &'a str)>),
}

/// Whether running a method twice is the same as running it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It is: reading, or setting something to a value.
    Harmless,
    /// It is not: a second message would be posted.
    Never,
}

impl Call<'_> {
    pub(super) fn request(&self, base: &ApiBase) -> Result<Request<Bytes>, ApiError> {
        let (content_type, body) = match &self.body {
            Body::Json(value) => (JSON, value.to_string()),
            Body::Form(fields) => {
                (FORM, form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
            }
        };
        Request::builder()
            .method(Method::POST)
            .uri(base.method(self.method))
            .header(CONTENT_TYPE, content_type)
            .header(AUTHORIZATION, self.caller.authorization()?)
            .body(Bytes::from(body))
            .map_err(|_| refused("the request's address is invalid"))
    }
}

impl Caller<'_> {
    fn authorization(self) -> Result<HeaderValue, ApiError> {
        let mut value = match self {
            Self::Token(token) => HeaderValue::try_from(format!("Bearer {}", token.expose_secret())),
            Self::App { id, secret } => {
                let pair = STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret.expose_secret())));
                HeaderValue::try_from(format!("Basic {pair}"))
            }
        }
        .map_err(|_| refused("the token has characters that no header can have"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// RFC 6749 wants both halves form-encoded before they are joined.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

pub(super) fn refused(code: &str) -> ApiError {
    ApiError::Refused { code: code.to_owned(), details: Vec::new() }
}
