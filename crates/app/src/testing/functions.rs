//! The functions of the app, each with what it may touch in the world.

use std::sync::Arc;

use domain::account::HomeTeams;
use slack::web::{ApiBase, Client, Limits};

use super::estate::home;
use super::little::Secrets;
use super::world::World;
use crate::commands::Commands;
use crate::ec2::Ec2;
use crate::events::Events;
use crate::install::Install;
use crate::interactions::Interactions;
use crate::inventory::Stocktaker;
use crate::standup::Standup;
use crate::sweeper::Sweeper;
use crate::text::Text;

impl World {
    pub(crate) fn client(&self, limits: Limits) -> Client {
        Client::new(self.slack.clone(), ApiBase::default(), limits)
    }

    pub(crate) fn events(&self) -> Events {
        Events {
            secrets: Arc::new(Secrets(self.seam.clone())),
            installations: self.teams.clone(),
            jobs: self.jobs.clone(),
            wake: self.wake.clone(),
            standups: self.standups.clone(),
            entries: self.standups.clone(),
        }
    }

    pub(crate) fn commands(&self) -> Commands {
        Commands {
            secrets: Arc::new(Secrets(self.seam.clone())),
            installations: self.teams.clone(),
            jobs: self.jobs.clone(),
            wake: self.wake.clone(),
            tokens: self.teams.clone(),
            slack: self.client(Limits::GATEWAY),
        }
    }

    pub(crate) fn interactions(&self) -> Interactions {
        Interactions {
            secrets: Arc::new(Secrets(self.seam.clone())),
            installations: self.teams.clone(),
            jobs: self.jobs.clone(),
            wake: self.wake.clone(),
            tokens: self.teams.clone(),
            standups: self.standups.clone(),
            runs: self.standups.clone(),
            entries: self.standups.clone(),
            slack: self.client(Limits::GATEWAY),
        }
    }

    pub(crate) fn install(&self, public_url: Option<&str>) -> Install {
        Install {
            credentials: Arc::new(Secrets(self.seam.clone())),
            states: self.states.clone(),
            enrolment: self.teams.clone(),
            slack: self.client(Limits::GATEWAY),
            entropy: self.entropy.clone(),
            public_url: public_url.map(str::to_owned),
        }
    }

    pub(crate) fn ec2(&self) -> Ec2 {
        Ec2 {
            jobs: self.jobs.clone(),
            tokens: self.teams.clone(),
            threads: self.threads.clone(),
            accounts: self.accounts.clone(),
            settings: self.settings.clone(),
            inventory: self.inventory.clone(),
            audit: self.audit.clone(),
            instances: self.fleet.clone(),
            doors: self.gates.clone(),
            slack: self.client(Limits::WORKER),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            home: home(),
            home_teams: HomeTeams::First,
        }
    }

    pub(crate) fn stocktaker(&self) -> Stocktaker {
        Stocktaker {
            accounts: self.accounts.clone(),
            installations: self.teams.clone(),
            inventory: self.inventory.clone(),
            instances: self.fleet.clone(),
            clock: self.clock.clone(),
            home: home(),
        }
    }

    pub(crate) fn text(&self) -> Text {
        Text {
            jobs: self.jobs.clone(),
            summarizer: self.reader.clone(),
            slack: self.client(Limits::WORKER),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
        }
    }

    pub(crate) fn standup(&self) -> Standup {
        Standup {
            jobs: self.jobs.clone(),
            tokens: self.teams.clone(),
            settings: self.settings.clone(),
            standups: self.standups.clone(),
            runs: self.standups.clone(),
            entries: self.standups.clone(),
            absences: self.standups.clone(),
            schedules: self.standups.clone(),
            deeds: self.audit.clone(),
            inventory: self.inventory.clone(),
            slack: self.client(Limits::WORKER),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            home_teams: HomeTeams::First,
        }
    }

    pub(crate) fn sweeper(&self) -> Sweeper {
        Sweeper {
            jobs: self.jobs.clone(),
            settings: self.settings.clone(),
            open: self.jobs.clone(),
            wake: self.wake.clone(),
            tokens: self.teams.clone(),
            slack: self.client(Limits::WORKER),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            workers: crate::sweeper::workers(),
        }
    }
}
