//! What the app asks of the table, port by port.

use app::ports::{Absences, Entries, Runs, Standups, Stored};
use async_trait::async_trait;
use domain::ids::{TeamId, UserId};
use domain::standup::{Absence, Definition, Entry, Run, RunKey, StandupId};

use super::DynamoStandups;
use super::item::{Key, absences, day, definitions};

#[async_trait]
impl Standups for DynamoStandups {
    async fn all(&self, team: &TeamId) -> anyhow::Result<Vec<Definition>> {
        self.list(team, &definitions(team)).await
    }

    async fn find(&self, team: &TeamId, id: &StandupId) -> anyhow::Result<Option<Definition>> {
        self.get(&Key::definition(team, id)).await
    }

    async fn store(
        &self,
        team: &TeamId,
        after: &Definition,
        before: Option<&Definition>,
    ) -> anyhow::Result<Stored> {
        let name = after.blueprint.name_key();
        if before.is_none_or(|before| before.blueprint.name_key() != name) {
            return self.store_with_name(team, after, before).await;
        }
        let written = self.replace(&Key::definition(team, &after.id), after, before).await?;
        Ok(if written { Stored::Written } else { Stored::Changed })
    }

    async fn remove(&self, team: &TeamId, known: &Definition) -> anyhow::Result<bool> {
        self.remove_with_name(team, known).await
    }
}

#[async_trait]
impl Runs for DynamoStandups {
    async fn find(&self, key: &RunKey) -> anyhow::Result<Option<Run>> {
        self.get(&Key::run(key)).await
    }

    async fn store(&self, key: &RunKey, after: &Run, before: Option<&Run>) -> anyhow::Result<bool> {
        self.replace(&Key::run(key), after, before).await
    }
}

#[async_trait]
impl Entries for DynamoStandups {
    async fn all(&self, key: &RunKey) -> anyhow::Result<Vec<Entry>> {
        self.list(&key.team, &day(key)).await
    }

    async fn find(&self, key: &RunKey, user: &UserId) -> anyhow::Result<Option<Entry>> {
        self.get(&Key::entry(key, user)).await
    }

    async fn store(&self, key: &RunKey, after: &Entry, before: Option<&Entry>) -> anyhow::Result<bool> {
        self.replace(&Key::entry(key, &after.user), after, before).await
    }
}

#[async_trait]
impl Absences for DynamoStandups {
    async fn all(&self, team: &TeamId) -> anyhow::Result<Vec<Absence>> {
        self.list(team, &absences(team)).await
    }

    async fn store(&self, team: &TeamId, absence: &Absence) -> anyhow::Result<()> {
        self.put(&Key::absence(team, &absence.user), absence).await
    }
}
