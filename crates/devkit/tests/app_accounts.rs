//! Other people's accounts: linked by who may, proved before they are used, and
//! changed by sessions that may do that one thing, with a word in the book before.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use std::time::Duration;

use devkit::cloud::{AwsCall, AwsFault, Fault};
use devkit::fleet::{
    ACT_ROLE, Call, PROD_ACCOUNT, READ_ROLE, Role, SAMPLE_ACCOUNT, SourceIdentity, role_arn,
};
use devkit::slack::Seen;
use domain::ids::{AccountId, InstanceId};
use dynoxide::actions::put_item::PutItemRequest;
use dynoxide::types::AttributeValue;
use serde_json::{Value, json};
use support::plans::{OPS, at, param};
use support::{App, app, jobs, only, timeless, words};

/// Another team of the same deployment.
const OTHERS: &str = "T0OTHER001";
/// How long any session lasts.
const LASTING: &str = "900";

/// What the owner of an account is told.
#[derive(Clone, Debug)]
struct Steps {
    /// The role that is to be trusted.
    us: String,
    external_id: String,
    /// The trust policy to copy.
    trust: Value,
}

/// Lets ann add the account; what its owner has to do.
async fn add(app: &App, line: &str) -> Steps {
    let said = asked(app, "ann", line).await;
    let after = |name: &str| {
        let (_, rest) = said.text.split_once(&format!("{name}=")).unwrap_or_else(|| panic!("{said:#?}"));
        rest.split(|letter: char| letter.is_whitespace() || letter == '`').next().unwrap().to_owned()
    };
    let policy = said.text.split("```").find(|part| part.contains("Statement")).expect("a policy to copy");
    let trust = serde_json::from_str(policy.trim()).unwrap_or_else(|error| panic!("{error}: {policy}"));
    assert!(said.ephemeral, "nobody else sees it: {said:#?}");
    Steps { us: after("BellhopRoleArn"), external_id: after("ExternalId"), trust }
}

/// The one answer to a mention in #ops.
async fn asked(app: &App, user: &str, line: &str) -> Seen {
    let answers = app.ask(user, OPS, &format!("@bellhop {line}")).await;
    only(line, &answers);
    answers.into_iter().next().unwrap()
}

/// The same as it is read.
async fn told(app: &App, user: &str, line: &str) -> String {
    words(&asked(app, user, line).await)
}

/// ann links acme, whose owner does as told.
async fn linked(app: &App) -> Steps {
    let steps = add(app, &format!("account add acme {PROD_ACCOUNT} eu-west-1,us-east-1")).await;
    app.launch_customer_role(PROD_ACCOUNT, &steps.us, &steps.external_id).expect("the template is launched");
    let said = told(app, "ann", "account verify acme").await;
    assert!(said.starts_with(&format!("*acme* ({PROD_ACCOUNT}) is verified: ")), "{said}");
    steps
}

fn prod() -> AccountId {
    AccountId::new(PROD_ACCOUNT)
}

/// The instance of acme that has this name.
fn in_acme(app: &App, name: &str) -> InstanceId {
    let ids = app.fleet().ids_in(&prod(), name);
    assert_eq!(ids.len(), 1, "{name}");
    ids.into_iter().next().unwrap()
}

/// Calls in acme's account, by whatever session.
fn calls_in_acme(app: &App) -> Vec<Call> {
    app.fleet().calls().into_iter().filter(|call| call.account == PROD_ACCOUNT).collect()
}

/// The instances that a call is about.
fn instances_of(call: &Call) -> Vec<&str> {
    let ids = call.params.iter().filter(|(name, _)| name.starts_with("InstanceId."));
    ids.map(|(_, id)| id.as_str()).collect()
}

