//! Channels that another company reads.

use domain::ids::ChannelId;

use super::{
    BOB, HOUR_MS, MONDAY, TEAM_CHANNEL, answer, ask, channel, direct, does, post, three, typed, whispered,
};
use crate::testing::{ANN, BOSS, BOT_USER, World};

#[tokio::test(start_paused = true)]
async fn no_standup_is_set_up_in_a_channel_that_another_company_reads() {
    for flag in ["is_ext_shared", "is_pending_ext_shared"] {
        let world = World::new();
        world.slack.channel(TEAM_CHANNEL, &[ANN, BOT_USER]);
        world.slack.share(TEAM_CHANNEL, flag);
        does(&world, ANN, "now", typed("now")).await;
        let said = whispered(&world, ANN);
        assert!(said[0].contains("is shared with another company"), "{flag}: {said:?}");
        assert!(direct(&world, ANN).is_empty(), "{flag}: nobody is asked");
        world.set(|settings| _ = settings.shared_channels.insert(ChannelId::new(TEAM_CHANNEL)));
        does(&world, ANN, "allowed", typed("now")).await;
        assert!(!direct(&world, ANN).is_empty(), "{flag}: it is allowed now");
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_shared_later_gets_no_report() {
    let world = three();
    ask(&world).await;
    world.slack.share(TEAM_CHANNEL, "is_ext_shared");
    world.clock.later(2 * HOUR_MS).await;
    post(&world).await;
    assert!(channel(&world).is_empty(), "{:?}", channel(&world));
    let told: Vec<String> = direct(&world, BOSS).into_iter().map(|said| said.text).collect();
    assert!(told.iter().any(|text| text.contains("is shared with another company")), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_report_in_a_channel_that_is_shared_later_stays_as_it_is() {
    let world = three();
    ask(&world).await;
    world.clock.later(2 * HOUR_MS).await;
    post(&world).await;
    let before = channel(&world);
    assert_eq!(before.len(), 1);
    world.slack.share(TEAM_CHANNEL, "is_pending_ext_shared");
    does(&world, BOB, "late", answer(MONDAY, ["secret plans", "", ""])).await;
    assert_eq!(channel(&world), before, "the other company would read the answer");
}
