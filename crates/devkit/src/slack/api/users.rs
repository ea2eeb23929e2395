//! `auth.test` and `users.info`.

use domain::ids::TeamId;
use serde_json::{Value, json};

use super::chat::{bot, team};
use super::{Args, Refusal};
use crate::slack::state::State;
use crate::slack::world::{BOT_NAME, Role, User};

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
    Ok(json!({"user": user_json(user)}))
}

/// Everybody has a face of their own.
fn picture(user: &User, size: u16) -> String {
    format!("https://avatars.slack-edge.com/2026-01-01/{}_{size}.png", user.id)
}

fn user_json(user: &User) -> Value {
    let (tz, tz_label, tz_offset) = user.zone;
    let mut json = json!({
        "id": user.id, "team_id": user.team, "name": user.name, "deleted": user.is(Role::Deactivated), "color": "9f69e7",
        "real_name": user.real_name, "tz": tz, "tz_label": tz_label, "tz_offset": tz_offset,
        "profile": {
            "real_name": user.real_name, "real_name_normalized": user.real_name,
            "display_name": user.name, "display_name_normalized": user.name,
            "image_48": picture(user, 48), "image_72": picture(user, 72), "team": user.team,
        },
        "is_admin": user.is(Role::Admin), "is_owner": user.is(Role::Admin), "is_primary_owner": user.is(Role::Admin),
        "is_restricted": user.is(Role::Guest), "is_ultra_restricted": false, "is_bot": user.is(Role::Bot),
        "is_app_user": user.is(Role::Bot), "updated": 1_700_000_000, "is_email_confirmed": true,
    });
    if user.is(Role::Stranger) {
        crate::slack::events::set(&mut json, "is_stranger", json!(true));
    }
    json
}
