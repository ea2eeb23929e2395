//! What people do: say, edit, and remove the app. Names are taken as people
//! write them (`ann`, `#ops`, `@bellhop` for their direct messages).

use std::sync::Arc;

use domain::ids::{BotId, ChannelId, MessageTs, TeamId, UserId};
use serde::Deserialize;
use serde_json::json;

use super::deliver;
use super::delivery::Mishap;
use super::events::{self, set};
use super::state::{Shared, State};
use super::world::{Asks, BOT_NAME, Channel, Message, Role, Team};
use super::{mint, rich_text, sample, text};

/// What tokens answer once the app is removed.
pub(crate) const UNINSTALLED: &str = "account_inactive";

/// Why a person cannot do that; in words for whoever asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Impossible(pub String);

impl Impossible {
    pub(crate) fn because(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// A message to be typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// Who types: a name or an id.
    pub user: String,
    /// Where: `#ops`, an id, or `@bellhop` for the direct messages.
    pub channel: String,
    /// As typed; mentions and links become `<…>` tokens on the way.
    pub text: String,
    /// The thread to type it in.
    #[serde(default)]
    pub thread_ts: Option<String>,
    /// The text already is as Slack sends it. Such a message has no blocks.
    #[serde(default)]
    pub raw: bool,
    /// Deliver the event this many times at once.
    #[serde(default)]
    pub copies: Option<u32>,
    /// Deliver the message under this many event ids.
    #[serde(default)]
    pub event_ids: Option<u32>,
    /// It was typed so many seconds ago, and is delivered only now.
    #[serde(default)]
    pub late_s: u64,
    /// The first attempt of each delivery never reaches the app.
    #[serde(default)]
    pub drop_first: bool,
    /// The first attempt of each delivery reaches the app, but its answer is lost.
    #[serde(default)]
    pub lose_answer: bool,
}

/// A message that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its channel.
    pub channel: ChannelId,
    /// Its name there.
    pub ts: MessageTs,
    /// Whether the app is told of it.
    pub delivered: bool,
}

/// Who and where, found by name.
pub(crate) struct Place {
    pub(crate) team: TeamId,
    pub(crate) user: UserId,
    pub(crate) channel: ChannelId,
}

/// Finds the person and the channel, and that the one is in the other.
pub(crate) fn place(state: &mut State, user: &str, channel: &str) -> Result<Place, Impossible> {
    let unknown = || {
        let known = state.teams.iter().flat_map(|team| &team.users).filter(|user| !sample::is_extra(user));
        let names = known.map(|user| user.name.as_str()).collect::<Vec<_>>().join(", ");
        Impossible::because(format!("there is no user “{user}”; there are {names}"))
    };
    let team = state.teams.iter().position(|team| team.named(user).is_some()).ok_or_else(unknown)?;
    let team = state.teams.get_mut(team).ok_or_else(|| Impossible::because("there is no workspace"))?;
    let (user, name) = team
        .named(user)
        .map_or_else(|| (UserId::new(user), user.to_owned()), |user| (user.id.clone(), user.name.clone()));
    if matches!(channel.trim_start_matches('@'), BOT_NAME | "dm") {
        if team.bot.is_none() {
            return Err(Impossible::because(format!(
                "{BOT_NAME} is not installed, so nobody can write to it"
            )));
        }
        let (channel, _) = team.direct(&user);
        return Ok(Place { team: team.id.clone(), user, channel });
    }
    let bare = channel.strip_prefix('#').unwrap_or(channel);
    let found = team.channels.iter().find(|known| known.name == bare || known.id.as_str() == bare);
    let Some(found) = found else {
        let names: Vec<_> = team
            .channels
            .iter()
            .filter(|known| !known.name.starts_with('@'))
            .map(|known| format!("#{}", known.name))
            .collect();
        return Err(Impossible::because(format!(
            "there is no channel “{channel}”; there are {} and @{BOT_NAME} for direct messages",
            names.join(", ")
        )));
    };
    if !found.has(&user) {
        return Err(Impossible::because(format!("{name} is not in #{}", found.name)));
    }
    Ok(Place { team: team.id.clone(), user, channel: found.id.clone() })
}

