//! The secrets in SSM, which CloudFormation cannot make: setting up, and rotation.

mod ask;
mod keys;
mod sealed;
mod store;

use std::io::Write as _;

use anyhow::Context as _;
use app::ports::Clock as _;
use aws::glue::SystemClock;
use aws::secrets::{
    CLIENT_ID, CLIENT_SECRET, MAX_AGE_MS, PREVIOUS_SIGNING_SECRET, SIGNING_SECRET, TOKEN_KEYS,
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::cli::{Change, Rotate, Secrets, Stack};
use crate::session;
use ask::Asker;
pub(crate) use ask::Form;
use keys::{Ring, Step};
use store::{Overwrite, Store, Written};

/// After a new signing secret is written: half an hour until no function uses what it read
/// before, even if it cannot read it anew, and five minutes more in which a request that Slack had signed before is still young enough.
const PREVIOUS_NEEDED_MS: u64 = MAX_AGE_MS + 5 * 60 * 1_000;

/// Does what was typed.
pub(crate) async fn run(wanted: Secrets) -> anyhow::Result<()> {
    let prefix = wanted.place.prefix();
    let stage = wanted.place.stage;
    let config = session::open(wanted.place.region).await?;
    let store = Store::new(&config, &prefix);
    match wanted.change {
        None => set_up(&store).await,
        Some(Change::Rotate(Rotate::Signing)) => rotate_signing(&store, &stage).await,
        Some(Change::Rotate(Rotate::TokenKeys { at_once })) => rotate_keys(&store, &stage, at_once).await,
        Some(Change::ForgetPrevious) => forget_previous(&store).await,
        Some(Change::Reseal(Stack { stack })) => {
            sealed::Deployment { config: &config, store: &store, stage: &stage, stack: &stack }.reseal().await
        }
        Some(Change::Retire(Stack { stack })) => {
            sealed::Deployment { config: &config, store: &store, stage: &stage, stack: &stack }.retire().await
        }
    }
}

/// Everything is asked and looked at before anything is written.
async fn set_up(store: &Store) -> anyhow::Result<()> {
    let mut asker = Asker::new();
    let id = asker.ask("client id", Form::ClientId)?;
    let secret = asker.ask("client secret", Form::Secret)?;
    let signing = asker.ask("signing secret", Form::Secret)?;
    anyhow::ensure!(
        secret.expose_secret() != signing.expose_secret(),
        "the client secret and the signing secret are the same; Slack's page Basic Information shows two"
    );
    for (name, value) in [(CLIENT_ID, &id), (CLIENT_SECRET, &secret), (SIGNING_SECRET, &signing)] {
        let verb = match store.put(name, value, Overwrite::Yes).await? {
            Written::Replaced => "replaced",
            Written::New | Written::NotOverwritten => "wrote",
        };
        say(&format!("{verb} {}", store.full_name(name)))?;
    }
    let name = store.full_name(TOKEN_KEYS);
    match store.put(TOKEN_KEYS, &Ring::fresh()?.written()?, Overwrite::No).await? {
        Written::NotOverwritten => say(&format!("kept {name}: stored tokens open with no other keys")),
        Written::New | Written::Replaced => say(&format!("made {name}")),
    }
}

/// The old secret is put aside first: whatever happens in between, it stays valid.
async fn rotate_signing(store: &Store, stage: &str) -> anyhow::Result<()> {
    let current = store
        .get(SIGNING_SECRET)
        .await?
        .context("there is no signing secret yet: cargo admin secrets")?
        .value;
    let previous = store.get(PREVIOUS_SIGNING_SECRET).await?;
    let is_under_way = previous.is_some_and(|held| held.value.expose_secret() != current.expose_secret());
    anyhow::ensure!(
        !is_under_way,
        "a rotation is under way, and two secrets are all that can be valid; \
         if Slack signs with the current one: cargo admin secrets forget-previous --stage {stage}"
    );
    let new = Asker::new().ask("new signing secret", Form::Secret)?;
    anyhow::ensure!(new.expose_secret() != current.expose_secret(), "that is the signing secret already");
    store.put(PREVIOUS_SIGNING_SECRET, &current, Overwrite::Yes).await?;
    say(&format!("wrote {}: the secret until now", store.full_name(PREVIOUS_SIGNING_SECRET)))?;
    store.put(SIGNING_SECRET, &new, Overwrite::Yes).await?;
    say(&format!("replaced {}", store.full_name(SIGNING_SECRET)))?;
    let until = clock_time(SystemClock.now().plus(PREVIOUS_NEEDED_MS).0);
    say(&format!(
        "Functions read it within ten minutes; both are valid. When it is past {until} and cargo admin doctor \
         finds nothing, remove the old one: cargo admin secrets forget-previous --stage {stage}"
    ))
}

async fn forget_previous(store: &Store) -> anyhow::Result<()> {
    let name = store.full_name(PREVIOUS_SIGNING_SECRET);
    if store.delete(PREVIOUS_SIGNING_SECRET).await? {
        say(&format!("removed {name}; within half an hour no function takes it any more"))
    } else {
        say(&format!("there is no {name}"))
    }
}

async fn rotate_keys(store: &Store, stage: &str, at_once: bool) -> anyhow::Result<()> {
    let held = store.get(TOKEN_KEYS).await?.context("there are no token keys yet: cargo admin secrets")?;
    let ring = Ring::parse(&held.value)?;
    let again = format!("cargo admin secrets rotate token-keys --stage {stage}");
    let (name, now) = (store.full_name(TOKEN_KEYS), SystemClock.now().0);
    let (ring, words) = match ring.step(held.modified_ms, now, at_once)? {
        Step::Wait(until) => anyhow::bail!(
            "the new key was added less than half an hour ago, and not every function may have it; after {}: {again}",
            clock_time(until)
        ),
        Step::Added(ring) => {
            let until = clock_time(now.saturating_add(MAX_AGE_MS));
            let words = format!(
                "added the key {} to {name}. After {until}, when every function has it: {again}",
                ring.newest()
            );
            (ring, words)
        }
        Step::Current(ring) => {
            let words = format!(
                "new tokens are sealed with {} of {name}; the keys before it stay, and open the old ones. \
                 In 31 minutes: cargo admin secrets reseal --stage {stage}",
                ring.current()
            );
            (ring, words)
        }
    };
    store.put(TOKEN_KEYS, &ring.written()?, Overwrite::Yes).await?;
    say(&words)
}

/// A time of day, as a person compares it with a clock.
fn clock_time(ms: u64) -> String {
    let at = i64::try_from(ms).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    at.map_or_else(String::new, |at| at.strftime("%H:%M UTC").to_string())
}

fn say(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("writing to standard output")
}

/// Whether `value` has the form that Slack gives it; why not, without the value.
pub(crate) fn look_at(value: &SecretString, form: Form) -> Result<(), &'static str> {
    ask::look_at(value.expose_secret(), form)
}
