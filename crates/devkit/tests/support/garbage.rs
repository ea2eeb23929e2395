//! Bodies that make no sense, of every kind: what a gateway must survive even if
//! it is properly signed.

use serde_json::{Value, json};

/// A body, and what is wrong with it.
type Body = (String, Vec<u8>);

/// JSON, or nearly, that is no delivery.
const TEXTS: [&str; 25] = [
    "null",
    "true",
    "0",
    "\"text\"",
    "[]",
    "{}",
    "[{}]",
    "\0",
    "1e400",
    "payload=%7B%7D",
    r#"{"type":null}"#,
    r#"{"type":7}"#,
    r#"{"type":[]}"#,
    r#"{"type":""}"#,
    r#"{"type":"unknown"}"#,
    r#"{"type":"event_callback"}"#,
    r#"{"type":"url_verification"}"#,
    r#"{"type":"app_rate_limited"}"#,
    r#"{"type":"url_verification","challenge":null}"#,
    r#"{"type":"event_callback","event":null}"#,
    r#"{"type":"event_callback","event":{"type":"app_mention"}}"#,
    r#"{"type":"event_callback","type":"url_verification"}"#,
    r#"{"type":"a\u0000b"}"#,
    r#"{"type":"\ud800"}"#,
    r#"{"event_time":1e400}"#,
];

/// All of them, made from a mention that makes sense.
pub(crate) fn bodies(mention: &Value) -> Vec<Body> {
    let texts = TEXTS.iter().map(|text| ((*text).to_owned(), text.as_bytes().to_vec()));
    broken(mention)
        .into_iter()
        .chain(texts)
        .chain(odd_messages(mention))
        .chain(odd_envelopes(mention))
        .collect()
}

fn broken(mention: &Value) -> Vec<Body> {
    let whole = mention.to_string();
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    vec![
        ("empty".into(), Vec::new()),
        ("not UTF-8".into(), vec![0xff, 0xfe, 0x00, 0x80]),
        ("half of a character".into(), b"{\"type\":\"\xe2\x82\"}".to_vec()),
        ("deep arrays".into(), "[".repeat(100_000).into_bytes()),
        ("deep objects".into(), r#"{"a":"#.repeat(40_000).into_bytes()),
        ("a deep event".into(), format!(r#"{{"type":"event_callback","event":{deep}}}"#).into_bytes()),
        ("half".into(), whole.as_bytes()[..80].to_vec()),
        ("twice".into(), format!("{whole}{whole}").into_bytes()),
        ("a byte order mark".into(), format!("\u{feff}{whole}").into_bytes()),
    ]
}

/// One field at a time of the message is of another kind than it should be.
fn odd_messages(mention: &Value) -> Vec<Body> {
    let fields =
        ["user", "ts", "text", "channel", "team", "type", "event_ts", "thread_ts", "bot_id", "subtype"];
    let (null, long) = (json!("\u{0}"), json!("x".repeat(3_000)));
    let values = [json!(null), json!(7), json!([]), json!({"a": [1]}), json!(""), null, json!(-1.5), long];
    each(mention, &fields, &values, |body, field, value| {
        body["event"]["text"] = json!("help");
        body["event"][field] = value;
    })
}

/// The same for the envelope around it.
fn odd_envelopes(mention: &Value) -> Vec<Body> {
    let fields = ["team_id", "authorizations", "event_time", "event_id", "api_app_id", "event"];
    let values = [json!(null), json!(7), json!([]), json!({}), json!("T0NOBODY01"), json!([null]), json!(-1)];
    each(mention, &fields, &values, |body, field, value| {
        body["event"]["text"] = json!("help");
        body[field] = value;
    })
}

fn each(
    mention: &Value,
    fields: &[&str],
    values: &[Value],
    put: impl Fn(&mut Value, &str, Value),
) -> Vec<Body> {
    let pairs = fields.iter().flat_map(|field| values.iter().map(move |value| (field, value)));
    pairs
        .map(|(field, value)| {
            let mut body = mention.clone();
            put(&mut body, field, value.clone());
            (format!("{field} is {:.20}", value.to_string()), body.to_string().into_bytes())
        })
        .collect()
}
