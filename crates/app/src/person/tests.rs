//! Who counts as a member, and who as an admin.

use secrecy::SecretString;
use serde_json::json;
use slack::web::{EnterpriseUser, Limits};

use super::*;
use crate::testing::{BOSS, TEAM, TOKEN, World};

fn member() -> User {
    User {
        team: Some(TeamId::new("T1")),
        is_restricted: Some(false),
        is_ultra_restricted: Some(false),
        ..User::default()
    }
}

fn teams(ids: &[&str]) -> Vec<TeamId> {
    ids.iter().map(|id| TeamId::new(*id)).collect()
}

/// A member of an organisation, in these of its workspaces.
fn enterprise(ids: &[&str]) -> EnterpriseUser {
    EnterpriseUser { id: Some(UserId::new("W1")), enterprise: Some(TeamId::new("E1")), teams: teams(ids) }
}

fn check(rows: Vec<(User, Standing)>) {
    for (user, standing) in rows {
        assert_eq!(person(&UserId::new("U1"), &user, &TeamId::new("T1")).standing, standing, "{user:?}");
    }
}

#[test]
fn what_slack_does_not_say_counts_against_the_person() {
    check(vec![
        (member(), Standing::Member),
        (User { is_restricted: None, ..member() }, Standing::Guest),
        (User { is_ultra_restricted: Some(true), ..member() }, Standing::Guest),
        (User { team: None, ..member() }, Standing::Stranger),
        (User { team: Some(TeamId::new("T2")), ..member() }, Standing::Stranger),
        (User { is_stranger: Some(true), ..member() }, Standing::Stranger),
        (User { deleted: Some(true), is_bot: Some(true), ..member() }, Standing::Deactivated),
        (User::default(), Standing::Stranger),
    ]);
}

#[test]
fn a_member_of_an_enterprise_organisation_is_a_member_of_each_workspace_listed() {
    let nowhere = || User { team: None, ..member() };
    let elsewhere = || User { team: Some(TeamId::new("T2")), ..member() };
    check(vec![
        (User { enterprise: Some(enterprise(&["T1"])), ..nowhere() }, Standing::Member),
        (User { enterprise: Some(enterprise(&["T2", "T1"])), ..elsewhere() }, Standing::Member),
        (User { teams: teams(&["T2", "T1"]), ..elsewhere() }, Standing::Member),
        (User { teams: teams(&["T1"]), ..nowhere() }, Standing::Member),
        (User { enterprise: Some(enterprise(&["T2"])), ..nowhere() }, Standing::Stranger),
        (User { enterprise: Some(enterprise(&[])), ..nowhere() }, Standing::Stranger),
        (
            User { teams: teams(&["T2"]), enterprise: Some(enterprise(&["T2"])), ..elsewhere() },
            Standing::Stranger,
        ),
        (User { is_stranger: Some(true), teams: teams(&["T1"]), ..elsewhere() }, Standing::Stranger),
        (
            User { is_restricted: Some(true), enterprise: Some(enterprise(&["T1"])), ..nowhere() },
            Standing::Guest,
        ),
    ]);
}

#[test]
fn nobody_belongs_to_an_organisation_as_a_whole() {
    // A token of an organisation-wide installation: members of partner companies
    // look the same as its own.
    let seen = person(&UserId::new("U1"), &member(), &TeamId::new("E1"));
    assert_eq!(seen.standing, Standing::Stranger);
}

#[test]
fn bots_are_known_by_their_marks_or_as_slackbot() {
    check(vec![
        (User { is_bot: Some(true), ..member() }, Standing::Bot),
        (User { is_workflow_bot: Some(true), ..member() }, Standing::Bot),
        (User { is_connector_bot: Some(true), ..member() }, Standing::Bot),
        (User { id: Some(UserId::new(SLACKBOT)), ..member() }, Standing::Bot),
    ]);
    let slackbot = person(&UserId::new(SLACKBOT), &member(), &TeamId::new("T1"));
    assert_eq!(slackbot.standing, Standing::Bot);
}

#[test]
fn a_person_is_known_by_all_ids_that_slack_names() {
    let user = User { id: Some(UserId::new("U1")), enterprise: Some(enterprise(&["T1"])), ..member() };
    for (asked, others) in [("U1", vec!["W1"]), ("W1", vec!["U1"]), ("U9", vec!["U1", "W1"])] {
        let seen = person(&UserId::new(asked), &user, &TeamId::new("T1"));
        let others: Vec<_> = others.into_iter().map(UserId::new).collect();
        assert_eq!((seen.id.as_str(), &seen.other_ids), (asked, &others));
        assert!(seen.is(&UserId::new("W1")) && seen.is(&UserId::new("U1")) && !seen.is(&UserId::new("U2")));
    }
}

#[test]
fn an_organisations_admin_is_no_admin_of_the_workspace() {
    let seen = |user| person(&UserId::new("U1"), &user, &TeamId::new("T1")).is_admin;
    assert!(!seen(User { enterprise: Some(enterprise(&["T1"])), ..member() }));
    assert!(seen(User { is_owner: Some(true), ..member() }));
}

async fn admins_of(world: &World) -> Result<Admins, ApiError> {
    let slack = world.client(Limits::WORKER);
    admins(&slack, &SecretString::from(TOKEN), &TeamId::new(TEAM)).await
}

#[tokio::test(start_paused = true)]
async fn admins_are_humans_who_administer_or_own_the_workspace_now() {
    let world = World::new();
    for (id, marks) in [
        ("U0OWNER", json!({"is_owner": true})),
        ("U0BOTADMIN", json!({"is_admin": true, "is_bot": true})),
        ("U0GONE", json!({"is_admin": true, "deleted": true})),
        ("U0OTHERS", json!({"is_admin": true, "team_id": "T0OTHER"})),
        ("U0ORG", json!({"enterprise_user": {"id": "W0ORG", "is_admin": true, "teams": [TEAM]}})),
    ] {
        world.slack.person(id, &marks);
    }
    let ids = [BOSS, "U0OWNER"].map(UserId::new).to_vec();
    assert_eq!(admins_of(&world).await, Ok(Admins { ids, is_complete: true }));
}

#[tokio::test(start_paused = true)]
async fn admins_are_looked_for_on_all_pages_until_there_are_enough() {
    let world = World::new();
    for number in 0..350 {
        world.slack.person(&format!("U1{number:03}"), &json!({}));
    }
    world.slack.person("U9LAST", &json!({"is_admin": true}));
    let ids = [BOSS, "U9LAST"].map(UserId::new).to_vec();
    assert_eq!(admins_of(&world).await, Ok(Admins { ids, is_complete: true }));
    for number in 0..ADMINS {
        world.slack.person(&format!("U0A{number:03}"), &json!({"is_admin": true}));
    }
    let found = admins_of(&world).await.unwrap();
    assert!(found.ids.len() >= ADMINS && !found.is_complete, "{found:?}");
}
