use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use secrecy::SecretString;

use super::cache::{FRESH_MS, MAX_AGE_MS, RETRY_MS};
use super::*;

const RING: &str = r#"{"current":"k1","keys":{"k1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}}"#;

/// Parameters in memory; `None` is a store that is down.
#[derive(Default)]
struct Shelf {
    parameters: Mutex<Option<BTreeMap<String, String>>>,
    asked: Mutex<Vec<String>>,
    calls: AtomicUsize,
}

impl Shelf {
    fn holding(parameters: &[(&str, &str)]) -> Arc<Self> {
        let shelf = Self::default();
        shelf.put(parameters);
        Arc::new(shelf)
    }

    fn put(&self, parameters: &[(&str, &str)]) {
        let named = parameters.iter().map(|(name, value)| (format!("/b/t/{name}"), (*value).to_owned()));
        *self.parameters.lock().unwrap() = Some(named.collect());
    }

    fn break_down(&self) {
        *self.parameters.lock().unwrap() = None;
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl ParameterStore for Shelf {
    async fn fetch(&self, names: &[String]) -> anyhow::Result<BTreeMap<String, SecretString>> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        *self.asked.lock().unwrap() = names.to_vec();
        tokio::task::yield_now().await;
        let parameters = self.parameters.lock().unwrap().clone().ok_or(anyhow::anyhow!("SSM is down"))?;
        Ok(parameters
            .into_iter()
            .filter(|(name, _)| names.contains(name))
            .map(|(name, value)| (name, SecretString::from(value)))
            .collect())
    }
}

#[tokio::test]
async fn each_function_asks_for_exactly_what_it_needs() {
    let all = [
        ("slack/signing_secret", "s"),
        ("slack/client_id", "1.2"),
        ("slack/client_secret", "c"),
        ("token_keys", RING),
    ];
    let shelf = Shelf::holding(&all);
    GatewaySecrets::new(shelf.clone(), "/b/t").verifier(Millis(0)).await.unwrap();
    assert_eq!(
        *shelf.asked.lock().unwrap(),
        ["/b/t/slack/signing_secret", "/b/t/slack/signing_secret_previous"]
    );
    let install = InstallSecrets::new(shelf.clone(), "/b/t");
    assert_eq!(install.client(Millis(0)).await.unwrap().client_id, "1.2");
    install.key_ring(Millis(0)).await.unwrap();
    let asked = ["/b/t/slack/client_id", "/b/t/slack/client_secret", "/b/t/token_keys"];
    assert_eq!(*shelf.asked.lock().unwrap(), asked);
    WorkerSecrets::new(shelf.clone(), "/b/t").key_ring(Millis(0)).await.unwrap();
    assert_eq!(*shelf.asked.lock().unwrap(), ["/b/t/token_keys"]);
    assert_eq!(shelf.calls(), 3, "both of install's secrets come in one call");
}

#[tokio::test]
async fn missing_blank_and_unusable_parameters_are_named_without_their_values() {
    let cases: [(&[(&str, &str)], &str); 5] = [
        (&[], "/b/t/slack/client_id, /b/t/slack/client_secret, /b/t/token_keys"),
        (&[("slack/client_id", "1.2"), ("token_keys", RING)], "missing: /b/t/slack/client_secret"),
        (
            &[("slack/client_id", "1.2"), ("slack/client_secret", " \n"), ("token_keys", RING)],
            "/b/t/slack/client_secret is blank",
        ),
        (
            &[("slack/client_id", "1.2"), ("slack/client_secret", "hush"), ("token_keys", "hush")],
            "the key ring is not JSON",
        ),
        (
            &[("slack/client_id", "1.2"), ("slack/client_secret", "hush"), ("token_keys", "{}")],
            "under /b/t are not usable",
        ),
    ];
    for (parameters, expected) in cases {
        let secrets = InstallSecrets::new(Shelf::holding(parameters), "/b/t");
        let error = format!("{:#}", secrets.client(Millis(0)).await.unwrap_err());
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("hush"), "{error}");
    }
    let blank = Shelf::holding(&[("slack/signing_secret", "s"), ("slack/signing_secret_previous", "")]);
    assert!(GatewaySecrets::new(blank, "/b/t").verifier(Millis(0)).await.is_err());
}

