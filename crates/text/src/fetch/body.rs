//! Reading bodies no further than a limit, as they arrive and as they unpack.

use std::io::Read;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http_body_util::BodyExt;
use hyper::body::Body;

use super::exchange::Answer;

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// It is longer than the limit.
    TooBig,
    /// It ends early, or is not what it says.
    Broken,
}

/// The body of `answer`, if it is no longer than `limit`. One that says at the
/// start that it is longer is not read at all.
pub(crate) async fn read(mut answer: Answer, limit: usize) -> Result<Vec<u8>, BodyError> {
    if answer.body.size_hint().lower() > as_u64(limit) {
        return Err(BodyError::TooBig);
    }
    let mut read = Vec::new();
    while let Some(frame) = answer.body.frame().await {
        let data = frame.map_err(|_| BodyError::Broken)?.into_data().unwrap_or_else(|_trailers| Bytes::new());
        if read.len() + data.len() > limit {
            return Err(BodyError::TooBig);
        }
        read.extend_from_slice(&data);
    }
    Ok(read)
}

/// What `packed` unpacks to, if that is no longer than `limit`.
pub(crate) fn gunzip(packed: &[u8], limit: usize) -> Result<Vec<u8>, BodyError> {
    let mut unpacked = Vec::new();
    // One byte more, to tell a page of just that length from a longer one.
    let mut bounded = MultiGzDecoder::new(packed).take(as_u64(limit) + 1);
    bounded.read_to_end(&mut unpacked).map_err(|_| BodyError::Broken)?;
    if unpacked.len() > limit { Err(BodyError::TooBig) } else { Ok(unpacked) }
}

fn as_u64(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
