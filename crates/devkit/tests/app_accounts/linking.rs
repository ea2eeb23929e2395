//! Who links accounts, how, and for whom.

use devkit::fleet::{PROD_ACCOUNT, READ_ROLE, role_arn};
use dynoxide::actions::put_item::PutItemRequest;
use dynoxide::types::AttributeValue;
use serde_json::json;

use crate::support::plans::{OPS, at};
use crate::support::{MEMBERS_ONLY, app, jobs, only, timeless, words};
use crate::{add, asked_of_acme, calls_in_acme, in_acme, linked, prod, told};

/// Another team of the same deployment.
const ADMINS_ONLY: &str = "Only workspace admins can link accounts or say who approves there. I did nothing.";
const OTHERS: &str = "T0OTHER001";

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
    assert_eq!(said.matches("`bastion`").count(), 2, "{said}");
    assert!(said.contains("acme"), "{said}");
    let said = told(&app, "bob", "find shop-web-*").await;
    assert_eq!(said.matches("shop-web-").count(), 2, "{said}");
    let said = told(&app, "bob", "find for account home").await;
    assert!(said.starts_with("*27 instances*: ") && !said.contains("acme"), "{said}");
    let said = told(&app, "bob", "find").await;
    assert!(said.starts_with("*41 instances*: "), "{said}");
    let said = told(&app, "bob", "check shop-web-1").await;
    assert!(said.starts_with("`shop-web-1` is *running*"), "{said}");
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
        assert_eq!(said, ADMINS_ONLY, "{line}");
        let said = told(&app, "gil", line).await;
        assert_eq!(said, MEMBERS_ONLY, "{line}");
        let answers = app.ask("sam", "#partners", &format!("@bellhop {line}")).await;
        assert_eq!(only(line, &answers), MEMBERS_ONLY, "{line}");
    }
    assert_eq!(told(&app, "gil", "accounts").await, MEMBERS_ONLY);
    assert_eq!(jobs::items(app.cloud(), "Accounts"), before);
    assert_eq!(app.fleet().calls().len(), calls, "AWS was asked for nothing");
    let said = told(&app, "ann", "account approvers acme @oncall").await;
    assert_eq!(
        said,
        "From now on @oncall can approve what cannot be undone in *acme*, but not their own requests."
    );
    // The installer has no right of her own once she is no admin any more.
    app.slack().set_role("ann", devkit::slack::Role::Member).unwrap();
    for line in &lines {
        let said = told(&app, "ann", line).await;
        assert_eq!(said, ADMINS_ONLY, "{line}");
    }
    // And then it is them who do: ann is asked for nothing.
    let card = app.termination("ann", "etl-us").await;
    assert!(card.plain.contains("Needs 1 of @oncall."), "{card:#?}");
    app.click_as(&at(&card, "kim", "Approve")).await;
    let said = words(&app.message("ann", OPS, &card.ts));
    assert_eq!(timeless(&said), "Done: `etl-us` (acme) is *terminated* (…).");
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
