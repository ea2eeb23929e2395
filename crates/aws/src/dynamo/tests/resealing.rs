use app::ports::{BotTokens as _, Enrolment as _, Installations as _};
use domain::ids::TeamId;
use secrecy::{ExposeSecret as _, SecretString};

use super::installations::{Here, installation};
use super::*;
use crate::seal::KeyRing;

/// The ring of the others' tests, with a newer key.
const NEWER: &str = r#"{"current":"k2","keys":{"k1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "k2":"HxweHRobGBkWFxQVEhMQEQ4PDA0KCwgJBgcEBQIDAAE="}}"#;

fn newer() -> KeyRing {
    KeyRing::parse(&SecretString::from(NEWER)).unwrap()
}

fn resealing(here: &Here) -> Resealing {
    Resealing::new(here.tables.client.clone(), "installations")
}

async fn install(here: &Here, team: &str, at: u64) {
    let token = SecretString::from(format!("xoxb-{team}-{at}"));
    here.tokens.enrol(&installation(team, at), &token).await.unwrap();
}

/// The token of a team as a function with the newer ring opens it.
async fn token(here: &Here, team: &str) -> Option<String> {
    struct Newer;
    #[async_trait]
    impl crate::secrets::TokenKeys for Newer {
        async fn key_ring(&self, _now: Millis) -> anyhow::Result<Arc<KeyRing>> {
            Ok(Arc::new(newer()))
        }
    }
    let tokens = SealedTokens::new(here.tables.client.clone(), "installations", Arc::new(Newer), at(0));
    let active = tokens.active(&TeamId::new(team)).await.unwrap();
    active.map(|(_, token)| token.expose_secret().to_owned())
}

/// Which keys seal how many tokens.
async fn seals(here: &Here) -> Vec<(String, Seal)> {
    let page = resealing(here).page(None).await.unwrap();
    assert!(page.next.is_none());
    let mut teams: Vec<_> = page.teams.into_iter().map(|(team, seal)| (team.to_string(), seal)).collect();
    teams.sort_by(|one, other| one.0.cmp(&other.0));
    teams
}

fn key(id: &str) -> Seal {
    Seal::Key(id.to_owned())
}

#[tokio::test]
async fn each_token_is_sealed_anew_once_and_opens_as_before() {
    let here = Here::new().await;
    for team in ["T1", "T2", "T3"] {
        install(&here, team, 10).await;
    }
    assert!(here.installations.uninstall(&TeamId::new("T3"), Millis(20)).await.unwrap());
    here.tables.put_raw("installations", &[("team_id", text("T4")), ("token", text("xoxb-plain"))]).await;
    let before = here.tables.raw("installations", ("team_id", "T1")).await.unwrap();
    let resealing = resealing(&here);
    for (team, expected) in [
        ("T1", Resealed::Anew),
        ("T2", Resealed::Anew),
        ("T1", Resealed::Already),
        ("T3", Resealed::NoToken),
        ("T5", Resealed::NoToken),
    ] {
        assert_eq!(resealing.reseal(&TeamId::new(team), &newer()).await.unwrap(), expected, "{team}");
    }
    let odd = resealing.reseal(&TeamId::new("T4"), &newer()).await.unwrap_err();
    assert!(!format!("{odd:#}").contains("xoxb"), "{odd:#}");
    let expected = [("T1", key("k2")), ("T2", key("k2")), ("T3", Seal::NoToken), ("T4", Seal::Unreadable)];
    assert_eq!(seals(&here).await, expected.map(|(team, seal)| (team.to_owned(), seal)));
    assert_eq!(token(&here, "T1").await.as_deref(), Some("xoxb-T1-10"));
    assert_eq!(token(&here, "T2").await.as_deref(), Some("xoxb-T2-10"));
    // Nothing else of the installation has changed.
    let mut after = here.tables.raw("installations", ("team_id", "T1")).await.unwrap();
    after.insert("token".to_owned(), before["token"].clone());
    assert_eq!(after, before);
}

#[tokio::test]
async fn who_installs_or_removes_the_app_meanwhile_wins() {
    let here = Here::new().await;
    let resealing = resealing(&here);
    let team = TeamId::new("T1");
    install(&here, "T1", 10).await;
    let seen = here.tables.raw("installations", ("team_id", "T1")).await.unwrap();
    install(&here, "T1", 20).await;
    assert!(!resealing.replace(&team, &seen, &newer()).await.unwrap());
    assert_eq!(token(&here, "T1").await.as_deref(), Some("xoxb-T1-20"));
    let seen = here.tables.raw("installations", ("team_id", "T1")).await.unwrap();
    assert!(here.installations.uninstall(&team, Millis(30)).await.unwrap());
    assert!(!resealing.replace(&team, &seen, &newer()).await.unwrap());
    assert_eq!(seals(&here).await, [("T1".to_owned(), Seal::NoToken)]);
}

#[tokio::test]
async fn of_many_who_seal_one_token_anew_one_does() {
    let here = Here::new().await;
    install(&here, "T1", 10).await;
    let resealing = resealing(&here);
    let outcomes = race(|_| {
        let resealing = resealing.clone();
        async move { resealing.reseal(&TeamId::new("T1"), &newer()).await.unwrap() }
    });
    let outcomes = outcomes.await;
    let anew = outcomes.iter().filter(|one| **one == Resealed::Anew).count();
    let already = outcomes.iter().filter(|one| **one == Resealed::Already).count();
    assert_eq!((anew, already), (1, RACERS - 1));
    assert_eq!(token(&here, "T1").await.as_deref(), Some("xoxb-T1-10"));
}
