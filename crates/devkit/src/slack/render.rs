//! A conversation in a terminal, for one pair of eyes; and how long they waited.

use std::time::Duration;

use super::show::{Conversation, Seen};
use super::waits::{Wait, Way};

/// Names are padded to this at least, so that short ones stand in one column.
const NAME_WIDTH: usize = 6;
const REPLY: &str = "  └ ";
/// Longer lines are cut where it is told how they were taken.
const LONGEST_DEED: usize = 40;

/// The conversation as text, its channel's name first.
pub fn conversation(conversation: &Conversation) -> String {
    let longest = conversation.messages.iter().map(|message| message.author.chars().count() + 1).max();
    let width = longest.unwrap_or(0).max(NAME_WIDTH);
    let mut lines = vec![conversation.name.clone()];
    for message in &conversation.messages {
        let name = &message.author;
        lines.extend(message_lines(&format!("{name:<width$}"), message));
        for reply in &message.replies {
            lines.extend(message_lines(&format!("{REPLY}{}  ", reply.author), reply));
        }
    }
    lines.join("\n") + "\n"
}

/// One message: `head` before its first line, blanks before the others; what
/// there is to know about it stands at the end of the first.
fn message_lines(head: &str, message: &Seen) -> Vec<String> {
    let notes = [(message.edited, " (edited)"), (message.ephemeral, " (only you see this)")];
    let notes: String = notes.into_iter().filter_map(|(applies, note)| applies.then_some(note)).collect();
    let blank = " ".repeat(head.chars().count());
    let lines = message.plain.lines().enumerate();
    let lines =
        lines.map(|(n, line)| if n == 0 { format!("{head}{line}{notes}") } else { format!("{blank}{line}") });
    lines.map(|line| line.trim_end().to_owned()).collect()
}

/// How each command, click and submitted modal was taken, one line each below a
/// headline; empty if there was none.
pub fn waits(waits: &[Wait]) -> String {
    if waits.is_empty() {
        return String::new();
    }
    let deeds: Vec<_> = waits.iter().map(|wait| cut(&wait.what)).collect();
    let width = deeds.iter().map(|deed| deed.chars().count()).max().unwrap_or(0);
    let lines = waits.iter().zip(&deeds).map(|(wait, deed)| format!("  {deed:<width$}   {}\n", taken(wait)));
    format!("\nSlack waited:\n{}", lines.collect::<String>())
}

fn cut(what: &str) -> String {
    let line: String = what.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST_DEED {
        return line;
    }
    line.chars().take(LONGEST_DEED - 1).chain(['…']).collect()
}

fn taken(wait: &Wait) -> String {
    let acknowledged = match (wait.acknowledged, &wait.error) {
        (Some(time), None) => format!("acknowledged in {}", span(time)),
        (Some(time), Some(error)) => return format!("refused after {}: Slack shows “{error}”", span(time)),
        (None, error) => {
            return format!("not acknowledged: Slack shows “{}”", error.as_deref().unwrap_or("nothing"));
        }
    };
    match &wait.answered {
        None => format!("{acknowledged}, not answered"),
        Some((_, Way::Immediate)) => format!("{acknowledged}, which was the answer"),
        Some((time, way)) => format!("{acknowledged}, answered in {} {way}", span(*time)),
    }
}

fn span(time: Duration) -> String {
    if time < Duration::from_secs(10) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{} s", time.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slack::waits::Deed;

    fn seen(author: &str, plain: &str) -> Seen {
        Seen {
            ts: "1.000001".into(),
            author: author.into(),
            from_bot: author == "bellhop",
            text: plain.into(),
            plain: plain.into(),
            blocks: None,
            buttons: Vec::new(),
            edited: false,
            ephemeral: false,
            thread_ts: None,
            replies: Vec::new(),
        }
    }

    #[test]
    fn replies_stand_under_their_message() {
        let reply = seen("bellhop", "Done: *web-1* is *stopped* (3 s).\n[Undo]");
        let asked = Seen { replies: vec![reply], ..seen("ann", "@bellhop stop web-1") };
        let whisper = Seen { ephemeral: true, ..seen("bellhop", "You may not.") };
        let edited = Seen { edited: true, ..seen("bob", "hi\nho") };
        let shown = Conversation { name: "#ops".into(), messages: vec![asked, whisper, edited] };
        assert_eq!(
            conversation(&shown),
            "#ops\n\
             ann     @bellhop stop web-1\n  \
               └ bellhop  Done: *web-1* is *stopped* (3 s).\n             \
                          [Undo]\n\
             bellhop You may not. (only you see this)\n\
             bob     hi (edited)\n        \
                     ho\n"
        );
    }

    #[test]
    fn the_time_of_every_answer_is_told() {
        let milli = Duration::from_millis;
        let wait = |what: &str, acknowledged: Option<u64>, answered: Option<(u64, Way)>| Wait {
            deed: Deed::Command,
            what: what.into(),
            user: "ann".into(),
            channel: Some("ops".into()),
            acknowledged: acknowledged.map(milli),
            error: acknowledged.is_none().then(|| "operation_timeout".to_owned()),
            answered: answered.map(|(time, way)| (milli(time), way)),
        };
        assert_eq!(waits(&[]), "");
        let long = format!("/reverse {}", "x".repeat(50));
        let all = [
            wait("/reverse abc", Some(34), Some((212, Way::ResponseUrl))),
            wait("[Stop 2]", Some(3), None),
            wait("/ec2 help", Some(8), Some((8, Way::Immediate))),
            wait(&long, None, None),
        ];
        let told = waits(&all);
        let lines: Vec<_> = told.lines().collect();
        assert_eq!(lines[..2], ["", "Slack waited:"]);
        let line = |n: usize| lines[n].split_once("   ").map(|(_, rest)| rest.trim()).unwrap();
        assert!(lines[2].starts_with("  /reverse abc  "), "{told}");
        assert_eq!(line(2), "acknowledged in 34 ms, answered in 212 ms through the response_url");
        assert_eq!(line(3), "acknowledged in 3 ms, not answered");
        assert_eq!(line(4), "acknowledged in 8 ms, which was the answer");
        assert_eq!(
            lines[5],
            format!("  /reverse {}…   not acknowledged: Slack shows “operation_timeout”", "x".repeat(30))
        );
    }

    #[test]
    fn short_names_share_a_column() {
        let shown = Conversation { name: "#ops".into(), messages: vec![seen("ann", "hello")] };
        assert_eq!(conversation(&shown), "#ops\nann   hello\n");
    }
}
