//! What a card says of losses, protection and refusals, and what a dry run tells.

use super::cards::{asked, buttons, shown};
use domain::instance::InstanceState;

use crate::ports::{Clock as _, Protection};
use crate::testing::{ANN, Asked, Trouble, World};

/// When a second message came.
const LATER: &str = "1764576060.000100";

#[tokio::test(start_paused = true)]
async fn lost_addresses_and_disks_are_said() {
    let world = World::new();
    for name in ["web-1", "web-2"] {
        world.fleet.make(name, |instance| instance.public_ip = Some("3.4.5.6".to_owned()));
    }
    world.fleet.make("web-1", |instance| instance.spot = true);
    world.fleet.make("web-2", |instance| instance.instance_type = "m5d.large".to_owned());
    world.plan(&Asked::mention("stop web-1 web-2")).await;
    let words = "Stop 2 instances? They lose their public IPs. Plan PLAN, valid 10 min.\n\
         • `web-1` (i-11111111) in eu-west-1: *running* → stopped\n\
         • `web-2` (i-22222222) in eu-west-1: *running* → stopped\n\
         `web-1` is a Spot instance: AWS will refuse, unless its request is persistent.\n\
         `web-1` loses its public IP address 3.4.5.6.\n\
         `web-2` loses its public IP address 3.4.5.6.\n\
         `web-2` loses all data on its instance store volumes.";
    assert_eq!(shown(&world), words);
}

#[tokio::test(start_paused = true)]
async fn what_aws_protects_is_left_out() {
    let (stop, terminate) = (Protection::Stop, Protection::Termination);
    for (text, protection, words) in [
        ("stop web-1", stop, Some("only U0ANN: `web-1` has stop protection in AWS. I left it alone.")),
        (
            "terminate web-1",
            terminate,
            Some("only U0ANN: `web-1` has termination protection in AWS. I left it alone."),
        ),
        ("stop web-1", terminate, None),
        ("terminate web-1", stop, Some("only U0ANN: `web-1` has stop protection in AWS. I left it alone.")),
        ("reboot web-1", stop, None),
    ] {
        let world = World::new();
        world.fleet.protect("web-1", protection, true);
        world.plan(&Asked::mention(text)).await;
        match words {
            Some(words) => assert_eq!(world.answers(), [words], "{text}"),
            None => assert_eq!(asked(&world).machine.status.name(), "awaiting", "{text}"),
        }
        assert_eq!(world.seam.count("ec2.change"), 0);
    }
    let world = World::new();
    world.fleet.protect("web-1", stop, true);
    world.ask(&Asked::mention("stop web-1 web-2")).await;
    let answer = "thread: 1 of 2 done.\nDone: `web-2` is *stopped* (5 s).\n`web-1` has stop protection in AWS. I left it alone.";
    assert_eq!(world.answers(), [answer]);
    assert_eq!(world.fleet.all_done(), ["stop web-2"]);
}

#[tokio::test(start_paused = true)]
async fn protection_that_a_dry_run_does_not_show_is_told_once_the_call_is_refused() {
    let world = World::new();
    world.fleet.protect("web-1", Protection::Stop, false);
    world.ask(&Asked::mention("stop web-1")).await;
    assert_eq!(world.answers(), ["thread: `web-1` has stop protection in AWS. I left it alone."]);
    world.ask(&Asked::mention("stop web-1 web-2").at(LATER)).await;
    let both = "thread: 1 of 2 done.\nDone: `web-2` is *stopped* (5 s).\n`web-1` has stop protection in AWS. I left it alone.";
    assert_eq!(world.answers().last().map(String::as_str), Some(both));
    assert_eq!(world.fleet.all_done(), ["stop web-2"]);
}

