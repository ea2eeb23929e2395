//! The team's AWS accounts: which there are, how one is linked, and why one is
//! not used. Only an admin sees these, but for the list.

use std::sync::Arc;

use domain::account::{Access, Account, HOME, Roles};
use domain::ids::{AccountId, Alias, Region, UserId};
use domain::policy::Standing;
use serde_json::json;
use slack::blocks::Message;
use slack::text::{code, code_block, mention};

use super::blindness::closed;
use super::time::day_and_time;
use super::{bold, counted, listed, people, plain, regions};
use crate::ports::Unproven;

/// The template, in the repository, that makes the roles.
const TEMPLATE: &str = "templates/customer-role.yaml";

/// Why an account cannot be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AccountConflict {
    /// It is Bellhop's own.
    Ours,
    /// The alias stands for another account.
    AliasTaken {
        /// That account.
        id: AccountId,
    },
    /// The account has another alias.
    LinkedAs {
        /// That alias.
        alias: Alias,
    },
    /// A region that no role of ours leads to.
    OtherPartition {
        /// The region.
        region: Region,
    },
    /// The team has as many as it can.
    TooMany {
        /// That many.
        limit: usize,
    },
}

/// The accounts of the team; for who `may_manage` them also what to do next.
pub(crate) fn accounts(accounts: &[Arc<Account>], may_manage: bool) -> Message {
    let mut lines: Vec<String> = accounts.iter().map(|account| format!("• {}", line(account))).collect();
    if accounts.is_empty() {
        lines.push("No AWS account is linked.".to_owned());
    } else {
        lines.insert(0, format!("*{}*:", counted(accounts.len(), "account")));
    }
    if may_manage {
        let waiting = accounts.iter().filter(|account| !account.is_usable());
        let waiting: Vec<String> =
            waiting.map(|account| format!("*account verify {}*", plain(account.alias.as_str()))).collect();
        if !waiting.is_empty() {
            lines.push(format!("When the roles are made: {}.", listed(&waiting)));
        }
        lines.push("To link another: *account add acme 123456789012*, with its alias and number.".to_owned());
    }
    Message::text(lines.join("\n"))
}

fn line(account: &Account) -> String {
    let standing = match &account.access {
        Access::Home => "my own".to_owned(),
        Access::Roles(Roles { verified_at: Some(at), .. }) => format!("verified {}", day_and_time(*at)),
        Access::Roles(Roles { verified_at: None, .. }) => "not verified, so not used".to_owned(),
    };
    let facts = [
        bold(account.alias.as_str()),
        plain(account.id.as_str()),
        regions(&account.regions),
        standing,
        format!("{} approve", people::approvers(&account.approvers)),
    ];
    facts.join(" · ")
}

/// Who asked may not change accounts.
pub(crate) fn admins_only() -> Message {
    Message::text("Only workspace admins can link accounts or say who approves there. I did nothing.")
}

/// How the owner of `account` lets us in, who are `us` to AWS.
pub(crate) fn account_steps(account: &Account, roles: &Roles, us: &str) -> Message {
    let (alias, id) = (account.alias.as_str(), &roles.external_id);
    let stack = format!(
        "aws cloudformation deploy --stack-name bellhop --template-file {TEMPLATE} \\\n  \
         --capabilities CAPABILITY_NAMED_IAM \\\n  \
         --parameter-overrides BellhopRoleArn={us} ExternalId={id}"
    );
    Message::text(format!(
        "{} ({}) is prepared for {}, and not used yet. In that account:\n\
         1. Launch {} from my repository as a CloudFormation stack, with {} and {} as here:\n{}\n\
         It makes two roles, one that looks and one that changes. If volumes there are encrypted with KMS keys of your own, give their ARNs as {} too, or AWS does not start these instances for me. If you would rather make them yourself, as {} and {}, this is what both have to trust:\n{}\n\
         2. Then say *account verify {}*.\n\
         The external id is for this account and this workspace only. Nobody but admins gets it from me.",
        bold(alias),
        plain(account.id.as_str()),
        regions(&account.regions),
        code(TEMPLATE),
        code("BellhopRoleArn"),
        code("ExternalId"),
        code_block(&stack),
        code("EbsKeyArns"),
        code(&roles.read),
        code(&roles.act),
        code_block(&trust(us, id)),
        plain(alias),
    ))
}

