//! What is answered without any change: refusals to the person alone, lists
//! and checks in the thread.

use super::check;
use crate::testing::{Asked, Trouble, World};

#[tokio::test(start_paused = true)]
async fn what_is_not_understood_is_not_done_and_asks_ec2_nothing() {
    for (text, answer) in [
        ("", "Hi <@U0ANN>. Try *find*, *check*, *start*, *stop*, or *help*."),
        ("version", concat!("Bellhop ", env!("CARGO_PKG_VERSION"))),
        ("help standup", "I do not run standups yet."),
        ("stpo web-1", "I don't know “stpo”. Did you mean `stop web-1`?"),
        (
            "frobnicate",
            "I didn't understand “frobnicate”. I can find, check, start, stop, reboot, restart and terminate EC2 instances. Say *help* for more.",
        ),
        ("s3 list", "I only know *ec2* here. “s3” is not set up."),
        (
            "stop",
            "Stop what? Give an instance ID, a name, or a filter, e.g. *stop web-1* or *stop tag:Env=dev*.",
        ),
        (
            "stop all",
            "I don't *stop* everything. Give an instance ID, a name, or a filter, e.g. *stop web-1* or *stop tag:Env=dev*.",
        ),
        ("stop web-1 =42", "I don't understand “=42” in this command, so I did nothing."),
        ("stop web-1 in mars", "“mars” is not a region I may use. Allowed: eu-west-1, us-east-1."),
        (
            "stop web-1 for 2h",
            "I can't do things for a time only yet, so I did nothing. Leave that out to do it now.",
        ),
        (
            "stop web-1 at 18:00",
            "I can't do things at a set time yet, so I did nothing. Leave that out to do it now.",
        ),
        (
            "start web-3 until 18:00",
            "I can't do things at a set time yet, so I did nothing. Leave that out to do it now.",
        ),
        ("stop web-1 for acme", "I don't know the account “acme”. I look after 123456789012 only."),
        ("find for 999999999999", "I don't know the account “999999999999”. I look after 123456789012 only."),
        ("stop web-1\nstop web-2", "I take one command, on one line. I did nothing."),
        (
            "find nothing=1",
            "“nothing=1” is not a filter that I know; say *help filters* for a list. I did nothing.",
        ),
        (
            "find &lt;!channel&gt;=1",
            "I don't understand “&lt;!channel&gt;=1” in this command, so I did nothing.",
        ),
    ] {
        let world = World::new();
        check(&world, &Asked::mention(text), &[&format!("only U0ANN: {answer}")], &[]).await;
        assert_eq!(world.seam.count("ec2."), 0, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_that_can_change_nothing_says_why() {
    for (text, answer) in [
        (
            "stop web-9",
            "only U0ANN: No instance matches “web-9” in eu-west-1, us-east-1. Closest: `web-1`, `web-2`, `web-3`.",
        ),
        ("stop web-1 in us-east-1", "only U0ANN: No instance matches “web-1” in us-east-1."),
        (
            "stop twin",
            "only U0ANN: “twin” is 2 instances. Which one?\n• `stop i-99999999` – `twin`, *running*, eu-west-1a\n• `stop i-aaaaaaaa` – `twin`, *running*, us-east-1a",
        ),
        (
            "terminate web-1 web-2",
            "only U0ANN: That is 2 instances; the limit for *terminate* is 1. Narrow it down.",
        ),
        ("stop web-3", "thread: `web-3` is already stopped (since Fri 18:02 UTC). Nothing to do."),
        ("start web-1", "thread: `web-1` is already running. Nothing to do."),
        (
            "start web-1 web-2",
            "thread: `web-1` is already running. Nothing to do.\n`web-2` is already running. Nothing to do.",
        ),
        ("reboot web-3", "only U0ANN: `web-3` is *stopped*; try again when it is running."),
        ("restart web-3", "only U0ANN: `web-3` is *stopped*. Say `start web-3` to bring it up."),
        ("stop new-1", "only U0ANN: `new-1` is *pending*; try again when it is running."),
        ("start old-1", "only U0ANN: `old-1` is *terminated*; it will not come back."),
        ("stop vault", "only U0ANN: `vault` is protected (bellhop:protected). I left it alone."),
        ("reboot vault", "only U0ANN: `vault` is protected (bellhop:protected). I left it alone."),
        ("terminate vault", "only U0ANN: `vault` is protected (bellhop:protected). I left it alone."),
        ("kill vault", "only U0ANN: `vault` is protected (bellhop:protected). I left it alone."),
    ] {
        let world = World::new();
        check(&world, &Asked::mention(text), &[answer], &[]).await;
        assert_eq!(world.seam.count("ec2.change"), 0, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn lists_and_checks_are_for_everybody() {
    for (text, answer) in [
        (
            "find web-*",
            "*3 instances*: 2 running, 1 stopped (3 in eu-west-1)\n\
             1. `web-1` `i-11111111` · running · t3.micro · eu-west-1a · 10.0.0.1\n\
             2. `web-2` `i-22222222` · running · t3.micro · eu-west-1a · 10.0.0.2\n\
             3. `web-3` `i-33333333` · stopped · t3.micro · eu-west-1a · 10.0.0.3",
        ),
        (
            "find stopped ec2 instances",
            "*1 instance*: 1 stopped (1 in eu-west-1)\n\
             1. `web-3` `i-33333333` · stopped · t3.micro · eu-west-1a · 10.0.0.3",
        ),
        ("find tag:Env=none", "No instances match."),
        (
            "check web-1",
            "`web-1` is *running* for 3 days. Both status checks pass.\n    \
             `i-11111111` · t3.micro · eu-west-1a · 10.0.0.1",
        ),
        (
            "check vault web-3",
            "`vault` is *running* for 3 days. Both status checks pass.\n    \
             `i-77777777` · t3.micro · eu-west-1a · 10.0.0.7 · protected\n\
             `web-3` is *stopped*.\n    `i-33333333` · t3.micro · eu-west-1a · 10.0.0.3",
        ),
    ] {
        let world = World::new();
        check(&world, &Asked::mention(text), &[&format!("thread: {answer}")], &[]).await;
        assert_eq!(world.slack.said()[0].thread.as_deref(), Some("1764575999.000100"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_says_where_it_could_not_look() {
    let world = World::new();
    world.seam.next("ec2.describe us-east-1", Trouble::Busy);
    let answer = "thread: *1 instance*: 1 stopped (1 in eu-west-1)\n\
         1. `web-3` `i-33333333` · stopped · t3.micro · eu-west-1a · 10.0.0.3\n\
         us-east-1: AWS could not be reached or asked to slow down.";
    check(&world, &Asked::mention("find stopped"), &[answer], &[]).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_not_found_may_be_where_nothing_could_be_seen() {
    let world = World::new();
    world.seam.next("ec2.describe us-east-1", Trouble::Busy);
    let answer = "only U0ANN: No instance matches “db-1” in eu-west-1.\n\
         us-east-1: AWS could not be reached or asked to slow down.";
    check(&world, &Asked::mention("check db-1"), &[answer], &[]).await;
}

#[tokio::test(start_paused = true)]
async fn a_check_without_status_checks_shows_the_rest() {
    let world = World::new();
    world.seam.next("ec2.health", Trouble::Refused("RequestExpired"));
    let answer = "thread: `web-1` is *running* for 3 days.\n    \
         `i-11111111` · t3.micro · eu-west-1a · 10.0.0.1\n\
         eu-west-1: AWS answered RequestExpired (in EC2's own words).";
    check(&world, &Asked::mention("check web-1"), &[answer], &[]).await;
}

#[tokio::test(start_paused = true)]
async fn a_change_needs_every_region_to_be_seen() {
    for (trouble, line) in [
        (Trouble::Busy, "us-east-1: AWS could not be reached or asked to slow down."),
        (
            Trouble::NotAllowed,
            "us-east-1: not allowed to describe as BellhopEc2 in 123456789012 (request req-1).",
        ),
        (Trouble::Refused("OptInRequired"), "us-east-1: AWS answered OptInRequired (in EC2's own words)."),
    ] {
        let world = World::new();
        world.seam.next("ec2.describe us-east-1", trouble);
        let answer = format!("only U0ANN: I could not look everywhere, so I did nothing.\n{line}");
        check(&world, &Asked::mention("stop web-1"), &[&answer], &[]).await;
        assert_eq!(world.seam.count("ec2.change"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_of_nothing_but_blind_regions_is_no_list() {
    let world = World::new();
    world.seam.always("ec2.describe", Trouble::Busy);
    let answer = "only U0ANN: I could not look everywhere, so I did nothing.\n\
         eu-west-1 and us-east-1: AWS could not be reached or asked to slow down.";
    check(&world, &Asked::mention("find"), &[answer], &[]).await;
}
