//! What Slack puts into the forms of slash commands, clicks and modals.

use domain::ids::{ChannelId, MessageTs, TeamId, UserId};
use serde_json::{Value, json};

use super::events::set;
use super::interact::{Click, Command, Submit};
use super::people::{Impossible, Place};
use super::state::{Hook, State, Trigger};
use super::views::{self, View};
use super::world::{Asks, Channel, Kind, Message, SlashCommand, Team};
use super::{blocks, events, hooks, inputs, mint, text};

/// The fields of a form, in order.
pub(super) type Form = Vec<(&'static str, String)>;

fn team_of<'a>(state: &'a State, id: &TeamId) -> Result<&'a Team, Impossible> {
    state.team(id).ok_or_else(|| Impossible::because("there is no such workspace"))
}

/// A `trigger_id` for what this person just did.
fn trigger(state: &mut State, team: &TeamId, user: &UserId, channel: Option<&ChannelId>) -> String {
    let id = format!("{}.{}.{}", mint::now_us(), mint::now_s(), mint::secret());
    let (team, user, channel) = (team.clone(), user.clone(), channel.cloned());
    let trigger = Trigger { team, user, channel, made_ms: mint::now_ms(), used: false };
    state.triggers.insert(id.clone(), trigger);
    id
}

/// A slash command, typed.
pub(super) struct Typed {
    pub(super) form: Form,
    pub(super) hook: Hook,
    /// The typed line, which only its author sees as yet.
    pub(super) line: MessageTs,
}

/// The command, if Slack knows it and it can be typed here.
fn known(state: &State, place: &Place, typed: &Command) -> Result<SlashCommand, Impossible> {
    let team = team_of(state, &place.team)?;
    let granted = team.installed().is_some_and(|bot| bot.scopes.iter().any(|scope| scope == "commands"));
    let known = state.app.commands.iter().find(|known| known.name == typed.command).filter(|_| granted);
    let Some(known) = known else {
        return Err(Impossible(format!("{} is not a valid command", typed.command)));
    };
    if typed.thread_ts.is_some() {
        return Err(Impossible(format!("{} is not supported in threads. Sorry!", typed.command)));
    }
    match team.channel(place.channel.as_str()) {
        Some(channel) if channel.archived => Err(Impossible(format!("#{} is archived", channel.name))),
        _ => Ok(known.clone()),
    }
}

/// The form of a slash command; the typed line is shown to the person.
pub(super) fn command(
    state: &mut State,
    url: &str,
    place: &Place,
    typed: &Command,
) -> Result<Typed, Impossible> {
    let known = known(state, place, typed)?;
    let (app, trigger) =
        (state.app.id.clone(), trigger(state, &place.team, &place.user, Some(&place.channel)));
    let line = format!("{} {}", typed.command, typed.text);
    let team =
        state.team_mut(&place.team).ok_or_else(|| Impossible::because("there is no such workspace"))?;
    let mut shown = Message::new(team.next_ts(), place.user.clone(), text::escape(line.trim()));
    (shown.asks, shown.only_for) = (Asks::Command, Some(place.user.clone()));
    let line = shown.ts.clone();
    team.post(&place.channel, shown);
    let who = (&place.team, &place.channel, &place.user);
    let (response_url, hook) = hooks::make(state, url, "commands", who, None);
    let team = team_of(state, &place.team)?;
    let said = if known.should_escape { text::compose(&typed.text, team) } else { typed.text.clone() };
    let channel_name = team.channel(place.channel.as_str()).map_or("", name_of);
    let user_name = team.user(place.user.as_str()).map_or("", |user| &user.name);
    let form = vec![
        ("token", "deprecated".to_owned()),
        ("team_id", place.team.to_string()),
        ("team_domain", team.domain.clone()),
        ("channel_id", place.channel.to_string()),
        ("channel_name", channel_name.to_owned()),
        ("user_id", place.user.to_string()),
        ("user_name", user_name.to_owned()),
        ("command", typed.command.clone()),
        ("text", said.trim().to_owned()),
        ("api_app_id", app.to_string()),
        ("is_enterprise_install", "false".to_owned()),
        ("response_url", response_url),
        ("trigger_id", trigger),
    ];
    Ok(Typed { form, hook, line })
}

fn name_of(channel: &Channel) -> &str {
    match channel.kind {
        Kind::Direct(_) => "directmessage",
        Kind::Private => "privategroup",
        Kind::Public => &channel.name,
    }
}

fn person(team: &Team, id: &UserId) -> Value {
    let user = team.user(id.as_str());
    let (name, home) = user.map_or(("", &team.id), |user| (user.name.as_str(), &user.team));
    json!({"id": id, "username": name, "name": name, "team_id": home})
}

/// A click.
pub(super) struct Clicked {
    pub(super) payload: Value,
    pub(super) hook: Hook,
    /// What is written on what was clicked.
    pub(super) label: String,
    /// It is a link, too.
    pub(super) link: bool,
}

