//! The customer whose account is linked: launches `templates/customer-role.yaml` in an
//! account of the embedded AWS, as CloudFormation would, with what Bellhop has told.
//!
//! The template is read as it stands. What the embedded AWS could not hold to (another
//! kind of condition in a trust policy, say) is an error and never left out.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use domain::ids::AccountId;
use serde::Deserialize;
use serde_json::Value;

use super::Sandbox;
use crate::fleet::{Role, SourceIdentity, Trust};
use crate::template::{self, Deployment, IamRole};

/// The template that customers launch.
const TEMPLATE: &str = "templates/customer-role.yaml";
/// What its parameters are called; the app tells them under these names.
const BELLHOP_ROLE: &str = "BellhopRoleArn";
const EXTERNAL_ID: &str = "ExternalId";

const ENTER: &str = "sts:AssumeRole";
const SAY_WHO: &str = "sts:SetSourceIdentity";

impl Sandbox {
    /// Launches the template for linked accounts in `account`, which lets `role_arn` in
    /// if it brings `external_id`. Roles of the same names are replaced. Gives back the
    /// ARNs of the roles.
    ///
    /// # Errors
    /// If there is no such account in the embedded AWS, or the template cannot be launched.
    pub fn launch_customer_role(
        &self,
        account: &str,
        role_arn: &str,
        external_id: &str,
    ) -> anyhow::Result<Vec<String>> {
        let roles = self.customer_roles(account, role_arn, external_id)?;
        Ok(self.put_roles(account, roles))
    }

    /// The same by a customer who has taken the condition out of the trust policies: the
    /// roles let `role_arn` in whatever external id it brings, or none.
    ///
    /// # Errors
    /// The same.
    pub fn launch_careless_role(
        &self,
        account: &str,
        role_arn: &str,
        external_id: &str,
    ) -> anyhow::Result<Vec<String>> {
        let mut roles = self.customer_roles(account, role_arn, external_id)?;
        for role in &mut roles {
            role.trust.external_id = None;
        }
        Ok(self.put_roles(account, roles))
    }

    /// What Bellhop has told `user` in `channel` last about how to let it into `account`:
    /// its role, and the external id.
    ///
    /// # Errors
    /// If it has told nothing of the kind, or they cannot look there.
    pub fn told_to_launch(
        &self,
        user: &str,
        channel: &str,
        account: &str,
    ) -> anyhow::Result<(String, String)> {
        let conversation = self.conversation(user, channel)?;
        let told = conversation.answers().into_iter().rev().map(|answer| answer.plain.as_str());
        let told = told.filter(|text| text.contains(account)).find_map(steps);
        told.with_context(|| {
            format!(
                "bellhop has not told {user} in {channel} how to let it into {account}: “account add” first"
            )
        })
    }

    fn customer_roles(&self, account: &str, role_arn: &str, external_id: &str) -> anyhow::Result<Vec<Role>> {
        let known = self.fleet.has(&AccountId::new(account));
        anyhow::ensure!(known, "there is no account {account} in the embedded AWS");
        roles(&self.root, account, role_arn, external_id)
    }

    fn put_roles(&self, account: &str, roles: Vec<Role>) -> Vec<String> {
        let account = AccountId::new(account);
        roles.into_iter().map(|role| self.fleet.add_role(&account, role)).collect()
    }
}

/// The role and the external id, if these are the steps that `account add` tells.
fn steps(text: &str) -> Option<(String, String)> {
    let given = |name: &str| {
        let mut words = text.split_whitespace();
        words.find_map(|word| word.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
    };
    given(BELLHOP_ROLE).zip(given(EXTERNAL_ID))
}

/// The roles that the template under `root` makes in `account`.
fn roles(root: &Path, account: &str, role_arn: &str, external_id: &str) -> anyhow::Result<Vec<Role>> {
    let file = root.join(TEMPLATE);
    let yaml = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let given = [(BELLHOP_ROLE, role_arn), (EXTERNAL_ID, external_id)];
    let deployment = Deployment {
        account: account.to_owned(),
        parameters: given.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        ..Deployment::default()
    };
    let stack = template::read(&yaml, &deployment).with_context(|| format!("in {TEMPLATE}"))?;
    anyhow::ensure!(!stack.roles.is_empty(), "{TEMPLATE} makes no role");
    let role = |role: IamRole| {
        let name = role.name.clone();
        as_fleet_has_it(role).with_context(|| format!("the role {name} in {TEMPLATE}"))
    };
    stack.roles.into_iter().map(role).collect()
}

fn as_fleet_has_it(role: IamRole) -> anyhow::Result<Role> {
    Ok(Role {
        trust: trust(&role.trust)?,
        name: role.name,
        statements: role.statements,
        max_session: Duration::from_secs(role.max_session_s.into()),
    })
}

/// One statement of a trust policy. What is not among these fields is an error.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Statement {
    #[serde(rename = "Sid")]
    _sid: Option<String>,
    effect: Effect,
    principal: Principal,
    action: OneOrMore,
    #[serde(default)]
    condition: Condition,
}

/// A trust policy that also denies is more than the fleet knows.
#[derive(Debug, Deserialize)]
enum Effect {
    Allow,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Principal {
    #[serde(rename = "AWS")]
    aws: OneOrMore,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase", default)]
struct Condition {
    string_equals: BTreeMap<String, String>,
    string_like: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn list(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::More(texts) => texts,
        }
    }
}

/// The trust policy as the fleet keeps one: who may enter, with which external id, and
/// whether they may say who is behind it.
fn trust(statements: &[Value]) -> anyhow::Result<Trust> {
    let mut entering: Option<(Vec<String>, Option<String>)> = None;
    let mut saying: Option<(Vec<String>, SourceIdentity)> = None;
    for statement in statements {
        let statement = Statement::deserialize(statement).context("a statement of the trust policy")?;
        let Effect::Allow = statement.effect;
        let principals = statement.principal.aws.list();
        let actions = statement.action.list();
        let mut condition = statement.condition;
        for action in &actions {
            match action.as_str() {
                ENTER if entering.is_none() => {
                    let external_id = condition.string_equals.remove("sts:ExternalId");
                    entering = Some((principals.clone(), external_id));
                }
                SAY_WHO if saying.is_none() => {
                    let like = condition.string_like.remove("sts:SourceIdentity");
                    let rule = like.map_or(SourceIdentity::Allowed, SourceIdentity::Like);
                    saying = Some((principals.clone(), rule));
                }
                _ => anyhow::bail!("{action}: neither {ENTER} nor {SAY_WHO}, or a second statement for it"),
            }
        }
        let left = condition.string_equals.into_keys().chain(condition.string_like.into_keys()).next();
        anyhow::ensure!(
            left.is_none(),
            "a condition on {} for {}",
            left.unwrap_or_default(),
            actions.join(", ")
        );
    }
    let (principals, external_id) = entering.with_context(|| format!("nobody may {ENTER}"))?;
    let source_identity = match saying {
        None => SourceIdentity::Forbidden,
        Some((others, _)) if others != principals => {
            anyhow::bail!("those who may {SAY_WHO} are others than those who may {ENTER}")
        }
        Some((_, rule)) => rule,
    };
    Ok(Trust { principals, external_id, source_identity })
}

#[cfg(test)]
mod tests;
