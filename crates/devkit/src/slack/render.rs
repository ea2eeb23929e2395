//! A conversation in a terminal, for one pair of eyes.

use super::show::{Conversation, Seen};

/// Names are padded to this at least, so that short ones stand in one column.
const NAME_WIDTH: usize = 6;
const REPLY: &str = "  └ ";

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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn short_names_share_a_column() {
        let shown = Conversation { name: "#ops".into(), messages: vec![seen("ann", "hello")] };
        assert_eq!(conversation(&shown), "#ops\nann   hello\n");
    }
}
