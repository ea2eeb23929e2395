//! Who is to be asked: the people in the channel, each with an entry of their own.

use std::collections::HashSet;

use domain::ids::{TeamId, UserId};
use domain::policy::Standing;
use domain::standup::{Absence, Entry, RunDate, is_about_yesterday};
use domain::time::Millis;
use futures_util::StreamExt as _;
use futures_util::stream;
use slack::web::{ApiError, User};

use super::Shift;
use super::deeds::Done;
use super::pace::{Late, Pace};
use super::questions::Day;
use crate::hold::Stop;
use crate::person::person;

/// How many members are looked up at a time.
const AT_ONCE: usize = 4;

/// How many pages of members are read: 50,000 of them.
const PAGES: usize = 250;

/// Whether everybody has an entry now.
pub(super) enum Gathered {
    /// Everybody.
    All,
    /// Everybody but those about whom Slack tells nothing at the moment.
    But,
    /// The run is over; another can go on from then on.
    Late(Late),
    /// Slack does not tell who is in the channel; its word for that.
    Refused(String),
}

/// What became of one member.
enum Met {
    /// They have an entry, or are not to have one.
    Yes,
    /// Slack tells nothing about them at the moment.
    NotYet,
    Late(Late),
}

/// What is the same for all members.
struct Census<'a> {
    day: &'a Day,
    pace: &'a Pace<'a>,
    at_once: bool,
    absences: Vec<Absence>,
    /// What people have done, if that is of interest.
    done: Option<Done>,
    /// Until when it is worth asking Slack again about somebody.
    patience: Millis,
}

impl Shift<'_> {
    /// Makes an entry for each of the channel's people that has none.
    pub(super) async fn gather(
        &self,
        day: &Day,
        at_once: bool,
        patience: Millis,
        pace: &Pace<'_>,
    ) -> Result<Gathered, Stop> {
        let members = match self.members(day, pace).await? {
            Ok(members) => members,
            Err(gathered) => return Ok(gathered),
        };
        let known = self.worker.entries.all(&day.key).await?;
        let known: HashSet<UserId> = known.into_iter().map(|entry| entry.user).collect();
        let is_new = |user: &UserId| !known.contains(user) && *user != self.installation.bot_user;
        let new: Vec<UserId> = members.into_iter().filter(is_new).collect();
        if new.is_empty() {
            return Ok(Gathered::All);
        }
        let absences = self.worker.absences.all(&day.key.team).await?;
        let asks = day.blueprint.questions.iter().any(|question| is_about_yesterday(question));
        let done = if asks { self.done(day).await } else { None };
        let census = Census { day, pace, at_once, absences, done, patience };
        // All of them come to their end, whatever becomes of one.
        let met: Vec<Result<Met, Stop>> =
            stream::iter(&new).map(|user| self.meet(&census, user)).buffer_unordered(AT_ONCE).collect().await;
        let mut gathered = Gathered::All;
        for met in met {
            match (met?, &gathered) {
                (Met::Late(late), _) => gathered = Gathered::Late(late),
                (Met::NotYet, Gathered::All) => gathered = Gathered::But,
                (Met::NotYet | Met::Yes, _) => {}
            }
        }
        Ok(gathered)
    }

    /// The members of the channel, or why they are not known.
    async fn members(&self, day: &Day, pace: &Pace<'_>) -> Result<Result<Vec<UserId>, Gathered>, Stop> {
        let client = self.worker.slack.trying(1);
        let (mut members, mut cursor) = (Vec::new(), None::<String>);
        for _ in 0..PAGES {
            let listed = async || {
                client.conversation_members(&self.token, &day.blueprint.channel, cursor.as_deref()).await
            };
            let (some, next) = match pace.look(listed).await {
                Ok(Ok(some)) => some,
                Err(late) => return Ok(Err(Gathered::Late(late))),
                Ok(Err(ApiError::NoAccess(code) | ApiError::Refused { code, .. })) => {
                    return Ok(Err(Gathered::Refused(code)));
                }
                Ok(Err(error)) => return Err(Stop::slack(error, "asking who is in the channel")),
            };
            members.extend(some);
            match next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        members.sort();
        members.dedup();
        Ok(Ok(members))
    }

    async fn meet(&self, census: &Census<'_>, user: &UserId) -> Result<Met, Stop> {
        let client = self.worker.slack.trying(1);
        let entry = match census.pace.look(async || client.user_info(&self.token, user).await).await {
            Err(late) => return Ok(Met::Late(late)),
            Ok(Ok(known)) if is_asked(user, &known, &self.installation.team) => {
                self.entry(census, user, known)
            }
            // Slack does not show us strangers.
            Ok(Ok(_) | Err(ApiError::NoAccess(_))) => return Ok(Met::Yes),
            Ok(Err(error @ (ApiError::Auth(_) | ApiError::MissingScope { .. }))) => {
                return Err(Stop::slack(error, "asking Slack who this is"));
            }
            Ok(Err(error)) if self.worker.clock.now() < census.patience => {
                tracing::warn!(user.id = %user, "Slack does not tell who this is: {error}");
                return Ok(Met::NotYet);
            }
            Ok(Err(error)) => {
                let now = self.worker.clock.now();
                Entry::new(user.clone(), user.as_str(), None, now).failed(error.to_string())
            }
        };
        // Somebody else may be faster: then it is there.
        self.worker.entries.store(&census.day.key, &first(entry), None).await?;
        Ok(Met::Yes)
    }

    fn entry(&self, census: &Census<'_>, user: &UserId, known: User) -> Entry {
        let Census { day, absences, done, .. } = census;
        let (blueprint, date) = (&day.blueprint, &day.key.date);
        let is_own = blueprint.timing.as_ref().is_some_and(|timing| timing.own_zones);
        let ask_at = if census.at_once || !is_own {
            self.worker.clock.now()
        } else {
            blueprint.ask_at(date, known.tz.as_deref())
        };
        let picture = known.picture.clone();
        let name = name(user, known);
        if is_away(absences, user, date) {
            return Entry::spared(user.clone(), name, picture, ask_at);
        }
        let done = done.as_ref().map(|done| done.by(user)).unwrap_or_default();
        Entry { done, ..Entry::new(user.clone(), name, picture, ask_at) }
    }
}

/// A record that is new is its first version.
fn first(entry: Entry) -> Entry {
    Entry { version: 0, ..entry }
}

fn is_asked(user: &UserId, known: &User, team: &TeamId) -> bool {
    matches!(person(user, known, team).standing, Standing::Member | Standing::Guest)
}

fn is_away(absences: &[Absence], user: &UserId, date: &RunDate) -> bool {
    absences.iter().any(|absence| absence.user == *user && absence.until > *date)
}

/// What somebody is called: as they want, else by their full name.
fn name(user: &UserId, known: User) -> String {
    let names = [known.display_name, known.real_name, known.name];
    let name = names.into_iter().flatten().map(|name| name.trim().to_owned()).find(|name| !name.is_empty());
    name.unwrap_or_else(|| user.as_str().to_owned())
}
