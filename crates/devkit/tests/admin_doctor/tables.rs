//! Faults of the tables: missing, of another form, never emptied, not backed up.

use serde_json::json;

use crate::cases::{Case, DEPLOY};
use crate::plants::Plant::Told;
use crate::plants::environment;

pub(crate) fn cases_of_tables(untimed: &str, installations: &str, audit: &'static str) -> Vec<Case> {
    let off = json!({ "ContinuousBackupsDescription": {
        "PointInTimeRecoveryDescription": { "PointInTimeRecoveryStatus": "DISABLED" },
    } });
    vec![
        Case(
            environment("bellhop-ec2", "ACCOUNTS_TABLE", json!("nowhere")),
            Some(1),
            "table of ACCOUNTS_TABLE: there is no table nowhere",
            DEPLOY,
        ),
        Case(
            environment("bellhop-ec2", "ACCOUNTS_TABLE", json!(installations)),
            Some(1),
            "has the keys team_id S HASH, not team_id S HASH, alias S RANGE",
            DEPLOY,
        ),
        Case(
            environment("bellhop-install", "OAUTH_STATES_TABLE", json!(untimed)),
            Some(1),
            "items of untimed do not expire by expires_at",
            "aws dynamodb update-time-to-live --table-name untimed",
        ),
        Case(
            Told(audit, off),
            Some(1),
            "could not be restored: point-in-time recovery is off",
            "aws dynamodb update-continuous-backups --table-name",
        ),
    ]
}
