//! The cards that ask people, and what is seen of them until they are decided.

use domain::instance::InstanceState;
use domain::job::Status;

use crate::ports::Protection;
use crate::testing::{ANN, Asked, BOSS, Trouble, Typed, World};

/// What can be clicked in the newest message.
fn buttons(world: &World) -> Vec<String> {
    let said = world.slack.said().pop().unwrap();
    let elements = said.blocks.iter().filter_map(|block| block["elements"].as_array()).flatten();
    elements.map(|element| element["text"]["text"].as_str().unwrap().to_owned()).collect()
}

/// The text of the newest message, with the plan's name as `PLAN`.
fn shown(world: &World) -> String {
    let (said, job) = (world.slack.said().pop().unwrap(), asked(world));
    said.text.replace(&job.asked.last().unwrap().plan.short(), "PLAN")
}

/// The job whose plan people were asked about.
fn asked(world: &World) -> domain::job::Job {
    world.jobs.all().into_iter().find(|job| !job.asked.is_empty()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_interrupts_is_asked_about_first() {
    let short = "• web-1 (i-11111111) in eu-west-1: ";
    for (text, words, labels) in [
        (
            "stop web-1",
            format!("Stop web-1? Plan PLAN, valid 10 min.\n{short}*running* → stopped"),
            &["Stop web-1", "Dry run", "Cancel"][..],
        ),
        (
            "stop web-1 --force",
            format!("Stop web-1? Plan PLAN, valid 10 min.\n{short}*running* → stopped, by force"),
            &["Stop web-1", "Dry run", "Cancel"],
        ),
        (
            "reboot web-1",
            format!("Reboot web-1? Plan PLAN, valid 10 min.\n{short}reboot (same host)"),
            &["Reboot web-1", "Dry run", "Cancel"],
        ),
        (
            "restart web-1",
            format!("Restart web-1? Plan PLAN, valid 10 min.\n{short}reboot (same host)"),
            &["Restart web-1", "Dry run", "Cancel"],
        ),
        (
            "stop web-1 db-1 web-3",
            format!(
                "Stop 2 instances? Plan PLAN, valid 10 min.\n{short}*running* → stopped\n\
                 • db-1 (i-44444444) in us-east-1: *running* → stopped\n\
                 web-3 is already stopped (since Fri 18:02 UTC). Nothing to do."
            ),
            &["Stop 2", "Dry run", "Cancel"],
        ),
        (
            "stop asg-1",
            "Stop asg-1? Plan PLAN, valid 10 min.\n\
             • asg-1 (i-88888888) in eu-west-1: *running* → stopped\n\
             asg-1 belongs to the Auto Scaling group web-asg. If you stop it, AWS will replace it."
                .to_owned(),
            &["Stop asg-1", "Dry run", "Cancel"],
        ),
        (
            "terminate web-1",
            format!(
                "Terminate web-1? It will not come back. Plan PLAN, valid 10 min.\n{short}*running* → terminated"
            ),
            &["Terminate…", "Dry run", "Cancel"],
        ),
        (
            "kill web-1",
            format!(
                "Kill web-1? It will not come back. Plan PLAN, valid 10 min.\n{short}*running* → terminated"
            ),
            &["Terminate…", "Force stop web-1", "Dry run", "Cancel"],
        ),
        (
            "kill web-3",
            "Kill web-3? It will not come back. Plan PLAN, valid 10 min.\n\
             • web-3 (i-33333333) in eu-west-1: *stopped* → terminated"
                .to_owned(),
            &["Terminate…", "Dry run", "Cancel"],
        ),
    ] {
        let world = World::new();
        world.plan(&Asked::mention(text)).await;
        assert_eq!(shown(&world), words, "{text}");
        assert_eq!(buttons(&world), labels, "{text}");
        assert_eq!(asked(&world).machine.status.name(), "awaiting", "{text}");
        let card = world.slack.said().remove(0);
        let actions = card.blocks.iter().find(|block| block["type"] == "actions").unwrap();
        assert_eq!(actions["block_id"], "in:1764575999.000100", "{text}: clicks are answered in the thread");
        assert!(card.is_public(), "{text}");
        assert_eq!(world.seam.count("ec2.change"), 0, "{text}");
    }
}

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
         • web-1 (i-11111111) in eu-west-1: *running* → stopped\n\
         • web-2 (i-22222222) in eu-west-1: *running* → stopped\n\
         web-1 is a Spot instance: AWS will refuse, unless its request is persistent.\n\
         web-1 loses its public IP address 3.4.5.6.\n\
         web-2 loses its public IP address 3.4.5.6.\n\
         web-2 loses all data on its instance store volumes.";
    assert_eq!(shown(&world), words);
}

#[tokio::test(start_paused = true)]
async fn what_aws_protects_is_left_out() {
    let stop = Protection { stop: true, terminate: false };
    let terminate = Protection { stop: false, terminate: true };
    for (text, protection, words) in [
        ("stop web-1", stop, Some("only U0ANN: web-1 has stop protection in AWS. I left it alone.")),
        (
            "terminate web-1",
            terminate,
            Some("only U0ANN: web-1 has termination protection in AWS. I left it alone."),
        ),
        ("stop web-1", terminate, None),
        ("terminate web-1", stop, None),
        ("reboot web-1", stop, None),
    ] {
        let world = World::new();
        world.fleet.protect("web-1", protection);
        world.plan(&Asked::mention(text)).await;
        match words {
            Some(words) => assert_eq!(world.answers(), [words], "{text}"),
            None => assert_eq!(asked(&world).machine.status.name(), "awaiting", "{text}"),
        }
        assert_eq!(world.seam.count("ec2.change"), 0);
    }
    let world = World::new();
    world.fleet.protect("web-1", stop);
    world.ask(&Asked::mention("stop web-1 web-2")).await;
    let answer = "thread: 1 of 2 done.\nDone: web-2 is *stopped* (5 s).\nweb-1 has stop protection in AWS. I left it alone.";
    assert_eq!(world.answers(), [answer]);
    assert_eq!(world.fleet.all_done(), ["stop web-2"]);
}

#[tokio::test(start_paused = true)]
async fn protection_that_aws_does_not_tell_keeps_nobody_from_asking() {
    let world = World::new();
    world.seam.always("ec2.protection", Trouble::NotAllowed);
    world.ask(&Asked::mention("stop web-1")).await;
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
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
            "AWS would refuse: UnsupportedOperation for web-1 in eu-west-1 (in EC2's own words).",
        ),
        (Trouble::Busy, "AWS could not be asked whether it would do that to web-1 in eu-west-1."),
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
        let answer = format!("only {user}: Dry run: AWS would stop web-1 and db-1. Nothing was changed.");
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

#[tokio::test(start_paused = true)]
async fn a_second_person_is_asked_before_anything_is_destroyed() {
    let world = World::new();
    let id = world.plan(&Asked::mention("terminate web-1")).await;
    let first = asked(&world).asked.last().unwrap().plan.clone();
    world.justifies(&world.fresh("Terminate…"), "web-1", "it is &lt;old&gt; <!channel>").await;
    world.work_off().await;
    let words = "<@U0ANN> wants to *terminate* web-1 (eu-west-1). Reason: “it is &amp;lt;old&amp;gt; &lt;!channel&gt;”. \
         Needs a workspace admin. Nobody is notified: tell one, or set a group with *account approvers home @group*. \
         Plan PLAN, expires 08:10 UTC.\n\
         • web-1 (i-11111111) in eu-west-1: *running* → terminated";
    assert_eq!(shown(&world), words);
    assert_eq!(buttons(&world), ["Approve", "Deny", "Cancel"]);
    let job = world.jobs.peek(&id).unwrap();
    assert_eq!((job.asked.len(), world.slack.said().len()), (2, 1), "the card has changed, and is one");
    assert_ne!(job.asked[1].plan, first, "the reason is part of the plan");
    assert_eq!(world.seam.count("ec2.change"), 0);
    world.clicks(&world.fresh("Approve").by(BOSS)).await;
    world.settle().await;
    assert_eq!(world.answers(), ["thread: Done: web-1 is *terminated* (5 s)."]);
    assert_eq!(world.fleet.all_done(), ["terminate web-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_group_may_approve_where_one_is_named() {
    let world = World::new();
    world.slack.person("U0EVE", &serde_json::json!({}));
    world.slack.group("S0OPS", &["U0EVE", ANN]);
    world.approvers("S0OPS");
    world.plan(&Asked::mention("terminate web-1")).await;
    world.justifies(&world.fresh("Terminate…"), "i-11111111", "old").await;
    world.work_off().await;
    let card = world.slack.said().remove(0);
    assert!(card.text.contains(" Needs 1 of <!subteam^S0OPS>. Plan "), "{card:#?}");
    let refused = "Only <!subteam^S0OPS> can approve, and not your own request.";
    for user in [BOSS, ANN] {
        world.clicks(&world.fresh("Approve").by(user)).await;
        world.work_off().await;
        assert_eq!(world.answers().pop(), Some(format!("only {user}: {refused}")));
    }
    assert_eq!(world.seam.count("ec2.change"), 0);
    world.clicks(&world.fresh("Approve").by("U0EVE")).await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["terminate web-1"]);
    assert_eq!(world.audit.entries()[0].approvers[0].as_str(), "U0EVE");
}

#[tokio::test(start_paused = true)]
async fn the_name_and_a_reason_are_needed() {
    for (typed, reason) in [("web-2", "old"), ("WEB-1", "old"), ("", "old"), ("web-1", ""), ("web-1", "  ")] {
        let world = World::new();
        world.nobody_agrees();
        let id = world.plan(&Asked::mention("terminate web-1")).await;
        world.justifies(&world.fresh("Terminate…"), typed, reason).await;
        world.work_off().await;
        let job = world.jobs.peek(&id).unwrap();
        assert_eq!((job.machine.status.name(), job.asked.len()), ("awaiting", 1), "{typed}: {reason}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_needs_a_second_person_is_not_asked_for_in_private() {
    let refused =
        "needs a second person who agrees, so ask me in a channel, by mentioning me. I did nothing.";
    for verb in ["terminate", "kill"] {
        let text = format!("{verb} web-1");
        let world = World::new();
        world.ask(&Asked::direct(&text)).await;
        assert_eq!(world.answers(), [format!("direct: To *{verb}* {refused}")]);
        let world = World::new();
        world.run(&Typed::new("/ec2", &text)).await;
        assert_eq!(world.answers(), [format!("only U0ANN: To *{verb}* {refused}")]);
        assert_eq!(world.seam.count("ec2."), 0);
        let world = World::new();
        world.ask(&Asked::direct(&format!("{text} --dry-run"))).await;
        assert_eq!(
            world.answers(),
            [format!("direct: Dry run: AWS would {verb} web-1. Nothing was changed.")]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn who_says_kill_may_mean_less() {
    let world = World::new();
    world.plan(&Asked::mention("kill web-1")).await;
    world.nobody_agrees();
    world.clicks(&world.fresh("Force stop web-1")).await;
    world.work_off().await;
    world.clicks(&world.fresh("Stop web-1")).await;
    world.work_off().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
    let stopped = world.audit.entries();
    assert_eq!(stopped[0].action, domain::instance::Action::Stop { force: true, hibernate: false });
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_is_refused_is_not_run() {
    let world = World::new();
    world.plan(&Asked::mention("stop web-1")).await;
    world.clicks(&world.fresh("Cancel")).await;
    world.settle().await;
    assert_eq!(world.answers(), ["thread: Cancelled by <@U0ANN>. Nothing was run."]);
    assert!(buttons(&world).is_empty());
    let world = World::new();
    world.plan(&Asked::mention("terminate web-1")).await;
    world.justifies(&world.fresh("Terminate…"), "web-1", "old").await;
    world.work_off().await;
    world.clicks(&world.fresh("Deny").by(BOSS)).await;
    world.settle().await;
    assert_eq!(world.answers(), ["thread: Denied by <@U0BOSS>. Nothing was run."]);
    assert_eq!(world.seam.count("ec2.change"), 0);
    let denied = world.jobs.all().into_iter().find(|job| !job.asked.is_empty()).unwrap();
    assert_eq!((denied.machine.status, denied.machine.told), (Status::Denied, true));
}

#[tokio::test(start_paused = true)]
async fn a_private_card_is_decided_by_the_clicks_own_url() {
    for (label, answer, done) in [
        ("Stop web-1", "Done: web-1 is *stopped* (5 s).", &["stop web-1"][..]),
        ("Cancel", "Cancelled by <@U0ANN>. Nothing was run.", &[]),
    ] {
        let world = World::new();
        let typed = Typed::new("/ec2", "stop web-1");
        world.types(&typed).await;
        world.work_off().await;
        // The command's own URL is of no use any more.
        world.slack.use_up(typed.field("response_url"));
        world.clicks(&world.fresh(label)).await;
        world.settle().await;
        assert_eq!(world.answers(), [format!("only U0ANN: {answer}")]);
        assert_eq!(world.fleet.all_done(), done);
    }
    let world = World::new();
    world.types(&Typed::new("/ec2", "stop web-1")).await;
    world.work_off().await;
    world.clicks(&world.fresh("Dry run")).await;
    world.work_off().await;
    assert_eq!(world.answers()[1], "only U0ANN: Dry run: AWS would stop web-1. Nothing was changed.");
    world.settle().await;
    assert_eq!(world.answers()[0], "only U0ANN: Done: web-1 is *stopped* (5 s).");
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_leaves_one_card_that_works() {
    for text in ["stop web-1", "terminate web-1"] {
        for number in 1.. {
            let mut is_over = false;
            for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
                let world = World::new();
                world.nobody_agrees();
                world.seam.trouble(number, "", trouble.clone(), 1);
                let id = world.plan(&Asked::mention(text)).await;
                for _ in 0..5 {
                    if world.jobs.peek(&id).is_some_and(|job| job.machine.status.name() == "awaiting") {
                        break;
                    }
                    world.minute().await;
                }
                let context = format!("{text}: {trouble:?} {number}: {:?}", world.answers());
                let job = world.jobs.peek(&id).unwrap();
                assert_eq!(job.machine.status.name(), "awaiting", "{context}");
                let hash = job.asked.last().unwrap().plan.clone();
                // A card that nobody knows of any more means the same plan.
                for said in world.slack.said() {
                    assert!(said.text.contains(&hash.short()), "{context}");
                }
                let on_record = world
                    .slack
                    .said()
                    .iter()
                    .filter(|said| {
                        Some(&said.ts) == job.card.as_ref().map(|ts| ts.as_str().to_owned()).as_ref()
                    })
                    .count();
                assert_eq!(on_record, 1, "{context}");
                is_over = world.seam.calls().len() < number;
            }
            if is_over {
                break;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_became_old_before_it_was_shown_is_made_anew() {
    let world = World::new();
    world.nobody_agrees();
    world.seam.next("slack.chat.postMessage", Trouble::CrashBefore);
    let id = world.plan(&Asked::mention("stop web-1")).await;
    let before = world.jobs.peek(&id).unwrap().asked.last().unwrap().clone();
    world.wake.take();
    world.fleet.meddle("web-1", InstanceState::Stopped);
    world.clock.later(6 * 60_000).await;
    world.settle().await;
    assert_eq!(world.answers(), ["thread: web-1 is already stopped. Nothing to do."]);
    let job = world.jobs.peek(&id).unwrap();
    assert_eq!(job.asked, [before], "nobody was asked");
    // Where there is still something to do, people are asked about the new plan only.
    let world = World::new();
    world.nobody_agrees();
    world.seam.next("slack.chat.postMessage", Trouble::CrashAfter);
    let id = world.plan(&Asked::mention("stop web-1")).await;
    let old = world.fresh("Stop web-1");
    world.clock.later(6 * 60_000).await;
    world.minute().await;
    assert_eq!(world.jobs.peek(&id).unwrap().asked.len(), 1);
    world.clicks(&old).await;
    world.work_off().await;
    assert_eq!(world.answers().pop().as_deref(), Some("only U0ANN: I know no such plan."));
    world.clicks(&world.fresh("Stop web-1")).await;
    world.settle().await;
    assert_eq!(world.fleet.all_done(), ["stop web-1"]);
}
