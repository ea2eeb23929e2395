//! `log` and `share`, and channels that another company reads.

use domain::ids::ChannelId;

use super::check;
use crate::testing::{ANN, Asked, BOSS, BOT_USER, World};

fn world() -> World {
    let world = World::new();
    world.slack.channel("C0OPS", &[BOT_USER, ANN, BOSS]);
    world.slack.channel("C0LOG", &[BOT_USER]);
    world.slack.channel("C0AWAY", &[ANN]);
    world.slack.channel("C0PARTNERS", &[BOT_USER, ANN]);
    world.slack.share("C0PARTNERS", "is_ext_shared");
    world
}

fn boss(text: &str) -> Asked {
    Asked::mention(text).by(BOSS)
}

#[tokio::test(start_paused = true)]
async fn a_manager_sets_and_ends_the_log() {
    let world = world();
    world.ask(&boss("log <#C0LOG|log>").at("1764575999.000101")).await;
    world.ask(&boss("log here for home").at("1764575999.000102")).await;
    world.ask(&Asked::mention("log").at("1764575999.000103")).await;
    world.ask(&boss("log off").at("1764575999.000104")).await;
    world.ask(&boss("log off for home").at("1764575999.000105")).await;
    world.ask(&Asked::mention("log").at("1764575999.000106")).await;
    let how = "An admin can change that: *log #channel*, *log #channel for acme*, *log off*.";
    assert_eq!(
        world.answers(),
        [
            "channel: Changes are announced here from now on, as <@U0BOSS> has asked.".to_owned(),
            "only U0BOSS: Done: changes are announced in <#C0LOG>.".to_owned(),
            "channel: Changes in the account *home* are announced here from now on, as <@U0BOSS> has asked."
                .to_owned(),
            "only U0BOSS: Done: changes in *home* are announced in <#C0OPS>.".to_owned(),
            format!(
                "only U0ANN: Changes are announced in <#C0LOG>, set by <@U0BOSS>.\n\
                 Changes in *home* are announced in <#C0OPS>, set by <@U0BOSS>.\n{how}"
            ),
            "only U0BOSS: Done: there is no log channel for the whole workspace. Say *log* to see what is left."
                .to_owned(),
            "only U0BOSS: Done: *home* has no log channel of its own. Say *log* to see where its changes are announced."
                .to_owned(),
            format!("only U0ANN: Changes are announced in no channel.\n{how}"),
        ]
    );
    assert_eq!(world.settings_now(), domain::settings::Settings::default());
}

#[tokio::test(start_paused = true)]
async fn a_log_is_set_only_where_it_can_be_kept_and_only_by_a_manager() {
    world().slack.person("U0BOB", &serde_json::json!({}));
    for (asked, answer) in [
        (
            boss("log <#C0AWAY>"),
            "only U0BOSS: I am not in <#C0AWAY>, so I can't post there. Invite me, then ask again. I did nothing.",
        ),
        (
            boss("log <#C0NONE>"),
            "only U0BOSS: I am not in <#C0NONE>, so I can't post there. Invite me, then ask again. I did nothing.",
        ),
        (
            boss("log <#C0PARTNERS>"),
            "only U0BOSS: <#C0PARTNERS> is shared with another company, which would read every change. Choose another channel, or say *share <#C0PARTNERS> on* first. I did nothing.",
        ),
        (
            boss("log <#C0LOG> for acme"),
            "only U0BOSS: I don't know the account “acme”. Say *accounts* for a list. I did nothing.",
        ),
        (
            Asked::mention("log <#C0LOG>").by("U0BOB"),
            "only U0BOB: Only workspace admins can change that. I did nothing.",
        ),
        (
            Asked::mention("share <#C0PARTNERS> on").by("U0BOB"),
            "only U0BOB: Only workspace admins can change that. I did nothing.",
        ),
        (
            Asked::mention("log <#C0LOG>").by("U0GUEST"),
            "only U0GUEST: Only members of this workspace can use me for that.",
        ),
        (
            boss("share <#C0LOG> on"),
            "only U0BOSS: <#C0LOG> is not shared with another company, so there is nothing to allow.",
        ),
        (
            boss("log #ops"),
            "only U0BOSS: “#ops”: choose a channel from the list that Slack shows when you mention me and type #, or say *here*. I did nothing.",
        ),
    ] {
        let world = world();
        world.slack.person("U0BOB", &serde_json::json!({}));
        check(&world, &asked, &[answer], &[]).await;
        assert_eq!(world.settings_now(), domain::settings::Settings::default(), "{}", asked.text);
    }
}

#[tokio::test(start_paused = true)]
async fn in_a_channel_that_another_company_reads_answers_are_private_and_nothing_is_changed() {
    let refused = "only U0ANN: This channel is shared with another company, which would read along, so I change nothing from here. Ask in another channel, or by */ec2*. An admin can allow it here: *share here on*.";
    for flag in ["is_ext_shared", "is_pending_ext_shared"] {
        for (text, private, done) in [
            ("find web-*", "only U0ANN: *3 instances*: 2 running", None),
            ("check web-1", "only U0ANN: `web-1` is *running*", None),
            ("start web-1", refused, Some("web-1")),
            ("start web-3", refused, Some("web-3")),
            ("stop web-1", refused, Some("web-1")),
            ("stop web-1 --dry-run", refused, Some("web-1")),
            ("terminate web-3", refused, Some("web-3")),
        ] {
            let world = world();
            world.slack.share("C0OPS", flag);
            world.ask(&Asked::mention(text)).await;
            let answers = world.answers();
            assert!(answers.len() == 1 && answers[0].starts_with(private), "{flag} {text}: {answers:?}");
            assert!(done.is_none_or(|name| world.fleet.done(name).is_empty()), "{flag} {text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_other_workspaces_of_the_organisation_share_is_like_any_other() {
    let world = world();
    world.slack.share("C0OPS", "is_org_shared");
    world.ask(&Asked::mention("start web-3")).await;
    assert_eq!(world.answers(), ["thread: Done: `web-3` is *running* (5 s)."]);
}

#[tokio::test(start_paused = true)]
async fn a_manager_can_allow_a_shared_channel() {
    let world = world();
    let there = |asked: Asked, ts: &str| Asked { channel: "C0PARTNERS".to_owned(), ..asked }.at(ts);
    world.ask(&there(boss("share here on"), "1764575999.000101")).await;
    world.ask(&there(Asked::mention("start web-3"), "1764575999.000102")).await;
    assert_eq!(
        world.answers(),
        [
            "only U0BOSS: Done: I may be used openly in <#C0PARTNERS>. The other company sees what I answer there.",
            "thread: Done: `web-3` is *running* (5 s)."
        ]
    );
    assert!(world.settings_now().shared_channels.contains(&ChannelId::new("C0PARTNERS")));
    world.ask(&there(boss("share here off"), "1764575999.000103")).await;
    assert_eq!(world.settings_now(), domain::settings::Settings::default());
}
