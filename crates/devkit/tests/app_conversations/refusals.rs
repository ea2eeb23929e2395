//! What is not done, and why: because it is not plain, or because EC2 or a tag says no.

use devkit::fleet::{Fault, FaultKind};
use domain::instance::InstanceState;

use crate::assert_lines;
use crate::support::agree::question;
use crate::support::plans::{OPS, at};
use crate::support::{app, app_with, jobs, only, say, timeless, words};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_plain_is_not_done() {
    let app = app().await;
    // Two of one name.
    assert_eq!(
        app.ann("stop worker").await,
        "“worker” is 2 instances. Which one?\n\
         • `stop i-054a5054cda2ec003` – `worker`, *stopped*, eu-west-1b\n\
         • `stop i-05e0e14ca778e6176` – `worker`, *running*, eu-west-1a"
    );
    assert_eq!(app.ann("stop db-main").await, "`db-main` is protected (bellhop:protected). I left it alone.");
    assert_eq!(
        app.ann("stop web-9 --dry-run").await.split_once(". Closest").map(|(first, _)| first),
        Some("No instance matches “web-9” in eu-west-1, us-east-1")
    );
    assert!(app.ann("stop *").await.starts_with("I don't *stop* everything."));
    assert!(
        app.ann("stop web-1 in mars-1")
            .await
            .contains("is not a region I may use. Allowed: eu-west-1, us-east-1.")
    );
    assert_eq!(
        app.ann("terminate web-1 web-2").await,
        "That is 2 instances; the limit for *terminate* is 1. Narrow it down."
    );
    assert!(app.ann("stop web-1 at 18:00").await.contains("did nothing"));
    assert_eq!(jobs::awaiting(app.cloud()).len(), 0, "nobody is asked to confirm any of this");
    assert_eq!(app.all_changes(), 0);
    // By id it is plain.
    assert_eq!(timeless(&app.agreed("stop i-05e0e14ca778e6176").await), "Done: `worker` is *stopped* (…).");
    assert_eq!(app.all_changes(), 1);
    // A dry run asks EC2 and changes nothing.
    assert_eq!(
        app.ann("stop web-1 --dry-run").await,
        "Dry run: AWS would stop `web-1`. Nothing was changed."
    );
    assert_eq!((app.state("web-1"), app.all_changes()), (InstanceState::Running, 1));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auto_scaling_group_is_warned_of_before_the_stop() {
    let app = app().await;
    let said = app.ann("stop asg-web").await;
    assert_lines(
        &said,
        &[
            "Stop `asg-web`? It loses its public IP. Plan ",
            "• `asg-web` (i-06ae12c972399d29d) in eu-west-1: *running* → stopped",
            "`asg-web` belongs to the Auto Scaling group web-asg. If you stop it, AWS will replace it.",
            "`asg-web` loses its public IP address ",
        ],
    );
    assert_eq!(app.all_changes(), 0);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ec2_refuses_is_said_in_its_words() {
    let app = app().await;
    app.fleet().inject(Fault::new(FaultKind::NoCapacity).of("StartInstances").on(app.id("web-3")));
    let refused = app.ann("start web-3").await;
    assert!(refused.contains("InsufficientInstanceCapacity"), "{refused}");
    assert_eq!(app.changes("web-3").total(), 0);
    // Of several, the others are still done.
    let partial = timeless(&app.agreed("start web-3 db-old").await);
    assert_lines(
        &partial,
        &["1 of 2 done.", "Done: `db-old` is *running*", "`web-3` failed: InsufficientInstanceCapacity"],
    );
    assert_eq!((app.changes("web-3").total(), app.changes("db-old").started), (0, 1));
    // AWS's own protection is honoured and never switched off. A dry run does not show it.
    let card = app.termination("bob", "vault").await;
    app.click_as(&at(&card, "ann", "Approve")).await;
    let kept = words(&app.message("ann", OPS, &card.ts));
    assert_eq!(kept, "`vault` has termination protection in AWS. I left it alone.");
    let (said, asked) = app.type_in(say("@bellhop stop scheduler web-0")).await;
    assert!(question(&asked[0]).starts_with("Stop 2 instances?"), "{asked:#?}");
    app.agree().await;
    let kept = timeless(&only("stop scheduler web-0", &app.answers("ann", "#ops", &said)));
    let left_alone = "`scheduler` has stop protection in AWS. I left it alone.";
    assert_lines(&kept, &["1 of 2 done.", "Done: `web-0` is *stopped*", left_alone]);
    assert_eq!(app.changes("vault").total() + app.changes("scheduler").total(), 0);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_right_names_the_role() {
    let app = app().await;
    app.fleet().inject(Fault::new(FaultKind::Unauthorized).of("StopInstances"));
    let warned = app.ann("stop web-1").await;
    let role = &app.cloud().stack().function("Ec2").expect("the template has it").role_name;
    let wanted = format!(
        "AWS refused: ec2:StopInstances is not allowed for role {role} in 111122223333 in eu-west-1 (request "
    );
    assert!(warned.contains(&wanted.replace("AWS refused", "AWS would refuse")), "{warned}");
    let refused = app.agreed("stop web-1").await;
    assert!(refused.starts_with(&wanted), "{refused}");
    app.fleet().heal();
    app.fleet().inject(Fault::new(FaultKind::Unauthorized).of("DescribeInstances"));
    let refused = app.ann("stop web-1").await;
    let wanted = format!("eu-west-1: not allowed to describe as {role} in 111122223333 (request ");
    assert!(refused.contains(&wanted), "{refused}");
    assert_eq!((app.all_changes(), jobs::awaiting(app.cloud()).len()), (0, 0));
    app.fleet().heal();
    app.finish_after_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_managed_tag_other_instances_do_not_exist() {
    let app = app_with(|config| {
        config.parameters.insert("ManagedTag".into(), "Owner=ci".into());
    })
    .await;
    let tags = app.instance("Build-Server").tags;
    assert_eq!(tags.get("Owner").map(String::as_str), Some("ci"), "the sample world has the tag: {tags:?}");
    assert_lines(&app.ann("find").await, &["*2 instances*:", "1. `Build-Server`", "2. `Jenkins Master`"]);
    let other = app.id("web-1");
    for asked in [
        "stop web-1".to_owned(),
        format!("stop {other}"),
        "check web-1".to_owned(),
        "stop tag:Env=prod,web-1".to_owned(),
    ] {
        let answer = app.ann(&asked).await;
        assert!(answer.starts_with("No instance") || answer.contains("did nothing"), "{asked}: {answer}");
    }
    let mixed = app.ann("stop \"Jenkins Master\" web-1").await;
    assert!(mixed.starts_with("No instance matches “web-1”"), "{mixed}");
    assert_eq!((app.all_changes(), jobs::awaiting(app.cloud()).len()), (0, 0));
    assert_eq!(
        timeless(&app.agreed("stop \"Jenkins Master\"").await),
        "Done: `Jenkins Master` is *stopped* (…)."
    );
    assert_eq!(app.all_changes(), 1);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_scope_is_answered_at_once_with_what_an_admin_does() {
    let app = app().await;
    let granted = ["app_mentions:read", "chat:write", "commands", "im:history", "im:write"];
    app.slack().set_scopes(&granted).unwrap();
    let lacks = "I can't do that: my Slack app lacks the scope `users:read`. A workspace admin can add it to the \
                 app's manifest (*OAuth & Permissions*), and then has to install me again.";
    for text in ["find web-1", "stop web-1", "start web-3"] {
        assert_eq!(app.ann(text).await, lacks, "{text}");
    }
    assert_eq!(app.all_changes(), 0);
    app.finish().await;
}