#[tokio::test]
async fn secrets_are_kept_for_ten_minutes() {
    let shelf = Shelf::holding(&[("token_keys", RING)]);
    let secrets = WorkerSecrets::new(shelf.clone(), "/b/t");
    for (now, calls) in
        [(0, 1), (1, 1), (FRESH_MS - 1, 1), (FRESH_MS, 2), (FRESH_MS + 1, 2), (2 * FRESH_MS, 3)]
    {
        secrets.key_ring(Millis(now)).await.unwrap();
        assert_eq!(shelf.calls(), calls, "at {now}");
    }
}

#[tokio::test]
async fn many_requests_make_one_call() {
    let shelf = Shelf::holding(&[("token_keys", RING)]);
    let secrets = Arc::new(WorkerSecrets::new(shelf.clone(), "/b/t"));
    let asking = (0..50).map(|_| {
        let secrets = secrets.clone();
        tokio::spawn(async move { secrets.key_ring(Millis(0)).await.is_ok() })
    });
    let answers = futures_util::future::join_all(asking).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap()));
    assert_eq!(shelf.calls(), 1);
}

#[tokio::test]
async fn old_secrets_are_served_while_the_store_is_down() {
    let shelf = Shelf::holding(&[("token_keys", RING)]);
    let secrets = WorkerSecrets::new(shelf.clone(), "/b/t");
    let first = secrets.key_ring(Millis(0)).await.unwrap();
    shelf.break_down();
    assert!(Arc::ptr_eq(&first, &secrets.key_ring(Millis(FRESH_MS)).await.unwrap()));
    secrets.key_ring(Millis(FRESH_MS + RETRY_MS - 1)).await.unwrap();
    assert_eq!(shelf.calls(), 2, "the store is left alone for a moment");
    shelf.put(&[("token_keys", "spoiled")]);
    assert!(Arc::ptr_eq(&first, &secrets.key_ring(Millis(FRESH_MS + RETRY_MS)).await.unwrap()));
    shelf.put(&[("token_keys", RING)]);
    let renewed = secrets.key_ring(Millis(FRESH_MS + 2 * RETRY_MS)).await.unwrap();
    assert!(!Arc::ptr_eq(&first, &renewed));
    assert_eq!(shelf.calls(), 4);
}

#[tokio::test]
async fn old_secrets_are_not_served_for_longer_than_half_an_hour() {
    let shelf = Shelf::holding(&[("token_keys", RING)]);
    let secrets = WorkerSecrets::new(shelf.clone(), "/b/t");
    secrets.key_ring(Millis(0)).await.unwrap();
    shelf.break_down();
    for now in (FRESH_MS..MAX_AGE_MS).step_by(7_000) {
        assert!(secrets.key_ring(Millis(now)).await.is_ok(), "at {now}");
    }
    secrets.key_ring(Millis(MAX_AGE_MS - 1)).await.unwrap();
    for now in [MAX_AGE_MS, MAX_AGE_MS + 1, 10 * MAX_AGE_MS] {
        assert!(secrets.key_ring(Millis(now)).await.is_err(), "at {now}");
    }
    shelf.put(&[("token_keys", RING)]);
    assert!(secrets.key_ring(Millis(MAX_AGE_MS + 2)).await.is_ok());
}

#[tokio::test]
async fn without_old_secrets_a_failure_is_an_error_and_tried_again() {
    let shelf = Arc::new(Shelf::default());
    let secrets = WorkerSecrets::new(shelf.clone(), "/b/t");
    assert!(secrets.key_ring(Millis(0)).await.is_err());
    shelf.put(&[("token_keys", RING)]);
    assert!(secrets.key_ring(Millis(1)).await.is_ok());
}
