//! The forms in which slash commands and clicks arrive.

use std::collections::BTreeMap;

use percent_encoding::percent_decode;

/// The most fields that a form may have; Slack's have some fifteen.
const MAX_FIELDS: usize = 100;

/// A form whose every field stands in it once.
#[derive(Clone, PartialEq, Eq)]
pub struct Form(BTreeMap<String, String>);

/// Why a body is no such form. Its words are not in here: they may be secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// A field stands in it twice: then two readers could read two things.
    #[error("a field of the form is given twice")]
    Repeated,
    /// It is not UTF-8, encoded or decoded, or has far too many fields; or what
    /// should be a JSON object in it is none.
    #[error("the body is not a form")]
    Malformed,
    /// A field is missing, empty or too long.
    #[error("the form's field {0} is missing or makes no sense")]
    Field(&'static str),
}

impl Form {
    /// Reads `body`, `application/x-www-form-urlencoded`. A `%` that begins no
    /// escape stands for itself, as in browsers.
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        // `form_urlencoded` would put U+FFFD wherever bytes are not UTF-8, and
        // two texts would become one. Fields are separated in ASCII, so looking
        // at them all at once finds the same as looking at each.
        percent_decode(body).decode_utf8().map_err(|_| FormError::Malformed)?;
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            if fields.len() >= MAX_FIELDS {
                return Err(FormError::Malformed);
            }
            if fields.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(FormError::Repeated);
            }
        }
        Ok(Self(fields))
    }

    /// The value of `name`, if it is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(body: &str) -> Result<Form, FormError> {
        Form::parse(body.as_bytes())
    }

    #[test]
    fn values_are_decoded() {
        for (body, value) in [
            ("text=", None),
            ("text", None),
            ("", None),
            ("other=x", None),
            ("TEXT=x", None),
            ("text=a+b%20c%2Bd", Some("a b c+d")),
            ("te%78t=x", Some("x")),
            ("text=a=b", Some("a=b")),
            ("&&text=x&", Some("x")),
            ("text=x;y=z", Some("x;y=z")),
            ("text=100%", Some("100%")),
            ("text=%zz%4", Some("%zz%4")),
            ("text=%2525", Some("%25")),
            ("text=%00", Some("\0")),
            ("text=%F0%9F%91%8B+%D7%A9%D7%9C%D7%95%D7%9D", Some("👋 שלום")),
            ("text=👋", Some("👋")),
            ("text=%EF%BF%BD", Some("\u{fffd}")),
            ("text=%EF%BB%BFx", Some("\u{feff}x")),
        ] {
            assert_eq!(parse(body).ok().unwrap().get("text"), value, "{body}");
        }
    }

    #[test]
    fn nothing_is_given_twice() {
        for body in
            ["text=a&text=b", "text=a&text=a", "text=&text=", "text&text=a", "text=a&te%78t=b", "=a&=b"]
        {
            assert_eq!(parse(body).err(), Some(FormError::Repeated), "{body}");
        }
    }

    #[test]
    fn what_is_not_utf_8_is_not_guessed_at() {
        for body in [
            b"text=\xff".as_slice(),
            b"text=%FF",
            b"%FF=text",
            b"text=%C3",
            b"text=%C3&more=%A9",
            b"text=%C3=%A9",
            b"text=%C3+%A9",
            b"text=%C3x",
            b"text=%C0%AF",
            b"text=%ED%A0%80",
            b"text=%F4%90%80%80",
            b"text=%E2%EF%BF%BD",
        ] {
            let shown = body.escape_ascii();
            assert_eq!(Form::parse(body).err(), Some(FormError::Malformed), "{shown}");
        }
    }

    #[test]
    fn the_number_of_fields_is_bounded() {
        let form =
            |count: usize| (0..count).map(|number| format!("f{number}=x")).collect::<Vec<_>>().join("&");
        assert!(parse(&form(MAX_FIELDS)).is_ok());
        assert_eq!(parse(&form(MAX_FIELDS + 1)).err(), Some(FormError::Malformed));
    }

    proptest! {
        #[test]
        fn any_text_comes_through(name in ".{1,5}", value in ".{1,20}") {
            let body = form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish();
            let form = parse(&body).ok().unwrap();
            prop_assert_eq!(form.get(&name), Some(value.as_str()));
        }

        #[test]
        fn no_bytes_are_too_strange(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Form::parse(&body);
        }

        #[test]
        fn what_would_be_guessed_at_is_refused(pieces in proptest::collection::vec("(%[0-9A-F]{2}|a|%EF%BF%BD|=|&)", 0..20)) {
            let body = pieces.concat();
            let guesses = |text: &str| text.matches('\u{fffd}').count();
            let fields = form_urlencoded::parse(body.as_bytes());
            let guessed = fields.map(|(name, value)| guesses(&name) + guesses(&value)).sum::<usize>() > body.matches("%EF%BF%BD").count();
            prop_assert_eq!(parse(&body).err() == Some(FormError::Malformed), guessed);
        }
    }
}
