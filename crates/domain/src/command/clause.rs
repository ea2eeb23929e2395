//! Everything behind the verb. Whatever is not understood refuses the whole
//! command: there is no word that is quietly passed over, except the ones
//! [`words`] lists as adding nothing.

use super::filter::{self, Condition, Filter};
use super::lex::{Token, Word};
use super::place::{self, AccountRef, Regions};
use super::refusal::{Clause, FilterFault, Refusal, excerpt};
use super::target::{self, Reading, Target};
use super::when::{self, Day, Minutes, Moment, When};
use super::{Command, MAX_TARGETS, Verb, pattern, words};
use crate::ids::Region;
use crate::instance::InstanceState;

/// Reads what follows `verb`.
pub(super) fn read(verb: Verb, tokens: &[Token]) -> Result<Command, Refusal> {
    let mut reader = Reader { tokens, at: 0, command: Command::new(verb), either: false, bold: None };
    while let Some(token) = reader.next() {
        match token {
            Token::Word(word) => reader.word(word)?,
            Token::Comma { .. } => {}
            Token::Mention(text) | Token::Unclosed(text) => return Err(Refusal::left_over(text)),
            Token::Reason(reason) => reader.reason(reason)?,
        }
    }
    reader.finish()
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    command: Command,
    /// Whether `or` was said, which only names and states may be joined by.
    either: bool,
    /// The first word that may be bold text rather than a pattern.
    bold: Option<String>,
}

impl<'t> Reader<'t> {
    fn word(&mut self, word: &'t Word) -> Result<(), Refusal> {
        let Some(bare) = word.bare() else { return self.filter_or_target(word) };
        match bare.as_str() {
            "in" => self.regions(),
            "for" => self.account_or_duration(),
            "at" => self.when(Clause::At, Moment::At),
            "until" => self.when(Clause::Until, Moment::Until),
            "and" => self.joins(word),
            "or" if !self.is_change() => {
                self.either = true;
                self.joins(word)
            }
            flag if flag.starts_with("--") => self.flag(flag, word),
            _ => self.plain_word(&bare, word),
        }
    }

    fn plain_word(&mut self, bare: &str, word: &Word) -> Result<(), Refusal> {
        let verb = self.command.verb;
        if let Some(state) = InstanceState::parse(bare) {
            if self.is_change() {
                return Err(Refusal::StateNeedsFind { verb, state });
            }
            push_new(&mut self.command.states, state);
            return Ok(());
        }
        if words::is_noise(bare, self.is_change()) {
            return Ok(());
        }
        if words::is_everything(bare) {
            return Err(Refusal::AllIsNoTarget { verb });
        }
        let is_verb = self.is_change() && Verb::read(bare).is_some();
        if is_verb || words::is_no_name(bare, self.is_change()) {
            return Err(Refusal::left_over(&word.raw));
        }
        self.filter_or_target(word)
    }

    fn filter_or_target(&mut self, word: &Word) -> Result<(), Refusal> {
        match filter::read(word) {
            None => self.target(word),
            Some(condition) => {
                let condition = condition?;
                if filter::looks_bold(word) {
                    self.perhaps_bold(word);
                }
                if matches!(self.peek(), Some(Token::Comma { glued: true })) {
                    return Err(Refusal::broken_filter(&word.raw, FilterFault::ManyValues));
                }
                self.condition(condition)
            }
        }
    }

    fn condition(&mut self, condition: Condition) -> Result<(), Refusal> {
        match condition {
            Condition::Filter(filter) => push_new(&mut self.command.filters, filter),
            Condition::Region(region) => {
                put(&mut self.command.regions, Regions::These(vec![region]), Clause::In)?;
            }
            Condition::Account(account) => put(&mut self.command.account, account, Clause::For)?,
        }
        Ok(())
    }

    fn perhaps_bold(&mut self, word: &Word) {
        if self.is_change() && self.bold.is_none() {
            self.bold = Some(excerpt(&word.raw));
        }
    }

