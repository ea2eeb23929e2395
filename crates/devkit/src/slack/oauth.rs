//! Add to Slack: the page where a person allows the app, and the exchange of
//! the code it gives for a bot token.
//!
//! Who is signed in is the `as` parameter of the page's address (`ann` if there
//! is none): a real browser would know by its cookies.
//! <https://docs.slack.dev/authentication/installing-with-oauth>

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::ids::{BotId, TeamId, UserId};
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::mint;
use super::state::State;
use super::world::{App, BOT_NAME, Bot, Role, Team, Token, User};

/// How long a code may be exchanged.
const CODE_LIFE_MS: u64 = 10 * 60 * 1_000;

/// What the page was asked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Ask {
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    redirect_uri: Option<String>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default, rename = "as")]
    person: Option<String>,
    #[serde(default)]
    decision: Option<String>,
}

/// What a code stands for.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    team: TeamId,
    user: UserId,
    scopes: Vec<String>,
    redirect_uri: Option<String>,
    made_ms: u64,
}

/// The page, or why there is none.
pub(crate) fn page(state: &State, ask: &Ask) -> Result<Markup, String> {
    let (team, person) = checked(state, ask)?;
    let others = team.users.iter().filter(|user| may_install(user));
    Ok(html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "Add Bellhop to " (team.name) } }
            body {
                h1 { "Bellhop is requesting permission to access the " (team.name) " workspace" }
                p { "What will it be able to do?" }
                ul { @for scope in ask.scope.split(',') { li { code { (scope) } } } }
                form method="post" action="/oauth/v2/authorize" {
                    input type="hidden" name="client_id" value=(ask.client_id);
                    input type="hidden" name="scope" value=(ask.scope);
                    @if let Some(uri) = &ask.redirect_uri { input type="hidden" name="redirect_uri" value=(uri); }
                    @if let Some(state) = &ask.state { input type="hidden" name="state" value=(state); }
                    p { label { "Signed in as "
                        select name="as" {
                            @for user in others {
                                option value=(user.name) selected[user.id == person.id] { (user.real_name) }
                            }
                        }
                    } }
                    button name="decision" value="cancel" { "Cancel" }
                    button name="decision" value="allow" { "Allow" }
                }
            }
        }
    })
}

/// Where the browser goes after Allow or Cancel.
pub(crate) fn decide(state: &mut State, ask: &Ask) -> Result<String, String> {
    let (team, person) = checked(state, ask)?;
    let (team, user) = (team.id.clone(), person.id.clone());
    let target =
        ask.redirect_uri.clone().or_else(|| state.app.redirect_urls.first().cloned()).unwrap_or_default();
    let mut query = form_urlencoded::Serializer::new(String::new());
    if ask.decision.as_deref() == Some("allow") {
        let code = format!("{}.{}.{}", mint::now_s(), mint::id(""), mint::secret());
        query.append_pair("code", &code);
        let scopes = ask.scope.split(',').map(str::to_owned).collect();
        let grant =
            Grant { team, user, scopes, redirect_uri: ask.redirect_uri.clone(), made_ms: mint::now_ms() };
        state.grants.insert(code, grant);
    } else {
        query.append_pair("error", "access_denied");
    }
    // Slack sends the parameter back even if it is empty.
    query.append_pair("state", ask.state.as_deref().unwrap_or_default());
    let join = if target.contains('?') { '&' } else { '?' };
    Ok(format!("{target}{join}{}", query.finish()))
}

fn checked<'a>(state: &'a State, ask: &Ask) -> Result<(&'a Team, &'a User), String> {
    if ask.client_id != state.app.client_id {
        return Err("invalid_client_id".into());
    }
    if ask.scope.is_empty() {
        return Err("no_scopes".into());
    }
    if let Some(unknown) =
        ask.scope.split(',').find(|scope| !state.app.scopes.iter().any(|known| known == scope))
    {
        return Err(format!("invalid_scope: {unknown}"));
    }
    if ask.redirect_uri.as_deref().is_some_and(|uri| !may_redirect(&state.app, uri)) {
        return Err("bad_redirect_uri".into());
    }
    let name = ask.person.as_deref().unwrap_or("ann");
    let found = state.teams.iter().find_map(|team| Some((team, team.named(name)?)));
    found.filter(|(_, person)| may_install(person)).ok_or_else(|| "access_denied".into())
}

