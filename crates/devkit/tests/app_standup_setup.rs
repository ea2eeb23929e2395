//! Standups are set up, changed and deleted: what the modal complains about, what
//! EventBridge Scheduler is told, and who may do that.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod support;

use devkit::slack::{Modal, Role};
use support::clicked::{on, typed};
use support::plans::OPS;
use support::standups::filled;
use support::{App, MEMBERS_ONLY, app, jobs, words};

/// The labels of the modal.
const CHANNEL: &str = "Channel";
const ZONE: &str = "Time zone";
const OWN: &str = "Time zones of members";

/// `user` types `/standup setup`; the modal.
async fn form(app: &App, user: &str, channel: &str) -> Modal {
    let taken = app.slack().command(&typed(user, channel, "/standup setup")).await.unwrap();
    assert_eq!((taken.error, taken.answer.as_str()), (None, ""));
    app.quieten().await;
    app.slack().modal(user).expect("the modal is open")
}

/// `user` sets one up with these texts; the one sentence that they are told.
async fn set_up(app: &App, user: &str, channel: &str, labels: &[(&str, &str)]) -> String {
    form(app, user, channel).await;
    told(app, user, channel, labels).await
}

/// Submits the modal that is open; the one sentence that `user` is told alone.
async fn told(app: &App, user: &str, channel: &str, labels: &[(&str, &str)]) -> String {
    let before = app.before(user, channel);
    assert_eq!(app.fill_in(user, labels).await, [], "{labels:?}");
    match app.since(&before).private.as_slice() {
        [one] => words(one),
        several => panic!("{labels:?} should get one sentence and got {several:#?}"),
    }
}

