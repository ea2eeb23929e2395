//! Who can approve a plan besides its requester, and how they hear of it: groups by a
//! mention beside the card, people by a direct message.

use domain::approvers::Approvers;
use domain::command::{Tier, Verb};
use domain::ids::{UserGroupId, UserId};
use domain::job::{Asked, Job, Move, Notice, Plan};
use domain::policy::{Person, Standing};

use super::Run;
use crate::hold::{Hold, Stop};
use crate::messages::{self, Reviewers};
use crate::{person, telling};

/// How many people get a direct message about one plan.
const MAX_TOLD: usize = 5;

/// How many members of a group are looked up to find one who can approve. In a larger
/// group there is taken to be one.
const MAX_LOOKED_UP: usize = 10;

impl Run<'_> {
    /// Who can approve `plan` later, for the card that asks its requester first; nothing
    /// if nobody has to, or Slack does not say now.
    pub(super) async fn later_reviewers(&self, job: &Job, plan: &Plan) -> Result<Option<Reviewers>, Stop> {
        if Verb::read(&plan.verb).is_none_or(|verb| verb.tier() < Tier::Destroy) {
            return Ok(None);
        }
        match self.reviewers(&job.request.user, plan).await {
            Ok(reviewers) => Ok(Some(reviewers)),
            Err(Stop::Fault(error)) => {
                tracing::warn!(job.id = %job.id, "Whether anyone can approve it is not known yet: {error:#}");
                Ok(None)
            }
            Err(stop) => Err(stop),
        }
    }

    /// Who can approve `plan` besides `requester`.
    pub(super) async fn reviewers(&self, requester: &UserId, plan: &Plan) -> Result<Reviewers, Stop> {
        let (approvers, requester) = (self.approvers(plan), self.who(requester).await?);
        let mut people: Vec<UserId> = Vec::new();
        for user in approvers.people().filter(|user| !requester.is(user)) {
            if self.who(user).await?.standing == Standing::Member {
                people.push(user.clone());
            }
        }
        let mut all_are_known = true;
        if approvers.has_admins() {
            let team = &self.installation.team;
            let admins = person::admins(&self.worker.slack, &self.token, team).await;
            let admins = admins.map_err(|error| Stop::slack(error, "asking Slack who the admins are"))?;
            all_are_known = admins.is_complete;
            people.extend(admins.ids.into_iter().filter(|user| !requester.is(user)));
        }
        let mut is_found = !people.is_empty() || !all_are_known;
        for group in approvers.groups() {
            is_found = is_found || self.has_another_member(group, &requester).await?;
        }
        if is_found {
            people.truncate(MAX_TOLD);
            return Ok(Reviewers::Found { told: people });
        }
        let is_own = self.is_one_of(&requester, &approvers).await?;
        Ok(if is_own { Reviewers::OnlyRequester } else { Reviewers::NoOne })
    }

    async fn has_another_member(&self, group: &UserGroupId, requester: &Person) -> Result<bool, Stop> {
        let members = self.members_of(group).await?;
        let others: Vec<UserId> = members.into_iter().filter(|member| !requester.is(member)).collect();
        for member in others.iter().take(MAX_LOOKED_UP) {
            if self.who(member).await?.standing == Standing::Member {
                return Ok(true);
            }
        }
        Ok(others.len() > MAX_LOOKED_UP)
    }

    /// Notifies those who may approve, each once for each plan that they are asked about.
    pub(super) async fn notify(
        &self,
        hold: &mut Hold<'_>,
        plan: &Plan,
        asked: &Asked,
        approvers: &Approvers,
        reviewers: &Reviewers,
    ) -> Result<(), Stop> {
        self.mention_groups(hold, plan, asked, approvers).await?;
        let Reviewers::Found { told } = reviewers else { return Ok(()) };
        if told.is_empty() {
            return Ok(());
        }
        let card = self.address_of_card(&hold.job).await;
        let message = messages::review_request(&hold.job, plan, asked, card.as_deref());
        for user in told {
            let mut notice = notice_of(&hold.job, asked);
            if notice.told.contains(user) {
                continue;
            }
            match self.voice().write_to(user, message.clone()).await {
                Ok(()) => {
                    notice.told.push(user.clone());
                    keep(hold, notice).await?;
                }
                // The others hear of it, and the card is there.
                Err(error) if telling::is_hopeless(&error) => {
                    tracing::warn!(job.id = %hold.job.id, user.id = %user, "An approver was not told: {error}");
                }
                Err(error) => return Err(Stop::slack(error, "telling an approver")),
            }
        }
        Ok(())
    }

    async fn mention_groups(
        &self,
        hold: &mut Hold<'_>,
        plan: &Plan,
        asked: &Asked,
        approvers: &Approvers,
    ) -> Result<(), Stop> {
        let groups: Vec<&UserGroupId> = approvers.groups().collect();
        let mut notice = notice_of(&hold.job, asked);
        if groups.is_empty() || notice.ts.is_some() {
            return Ok(());
        }
        let message = messages::notice(&hold.job, plan, asked, &groups);
        match self.voice().notify(&hold.job, message).await {
            Ok(None) => Ok(()),
            Ok(ts) => {
                notice.ts = ts;
                keep(hold, notice).await
            }
            // The card is there, and can be approved by whoever sees it.
            Err(error) if telling::is_hopeless(&error) => {
                tracing::warn!(job.id = %hold.job.id, "No group was notified: {error}");
                Ok(())
            }
            // A plan that nobody knows of lapses: better late than never.
            Err(error) => Err(Stop::slack(error, "notifying the approvers")),
        }
    }

    /// The address of the card; nothing if Slack does not say, which is no reason to
    /// leave anyone untold.
    async fn address_of_card(&self, job: &Job) -> Option<String> {
        let card = job.card.as_ref()?;
        match self.worker.slack.permalink(&self.token, &job.request.channel, card).await {
            Ok(address) => Some(address),
            Err(error) => {
                tracing::warn!(job.id = %job.id, "The address of the card is not known: {error}");
                None
            }
        }
    }
}

/// Who was notified of the plan that `asked` is about, as far as that is on record.
fn notice_of(job: &Job, asked: &Asked) -> Notice {
    let known = job.notice.clone().filter(|notice| notice.plan == asked.plan);
    known.unwrap_or_else(|| Notice { plan: asked.plan.clone(), ts: None, told: Vec::new() })
}

/// Right after a post: one that is not on record is posted again.
async fn keep(hold: &mut Hold<'_>, notice: Notice) -> Result<(), Stop> {
    hold.go(&Move::Note { owner: hold.owner() }, |job| job.notice = Some(notice)).await
}
