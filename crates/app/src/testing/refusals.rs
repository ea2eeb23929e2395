//! What was refused, as the log counts it.

use super::Recorder;

impl Recorder {
    /// The kinds of refusals that were counted, in their order.
    pub(crate) fn refusals(&self) -> Vec<String> {
        let text = self.text();
        let counted = text.lines().filter(|line| line.contains("refusals=1"));
        let kinds = counted.filter_map(|line| line.split_once("kind=\"")?.1.split_once('"'));
        kinds.map(|(kind, _)| kind.to_owned()).collect()
    }
}
