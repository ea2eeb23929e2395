//! `conversations.*`: opening direct messages, and who is in a channel.

use domain::ids::TeamId;
use serde_json::{Value, json};

use super::chat::{bot, team};
use super::{Args, Refusal, require};
use crate::slack::state::State;
use crate::slack::world::{Bot, Channel, Kind, Role, Team};

/// Members per page if the caller does not say.
const PAGE: usize = 100;

/// A channel that the bot can see: a private one without it does not exist for it.
pub(super) fn seen<'a>(team: &'a Team, bot: &Bot, id: &str) -> Result<&'a Channel, Refusal> {
    let hidden = |channel: &&Channel| channel.kind == Kind::Private && !channel.has(&bot.user);
    let found = team.channel(id).filter(|channel| !hidden(channel));
    found.ok_or_else(|| Refusal::new("channel_not_found"))
}

/// Each kind of channel is read under a scope of its own.
fn readable<'a>(team: &'a Team, bot: &Bot, id: &str) -> Result<&'a Channel, Refusal> {
    let channel = seen(team, bot, id)?;
    let scope = match channel.kind {
        Kind::Public => "channels:read",
        Kind::Private => "groups:read",
        Kind::Direct(_) => "im:read",
    };
    require(&bot.scopes, scope)?;
    Ok(channel)
}

/// `conversations.open`
pub(super) fn open(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let team = team(state, id)?;
    let bot = bot(team)?;
    if let Some(channel) = args.text("channel") {
        let known = seen(team, &bot, &channel)?;
        if !matches!(known.kind, Kind::Direct(_)) {
            return Err(Refusal::new("method_not_supported_for_channel_type"));
        }
        return Ok(json!({"no_op": true, "already_open": true, "channel": {"id": channel}}));
    }
    let users = args.text("users").ok_or_else(|| Refusal::new("users_list_not_supplied"))?;
    let mut ids = users.split(',').map(str::trim);
    let (Some(first), None) = (ids.next(), ids.next()) else {
        return Err(require(&bot.scopes, "mpim:write")
            .err()
            .unwrap_or_else(|| Refusal::new("too_many_users")));
    };
    let user = team.user(first).filter(|user| user.id != bot.user);
    let user = user.ok_or_else(|| Refusal::new("user_not_found"))?;
    if user.is(Role::Deactivated) {
        return Err(Refusal::new("user_disabled"));
    }
    let user = user.id.clone();
    let (channel, open) = team.direct(&user);
    let shown = if args.flag("return_im") {
        json!({"id": channel, "is_im": true, "user": user, "is_open": true})
    } else {
        json!({"id": channel})
    };
    Ok(if open {
        json!({"no_op": true, "already_open": true, "channel": shown})
    } else {
        json!({"channel": shown})
    })
}

/// `conversations.members`
pub(super) fn members(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let team = team(state, id)?;
    let bot = bot(team)?;
    let channel = readable(team, &bot, &args.required("channel")?)?;
    let (page, cursor) = args.page(&channel.members, PAGE)?;
    Ok(json!({"members": page, "response_metadata": {"next_cursor": cursor}}))
}

/// `conversations.info`
pub(super) fn info(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let team = team(state, id)?;
    let bot = bot(team)?;
    let channel = readable(team, &bot, &args.required("channel")?)?;
    let shown = if let Kind::Direct(user) = &channel.kind {
        json!({"id": channel.id, "is_im": true, "user": user, "is_open": true})
    } else {
        json!({
            "id": channel.id, "name": channel.name, "name_normalized": channel.name,
            "is_channel": channel.kind == Kind::Public, "is_group": false, "is_im": false, "is_mpim": false,
            "is_private": channel.kind == Kind::Private, "is_archived": channel.archived,
            "is_general": channel.name == "general", "is_member": channel.has(&bot.user),
            "is_shared": channel.shared, "is_ext_shared": channel.shared, "is_org_shared": false,
            "is_pending_ext_shared": channel.pending_shared,
            "context_team_id": team.id,
        })
    };
    Ok(json!({"channel": shown}))
}