/// What the log of all calls says of a change: it was made by a session for just
/// that, of whoever asked, under the name of the job.
#[track_caller]
fn assert_bounded(app: &App, call: &Call, steps: &Steps, (user, ids): (&str, &[InstanceId])) {
    let assumed = call.assumed.as_ref().expect("a session of an assumed role");
    assert_eq!(assumed.role, role_arn(&prod(), ACT_ROLE));
    assert_eq!(assumed.external_id.as_deref(), Some(steps.external_id.as_str()));
    assert_eq!(assumed.source_identity.as_deref(), Some(user));
    let arns: Vec<_> =
        ids.iter().map(|id| format!("arn:aws:ec2:{}:{PROD_ACCOUNT}:instance/{id}", call.region)).collect();
    let policy: Value = serde_json::from_str(assumed.policy.as_ref().expect("a session policy")).unwrap();
    let action = format!("ec2:{}", call.action);
    let statement = json!({"Effect": "Allow", "Action": action, "Resource": arns});
    assert_eq!(policy, json!({"Version": "2012-10-17", "Statement": [statement]}));
    let called = instances_of(call);
    assert_eq!(called, ids.iter().map(InstanceId::as_str).collect::<Vec<_>>());
    // STS was asked for this session, and for no longer than it takes.
    let made =
        app.fleet().calls().into_iter().find(|one| {
            one.action == "AssumeRole" && one.assumed.as_ref() == Some(assumed) && one.code == "OK"
        });
    let made = made.expect("the session was made");
    assert_eq!(param(&made, "DurationSeconds"), Some(LASTING));
    let job = jobs::all(app.cloud()).into_iter().find(|job| {
        let targets = job["plan"]["targets"].as_array().into_iter().flatten();
        job["plan"]["dry_run"] == false
            && targets.map(|target| &target["id"]).eq(ids.iter().map(InstanceId::as_str))
            && assumed.session_name == job["id"].as_str().unwrap().replace('#', "-")
    });
    assert!(job.is_some(), "the session is named after its job: {}", assumed.session_name);
}

