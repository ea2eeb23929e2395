use app::ports::{Enrolment as _, Installations as _, WorkspaceSettings as _};
use domain::ids::{ChannelId, TeamId, UserId};
use domain::settings::{LogChannel, Settings};

use super::installations::{Here, installation};
use super::*;

fn team() -> TeamId {
    TeamId::new("T1")
}

fn logging_to(channel: &str) -> Settings {
    let (channel, set_by) = (ChannelId::new(channel), UserId::new("U1"));
    Settings { log: Some(LogChannel { channel, set_by, reported_unusable: false }), ..Settings::default() }
}

fn settings(tables: &Tables) -> DynamoSettings {
    DynamoSettings::new(tables.client.clone(), "installations")
}

#[tokio::test]
async fn settings_are_stored_only_over_what_was_seen() {
    let tables = Tables::new().await;
    let settings = settings(&tables);
    let (first, second, third) = (logging_to("C1"), logging_to("C2"), logging_to("C3"));
    assert_eq!(settings.find(&team()).await.unwrap(), None);
    assert!(!settings.store(&team(), &second, Some(&first)).await.unwrap(), "there are none yet");
    assert!(settings.store(&team(), &first, None).await.unwrap());
    assert!(settings.store(&team(), &first, None).await.unwrap(), "the reply may have been lost");
    assert!(!settings.store(&team(), &second, None).await.unwrap(), "there are some already");
    assert!(settings.store(&team(), &second, Some(&first)).await.unwrap());
    assert!(settings.store(&team(), &second, Some(&first)).await.unwrap(), "the reply may have been lost");
    assert!(!settings.store(&team(), &third, Some(&first)).await.unwrap(), "they are others by now");
    assert_eq!(settings.find(&team()).await.unwrap(), Some(second));
    assert_eq!(settings.find(&TeamId::new("T2")).await.unwrap(), None);
}

#[tokio::test]
async fn settings_of_an_earlier_version_can_be_replaced() {
    let tables = Tables::new().await;
    let settings = settings(&tables);
    tables.put_raw("installations", &[("team_id", text("settings#T1")), ("record", text("{}"))]).await;
    let known = settings.find(&team()).await.unwrap();
    assert_eq!(known, Some(Settings::default()));
    assert!(settings.store(&team(), &logging_to("C1"), known.as_ref()).await.unwrap());
    assert_eq!(settings.find(&team()).await.unwrap(), Some(logging_to("C1")));
}

#[tokio::test]
async fn of_many_writers_one_stores_settings() {
    let tables = Tables::new().await;
    let settings = settings(&tables);
    let stored = race(|racer| {
        let settings = settings.clone();
        async move { settings.store(&team(), &logging_to(&format!("C{racer}")), None).await.unwrap() }
    })
    .await;
    assert_eq!(stored.iter().filter(|stored| **stored).count(), 1);
}

#[tokio::test]
async fn settings_outlive_an_installation_and_are_none() {
    let here = Here::new().await;
    let settings = settings(&here.tables);
    assert!(settings.store(&team(), &logging_to("C1"), None).await.unwrap());
    let token = secrecy::SecretString::from("xoxb-1");
    here.tokens.enrol(&installation("T1", 10), &token).await.unwrap();
    assert!(here.installations.uninstall(&team(), Millis(20)).await.unwrap());
    here.tokens.enrol(&installation("T1", 30), &token).await.unwrap();
    assert_eq!(settings.find(&team()).await.unwrap(), Some(logging_to("C1")));
    assert_eq!(here.installations.teams().await.unwrap(), [team()], "a team is not its settings");
    let page = Resealing::new(here.tables.client.clone(), "installations").page(None).await.unwrap();
    let teams: Vec<TeamId> = page.teams.into_iter().map(|(team, _)| team).collect();
    assert_eq!(teams, [team()], "there is no token in settings");
}
