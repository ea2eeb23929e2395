use super::*;

/// Slack's published example, from the page named above.
const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const TIMESTAMP: &str = "1531420618";
pub(crate) const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
const NOW: Millis = Millis::from_secs(1_531_420_618);

fn verifier(secrets: &[&str]) -> Verifier {
    Verifier::new(secrets.iter().map(|secret| SecretString::from(*secret)).collect()).unwrap()
}

fn verify(headers: &[(&str, &str)], body: &str, now: Millis) -> Result<(), SignatureError> {
    let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    verifier(&[SECRET]).verify(&SignatureHeaders::from_pairs(headers), body.as_bytes(), now)
}

fn verify_pair(timestamp: &str, signature: &str) -> Result<(), SignatureError> {
    verify(&[(TIMESTAMP_HEADER, timestamp), (SIGNATURE_HEADER, signature)], BODY, NOW)
}

#[test]
fn slacks_published_example_is_accepted() {
    assert_eq!(verify_pair(TIMESTAMP, SIGNATURE), Ok(()));
    assert_eq!(sign(&SecretString::from(SECRET), TIMESTAMP, BODY.as_bytes()), SIGNATURE);
}

#[test]
fn header_names_have_no_case() {
    let headers = [("X-Slack-Request-Timestamp", TIMESTAMP), ("X-SLACK-SIGNATURE", SIGNATURE)];
    assert_eq!(verify(&headers, BODY, NOW), Ok(()));

    let mut map = http::HeaderMap::new();
    map.insert("X-Slack-Request-Timestamp", TIMESTAMP.parse().unwrap());
    map.insert("X-Slack-Signature", SIGNATURE.parse().unwrap());
    assert_eq!(verifier(&[SECRET]).verify(&(&map).into(), BODY.as_bytes(), NOW), Ok(()));
    map.append("X-Slack-Signature", SIGNATURE.parse().unwrap());
    assert_eq!(
        verifier(&[SECRET]).verify(&(&map).into(), BODY.as_bytes(), NOW),
        Err(SignatureError::Doubled(SIGNATURE_HEADER))
    );
}

#[test]
fn each_header_comes_exactly_once() {
    let timestamp = (TIMESTAMP_HEADER, TIMESTAMP);
    let signature = (SIGNATURE_HEADER, SIGNATURE);
    for (headers, outcome) in [
        (vec![], SignatureError::Missing(TIMESTAMP_HEADER)),
        (vec![signature], SignatureError::Missing(TIMESTAMP_HEADER)),
        (vec![timestamp], SignatureError::Missing(SIGNATURE_HEADER)),
        (vec![timestamp, timestamp, signature], SignatureError::Doubled(TIMESTAMP_HEADER)),
        (vec![timestamp, signature, signature], SignatureError::Doubled(SIGNATURE_HEADER)),
    ] {
        assert_eq!(verify(&headers, BODY, NOW), Err(outcome), "{headers:?}");
    }
}

#[test]
fn a_timestamp_is_1_to_12_ascii_digits() {
    for timestamp in [
        "",
        " ",
        "-1",
        "+1531420618",
        " 1531420618",
        "1531420618 ",
        "1531420618.0",
        "0x5b47",
        "1531420618a",
        "1531420618,1531420618",
        "1234567890123",
        "١٥٣١٤٢٠٦١٨",
    ] {
        assert_eq!(
            verify_pair(timestamp, SIGNATURE),
            Err(SignatureError::Malformed(TIMESTAMP_HEADER)),
            "{timestamp}"
        );
    }
    for timestamp in ["0", "1", "999999999999"] {
        assert_eq!(verify_pair(timestamp, SIGNATURE), Err(SignatureError::Stale), "{timestamp}");
    }
    // The same moment in other digits is another base string.
    assert_eq!(verify_pair("001531420618", SIGNATURE), Err(SignatureError::Mismatch));
}