/// The `block_actions` payload of a click.
pub(super) fn click(
    state: &mut State,
    url: &str,
    place: &Place,
    click: &Click,
) -> Result<Clicked, Impossible> {
    let team = team_of(state, &place.team)?;
    let channel = team.channel(place.channel.as_str());
    let channel = channel.ok_or_else(|| Impossible::because("there is no such channel"))?;
    let (message, control) = clicked(team, channel, place, click)?;
    let (message, ephemeral) = (message.clone(), message.only_for.is_some());
    let trigger = trigger(state, &place.team, &place.user, Some(&place.channel));
    let who = (&place.team, &place.channel, &place.user);
    let (response_url, hook) = hooks::make(state, url, "actions", who, Some(message.ts.clone()));
    let now = mint::now_us();
    let team = team_of(state, &place.team)?;
    let channel = team.channel(place.channel.as_str());
    let mut payload = json!({
        "type": "block_actions",
        "user": person(team, &place.user),
        "api_app_id": state.app.id,
        "token": "deprecated",
        "container": {
            "type": "message", "message_ts": message.ts, "channel_id": place.channel, "is_ephemeral": ephemeral,
        },
        "trigger_id": trigger,
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": null,
        "is_enterprise_install": false,
        "channel": {"id": place.channel, "name": channel.map_or("", name_of)},
        "state": {"values": control.state()},
        "response_url": response_url,
        "actions": [control.action(&format!("{}.{:06}", now / 1_000_000, now % 1_000_000))],
    });
    if let (Some(thread), Some(container)) = (&message.thread, payload.get_mut("container")) {
        set(container, "thread_ts", json!(thread));
    }
    if !ephemeral {
        let mut shown = events::message_json(&state.app, team, &message);
        set(&mut shown, "type", json!("message"));
        set(&mut payload, "message", shown);
    }
    let link = control.element.get("url").is_some();
    Ok(Clicked { payload, hook, label: control.label, link })
}

/// Whether the person sees something called `button` there that can be clicked.
pub(super) fn offers(state: &State, place: &Place, button: &str) -> bool {
    let found = state.team(&place.team).and_then(|team| Some((team, team.channel(place.channel.as_str())?)));
    let click = Click { button: button.to_owned(), ..Click::default() };
    found.is_some_and(|(team, channel)| clicked(team, channel, place, &click).is_ok())
}

/// The message and the control in it that the person means.
fn clicked<'a>(
    team: &Team,
    channel: &'a Channel,
    place: &Place,
    click: &Click,
) -> Result<(&'a Message, blocks::Control), Impossible> {
    let named = |message: &&Message| click.ts.as_deref().is_none_or(|ts| message.ts.as_str() == ts);
    let visible = || channel.messages.iter().filter(|one| one.visible_to(&place.user)).filter(named);
    let found = visible().rev().find_map(|message| {
        let control = blocks::control(message.blocks.as_ref()?, &click.button, team)?;
        Some((message, control))
    });
    found.ok_or_else(|| {
        let all = visible().filter_map(|message| message.blocks.as_ref());
        let labels: Vec<_> =
            all.flat_map(|blocks| blocks::controls(blocks, team)).map(|one| one.label).collect();
        Impossible::because(match (labels.is_empty(), &click.ts) {
            (true, None) => format!("there is nothing to click in {}", channel.name),
            (true, Some(ts)) => format!("there is nothing to click in the message {ts}"),
            (false, _) => format!("there is no “{}” to click; there are {}", click.button, labels.join(", ")),
        })
    })
}

/// The `view_submission` payload, and the view it is about.
pub(super) fn submit(state: &mut State, submit: &Submit) -> Result<(View, Value), Impossible> {
    let known = state.teams.iter().find_map(|team| team.named(&submit.user));
    let user = known.map(|user| user.id.clone());
    let user = user.ok_or_else(|| Impossible::because(format!("there is no user “{}”", submit.user)))?;
    let theirs = state.views.values().filter(|view| view.open && view.user == user);
    let meant = theirs.filter(|view| submit.view.as_deref().is_none_or(|id| view.id == id));
    let view = meant.max_by_key(|view| view.made_ms).cloned();
    let view = view.ok_or_else(|| Impossible::because(format!("{} has no such modal open", submit.user)))?;
    if view.body.get("submit").is_none() {
        let title = views::title(&view.body);
        return Err(Impossible(format!("the modal “{title}” has nothing to submit")));
    }
    let before = view.before(team_of(state, &view.team)?);
    let values = inputs::filled(&view.body, &submit.values, &submit.labels, before).map_err(Impossible)?;
    let trigger = trigger(state, &view.team, &user, None);
    let team = team_of(state, &view.team)?;
    let payload = json!({
        "type": "view_submission",
        "team": {"id": team.id, "domain": team.domain},
        "user": person(team, &user),
        "api_app_id": state.app.id,
        "token": "deprecated",
        "trigger_id": trigger,
        "view": view.to_json(state, &values),
        "response_urls": [],
        "is_enterprise_install": false,
        "enterprise": null,
    });
    Ok((view, payload))
}