fn may_install(user: &User) -> bool {
    matches!(user.role, Role::Admin | Role::Member)
}

/// A configured URL, or a path below one.
fn may_redirect(app: &App, uri: &str) -> bool {
    !uri.contains('#')
        && app.redirect_urls.iter().any(|known| {
            uri.strip_prefix(known.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']) || known.ends_with('/'))
        })
}

/// `oauth.v2.access`: the answer, and the workspace it is about.
pub(crate) fn access(
    state: &mut State,
    authorization: Option<&str>,
    form: &HashMap<String, String>,
) -> Result<(TeamId, Value), &'static str> {
    let field = |name: &str| form.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let basic = authorization.and_then(basic_credentials);
    let (client_id, secret) = match &basic {
        Some((id, secret)) => (Some(id.as_str()), Some(secret.as_str())),
        None => (field("client_id"), field("client_secret")),
    };
    if client_id != Some(state.app.client_id.as_str()) {
        return Err("invalid_client_id");
    }
    if secret != Some(state.app.client_secret.as_str()) {
        return Err("bad_client_secret");
    }
    if field("grant_type").is_some_and(|kind| kind != "authorization_code") {
        return Err("invalid_grant_type");
    }
    let code = field("code").ok_or("invalid_code")?;
    let grant = state.grants.get(code).ok_or("invalid_code")?;
    if mint::now_ms().saturating_sub(grant.made_ms) > CODE_LIFE_MS {
        return Err("invalid_code");
    }
    if field("redirect_uri") != grant.redirect_uri.as_deref() {
        return Err("bad_redirect_uri");
    }
    let grant = state.grants.remove(code).ok_or("invalid_code")?;
    install(state, &grant)
}

fn basic_credentials(authorization: &str) -> Option<(String, String)> {
    let decoded = STANDARD.decode(authorization.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

/// Puts the app into the workspace: the bot keeps its user, the token is new,
/// and scopes only ever grow.
fn install(state: &mut State, grant: &Grant) -> Result<(TeamId, Value), &'static str> {
    let app_id = state.app.id.clone();
    let team = state.team_mut(&grant.team).ok_or("invalid_code")?;
    let mut bot = team.bot.clone().unwrap_or_else(|| new_bot(team));
    bot.installed = true;
    let fresh: Vec<_> = grant.scopes.iter().filter(|scope| !bot.scopes.contains(scope)).cloned().collect();
    bot.scopes.extend(fresh);
    for channel in team.channels.iter_mut().filter(|channel| channel.invites_bot) {
        if !channel.members.contains(&bot.user) {
            channel.members.push(bot.user.clone());
        }
    }
    let secret = format!("xoxb-{}-{}-{}", mint::now_s(), mint::id(""), mint::secret());
    if !team.authorized.contains(&grant.user) {
        team.authorized.push(grant.user.clone());
    }
    team.tokens.push(Token { secret: secret.clone(), dead: None });
    let answer = json!({
        "ok": true,
        "app_id": app_id,
        "authed_user": {"id": grant.user},
        "scope": bot.scopes.join(","),
        "token_type": "bot",
        "access_token": secret,
        "bot_user_id": bot.user,
        "team": {"id": team.id, "name": team.name},
        "enterprise": null,
        "is_enterprise_install": false,
    });
    team.bot = Some(bot);
    Ok((grant.team.clone(), answer))
}

fn new_bot(team: &mut Team) -> Bot {
    let user = UserId::new(mint::id("U"));
    team.users.push(User {
        id: user.clone(),
        name: BOT_NAME.into(),
        real_name: "Bellhop".into(),
        team: team.id.clone(),
        zone: ("America/Los_Angeles", "Pacific Standard Time", -28_800),
        role: Role::Bot,
        enterprise: None,
    });
    Bot { user, id: BotId::new(mint::id("B")), installed: false, scopes: Vec::new() }
}