    fn target(&mut self, word: &Word) -> Result<(), Refusal> {
        if let Some(plain) = target::in_bold(word) {
            // No pattern of names is an id or an address.
            if matches!(plain, Target::Id(_) | Target::PrivateIp(_)) {
                push_new(&mut self.command.targets, plain);
                return Ok(());
            }
            self.perhaps_bold(word);
        }
        match target::read(word) {
            Reading::Target(target) => push_new(&mut self.command.targets, target),
            Reading::Everything if self.is_change() => {
                return Err(Refusal::AllIsNoTarget { verb: self.command.verb });
            }
            Reading::Everything => {}
            Reading::Nothing => return Err(Refusal::left_over(&word.raw)),
        }
        Ok(())
    }

    /// `and`, `or`: something has to stand on both sides.
    fn joins(&self, word: &Word) -> Result<(), Refusal> {
        let between = self.at > 1 && matches!(self.peek(), Some(Token::Word(_)));
        if between { Ok(()) } else { Err(Refusal::left_over(&word.raw)) }
    }

    fn flag(&mut self, flag: &str, word: &Word) -> Result<(), Refusal> {
        let flags = &mut self.command.flags;
        let (clause, given) = match flag {
            "--dry-run" => (Clause::DryRun, &mut flags.dry_run),
            "--force" => (Clause::Force, &mut flags.force),
            "--hibernate" => (Clause::Hibernate, &mut flags.hibernate),
            "--new-host" => (Clause::NewHost, &mut flags.new_host),
            "--no-wait" => (Clause::NoWait, &mut flags.no_wait),
            _ => return Err(Refusal::left_over(&word.raw)),
        };
        *given = true;
        self.allow(clause)
    }

    fn regions(&mut self) -> Result<(), Refusal> {
        self.allow(Clause::In)?;
        self.skip(&["region", "regions"]);
        let first = self.operand(Clause::In)?;
        let regions = if first == "all" {
            Regions::All
        } else {
            let mut regions = vec![read_region(&first)?];
            while let Some(next) = self.next_region() {
                push_new(&mut regions, read_region(&next)?);
            }
            Regions::These(regions)
        };
        self.skip(&["region", "regions"]);
        put(&mut self.command.regions, regions, Clause::In)
    }

    /// One more region after a comma or `and`: any word after a glued comma,
    /// else only what has a region's form, for a target may follow as well.
    fn next_region(&mut self) -> Option<String> {
        let (glued, word) = match self.tokens.get(self.at..self.at + 2)? {
            [Token::Comma { glued }, Token::Word(word)] => (*glued, word),
            [Token::Word(and), Token::Word(word)] if and.bare().as_deref() == Some("and") => (false, word),
            _ => return None,
        };
        let bare = word.bare()?;
        (glued || place::is_region_form(&bare)).then(|| {
            self.at += 2;
            bare
        })
    }

    fn account_or_duration(&mut self) -> Result<(), Refusal> {
        self.skip(&["account"]);
        let text = self.operand(Clause::For)?;
        if Minutes::looks_like(&text) {
            self.allow(Clause::Lasting)?;
            let lasting =
                Minutes::parse(&text).ok_or_else(|| Refusal::broken_clause(Clause::Lasting, &text))?;
            return put(&mut self.command.lasting, lasting, Clause::Lasting);
        }
        let account = AccountRef::parse(&text).ok_or_else(|| Refusal::broken_clause(Clause::For, &text))?;
        self.skip(&["account", "accounts"]);
        put(&mut self.command.account, account, Clause::For)
    }

    fn when(&mut self, clause: Clause, moment: Moment) -> Result<(), Refusal> {
        self.allow(clause)?;
        let mut text = self.operand(clause)?;
        let day = Day::parse(&text);
        if day.is_some() {
            text = self.operand(clause)?;
        }
        let (hour, minute) = when::clock(&text).ok_or_else(|| Refusal::broken_clause(clause, &text))?;
        let zone = self.peek_word().map(Word::text).filter(|word| when::is_zone(word));
        self.at += usize::from(zone.is_some());
        put(&mut self.command.when, When { moment, day, hour, minute, zone }, clause)
    }

