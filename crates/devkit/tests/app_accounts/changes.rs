//! Changes in a linked account.

use std::time::Duration;

use devkit::cloud::{AwsFault, Fault};
use devkit::fleet::{ACT_ROLE, Closure, PROD_ACCOUNT, PROD_KEY, READ_ROLE, SAMPLE_ACCOUNT};
use domain::ids::{AccountId, Region};
use domain::instance::InstanceState;
use serde_json::{Value, json};

use crate::bounds::{assert_bounded, assert_every_session_is_narrow, assert_in_the_book, instances_of};
use crate::secrecy::assert_no_secret_is_told;
use crate::support::plans::{OPS, at};
use crate::support::{app, timeless, words};
use crate::{alter, in_acme, linked, prod, told, without};

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_bounded_and_in_the_book() {
    let app = app().await;
    let steps = linked(&app).await;
    // Bellhop's own account has no roles to be assumed; the others do.
    let said = told(&app, "ann", "start mailer").await;
    assert_eq!(timeless(&said), "Done: `mailer` (acme) is *running* (…).");
    let card = app.card("bob", "stop shop-web-1 shop-web-2").await;
    assert!(card.plain.starts_with("Stop 2 instances? They lose their public IPs. Plan "), "{card:#?}");
    assert_eq!(card.buttons, ["Stop 2", "Dry run", "Cancel"]);
    assert!(card.plain.contains("• `shop-web-1` (i-03522fae0f32741ae) in acme, eu-west-1: "), "{card:#?}");
    app.click_as(&at(&card, "bob", "Stop 2")).await;
    let said = words(&app.message("ann", OPS, &card.ts));
    assert_eq!(timeless(&said), "Done: `shop-web-1` (acme) and `shop-web-2` (acme) are *stopped* (…).");
    let card = app.termination("bob", "etl-us").await;
    assert!(
        card.plain.starts_with("@bob wants to *terminate* `etl-us` (acme, us-east-1). Reason: "),
        "{card:#?}"
    );
    app.click_as(&at(&card, "ann", "Approve")).await;
    let said = words(&app.message("ann", OPS, &card.ts));
    assert_eq!(timeless(&said), "Done: `etl-us` (acme) is *terminated* (…).");
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

#[tokio::test(flavor = "multi_thread")]
async fn what_is_protected_after_the_last_look_is_left_alone_by_its_role() {
    let app = app().await;
    linked(&app).await;
    for (action, name, agreeing) in [
        ("StopInstances", "shop-web-1", "bob"),
        ("RebootInstances", "shop-web-2", "bob"),
        ("TerminateInstances", "etl-us", "ann"),
        // At home it is the function's own role.
        ("StopInstances", "web-1", "bob"),
        ("RebootInstances", "web-2", "bob"),
        ("TerminateInstances", "sick-1", "ann"),
    ] {
        let owner = [SAMPLE_ACCOUNT, PROD_ACCOUNT].map(AccountId::new);
        let ids: Vec<_> = owner.iter().flat_map(|account| app.fleet().ids_in(account, name)).collect();
        let card = match action {
            "StopInstances" => app.card("bob", &format!("stop {name}")).await,
            "RebootInstances" => app.card("bob", &format!("reboot {name}")).await,
            _ => app.termination("bob", name).await,
        };
        // The call is under way when the owner sets the tag.
        let on_the_way = AwsFault::Delay(Duration::from_secs(4));
        app.cloud().faults().add(Fault::next("ec2", action, on_the_way).from("Ec2"));
        let agreed = at(&card, agreeing, &card.buttons[0]);
        tokio::join!(app.click_as(&agreed), async {
            app.until("the call is under way", || app.cloud().faults().pending() == 0).await;
            assert!(app.fleet().tag(&ids[0], "bellhop:protected", Some("yes")));
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
        said.contains("`web-1`")
            && said.contains("`shop-web-1` (acme)")
            && said.ends_with("are *stopped* (…)."),
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
async fn a_restart_on_a_new_host_is_a_stop_and_a_start_each_bounded() {
    let app = app().await;
    let steps = linked(&app).await;
    let both = app.card("bob", "restart shop-web-1 because it leaks").await;
    assert_eq!(
        both.buttons,
        ["Reboot shop-web-1 (acme)", "Stop and start shop-web-1 (acme)", "Dry run", "Cancel"]
    );
    let before = app.before("bob", OPS);
    app.click_as(&at(&both, "bob", "Stop and start shop-web-1 (acme)")).await;
    let card = app.since(&before).shout().clone();
    assert!(
        card.plain.starts_with("Stop and start `shop-web-1` (acme)? It loses its public IP. Plan "),
        "{card:#?}"
    );
    assert!(app.changing_calls().is_empty(), "what is lost is said first");
    let before = app.before("bob", OPS);
    app.click_as(&at(&card, "bob", "Stop and start shop-web-1 (acme)")).await;
    let heard = app.since(&before);
    let said: Vec<_> = heard.open.iter().map(|one| timeless(&words(one))).collect();
    let stopped = "Done: `shop-web-1` (acme) has *stopped* (…).\nNow I start it again.";
    assert_eq!(said, [stopped, "Done: `shop-web-1` (acme) is *running* (…)."]);
    let changes = app.changing_calls();
    let actions: Vec<_> = changes.iter().map(|call| call.action.as_str()).collect();
    assert_eq!((actions, app.all_changes()), (vec!["StopInstances", "StartInstances"], 2));
    for change in &changes {
        assert_bounded(&app, change, &steps, ("U0BOB00001", &[in_acme(&app, "shop-web-1")]));
    }
    assert_in_the_book(&app, &changes);
    app.click_as(&at(&both, "bob", "Cancel")).await;
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
    assert_eq!(said.matches("`bastion`").count(), 1, "what is seen is listed: {said}");
    let blind =
        "acme, eu-west-1 and us-east-1: not allowed to describe as BellhopRead in 444455556666 (request ";
    assert!(said.contains(blind), "{said}");
    // A change of what is called so might hit the wrong one.
    let said = told(&app, "bob", "start reports").await;
    assert!(said.starts_with("I could not look everywhere, so I did nothing.\nacme, "), "{said}");
    assert_eq!(app.all_changes(), 0);
    // At home there is nothing in the way.
    let said = told(&app, "bob", "start reports for account home").await;
    assert_eq!(timeless(&said), "Done: `reports` is *running* (…).");
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_needs_the_key_of_the_volumes_and_says_so() {
    let app = app().await;
    linked(&app).await;
    let said = told(&app, "ann", "start etl-us").await;
    let failed = "`etl-us` (acme) did not start and is *stopped* again. AWS says: Client.InternalError: Client error on launch. The usual cause is an encrypted volume";
    assert!(said.starts_with(failed) && said.contains("EbsKeyArns"), "{said}");
    // AWS's own key asks for nothing in the role.
    assert_eq!(
        timeless(&told(&app, "ann", "start shop-us-2").await),
        "Done: `shop-us-2` (acme) is *running* (…)."
    );
    alter(&app, ACT_ROLE, |role| {
        role.statements.push(json!({
            "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": [PROD_KEY],
            "Condition": { "Bool": { "kms:GrantIsForAWSResource": "true" },
                "StringLike": { "kms:ViaService": "ec2.*.amazonaws.com" } },
        }));
    });
    assert_eq!(timeless(&told(&app, "ann", "start etl-us").await), "Done: `etl-us` (acme) is *running* (…).");
    // Both now run, and one would not come up again by itself.
    let card = app.card("bob", "restart etl-us --new-host").await;
    assert!(card.plain.contains("`etl-us` has encrypted volumes: AWS starts it again only if"), "{card:#?}");
    app.click_as(&at(&card, "bob", "Cancel")).await;
    // At home the function's own role lists the volumes.
    told(&app, "ann", "start reports").await;
    let card = app.card("bob", "restart reports --new-host").await;
    assert!(card.plain.contains("`reports` has encrypted volumes"), "{card:#?}");
    app.click_as(&at(&card, "bob", "Cancel")).await;
    app.finish_after_refusals().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_that_is_closed_to_an_account_is_told_and_keeps_nothing_from_being_done() {
    let app = app().await;
    linked(&app).await;
    for (closure, words) in [
        (Closure::NotEnabled, "acme, us-east-1: the region is not enabled in the account."),
        (
            Closure::DeniedByOrganization,
            "acme, us-east-1: a service control policy of the organization denies it.",
        ),
    ] {
        app.fleet().set_closure(&prod(), &Region::new("us-east-1"), Some(closure));
        let said = told(&app, "ann", "account verify acme").await;
        assert!(said.starts_with(&format!("*acme* ({PROD_ACCOUNT}) is verified: ")), "{said}");
        let what_to_do = format!(
            "or say *account add acme {PROD_ACCOUNT} in eu-west-1* and verify again to leave it out."
        );
        assert!(said.contains(words) && said.ends_with(&what_to_do), "{said}");
        assert!(told(&app, "bob", "find shop-web-1").await.ends_with(words));
        app.fleet().put(&in_acme(&app, "mailer"), InstanceState::Stopped);
        assert_eq!(
            timeless(&told(&app, "ann", "start mailer").await),
            "Done: `mailer` (acme) is *running* (…)."
        );
    }
    app.fleet().set_closure(&prod(), &Region::new("eu-west-1"), Some(Closure::NotEnabled));
    let said = told(&app, "ann", "account verify acme").await;
    assert!(said.contains("I can't use ") && !said.contains("may not use"), "{said}");
    app.finish_after_refusals().await;
}