/// The trust policy of a role that lets us in. Naming the person is no way in by
/// itself, so it asks for nothing more.
fn trust(us: &str, external_id: &str) -> String {
    let principal = json!({"AWS": us});
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": principal,
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
            },
            {"Effect": "Allow", "Principal": principal, "Action": "sts:SetSourceIdentity"},
        ],
    });
    format!("{policy:#}")
}

/// Nothing needs to be added.
pub(crate) fn already_linked(account: &Account) -> Message {
    Message::text(format!("{} is linked and verified already. Nothing to do.", named(account)))
}

/// `id` was not added as `alias`.
pub(crate) fn cannot_add(alias: &Alias, id: &AccountId, conflict: &AccountConflict) -> Message {
    let (alias, id) = (plain(alias.as_str()), plain(id.as_str()));
    let why = match conflict {
        AccountConflict::Ours => format!("{id} is the account that I run in; it can't be linked."),
        AccountConflict::AliasTaken { id: other } => format!(
            "*{alias}* is the account {} already. Choose another alias, or say *account remove {alias}* first.",
            plain(other.as_str())
        ),
        AccountConflict::LinkedAs { alias: other } => {
            format!("{id} is linked already, as {}.", bold(other.as_str()))
        }
        AccountConflict::OtherPartition { region } => {
            format!("{} is in a part of AWS that no role of mine leads to.", plain(region.as_str()))
        }
        AccountConflict::TooMany { limit } => {
            format!(
                "{limit} accounts are linked, which is as many as I take. Say *account remove* for one of them first."
            )
        }
    };
    Message::text(format!("{why} I did nothing."))
}

/// The account was changed by somebody else while we were at it.
pub(crate) fn changed_meanwhile(alias: &Alias) -> Message {
    Message::text(format!(
        "Somebody else changed the account {} at the same time, so I did nothing. Say *accounts* to see how it is now.",
        bold(alias.as_str())
    ))
}

/// No account is linked under `alias`.
pub(crate) fn no_such_account(alias: &Alias, accounts: &[Arc<Account>]) -> Message {
    let linked = accounts.iter().filter(|account| account.alias.as_str() != HOME);
    let linked: Vec<String> = linked.map(|account| plain(account.alias.as_str())).collect();
    let known = match linked.len() {
        0 => "None is linked.".to_owned(),
        1..=5 => format!("Linked: {}.", linked.join(", ")),
        _ => "Say *accounts* for those that are.".to_owned(),
    };
    Message::text(format!("No account is linked as {}. {known} I did nothing.", bold(alias.as_str())))
}

/// What to do about regions that the account cannot use.
fn other_regions(account: &Account, regions: &str) -> String {
    format!(
        "Enable it in AWS or allow it in the organization's policy; or say *account add {} {} in {}* and verify again to leave it out.",
        plain(account.alias.as_str()),
        plain(account.id.as_str()),
        plain(regions)
    )
}

/// The account is used from now on. `counts` is what was seen there, `blind` where
/// nothing could be, and `has_closed` whether a region cannot be used at all.
pub(crate) fn verified(
    account: &Account,
    counts: &[(&Region, usize)],
    blind: &[String],
    has_closed: bool,
) -> Message {
    let mut lines = vec![format!(
        "{} is verified: its roles let me in with the external id, and refuse me without it or with a wrong one.",
        named(account)
    )];
    let each = counts.iter().map(|(region, count)| match count {
        0 => format!("none in {}", plain(region.as_str())),
        count => format!("{} in {}", counted(*count, "instance"), plain(region.as_str())),
    });
    let each: Vec<String> = each.collect();
    if !each.is_empty() {
        lines.push(format!("I see {}.", listed(&each)));
    }
    lines.extend(blind.iter().cloned());
    if has_closed {
        let open: Vec<&str> = counts.iter().map(|(region, _)| region.as_str()).collect();
        lines.push(other_regions(account, &open.join(",")));
    }
    Message::text(lines.join("\n"))
}