/// Types a message, and sends the app the event it makes.
pub(crate) fn say(shared: &Arc<Shared>, say: &Say) -> Result<Said, Impossible> {
    let mishap = Mishap { drop_first: say.drop_first, lose_answer: say.lose_answer };
    let (said, envelope) = write(&mut shared.lock(), say)?;
    let Some(envelope) = envelope else { return Ok(said) };
    for n in 0..say.event_ids.unwrap_or(1) {
        let mut envelope = envelope.clone();
        if n > 0 {
            set(&mut envelope, "event_id", json!(mint::id("Ev")));
        }
        for _ in 0..say.copies.unwrap_or(1) {
            deliver::send_event(shared, envelope.clone(), mishap);
        }
    }
    Ok(said)
}

fn write(state: &mut State, say: &Say) -> Result<(Said, Option<serde_json::Value>), Impossible> {
    let Place { team, user, channel } = place(state, &say.user, &say.channel)?;
    let app = state.app.clone();
    let team = state.team_mut(&team).ok_or_else(|| Impossible::because("there is no such workspace"))?;
    let place =
        team.channel(channel.as_str()).ok_or_else(|| Impossible::because("there is no such channel"))?;
    if place.archived {
        return Err(Impossible::because(format!("#{} is archived", place.name)));
    }
    let thread = match &say.thread_ts {
        None => None,
        Some(ts) => {
            let parent = place.thread_of(ts);
            Some(parent.ok_or_else(|| Impossible::because(format!("there is no message {ts} to reply to")))?)
        }
    };
    let said = if say.raw { say.text.clone() } else { text::compose(&say.text, team) };
    let bot = team.user(user.as_str()).is_some_and(|user| user.is(Role::Bot));
    let mut message = Message::new(team.ts_ago(say.late_s), user, said);
    message.rich_text = (!say.raw).then(|| rich_text::typed(&say.text, team));
    message.thread = thread;
    message.bot = bot.then(|| BotId::new("B0OTHER001"));
    let place =
        team.channel(channel.as_str()).ok_or_else(|| Impossible::because("there is no such channel"))?;
    let event = events::for_message(&app, team, place, &message);
    message.asks = if event.is_some() && !bot { Asks::Answer } else { Asks::Nothing };
    let said = Said { channel: channel.clone(), ts: message.ts.clone(), delivered: event.is_some() };
    let envelope = event.map(|event| events::envelope(&app, team, &event));
    team.post(&channel, message);
    Ok((said, envelope))
}

/// Changes a message. The app hears of it in its direct messages, and wherever the message
/// then mentions it.
pub(crate) fn edit(
    shared: &Arc<Shared>,
    user: &str,
    channel: &str,
    ts: &str,
    typed: &str,
) -> Result<(), Impossible> {
    {
        let mut state = shared.lock();
        let Place { team, user, channel } = place(&mut state, user, channel)?;
        let app = state.app.clone();
        let missing = || Impossible::because(format!("there is no message {ts} of theirs"));
        let team = state.team_mut(&team).ok_or_else(missing)?;
        let said = text::compose(typed, team);
        let rich_text = rich_text::typed(typed, team);
        let kept = team.channel_mut(&channel).and_then(|channel| channel.message_mut(ts));
        let kept = kept.filter(|message| message.user == user).ok_or_else(missing)?;
        let old = kept.clone();
        kept.text = said;
        kept.edited = Some(events::edit_ts(old.edited.as_ref()));
        kept.rich_text = Some(rich_text);
        let new = kept.clone();
        let place = team.channel(channel.as_str()).ok_or_else(missing)?;
        let event = events::for_edit(&app, team, place, &old, &new);
        let envelope = event.map(|event| events::envelope(&app, team, &event));
        state.outbox.extend(envelope);
    }
    deliver::flush(shared);
    Ok(())
}

/// Makes somebody something else to the workspace.
pub(crate) fn set_role(state: &mut State, user: &str, role: Role) -> Result<(), Impossible> {
    let bare = user.strip_prefix('@').unwrap_or(user);
    let mut users = state.teams.iter_mut().flat_map(|team| &mut team.users);
    let user = users.find(|known| known.name == bare || known.id.as_str() == bare);
    user.ok_or_else(|| Impossible(format!("there is no user “{bare}”")))?.role = role;
    Ok(())
}

