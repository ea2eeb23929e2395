//! What else a change brings about, and what is wrong with a command about
//! accounts, word for word.

use domain::command::{AccountFault, Refusal, Topic, Verb};
use domain::instance::{Action, InstanceState};
use domain::job::Progress;
use domain::preflight::{Outcome, Warning};

use super::super::*;
use super::{STOP, instance, plan};

type Warned = fn() -> Warning;

const CLAIMS: [(Warned, Action, &str); 10] = [
    (
        || Warning::AutoScaling { group: "web-asg".to_owned() },
        Action::Terminate,
        "`web-1` belongs to the Auto Scaling group web-asg. If you terminate it, AWS will replace it.",
    ),
    (
        || Warning::Spot,
        STOP,
        "`web-1` is a Spot instance: AWS will refuse, unless its request is persistent.",
    ),
    (
        || Warning::Spot,
        Action::Terminate,
        "`web-1` is a Spot instance: if its request is persistent, AWS will replace it.",
    ),
    (
        || Warning::LosesPublicIp { address: "198.51.100.7".to_owned() },
        STOP,
        "`web-1` loses its public IP address 198.51.100.7.",
    ),
    (|| Warning::LosesInstanceStore, STOP, "`web-1` loses all data on its instance store volumes."),
    (
        || Warning::LosesInstanceStore,
        Action::Terminate,
        "`web-1` loses all data on its instance store volumes.",
    ),
    (
        || Warning::EncryptedVolumes,
        STOP,
        "`web-1` has encrypted volumes: AWS starts it again only if my role may use their KMS keys (`EbsKeyArns` of the stack that made the role).",
    ),
    (|| Warning::StopProtected, STOP, "`web-1` has stop protection: AWS will refuse."),
    (
        || Warning::TerminationProtected,
        Action::Terminate,
        "`web-1` has termination protection: AWS will refuse.",
    ),
    (|| Warning::WouldBeRefused { why: "AWS says no.".to_owned() }, STOP, "AWS says no."),
];

#[test]
fn what_will_be_lost_is_said_before() {
    for (warning, action, words) in CLAIMS {
        let mut plan = plan(action, &[("web-1", Progress::Planned), ("web-2", Progress::Planned)]);
        plan.targets[0].warnings.push(warning());
        let said = ack(&plan);
        assert_eq!(said.fallback().lines().skip(1).collect::<Vec<_>>(), [words]);
    }
}

#[test]
fn of_what_is_left_as_it_is_nothing_is_foreseen() {
    for progress in [
        Progress::Refused { why: "No.".to_owned(), tried: false },
        Progress::Lost { state: Some(InstanceState::Running) },
    ] {
        let mut plan = plan(STOP, &[("web-1", Progress::Planned), ("web-2", progress)]);
        plan.targets[1].warnings.push(Warning::LosesInstanceStore);
        let said = ack(&plan);
        assert!(!said.fallback().contains("instance store"), "{}", said.fallback());
    }
}

#[test]
fn afterwards_only_what_is_still_to_come_is_said() {
    for (warning, action, _) in CLAIMS {
        let state = InstanceState::Stopped;
        let mut plan = plan(action, &[("web-1", Progress::Reached { state, took_ms: 41_000 })]);
        plan.targets[0].warnings.push(warning());
        let (said, is_group) = (result(&plan), matches!(warning(), Warning::AutoScaling { .. }));
        assert_eq!(said.fallback().contains("so AWS will replace it"), is_group, "{}", said.fallback());
        assert_eq!(said.fallback().lines().count(), 1 + usize::from(is_group), "{}", said.fallback());
    }
}

#[test]
fn what_can_never_be_stopped_is_left_alone() {
    let odd = instance("web-1", InstanceState::Running);
    assert_eq!(
        left_alone(Verb::Stop, &odd, Outcome::Unstoppable),
        "`web-1` can't be stopped, since its root volume is an instance store. I left it alone."
    );
}

#[test]
fn a_broken_command_about_accounts_says_what_is_wanted() {
    for (text, fault, words) in [
        (
            "stop",
            AccountFault::Action,
            "“stop”: I know *accounts*, and *account* with *add*, *verify*, *remove* and *approvers*. I did nothing.",
        ),
        (
            "2h",
            AccountFault::Alias,
            "“2h”: an alias has letters, digits, hyphens, dots and underscores, and is no number, duration or word of a command. I did nothing.",
        ),
        (
            "home",
            AccountFault::Home,
            "“home”: that is my own account, which I can't link or unlink. I did nothing.",
        ),
        (
            "",
            AccountFault::Number,
            "Something is missing: the number of an AWS account has 12 digits, e.g. *account add acme 123456789012*. I did nothing.",
        ),
        (
            "mars",
            AccountFault::Region,
            "“mars”: regions go last, e.g. *account add acme 123456789012 eu-west-1,us-east-1*. I did nothing.",
        ),
        (
            "<!here>",
            AccountFault::Approvers,
            "“&lt;!here&gt;”: name people, user groups or admins, e.g. *account approvers acme @bob @ops* or *account approvers acme admins*. I did nothing.",
        ),
    ] {
        let said = refusal(&Refusal::BrokenAccount { text: text.to_owned(), fault });
        assert_eq!(said.fallback(), words);
    }
}

#[test]
fn help_knows_every_command_about_accounts() {
    let said = help(Some(Topic::Accounts));
    for words in
        ["*accounts*", "*account add*", "*account verify*", "*account remove*", "*account approvers*"]
    {
        assert!(said.fallback().contains(words), "{words}");
    }
    assert!(help(None).fallback().contains("*help accounts*"));
}
