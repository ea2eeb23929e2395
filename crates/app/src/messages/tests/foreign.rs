//! Names, tags, regions, error messages and people's own words are shown as
//! they are, and can neither ping, link, end a line, nor turn into code.

use std::sync::Arc;

use domain::account::Account;
use domain::command::{AccountFault, AccountRef, Clause, Command, FilterFault, Refusal, Target, Verb};
use domain::ids::{AccountId, Alias, JobId, UserId};
use domain::instance::{Action, Instance, InstanceState, StateReason};
use domain::job::{Answers, Ask, Job, Move, PlanTarget, Progress, Request, Unseen};
use domain::preflight::{Outcome, Warning};
use domain::time::Millis;
use slack::blocks::Message;

use super::super::*;
use super::{STOP, instance, page, place, plan, region};
use crate::ports::{Caller, Health, InstancesError, RegionClosure};
use crate::testing::home;

const HARMLESS: &str = "web";

const HOSTILE: [&str; 6] = [
    "<!channel>",
    "<@U1|you> &amp; <https://evil.example|web>",
    "a`b",
    "a\nDone: `web-1` is *stopped* (1 s).",
    "a\r\nb\rc",
    "```<!here>```",
];

fn text(message: &Message) -> String {
    message.fallback().to_owned()
}

fn refusals(word: &str) -> Vec<Refusal> {
    let word = || word.to_owned();
    let mut all = vec![
        Refusal::Unclear { word: word(), suggestion: None },
        Refusal::Unclear { word: word(), suggestion: Some(word()) },
        Refusal::OtherService { name: word() },
        Refusal::LeftOver { text: word() },
        Refusal::PerhapsBold { word: word(), plain: Some(word()), pattern: Some(word()) },
        Refusal::BrokenClause { clause: Clause::At, text: word() },
        Refusal::BrokenAccount { text: word(), fault: AccountFault::Alias },
    ];
    let faults = [
        FilterFault::UnknownKey,
        FilterFault::NoTagKey,
        FilterFault::NoOperator,
        FilterFault::NoValue,
        FilterFault::WrongOperator,
        FilterFault::BadValue,
        FilterFault::ManyValues,
    ];
    all.extend(faults.map(|fault| Refusal::BrokenFilter { text: word(), fault }));
    all
}

fn errors(word: &str) -> Vec<InstancesError> {
    let word = || word.to_owned();
    vec![
        InstancesError::NotAllowed { operation: word(), request_id: word() },
        InstancesError::RegionClosed { closure: RegionClosure::NotEnabled, request_id: word() },
        InstancesError::Refused { code: word(), message: word(), request_id: word() },
        InstancesError::Busy(word()),
        InstancesError::Unclear(word()),
    ]
}

fn failed(word: &str) -> Instance {
    let state_reason = Some(StateReason { code: word.to_owned(), message: word.to_owned() });
    Instance { state_reason, ..instance("web-1", InstanceState::Stopped) }
}

fn outcomes() -> Vec<Outcome> {
    let state = InstanceState::Stopped;
    vec![
        Outcome::NothingToDo { state },
        Outcome::WrongState { state, needs: Some(state) },
        Outcome::WrongState { state, needs: None },
        Outcome::OfferStart,
        Outcome::Protected,
        Outcome::Unstoppable,
        Outcome::Gone,
    ]
}

/// A job that is executing, or waiting, a plan for an instance of that name.
fn jobs(word: &str) -> Vec<Job> {
    let request = Request {
        user: UserId::new("U1"),
        channel: domain::ids::ChannelId::new("C1"),
        ask: Ask::command(word),
        answers: Answers::Channel { thread: domain::ids::MessageTs::new("1.2"), open_thread: None },
    };
    let owner = domain::ids::Owner::new("owner");
    let team = domain::ids::TeamId::new("T1");
    let pending = Job::new(JobId::new("ec2#1"), team, request, owner.clone(), Millis(0));
    let moves = [
        Move::Take { owner: owner.clone(), until: Millis(10) },
        Move::Begin { owner: owner.clone() },
        Move::Accepted { owner },
    ];
    let mut jobs = vec![pending];
    for change in moves {
        let job = jobs.last().unwrap().after(&change, Millis(1)).unwrap();
        jobs.push(Job { plan: Some(plan(STOP, &[(word, Progress::Planned)])), ..job });
    }
    jobs.remove(1);
    jobs
}

fn of_plans(word: &str) -> Vec<String> {
    let state = InstanceState::Stopped;
    let why = vanished(&target(word));
    let all = [
        Progress::Planned,
        Progress::Accepted { state },
        Progress::Reached { state, took_ms: 1_000 },
        Progress::WouldRun,
        Progress::Refused { why, tried: true },
        Progress::Lost { state: Some(state) },
        Progress::Lost { state: None },
    ];
    let mut said = Vec::new();
    for action in [STOP, Action::Start, Action::Reboot, Action::Terminate] {
        let targets: Vec<(&str, Progress)> = all.iter().map(|progress| (word, progress.clone())).collect();
        let mut plan = plan(action, &targets);
        for target in &mut plan.targets {
            target.warnings.push(Warning::AutoScaling { group: word.to_owned() });
            target.warnings.push(Warning::LosesPublicIp { address: word.to_owned() });
            target.warnings.push(Warning::Spot);
        }
        said.push(text(&ack(&plan)));
        said.push(text(&result(&plan)));
        said.push(text(&still_waiting(&plan, 600_000, 1_200_000)));
        // The reason is a sentence that is escaped where it is made.
        let why = not_linked(&Alias::new(word));
        said.extend([text(&left_stopped(&plan, &why)), text(&cannot_start_yet(&plan, &why))]);
        for target in &mut plan.targets {
            target.unseen = Some(Unseen { since: Millis(1), why: why.clone() });
        }
        said.push(text(&out_of_sight(&plan)));
        said.push(text(&result(&plan)));
    }
    said
}

