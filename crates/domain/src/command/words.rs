//! The small words: courtesy, words that add nothing, words that mean
//! something else than a name, and the names of other AWS services.

use super::Verb;

/// Courtesy in front of a command, longest first.
const GREETINGS: &[&[&str]] = &[
    &["could", "you"],
    &["can", "you"],
    &["would", "you"],
    &["will", "you"],
    &["please"],
    &["pls"],
    &["plz"],
    &["kindly"],
    &["hey"],
    &["hi"],
    &["hello"],
    &["ok"],
    &["okay"],
    &["bellhop"],
];

/// Courtesy behind a command.
const THANKS: &[&[&str]] =
    &[&["thank", "you"], &["for", "me"], &["please"], &["pls"], &["plz"], &["thanks"], &["thx"]];

/// Words that are a verb together with `on`, `off`, `up` or `down`.
const TAKES_PARTICLE: &[&str] = &["bring", "power", "shut", "switch", "take", "turn"];

/// Words that ask how an instance is. No verb is one of them, and one that changes
/// anything must not be suggested for them.
const ASKS_FOR_STATE: &[&str] = &[
    "alive",
    "health",
    "healthcheck",
    "healthy",
    "online",
    "ping",
    "ready",
    "state",
    "states",
    "up",
    "uptime",
];

/// Words that begin a clause or join two; never a clause's own words.
const KEYWORDS: &[&str] = &["and", "at", "because", "for", "in", "or", "until"];

/// Words that add nothing to any command.
const NOISE: &[&str] = &["ec2", "instance", "instances"];

/// Words that add nothing to a command that only looks.
const HARMLESS_NOISE: &[&str] = &[
    "a",
    "all",
    "an",
    "any",
    "are",
    "aws",
    "box",
    "boxes",
    "currently",
    "each",
    "every",
    "everything",
    "is",
    "machine",
    "machines",
    "me",
    "my",
    "of",
    "our",
    "server",
    "servers",
    "that",
    "the",
    "vm",
    "vms",
    "what",
    "which",
];

/// Words for every instance there is.
const EVERYTHING: &[&str] = &["all", "any", "anything", "each", "every", "everything"];

/// Words that change what a sentence means in ways the language does not
/// know. They are never names, unless quoted.
const NOT_NAMES: &[&str] = &[
    "after",
    "also",
    "before",
    "but",
    "except",
    "excluding",
    "from",
    "if",
    "it",
    "later",
    "no",
    "non",
    "not",
    "nothing",
    "now",
    "only",
    "since",
    "than",
    "then",
    "them",
    "to",
    "today",
    "tomorrow",
    "tonight",
    "unless",
    "when",
    "with",
    "without",
];

/// AWS services people ask for by name. Services whose name is an everyday
/// word are left out; in front of a verb they are recognised anyway.
const SERVICES: &[&str] = &[
    "acm",
    "amplify",
    "apigateway",
    "appsync",
    "athena",
    "aurora",
    "autoscaling",
    "cloudformation",
    "cloudfront",
    "cloudtrail",
    "cloudwatch",
    "codebuild",
    "codecommit",
    "codedeploy",
    "codepipeline",
    "cognito",
    "documentdb",
    "dynamodb",
    "ebs",
    "ecr",
    "ecs",
    "efs",
    "eks",
    "elasticache",
    "elasticbeanstalk",
    "elb",
    "emr",
    "eventbridge",
    "fargate",
    "fsx",
    "glacier",
    "guardduty",
    "iam",
    "kinesis",
    "kms",
    "lambda",
    "lightsail",
    "msk",
    "neptune",
    "opensearch",
    "organizations",
    "rds",
    "redshift",
    "route53",
    "s3",
    "sagemaker",
    "secretsmanager",
    "ses",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
    "sts",
    "vpc",
    "waf",
];

/// Words in front of a verb that are no service either: people, and the
/// commands that are about Bellhop itself.
const NO_SERVICES: &[&str] = &[
    "approvals",
    "can",
    "do",
    "extend",
    "i",
    "keep",
    "policies",
    "policy",
    "schedules",
    "snooze",
    "standup",
    "undo",
    "we",
    "who",
    "you",
];

/// How many of `words` (lower case, `None` where no plain word stands) are
/// courtesy at the beginning.
pub(super) fn greeting(words: &[Option<String>]) -> usize {
    GREETINGS.iter().find(|phrase| begins(words.iter(), phrase.iter())).map_or(0, |phrase| phrase.len())
}

/// How many of `words` are courtesy at the end.
pub(super) fn thanks(words: &[Option<String>]) -> usize {
    THANKS
        .iter()
        .find(|phrase| begins(words.iter().rev(), phrase.iter().rev()))
        .map_or(0, |phrase| phrase.len())
}

/// The verb that `word` makes of another word in front of it.
pub(super) fn particle(word: &str) -> Option<Verb> {
    match word {
        "on" | "up" => Some(Verb::Start),
        "off" | "down" => Some(Verb::Stop),
        _ => None,
    }
}

/// Whether `word` is a verb once a [`particle`] follows.
pub(super) fn takes_particle(word: &str) -> bool {
    TAKES_PARTICLE.contains(&word)
}

/// Whether `word` asks how an instance is.
pub(super) fn asks_for_state(word: &str) -> bool {
    ASKS_FOR_STATE.contains(&word)
}

/// Whether `word` adds nothing to a command.
pub(super) fn is_noise(word: &str, is_change: bool) -> bool {
    NOISE.contains(&word) || (!is_change && HARMLESS_NOISE.contains(&word))
}

/// Whether `word` stands for every instance there is.
pub(super) fn is_everything(word: &str) -> bool {
    EVERYTHING.contains(&word)
}

/// Whether `word` can be no name with a verb that changes things (or with any).
pub(super) fn is_no_name(word: &str, is_change: bool) -> bool {
    let article = || HARMLESS_NOISE.contains(&word) || matches!(word, "or" | "help" | "up");
    NOT_NAMES.contains(&word) || (is_change && article())
}

/// Whether `word` begins a clause, joins two, or is a flag.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word) || word.starts_with("--")
}

/// Whether `word` is the name of another AWS service.
pub(super) fn is_service(word: &str) -> bool {
    SERVICES.contains(&word)
}

/// Whether `word`, which nobody knows, can be a service's name in front of a verb.
pub(super) fn may_be_service(word: &str) -> bool {
    let is_ordinary =
        [NO_SERVICES, KEYWORDS, NOT_NAMES, HARMLESS_NOISE].iter().any(|list| list.contains(&word));
    !is_ordinary && !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn begins<'a>(
    mut words: impl Iterator<Item = &'a Option<String>>,
    mut phrase: impl Iterator<Item = &'a &'a str>,
) -> bool {
    phrase.all(|wanted| {
        let word = words.next().and_then(Option::as_deref);
        word.is_some_and(|word| word.trim_end_matches([':', '!', '.']) == *wanted)
    })
}
