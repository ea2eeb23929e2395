//! Asks for a secret, and looks whether it can be one.

use std::io::{BufRead as _, IsTerminal as _, stdin};

use anyhow::Context as _;
use secrecy::SecretString;

/// How long Slack's secrets are.
const SECRET_DIGITS: usize = 32;

/// What a value must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Two numbers with a dot between them.
    ClientId,
    /// 32 hexadecimal digits.
    Secret,
    /// Anything that is not blank.
    Any,
}

/// Asks at the terminal without showing what is typed, or reads lines from what is no terminal.
pub(super) struct Asker {
    is_terminal: bool,
}

impl Asker {
    pub(super) fn new() -> Self {
        Self { is_terminal: stdin().is_terminal() }
    }

    /// # Errors
    /// If nothing comes, or what comes cannot be it. The error never holds what came.
    pub(super) fn ask(&mut self, what: &str, form: Form) -> anyhow::Result<SecretString> {
        let text = if self.is_terminal {
            rpassword::prompt_password(format!("{what}: "))
                .with_context(|| format!("asking for the {what}"))?
        } else {
            line(what)?
        };
        look_at(&text, form).map_err(|why| anyhow::anyhow!("the {what} {why}; nothing was written"))?;
        Ok(SecretString::from(text))
    }
}

/// One line, without its end.
fn line(what: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    let read = stdin().lock().read_line(&mut text).with_context(|| format!("reading the {what}"))?;
    anyhow::ensure!(read > 0, "standard input ends before the {what}; nothing was written");
    if text.ends_with('\n') {
        text.pop();
    }
    Ok(text)
}

/// What is wrong with a value, as the rest of a sentence.
pub(super) fn look_at(text: &str, form: Form) -> Result<(), &'static str> {
    if text.trim().is_empty() {
        return Err("is blank");
    }
    if text.trim() != text {
        return Err("has blanks or line breaks around it");
    }
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match form {
        Form::ClientId if !text.split_once('.').is_some_and(|(app, id)| is_digits(app) && is_digits(id)) => {
            Err("is not two numbers with a dot between them")
        }
        Form::Secret
            if text.len() != SECRET_DIGITS
                || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) =>
        {
            Err("is not 32 of the digits 0 to 9 and a to f")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_it_is_refused() {
        let hex = "0123456789abcdef0123456789abcdef";
        let (upper, longer) = (hex.to_uppercase(), format!("{hex}0"));
        for (text, form, right) in [
            ("1234567890.1234567890123", Form::ClientId, true),
            ("1234567890", Form::ClientId, false),
            ("1234567890.", Form::ClientId, false),
            ("A0123ABCD.12", Form::ClientId, false),
            (hex, Form::ClientId, false),
            (hex, Form::Secret, true),
            (&upper, Form::Secret, false),
            (&longer, Form::Secret, false),
            ("xoxb-1234567890-abcdefghijklmnop", Form::Secret, false),
            ("", Form::Secret, false),
            ("any thing", Form::Any, true),
            (" \t", Form::Any, false),
            ("x\r", Form::Any, false),
            (" x", Form::Any, false),
        ] {
            assert_eq!(look_at(text, form).is_ok(), right, "{text:?}");
        }
    }
}
