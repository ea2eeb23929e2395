use app::ports::{BotTokens as _, Enrolment as _, Installations as _};
use domain::ids::{AppId, BotId, TeamId, UserId};
use secrecy::{ExposeSecret as _, SecretString};

use super::*;
use crate::seal::KeyRing;
use crate::secrets::TokenKeys;

const RING: &str = r#"{"current":"k1","keys":{"k1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}}"#;

struct Keys;

#[async_trait]
impl TokenKeys for Keys {
    async fn key_ring(&self, _now: Millis) -> anyhow::Result<Arc<KeyRing>> {
        Ok(Arc::new(KeyRing::parse(&SecretString::from(RING))?))
    }
}

pub(super) fn installation(team: &str, installed_at: u64) -> Installation {
    Installation {
        team: TeamId::new(team),
        team_name: Some("Acme".into()),
        app: AppId::new("A1"),
        bot_user: UserId::new("U1"),
        bot: Some(BotId::new("B1")),
        scopes: vec!["chat:write".into()],
        installer: UserId::new("U2"),
        installed_at: Millis(installed_at),
        is_first: team == "T1",
        uninstalled_at: None,
    }
}

pub(super) struct Here {
    pub(super) tables: Tables,
    pub(super) installations: DynamoInstallations,
    pub(super) tokens: SealedTokens,
}

impl Here {
    pub(super) async fn new() -> Self {
        let tables = Tables::new().await;
        let installations = DynamoInstallations::new(tables.client.clone(), "installations");
        let tokens = SealedTokens::new(tables.client.clone(), "installations", Arc::new(Keys), at(0));
        Self { tables, installations, tokens }
    }

    async fn install(&self, at: u64) {
        let token = SecretString::from(format!("xoxb-{at}"));
        self.tokens.enrol(&installation("T1", at), &token).await.unwrap();
    }

    async fn uninstall(&self, at: u64) -> bool {
        self.installations.uninstall(&TeamId::new("T1"), Millis(at)).await.unwrap()
    }

    /// The token that is good now.
    async fn token(&self) -> Option<String> {
        let active = self.tokens.active(&TeamId::new("T1")).await.unwrap();
        active.map(|(_, token)| token.expose_secret().to_owned())
    }

    /// When it was installed and uninstalled, as the gateway sees it.
    async fn known(&self) -> Option<(u64, Option<u64>)> {
        let found = self.installations.find(&TeamId::new("T1")).await.unwrap();
        found.map(|known| (known.installed_at.0, known.uninstalled_at.map(|at| at.0)))
    }
}

#[tokio::test]
async fn an_installation_is_found_with_its_token_sealed() {
    let here = Here::new().await;
    assert_eq!(here.known().await, None);
    assert_eq!(here.token().await, None);
    here.install(10).await;
    let found = here.installations.find(&TeamId::new("T1")).await.unwrap();
    assert_eq!(found, Some(installation("T1", 10)));
    assert_eq!(here.token().await.as_deref(), Some("xoxb-10"));
    let item = here.tables.raw("installations", ("team_id", "T1")).await.unwrap();
    assert!(!format!("{item:?}").contains("xoxb"), "{item:?}");
    assert_eq!(here.installations.find(&TeamId::new("T2")).await.unwrap(), None);
}

#[tokio::test]
async fn uninstalling_leaves_a_tombstone_without_the_token() {
    let here = Here::new().await;
    here.install(10).await;
    assert!(here.uninstall(20).await);
    assert_eq!(here.known().await, Some((10, Some(20))));
    assert_eq!(here.token().await, None);
    let item = here.tables.raw("installations", ("team_id", "T1")).await.unwrap();
    assert!(!item.contains_key("token"));
    // Again, later and earlier: laid already.
    for (at, tombstone) in [(20, 20), (30, 30), (15, 30), (10, 30)] {
        assert!(here.uninstall(at).await, "{at}");
        assert_eq!(here.known().await, Some((10, Some(tombstone))), "{at}");
    }
    assert!(!here.uninstall(9).await, "nothing was installed before that");
}

#[tokio::test]
async fn an_unknown_team_is_not_uninstalled_and_nothing_is_written() {
    let here = Here::new().await;
    assert!(!here.uninstall(10).await);
    assert_eq!(here.known().await, None);
    assert_eq!(here.tables.raw("installations", ("team_id", "T1")).await, None);
}

#[tokio::test]
async fn events_may_arrive_in_any_order() {
    // Installed at 10, uninstalled at 20, installed again at 30, in every order.
    for (order, active) in [
        (["i10", "u20", "i30"], true),
        (["i10", "i30", "u20"], true),
        (["i30", "i10", "u20"], true),
        (["i30", "u20", "i10"], true),
        (["u20", "i10", "i30"], true),
        (["u20", "i30", "i10"], true),
        // Uninstalled twice with an installation between that comes last.
        (["u20", "u40", "i30"], false),
        (["u40", "u20", "i30"], false),
    ] {
        let here = Here::new().await;
        here.install(5).await;
        for event in order {
            let (kind, at) = event.split_at(1);
            let at = at.parse().unwrap();
            if kind == "i" {
                here.install(at).await;
            } else {
                here.uninstall(at).await;
            }
        }
        assert_eq!(here.token().await.as_deref(), active.then_some("xoxb-30"), "{order:?}");
    }
}

