//! The `rich_text` block that Slack makes of what a person typed: it tells bold text
//! from asterisks, which the message's `text` does not.
//!
//! <https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>

use serde_json::{Value, json};

use super::events::set;
use super::text::{self, Style};
use super::world::Team;

/// The blocks of a message that was typed so.
pub(crate) fn typed(typed: &str, team: &Team) -> Value {
    let spans = text::spans(typed);
    let elements: Vec<Value> = spans.iter().flat_map(|span| elements(&span.sent(team), span.style)).collect();
    block(&elements)
}

/// The blocks of a message of which only the text is known.
pub(crate) fn of_text(sent: &str) -> Value {
    block(&elements(sent, Style::Plain))
}

fn block(elements: &[Value]) -> Value {
    json!([{"type": "rich_text", "block_id": "b1", "elements": [
        {"type": "rich_text_section", "elements": elements}
    ]}])
}

/// The elements of a text as Slack sends it, all of one style.
fn elements(sent: &str, style: Style) -> Vec<Value> {
    let mut elements = Vec::new();
    let mut push = |mut element: Value| {
        if let Some(name) = style.name() {
            set(&mut element, "style", json!({name: true}));
        }
        elements.push(element);
    };
    let plain = |text: &str| json!({"type": "text", "text": text::unescape(text)});
    let mut rest = sent;
    while let Some((before, after)) = rest.split_once('<') {
        let Some((inside, behind)) = after.split_once('>') else { break };
        if !before.is_empty() {
            push(plain(before));
        }
        push(token(inside));
        rest = behind;
    }
    if !rest.is_empty() {
        push(plain(rest));
    }
    elements
}

/// What stands between `<` and `>`, as an element.
fn token(inside: &str) -> Value {
    let (target, label) =
        inside.split_once('|').map_or((inside, None), |(target, label)| (target, Some(label)));
    if let Some(user) = target.strip_prefix('@') {
        return json!({"type": "user", "user_id": user});
    }
    if let Some(channel) = target.strip_prefix('#') {
        return json!({"type": "channel", "channel_id": channel});
    }
    if let Some(group) = target.strip_prefix("!subteam^") {
        return json!({"type": "usergroup", "usergroup_id": group});
    }
    if let Some(range) = target.strip_prefix('!') {
        return json!({"type": "broadcast", "range": range});
    }
    let mut link = json!({"type": "link", "url": text::unescape(target)});
    if let Some(label) = label {
        set(&mut link, "text", json!(text::unescape(label)));
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slack::sample;

    #[test]
    fn styles_mentions_and_links_are_elements() {
        let team = sample::team();
        let blocks = typed("@bob start **web** `a*b` *x* <b> in #ops see web-1.acme.com", &team);
        assert_eq!(
            blocks[0]["elements"][0]["elements"],
            json!([
                {"type": "user", "user_id": "U0BOB00001"},
                {"type": "text", "text": " start "},
                {"type": "text", "text": "web", "style": {"bold": true}},
                {"type": "text", "text": " "},
                {"type": "text", "text": "a*b", "style": {"code": true}},
                {"type": "text", "text": " *x* <b> in "},
                {"type": "channel", "channel_id": "C0OPS00001"},
                {"type": "text", "text": " see "},
                {"type": "link", "url": "http://web-1.acme.com", "text": "web-1.acme.com"},
            ])
        );
    }

    #[test]
    fn a_text_alone_has_no_styles() {
        let blocks = of_text("<@U1> *a* &lt;b&gt;");
        let elements = json!([{"type": "user", "user_id": "U1"}, {"type": "text", "text": " *a* <b>"}]);
        assert_eq!(blocks[0]["elements"][0]["elements"], elements);
    }
}
