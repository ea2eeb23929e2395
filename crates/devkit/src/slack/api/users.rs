//! `auth.test`, `users.info` and `users.list`.

use domain::ids::TeamId;
use serde_json::{Value, json};

use super::chat::{bot, team};
use super::{Args, Refusal};
use crate::slack::events::set;
use crate::slack::mint;
use crate::slack::state::State;
use crate::slack::world::{BOT_NAME, Enterprise, Role, Team, User};

/// The organisation of the sample people who belong to one.
const ENTERPRISE: &str = "E0ACMEGRP1";

/// How many people are listed without a limit.
const UNPAGED: usize = 1_000;

/// `auth.test`
pub(super) fn auth_test(state: &mut State, id: &TeamId, _: &Args) -> Result<Value, Refusal> {
    let team = team(state, id)?;
    let bot = bot(team)?;
    Ok(json!({
        "url": format!("https://{}.slack.com/", team.domain), "team": team.name, "user": BOT_NAME,
        "team_id": team.id, "user_id": bot.user, "bot_id": bot.id, "is_enterprise_install": false,
    }))
}

/// `users.info`
pub(super) fn info(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let team = team(state, id)?;
    let user = team.user(&args.required("user")?).ok_or_else(|| Refusal::new("user_not_found"))?;
    Ok(json!({"user": user_json(team, user)}))
}

/// `users.list`: everybody, also bots, deactivated accounts and people of other
/// workspaces who share a channel. A large workspace is not listed in one piece.
///
/// <https://docs.slack.dev/reference/methods/users.list>
pub(super) fn list(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let team = team(state, id)?;
    if args.text("limit").is_none() && team.users.len() > UNPAGED {
        return Err(Refusal::new("limit_required"));
    }
    let (page, cursor) = args.page(&team.users, UNPAGED)?;
    let members: Vec<_> = page.iter().map(|user| user_json(team, user)).collect();
    Ok(json!({"members": members, "cache_ts": mint::now_s(), "response_metadata": {"next_cursor": cursor}}))
}

/// Everybody has a face of their own.
fn picture(user: &User, size: u16) -> String {
    format!("https://avatars.slack-edge.com/2026-01-01/{}_{size}.png", user.id)
}

fn user_json(team: &Team, user: &User) -> Value {
    let (tz, tz_label, tz_offset) = user.zone;
    let mut json = json!({
        "id": user.local_id(), "team_id": user.team, "name": user.name, "deleted": user.is(Role::Deactivated), "color": "9f69e7",
        "real_name": user.real_name, "tz": tz, "tz_label": tz_label, "tz_offset": tz_offset,
        "profile": {
            "real_name": user.real_name, "real_name_normalized": user.real_name,
            "display_name": user.name, "display_name_normalized": user.name,
            "image_48": picture(user, 48), "image_72": picture(user, 72), "team": user.team,
        },
        "is_admin": user.is(Role::Admin), "is_owner": user.is(Role::Admin), "is_primary_owner": user.is(Role::Admin),
        "is_restricted": user.is(Role::Guest), "is_ultra_restricted": false, "is_bot": user.is(Role::Bot),
        "is_app_user": team.authorized.contains(&user.id), "updated": 1_700_000_000, "is_email_confirmed": true,
    });
    if user.is(Role::Stranger) {
        set(&mut json, "is_stranger", json!(true));
    }
    if let Some(enterprise) = &user.enterprise {
        enterprise_json(&mut json, user, enterprise);
    }
    json
}

/// Lays over a record what an Enterprise organisation changes in it.
fn enterprise_json(json: &mut Value, user: &User, enterprise: &Enterprise) {
    match (&enterprise.team_id, json.as_object_mut()) {
        (Some(team), _) => set(json, "team_id", json!(team)),
        (None, Some(members)) => drop(members.remove("team_id")),
        (None, None) => {}
    }
    // Some organisations' records list the workspaces in one place, some in both.
    if enterprise.teams.len() > 1 {
        set(json, "teams", json!(enterprise.teams));
    }
    let organisation = json!({
        "id": user.id, "enterprise_id": ENTERPRISE, "enterprise_name": "Acme Group",
        "is_admin": false, "is_owner": false, "is_primary_owner": false, "teams": enterprise.teams,
    });
    set(json, "enterprise_user", organisation);
}
