//! The worker, from a schedule, a command, a click or a modal to what is seen of it.

mod command;
mod crash;
mod crowd;
mod failing;
mod input;
mod late;
mod people;
mod report;
mod rivals;
mod scopes;
mod setup;
mod setups;
mod shared;
mod skip;
mod story;
mod typed;
mod uninstalled;
mod windows;
mod zones;

use domain::ids::{ChannelId, JobId, ResponseUrl, TeamId, UserId};
use domain::job::{Answers, Ask, Job, Request};
use domain::standup::{
    Blueprint, Days, Definition, Errand, Kind, QUESTIONS, RunDate, RunKey, StandupId, TimeOfDay, Timing,
    Weekday,
};
use domain::time::Millis;
use serde_json::json;

use super::Firing;
use crate::ports::Clock as _;
use crate::testing::{ANN, BOSS, BOT_USER, Said, TEAM, World};
use crate::wake::WakeUp;

pub(super) const BOB: &str = "U0BOB";
pub(super) const CAT: &str = "U0CAT";
/// Who has set the standup up.
pub(super) const BOSS_MEMBER: &str = BOSS;
pub(super) const ANN_BOB_CAT: [&str; 3] = [ANN, BOB, CAT];
pub(super) const TEAM_CHANNEL: &str = "C0TEAM";

/// The first day: the one on which the clock of the tests begins, a Monday at 8.
pub(super) const MONDAY: &str = "20251201";
pub(super) const TUESDAY: &str = "20251202";

pub(super) const HOUR_MS: u64 = 3_600_000;

/// What the direct message says at first, and after an answer.
pub(super) const QUESTION: &str = "It is time for *daily* in <#C0TEAM>:";
pub(super) const THANKS: &str = "Thank you for your submission.";
pub(super) const SKIPPED: &str = "Skipped for today.";

/// Ann, Bob and Cat, and their standup.
pub(super) fn three() -> World {
    let world = World::new();
    person(&world, ANN, "Ann");
    person(&world, BOB, "Bob");
    person(&world, CAT, "Cat");
    world.slack.channel(TEAM_CHANNEL, &[ANN, BOB, CAT, BOT_USER]);
    world.standups.put(TEAM, &daily());
    world
}

pub(super) fn person(world: &World, id: &str, name: &str) {
    let picture = format!("https://example.com/{name}.png");
    world.slack.person(
        id,
        &json!({"tz": "Europe/London",
        "profile": {"display_name": name, "image_72": picture}}),
    );
}

pub(super) fn id(text: &str) -> StandupId {
    StandupId::parse(text).unwrap()
}

/// Every working day at 8 and 10, in UTC.
pub(super) fn daily() -> Definition {
    let days = Days::new(Weekday::ALL.into_iter().take(5)).unwrap();
    let time = |text| TimeOfDay::parse(text).unwrap();
    let timing = Timing { days, ask: time("08:00"), report: time("10:00"), own_zones: false };
    let blueprint = Blueprint {
        name: "daily".to_owned(),
        channel: ChannelId::new(TEAM_CHANNEL),
        questions: QUESTIONS.map(str::to_owned).into(),
        zone: "UTC".to_owned(),
        timing: Some(timing),
    };
    Definition::new(id("0000abcd"), blueprint, UserId::new(BOSS))
}

pub(super) fn key(date: &str) -> RunKey {
    RunKey { team: TeamId::new(TEAM), standup: id("0000abcd"), date: RunDate::parse(date).unwrap() }
}

/// The schedule fires that was due at `at`.
pub(super) async fn fire(world: &World, kind: Kind, at: Millis) {
    let firing =
        Firing { kind, team: TeamId::new(TEAM), standup: id("0000abcd"), at, source: "schedule".to_owned() };
    // Lambda tries again what has failed.
    for _ in 0..3 {
        if matches!(world.fires(&firing).await, Some(Ok(()))) {
            return;
        }
        world.clock.later(60_000).await;
    }
}

/// The questions of Monday are asked.
pub(super) async fn ask(world: &World) {
    let at = world.clock.now();
    fire(world, Kind::Questions, at).await;
    world.settle().await;
}

