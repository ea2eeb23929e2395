//! The workspace everyone starts with: small, and with one of each kind of
//! person and channel that the product must tell apart. Admins and the members
//! of the user group overlap in nobody, so that a test sees which of them counts.
//!
//! | | |
//! |---|---|
//! | `ann` | admin, Madrid |
//! | `bob` | member, New York, in `@oncall` |
//! | `kim` | member, Madrid, in `@oncall` |
//! | `gil` | guest (`is_restricted`), in #ops and #general only |
//! | `sam` | stranger from another workspace, in #partners only (Slack Connect) |
//! | `deploybot` | another app's bot, in #ops only |
//! | `eli` | member of an Enterprise organisation whose record has no `team_id`, in #grid only |
//! | `mia` | the same, in two workspaces; `team_id` names the other one |
//! | `wes` | the same, a global id (`W…`) in events and a local one (`U…`) in lists |
//! | `@oncall` | a user group: bob and kim |
//! | #ops, #general, #partners, #grid | the bot is brought in by the installation |
//! | #random | public, without the bot |
//! | #secret | private, bob's, without the bot |
//! | #attic | archived |

use domain::ids::{AppId, ChannelId, TeamId, UserGroupId, UserId};

use super::mint;
use super::world::{App, Channel, Enterprise, Group, Kind, Role, SLACKBOT, SlashCommand, Team, User};

/// The bot scopes of the app's manifest.
const SCOPES: [&str; 9] = [
    "app_mentions:read",
    "chat:write",
    "commands",
    "im:history",
    "im:write",
    "users:read",
    "usergroups:read",
    "channels:read",
    "groups:read",
];
/// The slash commands of the app's manifest, and whether Slack escapes their text.
const COMMANDS: [(&str, bool); 4] =
    [("/ec2", false), ("/reverse", true), ("/summarize", false), ("/standup", false)];

const MADRID: (&str, &str, i32) = ("Europe/Madrid", "Central European Time", 3_600);
const NEW_YORK: (&str, &str, i32) = ("America/New_York", "Eastern Standard Time", -18_000);

/// The app, with secrets of its own in every run.
pub(crate) fn app(redirect_urls: Vec<String>) -> App {
    App {
        id: AppId::new("A0BELLHOP1"),
        client_id: "100200300400.500600700800".into(),
        client_secret: mint::secret(),
        signing_secret: mint::secret(),
        scopes: SCOPES.map(String::from).to_vec(),
        redirect_urls,
        commands: COMMANDS
            .map(|(name, should_escape)| SlashCommand { name: name.into(), should_escape })
            .to_vec(),
    }
}

/// The workspace.
pub(crate) fn team() -> Team {
    let home = TeamId::new("T0ACME0001");
    let everyone = ["U0ANN00001", "U0BOB00001", "U0KIM00001", "U0GIL00001"];
    Team {
        users: people(&home),
        groups: vec![Group {
            id: UserGroupId::new("S0ONCALL01"),
            handle: "oncall".into(),
            name: "On call".into(),
            members: ["U0BOB00001", "U0KIM00001"].map(UserId::new).into(),
        }],
        channels: vec![
            channel(
                "C0OPS00001",
                "ops",
                &["U0ANN00001", "U0BOB00001", "U0KIM00001", "U0GIL00001", "U0DEPLOY01"],
            ),
            channel("C0GENERAL1", "general", &everyone),
            Channel {
                shared: true,
                ..channel("C0PARTNER1", "partners", &["U0ANN00001", "U0BOB00001", "U0SAM00001"])
            },
            channel("C0GRID0001", "grid", &["U0ANN00001", "U0ELI00001", "U0MIA00001", "W0WES00001"]),
            Channel { invites_bot: false, ..channel("C0RANDOM01", "random", &everyone[..2]) },
            Channel {
                invites_bot: false,
                kind: Kind::Private,
                ..channel("C0SECRET01", "secret", &everyone[1..2])
            },
            Channel { archived: true, ..channel("C0ATTIC001", "attic", &everyone[..2]) },
        ],
        id: home,
        name: "Acme".into(),
        domain: "acme".into(),
        bot: None,
        authorized: Vec::new(),
        tokens: Vec::new(),
        last_ts: 0,
    }
}

fn people(home: &TeamId) -> Vec<User> {
    let person = |id: &str, name: &str, real_name: &str| User {
        id: UserId::new(id),
        name: name.into(),
        real_name: real_name.into(),
        team: home.clone(),
        zone: MADRID,
        role: Role::Member,
        enterprise: None,
    };
    let (branch, nowhere) = (TeamId::new("T0BRANCH01"), Vec::new());
    let enterprise = |team_id: Option<&TeamId>, others: Vec<TeamId>, local_id: Option<&str>| {
        let teams = others.into_iter().chain([home.clone()]).collect();
        Some(Enterprise { local_id: local_id.map(UserId::new), team_id: team_id.cloned(), teams })
    };
    vec![
        User { role: Role::Admin, ..person("U0ANN00001", "ann", "Ann Alvarez") },
        User { zone: NEW_YORK, ..person("U0BOB00001", "bob", "Bob Brown") },
        person("U0KIM00001", "kim", "Kim Keller"),
        User { role: Role::Guest, ..person("U0GIL00001", "gil", "Gil Garcia") },
        User {
            role: Role::Stranger,
            team: TeamId::new("T0OTHER001"),
            ..person("U0SAM00001", "sam", "Sam Smith")
        },
        User { role: Role::Bot, ..person("U0DEPLOY01", "deploybot", "Deploy Bot") },
        User {
            enterprise: enterprise(None, nowhere.clone(), None),
            ..person("U0ELI00001", "eli", "Eli Evans")
        },
        User {
            enterprise: enterprise(Some(&branch), vec![branch.clone()], None),
            ..person("U0MIA00001", "mia", "Mia Meyer")
        },
        User {
            enterprise: enterprise(Some(home), nowhere, Some("U0WES00001")),
            ..person("W0WES00001", "wes", "Wes Weber")
        },
        User { role: Role::Bot, ..person(SLACKBOT, "slackbot", "Slackbot") },
    ]
}

/// What the ids of extra members begin with.
const EXTRA: &str = "U0M";

/// Whether this is one of the members who were added for their number.
pub(crate) fn is_extra(user: &User) -> bool {
    user.id.as_str().starts_with(EXTRA)
}

/// One of many more members, who are told apart by number.
pub(crate) fn member(home: &TeamId, number: usize) -> User {
    User {
        id: UserId::new(format!("{EXTRA}{number:08}")),
        name: format!("member-{number}"),
        real_name: format!("Member {number}"),
        team: home.clone(),
        zone: MADRID,
        role: Role::Member,
        enterprise: None,
    }
}

fn channel(id: &str, name: &str, members: &[&str]) -> Channel {
    Channel {
        id: ChannelId::new(id),
        name: name.into(),
        kind: Kind::Public,
        members: members.iter().map(|member| UserId::new(*member)).collect(),
        invites_bot: true,
        archived: false,
        shared: false,
        pending_shared: false,
        messages: Vec::new(),
    }
}
