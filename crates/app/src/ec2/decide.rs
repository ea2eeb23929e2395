//! From the text to a decision: an answer, or a plan that is begun.

use domain::command::{Clause, Command, Parsed, Tier, Verb, parse};
use domain::ids::ResponseUrl;
use domain::instance::Instance;
use domain::job::{Answers, Ask, Audience, Ending, Move, Plan, Request};
use domain::policy::Person;
use domain::resolve::{References, Selection, select};
use slack::blocks::Message;
use slack::web::Followup;

use super::Run;
use super::edits::is_change;
use super::fleet::{Seen, refers_to_thread};
use super::person::may_ask;
use crate::hold::{Hold, Stop};
use crate::messages;
use crate::metrics::{self, Refused};
use crate::sharing;
use crate::telling;
use crate::wake::WakeUp;

/// An answer instead of a change.
pub(super) struct Answer {
    pub(super) ending: Ending,
    pub(super) audience: Audience,
    pub(super) message: Message,
}

impl Answer {
    /// An answer for everybody in the thread.
    pub(super) fn open(message: Message) -> Self {
        Self { ending: Ending::Done, audience: Audience::Thread, message }
    }

    /// A refusal, for the requester alone.
    pub(super) fn refusal(message: Message) -> Self {
        Self { ending: Ending::Failed, audience: Audience::Requester, message }
    }
}

/// A change that is to be begun.
pub(super) struct Intent {
    pub(super) plan: Plan,
    /// Why, in the requester's words.
    pub(super) reason: Option<String>,
    /// Whether the command said `#2` or `this`.
    pub(super) refers_to_thread: bool,
}

/// What a list is the answer to.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    /// The command, as Slack sent it.
    pub(super) text: &'a str,
    /// The page that is asked for.
    pub(super) page: usize,
}

/// What a command comes to.
pub(super) enum Decided {
    /// There is nothing to change.
    Answer(Answer),
    /// It is done at once.
    Begin(Intent),
    /// It is done if people agree.
    Ask(Intent),
}

