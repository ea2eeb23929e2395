//! Setting up, changing and removing.

use domain::ids::ChannelId;
use domain::standup::{Blueprint, Errand, StandupId};
use serde_json::json;

use super::{BOB, CAT, TEAM_CHANNEL, daily, does, id, three, whispered};
use crate::testing::{ANN, BOSS, BOT_USER, Recorder, Trouble, World};

fn wanted(name: &str, channel: &str) -> Blueprint {
    Blueprint { name: name.to_owned(), channel: ChannelId::new(channel), ..daily().blueprint }
}

fn set_up(standup: Option<StandupId>, blueprint: Blueprint) -> Errand {
    Errand::SetUp { standup, blueprint }
}

async fn said(world: &World, user: &str, name: &str, errand: Errand) -> String {
    does(world, user, name, errand).await;
    whispered(world, user).pop().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_new_standup_is_saved_with_its_schedules() {
    let world = three();
    world.slack.channel("C0OTHER", &[ANN]);
    let told = said(&world, ANN, "new", set_up(None, wanted("retro", "C0OTHER"))).await;
    assert_eq!(
        told,
        "Saved. *retro* in <#C0OTHER>: Mon–Fri at 08:00, report at 10:00 (UTC). Next: Tue 2 Dec 2025.\nI am not in <#C0OTHER> yet: invite me there, or I can't post the report."
    );
    let made =
        world.standups.definitions().into_iter().find(|known| known.blueprint.name == "retro").unwrap();
    assert_eq!(made.owner.as_str(), ANN);
    let names = [format!("T0ACME-{}-ask", made.id), format!("T0ACME-{}-report", made.id)];
    assert_eq!(world.standups.schedule_names(), names);
    // Its own owner changes it, and removes it.
    let told =
        said(&world, ANN, "change", set_up(Some(made.id.clone()), wanted("retro", TEAM_CHANNEL))).await;
    assert!(told.starts_with("Saved. *retro* in <#C0TEAM>:") && !told.contains("invite"), "{told}");
    let told = said(&world, ANN, "remove", Errand::Remove { standup: made.id.clone() }).await;
    assert_eq!(told, "Deleted *retro*. Nobody is asked any more.");
    assert!(world.standups.schedule_names().is_empty());
    let told = said(&world, ANN, "removed", Errand::Remove { standup: made.id }).await;
    assert_eq!(told, "This standup is deleted.");
}

#[tokio::test(start_paused = true)]
async fn who_may_set_up_change_and_remove() {
    let not_yours = "Only the person who has set this standup up, or a workspace admin, may change it.";
    let members = "Only members of this workspace can use me for that.";
    let daily_id = || Some(id("0000abcd"));
    let remove = || Errand::Remove { standup: id("0000abcd") };
    let outside = "Only members of <#C0OPS> can do that. Join it, then ask again.";
    let unseen = "I can't see who is in <#C0HIDDEN>. Invite me there, then ask again.";
    for (user, errand, told) in [
        (ANN, set_up(daily_id(), wanted("mine", TEAM_CHANNEL)), not_yours),
        (ANN, remove(), not_yours),
        ("U0GUEST", set_up(None, wanted("mine", TEAM_CHANNEL)), members),
        ("U0STRANGER", set_up(None, wanted("mine", TEAM_CHANNEL)), members),
        ("U0GUEST", remove(), not_yours),
        (
            ANN,
            set_up(None, wanted("Daily", TEAM_CHANNEL)),
            "Another standup is called *Daily*. Nothing was saved; choose another name.",
        ),
        (ANN, set_up(None, wanted("mine", "C0OPS")), outside),
        (ANN, set_up(None, wanted("mine", "C0HIDDEN")), unseen),
        (
            ANN,
            set_up(None, wanted("mine", "D0DIRECT")),
            "A standup needs a channel whose members I ask. Type that in a channel.",
        ),
        (
            ANN,
            set_up(None, wanted("mine", "C0CLOSED")),
            "<#C0CLOSED> is closed or no channel, so nothing was saved.",
        ),
        (ANN, set_up(Some(id("00000000")), wanted("mine", TEAM_CHANNEL)), "This standup is deleted."),
    ] {
        let world = three();
        world.slack.channel("C0OPS", &[BOB, BOT_USER]);
        world.slack.channel("C0CLOSED", &[ANN]);
        let (recorder, _guard) = Recorder::start();
        assert_eq!(said(&world, user, "try", errand.clone()).await, told, "{user} {errand:?}");
        let counted = match told {
            told if told == members => vec!["members_only"],
            told if told == not_yours || told == outside => vec!["not_allowed"],
            // What cannot be done at all is no refusal.
            _ => vec![],
        };
        assert_eq!(recorder.refusals(), counted, "{user} {errand:?}");
        assert_eq!(world.standups.definitions(), [daily()], "{errand:?}");
        assert!(world.standups.schedule_names().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn an_admin_may_and_an_owner_who_is_no_member_any_more_may_not() {
    let not_yours = "Only the person who has set this standup up, or a workspace admin, may change it.";
    let change = set_up(Some(id("0000abcd")), wanted("hers", TEAM_CHANNEL));
    let remove = Errand::Remove { standup: id("0000abcd") };
    let world = three();
    world.slack.person(CAT, &json!({"is_admin": true}));
    assert!(said(&world, CAT, "change", change).await.starts_with("Saved."));
    world.slack.person(BOSS, &json!({"is_restricted": true}));
    assert_eq!(said(&world, BOSS, "remove", remove).await, not_yours);
    assert_eq!(world.standups.definitions()[0].owner.as_str(), BOSS, "who changes it does not take it over");
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_saves_and_removes_once() {
    let played = async |from: usize, trouble: Option<Trouble>| {
        let world = three();
        if let Some(trouble) = trouble {
            world.seam.trouble(from, "", trouble, 1);
        }
        does(&world, ANN, "new", set_up(None, wanted("retro", TEAM_CHANNEL))).await;
        let made = world.standups.definitions().into_iter().find(|known| known.blueprint.name == "retro");
        let made = made.unwrap_or_else(|| panic!("not saved after {from}"));
        assert_eq!(world.standups.schedule_names().len(), 2, "{from}");
        assert_eq!(world.standups.definitions().len(), 2, "{from}");
        does(&world, ANN, "remove", Errand::Remove { standup: made.id }).await;
        assert_eq!(world.standups.definitions(), [daily()], "{from}");
        assert!(world.standups.schedule_names().is_empty(), "{from}");
        let told = whispered(&world, ANN);
        assert!(
            told.iter().all(|text| text.starts_with("Saved.")
                || text.starts_with("Deleted")
                || text.starts_with("This standup is deleted")),
            "{from}: {told:?}"
        );
        world.seam.calls().len()
    };
    let calls = played(0, None).await;
    for number in 1..=calls {
        for trouble in [Trouble::CrashBefore, Trouble::CrashAfter, Trouble::FailBefore, Trouble::FailAfter] {
            played(number, Some(trouble)).await;
        }
    }
}