    fn reason(&mut self, reason: &str) -> Result<(), Refusal> {
        self.allow(Clause::Because)?;
        let inner = reason.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(reason).trim();
        if inner.is_empty() {
            return Err(Refusal::broken_clause(Clause::Because, ""));
        }
        put(&mut self.command.reason, inner.to_owned(), Clause::Because)
    }

    fn finish(self) -> Result<Command, Refusal> {
        let Command { verb, targets, filters, flags, .. } = &self.command;
        let verb = *verb;
        if targets.len() > MAX_TARGETS {
            return Err(Refusal::TooManyTargets { verb, count: targets.len(), limit: MAX_TARGETS });
        }
        if self.either && !filters.is_empty() {
            return Err(Refusal::left_over("or"));
        }
        // Who does not wait until it has stopped cannot start it.
        if flags.new_host && flags.no_wait {
            return Err(Refusal::left_over(Clause::NoWait.as_str()));
        }
        let unnamed = targets.is_empty() && filters.is_empty();
        let wants_all = targets.is_empty() && !filters.iter().any(Filter::is_narrow);
        match verb.is_change() {
            true if unnamed => Err(Refusal::NoTarget { verb }),
            true if wants_all => Err(Refusal::AllIsNoTarget { verb }),
            false if verb == Verb::Check && self.tokens.is_empty() => Err(Refusal::NoTarget { verb }),
            _ => match self.bold {
                Some(word) => {
                    let (plain, pattern) = (without_bold(&self.command).written(), self.command.written());
                    Err(Refusal::PerhapsBold { word, plain, pattern })
                }
                None => Ok(self.command),
            },
        }
    }

    fn is_change(&self) -> bool {
        self.command.verb.is_change()
    }

    fn allow(&self, clause: Clause) -> Result<(), Refusal> {
        let verb = self.command.verb;
        if verb.allows(clause) { Ok(()) } else { Err(Refusal::NotWithVerb { clause, verb }) }
    }

    fn next(&mut self) -> Option<&'t Token> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn peek_word(&self) -> Option<&'t Word> {
        match self.peek() {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// Passes over one of `words`, if it is next.
    fn skip(&mut self, words: &[&str]) {
        let found = self.peek_word().and_then(Word::bare).is_some_and(|bare| words.contains(&bare.as_str()));
        self.at += usize::from(found);
    }

    /// The word that belongs to a keyword, in lower case unless it is quoted.
    fn operand(&mut self, clause: Clause) -> Result<String, Refusal> {
        let word = self.peek_word().filter(|word| !word.bare().is_some_and(|bare| words::is_keyword(&bare)));
        let word = word.ok_or_else(|| Refusal::broken_clause(clause, ""))?;
        self.at += 1;
        Ok(word.bare().unwrap_or_else(|| word.text()))
    }
}

/// `command` with what may be bold as plain text.
fn without_bold(command: &Command) -> Command {
    let mut command = command.clone();
    for target in &mut command.targets {
        if let Target::Pattern(pattern) = target
            && pattern::looks_bold(pattern)
        {
            *target = target::plain(pattern.trim_matches('*'));
        }
    }
    for filter in &mut command.filters {
        if pattern::looks_bold(&filter.value) {
            filter.value = filter.value.trim_matches('*').to_owned();
        }
    }
    command
}

fn read_region(text: &str) -> Result<Region, Refusal> {
    place::region(text).ok_or_else(|| Refusal::broken_clause(Clause::In, text))
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn put<T>(slot: &mut Option<T>, value: T, clause: Clause) -> Result<(), Refusal> {
    if slot.is_some() {
        return Err(Refusal::RepeatedClause { clause });
    }
    *slot = Some(value);
    Ok(())
}