#[test]
fn a_signature_is_v0_and_64_lower_case_hexadecimal_digits() {
    let digits = SIGNATURE.strip_prefix("v0=").unwrap();
    for signature in [
        String::new(),
        digits.to_owned(),
        format!("v1={digits}"),
        format!("V0={digits}"),
        format!("v0={}", digits.to_uppercase()),
        format!(" v0={digits}"),
        format!("v0={digits} "),
        format!("v0={digits}0"),
        format!("v0={digits}00"),
        format!("v0={}", digits.get(1..).unwrap()),
        format!("v0={}", digits.get(2..).unwrap()),
        format!("v0={}g", digits.get(1..).unwrap()),
        format!("v0={SIGNATURE}"),
        format!("{SIGNATURE},{SIGNATURE}"),
        "v0=".to_owned(),
    ] {
        assert_eq!(
            verify_pair(TIMESTAMP, &signature),
            Err(SignatureError::Malformed(SIGNATURE_HEADER)),
            "{signature}"
        );
    }
}

#[test]
fn a_request_is_good_for_300_seconds_each_way() {
    let headers = [(TIMESTAMP_HEADER, TIMESTAMP), (SIGNATURE_HEADER, SIGNATURE)];
    for (offset, outcome) in [
        (-301, Err(SignatureError::Stale)),
        (-300, Ok(())),
        (0, Ok(())),
        (300, Ok(())),
        (301, Err(SignatureError::Stale)),
    ] {
        let now = Millis::from_secs(NOW.secs().saturating_add_signed(offset));
        assert_eq!(verify(&headers, BODY, now), outcome, "{offset}");
    }
    assert_eq!(verify(&headers, BODY, Millis(u64::MAX)), Err(SignatureError::Stale));
    assert_eq!(verify(&headers, BODY, Millis(0)), Err(SignatureError::Stale));
}

#[test]
fn one_changed_byte_is_a_mismatch() {
    let headers = [(TIMESTAMP_HEADER, TIMESTAMP), (SIGNATURE_HEADER, SIGNATURE)];
    for body in ["", &format!("{BODY} "), &BODY.replace("foobar", "foobaz"), &format!("{BODY}\n")] {
        assert_eq!(verify(&headers, body, NOW), Err(SignatureError::Mismatch));
    }
    let other = SIGNATURE.replace("03", "04");
    assert_eq!(verify_pair(TIMESTAMP, &other), Err(SignatureError::Mismatch));
}

#[test]
fn both_secrets_are_tried() {
    let map = [(TIMESTAMP_HEADER, TIMESTAMP.as_bytes()), (SIGNATURE_HEADER, SIGNATURE.as_bytes())];
    let headers = SignatureHeaders::from_pairs(map);
    for (secrets, outcome) in [
        (vec![SECRET], Ok(())),
        (vec![SECRET, "another"], Ok(())),
        (vec!["another", SECRET], Ok(())),
        (vec!["another", "third"], Err(SignatureError::Mismatch)),
    ] {
        assert_eq!(verifier(&secrets).verify(&headers, BODY.as_bytes(), NOW), outcome, "{secrets:?}");
    }
}

#[test]
fn an_unusable_secret_refuses_to_start() {
    for (secrets, error) in [
        (vec![], SecretError::Count(0)),
        (vec!["a", "b", "c"], SecretError::Count(3)),
        (vec![""], SecretError::Blank),
        (vec![" \t\n"], SecretError::Blank),
        (vec![SECRET, ""], SecretError::Blank),
        (vec!["secret\n"], SecretError::Padded),
    ] {
        let secrets = secrets.into_iter().map(SecretString::from).collect();
        assert_eq!(Verifier::new(secrets).unwrap_err(), error);
    }
}

#[test]
fn nothing_secret_is_printed() {
    let shown = format!("{:?}", verifier(&[SECRET]));
    assert!(!shown.contains(SECRET), "{shown}");
    for error in
        [SignatureError::Mismatch, SignatureError::Malformed(SIGNATURE_HEADER), SignatureError::Stale]
    {
        assert!(!format!("{error} {error:?}").contains("v0="));
    }
}
