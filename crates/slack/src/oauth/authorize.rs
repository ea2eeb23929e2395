//! Where people are sent to allow the app.

use domain::ids::TeamId;

use crate::web::ApiBase;

/// The address of Slack's page on which people allow the app, in the Slack that
/// `base` belongs to. `scopes` are the bot's; `state` comes back unchanged;
/// `team` chooses a workspace beforehand.
///
/// `redirect_uri` must be given in exactly this form again when the code is
/// exchanged.
pub fn authorize_url(
    base: &ApiBase,
    client_id: &str,
    scopes: &[&str],
    redirect_uri: &str,
    state: &str,
    team: Option<&TeamId>,
) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("client_id", client_id)
        .append_pair("scope", &scopes.join(","))
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("state", state);
    if let Some(team) = team {
        query.append_pair("team", team.as_str());
    }
    format!("{}?{}", base.authorize_page(), query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_encoded() {
        let base = ApiBase::parse("http://127.0.0.1:4000/api").unwrap();
        let redirect = "https://app.example/slack/oauth_redirect?a=b";
        let url = authorize_url(
            &base,
            "1.2",
            &["chat:write", "commands"],
            redirect,
            "s&t",
            Some(&TeamId::new("T1")),
        );
        assert_eq!(
            url,
            "http://127.0.0.1:4000/oauth/v2/authorize?client_id=1.2&scope=chat%3Awrite%2Ccommands\
             &redirect_uri=https%3A%2F%2Fapp.example%2Fslack%2Foauth_redirect%3Fa%3Db&state=s%26t&team=T1"
        );
        let url = authorize_url(&ApiBase::default(), "1.2", &["commands"], "https://a.b/", "s", None);
        assert!(url.starts_with("https://slack.com/oauth/v2/authorize?client_id=1.2&scope=commands&"));
        assert!(!url.contains("team="));
    }
}
