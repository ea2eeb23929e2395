//! Pages: `MaxResults` and `NextToken`.
//!
//! A token names the last instance that was listed and what was asked, so that
//! pages neither repeat nor skip when instances come and go between them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::InstanceId;

use super::derive;
use super::params::Params;
use super::refusal::Refusal;

const SMALLEST_PAGE: usize = 5;

/// More may be asked for, and is not given.
const LARGEST_PAGE: usize = 1_000;

/// Which part of the whole list was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    after: Option<InstanceId>,
    size: usize,
    question: u64,
}

impl Page {
    /// Reads the page of a call. Ids and pages exclude each other.
    pub(super) fn read(params: Params<'_>, ids: &[InstanceId]) -> Result<Self, Refusal> {
        for (sent, name) in [("MaxResults", "maxResults"), ("NextToken", "nextToken")] {
            if !ids.is_empty() && params.get(sent).is_some() {
                return Err(Refusal::client(
                    "InvalidParameterCombination",
                    format!("The parameter instancesSet cannot be used with the parameter {name}"),
                ));
            }
        }
        let size = match params.number("MaxResults")? {
            Some(size) if size < SMALLEST_PAGE => {
                return Err(Refusal::invalid_value(format!(
                    "Value ( {size} ) for parameter maxResults is invalid. Expecting a value greater than 5."
                )));
            }
            Some(size) => size.min(LARGEST_PAGE),
            None => LARGEST_PAGE,
        };
        let question = question(params);
        let after = params.get("NextToken").map(|token| open(token, question)).transpose()?;
        Ok(Self { after, size, question })
    }

    /// The part of `all`, which is in the order of ids, and the token for the next.
    pub(super) fn cut<T>(&self, all: Vec<T>, id: impl Fn(&T) -> &InstanceId) -> (Vec<T>, Option<String>) {
        let mut rest: Vec<T> =
            all.into_iter().filter(|item| self.after.as_ref().is_none_or(|after| id(item) > after)).collect();
        if rest.len() <= self.size {
            return (rest, None);
        }
        rest.truncate(self.size);
        let token = rest.last().map(|last| seal(id(last), self.question));
        (rest, token)
    }
}

/// Everything that decides what is in the list.
fn question(params: Params<'_>) -> u64 {
    let asked: Vec<String> = params
        .0
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "MaxResults" | "NextToken" | "Version"))
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    derive::fnv(&asked.join("&"))
}

fn seal(last: &InstanceId, question: u64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{question:016x}{last}"))
}

fn open(token: &str, question: u64) -> Result<InstanceId, Refusal> {
    let refusal = || Refusal::invalid_value(format!("Invalid value '{token}' for nextToken."));
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| refusal())?;
    let text = String::from_utf8(bytes).map_err(|_| refusal())?;
    let id = text.strip_prefix(&format!("{question:016x}")).and_then(InstanceId::parse);
    id.ok_or_else(refusal)
}
