//! Cards, and what is told of clicks: word for word, and whatever the names in
//! them are.

use domain::approvers::Approvers;
use domain::ids::{Alias, ChannelId, JobId, MessageTs, Owner, PlanHash, Region, TeamId, UserGroupId, UserId};
use domain::instance::{Action, Instance, InstanceState};
use domain::job::{Answers, Ask, Asked, Given, Job, Plan, Progress, Request};
use domain::preflight::Warning;
use domain::time::Millis;
use slack::blocks::Message;

use super::super::*;
use super::buttons::buttons;
use super::{STOP, instance, place, plan};
use crate::ports::{Caller, InstancesError, Protection};
use crate::testing::as_read;

/// 2025-12-01 14:05 UTC.
const AT: Millis = Millis(1_764_597_900_000);

fn asked() -> Asked {
    Asked { plan: PlanHash::new("7f3a".repeat(16)), expires: AT, decided_by: None }
}

fn job(reason: &str) -> Job {
    let request = Request {
        user: UserId::new("U1"),
        channel: ChannelId::new("C1"),
        ask: Ask::command("stop web-1"),
        answers: Answers::Channel { thread: MessageTs::new("1.2"), open_thread: None },
    };
    let mut job =
        Job::new(JobId::new("ec2#T1#C1#1.2"), TeamId::new("T1"), request, Owner::new("owner"), Millis(0));
    job.consent.reason = Some(reason.to_owned());
    job
}

fn told(user: &str) -> Reviewers {
    Reviewers::Found { told: vec![UserId::new(user)] }
}

fn given(by: &str) -> Given {
    Given { by: UserId::new(by), at: AT }
}

/// A plan for two instances of that name, the second in an account of that name.
fn odd(action: Action, word: &str) -> Plan {
    let mut plan = plan(action, &[(word, Progress::Planned), (word, Progress::Planned)]);
    for (target, account) in plan.targets.iter_mut().zip(["home", word]) {
        target.account = Alias::new(account);
        target.region = Region::new(word);
        target.name = Some(word.to_owned());
        target.warnings = vec![
            Warning::AutoScaling { group: word.to_owned() },
            Warning::LosesPublicIp { address: word.to_owned() },
        ];
    }
    plan
}

/// What people read where Slack knows no time zone.
fn text(message: &Message) -> String {
    as_read(message.fallback())
}

/// Every sentence with `word` wherever foreign text can stand.
fn everything(word: &str) -> Vec<String> {
    let (job, asked, group) = (job(word), asked(), UserGroupId::new(word));
    let caller = Caller { account: domain::ids::AccountId::new(word), role: word.to_owned() };
    let mut said = Vec::new();
    for action in [STOP, Action::Reboot, Action::Terminate] {
        let plan = odd(action, word);
        let live: Instance = instance(word, InstanceState::Stopped);
        let pairs = [(&plan.targets[0], Some(&live)), (&plan.targets[1], None)];
        let renamed = Instance { launched_at: Millis(7), ..instance("other", InstanceState::Running) };
        said.extend([
            text(&question(&job, &plan, &asked, Some(&Reviewers::NoOne))),
            text(&approval(&job, &plan, &asked, &Approvers::group(group.clone()), &Reviewers::OnlyRequester)),
            text(&approval(&job, &plan, &asked, &Approvers::default(), &told(word))),
            text(&notice(&job, &plan, &asked, &[&group])),
            text(&review_request(&job, &plan, &asked, None)),
            text(&denied(&job, &plan, &UserId::new(word))),
            text(&expired(&plan, &asked)),
            text(&changed(&plan, &pairs).unwrap()),
            text(&changed(&plan, &[(&plan.targets[1], Some(&renamed))]).unwrap()),
            text(&protected_since(&plan, &live)),
            text(&lost_right(&UserId::new(word), &plan)),
            text(&account_gone(&plan)),
            text(&other_name(&plan.targets[1])),
            guarded(&plan.targets[1], Protection::Termination),
        ]);
    }
    for error in [
        InstancesError::NotAllowed { operation: word.to_owned(), request_id: word.to_owned() },
        InstancesError::Refused {
            code: word.to_owned(),
            message: word.to_owned(),
            request_id: word.to_owned(),
        },
        InstancesError::Busy(word.to_owned()),
    ] {
        said.push(would_refuse(&[word], &place(word), &error, Some(&caller)));
    }
    said.extend([
        unwritten(&[word, word]),
        text(&refused(&given(word), &UserId::new("U1"))),
        text(&not_yours(&UserId::new(word))),
        text(&not_your_button(&Approvers::group(group))),
    ]);
    said
}

#[test]
fn foreign_text_can_do_nothing_on_a_card() {
    let mentions = |said: &str| said.matches(['<', '>']).count();
    for hostile in
        ["<!channel>", "<@U1|you> &amp; <https://evil.example|web>", "a`b", "a\nb", "a\r\nb", "```<!here>```"]
    {
        for (said, harmless) in everything(hostile).iter().zip(everything("web")) {
            assert_eq!(mentions(said), mentions(&harmless), "{said}");
            assert!(
                !said.contains("<!channel") && !said.contains("<!here") && !said.contains("<https"),
                "{said}"
            );
            assert_eq!(said.matches('`').count(), harmless.matches('`').count(), "{said}");
            assert_eq!(said.lines().count(), harmless.lines().count(), "{said}");
            assert!(!said.contains('\r'), "{said}");
        }
    }
}