#[tokio::test(start_paused = true)]
async fn a_restart_on_a_new_host_warns_of_encrypted_volumes() {
    let line = "`web-1` has encrypted volumes: AWS starts it again only if my role may use their KMS keys (`EbsKeyArns` of the stack that made the role).";
    for (text, is_said) in [("restart web-1 --new-host", true), ("stop web-1", false)] {
        let world = World::new();
        world.fleet.encrypt("web-1", true);
        world.plan(&Asked::mention(text)).await;
        assert_eq!(shown(&world).lines().any(|said| said == line), is_said, "{text}: {}", shown(&world));
    }
    // A role that was made for an older version may not list volumes.
    let world = World::new();
    world.fleet.encrypt("web-1", true);
    world.seam.always("ec2.volumes", Trouble::NotAllowed);
    world.plan(&Asked::mention("restart web-1 --new-host")).await;
    assert_eq!(asked(&world).machine.status.name(), "awaiting");
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_is_told_at_once_with_its_reason() {
    let words = "is *stopped* again. AWS says: Client.InternalError: Client error on launch. The usual cause is an encrypted volume whose KMS key my role may not use: add the key to `EbsKeyArns` of the stack that made the role, and start it again.";
    let world = World::new();
    world.fleet.encrypt("web-1", false);
    world.fleet.meddle("web-1", InstanceState::Stopped);
    let begun = world.clock.now();
    world.ask(&Asked::mention("start web-1")).await;
    assert_eq!(world.answers(), [format!("thread: `web-1` did not start and {words}")]);
    assert!(world.clock.now().since(begun) < 20_000);
    // Trying again does not take the earlier failure for the new one.
    world.fleet.encrypt("web-1", true);
    world.ask(&Asked::mention("start web-1").at(LATER)).await;
    assert_eq!(world.answers().last().map(String::as_str), Some("thread: Done: `web-1` is *running* (5 s)."));
}

#[tokio::test(start_paused = true)]
async fn the_card_says_what_aws_would_refuse() {
    for (trouble, line) in [
        (
            Trouble::NotAllowed,
            "AWS would refuse: ec2:StopInstances is not allowed for role BellhopEc2 in 123456789012 in eu-west-1 (request req-1).",
        ),
        (
            Trouble::Refused("UnsupportedOperation"),
            "AWS would refuse: UnsupportedOperation for `web-1` in eu-west-1 (in EC2's own words).",
        ),
        (Trouble::Busy, "AWS could not be asked whether it would do that to `web-1` in eu-west-1."),
    ] {
        let world = World::new();
        world.seam.next("ec2.dry-run", trouble);
        world.plan(&Asked::mention("stop web-1")).await;
        assert_eq!(shown(&world).lines().last(), Some(line));
        assert_eq!(buttons(&world), ["Stop web-1", "Dry run", "Cancel"]);
    }
    // One reason for several is said once.
    let world = World::new();
    world.seam.next("ec2.dry-run", Trouble::NotAllowed);
    world.plan(&Asked::mention("stop web-1 web-2")).await;
    assert_eq!(shown(&world).matches("AWS would refuse").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_is_told_to_whoever_asks_and_decides_nothing() {
    let world = World::new();
    world.slack.person("U0EVE", &serde_json::json!({}));
    let id = world.plan(&Asked::mention("stop web-1 db-1")).await;
    for user in [ANN, "U0EVE"] {
        world.clicks(&world.fresh("Dry run").by(user)).await;
        world.work_off().await;
        let answer = format!("only {user}: Dry run: AWS would stop `web-1` and `db-1`. Nothing was changed.");
        assert_eq!(world.answers().pop(), Some(answer));
    }
    assert_eq!(world.jobs.peek(&id).unwrap().machine.status.name(), "awaiting");
    world.clicks(&world.fresh("Dry run").by("U0GUEST")).await;
    world.work_off().await;
    let refused = "only U0GUEST: Only members of this workspace can use me for that.";
    assert_eq!(world.answers().last().map(String::as_str), Some(refused));
    world.clicks(&world.fresh("Stop 2")).await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1", "stop db-1"]);
    assert!(world.audit.entries().iter().all(|entry| entry.job == id), "a dry run is no change");
}
