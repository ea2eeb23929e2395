//! Plans that time, or what happened to an instance, has overtaken.

use devkit::fleet::Machine;
use devkit::slack::Click;
use domain::instance::InstanceState;
use domain::time::Millis;

use crate::support::clicked::on;
use crate::support::plans::{OPS, at};
use crate::support::{App, app, jobs, words};
use crate::{assert_untouched, card_says, plan_name};

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_plan_is_not_run() {
    let app = app().await;
    let stop = app.card("ann", "stop web-1").await;
    let end = app.termination("bob", "web-2").await;
    jobs::let_plans_lapse(app.cloud());
    // Before the sweeper has said so, a click is told.
    for (card, user, button) in [
        (&stop, "ann", "Stop web-1"),
        (&stop, "ann", "Cancel"),
        (&stop, "ann", "Dry run"),
        (&end, "ann", "Approve"),
        (&end, "ann", "Deny"),
    ] {
        let said = app.refused(&at(card, user, button)).await;
        assert!(said.starts_with(&format!("{} has expired (", plan_name(card))), "[{button}] {said}");
        assert!(said.ends_with("). Nothing was run."), "[{button}] {said}");
    }
    app.sweep().await;
    for card in [&stop, &end] {
        let now = app.message("ann", OPS, &card.ts);
        assert!(now.plain.starts_with(&format!("{} has expired (", plan_name(card))), "{now:#?}");
        assert_eq!(now.buttons, ["Ask again"], "{now:#?}");
    }
    // Whoever still has the old card before them hears the same.
    let old = app.reposted(&stop).await;
    let click = Click { ts: Some(old), ..on("ann", OPS, "Stop web-1") };
    assert!(app.refused(&click).await.starts_with(&format!("{} has expired (", plan_name(&stop))));
    assert_untouched(&app);
    assert_eq!(jobs::open(app.cloud()), Vec::<String>::new());
    let heard = app.click_as(&at(&stop, "ann", "Ask again")).await;
    assert_eq!(heard.shout().buttons, ["Stop web-1", "Dry run", "Cancel"], "{heard:#?}");
    app.click_as(&at(heard.shout(), "ann", "Stop web-1")).await;
    assert_eq!((app.changing_calls().len(), app.changes("web-1").stopped), (1, 1));
    app.finish().await;
}

/// What happens to an instance while people think.
type Happening = fn(&App, &str);

fn put(app: &App, name: &str, state: InstanceState) {
    assert!(app.fleet().put(&app.id(name), state));
}

fn vanish(machine: &mut Machine) {
    let (id, region, zone) = (machine.id.clone(), machine.region.clone(), machine.zone.clone());
    *machine = Machine::new(id, region, &zone, InstanceState::Terminated, Millis(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_whose_instance_changed_is_not_run() {
    let happenings: [(Happening, &str); 7] = [
        (|app, name| put(app, name, InstanceState::Stopped), "(was running, now stopped)"),
        (|app, name| put(app, name, InstanceState::Stopping), "(was running, now stopping)"),
        (|app, name| put(app, name, InstanceState::Terminated), "(was running, now terminated)"),
        (|app, name| assert!(app.fleet().alter(&app.id(name), vanish)), "(was running, now gone)"),
        (
            |app, name| {
                let relaunched =
                    |machine: &mut Machine| machine.launched_at = Millis(machine.launched_at.0 + 1_000);
                assert!(app.fleet().alter(&app.id(name), relaunched));
            },
            "(was started anew)",
        ),
        (|app, name| assert!(app.fleet().tag(&app.id(name), "Name", Some("other"))), "now `other`)"),
        (|app, name| assert!(app.fleet().tag(&app.id(name), "Name", None)), "now nothing)"),
    ];
    let app = app().await;
    let names = ["web-0", "web-1", "web-2", "legacy", "sick-1", "api-blue", "web-us-0"];
    for ((happen, what), name) in happenings.iter().zip(names) {
        let card = app.card("ann", &format!("stop {name}")).await;
        happen(&app, name);
        let heard = app.click_as(&at(&card, "ann", &format!("Stop {name}"))).await;
        let said = words(heard.shout());
        assert!(said.starts_with(&format!("`{name}` changed since you asked")), "{what}: {said}");
        assert!(said.contains(what) && said.ends_with("I did nothing."), "{what}: {said}");
        let is_gone = what.contains("gone");
        assert_eq!(heard.shout().buttons.len(), usize::from(!is_gone), "{what}: {heard:#?}");
    }
    assert_untouched(&app);
    // The same before a termination, where the approval comes late.
    let card = app.termination("bob", "cache-1 in us-east-1").await;
    let id = app
        .fleet()
        .instances()
        .into_iter()
        .map(|(_, one)| one)
        .find(|one| one.name() == Some("cache-1") && one.region.as_str() == "us-east-1");
    assert!(app.fleet().put(&id.unwrap().id, InstanceState::Stopped));
    let heard = app.click_as(&at(&card, "ann", "Approve")).await;
    let said = words(heard.shout());
    assert_eq!(said, "`cache-1` changed since you asked (was running, now stopped). I did nothing.");
    assert_eq!(heard.shout().buttons, ["Plan again"]);
    assert_untouched(&app);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_whose_instance_is_protected_meanwhile_is_not_run() {
    let app = app().await;
    let stop = app.card("ann", "stop web-1").await;
    let end = app.termination("bob", "web-2").await;
    for name in ["web-1", "web-2"] {
        assert!(app.fleet().tag(&app.id(name), "bellhop:protected", Some("yes")));
    }
    app.click_as(&at(&stop, "ann", "Stop web-1")).await;
    assert_eq!(card_says(&app, &stop), "`web-1` is protected (bellhop:protected). Nothing was run.");
    app.click_as(&at(&end, "ann", "Approve")).await;
    assert_eq!(card_says(&app, &end), "`web-2` is protected (bellhop:protected). Nothing was run.");
    assert_untouched(&app);
    app.finish().await;
}
