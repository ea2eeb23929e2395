//! Requests from this machine to the deployment and to Slack.

use std::time::Duration;

use app::ports::Clock as _;
use aws::glue::SystemClock;
use bytes::Bytes;
use http::{Method, Request, Response};
use slack::web::{HttpsTransport, Transport as _, TransportError};

use crate::trouble::shown;

/// A connection, and an answer: longer than a cold start takes.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(20);

/// How far two clocks may be apart: Slack's requests are let in for five minutes.
const MOST_SKEW_S: u64 = 60;

/// Sends requests.
pub(super) struct Sender(HttpsTransport);

impl Sender {
    pub(super) fn new() -> anyhow::Result<Self> {
        Ok(Self(HttpsTransport::new(CONNECT)?))
    }

    /// What came back, or why nothing did.
    pub(super) async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, String)],
        body: &str,
    ) -> Result<Response<Bytes>, String> {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Bytes::from(body.to_owned())).map_err(|error| error.to_string())?;
        match tokio::time::timeout(ANSWER, self.0.send(request)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(TransportError::Connect(error) | TransportError::Other(error))) => {
                let mut words = error.to_string();
                if let Some(source) = error.source() {
                    words = format!("{words}: {source}");
                }
                Err(format!("no answer: {}", shown(&words)))
            }
            Err(_) => Err(format!("no answer within {} s", ANSWER.as_secs())),
        }
    }
}

/// How many seconds the sender of an answer that just came is from this machine's clock.
pub(super) fn skew(response: &Response<Bytes>) -> Option<u64> {
    let date = response.headers().get(http::header::DATE)?.to_str().ok()?;
    let theirs = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
    let theirs = u64::try_from(theirs.as_second()).ok()?;
    Some((SystemClock.now().0 / 1_000).abs_diff(theirs))
}

/// Whether that is too much.
pub(super) const fn is_too_far(seconds: u64) -> bool {
    seconds > MOST_SKEW_S
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_read_from_the_date() {
        let dated = |date: &str| Response::builder().header("date", date).body(Bytes::new()).unwrap();
        assert!(is_too_far(skew(&dated("Sun, 06 Nov 1994 08:49:37 GMT")).unwrap()));
        assert_eq!(skew(&dated("yesterday")), None);
        assert!(!is_too_far(60) && is_too_far(61));
    }
}
