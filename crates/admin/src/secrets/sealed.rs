//! What the token keys have sealed: sealing it anew after a rotation, and removing the keys
//! that nothing is sealed with any more.

use std::collections::BTreeMap;
use std::fmt::Display;

use anyhow::Context as _;
use app::ports::Clock as _;
use aws::dynamo::{Resealed, Resealing, Seal};
use aws::glue::SystemClock;
use aws::seal::KeyRing;
use aws::secrets::{MAX_AGE_MS, TOKEN_KEYS};
use aws_config::SdkConfig;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationError;

use super::keys::Ring;
use super::store::{Overwrite, Store};
use super::{clock_time, say};
use crate::trouble::Trouble;

/// After the keys were last written: half an hour until no function uses those that it read
/// before, even if it cannot read them anew, and one minute more in which an installation that has sealed its token before is stored.
const SETTLED_MS: u64 = MAX_AGE_MS + 60 * 1_000;

/// Where the keys are, and what they have sealed.
pub(super) struct Deployment<'a> {
    pub(super) config: &'a SdkConfig,
    pub(super) store: &'a Store,
    pub(super) stage: &'a str,
    pub(super) stack: &'a str,
}

/// The ring as it is now, as it is written and as it seals.
struct Keys {
    written: Ring,
    ring: KeyRing,
}

/// What became of the tokens.
#[derive(Default)]
struct Counts {
    anew: usize,
    already: usize,
    none: usize,
    failed: usize,
}

impl Counts {
    /// Counts one, and says what is wrong with it.
    fn add(&mut self, team: &impl Display, outcome: anyhow::Result<Resealed>) -> anyhow::Result<()> {
        match outcome {
            Ok(Resealed::Anew) => self.anew += 1,
            Ok(Resealed::Already) => self.already += 1,
            Ok(Resealed::NoToken) => self.none += 1,
            Ok(Resealed::Lost) => {
                self.failed += 1;
                say(&format!("team {team}: others have written it each time"))?;
            }
            Err(fault) => {
                self.failed += 1;
                let cure = "run it again; if the token does not open, an admin of that workspace opens \
                            /slack/install";
                let Trouble { what, cure } = Trouble::of_fault(&fault, "dynamodb:UpdateItem", cure);
                say(&format!("team {team}: {what} -- to mend it: {cure}"))?;
            }
        }
        Ok(())
    }

    fn sum(&self, key: &str) -> String {
        let Self { anew, already, none, failed } = self;
        format!(
            "tokens sealed with {key}: {anew} anew, {already} before; {failed} failed; {none} workspaces have none"
        )
    }
}

/// Which keys seal how many tokens.
#[derive(Default)]
struct Used {
    keys: BTreeMap<String, usize>,
    unreadable: usize,
}

async fn used(table: &Resealing) -> Result<Used, Trouble> {
    let (mut used, mut next) = (Used::default(), None);
    loop {
        let page = table.page(next).await.map_err(|error| Trouble::of(&error, "dynamodb:Scan"))?;
        for (_, seal) in page.teams {
            match seal {
                Seal::Key(key) => *used.keys.entry(key).or_default() += 1,
                Seal::Unreadable => used.unreadable += 1,
                Seal::NoToken => {}
            }
        }
        next = page.next;
        if next.is_none() {
            return Ok(used);
        }
    }
}