impl Run<'_> {
    /// Decides a claimed job: it is finished, or begun and accepted, or people are
    /// asked, afterwards.
    pub(super) async fn decide(&self, hold: &mut Hold<'_>, next: &mut Option<WakeUp>) -> Result<(), Stop> {
        if let Ask::Decide { .. } = &hold.job.request.ask {
            return self.judge(hold, next).await;
        }
        if self.go_on(hold).await? {
            return Ok(());
        }
        if let Some(answer) = self.edited(hold, next).await? {
            return self.answer(hold, answer).await;
        }
        // On the heap: what is seen of the instances is large.
        match Box::pin(self.decided(hold)).await? {
            Decided::Answer(answer) => self.answer(hold, answer).await,
            Decided::Begin(intent) => self.act(hold, intent).await,
            Decided::Ask(intent) => self.ask(hold, intent).await,
        }
    }

    /// Finishes the job with an answer; it is told next.
    pub(super) async fn answer(&self, hold: &mut Hold<'_>, answer: Answer) -> Result<(), Stop> {
        let reply = telling::reply(answer.audience, &answer.message, &hold.job.request);
        let finish = Move::Finish { owner: hold.owner(), ending: answer.ending };
        hold.go(&finish, |job| job.reply = Some(reply)).await
    }

    async fn decided(&self, hold: &Hold<'_>) -> Result<Decided, Stop> {
        let request = &hold.job.request;
        let Ask::Command { text, page, spent } = &request.ask else {
            return Err(Stop::Fault(anyhow::anyhow!("this is no job for this worker")));
        };
        if let Some(spent) = spent {
            self.take_away(spent).await;
        }
        let person = self.who(&request.user).await?;
        let parsed = parse(text, Some(&self.installation.bot_user));
        let late = hold.job.late_by(self.worker.clock.now()).filter(|_| is_change(&parsed));
        if let Some(age) = late.filter(|_| may_ask(&person, Verb::Find)) {
            return Ok(Decided::Answer(Answer::open(self.ask_again(hold, &parsed, age))));
        }
        let answer = match parsed {
            // Who may not even look gets no other answer either.
            _ if !may_ask(&person, Verb::Find) => {
                metrics::refused(Refused::MembersOnly, "Somebody who is no member has asked");
                Answer::refusal(messages::members_only())
            }
            Parsed::Empty => Answer::refusal(messages::empty(&request.user, &request.answers)),
            Parsed::Help(topic) => Answer::refusal(messages::help(topic)),
            Parsed::Version => Answer::refusal(messages::version()),
            Parsed::Refused(refusal) => Answer::refusal(messages::refusal(&refusal)),
            Parsed::Settings(command) => self.configure(request, &person, &command).await?,
            Parsed::Accounts(command) => self.manage(&person, &command).await?,
            Parsed::Command(command) => {
                return self.command(hold, &person, &command, Shown { text, page: *page }).await;
            }
        };
        Ok(Decided::Answer(answer))
    }

    /// Asks whether what was asked for `age_ms` ago is still wanted. What refers to a list
    /// gets no button: by the time of the click the list may be another one.
    fn ask_again(&self, hold: &Hold<'_>, parsed: &Parsed, age_ms: u64) -> Message {
        let at = hold.job.asked_at.unwrap_or(hold.job.created_at);
        let command = match parsed {
            Parsed::Command(command) if !refers_to_thread(command) => command.written(),
            _ => None,
        };
        let words = command.clone().unwrap_or_else(|| self.words(hold));
        messages::late(&words, command.is_some(), at, age_ms)
    }

    /// What the person wrote, without the bot's mention.
    fn words(&self, hold: &Hold<'_>) -> String {
        let Ask::Command { text, .. } = &hold.job.request.ask else { return String::new() };
        let mention = format!("@{}", self.installation.bot_user);
        slack::text::plain(text).replace(&mention, "").trim().to_owned()
    }

    /// Removes the private message whose button was clicked: it has served. That
    /// it stays is no reason not to do as asked.
    async fn take_away(&self, spent: &ResponseUrl) {
        if let Err(error) = self.worker.slack.respond(spent, &Followup::Delete).await {
            tracing::debug!("A message with a used button stays: {error}");
        }
    }

    async fn command(
        &self,
        hold: &Hold<'_>,
        person: &Person,
        command: &Command,
        shown: Shown<'_>,
    ) -> Result<Decided, Stop> {
        let is_read_outside = self.is_read_outside(&hold.job.request).await?;
        if is_read_outside && command.verb.is_change() {
            return Ok(Decided::Answer(Answer::refusal(messages::shared_no_changes())));
        }
        let decided = self.decided_inside(hold, person, command, shown).await?;
        Ok(match decided {
            Decided::Answer(answer) if is_read_outside => {
                Decided::Answer(Answer { audience: Audience::Requester, ..answer })
            }
            decided => decided,
        })
    }

    /// Whether another company would read the answers to `request`.
    async fn is_read_outside(&self, request: &Request) -> Result<bool, Stop> {
        match &request.answers {
            Answers::Channel { .. } => {
                let (slack, settings) = (&self.worker.slack, self.worker.settings.as_ref());
                let team = &self.installation.team;
                sharing::is_read_outside(slack, &self.token, settings, team, &request.channel).await
            }
            Answers::Direct { .. } | Answers::Private { .. } | Answers::Letter => Ok(false),
        }
    }

    async fn decided_inside(
        &self,
        hold: &Hold<'_>,
        person: &Person,
        command: &Command,
        shown: Shown<'_>,
    ) -> Result<Decided, Stop> {
        if let Some(refusal) = out_of_place(person, command, &hold.job.request.answers) {
            return Ok(Decided::Answer(Answer::refusal(refusal)));
        }
        let places = match self.places(command) {
            Ok(places) => places,
            Err(refused) => return Ok(Decided::Answer(refused)),
        };
        let mentioned = self.mentioned(command, &hold.job.request).await?;
        let seen = self.see(command, &mentioned, &places).await;
        if let Some(answer) = self.blind(command, &seen, places.len()).await? {
            return Ok(Decided::Answer(answer));
        }
        let references = References { rows: &mentioned.rows, this: &mentioned.this };
        let now = self.worker.clock.now();
        match select(command, &seen.fleet, &references, now) {
            Selection::Found(found) => self.found(hold, person, command, shown, &found, &seen).await,
            Selection::NotFound { asked, closest } => {
                let blind = self.refusals(&seen.blind).await;
                let message =
                    messages::not_found(command, &asked, &seen.looked_in(&places), &closest, &blind);
                Ok(Decided::Answer(Answer::refusal(message)))
            }
            Selection::NoSuchTag { key, closest, instead } => {
                let blind = self.refusals(&seen.blind).await;
                let closest = closest.as_deref();
                let message = messages::no_such_tag(&key, closest, instead, &seen.looked_in(&places), &blind);
                Ok(Decided::Answer(Answer::refusal(message)))
            }
            Selection::Several { asked, candidates } => {
                let message = messages::several(command, &asked, &candidates);
                Ok(Decided::Answer(Answer::refusal(message)))
            }
            Selection::TooMany { count, limit } => {
                let message = messages::too_many(command.verb, count, limit);
                Ok(Decided::Answer(Answer::refusal(message)))
            }
        }
    }

    async fn found(
        &self,
        hold: &Hold<'_>,
        person: &Person,
        command: &Command,
        shown: Shown<'_>,
        found: &[&Instance],
        seen: &Seen,
    ) -> Result<Decided, Stop> {
        match command.verb {
            Verb::Find => Ok(Decided::Answer(self.list(hold, command, shown, found, &seen.blind).await?)),
            Verb::Check => Ok(Decided::Answer(self.check(hold, command, found, &seen.blind).await?)),
            _ => {
                self.remember(hold, command, found).await?;
                self.planned(&hold.job, person, command, found).await
            }
        }
    }

    /// Where a place could not be looked at, a change might hit the wrong
    /// instance of two, so nothing is changed; a list says what is missing. A region that
    /// the account cannot use hides nothing.
    async fn blind(&self, command: &Command, seen: &Seen, places: usize) -> Result<Option<Answer>, Stop> {
        let all_blind = seen.blind.len() == places;
        if !(all_blind || seen.is_blind() && command.verb.is_change()) {
            return Ok(None);
        }
        let lines = self.refusals(&seen.blind).await;
        Ok(Some(Answer::refusal(messages::blind(&lines))))
    }
}

/// Why a command is not even looked into where it was asked.
fn out_of_place(person: &Person, command: &Command, answers: &Answers) -> Option<Message> {
    if !may_ask(person, command.verb) {
        return Some(messages::members_only());
    }
    if let Some(clause) = not_yet(command) {
        return Some(messages::not_yet(clause));
    }
    // A second person has to see the card.
    let needs_others = command.verb.tier() == Tier::Destroy && !command.flags.dry_run;
    let is_open = matches!(answers, Answers::Channel { .. });
    (needs_others && !is_open).then(|| messages::in_a_channel_only(command.verb))
}

/// A clause that is understood, and that nothing can carry out yet. It is never
/// just left out.
fn not_yet(command: &Command) -> Option<Clause> {
    if command.lasting.is_some() {
        return Some(Clause::Lasting);
    }
    command.when.as_ref().map(|_| Clause::At)
}
