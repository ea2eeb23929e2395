//! `/standup`: what it answers, and to whom.

use domain::ids::{ChannelId, UserId};
use domain::standup::{Blueprint, Definition};

use super::{
    ANN_BOB_CAT, BOB, QUESTION, TEAM_CHANNEL, asked, channel, daily, does, id, says, three, typed, whispered,
    words,
};
use crate::testing::{ANN, BOSS, BOT_USER, Recorder, TEAM, World};

/// The answer to `/standup <text>` by `user`.
async fn answered(world: &World, user: &str, text: &str) -> String {
    does(world, user, text, typed(text)).await;
    whispered(world, user).into_iter().next_back().unwrap_or_default()
}

/// A second standup in the channel.
fn second(world: &World) {
    let mut weekly = daily();
    weekly.id = id("0000beef");
    weekly.blueprint.name = "Weekly <sync>".to_owned();
    world.standups.put(TEAM, &weekly);
}

#[tokio::test(start_paused = true)]
async fn now_asks_everybody_and_report_posts_what_there_is() {
    let world = three();
    does(&world, ANN, "now", typed("now")).await;
    assert_eq!(whispered(&world, ANN), ["I ask everybody in <#C0TEAM> for *daily* now."]);
    for user in ANN_BOB_CAT {
        assert_eq!(says(&world, user), QUESTION);
    }
    does(&world, BOB, "report", typed("report daily")).await;
    assert_eq!(whispered(&world, BOB), ["I post the report of *daily* in <#C0TEAM>."]);
    assert_eq!(words(&channel(&world)[0])[0], "Standup *daily*, Mon 1 Dec 2025\n0 of 3 answered");
    does(&world, BOB, "report2", typed("report")).await;
    assert_eq!(
        whispered(&world, BOB)[1],
        "The report of *daily* is in <#C0TEAM> already; I bring it up to date."
    );
    assert_eq!(channel(&world).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_channel_without_a_standup_gets_one() {
    let world = three();
    let other = super::ChannelId::new("C0OTHER");
    let mut elsewhere = daily();
    elsewhere.blueprint.channel = other;
    elsewhere.blueprint.name = "standup".to_owned();
    world.standups.put(TEAM, &elsewhere);
    does(&world, ANN, "now", typed("now")).await;
    let made = world.standups.definitions().into_iter().find(|known| known.id != id("0000abcd")).unwrap();
    assert_eq!((made.owner.as_str(), made.blueprint.name.as_str()), (ANN, "standup-2"));
    assert_eq!(made.blueprint.timing, None);
    assert_eq!(made.blueprint.channel.as_str(), TEAM_CHANNEL);
    for user in ANN_BOB_CAT {
        assert!(super::direct(&world, user)[0].text.starts_with("It is time for *standup-2* in <#C0TEAM>:"));
    }
    // The next time it is there.
    does(&world, BOB, "now2", typed("now")).await;
    assert_eq!(world.standups.definitions().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn which_standup_is_meant_is_asked_and_never_guessed() {
    let world = three();
    second(&world);
    for (text, said) in [
        ("now", "Which one? Type */standup now* and its name: *Weekly &lt;sync&gt;* and *daily*."),
        ("report", "Which one? Type */standup report* and its name: *Weekly &lt;sync&gt;* and *daily*."),
        ("now nightly", "No standup is called “nightly”. There is *Weekly &lt;sync&gt;* and *daily*."),
        ("report &lt;x&gt;", "No standup is called “&lt;x&gt;”. There is *Weekly &lt;sync&gt;* and *daily*."),
        (
            "remport",
            "I don't know “remport”. Did you mean */standup report*? */standup help* shows what I can do.",
        ),
        ("skip until", "Skip until when? Try */standup skip until monday* or */standup skip until 24 dec*."),
        ("setup", "Type */standup setup*, and a form opens."),
    ] {
        assert_eq!(answered(&world, ANN, text).await, said);
    }
    assert!(asked(&world, ANN).is_empty());
    assert_eq!(
        answered(&world, ANN, "now WEEKLY &lt;sync&gt;").await,
        "I ask everybody in <#C0TEAM> for *Weekly &lt;sync&gt;* now."
    );
}

#[tokio::test(start_paused = true)]
async fn only_members_of_the_workspace_and_the_channel_can_ask() {
    let members_only = "Only members of this workspace can use me for that.";
    let outside = "Only members of <#C0TEAM> can do that. Join it, then ask again.";
    for (user, text, said) in [
        ("U0GUEST", "now", members_only),
        ("U0STRANGER", "report", members_only),
        ("U0ROBOT", "list", members_only),
        ("U0STRANGER", "skip", members_only),
        ("U0UNKNOWN", "help", members_only),
        ("U0OUTSIDER", "now", outside),
        ("U0OUTSIDER", "report", outside),
    ] {
        let world = three();
        super::person(&world, "U0OUTSIDER", "Out");
        let (recorder, _guard) = Recorder::start();
        assert_eq!(answered(&world, user, text).await, said, "{user} {text}");
        let kind = if said == outside { "not_allowed" } else { "members_only" };
        assert_eq!(recorder.refusals(), [kind], "{user} {text}");
        assert!(asked(&world, ANN).is_empty() && channel(&world).is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn the_list_tells_when_and_offers_to_change() {
    let world = three();
    second(&world);
    does(&world, ANN, "list", typed("list")).await;
    let said = world.slack.said().pop().unwrap();
    assert_eq!(
        words(&said),
        [
            "*daily* in <#C0TEAM>: Mon–Fri at 08:00, report at 10:00 (UTC). Next: Tue 2 Dec 2025.",
            "Edit | Delete",
            "*Weekly &lt;sync&gt;* in <#C0TEAM>: Mon–Fri at 08:00, report at 10:00 (UTC). Next: Tue 2 Dec 2025.",
            "Edit | Delete",
        ]
    );
    assert!(answered(&world, ANN, "").await.starts_with("I ask everybody in a channel the same questions"));
}

/// A standup of a private channel, in which only Bob is.
fn private(world: &World) {
    world.slack.channel("C0PRIVATE", &[BOB, BOT_USER]);
    let blueprint = Blueprint {
        name: "layoffs".to_owned(),
        channel: ChannelId::new("C0PRIVATE"),
        ..super::daily().blueprint
    };
    world.standups.put(TEAM, &Definition::new(super::id("000000ff"), blueprint, UserId::new(BOSS)));
}

#[tokio::test(start_paused = true)]
async fn a_standup_of_a_private_channel_is_named_to_its_members_and_its_owner_alone() {
    for (user, sees) in [(ANN, false), (BOB, true), (BOSS, true)] {
        for text in ["list", "now nothing", "report nothing", "now layoffs"] {
            let world = three();
            private(&world);
            let said = answered(&world, user, text).await;
            let is_asked_by_owner = text == "now layoffs" && user == BOSS;
            assert_eq!(said.contains("*layoffs*"), sees && !is_asked_by_owner, "{user} {text}: {said}");
            assert!(sees || !said.contains("C0PRIVATE"), "{user} {text}: {said}");
            assert!(text == "now layoffs" || said.contains("*daily*"), "{user} {text}: {said}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn in_a_direct_message_a_private_standup_is_none_for_others() {
    let world = three();
    private(&world);
    let wake = super::wants_in(&world, "D0ANN", ANN, "direct", typed("report"));
    world.work(&wake).await.unwrap().unwrap();
    world.settle().await;
    let said = whispered(&world, ANN).pop().unwrap();
    assert!(said.contains("*daily*") && !said.contains("layoffs"), "{said}");
}
