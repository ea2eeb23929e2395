//! The parameters of `AssumeRole`, held to what STS documents.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use std::ops::RangeInclusive;

use domain::ids::AccountId;
use serde_json::Value;

use super::super::params::Params;
use super::super::refusal::Refusal;
use super::super::roles::Assumed;
use crate::cloud::policy::{self, Asked, Context};

const KNOWN: [&str; 8] = [
    "Action",
    "DurationSeconds",
    "ExternalId",
    "Policy",
    "RoleArn",
    "RoleSessionName",
    "SourceIdentity",
    "Version",
];

/// An hour, unless told otherwise.
const DEFAULT_DURATION_S: u64 = 3_600;
const DURATION_S: RangeInclusive<u64> = 900..=43_200;
/// How much the packed session policy may hold. AWS does not say how it packs: here it
/// is the policy without white space, and the source identity.
const MOST_PACKED: usize = 2_048;

/// What is asked of `AssumeRole`.
#[derive(Clone, Debug)]
pub(in crate::fleet) struct Wish {
    pub(in crate::fleet) assumed: Assumed,
    /// The account of the role.
    pub(super) account: AccountId,
    /// The name of the role.
    pub(super) role: String,
    pub(super) duration_s: u64,
    /// The statements of the session policy.
    pub(super) policy: Option<Vec<Value>>,
    /// How full the packed session policy is, in percent.
    pub(super) packed: Option<usize>,
}

/// What the value of a parameter must be.
struct Form {
    parameter: &'static str,
    member: &'static str,
    length: RangeInclusive<usize>,
    /// What may be in it besides letters, digits and `_`; anything if not given.
    signs: Option<&'static str>,
    needed: bool,
}

const FORMS: [Form; 5] = [
    Form { parameter: "RoleArn", member: "roleArn", length: 20..=2_048, signs: None, needed: true },
    Form {
        parameter: "RoleSessionName",
        member: "roleSessionName",
        length: 2..=64,
        signs: Some("+=,.@-"),
        needed: true,
    },
    Form { parameter: "Policy", member: "policy", length: 1..=2_048, signs: None, needed: false },
    Form {
        parameter: "ExternalId",
        member: "externalId",
        length: 2..=1_224,
        signs: Some("+=,.@:/-"),
        needed: false,
    },
    Form {
        parameter: "SourceIdentity",
        member: "sourceIdentity",
        length: 2..=64,
        signs: Some("+=,.@-"),
        needed: false,
    },
];

impl Wish {
    /// Reads it, or tells everything that is wrong with it.
    pub(in crate::fleet) fn read(params: Params<'_>) -> Result<Self, Refusal> {
        if let Some((unknown, _)) = params.0.iter().find(|(key, _)| !KNOWN.contains(&key.as_str())) {
            return Err(Refusal::validation(format!("{unknown} is not known here")));
        }
        let mut complaints: Vec<String> =
            FORMS.iter().filter_map(|form| form.complaint(params.get(form.parameter))).collect();
        let duration = params.get("DurationSeconds").map_or(Ok(DEFAULT_DURATION_S), str::parse);
        let duration_s = duration.map_err(|_| Refusal::validation("DurationSeconds must be a number"))?;
        complaints.extend(duration_complaint(duration_s));
        if !complaints.is_empty() {
            let (count, s) = (complaints.len(), if complaints.len() == 1 { "" } else { "s" });
            let all = complaints.join("; ");
            return Err(Refusal::validation(format!("{count} validation error{s} detected: {all}")));
        }
        let arn = params.get("RoleArn").unwrap_or_default();
        let (account, role) = role_of(arn).ok_or_else(|| Refusal::validation(format!("{arn} is invalid")))?;
        let text = |name: &str| params.get(name).map(str::to_owned);
        let assumed = Assumed {
            role: arn.to_owned(),
            session_name: text("RoleSessionName").unwrap_or_default(),
            source_identity: text("SourceIdentity"),
            external_id: text("ExternalId"),
            policy: text("Policy"),
        };
        let policy = assumed.policy.as_deref().map(policy::parse).transpose();
        let policy = policy.map_err(|error| Refusal::client("MalformedPolicyDocument", error.to_string()))?;
        let packed = packed(&assumed)?;
        Ok(Self { assumed, account, role, duration_s, policy, packed })
    }

    /// What must be allowed for it, on both sides.
    pub(in crate::fleet) fn asked(&self) -> Vec<Asked> {
        let keys = [
            ("sts:ExternalId", &self.assumed.external_id),
            ("sts:RoleSessionName", &Some(self.assumed.session_name.clone())),
            ("sts:SourceIdentity", &self.assumed.source_identity),
        ];
        let known = keys.into_iter().filter_map(|(key, value)| Some((key.to_owned(), vec![value.clone()?])));
        let context: Context = known.collect();
        let mut actions = vec!["sts:AssumeRole"];
        if self.assumed.source_identity.is_some() {
            actions.push("sts:SetSourceIdentity");
        }
        let asked = |action: &str| Asked {
            action: action.to_owned(),
            resource: self.assumed.role.clone(),
            context: context.clone(),
        };
        actions.into_iter().map(asked).collect()
    }
}

impl Form {
    fn complaint(&self, value: Option<&str>) -> Option<String> {
        let member = self.member;
        let Some(value) = value else {
            return self.needed.then(|| {
                format!("Value null at '{member}' failed to satisfy constraint: Member must not be null")
            });
        };
        let fits = |sign: char| {
            sign.is_ascii_alphanumeric() || sign == '_' || self.signs.is_none_or(|signs| signs.contains(sign))
        };
        let count = value.chars().count();
        let why = if count < *self.length.start() {
            format!("have length greater than or equal to {}", self.length.start())
        } else if count > *self.length.end() {
            format!("have length less than or equal to {}", self.length.end())
        } else if !value.chars().all(fits) {
            format!("satisfy regular expression pattern: [\\w{}]*", self.signs.unwrap_or_default())
        } else {
            return None;
        };
        Some(format!("Value '{value}' at '{member}' failed to satisfy constraint: Member must {why}"))
    }
}

fn duration_complaint(seconds: u64) -> Option<String> {
    let why = match seconds {
        _ if seconds < *DURATION_S.start() => format!("greater than or equal to {}", DURATION_S.start()),
        _ if seconds > *DURATION_S.end() => format!("less than or equal to {}", DURATION_S.end()),
        _ => return None,
    };
    Some(format!(
        "Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value {why}"
    ))
}

/// Account and name out of a role's ARN.
fn role_of(arn: &str) -> Option<(AccountId, String)> {
    let (account, path) = arn.strip_prefix("arn:aws:iam::")?.split_once(":role/")?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let name = path.rsplit('/').next().filter(|name| !name.is_empty() && !path.contains(':'))?;
    is_account.then(|| (AccountId::new(account), name.to_owned()))
}

fn packed(assumed: &Assumed) -> Result<Option<usize>, Refusal> {
    let Some(policy) = &assumed.policy else { return Ok(None) };
    let compact = serde_json::from_str::<Value>(policy).unwrap_or_default().to_string().chars().count();
    let identity = assumed.source_identity.as_ref().map_or(0, String::len);
    let percent = (100 * (compact + identity)).div_ceil(MOST_PACKED);
    if percent > 100 {
        let why = format!("Packed policy consumes {percent}% of allotted space, please use smaller policy.");
        return Err(Refusal::client("PackedPolicyTooLarge", why));
    }
    Ok(Some(percent))
}
