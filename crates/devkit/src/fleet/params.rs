//! Reads the form of an EC2 Query call: flags, numbers and numbered lists.

use domain::ids::InstanceId;

use super::refusal::Refusal;

/// How many filter values one call may have, over all its filters.
const MOST_FILTER_VALUES: usize = 200;

/// What every action takes.
const COMMON: [&str; 3] = ["Action", "Version", "DryRun"];

/// The parameters of one call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Params<'a>(pub(super) &'a [(String, String)]);

/// One filter as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawFilter<'a> {
    pub(super) name: &'a str,
    pub(super) values: Vec<&'a str>,
}

impl<'a> Params<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Refuses a parameter that the action does not take. A name in `known`
    /// that ends in a dot allows what is numbered below it.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        let takes = |key: &str| {
            COMMON.contains(&key)
                || known
                    .iter()
                    .any(|name| if name.ends_with('.') { key.starts_with(name) } else { key == *name })
        };
        match self.0.iter().find(|(key, _)| !takes(key)) {
            Some((key, _)) => Err(Refusal::unknown_parameter(key)),
            None => Ok(()),
        }
    }

    /// A yes or no; no when it was not sent.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(Refusal::invalid_value(format!(
                "Invalid value '{other}' for {name}. Expecting 'true' or 'false'"
            ))),
        }
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, Refusal> {
        self.get(name)
            .map(|text| {
                text.parse().map_err(|_| {
                    Refusal::invalid_value(format!(
                        "Value ( {text} ) for parameter {name} is invalid. Expecting a number."
                    ))
                })
            })
            .transpose()
    }

    /// `prefix1`, `prefix2`, … in the order of their numbers.
    pub(super) fn list(&self, prefix: &str) -> Result<Vec<&'a str>, Refusal> {
        let mut found = Vec::new();
        for (key, value) in self.0 {
            if let Some(number) = key.strip_prefix(prefix) {
                let number: u32 = number.parse().map_err(|_| Refusal::unknown_parameter(key))?;
                found.push((number, value.as_str()));
            }
        }
        found.sort_by_key(|(number, _)| *number);
        Ok(found.into_iter().map(|(_, value)| value).collect())
    }

    /// The instance ids, each of the right form and once: a list, or the only one.
    pub(super) fn instance_ids(&self) -> Result<Vec<InstanceId>, Refusal> {
        let mut ids = Vec::new();
        for text in self.get("InstanceId").into_iter().chain(self.list("InstanceId.")?) {
            // EC2 writes ids in lower case and takes them in no other.
            let id = InstanceId::parse(text)
                .filter(|id| id.as_str() == text)
                .ok_or_else(|| Refusal::malformed_id(text))?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// The filters: `Filter.N.Name` with its `Filter.N.Value.M`.
    pub(super) fn filters(&self) -> Result<Vec<RawFilter<'a>>, Refusal> {
        let mut numbers = Vec::new();
        for (key, _) in self.0 {
            if let Some((number, _)) = key.strip_prefix("Filter.").and_then(|rest| rest.split_once('.')) {
                let number: u32 = number.parse().map_err(|_| Refusal::unknown_parameter(key))?;
                numbers.push(number);
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        let mut filters = Vec::new();
        for number in numbers {
            let name = self
                .get(&format!("Filter.{number}.Name"))
                .ok_or_else(|| Refusal::invalid_value("The filter 'null' is invalid"))?;
            let values = self.list(&format!("Filter.{number}.Value."))?;
            filters.push(RawFilter { name, values });
        }
        if filters.iter().map(|filter| filter.values.len()).sum::<usize>() > MOST_FILTER_VALUES {
            return Err(Refusal::client(
                "FilterLimitExceeded",
                format!(
                    "The maximum number of filter values specified on a single call is {MOST_FILTER_VALUES}"
                ),
            ));
        }
        Ok(filters)
    }
}