#[tokio::test]
async fn installing_and_uninstalling_at_once_ends_with_the_latest() {
    let here = Arc::new(Here::new().await);
    race(|racer| {
        let here = here.clone();
        async move {
            let at = racer as u64;
            if racer % 2 == 0 {
                here.install(at).await;
            } else {
                here.uninstall(at).await;
            }
        }
    })
    .await;
    // The last uninstallation, 49, may have been refused only if nothing older
    // was there; the newest installation, 48, is on record either way.
    let (installed, uninstalled) = here.known().await.unwrap();
    match uninstalled {
        Some(tombstone) => assert!(tombstone > installed && here.token().await.is_none()),
        None => assert_eq!((installed, here.token().await.as_deref()), (48, Some("xoxb-48"))),
    }
}

#[tokio::test]
async fn a_token_moved_to_another_team_does_not_open() {
    let here = Here::new().await;
    here.install(10).await;
    let mut item = here.tables.raw("installations", ("team_id", "T1")).await.unwrap();
    let record = serde_json::to_string(&installation("T2", 10)).unwrap();
    item.insert("team_id".into(), text("T2"));
    item.insert("record".into(), text(record));
    let item: Vec<_> = item.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    here.tables.put_raw("installations", &item).await;
    let error = here.tokens.active(&TeamId::new("T2")).await.unwrap_err();
    assert_eq!(format!("{error:#}"), "opening the token of team T2: the sealed token does not open");
}

#[tokio::test]
async fn a_spoiled_record_is_a_fault_that_names_the_team_only() {
    let here = Here::new().await;
    let spoiled = [("team_id", text("T1")), ("installed_at", number(1)), ("record", text("{\"secret\":1}"))];
    here.tables.put_raw("installations", &spoiled).await;
    let error = format!("{:#}", here.installations.find(&TeamId::new("T1")).await.unwrap_err());
    assert!(error.contains("team T1") && !error.contains("secret"), "{error}");
    let moved = serde_json::to_string(&installation("T9", 1)).unwrap();
    here.tables.put_raw("installations", &[("team_id", text("T1")), ("record", text(moved))]).await;
    assert!(here.installations.find(&TeamId::new("T1")).await.is_err(), "a record of another team");
}

#[tokio::test]
async fn the_first_team_stays_the_first_and_no_other_becomes_it() {
    let here = Here::new().await;
    let is_first =
        async |team: &str| here.installations.find(&TeamId::new(team)).await.unwrap().unwrap().is_first;
    assert_eq!(here.installations.first_team().await.unwrap(), None);
    here.install(10).await;
    here.tokens.enrol(&installation("T2", 11), &SecretString::from("xoxb-2")).await.unwrap();
    assert!(is_first("T1").await && !is_first("T2").await);
    // Uninstalled and installed again, by the first one and by the other.
    assert!(here.uninstall(20).await);
    here.tokens.enrol(&installation("T2", 21), &SecretString::from("xoxb-2")).await.unwrap();
    assert!(!is_first("T2").await);
    here.install(30).await;
    assert!(is_first("T1").await);
    assert_eq!(here.installations.first_team().await.unwrap(), Some(TeamId::new("T1")));
}

#[tokio::test]
async fn of_many_first_installations_at_once_one_is_the_first() {
    let here = Arc::new(Here::new().await);
    race(|racer| {
        let here = here.clone();
        async move {
            let team = format!("T{racer}");
            here.tokens.enrol(&installation(&team, 1), &SecretString::from("xoxb")).await.unwrap();
        }
    })
    .await;
    let mut first = Vec::new();
    for team in here.installations.teams().await.unwrap() {
        let known = here.installations.find(&team).await.unwrap().unwrap();
        first.extend(known.is_first.then_some(team));
    }
    assert_eq!(first, Vec::from_iter(here.installations.first_team().await.unwrap()));
}

#[tokio::test]
async fn installing_again_keeps_the_first_installer_until_the_app_is_uninstalled() {
    let here = Here::new().await;
    let by = |user: &str, at| Installation { installer: UserId::new(user), ..installation("T1", at) };
    let token = SecretString::from("xoxb");
    let installer = async || {
        here.installations.find(&TeamId::new("T1")).await.unwrap().unwrap().installer.as_str().to_owned()
    };
    assert_eq!(here.tokens.enrol(&by("U1", 10), &token).await.unwrap(), None);
    let replaced = here.tokens.enrol(&by("U2", 20), &token).await.unwrap();
    assert_eq!(replaced, Some(by("U1", 10)));
    assert_eq!(installer().await, "U1");
    assert!(here.uninstall(30).await);
    assert_eq!(here.tokens.enrol(&by("U3", 40), &token).await.unwrap(), None);
    assert_eq!(installer().await, "U3");
}

#[tokio::test]
async fn operators_see_every_team() {
    let here = Here::new().await;
    assert_eq!(here.installations.teams().await.unwrap(), Vec::<TeamId>::new());
    here.install(1).await;
    here.tokens.enrol(&installation("T2", 1), &SecretString::from("xoxb-2")).await.unwrap();
    assert!(here.uninstall(2).await);
    let mut teams = here.installations.teams().await.unwrap();
    teams.sort();
    assert_eq!(teams, [TeamId::new("T1"), TeamId::new("T2")]);
}
