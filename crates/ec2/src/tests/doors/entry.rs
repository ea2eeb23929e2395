//! The roles let Bellhop in, and are in the account that was named.

use super::*;

#[tokio::test]
async fn a_role_must_let_us_in_and_be_where_it_should() {
    let not_let_in =
        |role: &str| Unproven::NotLetIn { role: role.to_owned(), request_id: "a1b2c3d4".to_owned() };
    let other = |role: &str| Unproven::OtherAccount {
        role: role.to_owned(),
        account: AccountId::new("999988887777"),
    };
    let rows: &[(Oddity, Unproven)] = &[
        (|request| (request.action() == "AssumeRole").then(denied), not_let_in(ACT)),
        (|request| (is_right(request) && is_for(request, READ)).then(denied), not_let_in(READ)),
        (|request| (is_right(request) && is_for(request, ACT)).then(denied), not_let_in(ACT)),
        // It takes no source identity.
        (
            |request| (is_right(request) && request.field("SourceIdentity").is_some()).then(denied),
            not_let_in(ACT),
        ),
        (|request| (is_right(request) && is_for(request, READ)).then(stray), other(READ)),
        (|request| (is_right(request) && is_for(request, ACT)).then(stray), other(ACT)),
        (
            |request| is_right(request).then(|| if is_for(request, READ) { stray() } else { denied() }),
            other(READ),
        ),
    ];
    for (row, (oddity, expected)) in rows.iter().enumerate() {
        assert_eq!(prove(*oddity).await, Err(expected.clone()), "row {row}");
    }
    for answer in [|| refusal(400, "MalformedPolicyDocument"), || refusal(400, "Throttling"), || Step::Close]
    {
        let server = Server::by(move |request| if is_right(request) { answer() } else { aws(request) }).await;
        let result = client(&server.endpoint, None).prove(&acme_account()).await;
        assert!(matches!(result, Err(Unproven::Unclear(_))), "{result:?}");
    }
}