/// Why the account is not used; `before` is how it was.
pub(crate) fn unproven(before: &Account, why: &Unproven) -> Message {
    let alias = plain(before.alias.as_str());
    let repair = format!("*account add {alias} {}* shows what it has to trust", plain(before.id.as_str()));
    let because = match why {
        Unproven::WithoutExternalId { role } => format!(
            "{} lets me in without an external id. That is dangerous: anybody who knows this role could name it to me from another workspace, and I would act in your account for them. Add the condition on {} to its trust policy; {repair}.",
            code(role),
            code("sts:ExternalId")
        ),
        Unproven::WrongExternalId { role } => format!(
            "{} lets me in with a wrong external id. That is dangerous: anybody who knows this role could name it to me from another workspace, and I would act in your account for them. Its trust policy must ask for exactly this one {}, with {}; {repair}.",
            code(role),
            code("sts:ExternalId"),
            code("StringEquals")
        ),
        Unproven::NotLetIn { role, request_id } => format!(
            "{} does not let me in (request {}). Either it is not there, or it trusts another role or another external id than mine; {repair}.",
            code(role),
            plain(request_id)
        ),
        Unproven::OtherAccount { role, account } => format!(
            "{} leads into the account {}, not into {}.",
            code(role),
            plain(account.as_str()),
            plain(before.id.as_str())
        ),
        Unproven::LacksRight { role, operation, region } => format!(
            "{} may not use {} in {}. Its rights are in {}.",
            code(role),
            code(&of_ec2(operation)),
            plain(region.as_str()),
            code(TEMPLATE)
        ),
        Unproven::RegionClosed { region, closure } => format!(
            "I can't use {}: {}. {}",
            plain(region.as_str()),
            closed(*closure),
            other_regions(before, "<regions>")
        ),
        Unproven::Unclear(_) => return not_proved(before),
    };
    let now = if before.is_usable() {
        "It was verified before; from now on I don't use it."
    } else {
        "I don't use it."
    };
    Message::text(format!(
        "{} is not verified. {now}\n{because}\nThen say *account verify {alias}* again.",
        named(before)
    ))
}

/// Nothing was found out about the account.
pub(crate) fn not_proved(before: &Account) -> Message {
    let still = if before.is_usable() { "it stays verified" } else { "I still don't use it" };
    Message::text(format!(
        "I could not ask AWS about {}, so {still}. Say *account verify {}* again in a while.",
        named(before),
        plain(before.alias.as_str())
    ))
}

/// The account is forgotten.
pub(crate) fn removed(account: &Account) -> Message {
    Message::text(format!(
        "I have forgotten {}, and do nothing there any more. To shut the door on its side as well, delete the stack that made the roles.",
        named(account)
    ))
}

/// Who may approve in the account from now on.
pub(crate) fn approvers_set(account: &Account) -> Message {
    Message::text(format!(
        "From now on {} can approve what cannot be undone in {}, but not their own requests.",
        people::approvers(&account.approvers),
        bold(account.alias.as_str())
    ))
}

/// These cannot be named as approvers, with where they stand.
pub(crate) fn cannot_approve(named: &[(UserId, Standing)]) -> Message {
    let each = named.iter().map(|(user, standing)| {
        let what = match standing {
            Standing::Member => "is a member",
            Standing::Guest => "is a guest",
            Standing::Stranger => "does not belong to this workspace",
            Standing::Bot => "is an app",
            Standing::Deactivated => "is deactivated",
        };
        format!("{} {what}", mention(user))
    });
    let each = listed(&each.collect::<Vec<_>>());
    Message::text(format!("{each}. Only full members can approve, so I did nothing."))
}

/// `*acme* (123456789012)`
fn named(account: &Account) -> String {
    format!("{} ({})", bold(account.alias.as_str()), plain(account.id.as_str()))
}

/// `ec2:StopInstances`, also where the service is not named.
fn of_ec2(operation: &str) -> String {
    if operation.contains(':') { operation.to_owned() } else { format!("ec2:{operation}") }
}
