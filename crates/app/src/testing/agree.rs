//! People who agree to what they are asked: the requester confirms, and an admin
//! approves, by clicking what they see.

use std::sync::atomic::Ordering;

use domain::account::Account;
use domain::approvers::Approvers;
use domain::ids::UserGroupId;
use domain::job::{Job, Status};

use super::estate::home;
use super::slack::{BOSS, Said, TEAM};
use super::typed::Click;
use super::world::World;

/// How often people click one button that seems to do nothing.
const PATIENCE: usize = 3;

impl World {
    /// Nobody clicks anything from now on but what the test clicks.
    pub(crate) fn nobody_agrees(&self) {
        self.agrees.store(false, Ordering::Relaxed);
    }

    /// People click until nobody is asked any more, as far as that goes now.
    pub(super) async fn agree(&self) {
        for _ in 0..PATIENCE {
            let agrees = self.agrees.load(Ordering::Relaxed);
            if !agrees || !self.agree_once().await {
                return;
            }
            self.work_off().await;
        }
    }

    /// Each who is asked clicks once. False if nobody is.
    pub(crate) async fn agree_once(&self) -> bool {
        let waiting: Vec<Job> = self.jobs.all().into_iter().filter(is_asked).collect();
        for job in &waiting {
            self.agree_to(job).await;
        }
        !waiting.is_empty()
    }

    async fn agree_to(&self, job: &Job) {
        let said = self.slack.said();
        let requester = job.request.user.as_str();
        for (kind, user) in [("decide.confirm", requester), ("justify", requester), ("decide.approve", BOSS)]
        {
            let mut shown = said.iter().rev().filter(|said| !said.is_review_request());
            let shown = shown.find_map(|said| Some((said, labelled(said, kind, job)?)));
            let Some((said, label)) = shown else { continue };
            let click = self.click(said, &label).by(user);
            if kind == "justify" {
                self.justifies(&click, &name_of(job), "it has served").await;
            } else {
                self.clicks(&click).await;
            }
            return;
        }
    }

    /// The members of this group may approve in Bellhop's own account.
    pub(crate) fn approvers(&self, group: &str) {
        let account = Account { approvers: Approvers::group(UserGroupId::new(group)), ..home() };
        self.put_account(TEAM, account);
    }

    /// Somebody clicks to justify a plan, and fills in the modal that opens.
    pub(crate) async fn justifies(&self, click: &Click, name: &str, reason: &str) {
        self.clicks(click).await;
        // It does not open if the gateway dies, or Slack is in trouble.
        if let Some(modal) = self.slack.modal(&click.text("/user/id")) {
            self.submits(&modal.filled(&[("Name", name), ("Reason", reason)])).await;
        }
    }

    /// A click on what is labelled so in `said`, as nobody has clicked before.
    pub(crate) fn click(&self, said: &Said, label: &str) -> Click {
        let number = self.clicks.fetch_add(1, Ordering::Relaxed);
        let click = Click::on(said, label).unwrap_or_else(|| panic!("nobody can see {label}: {said:#?}"));
        click.at(&format!("1764577100.{number:06}"))
    }

    /// A click on what is labelled so in the newest message that has it, as nobody
    /// has clicked before. Direct messages that ask for an approval are passed over.
    pub(crate) fn fresh(&self, label: &str) -> Click {
        let said = self.slack.said();
        let mut shown = said.iter().rev().filter(|said| !said.is_review_request());
        let shown = shown.find(|said| Click::on(said, label).is_some());
        self.click(shown.unwrap_or_else(|| panic!("nobody can see {label}: {said:#?}")), label)
    }
}

/// The name that has to be typed.
pub(crate) fn name_of(job: &Job) -> String {
    job.plan.as_ref().unwrap().targets[0].label.clone()
}

fn is_asked(job: &Job) -> bool {
    matches!(job.machine.status, Status::Awaiting { .. })
}

/// What the button of this kind says that stands in `said` for the plan that
/// `job` asks about.
fn labelled(said: &Said, kind: &str, job: &Job) -> Option<String> {
    let Status::Awaiting { plan_hash, .. } = &job.machine.status else { return None };
    let value = format!("{} {plan_hash}", job.id);
    let elements = said.blocks.iter().filter_map(|block| block["elements"].as_array()).flatten();
    let mut buttons =
        elements.filter(|element| element["type"] == "button" && element["value"] == value.as_str());
    let button =
        buttons.find(|button| button["action_id"].as_str().is_some_and(|id| id.starts_with(kind)))?;
    button["text"]["text"].as_str().map(str::to_owned)
}
