//! Proves that the roles of an account let in Bellhop, and nobody by Bellhop's hands
//! who does not know the external id.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>

mod rights;

use std::sync::Arc;

use app::ports::{Doors, Place, Unproven};
use async_trait::async_trait;
use domain::account::{Access, Account, Roles};
use domain::ids::InstanceId;
use domain::instance::Action;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt as _};

use crate::client::Ec2Instances;
use crate::sessions::{NotLetIn, Session, Wish, policy};
use crate::wire::Signer;

/// Questions that are asked at the same time.
const AT_ONCE: usize = 4;

/// An instance that there is not, for a session that is never used.
const NOBODY: &str = "i-00000000000000000";

#[async_trait]
impl Doors for Ec2Instances {
    /// What is proved:
    ///
    /// - STS refuses (`AccessDenied`) to assume either role without an external id, and
    ///   with one that differs from the right one in its last letter; with a source
    ///   identity and without. Then the right one lets us in, by a request that differs in
    ///   nothing else: so it was the external id. After that the refusals are asked for
    ///   again, since a role that was made just now is refused while not all of STS knows it.
    /// - Both roles are in the account; the role that changes takes a source identity and a
    ///   session policy.
    /// - In each region that the account can use, and in one at least, the role that looks may `DescribeInstances` and
    ///   `DescribeInstanceStatus` (by dry run).
    /// - Each of the four changes is allowed on one instance (one that runs or is stopped,
    ///   is managed, and is not tagged as protected) in at least one region, in a session
    ///   that may do just that (by dry run). Others may be refused: a role may go by tags.
    ///
    /// What is not: that the role may change every instance, or something in every region;
    /// anything at all about changes where there is no such instance; nor that it may do
    /// nothing besides. A dry run on an id that there is not would prove nothing either: EC2
    /// judges it as `instance/*`, without tags, which a session for one instance never may
    /// and a role that goes by tags may not.
    ///
    /// Any other answer, and none, is [`Unproven::Unclear`]. Bellhop's own account has no
    /// roles, and nothing to prove.
    async fn prove(&self, account: &Account) -> Result<(), Unproven> {
        let Access::Roles(roles) = &account.access else { return Ok(()) };
        self.is_closed(account, roles).await?;
        let session = self.is_open(account, roles).await?;
        self.is_closed(account, roles).await?;
        self.may_work(account, roles, &Signer::Session(Arc::new(session))).await
    }
}

impl Ec2Instances {
    /// Whether both roles refuse whoever does not know the external id.
    async fn is_closed(&self, account: &Account, roles: &Roles) -> Result<(), Unproven> {
        let wrong = nearly(&roles.external_id);
        let mut trials: Vec<Trial<'_, ()>> = Vec::new();
        for role in [&roles.act, &roles.read] {
            for external_id in [None, Some(wrong.as_str())] {
                let wish = Wish::plain(role, external_id);
                let bare = Wish { source_identity: None, ..wish.clone() };
                trials.push(Box::pin(self.is_refused(account, wish)));
                trials.push(Box::pin(self.is_refused(account, bare)));
            }
        }
        all(trials).await.map(drop)
    }

    async fn is_refused(&self, account: &Account, wish: Wish<'_>) -> Result<(), Unproven> {
        match self.sessions.open(&account.id, &wish).await {
            Err(NotLetIn::Denied { .. }) => Ok(()),
            Err(NotLetIn::Refused { code, .. }) => Err(Unproven::Unclear(format!("STS answered {code}"))),
            Err(NotLetIn::NoAnswer(why)) => Err(Unproven::Unclear(why)),
            Ok(_) | Err(NotLetIn::OtherAccount(_)) => {
                let role = wish.role.to_owned();
                Err(match wish.external_id {
                    None => Unproven::WithoutExternalId { role },
                    Some(_) => Unproven::WrongExternalId { role },
                })
            }
        }
    }

    /// Whether both roles let us in; a session of the one that looks.
    async fn is_open(&self, account: &Account, roles: &Roles) -> Result<Session, Unproven> {
        let looks = Wish::plain(&roles.read, Some(&roles.external_id));
        let region = account.regions.first().cloned();
        let region = region.ok_or_else(|| Unproven::Unclear("the account has no region".to_owned()))?;
        let place = Place { account: Arc::new(account.clone()), region };
        let nobody = InstanceId::parse(NOBODY).into_iter().collect::<Vec<_>>();
        let bound = policy(&place, Action::Stop { force: false, hibernate: false }, &nobody);
        let bound = bound.map_err(|error| Unproven::Unclear(error.to_string()))?;
        let changes = Wish { role: &roles.act, policy: Some(bound), ..looks.clone() };
        let enter = async |wish: Wish<'_>| {
            self.sessions.open(&account.id, &wish).await.map_err(|reason| not_let_in(wish.role, reason))
        };
        match (enter(changes).await, enter(looks).await) {
            (Ok(_), Ok(session)) => Ok(session),
            (Err(one), Err(other)) => Err(if danger(&other) < danger(&one) { other } else { one }),
            (Err(reason), Ok(_)) | (Ok(_), Err(reason)) => Err(reason),
        }
    }
}

fn not_let_in(role: &str, reason: NotLetIn) -> Unproven {
    let role = role.to_owned();
    match reason {
        NotLetIn::Denied { request_id } => Unproven::NotLetIn { role, request_id },
        NotLetIn::OtherAccount(account) => Unproven::OtherAccount { role, account },
        NotLetIn::Refused { code, .. } => Unproven::Unclear(format!("STS answered {code}")),
        NotLetIn::NoAnswer(why) => Unproven::Unclear(why),
    }
}

/// Something that is tried.
type Trial<'a, T> = BoxFuture<'a, Result<T, Unproven>>;

/// What comes of each, a few at a time.
async fn each<T>(trials: Vec<Trial<'_, T>>) -> Vec<Result<T, Unproven>> {
    stream::iter(trials).buffered(AT_ONCE).collect().await
}

/// The same if none fails; of what fails, tells the most dangerous.
async fn all<T>(trials: Vec<Trial<'_, T>>) -> Result<Vec<T>, Unproven> {
    without_failure(each(trials).await)
}

/// What came of each if none failed; else the most dangerous failure.
fn without_failure<T>(results: Vec<Result<T, Unproven>>) -> Result<Vec<T>, Unproven> {
    let (mut found, mut failed) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(one) => found.push(one),
            Err(reason) => failed.push(reason),
        }
    }
    failed.into_iter().min_by_key(danger).map_or(Ok(found), Err)
}

/// The lower, the more dangerous.
const fn danger(reason: &Unproven) -> u8 {
    match reason {
        Unproven::WithoutExternalId { .. } => 0,
        Unproven::WrongExternalId { .. } => 1,
        Unproven::OtherAccount { .. } => 2,
        Unproven::NotLetIn { .. } => 3,
        Unproven::LacksRight { .. } => 4,
        Unproven::RegionClosed { .. } => 5,
        Unproven::Unclear(_) => 6,
    }
}

/// A wrong external id that differs as little as it can: a role that compares only the
/// beginning takes it.
fn nearly(right: &str) -> String {
    let mut letters: Vec<char> = right.chars().collect();
    let last = letters.pop();
    letters.push(if last == Some('0') { '1' } else { '0' });
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::nearly;

    #[test]
    fn a_wrong_external_id_is_wrong() {
        for (right, wrong) in [("ab", "a0"), ("a0", "a1"), ("a1", "a0"), ("0", "1"), ("", "0")] {
            assert_eq!(nearly(right), wrong, "{right}");
        }
    }
}
