//! The commands about AWS accounts: `accounts`, `account add acme
//! 123456789012 eu-west-1`. They change what Bellhop may reach, so every word
//! is understood or nothing is done. Who may give them is for
//! [`policy`](crate::policy) to say.

use serde::{Deserialize, Serialize};

use super::lex::{Token, Word};
use super::place::{self, AccountRef};
use super::refusal::{AccountFault, Refusal};
use super::{Parsed, Verb, parse};
use crate::account::HOME;
use crate::approvers::{ApproverRef, Approvers};
use crate::ids::{AccountId, Alias, Region};

/// How many groups and people can be named as approvers of one account. A card
/// mentions all of them.
pub const MAX_APPROVERS: usize = 10;

/// What is to be done with the team's accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountsCommand {
    /// Tell which there are.
    List,
    /// Prepare a new one; it is used only once it is verified.
    Add {
        /// What the team will call it. Never [`HOME`].
        alias: Alias,
        /// Its number.
        id: AccountId,
        /// The regions in which Bellhop shall work there, in the order given,
        /// each once; none if nothing was said.
        regions: Vec<Region>,
    },
    /// Prove that its roles let Bellhop in, and nobody else.
    Verify {
        /// The account. Never [`HOME`].
        alias: Alias,
    },
    /// Forget it.
    Remove {
        /// The account. Never [`HOME`].
        alias: Alias,
    },
    /// Say who may approve what cannot be undone there.
    Approvers {
        /// The account; may be [`HOME`].
        alias: Alias,
        /// Who may.
        approvers: Approvers,
    },
}

/// Reads what follows `account` or `accounts`.
pub(super) fn read(tokens: &[Token]) -> Result<AccountsCommand, Refusal> {
    let mut reader = Reader { tokens };
    let Some(action) = reader.word() else { return reader.end(AccountsCommand::List) };
    let command = match action.bare().as_deref() {
        Some("add") => {
            let alias = reader.linked_alias()?;
            AccountsCommand::Add { alias, id: reader.number()?, regions: reader.regions()? }
        }
        Some("verify") => AccountsCommand::Verify { alias: reader.linked_alias()? },
        Some("remove") => AccountsCommand::Remove { alias: reader.linked_alias()? },
        Some("approvers") => {
            AccountsCommand::Approvers { alias: reader.alias()?, approvers: reader.approvers()? }
        }
        Some(word) if Verb::read(word) == Some(Verb::Find) => AccountsCommand::List,
        _ => return Err(Refusal::broken_account(&action.raw, AccountFault::Action)),
    };
    reader.end(command)
}

fn is_and(word: &Word) -> bool {
    word.bare().as_deref() == Some("and")
}

struct Reader<'t> {
    tokens: &'t [Token],
}

impl<'t> Reader<'t> {
    /// The next token, if it is a word.
    fn word(&mut self) -> Option<&'t Word> {
        let (Token::Word(word), rest) = self.tokens.split_first()? else { return None };
        self.tokens = rest;
        Some(word)
    }

    /// The word that has to come next, in lower case.
    fn required(&mut self, fault: AccountFault) -> Result<String, Refusal> {
        match self.word() {
            Some(word) => Ok(word.text().to_ascii_lowercase()),
            None => Err(Refusal::broken_account(&self.rest(), fault)),
        }
    }

    fn alias(&mut self) -> Result<Alias, Refusal> {
        let text = self.required(AccountFault::Alias)?;
        if is_alias(&text) {
            Ok(Alias::new(text))
        } else {
            Err(Refusal::broken_account(&text, AccountFault::Alias))
        }
    }

    /// The alias of an account that is, or can be, linked and taken away again.
    fn linked_alias(&mut self) -> Result<Alias, Refusal> {
        let alias = self.alias()?;
        if alias.as_str() == HOME {
            return Err(Refusal::broken_account(HOME, AccountFault::Home));
        }
        Ok(alias)
    }

    fn number(&mut self) -> Result<AccountId, Refusal> {
        let text = self.required(AccountFault::Number)?;
        match AccountRef::parse(&text) {
            Some(AccountRef::Id(id)) => Ok(id),
            _ => Err(Refusal::broken_account(&text, AccountFault::Number)),
        }
    }

    /// Regions to the end, parted by commas.
    fn regions(&mut self) -> Result<Vec<Region>, Refusal> {
        let mut regions: Vec<Region> = Vec::new();
        if let [Token::Word(word), rest @ ..] = self.tokens
            && word.bare().as_deref() == Some("in")
            && !rest.is_empty()
        {
            self.tokens = rest;
        }
        while !self.tokens.is_empty() {
            if !regions.is_empty() {
                let [Token::Comma { .. }, rest @ ..] = self.tokens else {
                    return Err(Refusal::left_over(&self.rest()));
                };
                self.tokens = rest;
            }
            let text = self.required(AccountFault::Region)?;
            let region = place::region(&text).filter(|region| place::is_region_form(region.as_str()));
            let region = region.ok_or_else(|| Refusal::broken_account(&text, AccountFault::Region))?;
            if !regions.contains(&region) {
                regions.push(region);
            }
        }
        Ok(regions)
    }

    /// User groups, people and `admins` to the end; commas and *and* may stand between
    /// them.
    fn approvers(&mut self) -> Result<Approvers, Refusal> {
        let mut named = Vec::new();
        while let Some((first, rest)) = self.tokens.split_first() {
            let approver = match first {
                Token::Mention(id) => ApproverRef::of_mention(id),
                Token::Word(word) if word.bare().as_deref() == Some("admins") => Some(ApproverRef::Admins),
                _ => None,
            };
            let Some(approver) = approver else { break };
            named.push(approver);
            self.tokens = match rest {
                [Token::Comma { .. }, Token::Word(word), next @ ..] if is_and(word) && !next.is_empty() => {
                    next
                }
                [Token::Word(word), next @ ..] if is_and(word) && !next.is_empty() => next,
                [Token::Comma { .. }, next @ ..] if !next.is_empty() => next,
                rest => rest,
            };
        }
        if named.is_empty() || !self.tokens.is_empty() {
            return Err(Refusal::broken_account(&self.rest(), AccountFault::Approvers));
        }
        if named.len() > MAX_APPROVERS {
            return Err(Refusal::broken_account(&named.len().to_string(), AccountFault::TooManyApprovers));
        }
        Ok(Approvers::new(named))
    }

    fn end(&self, command: AccountsCommand) -> Result<AccountsCommand, Refusal> {
        if self.tokens.is_empty() { Ok(command) } else { Err(Refusal::left_over(&self.rest())) }
    }

    /// What is not read yet, as typed; blanks as they may have been.
    fn rest(&self) -> String {
        let said = self.tokens.iter().map(|token| match token {
            Token::Word(word) => word.raw.as_str(),
            Token::Comma { .. } => ",",
            Token::Mention(text) | Token::Unclosed(text) | Token::Reason(text) => text,
        });
        said.collect::<Vec<_>>().join(" ")
    }
}

/// Whether an account may be called `text`: by an alias that means it, and
/// nothing else, behind `for`.
pub(super) fn is_alias(text: &str) -> bool {
    let is_form = matches!(AccountRef::parse(text), Some(AccountRef::Alias(_)));
    is_form
        && matches!(parse(&format!("find x for {text}"), None), Parsed::Command(command)
        if command.account == Some(AccountRef::Alias(text.to_owned())))
}
