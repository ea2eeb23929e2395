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

/// How a part of a message is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Bold,
    Italic,
    Strike,
    Code,
}

impl Style {
    /// Its name in a `rich_text` block.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Bold => Some("bold"),
            Self::Italic => Some("italic"),
            Self::Strike => Some("strike"),
            Self::Code => Some("code"),
        }
    }
}

/// How people write a style here (in Slack's editor they press a button), and what stands
/// for it in a message's `text`. A single `*` is an asterisk that was typed.
const STYLES: [(&str, &str, Style); 5] = [
    ("```", "```", Style::Code),
    ("`", "`", Style::Code),
    ("**", "*", Style::Bold),
    ("__", "_", Style::Italic),
    ("~~", "~", Style::Strike),
];

/// A part of what was typed, without the marks around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span<'a> {
    pub(crate) style: Style,
    text: &'a str,
    /// What stands around it in a message's `text`.
    mark: &'static str,
}

impl Span<'_> {
    /// Its text as Slack sends it; inside back-ticks nothing is understood.
    pub(crate) fn sent(&self, team: &Team) -> String {
        if self.style == Style::Code { escape(self.text) } else { compose_plain(self.text, team) }
    }
}

/// What was typed, in parts of one style.
pub(crate) fn spans(typed: &str) -> Vec<Span<'_>> {
    let plain = |text| Span { style: Style::Plain, text, mark: "" };
    let mut spans = Vec::new();
    let mut rest = typed;
    while let Some((before, span, behind)) = first_styled(rest) {
        spans.extend((!before.is_empty()).then(|| plain(before)));
        spans.push(span);
        rest = behind;
    }
    spans.extend((!rest.is_empty()).then(|| plain(rest)));
    spans
}

/// The first part that stands between two marks, and what stands before and behind it.
fn first_styled(text: &str) -> Option<(&str, Span<'_>, &str)> {
    let found = STYLES.iter().filter_map(|(typed, mark, style)| {
        let (before, after) = text.split_once(typed)?;
        let (inside, behind) = after.split_once(typed)?;
        let is_styled = *style == Style::Code || inside.trim() == inside;
        let span = Span { style: *style, text: inside, mark };
        (is_styled && !inside.is_empty()).then_some((before, span, behind))
    });
    found.min_by_key(|(before, ..)| before.len())
}

/// What Slack makes of a typed text.
pub(crate) fn compose(typed: &str, team: &Team) -> String {
    let sent = spans(typed).into_iter().map(|span| [span.mark, &span.sent(team), span.mark].concat());
    sent.collect()
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
            ("start **web** __web__ ~~web~~", "start *web* _web_ ~web~"),
            ("start *web* 2 ** 3", "start *web* 2 ** 3"),
            ("**stop @bob web-1.acme.com**", "*stop <@U0BOB00001> <http://web-1.acme.com|web-1.acme.com>*"),
            ("```stop **web-1**```", "```stop **web-1**```"),
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