#[test]
fn a_button_knows_whose_plan_it_is_and_nothing_else() {
    let value = format!("ec2#T1#C1#1.2 {}", "7f3a".repeat(16));
    let card = question(&job("x"), &plan(STOP, &[("web-1", Progress::Planned)]), &asked(), None);
    let expected =
        [("decide.confirm.0", "Stop web-1"), ("decide.dry_run.1", "Dry run"), ("decide.cancel.2", "Cancel")];
    let expected = expected.map(|(id, label)| (id.to_owned(), label.to_owned(), value.clone()));
    assert_eq!(buttons(&card), expected);
    let card = approval(
        &job("x"),
        &plan(Action::Terminate, &[("web-1", Progress::Planned)]),
        &asked(),
        &Approvers::default(),
        &told("U9"),
    );
    let expected =
        [("decide.approve.0", "Approve"), ("decide.deny.1", "Deny"), ("decide.cancel.2", "Cancel")];
    let expected = expected.map(|(id, label)| (id.to_owned(), label.to_owned(), value.clone()));
    assert_eq!(buttons(&card), expected);
}

#[test]
fn a_name_that_does_not_fit_on_a_button_is_counted() {
    let long = "w".repeat(80);
    let card = question(&job("x"), &plan(STOP, &[(long.as_str(), Progress::Planned)]), &asked(), None);
    assert_eq!(buttons(&card)[0].1, "Stop 1");
    let kill =
        Plan { verb: "kill".to_owned(), ..plan(Action::Terminate, &[(long.as_str(), Progress::Planned)]) };
    let labels: Vec<String> =
        buttons(&question(&job("x"), &kill, &asked(), None)).into_iter().map(|(_, label, _)| label).collect();
    assert_eq!(labels, ["Terminate…", "Force stop i-00000000", "Dry run", "Cancel"]);
}

#[test]
fn other_accounts_are_named() {
    let away = |action| {
        let mut plan = plan(action, &[("web-1", Progress::Planned)]);
        plan.targets[0].account = Alias::new("acme");
        plan
    };
    let card = question(&job("x"), &away(STOP), &asked(), None);
    assert_eq!(
        card.fallback(),
        "Stop `web-1` (acme)? Plan 7F3A, valid 10 min.\n• `web-1` (i-00000000) in acme, eu-west-1: *running* → stopped"
    );
    assert_eq!(buttons(&card)[0].1, "Stop web-1 (acme)");
    let card = approval(
        &job("migrated"),
        &away(Action::Terminate),
        &asked(),
        &Approvers::group(UserGroupId::new("S1")),
        &Reviewers::Found { told: Vec::new() },
    );
    assert_eq!(
        text(&card).lines().next().unwrap(),
        "<@U1> wants to *terminate* `web-1` (acme, eu-west-1). Reason: “migrated”. Needs 1 of <!subteam^S1>. Plan 7F3A, expires Mon 14:05 UTC."
    );
    let notice = notice(&job("migrated"), &away(Action::Terminate), &asked(), &[&UserGroupId::new("S1")]);
    assert_eq!(
        text(&notice),
        "<!subteam^S1>: <@U1> wants to *terminate* `web-1` (acme, eu-west-1) and needs one of you to approve. Plan 7F3A, expires Mon 14:05 UTC."
    );
    assert_eq!(buttons(&notice), []);
    let card =
        approval(&job("migrated"), &away(Action::Terminate), &asked(), &Approvers::default(), &told("U9"));
    assert_eq!(
        text(&card).lines().next().unwrap(),
        "<@U1> wants to *terminate* `web-1` (acme, eu-west-1). Reason: “migrated”. Needs a workspace admin. <@U9> gets a direct message. Plan 7F3A, expires Mon 14:05 UTC."
    );
    let ended = |progress| {
        let mut plan = away(STOP);
        plan.targets[0].progress = progress;
        plan
    };
    let reached = Progress::Reached { state: InstanceState::Stopped, took_ms: 41_000 };
    let done = result(&ended(reached));
    assert_eq!(done.fallback(), "Done: `web-1` (acme) is *stopped* (41 s).");
    assert_eq!(buttons(&done)[0].2, "start i-00000000 in eu-west-1 for acme");
    let failed = result(&ended(Progress::Refused { why: "No.".to_owned(), tried: true }));
    assert_eq!(buttons(&failed)[0].1, "Retry web-1 (acme)");
    let again = expired(&away(STOP), &asked());
    assert_eq!(text(&again), "Plan 7F3A has expired (14:05 UTC). Nothing was run.");
    let (_, label, value) = buttons(&again).remove(0);
    assert_eq!((label.as_str(), value.as_str()), ("Ask again", "stop i-00000000 in eu-west-1 for acme"));
}

#[test]
fn what_was_decided_is_told_with_who_and_when() {
    let mut told = job("x");
    assert_eq!(text(&already(&told, false)), "That was decided already.");
    told.consent.confirmed = Some(given("U1"));
    assert_eq!(text(&already(&told, false)), "Already confirmed by <@U1> at 14:05 UTC.");
    assert_eq!(text(&already(&told, true)), "Already confirmed by <@U1> at 14:05 UTC.");
    told.consent.approved = vec![given("U2")];
    assert_eq!(text(&already(&told, false)), "Already confirmed by <@U1> at 14:05 UTC.");
    assert_eq!(text(&already(&told, true)), "Already approved by <@U2> at 14:05 UTC.");
    told.consent.refused = Some(given("U2"));
    assert_eq!(text(&already(&told, true)), "Already denied by <@U2> at 14:05 UTC.");
    told.consent.refused = Some(given("U1"));
    assert_eq!(text(&already(&told, false)), "Already cancelled by <@U1> at 14:05 UTC.");
}
