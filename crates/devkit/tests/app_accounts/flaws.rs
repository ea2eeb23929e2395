//! Roles that are not as they must be: such an account is not used, whatever is wrong with them.

use devkit::fleet::{ACT_ROLE, PROD_ACCOUNT, READ_ROLE, SourceIdentity, role_arn};

use crate::secrecy::assert_no_secret_is_told;
use crate::support::plans::{OPS, at};
use crate::support::{App, app, words};
use crate::{Steps, add, alter, asked_of_acme, linked, prod, told, without};

/// Something about the roles of acme that must not be.
type Flaw = fn(&App, &Steps);

fn careless(app: &App, role: &str) {
    alter(app, role, |role| role.trust.external_id = None);
}

fn trusts_somebody_else(app: &App, role: &str) {
    alter(app, role, |role| role.trust.principals = vec!["arn:aws:iam::999988887777:role/Somebody".into()]);
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
