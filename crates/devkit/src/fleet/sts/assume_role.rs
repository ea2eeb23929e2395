//! `AssumeRole`: both sides must allow it, and then it is another who calls.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use std::time::Duration;

use domain::time::Millis;

use super::super::clock::millis;
use super::super::date;
use super::super::refusal::Refusal;
use super::super::roles::{Keys, Role, Session};
use super::super::state::State;
use super::caller::{Caller, session_arn, session_id};
use super::wish::Wish;

/// The most that a role's session may last if a role has assumed it.
const CHAINED: Duration = Duration::from_hours(1);

pub(super) fn answer(
    state: &mut State,
    wish: &Wish,
    caller: &Caller,
    now: Millis,
    request_id: &str,
) -> Result<String, Refusal> {
    let mut assumed = wish.assumed.clone();
    if let (Some(before), Some(rights)) = (&caller.session, &caller.rights) {
        if let Some(asked) = wish.asked().iter().find(|asked| rights.refusal(asked).is_some()) {
            let why = rights.refusal(asked).unwrap_or_default();
            return Err(denied(caller, &asked.action, &asked.resource, &format!(" {why}")));
        }
        // Who is behind a session stays so however many roles are assumed from it.
        if before.source_identity.is_some() && assumed.source_identity.is_none() {
            assumed.source_identity.clone_from(&before.source_identity);
        }
        if before.source_identity.is_some() && before.source_identity != assumed.source_identity {
            return Err(denied(caller, "sts:SetSourceIdentity", &assumed.role, ""));
        }
    }
    let wish = &Wish { assumed, ..wish.clone() };
    let refused = |action: &str| denied(caller, action, &wish.assumed.role, "");
    // A role that is not there is refused in the same words as one that does not trust.
    let role = state.world.role(&wish.assumed.role).ok_or_else(|| refused("sts:AssumeRole"))?;
    if let Some(asked) = role.trust.refused(caller, wish) {
        return Err(refused(&asked.action));
    }
    let lasting = lasting(wish, caller, role)?;
    let session = Session {
        keys: Keys::new(now.plus(millis(lasting))),
        account: wish.account.clone(),
        assumed: wish.assumed.clone(),
        policy: wish.policy.clone(),
    };
    let answer = document(wish, &session, request_id);
    state.sessions.add(session, now);
    Ok(answer)
}

fn lasting(wish: &Wish, caller: &Caller, role: &Role) -> Result<Duration, Refusal> {
    let lasting = Duration::from_secs(wish.duration_s);
    if caller.is_role && lasting > CHAINED {
        return Err(Refusal::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        ));
    }
    if lasting > role.max_session {
        return Err(Refusal::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(lasting)
}

fn denied(caller: &Caller, action: &str, role: &str, why: &str) -> Refusal {
    Refusal::access_denied(format!(
        "User: {} is not authorized to perform: {action} on resource: {role}{why}",
        caller.arn
    ))
}

fn document(wish: &Wish, session: &Session, request_id: &str) -> String {
    let (keys, assumed) = (&session.keys, &session.assumed);
    super::document("AssumeRole", request_id, |xml| {
        xml.nest("AssumedRoleUser", |xml| {
            xml.text("AssumedRoleId", session_id(assumed));
            xml.text("Arn", session_arn(&session.account, &wish.role, &assumed.session_name));
        });
        xml.nest("Credentials", |xml| {
            xml.text("AccessKeyId", &keys.access_key);
            xml.text("SecretAccessKey", &keys.secret);
            xml.text("SessionToken", &keys.token);
            xml.text("Expiration", date::iso_seconds(keys.expires));
        });
        xml.maybe("PackedPolicySize", wish.packed.map(|percent| percent.to_string()).as_deref());
        xml.maybe("SourceIdentity", assumed.source_identity.as_deref());
    })
}