/// The schedules there are: the end of the name, the expression, the zone.
fn schedules(app: &App) -> Vec<[String; 3]> {
    let short = |name: &str| name.rsplit('-').next().unwrap().to_owned();
    let all = app.cloud().schedules().into_iter();
    let mut all: Vec<_> = all.map(|one| [short(&one.name), one.expression, one.zone]).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_stands_at_its_input_and_what_is_right_is_scheduled() {
    let app = app().await;
    let modal = form(&app, "ann", OPS).await;
    assert_eq!(modal.title, "Set up a standup");
    assert_eq!(
        modal.inputs,
        [
            "[Name: daily]",
            "[Channel ▾ #ops]",
            "[Questions: What did you work on yesterday? / What is your plan for today? / Any impediments?]",
            "[Days ☑ Mon ☑ Tue ☑ Wed ☑ Thu ☑ Fri ☐ Sat ☐ Sun]",
            "[Ask at: 09:00]",
            "[Report at: 10:00]",
            "[Time zone: Europe/Madrid]",
            "[Time zones of members ☐ Ask everybody at this time where they are]",
        ]
    );
    let long = "x".repeat(41);
    for (label, text, sentence) in [
        ("Name", " \u{a0} ", "Please fill this in."),
        ("Name", long.as_str(), "Up to 40 characters, please."),
        ("Questions", "1\n2\n3\n4\n5\n6", "No more than 5, please."),
        (ZONE, "Europe/Berln", "I don't know this time zone. Did you mean Europe/Berlin?"),
        (ZONE, "Mars", "I don't know this time zone. Write it as in Europe/Berlin."),
    ] {
        let errors = app.fill_in("ann", &[(label, text)]).await;
        assert_eq!(errors, [(label.to_owned(), sentence.to_owned())], "{text}");
    }
    let errors = app.fill_in("ann", &[("Name", long.as_str()), (ZONE, "Mars")]).await;
    assert_eq!(errors.iter().map(|(label, _)| label.as_str()).collect::<Vec<_>>(), ["Name", ZONE]);
    assert_eq!((jobs::all(app.cloud()).len(), schedules(&app).len()), (0, 0), "nothing came of that");

    let right =
        [("Days", "Mon, Wed"), ("Ask at", "9:30"), ("Report at", "09:15"), (ZONE, "america/new_york")];
    let said = told(&app, "ann", OPS, &right).await;
    let saved = "Saved. *daily* in #ops: Mon, Wed at 09:30, report at 09:15 on the day after (America/New_York). Next: ";
    assert!(said.starts_with(saved), "{said}");
    let zone = "America/New_York";
    let expected = |ask: &str, report: &str, zones: [&str; 2]| {
        [["ask", ask, zones[0]], ["report", report, zones[1]]].map(|one| one.map(str::to_owned))
    };
    let expressions = ("cron(30 9 ? * MON,WED *)", "cron(15 9 ? * TUE,THU *)");
    assert_eq!(schedules(&app), expected(expressions.0, expressions.1, [zone; 2]));

    // It is changed, by the button of the list, and what stands there is as it is.
    let listed = app.standup("ann", OPS, "list").await;
    assert!(listed.contains("*daily* in #ops: Mon, Wed at 09:30"), "{listed}");
    let modal = app.open_by(&on("ann", OPS, "Edit")).await;
    assert_eq!(modal.title, "Change a standup");
    assert_eq!(
        modal.inputs[3],
        "[Days ☐ Mon ☑ Tue ☐ Wed ☐ Thu ☐ Fri ☐ Sat ☐ Sun]".replace("☐ Mon ☑ Tue ☐ Wed", "☑ Mon ☐ Tue ☑ Wed")
    );
    let own = "Ask everybody at this time where they are";
    let said = told(&app, "ann", OPS, &[(OWN, own), ("Report at", "20:00"), (ZONE, "UTC")]).await;
    assert!(said.contains("at 09:30 where each member is, report at 20:00 (UTC)"), "{said}");
    let both = expected("cron(0/15 * * * ? *)", "cron(0 20 ? * MON,WED *)", ["UTC"; 2]);
    assert_eq!(schedules(&app), both);
    // Without days it happens only when somebody says so.
    app.open_by(&on("ann", OPS, "Edit")).await;
    let said = told(&app, "ann", OPS, &[("Days", "")]).await;
    assert_eq!(said, "Saved. *daily* in #ops: only when somebody types */standup now*.");
    assert_eq!(schedules(&app).len(), 0);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_owner_and_admins_may_change_it_and_nobody_else() {
    let app = app().await;
    let said = set_up(&app, "bob", OPS, &[]).await;
    assert!(
        said.starts_with("Saved. *daily* in #ops: Mon–Fri at 09:00, report at 10:00 (America/New_York)."),
        "{said}"
    );
    let names: Vec<String> = app.cloud().schedules().into_iter().map(|one| one.name).collect();
    // Kim is a member; gil is a guest, who does not even see the list.
    let refused = "Only the person who has set this standup up, or a workspace admin, may change it.";
    app.standup("kim", OPS, "list").await;
    let modal = app.open_by(&on("kim", OPS, "Edit")).await;
    assert_eq!((modal.text.as_str(), modal.labels.len()), (refused, 0));
    let heard = app.click("kim", OPS, "Delete").await;
    assert_eq!(heard.whisper().plain, refused);
    for text in ["list", "now", "report"] {
        assert_eq!(app.standup("gil", OPS, text).await, MEMBERS_ONLY, "{text}");
    }
    assert_eq!(set_up(&app, "gil", OPS, &[("Name", "gils")]).await, MEMBERS_ONLY);
    let left =
        |app: &App| -> Vec<String> { app.cloud().schedules().into_iter().map(|one| one.name).collect() };
    assert_eq!(left(&app), names, "nothing has changed");

    // Ann is an admin, as long as she is one: the modal that is open does not count.
    app.standup("ann", OPS, "list").await;
    app.open_by(&on("ann", OPS, "Edit")).await;
    app.slack().set_role("ann", Role::Member).unwrap();
    assert_eq!(told(&app, "ann", OPS, &[("Name", "anns")]).await, refused);
    app.slack().set_role("ann", Role::Admin).unwrap();
    app.open_by(&on("ann", OPS, "Edit")).await;
    let said = told(&app, "ann", OPS, &[("Name", "weekly"), ("Days", "Fri")]).await;
    assert!(said.starts_with("Saved. *weekly* in #ops: Fri at 09:00"), "{said}");
    // Bob still owns it. Whoever has the modal open when it goes is told so.
    app.standup("bob", OPS, "list").await;
    app.open_by(&on("bob", OPS, "Edit")).await;
    let heard = app.click("ann", OPS, "Delete").await;
    assert_eq!(heard.whisper().plain, "Deleted *weekly*. Nobody is asked any more.");
    assert_eq!(left(&app), Vec::<String>::new());
    assert_eq!(told(&app, "bob", OPS, &[]).await, "This standup is deleted.");
    assert_eq!(left(&app), Vec::<String>::new(), "it does not come back");
    let none = "There is no standup yet. */standup setup* makes one.";
    assert_eq!(app.standup("ann", OPS, "list").await, none);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_several_and_each_has_a_name() {
    let app = app().await;
    for name in ["daily", "evening round"] {
        assert!(set_up(&app, "ann", OPS, &[("Name", name)]).await.starts_with("Saved."), "{name}");
    }
    let taken = "Another standup is called *Daily*. Nothing was saved; choose another name.";
    assert_eq!(set_up(&app, "bob", "#general", &[("Name", "Daily")]).await, taken);
    assert_eq!(app.cloud().schedules().len(), 4);
    let which = |command: &str| {
        format!("Which one? Type */standup {command}* and its name: *daily* and *evening round*.")
    };
    for text in ["now", "report"] {
        assert_eq!(app.standup("bob", OPS, text).await, which(text));
    }
    let before = app.slack().calls().len();
    let said = app.standup("bob", OPS, "now \"Evening Round\"").await;
    assert_eq!(said, "I ask everybody in #ops for *evening round* now.");
    assert_eq!(app.asked_since(before).len(), 4);
    // Another channel's can be asked for by its name, by those who are there.
    let said = app.standup("bob", "#general", "now daily").await;
    assert_eq!(said, "I ask everybody in #ops for *daily* now.");
    assert_eq!(app.questions("kim").len(), 2, "two on one day");
    // Each has its own report.
    for (name, channel) in [("daily", OPS), ("evening round", "#general")] {
        app.standup("ann", channel, &format!("report {name}")).await;
    }
    let heads: Vec<String> =
        app.reports("ann", OPS).iter().map(|seen| seen.plain.lines().next().unwrap().to_owned()).collect();
    assert!(
        heads[0].starts_with("Standup *daily*, ") && heads[1].starts_with("Standup *evening round*, "),
        "{heads:?}"
    );
    assert_eq!(heads.len(), 2);
    let said = app.standup("ann", OPS, "now dayly").await;
    assert_eq!(said, "No standup is called “dayly”. There is *daily* and *evening round*.");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_without_the_bot_is_told_to_invite_it() {
    let app = app().await;
    // #random is public: who is in it can be seen.
    let said = set_up(&app, "bob", "#random", &[]).await;
    let invite = "I am not in #random yet: invite me there, or I can't post the report.";
    assert!(said.starts_with("Saved. *daily* in #random: ") && said.ends_with(invite), "{said}");
    assert_eq!(app.standup("bob", "#random", "now").await, "I ask everybody in #random for *daily* now.");
    assert_eq!(app.questions("ann").len(), 1);
    let heard = app.command("bob", "#random", "/standup report").await;
    let said: Vec<_> = heard.private.iter().map(words).collect();
    let refused = "I can't post the report of *daily* in #random (Slack says not_in_channel). If I am not in that \
                   channel, invite me; then type */standup report*.";
    assert!(said.iter().any(|one| one == refused), "{said:#?}");
    // #secret is private, and bob's.
    for labels in [&[("Name", "secret")][..], &[("Name", "secret"), (CHANNEL, "#secret")]] {
        let channel = if labels.len() == 1 { "#secret" } else { OPS };
        let said = set_up(&app, "bob", channel, labels).await;
        assert!(
            said.starts_with("I can't see who is in ") && said.ends_with("Invite me there, then ask again."),
            "{said}"
        );
    }
    // Kim is not in #random.
    let said = set_up(&app, "kim", OPS, &[("Name", "kims"), (CHANNEL, "#random")]).await;
    assert_eq!(said, "Only members of #random can do that. Join it, then ask again.");
    assert_eq!(app.standup("kim", OPS, "now daily").await, said);
    assert_eq!(app.cloud().schedules().len(), 2, "only of the first one");
    // In direct messages there is nobody to ask.
    let taken = app.slack().command(&typed("ann", "@bellhop", "/standup setup")).await.unwrap();
    assert_eq!(taken.error, None);
    app.quieten().await;
    assert_eq!(app.slack().modal("ann").unwrap().inputs[1], "[Channel ▾]");
    let refused = app.slack().submit(&filled("ann", &[])).await.unwrap_err();
    assert_eq!(refused.to_string(), "the input “Channel” must be filled in");
    assert!(
        told(&app, "ann", "@bellhop", &[("Name", "mine"), (CHANNEL, "#ops")]).await.starts_with("Saved.")
    );
    app.finish().await;
}
