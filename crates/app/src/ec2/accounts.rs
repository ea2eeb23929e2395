//! `accounts` and `account …`: the AWS accounts that the team lets Bellhop into.
//! Whatever is answered is for whoever asked alone.

use domain::account::{Access, Account, Roles};
use domain::approvers::Approvers;
use domain::command::{AccountsCommand, Command, Verb};
use domain::ids::{AccountId, Alias, Region};
use domain::job::{Audience, Ending};
use domain::policy::{self, Decision, Denial, Person, Standing};
use slack::blocks::Message;

use super::Run;
use super::decide::Answer;
use crate::hold::Stop;
use crate::messages::{self, AccountConflict};
use crate::metrics::{self, Refused};
use crate::ports::{Place, Shelf, Unproven};

/// How many accounts a team can link.
const MAX_ACCOUNTS: usize = 100;

/// How the external ids begin that we make, so that whoever meets one in a trust
/// policy knows whose it is.
const EXTERNAL_ID: &str = "bellhop-";

/// What the roles in a linked account are called.
const READ_ROLE: &str = "BellhopRead";
const ACT_ROLE: &str = "BellhopAct";

/// AWS's parts that know nothing of each other, by how their regions begin. All
/// other regions are in the part called `aws`.
///
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
const PARTITIONS: [(&str, &str); 7] = [
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("eusc-", "aws-eusc"),
];

/// An answer for who asked alone, that is no refusal.
fn private(message: Message) -> Answer {
    Answer { ending: Ending::Done, audience: Audience::Requester, message }
}

