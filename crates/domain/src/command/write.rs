//! A command as text again, for what people can click instead of type.
//!
//! Nothing here is trusted to be the inverse of reading: the text is read
//! back, and one that does not say exactly the same is not given out. So what
//! has no words here (a time, say) is never lost on the way.

use super::{AccountRef, Command, Filter, Parsed, Regions, Target, parse, pattern};
use crate::ids::Region;

impl Command {
    /// What somebody may type to say exactly this; `None` if that cannot be
    /// said. Plain text: whatever carries it back to [`parse`] has to escape it
    /// as Slack would.
    pub fn written(&self) -> Option<String> {
        // Quotation marks only where a name needs them, as people do.
        ["", "\"", "'"].into_iter().map(|mark| self.with_names_in(mark)).find(|text| self.is_said_by(text))
    }

    /// The text of the same command for `target` instead of the one target that
    /// it names; `None` if it names several or none, or if that cannot be said.
    pub fn with_target(&self, target: Target) -> Option<String> {
        let is_single = self.targets.len() == 1;
        is_single.then(|| Self { targets: vec![target], ..self.clone() })?.written()
    }

    fn with_names_in(&self, mark: &str) -> String {
        let mut words = vec![self.verb.to_string()];
        words.extend(self.targets.iter().map(|target| match target {
            Target::Name(name) => format!("{mark}{name}{mark}"),
            Target::Pattern(pattern) => pattern::unmistakable(pattern),
            target => target.to_string(),
        }));
        words.extend(self.filters.iter().map(|filter| {
            Filter { value: pattern::unmistakable(&filter.value), ..filter.clone() }.to_string()
        }));
        words.extend(self.states.iter().map(ToString::to_string));
        words.extend(self.regions.as_ref().map(|regions| match regions {
            Regions::All => "in all".to_owned(),
            Regions::These(regions) => {
                let names: Vec<&str> = regions.iter().map(Region::as_str).collect();
                format!("in {}", names.join(","))
            }
        }));
        words.extend(self.account.as_ref().map(|account| match account {
            AccountRef::All => "for all".to_owned(),
            AccountRef::Id(id) => format!("for {id}"),
            AccountRef::Alias(alias) => format!("for {alias}"),
        }));
        words.extend(self.flags.given().map(|flag| flag.as_str().to_owned()));
        // Within the marks the reason stays as it is, whatever marks are in it.
        words.extend(self.reason.as_ref().map(|reason| format!("because \"{reason}\"")));
        words.join(" ")
    }

    fn is_said_by(&self, text: &str) -> bool {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        matches!(parse(&escaped, None), Parsed::Command(read) if read == *self)
    }
}