/// Before every change there is an entry in the book, and one after it.
#[track_caller]
fn assert_in_the_book(app: &App, changes: &[Call]) {
    let calls = app.cloud().aws_calls();
    let book = &app.cloud().stack().table("Audit").expect("there is the table").name;
    let is_entry = |call: &&AwsCall| {
        call.service == "dynamodb" && call.operation == "PutItem" && call.args["TableName"] == json!(book)
    };
    let is_change = |call: &AwsCall| {
        call.service == "ec2" && call.status == 200 && !call.operation.starts_with("Describe")
    };
    let mut order =
        calls.iter().filter(|call| is_entry(call) || is_change(call)).map(|call| call.operation.as_str());
    let rows = app.audit();
    assert_eq!(rows.len(), 2 * changes.len(), "{rows:#?}");
    for (change, pair) in changes.iter().zip(rows.chunks(2)) {
        let [before, after] = pair else { panic!("{pair:?}") };
        let seen: Vec<_> = order.by_ref().take(3).collect();
        assert_eq!(seen, ["PutItem", &change.action, "PutItem"], "in this order");
        assert_eq!(before["event"], json!({"is": "calling"}));
        assert!(
            before["at"].as_u64().unwrap() <= change.at.0 && change.at.0 <= after["at"].as_u64().unwrap()
        );
        assert_eq!(after["event"]["is"], "done", "{after}");
        let request_id = after["event"]["request_id"].as_str().unwrap();
        assert_eq!(request_id.len(), 36, "AWS's request id: {request_id}");
        for row in pair {
            let ids: Vec<_> =
                row["targets"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
            let called = instances_of(change);
            assert_eq!(ids, called);
            assert_eq!(row["job"], before["job"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_linked_proved_and_looked_into() {
    let app = app().await;
    let steps = add(&app, &format!("account add acme {PROD_ACCOUNT} eu-west-1,us-east-1")).await;
    assert!(steps.external_id.starts_with("bellhop-") && steps.external_id.len() == 40, "{steps:?}");
    // The trust policy to copy is what the template says.
    let statements = steps.trust["Statement"].as_array().unwrap();
    assert_eq!(statements[0]["Principal"]["AWS"], json!(steps.us));
    assert_eq!(statements[0]["Condition"], json!({"StringEquals": {"sts:ExternalId": steps.external_id}}));
    // Asked again, the same again; under another alias, no.
    let again = add(&app, &format!("account add acme {PROD_ACCOUNT}")).await;
    assert_eq!(again.external_id, steps.external_id);
    let said = told(&app, "ann", &format!("account add other {PROD_ACCOUNT}")).await;
    assert_eq!(said, format!("{PROD_ACCOUNT} is linked already, as *acme*. I did nothing."));
    // Until it is verified nobody looks there.
    let said = told(&app, "ann", "find for account acme").await;
    assert!(said.contains("is not verified, so I don't use it"), "{said}");
    assert_eq!(calls_in_acme(&app), []);
    assert!(told(&app, "ann", "accounts").await.contains("not verified, so not used"));
    app.launch_customer_role(PROD_ACCOUNT, &steps.us, &steps.external_id).unwrap();
    let said = told(&app, "ann", "account verify acme").await;
    assert!(said.contains("refuse me without it or with a wrong one."), "{said}");
    assert!(said.ends_with("I see 10 instances in eu-west-1 and 4 instances in us-east-1."), "{said}");
    let said = told(&app, "bob", "accounts").await;
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(
        lines[1].starts_with("• *home* · ") && lines[2].starts_with("• *acme* · 444455556666 · "),
        "{said}"
    );
    assert!(lines[2].contains(" · verified 20"), "{said}");
    // Both accounts are looked into.
    let said = told(&app, "bob", "find name=bastion").await;
    assert_eq!(said.matches("*bastion*").count(), 2, "{said}");
    assert!(said.contains("acme"), "{said}");
    let said = told(&app, "bob", "find shop-web-*").await;
    assert_eq!(said.matches("shop-web-").count(), 2, "{said}");
    let said = told(&app, "bob", "find for account home").await;
    assert!(said.starts_with("*27 instances*: ") && !said.contains("acme"), "{said}");
    let said = told(&app, "bob", "find").await;
    assert!(said.starts_with("*41 instances*: "), "{said}");
    let said = told(&app, "bob", "check shop-web-1").await;
    assert!(said.starts_with("*shop-web-1* is *running*"), "{said}");
    // Whatever looked there was a session of the role that looks, with the external id.
    let looks: Vec<_> = calls_in_acme(&app).into_iter().filter(|call| call.service == "ec2").collect();
    for call in looks.iter().filter(|call| call.action.starts_with("Describe")) {
        let assumed = call.assumed.as_ref().expect("a session");
        assert_eq!(assumed.role, role_arn(&prod(), READ_ROLE));
        assert_eq!(assumed.external_id.as_deref(), Some(steps.external_id.as_str()));
    }
    assert!(looks.len() >= 6, "{looks:#?}");
    assert_eq!(app.all_changes(), 0);
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_bounded_and_in_the_book() {
    let app = app().await;
    let steps = linked(&app).await;
    // Bellhop's own account has no roles to be assumed; the others do.
    let said = told(&app, "ann", "start mailer").await;
    assert_eq!(timeless(&said), "Done: mailer (acme) is *running* (…).");
    let card = app.card("bob", "stop shop-web-1 shop-web-2").await;
    assert!(card.plain.starts_with("Stop 2 instances? They lose their public IPs. Plan "), "{card:#?}");
    assert_eq!(card.buttons, ["Stop 2", "Dry run", "Cancel"]);
    assert!(card.plain.contains("• shop-web-1 (i-03522fae0f32741ae) in acme, eu-west-1: "), "{card:#?}");
    app.click_as(&at(&card, "bob", "Stop 2")).await;
    let said = words(&app.message("ann", OPS, &card.ts));
    assert_eq!(timeless(&said), "Done: shop-web-1 (acme) and shop-web-2 (acme) are *stopped* (…).");
    let card = app.termination("bob", "etl-us").await;
    assert!(
        card.plain.starts_with("@bob wants to *terminate* etl-us (acme, us-east-1). Reason: "),
        "{card:#?}"
    );
    app.click_as(&at(&card, "ann", "Approve")).await;
    let said = words(&app.message("ann", OPS, &card.ts));
    assert_eq!(timeless(&said), "Done: etl-us (acme) is *terminated* (…).");
    // Nothing else was changed.
    let changes = app.changing_calls();
    let actions: Vec<_> = changes.iter().map(|call| call.action.as_str()).collect();
    assert_eq!(actions, ["StartInstances", "StopInstances", "TerminateInstances"]);
    assert_eq!(app.all_changes(), 4);
    let web = [in_acme(&app, "shop-web-1"), in_acme(&app, "shop-web-2")];
    assert_bounded(&app, &changes[0], &steps, ("U0ANN00001", &[in_acme(&app, "mailer")]));
    assert_bounded(&app, &changes[1], &steps, ("U0BOB00001", &web));
    assert_bounded(&app, &changes[2], &steps, ("U0BOB00001", &[in_acme(&app, "etl-us")]));
    assert_in_the_book(&app, &changes);
    // Who asked, and who agreed to what, and why.
    let rows = app.audit();
    let actors: Vec<_> =
        rows.iter().map(|row| (row["actor"].as_str().unwrap(), row["account"].as_str().unwrap())).collect();
    let (ann, bob) = (("U0ANN00001", "acme"), ("U0BOB00001", "acme"));
    assert_eq!(actors, [ann, ann, bob, bob, bob, bob]);
    assert_eq!((&rows[0]["plan"], &rows[0]["approvers"]), (&Value::Null, &json!([])));
    assert_eq!(rows[2]["plan"].as_str().unwrap().len(), 64, "the plan that was agreed to");
    assert_eq!(
        (&rows[4]["approvers"], &rows[4]["reason"]),
        (&json!(["U0ANN00001"]), &json!("it has served"))
    );
    assert_every_session_is_narrow(&app, &steps, 6);
    assert_no_secret_is_told(&app, &steps);
    app.finish_after_refusals().await;
}

/// Whoever took a role of acme on did so with the external id, for as short as can be,
/// and to act with a policy that names one action and whole instances, dry runs and the
/// proof included.
#[track_caller]
fn assert_every_session_is_narrow(app: &App, steps: &Steps, least: usize) {
    let calls = app.fleet().calls();
    let made: Vec<_> = calls.iter().filter(|call| call.action == "AssumeRole" && call.code == "OK").collect();
    let (mut looks, mut acts) = (0, 0);
    for call in made {
        assert_eq!(param(call, "DurationSeconds"), Some(LASTING));
        let assumed = call.assumed.as_ref().expect("what it asks for");
        assert_eq!(assumed.external_id.as_deref(), Some(steps.external_id.as_str()));
        assert!(assumed.source_identity.is_some(), "{assumed:?}");
        if assumed.role == role_arn(&prod(), READ_ROLE) {
            looks += 1;
            continue;
        }
        acts += 1;
        assert_eq!(assumed.role, role_arn(&prod(), ACT_ROLE));
        let policy: Value = serde_json::from_str(assumed.policy.as_ref().expect("a policy")).unwrap();
        let statements = policy["Statement"].as_array().expect("a list");
        assert_eq!(statements.len(), 1, "{policy}");
        let action = statements[0]["Action"].as_str().expect("one action");
        assert!(
            action.starts_with("ec2:") && action.ends_with("Instances") && !action.contains('*'),
            "{action}"
        );
        let arns = statements[0]["Resource"].as_array().expect("a list");
        assert!(arns.len() == 1 || arns.len() == 2, "{policy}");
        assert!(
            arns.iter().all(|arn| arn
                .as_str()
                .is_some_and(|arn| arn.contains(":instance/i-") && !arn.contains('*')))
        );
    }
    assert!(looks > 0 && acts >= least, "{looks}, {acts}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_protected_after_the_last_look_is_left_alone_by_its_role() {
    let app = app().await;
    linked(&app).await;
    for (action, name, agreeing) in [
        ("StopInstances", "shop-web-1", "bob"),
        ("RebootInstances", "shop-web-2", "bob"),
        ("TerminateInstances", "etl-us", "ann"),
    ] {
        let card = match action {
            "StopInstances" => app.card("bob", &format!("stop {name}")).await,
            "RebootInstances" => app.card("bob", &format!("reboot {name}")).await,
            _ => app.termination("bob", name).await,
        };
        // The call is under way when the owner sets the tag.
        let on_the_way = AwsFault::Delay(Duration::from_secs(2));
        app.cloud().faults().add(Fault::next("ec2", action, on_the_way).from("Ec2"));
        let agreed = at(&card, agreeing, &card.buttons[0]);
        tokio::join!(app.click_as(&agreed), async {
            app.until("the call is under way", || app.cloud().faults().pending() == 0).await;
            assert!(app.fleet().tag(&in_acme(&app, name), "bellhop:protected", Some("yes")));
        });
        let said = words(&app.message("ann", OPS, &card.ts));
        assert!(said.contains(&format!("AWS refused: ec2:{action} is not allowed for role ")), "{said}");
    }
    assert_eq!(app.all_changes(), 0);
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_plan_over_two_accounts_is_two_calls() {
    let app = app().await;
    let steps = linked(&app).await;
    let card = app.card("ann", "stop web-1 shop-web-1").await;
    assert!(card.plain.starts_with("Stop 2 instances? They lose their public IPs. Plan "), "{card:#?}");
    app.click_as(&at(&card, "ann", "Stop 2")).await;
    let said = timeless(&words(&app.message("ann", OPS, &card.ts)));
    assert!(
        said.contains("web-1") && said.contains("shop-web-1 (acme)") && said.ends_with("are *stopped* (…)."),
        "{said}"
    );
    let changes = app.changing_calls();
    let of = |account: &str| {
        let of_it: Vec<_> = changes.iter().filter(|call| call.account == account).collect();
        assert_eq!(of_it.len(), 1, "{changes:#?}");
        of_it[0].clone()
    };
    let (home, acme) = (of(SAMPLE_ACCOUNT), of(PROD_ACCOUNT));
    let (web, shop) = (app.id("web-1"), in_acme(&app, "shop-web-1"));
    assert_eq!((instances_of(&home), instances_of(&acme)), (vec![web.as_str()], vec![shop.as_str()]));
    assert_eq!(home.assumed, None, "no role is taken on at home");
    let assumed = acme.assumed.as_ref().expect("a session");
    assert_eq!(assumed.source_identity.as_deref(), Some("U0ANN00001"));
    assert_in_the_book(&app, &changes);
    assert_every_session_is_narrow(&app, &steps, 2);
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_down_is_not_done() {
    let app = app().await;
    linked(&app).await;
    let book = app.cloud().stack().table("Audit").expect("there is the table").name.clone();
    let broken = || AwsFault::Status { status: 400, code: "ResourceNotFoundException".into() };
    let unwritten = "I could not write down what I was about to do, so I left";
    app.cloud().faults().add(Fault::next("dynamodb", "PutItem", broken()).containing(&book).times(9));
    let said = told(&app, "ann", "start mailer").await;
    assert!(said.contains(unwritten), "{said}");
    let card = app.termination("bob", "etl-us").await;
    app.click_as(&at(&card, "ann", "Approve")).await;
    let said = words(&app.message("ann", OPS, &card.ts));
    assert!(said.contains(unwritten), "{said}");
    app.cloud().faults().clear();
    assert_eq!((app.changing_calls(), app.all_changes(), app.audit()), (Vec::new(), 0, Vec::new()));
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_can_be_seen_is_told() {
    let app = app().await;
    linked(&app).await;
    without(&app, READ_ROLE, "ec2:DescribeInstances");
    let said = told(&app, "bob", "find bastion").await;
    assert_eq!(said.matches("*bastion*").count(), 1, "what is seen is listed: {said}");
    let blind =
        "acme, eu-west-1 and us-east-1: not allowed to describe as BellhopRead in 444455556666 (request ";
    assert!(said.contains(blind), "{said}");
    // A change of what is called so might hit the wrong one.
    let said = told(&app, "bob", "start reports").await;
    assert!(said.starts_with("I could not look everywhere, so I did nothing.\nacme, "), "{said}");
    assert_eq!(app.all_changes(), 0);
    // At home there is nothing in the way.
    let said = told(&app, "bob", "start reports for account home").await;
    assert_eq!(timeless(&said), "Done: reports is *running* (…).");
    app.finish_after_refusals().await;
}

/// No line that any function has printed has a secret in it.
#[track_caller]
fn assert_no_secret_is_told(app: &App, steps: &Steps) {
    let app_of = app.slack().app();
    let mut secrets = app.slack().tokens();
    secrets.extend([steps.external_id.clone(), app_of.client_secret, app_of.signing_secret]);
    let mut lines = 0;
    for function in &app.cloud().stack().functions {
        for line in app.cloud().log().output(&function.logical_id) {
            lines += 1;
            for secret in &secrets {
                assert!(!line.contains(secret), "{}: {line}", function.logical_id);
            }
            // Keys of sessions: their ids begin with this, their tokens are longer than any word.
            assert!(!line.contains("ASIA"), "{}: {line}", function.logical_id);
            let longest = line.split(|letter: char| !letter.is_ascii_alphanumeric()).map(str::len).max();
            assert!(longest < Some(200), "{}: {line}", function.logical_id);
        }
    }
    assert!(lines >= 5, "there are lines");
    // Nor is any in what people other than ann were shown.
    for (user, channel) in [("bob", OPS), ("kim", OPS), ("gil", OPS)] {
        let seen = format!("{:?}", app.conversation(user, channel).unwrap());
        assert!(secrets.iter().all(|secret| !seen.contains(secret)), "{user} in {channel}");
    }
    // Nor in any record but those of the accounts themselves, and of the answer to ann.
    for table in ["Jobs", "Instances", "Audit", "Accounts"] {
        for item in jobs::items(app.cloud(), table) {
            let item = format!("{item:?}");
            let may_have_it = table == "Accounts" || item.contains("account add ");
            let has = |secret: &&String| item.contains(secret.as_str());
            let found: Vec<_> = secrets.iter().filter(has).collect();
            let right = found.is_empty() || may_have_it && found == [&steps.external_id];
            assert!(right, "{table}: {item}");
        }
    }
}

/// Something about the roles of acme that must not be.
type Flaw = fn(&App, &Steps);

fn alter(app: &App, role: &str, change: impl FnOnce(&mut Role)) {
    assert!(app.fleet().alter_role(&role_arn(&prod(), role), change), "{role}");
}

fn careless(app: &App, role: &str) {
    alter(app, role, |role| role.trust.external_id = None);
}

fn trusts_somebody_else(app: &App, role: &str) {
    alter(app, role, |role| role.trust.principals = vec!["arn:aws:iam::999988887777:role/Somebody".into()]);
}

/// Takes a right from a role.
fn without(app: &App, role: &str, right: &str) {
    alter(app, role, |role| {
        role.statements.push(json!({"Effect": "Deny", "Action": right, "Resource": "*"}));
    });
}

const FLAWS: [(&str, Flaw, &str); 12] = [
    (
        "the role that acts asks for no external id",
        |app, _| careless(app, ACT_ROLE),
        "`arn:aws:iam::444455556666:role/BellhopAct` lets me in without an external id.",
    ),
    (
        "the role that looks asks for none",
        |app, _| careless(app, READ_ROLE),
        "`arn:aws:iam::444455556666:role/BellhopRead` lets me in without an external id.",
    ),
    (
        "both ask for none",
        |app, steps| drop(app.launch_careless_role(PROD_ACCOUNT, &steps.us, &steps.external_id).unwrap()),
        "lets me in without an external id.",
    ),
    (
        "the role that acts trusts somebody else",
        |app, _| trusts_somebody_else(app, ACT_ROLE),
        "`arn:aws:iam::444455556666:role/BellhopAct` does not let me in (request ",
    ),
    (
        "the role that looks does",
        |app, _| trusts_somebody_else(app, READ_ROLE),
        "`arn:aws:iam::444455556666:role/BellhopRead` does not let me in (request ",
    ),
    (
        "another external id is asked for",
        |app, _| alter(app, ACT_ROLE, |role| role.trust.external_id = Some("bellhop-other".into())),
        "`arn:aws:iam::444455556666:role/BellhopAct` does not let me in (request ",
    ),
    (
        "nobody may say who is behind a session",
        |app, _| alter(app, ACT_ROLE, |role| role.trust.source_identity = SourceIdentity::Forbidden),
        "`arn:aws:iam::444455556666:role/BellhopAct` does not let me in (request ",
    ),
    (
        "there is no such role",
        |app, _| assert!(app.fleet().remove_role(&role_arn(&prod(), READ_ROLE))),
        "`arn:aws:iam::444455556666:role/BellhopRead` does not let me in (request ",
    ),
    (
        "it may not look",
        |app, _| without(app, READ_ROLE, "ec2:DescribeInstances"),
        "`arn:aws:iam::444455556666:role/BellhopRead` may not use `ec2:DescribeInstances` in ",
    ),
    (
        "it may not look at status checks",
        |app, _| without(app, READ_ROLE, "ec2:DescribeInstanceStatus"),
        "may not use `ec2:DescribeInstanceStatus` in ",
    ),
    (
        "it may not stop",
        |app, _| without(app, ACT_ROLE, "ec2:StopInstances"),
        "`arn:aws:iam::444455556666:role/BellhopAct` may not use `ec2:StopInstances` in ",
    ),
    (
        "it may not terminate",
        |app, _| without(app, ACT_ROLE, "ec2:TerminateInstances"),
        "may not use `ec2:TerminateInstances` in ",
    ),
];

/// Whether anything in acme was asked by way of a command.
fn asked_of_acme(app: &App, from: usize) -> Vec<String> {
    let calls = app.fleet().calls().split_off(from);
    calls.into_iter().filter(|call| call.account == PROD_ACCOUNT).map(|call| call.action).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_not_safe_is_not_linked() {
    let app = app().await;
    let steps = add(&app, &format!("account add acme {PROD_ACCOUNT} eu-west-1,us-east-1")).await;
    for (what, flaw, why) in FLAWS {
        app.launch_customer_role(PROD_ACCOUNT, &steps.us, &steps.external_id).unwrap();
        flaw(&app, &steps);
        let said = told(&app, "ann", "account verify acme").await;
        assert!(
            said.starts_with(&format!("*acme* ({PROD_ACCOUNT}) is not verified. I don't use it.\n")),
            "{what}: {said}"
        );
        assert!(said.contains(why), "{what}: {said}");
        assert!(said.ends_with("Then say *account verify acme* again."), "{what}: {said}");
        assert!(!said.contains(&steps.external_id), "{what}: {said}");
        let from = app.fleet().calls().len();
        let said = told(&app, "bob", "start mailer for account acme").await;
        assert!(said.contains("is not verified, so I don't use it"), "{what}: {said}");
        let said = told(&app, "bob", "start mailer").await;
        assert!(said.starts_with("No instance matches “mailer”"), "{what}: {said}");
        assert_eq!(asked_of_acme(&app, from), Vec::<String>::new(), "{what}");
    }
    assert_eq!(app.changing_calls(), []);
    // And once all is right, it is.
    app.launch_customer_role(PROD_ACCOUNT, &steps.us, &steps.external_id).unwrap();
    let said = told(&app, "ann", "account verify acme").await;
    assert!(said.starts_with(&format!("*acme* ({PROD_ACCOUNT}) is verified: ")), "{said}");
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_becomes_unsafe_is_unlinked() {
    let app = app().await;
    let steps = linked(&app).await;
    for (what, flaw, why) in FLAWS {
        let card = app.card("ann", "stop search-1").await;
        flaw(&app, &steps);
        let said = told(&app, "ann", "account verify acme").await;
        let begin = format!(
            "*acme* ({PROD_ACCOUNT}) is not verified. It was verified before; from now on I don't use it.\n"
        );
        assert!(said.starts_with(&begin) && said.contains(why), "{what}: {said}");
        let from = app.fleet().calls().len();
        // What was asked before is not done either.
        app.click_as(&at(&card, "ann", "Stop search-1 (acme)")).await;
        let said = words(&app.message("ann", OPS, &card.ts));
        assert_eq!(
            said, "Not every account of this plan is linked any more (acme). Nothing was run.",
            "{what}"
        );
        let said = told(&app, "bob", "find shop-web-*").await;
        assert!(said.starts_with("No instance matches"), "{what}: {said}");
        assert_eq!(asked_of_acme(&app, from), Vec::<String>::new(), "{what}");
        app.launch_customer_role(PROD_ACCOUNT, &steps.us, &steps.external_id).unwrap();
        let said = told(&app, "ann", "account verify acme").await;
        assert!(said.starts_with(&format!("*acme* ({PROD_ACCOUNT}) is verified: ")), "{what}: {said}");
    }
    let said = told(&app, "ann", "account remove acme").await;
    assert!(
        said.starts_with(&format!(
            "I have forgotten *acme* ({PROD_ACCOUNT}), and do nothing there any more."
        )),
        "{said}"
    );
    let from = app.fleet().calls().len();
    assert!(told(&app, "bob", "find shop-web-*").await.starts_with("No instance matches"));
    assert_eq!(asked_of_acme(&app, from), Vec::<String>::new());
    assert_eq!((app.changing_calls(), app.all_changes()), (Vec::new(), 0));
    assert_no_secret_is_told(&app, &steps);
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_admins_manage_accounts() {
    let app = app().await;
    linked(&app).await;
    let lines = [
        format!("account add other {PROD_ACCOUNT}"),
        "account verify acme".to_owned(),
        "account remove acme".to_owned(),
        "account approvers acme @oncall".to_owned(),
        "account approvers home @oncall".to_owned(),
    ];
    let before = jobs::items(app.cloud(), "Accounts");
    let calls = app.fleet().calls().len();
    for line in &lines {
        let said = told(&app, "bob", line).await;
        let sentence = "Only workspace admins, and @ann who installed me, can link accounts or say who approves there. I did nothing.";
        assert_eq!(said, sentence, "{line}");
        let said = told(&app, "gil", line).await;
        assert_eq!(said, "Only members of this workspace can use me for that.", "{line}");
        let answers = app.ask("sam", "#partners", &format!("@bellhop {line}")).await;
        assert_eq!(only(line, &answers), "Only members of this workspace can use me for that.", "{line}");
    }
    assert_eq!(told(&app, "gil", "accounts").await, "Only members of this workspace can use me for that.");
    assert_eq!(jobs::items(app.cloud(), "Accounts"), before);
    assert_eq!(app.fleet().calls().len(), calls, "AWS was asked for nothing");
    // The installer may, who is no admin any more.
    app.slack().set_role("ann", devkit::slack::Role::Member).unwrap();
    let said = told(&app, "ann", "account approvers acme @oncall").await;
    assert_eq!(
        said,
        "From now on members of @oncall approve what cannot be undone in *acme*; nobody approves what they asked for themselves."
    );
    // And then it is them who do: ann is asked for nothing.
    let card = app.termination("ann", "etl-us").await;
    assert!(card.plain.contains("Needs 1 of @oncall."), "{card:#?}");
    app.click_as(&at(&card, "kim", "Approve")).await;
    let said = words(&app.message("ann", OPS, &card.ts));
    assert_eq!(timeless(&said), "Done: etl-us (acme) is *terminated* (…).");
    assert_eq!(app.audit().last().unwrap()["approvers"], json!(["U0KIM00001"]));
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_teams_account_is_not_there() {
    let app = app().await;
    let steps = linked(&app).await;
    // As another team would have it: the same account, linked by them as theirs.
    let table_name = app.cloud().stack().table("Accounts").unwrap().name.clone();
    let is_acme = |item: &&std::collections::HashMap<String, AttributeValue>| {
        item.get("alias") == Some(&AttributeValue::S("acme".into()))
    };
    let mut item = jobs::items(app.cloud(), "Accounts").iter().find(is_acme).unwrap().clone();
    item.insert("team_id".into(), AttributeValue::S(OTHERS.into()));
    app.cloud()
        .database()
        .put_item(PutItemRequest { table_name, item, ..PutItemRequest::default() })
        .unwrap();
    let said = told(&app, "ann", "account remove acme").await;
    assert!(said.starts_with("I have forgotten *acme*"), "{said}");
    assert_eq!(jobs::items(app.cloud(), "Accounts").len(), 1, "theirs is still there");
    let from = app.fleet().calls().len();
    let said = told(&app, "ann", "accounts").await;
    assert!(said.starts_with("*1 account*:\n• *home* · ") && !said.contains(PROD_ACCOUNT), "{said}");
    let said = told(&app, "ann", "account verify acme").await;
    assert_eq!(said, "No account is linked as *acme*. None is linked. I did nothing.");
    let said = told(&app, "ann", "find for account acme").await;
    assert!(said.starts_with("I don't know the account “acme”."), "{said}");
    for line in ["find shop-web-*", "check payments", &format!("start {}", in_acme(&app, "mailer"))] {
        let said = told(&app, "ann", line).await;
        assert!(said.starts_with("No instance matches"), "{line}: {said}");
    }
    assert_eq!(asked_of_acme(&app, from), Vec::<String>::new());
    // Linked anew it gets an external id of its own.
    let anew = add(&app, &format!("account add acme {PROD_ACCOUNT}")).await;
    assert_ne!(anew.external_id, steps.external_id);
    let said = told(&app, "ann", "account verify acme").await;
    assert!(said.contains("does not let me in"), "the other team's roles are no way in: {said}");
    assert_eq!(app.all_changes(), 0);
    app.finish_after_refusals().await;
}
