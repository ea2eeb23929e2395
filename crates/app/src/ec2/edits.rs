//! Edits of messages. Slack sends a mention anew whenever its author edits it, so an edit
//! must not do a second time what the message has asked for. Only a message that was not
//! understood is read again, while it is fresh.

use domain::command::{AccountsCommand, Parsed, SettingsCommand, parse};
use domain::ids::JobId;
use domain::job::{Ask, Audience, Edit, Ending, Job};
use slack::blocks::Message;

use super::Run;
use super::decide::Answer;
use crate::hold::{Hold, Stop};
use crate::messages;
use crate::ports::Created;
use crate::wake::WakeUp;

/// Whether `parsed` changes anything: what is asked for late is then not done.
pub(super) const fn is_change(parsed: &Parsed) -> bool {
    match parsed {
        Parsed::Command(command) => command.verb.is_change() && !command.flags.dry_run,
        Parsed::Accounts(AccountsCommand::List)
        | Parsed::Settings(SettingsCommand::ShowLog | SettingsCommand::ShowShared)
        | Parsed::Empty
        | Parsed::Help(_)
        | Parsed::Version
        | Parsed::Refused(_) => false,
        Parsed::Accounts(_) | Parsed::Settings(_) => true,
    }
}

impl Run<'_> {
    /// The answer to an edit, if the job in `hold` is one; none if it is read as a message
    /// is. A change that an edit asks for is a job of its own, named in `next`.
    pub(super) async fn edited(
        &self,
        hold: &Hold<'_>,
        next: &mut Option<WakeUp>,
    ) -> Result<Option<Answer>, Stop> {
        let job = &hold.job;
        let Some(edit) = &job.edit else { return Ok(None) };
        let not_followed = Ok(Some(Answer::refusal(messages::edits_not_followed())));
        if job.late_by(self.worker.clock.now()).is_some() {
            return not_followed;
        }
        let Some(first) = &edit.first else { return Ok(None) };
        let known = self.worker.jobs.find(first).await?;
        if !known.is_some_and(|known| self.is_not_understood(&known)) {
            return not_followed;
        }
        if !self.parsed(job).is_some_and(|parsed| is_change(&parsed)) {
            return Ok(None);
        }
        // Of several edits one is done: the first that creates this job.
        let id = JobId::for_edited(first);
        let edit = Edit { first: None, ..edit.clone() };
        let does = Job {
            asked_at: job.asked_at,
            edit: Some(edit.clone()),
            ..Job::new(id, job.team.clone(), job.request.clone(), hold.owner(), self.worker.clock.now())
        };
        match self.worker.jobs.create(&does).await? {
            Created::Exists(other) if other.edit != Some(edit) => not_followed,
            Created::New | Created::Exists(_) => {
                *next = Some(WakeUp::new(does.team, does.id));
                let message = Message::text("");
                Ok(Some(Answer { ending: Ending::Done, audience: Audience::Nobody, message }))
            }
        }
    }

    fn is_not_understood(&self, job: &Job) -> bool {
        matches!(self.parsed(job), Some(Parsed::Refused(_) | Parsed::Empty))
    }

    fn parsed(&self, job: &Job) -> Option<Parsed> {
        let Ask::Command { text, .. } = &job.request.ask else { return None };
        Some(parse(text, Some(&self.installation.bot_user)))
    }
}
