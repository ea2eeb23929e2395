//! From a schedule that has fired to jobs. A firing that comes twice makes the
//! same ones.

use domain::ids::{JobId, TeamId};
use domain::job::{Answers, Ask, Job, Request};
use domain::standup::{Definition, Errand, Kind, RunDate, STANDUP, StandupId};
use domain::time::Millis;

use super::setup::TRIES;
use super::{Firing, Standup};
use crate::hold::new_owner;
use crate::ports::Stored;
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
            return self.pause(team, standup).await;
        }
        let Some(definition) = self.resumed(team, standup).await? else {
            tracing::info!("There is no such standup any more");
            return self.schedules.remove(team, standup).await;
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

    /// Removes the schedules of a team that has uninstalled the app, and notes that on
    /// the standup, so that the team is told if it installs the app again.
    async fn pause(&self, team: &TeamId, standup: &StandupId) -> anyhow::Result<()> {
        for _ in 0..TRIES {
            let known = self.standups.find(team, standup).await?;
            if let Some(known) = known.filter(|known| !known.paused)
                && self.standups.store(team, &known.paused(), Some(&known)).await? != Stored::Written
            {
                continue;
            }
            self.schedules.remove(team, standup).await?;
            tracing::info!("The team has uninstalled the app; the standup's schedules are removed");
            // It may have installed the app again at the same moment.
            if self.tokens.active(team).await?.is_some() {
                self.resumed(team, standup).await?;
            }
            return Ok(());
        }
        anyhow::bail!("the standup changed under every try to pause it")
    }

    /// The standup, with its schedules again if they were removed: a team that has
    /// the app, and still one of its schedules, has installed it again in time.
    async fn resumed(&self, team: &TeamId, standup: &StandupId) -> anyhow::Result<Option<Definition>> {
        for _ in 0..TRIES {
            let known = self.standups.find(team, standup).await?;
            let Some(paused) = known.as_ref().filter(|known| known.paused) else { return Ok(known) };
            self.schedules.set(team, paused).await?;
            let after = paused.changed(paused.blueprint.clone());
            if self.standups.store(team, &after, Some(paused)).await? == Stored::Written {
                tracing::info!("The team has the app again; the standup has its schedules again");
                return Ok(Some(after));
            }
        }
        anyhow::bail!("the standup changed under every try to resume it")
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