/// What a plan says of an instance of that name.
fn target(word: &str) -> PlanTarget {
    plan(STOP, &[(word, Progress::Planned)]).targets.remove(0)
}

/// A stop of what has this name.
fn asked(word: &str) -> Command {
    Command { targets: vec![Target::Name(word.to_owned())], ..Command::new(Verb::Stop) }
}

fn of_instances(word: &str) -> Vec<String> {
    let mut odd = instance(word, InstanceState::Running);
    for field in [&mut odd.zone, &mut odd.instance_type, &mut odd.image, &mut odd.transition_reason] {
        *field = word.to_owned();
    }
    odd.region = region(word);
    (odd.private_ip, odd.public_ip) = (Some(word.to_owned()), Some(word.to_owned()));
    odd.tags.insert(domain::instance::AUTO_SCALING_TAG.to_owned(), word.to_owned());
    let health = Health {
        id: odd.id.clone(),
        system: word.to_owned(),
        instance: word.to_owned(),
        events: vec![(word.to_owned(), word.to_owned())],
    };
    let mut said = vec![
        text(&list(&page(&[&odd], 1))),
        text(&check(&[&odd], 1, &[health], &[], Millis(86_400_000))),
        text(&several(&asked(word), word, &[&odd, &odd])),
    ];
    said.extend(
        outcomes().into_iter().map(|outcome| text(&nothing_changed(&asked(word), &[(&odd, outcome)]))),
    );
    said
}

/// Every sentence with `word` wherever foreign text can stand.
fn everything(word: &str) -> Vec<String> {
    let caller = Caller { account: AccountId::new(word), role: word.to_owned() };
    let mut said = of_plans(word);
    said.extend(of_instances(word));
    said.extend(jobs(word).iter().map(|job| text(&parked(job))));
    said.extend(refusals(word).iter().map(|reason| text(&refusal(reason))));
    said.extend(super::accounts::of_accounts(word));
    for error in errors(word) {
        said.push(not_changed(&[word, word], &place(word), &error, Some(&caller)));
        let callers = std::iter::once((home().alias, caller.clone())).collect();
        let seen = not_seen(&[(place(word), Blindness::Failed(error))], &callers);
        said.push(text(&blind(&seen)));
        said.extend(seen);
    }
    said.extend([
        vanished(&target(word)),
        elsewhere(&target(word), &failed(word), Some(InstanceState::Running)),
        did_not_start(&target(word), &failed(word)),
        text(&not_found(&asked(word), word, &[&place(word)], &[word.to_owned()], &[])),
        text(&no_such_tag(word, Some(word), Some(word.to_owned()), &[&place(word)], &[])),
        text(&bad_region(&region(word), &[region(word)], Some(&AccountRef::Alias(word.to_owned())))),
        text(&unknown_account(
            &AccountRef::Alias(word.to_owned()),
            &[Arc::new(Account { alias: Alias::new(word), ..home() })],
        )),
        not_linked(&Alias::new(word)),
    ]);
    said
}

#[test]
fn foreign_text_can_do_nothing_in_any_sentence() {
    for hostile in HOSTILE {
        for (said, harmless) in everything(hostile).iter().zip(everything(HARMLESS)) {
            assert!(!said.contains(['<', '>']), "{said}");
            let bare =
                ["&amp;", "&lt;", "&gt;"].iter().fold(said.clone(), |said, known| said.replace(known, ""));
            assert!(!bare.contains('&'), "{said}");
            assert_eq!(said.lines().count(), harmless.lines().count(), "{said}");
            assert_eq!(said.matches('`').count(), harmless.matches('`').count(), "{said}");
            assert!(!said.contains('\r'), "{said}");
        }
    }
}

#[test]
fn a_mention_of_the_requester_is_the_only_one() {
    let thread = domain::ids::MessageTs::new("1.2");
    let response_url = domain::ids::ResponseUrl::new("https://hooks.slack.com/commands/1");
    for (answers, words) in [
        (Answers::Direct { thread }, "Hi <@U1>. Try *find*, *check*, *start*, *stop*, or *help*."),
        (
            Answers::Private { response_url },
            "Hi <@U1>. Try */ec2 find*, */ec2 check*, */ec2 start*, */ec2 stop*, or */ec2 help*.",
        ),
    ] {
        assert_eq!(text(&empty(&UserId::new("U1"), &answers)), words);
        assert!(!text(&empty(&UserId::new("U1> <!channel"), &answers)).contains("<!channel"));
    }
}

#[test]
fn no_sentence_is_empty() {
    for said in everything(HARMLESS) {
        assert!(!said.trim().is_empty());
        assert!(said.lines().all(|line| !line.trim().is_empty()), "{said}");
    }
    let topics = Verb::ALL.map(|verb| Some(domain::command::Topic::Verb(verb)));
    for topic in topics.into_iter().chain([None, Some(domain::command::Topic::Filters)]) {
        let said = text(&help(topic));
        assert!(said.len() > 30 && !said.contains(['<', '>']), "{said}");
    }
}
