//! `usergroups.list` and `usergroups.users.list`.

use domain::ids::TeamId;
use serde_json::{Value, json};

use super::chat::team;
use super::{Args, Refusal};
use crate::slack::events::set;
use crate::slack::state::State;
use crate::slack::world::{Group, Team};

/// When the groups were made.
const MADE: u64 = 1_700_000_000;

/// `usergroups.list`
pub(super) fn list(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let team = team(state, id)?;
    let groups = team.groups.iter().map(|group| group_json(team, group, args));
    Ok(json!({"usergroups": groups.collect::<Vec<_>>()}))
}

/// `usergroups.users.list`
pub(super) fn members(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let team = team(state, id)?;
    let group = team.group(&args.required("usergroup")?);
    let group = group.ok_or_else(|| Refusal::new("no_such_subteam"))?;
    Ok(json!({"users": group.members}))
}

fn group_json(team: &Team, group: &Group, args: &Args) -> Value {
    let mut json = json!({
        "id": group.id, "team_id": team.id, "is_usergroup": true, "is_subteam": true, "name": group.name,
        "description": "", "handle": group.handle, "is_external": false, "date_create": MADE,
        "date_update": MADE, "date_delete": 0, "auto_type": null, "created_by": "USLACKBOT",
        "updated_by": "USLACKBOT", "deleted_by": null, "prefs": {"channels": [], "groups": []},
    });
    if args.flag("include_count") {
        // Slack writes it as a text.
        set(&mut json, "user_count", json!(group.members.len().to_string()));
    }
    if args.flag("include_users") {
        set(&mut json, "users", json!(group.members));
    }
    json
}
