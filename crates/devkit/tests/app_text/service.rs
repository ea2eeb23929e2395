//! The service SMMRY, for whoever has a key.

use serde_json::json;

use crate::support::role::Role;
use crate::support::smmry::Smmry;
use crate::support::{app_with, jobs};
use crate::{FERRY_TITLE, assert_alive, told_of};

#[tokio::test(flavor = "multi_thread")]
async fn smmry_makes_the_summary_if_there_is_a_key() {
    let smmry = Smmry::start().await;
    let key = "a-very-secret-smmry-key";
    let app = app_with(|config| {
        config.extra_env.insert("SMMRY_API_URL".into(), smmry.url.clone());
    })
    .await;
    // Without a key nobody is asked, and nobody hears of it.
    let local = told_of(&app, "/news/harbour-ferry 1").await;
    assert!(local.starts_with(FERRY_TITLE) && !local.contains("SMMRY"), "{local}");
    assert_eq!(smmry.asked().len(), 0);
    let operator = Role::operator(&app);
    let parameter = json!({"Name": "/bellhop/dev/smmry_api_key", "Value": key, "Type": "SecureString"});
    assert_eq!(operator.call("ssm", "PutParameter", &parameter).await.0, 200);
    app.cloud().chill();
    let picked =
        json!({"sm_api_content": "The service says <one>.[BREAK]And two.[BREAK]", "sm_api_title": "T"});
    smmry.answers(&picked);
    assert_eq!(
        told_of(&app, "/news/harbour-ferry 2").await,
        format!(
            "{FERRY_TITLE}\n• The service says <one>.\n• And two.\n2 min read · articles.test/news/harbour-ferry"
        )
    );
    let asked = smmry.asked();
    assert_eq!((asked.len(), asked[0].query["SM_API_KEY"].as_str()), (1, key));
    assert_eq!(asked[0].query["SM_LENGTH"], "2");
    // It gets the article's words, and not where they are from.
    assert!(asked[0].form["sm_api_input"].contains("ferry"), "{asked:?}");
    assert!(
        !asked[0].query.values().chain(asked[0].form.values()).any(|text| text.contains("articles.test"))
    );
    for (code, why) in [
        (json!(2), "does not accept the key, or no credits are left"),
        (json!("0"), "has failed"),
        (json!(1), "did not understand the request"),
        (json!(3), "could make nothing of this page"),
        (json!({}), "could not be reached"),
    ] {
        smmry.answers(&json!({"sm_api_error": code, "sm_api_message": "no"}));
        let instead = format!("\nSMMRY {why}, so I picked the sentences myself.");
        assert_eq!(told_of(&app, "/news/harbour-ferry 1").await, format!("{local}{instead}"));
    }
    // A page that may not be read, or that has no article, is not handed on.
    let before = smmry.asked().len();
    told_of(&app, "/login").await;
    told_of(&app, "/inside").await;
    assert_eq!(smmry.asked().len(), before);
    // Nobody is told the key.
    for function in &app.cloud().stack().functions {
        let printed = app.log().output(&function.logical_id).join("\n");
        assert!(!printed.contains(key), "{}: {printed}", function.logical_id);
    }
    assert!(!app.log().events().join("\n").contains(key));
    assert!(!app.slack().calls().iter().any(|call| call.to_string().contains(key)));
    assert!(!jobs::all(app.cloud()).iter().any(|job| job.to_string().contains(key)));
    assert_alive(&app);
    app.finish().await;
}
