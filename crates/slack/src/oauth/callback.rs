//! What the browser brings back from Slack.

use secrecy::SecretString;

/// How the person decided.
#[derive(Clone, Debug)]
pub enum Callback {
    /// They allowed the app.
    Allowed {
        /// Good for one exchange within ten minutes.
        code: SecretString,
        /// The state that was sent along.
        state: String,
    },
    /// They did not, or could not.
    Denied {
        /// Slack's word for it (`access_denied`).
        error: String,
        /// The state that was sent along.
        state: Option<String>,
    },
}

/// Why a query is not one of Slack's callbacks. It names the key, never a
/// value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// A key is there twice, so nobody can say which value counts.
    #[error("{0} is there more than once")]
    Repeated(&'static str),
    /// Neither a code nor an error came.
    #[error("there is neither a code nor an error")]
    Empty,
    /// Both came.
    #[error("there are both a code and an error")]
    Contradiction,
    /// A code without a state: an installation that began in Slack's own pages,
    /// or a forgery. It must begin again with us.
    #[error("there is no state")]
    NoState,
}

/// Reads the query of the redirect, without its `?`.
pub fn parse_callback_query(query: &str) -> Result<Callback, CallbackError> {
    let code = only(query, "code")?;
    let error = only(query, "error")?;
    let state = only(query, "state")?;
    match (code, error) {
        (Some(code), None) => {
            Ok(Callback::Allowed { code: code.into(), state: state.ok_or(CallbackError::NoState)? })
        }
        (None, Some(error)) => Ok(Callback::Denied { error, state }),
        (Some(_), Some(_)) => Err(CallbackError::Contradiction),
        (None, None) => Err(CallbackError::Empty),
    }
}

/// The state in the query of the redirect, whatever else is in it; none if there is
/// none, or more than one.
pub fn callback_state(query: &str) -> Option<String> {
    only(query, "state").ok().flatten()
}

/// The value of `key`; an empty one is none.
fn only(query: &str, key: &'static str) -> Result<Option<String>, CallbackError> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let mut values = pairs.filter(|(name, _)| name == key).map(|(_, value)| value.into_owned());
    let first = values.next();
    match values.next() {
        Some(_) => Err(CallbackError::Repeated(key)),
        None => Ok(first.filter(|value| !value.is_empty())),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn shown(query: &str) -> String {
        match parse_callback_query(query) {
            Ok(Callback::Allowed { code, state }) => format!("{} {state}", code.expose_secret()),
            Ok(Callback::Denied { error, state }) => format!("denied: {error} {state:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn each_key_counts_once() {
        for (query, expected) in [
            ("code=1.2&state=abc", "1.2 abc"),
            ("state=a%26b&code=c%2Bd&future=1&future=2", "c+d a&b"),
            ("error=access_denied&state=abc", "denied: access_denied Some(\"abc\")"),
            ("error=access_denied", "denied: access_denied None"),
            ("code=1", "there is no state"),
            ("code=1&state=", "there is no state"),
            ("", "there is neither a code nor an error"),
            ("state=abc", "there is neither a code nor an error"),
            ("code=&state=abc", "there is neither a code nor an error"),
            ("code=1&code=2&state=abc", "code is there more than once"),
            ("code=1&%63ode=1&state=abc", "code is there more than once"),
            ("code=1&state=a&state=", "state is there more than once"),
            ("error=a&error=b", "error is there more than once"),
            ("code=1&error=x&state=abc", "there are both a code and an error"),
            ("%FF&&==&=code", "there is neither a code nor an error"),
        ] {
            assert_eq!(shown(query), expected, "{query}");
        }
    }

    #[test]
    fn a_code_is_not_printed() {
        let callback = parse_callback_query("code=very-secret&state=abc").unwrap();
        assert!(!format!("{callback:?}").contains("very-secret"));
    }
}
