//! Greetings and help.

use domain::command::{Clause, Topic, Verb};
use domain::ids::UserId;
use domain::job::Answers;
use slack::blocks::Message;
use slack::text::mention;

/// Nothing was asked, in a message or behind `/ec2`.
pub(crate) fn empty(user: &UserId, answers: &Answers) -> Message {
    let before = match answers {
        Answers::Channel { .. } | Answers::Direct { .. } | Answers::Letter => "",
        Answers::Private { .. } => "/ec2 ",
    };
    let words: Vec<String> =
        ["find", "check", "start", "stop"].map(|word| format!("*{before}{word}*")).into();
    Message::text(format!("Hi {}. Try {}, or *{before}help*.", mention(user), words.join(", ")))
}

/// What runs here.
pub(crate) fn version() -> Message {
    Message::text(concat!("Bellhop ", env!("CARGO_PKG_VERSION")))
}

/// Help on everything, or on one topic.
pub(crate) fn help(topic: Option<Topic>) -> Message {
    Message::text(match topic {
        None => overview(),
        Some(Topic::Verb(verb)) => on_verb(verb),
        Some(Topic::Filters) => filters(),
        Some(Topic::Accounts) => accounts(),
        Some(Topic::Settings) => settings(),
        Some(Topic::Standup) => "I do not run standups yet.".to_owned(),
    })
}

fn overview() -> String {
    let mut lines =
        vec!["I look after EC2 instances. Mention me, or type `/ec2`, with one of these:".to_owned()];
    lines.extend(Verb::ALL.iter().map(|verb| format!("• {}", summary(*verb))));
    lines.push(
        "Say *help stop* for one command, *help filters* for how to name instances, *help accounts*, or *help settings*."
            .to_owned(),
    );
    lines.join("\n")
}

/// One line on each verb; the compiler asks for a new one.
const fn summary(verb: Verb) -> &'static str {
    match verb {
        Verb::Find => {
            "*find* – list instances: `find`, `find stopped`, `find web-*`, `find tag:Env=dev in eu-west-1`"
        }
        Verb::Check => "*check* – state and status checks: `check web-1`",
        Verb::Start => {
            "*start* – start stopped instances: `start web-1`; several, or a pattern or filter, after a click: `start web-*`"
        }
        Verb::Stop => "*stop* – stop running instances: `stop web-1`, `stop tag:Env=dev`",
        Verb::Reboot => "*reboot* – reboot on the same host: `reboot web-1`",
        Verb::Restart => {
            "*restart* – reboot what runs, or stop and start it on a new host: `restart web-1`, `restart web-1 --new-host`; what is stopped, *start* brings up"
        }
        Verb::Terminate => "*terminate* – remove one instance for good: `terminate db-old`",
        Verb::Kill => "*kill* – the same as *terminate*",
    }
}

fn on_verb(verb: Verb) -> String {
    let mut lines = vec![summary(verb).to_owned()];
    if !verb.synonyms().is_empty() {
        lines.push(format!("Also: {}.", verb.synonyms().join(", ")));
    }
    if let Some(limit) = verb.max_targets() {
        let instances = if limit == 1 { "instance" } else { "instances" };
        lines.push(format!("At most {limit} {instances} at once."));
    }
    let flags = [Clause::DryRun, Clause::NoWait, Clause::Force, Clause::Hibernate, Clause::NewHost];
    let flags: Vec<String> = flags
        .into_iter()
        .filter(|flag| verb.allows(*flag))
        .map(|flag| format!("`{}`", flag.as_str()))
        .collect();
    if !flags.is_empty() {
        lines.push(format!("Flags: {}.", flags.join(", ")));
    }
    lines.join("\n")
}

fn filters() -> String {
    [
        "Name instances by id, name, pattern (`web-*`), private IP, `#2` (a row of the last list in this thread, or of your last by `/ec2`) or `this`.",
        "Or by filters: `name` `state` `type` `az` `vpc` `subnet` `ip` `id` `image` `account` `region` `env` `owner` `asg` `tag:KEY`, each with `=` or `!=`; and `age` with `&lt;` or `&gt;`, e.g. `age&gt;7d`.",
        "Names, tags and values compare regardless of case. What a filter with `!=` excludes is shown on the card.",
        "With *find* and *check* a state can stand alone: `find stopped`.",
        "`in eu-west-1,us-east-1` chooses regions. Quote names with spaces: `check \"Jenkins Master\"`.",
    ]
    .join("\n")
}

fn accounts() -> String {
    [
        "I look after EC2 in your AWS accounts through roles that their owners make for me:",
        "• *accounts* – the linked accounts",
        "• *account add* – get the roles to make: `account add acme 123456789012`, `account add acme 123456789012 eu-west-1,us-east-1`",
        "• *account verify* – try the roles, and begin to use them: `account verify acme`",
        "• *account remove* – forget an account: `account remove acme`",
        "• *account approvers* – who may approve there: `account approvers acme @bob @ops`, `account approvers acme admins`",
        "All but the first are for workspace admins. Say `for acme` in a command to mean one account.",
    ]
    .join("\n")
}

fn settings() -> String {
    [
        "What holds for the whole workspace:",
        "• *log* – where changes are announced, one line each: `log #ops`, `log here`, `log off`; for one account `log #acme-ops for acme`, `log off for acme`",
        "• *share* – in which channels shared with another company I may be used openly: `share #partners on`, `share #partners off`",
        "*log* and *share* alone show what is set. Changes are for workspace admins. By `/ec2` say `here` instead of a channel.",
    ]
    .join("\n")
}
