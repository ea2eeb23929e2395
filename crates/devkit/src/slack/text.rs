//! Text as people type it, as Slack sends it, and as people read it again.
//!
//! Slack escapes `&`, `<` and `>`, and wraps what it understood (mentions,
//! channels, links, mail addresses) in `<…>`; inside back-ticks it wraps nothing.
//! <https://docs.slack.dev/messaging/formatting-message-text>

use super::world::Team;

/// Endings that make a bare word a link. Slack knows every one; these are
/// enough to meet the trap.
const TOP_LEVELS: [&str; 9] = ["com", "net", "org", "io", "dev", "app", "co", "example", "cloud"];
const OPENING: &[char] = &['(', '[', '{', '"', '\'', '*', '_', '~', '“', '‘'];
const CLOSING: &[char] = &[')', ']', '}', '"', '\'', '*', '_', '~', '.', ',', ';', ':', '!', '?', '”', '’'];

/// Escapes the three characters that Slack escapes.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Undoes [`escape`].
pub(crate) fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// What Slack makes of a typed text.
pub(crate) fn compose(typed: &str, team: &Team) -> String {
    let parts = typed.split('`').enumerate();
    // Every second part stands between back-ticks.
    let made = parts.map(|(n, part)| if n % 2 == 1 { escape(part) } else { compose_plain(part, team) });
    made.collect::<Vec<_>>().join("`")
}

fn compose_plain(part: &str, team: &Team) -> String {
    part.split_inclusive(char::is_whitespace)
        .map(|piece| {
            let word = piece.trim_end_matches(char::is_whitespace);
            let (space_from, start) = (word.len(), word.trim_start_matches(OPENING));
            let core = start.trim_end_matches(CLOSING);
            let opening = word.strip_suffix(start).unwrap_or_default();
            let closing = start.strip_prefix(core).unwrap_or_default();
            let space = piece.get(space_from..).unwrap_or_default();
            match token(core, team) {
                Some(token) => format!("{}{token}{}{space}", escape(opening), escape(closing)),
                None => escape(piece),
            }
        })
        .collect()
}

/// The `<…>` token a word becomes, if any.
fn token(word: &str, team: &Team) -> Option<String> {
    if let Some(name) = word.strip_prefix('@') {
        if matches!(name, "here" | "channel" | "everyone") {
            return Some(format!("<!{name}>"));
        }
        if let Some(group) = team.groups.iter().find(|group| group.handle == name) {
            return Some(format!("<!subteam^{}|@{name}>", group.id));
        }
        let user = team.users.iter().find(|user| user.name == name)?;
        return Some(format!("<@{}>", user.id));
    }
    if let Some(name) = word.strip_prefix('#') {
        let channel = team.channels.iter().find(|channel| channel.name == name)?;
        return Some(format!("<#{}|{name}>", channel.id));
    }
    if word.starts_with("http://") || word.starts_with("https://") {
        return Some(format!("<{}>", escape(word)));
    }
    let (before, host) = word.rsplit_once('@').map_or((None, word), |(before, host)| (Some(before), host));
    if !is_host(host) {
        return None;
    }
    match before {
        None => Some(format!("<http://{host}|{host}>")),
        Some(name) if !name.is_empty() => Some(format!("<mailto:{word}|{word}>")),
        Some(_) => None,
    }
}

fn is_host(word: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    word.rsplit_once('.').is_some_and(|(_, top)| TOP_LEVELS.contains(&top)) && word.split('.').all(part)
}

/// What a person reads: tokens as names, entities as characters.
pub(crate) fn display(text: &str, team: &Team) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        shown.push_str(&unescape(before));
        let Some((inside, next)) = after.split_once('>') else {
            shown.push('<');
            rest = after;
            continue;
        };
        shown.push_str(&unescape(&display_token(inside, team)));
        rest = next;
    }
    shown + &unescape(rest)
}

fn display_token(inside: &str, team: &Team) -> String {
    let (target, label) =
        inside.split_once('|').map_or((inside, None), |(target, label)| (target, Some(label)));
    if let Some(id) = target.strip_prefix('@') {
        let name = team.user(id).map(|user| user.name.as_str());
        return format!("@{}", name.or(label).unwrap_or(id));
    }
    if let Some(id) = target.strip_prefix('#') {
        let name = team.channel(id).map(|channel| channel.name.as_str());
        return format!("#{}", name.or(label).unwrap_or(id));
    }
    if let Some(id) = target.strip_prefix("!subteam^") {
        let handle = team.group(id).map(|group| format!("@{}", group.handle));
        return handle.or_else(|| label.map(str::to_owned)).unwrap_or_else(|| format!("@{id}"));
    }
    if let Some(special) = target.strip_prefix('!') {
        return match (special, label) {
            ("here" | "channel" | "everyone", _) | (_, None) => format!("@{special}"),
            (_, Some(label)) => label.into(),
        };
    }
    label.unwrap_or(target).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slack::sample;

    #[test]
    fn typed_text_becomes_what_slack_sends() {
        let team = sample::team();
        for (typed, sent) in [
            ("@bob stop web-1", "<@U0BOB00001> stop web-1"),
            ("hey (@bob), look", "hey (<@U0BOB00001>), look"),
            ("@nobody hi", "@nobody hi"),
            ("in #ops, row #1", "in <#C0OPS00001|ops>, row #1"),
            ("stop web-1.acme.com", "stop <http://web-1.acme.com|web-1.acme.com>"),
            ("see https://a.io/?x=1&y=2.", "see <https://a.io/?x=1&amp;y=2>."),
            ("stop `web-1.acme.com`", "stop `web-1.acme.com`"),
            ("age > 3d & <b>", "age &gt; 3d &amp; &lt;b&gt;"),
            ("mail ops@acme.com", "mail <mailto:ops@acme.com|ops@acme.com>"),
            ("10.0.0.1 web-1.internal 1.5", "10.0.0.1 web-1.internal 1.5"),
            ("@here", "<!here>"),
            ("approvers acme @oncall.", "approvers acme <!subteam^S0ONCALL01|@oncall>."),
            ("@oncal `@oncall`", "@oncal `@oncall`"),
            ("a  b\nc ", "a  b\nc "),
        ] {
            assert_eq!(compose(typed, &team), sent, "{typed}");
        }
    }

    #[test]
    fn sent_text_is_shown_as_people_read_it() {
        let team = sample::team();
        for (sent, shown) in [
            ("<@U0BOB00001> &lt;3 <#C0OPS00001>", "@bob <3 #ops"),
            (
                "<http://web-1.acme.com|web-1.acme.com> <https://a.io/?a&amp;b>",
                "web-1.acme.com https://a.io/?a&b",
            ),
            ("<!here> <!subteam^S1|@ops> <!date^1^{date}|today>", "@here @ops today"),
            ("<!subteam^S0ONCALL01> <!subteam^S0ONCALL01|@old> <!subteam^S9>", "@oncall @oncall @S9"),
            ("<@U9|zoe> <@U8> &amp;lt;", "@zoe @U8 &lt;"),
            ("1 < 2", "1 < 2"),
        ] {
            assert_eq!(display(sent, &team), shown, "{sent}");
        }
    }
}
