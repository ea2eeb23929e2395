use base64::engine::general_purpose::STANDARD;

use super::*;

fn ring(current: &str, ids: &[(&str, u8)]) -> KeyRing {
    let keys: serde_json::Map<_, _> =
        ids.iter().map(|(id, byte)| ((*id).to_owned(), STANDARD.encode([*byte; 32]).into())).collect();
    let json = serde_json::json!({ "current": current, "keys": keys }).to_string();
    KeyRing::parse(&SecretString::from(json)).unwrap()
}

fn ids(team: &str, app: &str) -> (TeamId, AppId) {
    (TeamId::new(team), AppId::new(app))
}

fn bound(ids: &(TeamId, AppId)) -> Bound<'_> {
    Bound { team: &ids.0, app: &ids.1, kind: TokenKind::Bot }
}

fn token() -> SecretString {
    SecretString::from("xoxb-not-a-real-token")
}

#[test]
fn a_sealed_token_opens_again_and_never_looks_the_same() {
    let (ring, ids) = (ring("k1", &[("k1", 1)]), ids("T1", "A1"));
    let sealed = ring.seal(&bound(&ids), &token()).unwrap();
    assert!(sealed.starts_with("v1.k1."), "{sealed}");
    assert!(!sealed.contains("xoxb"));
    assert_ne!(sealed, ring.seal(&bound(&ids), &token()).unwrap());
    assert_eq!(ring.open(&bound(&ids), &sealed).unwrap().expose_secret(), token().expose_secret());
}

#[test]
fn a_token_opens_only_for_the_same_team_and_app() {
    let ring = ring("k1", &[("k1", 1)]);
    let sealed = ring.seal(&bound(&ids("T1", "A1")), &token()).unwrap();
    // The last ones read the same if the parts were only joined.
    for (team, app) in [("T2", "A1"), ("T1", "A2"), ("T1A", "1"), ("T", "1A1"), ("", "T1A1")] {
        let opened = ring.open(&bound(&ids(team, app)), &sealed);
        assert_eq!(opened.unwrap_err(), SealError::Mismatch, "{team} {app}");
    }
}

#[test]
fn a_changed_token_does_not_open() {
    let (ring, ids) = (ring("k1", &[("k1", 1)]), ids("T1", "A1"));
    let sealed = ring.seal(&bound(&ids), &token()).unwrap();
    let (prefix, encoded) = sealed.rsplit_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(encoded).unwrap();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        let changed = format!("{prefix}.{}", URL_SAFE_NO_PAD.encode(changed));
        assert_eq!(ring.open(&bound(&ids), &changed).unwrap_err(), SealError::Mismatch, "byte {place}");
    }
}

#[test]
fn what_is_not_a_sealed_token_is_malformed() {
    let (ring, ids) = (ring("k1", &[("k1", 1)]), ids("T1", "A1"));
    let good = ring.seal(&bound(&ids), &token()).unwrap();
    for (text, error) in [
        ("", SealError::Malformed),
        ("xoxb-plain", SealError::Malformed),
        ("v1.k1", SealError::Malformed),
        ("v1.k1.", SealError::Malformed),
        ("v1.k1.AAAA", SealError::Malformed),
        ("v1.k1.!!!!", SealError::Malformed),
        ("v1.k1.AAAAAAAAAAAAAAAAAAAAAA", SealError::Mismatch),
        (&good.replacen("v1", "v2", 1), SealError::Malformed),
        (&format!("{good}.x"), SealError::Malformed),
        (&good.replacen("k1", "k9", 1), SealError::UnknownKey("k9".to_owned())),
    ] {
        assert_eq!(ring.open(&bound(&ids), text).unwrap_err(), error, "{text}");
    }
}

#[test]
fn after_a_rotation_old_tokens_open_and_new_ones_use_the_new_key() {
    let ids = ids("T1", "A1");
    let old = ring("k1", &[("k1", 1)]).seal(&bound(&ids), &token()).unwrap();
    let rotated = ring("k2", &[("k1", 1), ("k2", 2)]);
    assert!(rotated.open(&bound(&ids), &old).is_ok());
    assert!(rotated.seal(&bound(&ids), &token()).unwrap().starts_with("v1.k2."));
    // The same name with another key is not the key.
    let other = ring("k1", &[("k1", 9)]);
    assert_eq!(other.open(&bound(&ids), &old).unwrap_err(), SealError::Mismatch);
}

#[test]
fn a_bad_ring_is_told_without_its_keys() {
    let key = STANDARD.encode([7; 32]);
    let short = STANDARD.encode([7; 16]);
    let cases = [
        (String::new(), "not JSON"),
        (key.clone(), "not JSON"),
        (format!(r#"{{"current":"k1","keys":"{key}"}}"#), "not JSON"),
        (format!(r#"{{"keys":{{"k1":"{key}"}}}}"#), "not JSON"),
        (format!(r#"{{"current":"k1","keys":{{"k1":{{"{key}":1}}}}}}"#), "not JSON"),
        (format!(r#"{{"current":"k2","keys":{{"k1":"{key}"}}}}"#), "current key"),
        (format!(r#"{{"current":"{key}","keys":{{}}}}"#), "current key"),
        (format!(r#"{{"current":"k1","keys":{{"k1":"{short}"}}}}"#), "32 bytes"),
        (r#"{"current":"k1","keys":{"k1":"not base64"}}"#.to_owned(), "32 bytes"),
        (format!(r#"{{"current":"k.1","keys":{{"k.1":"{key}"}}}}"#), "name"),
        (format!(r#"{{"current":"k1","keys":{{"{key}":"k1"}}}}"#), "name"),
    ];
    for (json, expected) in cases {
        let error = KeyRing::parse(&SecretString::from(json.clone())).unwrap_err().to_string();
        assert!(error.contains(expected), "{json}: {error}");
        assert!(!error.contains(&key) && !error.contains(&short), "{error}");
    }
    assert!(!format!("{:?}", ring("k1", &[("k1", 7)])).contains(&key));
}
