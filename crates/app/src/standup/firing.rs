//! From a schedule that has fired to jobs. A firing that comes twice makes the
//! same ones.

use domain::ids::JobId;
use domain::job::{Answers, Ask, Job, Request};
use domain::standup::{Definition, Errand, Kind, RunDate, STANDUP};
use domain::time::Millis;

use super::{Firing, Standup};
use crate::hold::new_owner;
use crate::wake::WakeUp;

impl Standup {
    /// Does what a schedule that has fired is for, as far as it gets by `deadline`.
    ///
    /// # Errors
    /// If it could not be written down: then Lambda tries again.
    pub async fn handle_firing(&self, firing: &Firing, deadline: Millis) -> anyhow::Result<()> {
        let Firing { team, standup, source, .. } = firing;
        tracing::info!(team.id = %team, standup.id = %standup, source, "A schedule has fired");
        if self.tokens.active(team).await?.is_none() {
            tracing::info!("The team has uninstalled the app");
            return Ok(());
        }
        let Some(definition) = self.standups.find(team, standup).await? else {
            tracing::info!("There is no such standup any more");
            return Ok(());
        };
        let mut wakes = Vec::new();
        for date in dates(firing, &definition) {
            let job = self.job(firing, &definition, &date)?;
            self.jobs.create(&job).await?;
            wakes.push(WakeUp::new(job.team, job.id));
        }
        for wake in wakes {
            self.handle(&wake, deadline).await?;
        }
        Ok(())
    }

    fn job(&self, firing: &Firing, definition: &Definition, date: &RunDate) -> anyhow::Result<Job> {
        let Firing { team, standup, at: Millis(at), .. } = firing;
        let (what, errand) = match firing.kind {
            Kind::Questions => {
                let date = date.clone();
                let errand = Errand::Questions { standup: standup.clone(), date, at_once: false };
                (format!("questions#{at}"), errand)
            }
            Kind::Report => {
                let date = date.clone();
                ("report".to_owned(), Errand::Report { standup: standup.clone(), date, again: false })
            }
        };
        let request = Request {
            user: definition.owner.clone(),
            channel: definition.blueprint.channel.clone(),
            ask: Ask::Standup { errand },
            answers: Answers::Letter,
        };
        let id = JobId::new(format!("{STANDUP}#{team}#{standup}#{date}#{what}"));
        Ok(Job::new(id, team.clone(), request, new_owner(self.entropy.as_ref())?, self.clock.now()))
    }
}

fn dates(firing: &Firing, definition: &Definition) -> Vec<RunDate> {
    match firing.kind {
        Kind::Questions => definition.blueprint.dates_to_ask(firing.at),
        Kind::Report => definition.blueprint.date_to_report(firing.at).into_iter().collect(),
    }
}