/// Brings `count` more people into the workspace and into a channel; who they are.
pub(crate) fn add_members(state: &mut State, channel: &str, count: usize) -> Result<Vec<UserId>, Impossible> {
    let bare = channel.strip_prefix('#').unwrap_or(channel);
    let is_it = |known: &Channel| known.name == bare || known.id.as_str() == bare;
    let team = state.teams.iter_mut().find(|team| team.channels.iter().any(is_it));
    let team = team.ok_or_else(|| Impossible(format!("there is no channel “{channel}”")))?;
    let first = team.users.iter().filter(|user| sample::is_extra(user)).count() + 1;
    let members: Vec<_> =
        (first..first.saturating_add(count)).map(|number| sample::member(&team.id, number)).collect();
    let ids: Vec<_> = members.iter().map(|member| member.id.clone()).collect();
    team.users.extend(members);
    for channel in team.channels.iter_mut().filter(|known| is_it(known)) {
        channel.members.extend(ids.iter().cloned());
    }
    Ok(ids)
}

/// Shares a channel with the workspace of sam, who comes in; with `pending`, that
/// workspace is only invited.
pub(crate) fn share(state: &mut State, channel: &str, pending: bool) -> Result<(), Impossible> {
    let bare = channel.strip_prefix('#').unwrap_or(channel);
    let is_it = |known: &Channel| known.name == bare || known.id.as_str() == bare;
    let team = state.teams.iter_mut().find(|team| team.channels.iter().any(is_it));
    let team = team.ok_or_else(|| Impossible(format!("there is no channel “{channel}”")))?;
    let strangers: Vec<UserId> =
        team.users.iter().filter(|user| user.is(Role::Stranger)).map(|user| user.id.clone()).collect();
    for channel in team.channels.iter_mut().filter(|known| is_it(known)) {
        (channel.shared, channel.pending_shared) = (!pending, pending);
        if !pending {
            let new: Vec<UserId> =
                strangers.iter().filter(|user| !channel.members.contains(user)).cloned().collect();
            channel.members.extend(new);
        }
    }
    Ok(())
}

/// Sets who is in a user group.
pub(crate) fn set_group(state: &mut State, handle: &str, members: &[&str]) -> Result<(), Impossible> {
    let bare = handle.strip_prefix('@').unwrap_or(handle);
    let missing = || Impossible(format!("there is no user group “{bare}”"));
    let has = |team: &&mut Team| team.groups.iter().any(|group| group.handle == bare);
    let team = state.teams.iter_mut().find(has).ok_or_else(missing)?;
    let ids = members.iter().map(|name| {
        let user = team.named(name).map(|user| user.local_id().clone());
        user.ok_or_else(|| Impossible(format!("there is no user “{name}”")))
    });
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    let group = team.groups.iter_mut().find(|group| group.handle == bare).ok_or_else(missing)?;
    group.members = ids;
    Ok(())
}

/// Leaves the installation only these scopes, as one has that was made before the app
/// asked for the others.
pub(crate) fn set_scopes(state: &mut State, scopes: &[&str]) -> Result<(), Impossible> {
    let bot = state.teams.iter_mut().filter_map(|team| team.bot.as_mut()).find(|bot| bot.installed);
    let bot = bot.ok_or_else(|| Impossible::because("the app is not installed"))?;
    bot.scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
    Ok(())
}

/// Removes the app: its tokens answer `error` from now on, and it is told.
pub(crate) fn uninstall(shared: &Arc<Shared>, error: &str) -> Result<(), Impossible> {
    {
        let mut state = shared.lock();
        let app = state.app.clone();
        let installed = |team: &&mut Team| team.installed().is_some();
        let team = state.teams.iter_mut().find(installed);
        let team = team.ok_or_else(|| Impossible::because("the app is not installed"))?;
        for token in team.tokens.iter_mut().filter(|token| token.dead.is_none()) {
            token.dead = Some(error.to_owned());
        }
        let Some(bot) = team.bot.clone() else { return Ok(()) };
        let told = events::for_uninstall(&bot.user).map(|event| events::envelope(&app, team, &event));
        for channel in team.channels.iter_mut().filter(|channel| !channel.name.starts_with('@')) {
            channel.members.retain(|member| *member != bot.user);
        }
        team.authorized.clear();
        if let Some(bot) = &mut team.bot {
            bot.installed = false;
            bot.scopes.clear();
        }
        state.outbox.extend(told);
    }
    deliver::flush(shared);
    Ok(())
}