/// The report of Monday is posted.
pub(super) async fn post(world: &World) {
    fire(world, Kind::Report, Millis(world.clock.now().0)).await;
    world.settle().await;
}

/// A job as a gateway stores it, which wakes the worker. `name` makes it another one.
pub(super) fn wants(world: &World, user: &str, name: &str, errand: Errand) -> WakeUp {
    wants_in(world, TEAM_CHANNEL, user, name, errand)
}

/// The same, typed or clicked in `channel`.
pub(super) fn wants_in(world: &World, channel: &str, user: &str, name: &str, errand: Errand) -> WakeUp {
    let name: String = name.chars().map(|ch| if ch.is_ascii_alphanumeric() { ch } else { '-' }).collect();
    let url = format!("https://hooks.slack.com/commands/T0ACME/1/{name}");
    world.slack.open_hook(&url, user, channel, None);
    let answers = match &errand {
        Errand::Answer { .. } => Answers::Letter,
        _ => Answers::Private { response_url: ResponseUrl::new(url) },
    };
    let (user, channel) = (UserId::new(user), ChannelId::new(channel));
    let request = Request { user, channel, ask: Ask::Standup { errand }, answers };
    let id = JobId::new(format!("standup#{TEAM}#test#{name}"));
    let job = Job::new(id, TeamId::new(TEAM), request, world.writer(), world.clock.now());
    world.jobs.put(&job);
    WakeUp::new(job.team, job.id)
}

/// The same, to its end.
pub(super) async fn does(world: &World, user: &str, name: &str, errand: Errand) {
    let wake = wants(world, user, name, errand);
    let _ = world.work(&wake).await;
    world.settle().await;
}

/// `/standup <text>`
pub(super) fn typed(text: &str) -> Errand {
    Errand::Command { text: text.to_owned() }
}

pub(super) fn answer(date: &str, texts: [&str; 3]) -> Errand {
    Errand::Answer { standup: id("0000abcd"), date: key(date).date, texts: texts.map(str::to_owned).into() }
}

pub(super) fn skip(date: &str) -> Errand {
    Errand::Skip { standup: id("0000abcd"), date: key(date).date }
}

/// What `user` has in their direct messages.
pub(super) fn direct(world: &World, user: &str) -> Vec<Said> {
    let channel = format!("D-{user}");
    world.slack.said().into_iter().filter(|said| said.channel == channel).collect()
}

/// The messages of the standup that `user` has: what they ask, or asked before.
pub(super) fn asked(world: &World, user: &str) -> Vec<Said> {
    let first = |said: &Said| said.before.first().unwrap_or(&said.text).clone();
    direct(world, user).into_iter().filter(|said| first(said).starts_with(QUESTION)).collect()
}

/// What the only message of the standup says that `user` has.
pub(super) fn says(world: &World, user: &str) -> String {
    let asked = asked(world, user);
    assert_eq!(asked.len(), 1, "{user}: {asked:#?}");
    asked[0].text.lines().next().unwrap().to_owned()
}

/// The messages that stand in the channel, threads among them.
pub(super) fn channel(world: &World) -> Vec<Said> {
    world
        .slack
        .said()
        .into_iter()
        .filter(|said| said.channel == TEAM_CHANNEL && said.only.is_none())
        .collect()
}

/// What only `user` was shown in the channel.
pub(super) fn whispered(world: &World, user: &str) -> Vec<String> {
    let is_theirs = |said: &Said| said.only.as_deref() == Some(user);
    world.slack.said().into_iter().filter(is_theirs).map(|said| said.text).collect()
}

/// All words of a message that people see, one block each.
pub(super) fn words(said: &Said) -> Vec<String> {
    let text = |block: &serde_json::Value| {
        let own = block["text"]["text"].as_str().map(str::to_owned);
        let elements = block["elements"].as_array().into_iter().flatten();
        let parts: Vec<String> = elements
            .filter_map(|one| {
                one["text"]["text"].as_str().or(one["text"].as_str()).or(one["alt_text"].as_str())
            })
            .map(str::to_owned)
            .collect();
        own.unwrap_or_else(|| parts.join(" | "))
    };
    said.blocks.iter().map(text).collect()
}