impl Run<'_> {
    /// Does what `person` asks about accounts, if they may.
    pub(super) async fn manage(&self, person: &Person, command: &AccountsCommand) -> Result<Answer, Stop> {
        let may_manage = match policy::may_manage(person) {
            Decision::Allow => true,
            Decision::Deny(Denial::NotYours) | Decision::Require(_) => false,
            Decision::Deny(_) => return Ok(Answer::refusal(messages::members_only())),
        };
        match command {
            AccountsCommand::List => Ok(private(messages::accounts(&self.accounts, may_manage))),
            _ if !may_manage => {
                metrics::refused(
                    Refused::NotAllowed,
                    "Somebody who is no admin has asked to change accounts",
                );
                Ok(Answer::refusal(messages::admins_only()))
            }
            AccountsCommand::Add { alias, id, regions } => self.add(alias, id, regions).await,
            AccountsCommand::Verify { alias } => self.verify(alias).await,
            AccountsCommand::Remove { alias } => self.remove(alias).await,
            AccountsCommand::Approvers { alias, approvers } => self.set_approvers(alias, approvers).await,
        }
    }

    /// Puts an account on record, not to be used yet, and says how its owner lets
    /// us in. Asked again, it says the same again.
    async fn add(&self, alias: &Alias, id: &AccountId, regions: &[Region]) -> Result<Answer, Stop> {
        let stored = self.stored().await?;
        if let Some(conflict) = self.conflict(&stored, alias, id, regions) {
            return Ok(Answer::refusal(messages::cannot_add(alias, id, &conflict)));
        }
        let known = stored.iter().find(|account| account.alias == *alias);
        let account = match known {
            Some(known) if regions.is_empty() || known.regions == regions => known.clone(),
            Some(known) => Account { regions: regions.to_vec(), ..verified(known, None) },
            None => self.new_account(alias, id, regions)?,
        };
        let Access::Roles(roles) = &account.access else { return Ok(self.not_linked(alias)) };
        if account.is_usable() {
            return Ok(private(messages::already_linked(&account)));
        }
        let us = self.own_role().await?;
        if known != Some(&account) && !self.store(&account, known).await? {
            return Ok(Answer::refusal(messages::changed_meanwhile(alias)));
        }
        tracing::info!(team.id = %self.installation.team, "Prepared the account {id}");
        Ok(private(messages::account_steps(&account, roles, &us)))
    }

    fn conflict(
        &self,
        stored: &[Account],
        alias: &Alias,
        id: &AccountId,
        regions: &[Region],
    ) -> Option<AccountConflict> {
        let (home, ours) = (&self.worker.home, self.partition());
        let linked = || stored.iter().filter(|account| !account.is_home());
        let elsewhere = regions.iter().find(|region| partition(region) != ours);
        let namesake = linked().find(|account| account.alias == *alias);
        let other = linked().find(|account| account.id == *id && account.alias != *alias);
        if *id == home.id {
            Some(AccountConflict::Ours)
        } else if let Some(namesake) = namesake.filter(|account| account.id != *id) {
            Some(AccountConflict::AliasTaken { id: namesake.id.clone() })
        } else if let Some(other) = other {
            Some(AccountConflict::LinkedAs { alias: other.alias.clone() })
        } else if let Some(region) = elsewhere {
            Some(AccountConflict::OtherPartition { region: region.clone() })
        } else if namesake.is_none() && linked().count() >= MAX_ACCOUNTS {
            Some(AccountConflict::TooMany { limit: MAX_ACCOUNTS })
        } else {
            None
        }
    }

    fn new_account(&self, alias: &Alias, id: &AccountId, regions: &[Region]) -> anyhow::Result<Account> {
        let mut secret = [0; 16];
        self.worker.entropy.fill(&mut secret)?;
        let role = |name: &str| format!("arn:{}:iam::{id}:role/{name}", self.partition());
        let regions = if regions.is_empty() { &self.worker.home.regions } else { regions };
        Ok(Account {
            alias: alias.clone(),
            id: id.clone(),
            regions: regions.to_vec(),
            access: Access::Roles(Roles {
                read: role(READ_ROLE),
                act: role(ACT_ROLE),
                external_id: format!("{EXTERNAL_ID}{}", hex::encode(secret)),
                verified_at: None,
            }),
            approvers: Approvers::default(),
        })
    }

    /// Proves that an account may be used. One that was used until now and cannot
    /// be proved any more is not used from now on; if AWS cannot be asked, nothing
    /// is known, and nothing changes.
    async fn verify(&self, alias: &Alias) -> Result<Answer, Stop> {
        let stored = self.stored().await?;
        let Some(before) = stored.iter().find(|account| account.alias == *alias && !account.is_home()) else {
            return Ok(self.not_linked(alias));
        };
        let proof = self.prove(before).await;
        if let Err(Unproven::Unclear(why)) = &proof {
            tracing::warn!(team.id = %self.installation.team, "The account {} was not proved: {why}", before.id);
            return Ok(Answer::refusal(messages::not_proved(before)));
        }
        let after = verified(before, proof.is_ok().then(|| self.worker.clock.now()));
        if after != *before && !self.store(&after, Some(before)).await? {
            return Ok(Answer::refusal(messages::changed_meanwhile(alias)));
        }
        match proof {
            Ok(()) => self.welcome(after).await,
            Err(why) => {
                tracing::info!(team.id = %self.installation.team, "The account {} is not used: {why}", after.id);
                Ok(Answer::refusal(messages::unproven(before, &why)))
            }
        }
    }

    async fn prove(&self, account: &Account) -> Result<(), Unproven> {
        let left = self.until.since(self.worker.clock.now());
        tokio::select! {
            biased;
            proof = self.worker.doors.prove(account) => proof,
            () = self.worker.clock.sleep(left) => Err(Unproven::Unclear("no answer in time".to_owned())),
        }
    }

    /// Tells what is in an account that has just been verified, which shows that
    /// it works.
    async fn welcome(&self, account: Account) -> Result<Answer, Stop> {
        let account = std::sync::Arc::new(account);
        let regions = account.regions.iter();
        let places = regions.map(|region| Place { account: account.clone(), region: region.clone() });
        let places: Vec<Place> = places.collect();
        let seen = self.look_at(&Command::new(Verb::Find), &places).await;
        let is_seen = |place: &&Place| seen.blind.iter().all(|(blind, _)| blind != *place);
        let in_place = |place: &Place| seen.fleet.iter().filter(|instance| place.holds(instance)).count();
        let counts: Vec<(&Region, usize)> =
            places.iter().filter(is_seen).map(|place| (&place.region, in_place(place))).collect();
        let blind = self.refusals(&seen.blind).await;
        tracing::info!(team.id = %self.installation.team, "Verified the account {}", account.id);
        let has_closed = seen.blind.iter().any(|(_, why)| why.is_closed());
        Ok(private(messages::verified(&account, &counts, &blind, has_closed)))
    }

    async fn remove(&self, alias: &Alias) -> Result<Answer, Stop> {
        let stored = self.stored().await?;
        let Some(account) = stored.iter().find(|account| account.alias == *alias && !account.is_home())
        else {
            return Ok(self.not_linked(alias));
        };
        self.worker.accounts.remove(&self.installation.team, alias).await?;
        let seen_by = Shelf::Team(self.installation.team.clone());
        if let Err(error) = self.worker.inventory.clear(&seen_by, &account.id).await {
            tracing::warn!("What is known of the account {} stays for now: {error:#}", account.id);
        }
        tracing::info!(team.id = %self.installation.team, "Forgot the account {}", account.id);
        Ok(private(messages::removed(account)))
    }

    async fn set_approvers(&self, alias: &Alias, approvers: &Approvers) -> Result<Answer, Stop> {
        let Some(shown) = self.accounts.iter().find(|account| account.alias == *alias) else {
            return Ok(self.not_linked(alias));
        };
        let stored = self.stored().await?;
        let before = stored.iter().find(|account| account.alias == *alias);
        let base = if shown.is_home() { Some(&self.worker.home) } else { before };
        let Some(base) = base else { return Ok(self.not_linked(alias)) };
        let mut unfit = Vec::new();
        for user in approvers.people() {
            let standing = self.who(user).await?.standing;
            if standing != Standing::Member {
                unfit.push((user.clone(), standing));
            }
        }
        if !unfit.is_empty() {
            return Ok(Answer::refusal(messages::cannot_approve(&unfit)));
        }
        let after = Account { approvers: approvers.clone(), ..base.clone() };
        if before != Some(&after) && !self.store(&after, before).await? {
            return Ok(Answer::refusal(messages::changed_meanwhile(alias)));
        }
        Ok(private(messages::approvers_set(&after)))
    }

    /// The accounts on record, as they are now.
    async fn stored(&self) -> anyhow::Result<Vec<Account>> {
        self.worker.accounts.all(&self.installation.team).await
    }

    async fn store(&self, account: &Account, before: Option<&Account>) -> anyhow::Result<bool> {
        self.worker.accounts.store(&self.installation.team, account, before).await
    }

    /// The role that an account has to trust: ours, as an ARN.
    async fn own_role(&self) -> Result<String, Stop> {
        let caller = self.worker.instances.caller(&self.worker.home).await?;
        Ok(format!("arn:{}:iam::{}:role/{}", self.partition(), caller.account, caller.role))
    }

    fn partition(&self) -> &'static str {
        self.worker.home.regions.first().map_or("aws", partition)
    }

    fn not_linked(&self, alias: &Alias) -> Answer {
        Answer::refusal(messages::no_such_account(alias, &self.accounts))
    }
}

/// The part of AWS that `region` is in.
fn partition(region: &Region) -> &'static str {
    let found = PARTITIONS.iter().find(|(prefix, _)| region.as_str().starts_with(prefix));
    found.map_or("aws", |(_, partition)| partition)
}

/// `account` with another moment of proof.
fn verified(account: &Account, verified_at: Option<domain::time::Millis>) -> Account {
    let mut account = account.clone();
    if let Access::Roles(roles) = &mut account.access {
        roles.verified_at = verified_at;
    }
    account
}