impl Deployment<'_> {
    /// Page by page; what it has done stays done, whatever happens then.
    pub(super) async fn reseal(&self) -> anyhow::Result<()> {
        let Keys { ring, .. } = self.keys().await?;
        let table = self.table().await?;
        let (mut counts, mut next) = (Counts::default(), None);
        loop {
            let page = table.page(next).await.map_err(|error| Trouble::of(&error, "dynamodb:Scan"))?;
            for (team, _) in &page.teams {
                counts.add(team, table.reseal(team, &ring).await)?;
            }
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        let current = ring.current_id();
        say(&counts.sum(current))?;
        anyhow::ensure!(
            counts.failed == 0,
            "not all are sealed with {current}; run it again: {}",
            self.again("reseal")
        );
        say(&format!("Then remove the old keys: {}", self.again("retire")))
    }

    /// Looks at all tokens first, and removes all old keys or none.
    pub(super) async fn retire(&self) -> anyhow::Result<()> {
        let Keys { written, .. } = self.keys().await?;
        let (name, old) = (self.store.full_name(TOKEN_KEYS), written.old());
        if old.is_empty() {
            return say(&format!("{} is the only key in {name}", written.current()));
        }
        let Used { mut keys, unreadable } = used(&self.table().await?).await?;
        keys.retain(|key, _| old.contains(key));
        let needed: Vec<String> = keys.iter().map(|(key, count)| format!("{count} with {key}")).collect();
        anyhow::ensure!(
            needed.is_empty(),
            "tokens are still sealed, {}; nothing was removed. First: {}",
            needed.join(", "),
            self.again("reseal")
        );
        // Somebody else may have rotated them meanwhile.
        let now = self.keys().await?.written;
        anyhow::ensure!(now.is(&written), "the token keys have changed meanwhile; nothing was removed");
        self.store.put(TOKEN_KEYS, &written.retired().written()?, Overwrite::Yes).await?;
        say(&format!("removed {} from {name}: nothing is sealed with them", old.join(", ")))?;
        if unreadable > 0 {
            say(&format!("{unreadable} stored tokens open with no key: cargo admin doctor names them"))?;
        }
        Ok(())
    }

    /// The keys, if every function has them and seals with the current one.
    async fn keys(&self) -> anyhow::Result<Keys> {
        let held =
            self.store.get(TOKEN_KEYS).await?.context("there are no token keys: cargo admin secrets")?;
        let written = Ring::parse(&held.value)?;
        if let Some(waiting) = written.waiting() {
            anyhow::bail!("{waiting} does not seal yet; first: {}", self.again("rotate token-keys"));
        }
        let until = held.modified_ms.saturating_add(SETTLED_MS);
        anyhow::ensure!(
            SystemClock.now().0 >= until,
            "the token keys were written less than 31 minutes ago, and not every function may have them; \
             try again after {}",
            clock_time(until)
        );
        Ok(Keys { ring: KeyRing::parse(&held.value)?, written })
    }

    /// The table that the function `install` of the stack is told, if it is of this stage.
    async fn table(&self) -> anyhow::Result<Resealing> {
        let function = format!("{}-install", self.stack);
        let lambda = aws::clients::lambda(self.config);
        let asked = lambda.get_function_configuration().function_name(&function).send().await;
        let answer = asked.map_err(|error| {
            if error
                .as_service_error()
                .is_some_and(GetFunctionConfigurationError::is_resource_not_found_exception)
            {
                return Trouble::new(
                    format!("there is no function {function}"),
                    "name the stack with --stack",
                );
            }
            Trouble::of(&error, "lambda:GetFunctionConfiguration")
        })?;
        let variables = answer.environment.and_then(|one| one.variables).unwrap_or_default();
        let told = |name: &str| variables.get(name).map_or("", |value| value.trim_end_matches('/'));
        let (prefix, own) = (told("SSM_PREFIX"), format!("/bellhop/{}", self.stage));
        anyhow::ensure!(
            prefix == own,
            "{function} has its keys under {prefix}, not {own}: --stage or --stack is wrong"
        );
        let table = told("INSTALLATIONS_TABLE");
        anyhow::ensure!(!table.is_empty(), "{function} is told no table: cargo admin doctor");
        Ok(Resealing::new(aws::clients::dynamo(self.config), table))
    }

    fn again(&self, what: &str) -> String {
        let stack = if self.stack == "bellhop" || what.starts_with("rotate") {
            String::new()
        } else {
            format!(" --stack {}", self.stack)
        };
        format!("cargo admin secrets {what} --stage {}{stack}", self.stage)
    }
}
