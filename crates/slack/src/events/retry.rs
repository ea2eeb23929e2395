//! The headers that tell of an earlier attempt at the same delivery.

/// The header with the number of the repetition, 1 to 3.
///
/// <https://docs.slack.dev/apis/events-api#retries>
pub const RETRY_NUMBER_HEADER: &str = "x-slack-retry-num";

/// The header with the reason for it.
pub const RETRY_REASON_HEADER: &str = "x-slack-retry-reason";

/// Reasons are short words; what is longer is no reason.
const MAX_REASON: usize = 64;

/// Slack delivers an event again. For logs and counts only: the first copy may
/// never have arrived, so a repetition must not be dropped for being one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Which repetition this is, from 1.
    pub number: u32,
    /// Why, in Slack's word: `http_timeout`, `http_error`, `connection_failed`,
    /// `too_many_redirects`, `ssl_error`, `unknown_error`.
    pub reason: Option<String>,
}

impl Retry {
    /// Reads the values of the two headers; `None` for a first delivery.
    pub fn from_headers(number: Option<&str>, reason: Option<&str>) -> Option<Self> {
        let number = number?.trim().parse().ok().filter(|number| *number > 0)?;
        let reason = reason.filter(|reason| (1..=MAX_REASON).contains(&reason.len())).map(str::to_owned);
        Some(Self { number, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_delivery_is_no_retry() {
        for number in [None, Some(""), Some("0"), Some("-1"), Some("one")] {
            assert_eq!(Retry::from_headers(number, Some("http_timeout")), None, "{number:?}");
        }
        assert_eq!(
            Retry::from_headers(Some("2"), Some("http_timeout")),
            Some(Retry { number: 2, reason: Some("http_timeout".to_owned()) })
        );
        assert_eq!(Retry::from_headers(Some("3"), None), Some(Retry { number: 3, reason: None }));
    }
}
