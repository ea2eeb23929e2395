//! Who calls, and whether they may: the bearer token and its scopes.

use domain::ids::TeamId;
use http::HeaderMap;

use super::{Args, Refusal, entry};
use crate::slack::state::{Shared, State};

/// Who calls, once the token is known.
pub(super) struct Caller {
    pub(super) team: TeamId,
    pub(super) scopes: Vec<String>,
}

/// A call, read.
pub(super) struct Incoming {
    /// None where no token is needed.
    pub(super) caller: Result<Option<Caller>, Refusal>,
    pub(super) args: Args,
    pub(super) token: Option<String>,
}

impl Incoming {
    pub(super) fn read(
        shared: &Shared,
        name: &str,
        query: Option<&str>,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Self, Refusal> {
        let query = query.unwrap_or_default();
        if name == "oauth.v2.access" {
            let args = Args::read(false, query, headers, body)?;
            return Ok(Self { caller: Ok(None), args, token: None });
        }
        let Some(entry) = entry(name) else {
            return Err(Refusal::new("unknown_method"));
        };
        let args = Args::read(entry.takes_json, query, headers, body)?;
        let authorization = headers.get("authorization").and_then(|value| value.to_str().ok());
        let token = authorization.and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
        let token = token.or_else(|| args.text("token"));
        let caller = authenticate(&shared.lock(), token.as_deref(), entry.scope).map(Some);
        Ok(Self { caller, args, token })
    }
}

fn authenticate(state: &State, token: Option<&str>, scope: Option<&str>) -> Result<Caller, Refusal> {
    let token = token.ok_or_else(|| Refusal::new("not_authed"))?;
    let mut found = state.teams.iter().flat_map(|team| team.tokens.iter().map(move |known| (team, known)));
    let (team, known) =
        found.find(|(_, known)| known.secret == token).ok_or_else(|| Refusal::new("invalid_auth"))?;
    if let Some(why) = &known.dead {
        return Err(Refusal::new(why));
    }
    let scopes = team.installed().map(|bot| bot.scopes.clone()).unwrap_or_default();
    if let Some(scope) = scope {
        require(&scopes, scope)?;
    }
    Ok(Caller { team: team.id.clone(), scopes })
}

/// Refuses a caller without this scope.
pub(super) fn require(scopes: &[String], scope: &str) -> Result<(), Refusal> {
    if scopes.iter().any(|granted| granted == scope) {
        return Ok(());
    }
    Err(Refusal::missing_scope(scope, scopes))
}
