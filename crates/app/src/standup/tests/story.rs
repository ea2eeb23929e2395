//! A standup of three people, from the question to the last edit.

use domain::standup::Report;

use super::{
    BOB, CAT, HOUR_MS, MONDAY, QUESTION, SKIPPED, THANKS, answer, ask, channel, direct, does, key, post,
    says, skip, three, words,
};
use crate::ports::Clock as _;
use crate::testing::ANN;

#[tokio::test(start_paused = true)]
async fn three_people_answer_skip_and_come_late_and_the_report_is_right_at_each_step() {
    let world = three();
    ask(&world).await;
    for user in [ANN, BOB, CAT] {
        assert_eq!(says(&world, user), QUESTION);
        assert_eq!(words(&direct(&world, user)[0])[1], "Open report | Skip today");
    }
    does(&world, ANN, "ann", answer(MONDAY, ["The door", "The <window>", "web-1 is slow"])).await;
    assert_eq!(says(&world, ANN), THANKS);
    assert_eq!(words(&direct(&world, ANN)[0]), [THANKS, "daily · Mon 1 Dec 2025", "Edit"]);
    does(&world, BOB, "bob", skip(MONDAY)).await;
    assert_eq!(says(&world, BOB), SKIPPED);
    assert_eq!(words(&direct(&world, BOB)[0])[2], "Open report");
    assert!(channel(&world).is_empty(), "nothing is reported before its time");

    world.clock.later(2 * HOUR_MS).await;
    post(&world).await;
    let report = channel(&world);
    assert_eq!(report.len(), 1);
    let head = "Standup *daily*, Mon 1 Dec 2025\n1 of 3 answered";
    let anns = "*What did you work on yesterday?*\nThe door\n*What is your plan for today?*\nThe &lt;window&gt;\n*Any impediments?*\nweb-1 is slow";
    assert_eq!(words(&report[0]), [head, "Ann | *Ann*", anns, "*Skipped:* Bob", "*Missing:* Cat"]);

    // Cat comes late, and Ann changes her mind.
    does(&world, CAT, "cat", answer(MONDAY, ["", "Everything", ""])).await;
    let report = channel(&world);
    assert_eq!(report.len(), 1, "the report is one message");
    let head = "Standup *daily*, Mon 1 Dec 2025\n2 of 3 answered";
    let cats = "*What is your plan for today?*\nEverything";
    assert_eq!(words(&report[0]), [head, "Ann | *Ann*", anns, "Cat | *Cat*", cats, "*Skipped:* Bob"]);
    does(&world, ANN, "ann2", answer(MONDAY, ["Nothing", "", ""])).await;
    does(&world, BOB, "bob2", answer(MONDAY, ["", "", ""])).await;
    let edited = words(&channel(&world)[0]);
    assert_eq!(edited[2], "*What did you work on yesterday?*\nNothing");
    assert_eq!(edited[3..5], ["Bob | *Bob*", "–"]);
    assert_eq!(edited[0], "Standup *daily*, Mon 1 Dec 2025\n3 of 3 answered");
    assert_eq!(says(&world, BOB), THANKS);
    assert!(
        matches!(world.standups.run(&key(MONDAY)).unwrap().report, Report::Posted { messages } if messages.len() == 1)
    );
    // Nobody was told anything else.
    for user in [ANN, BOB, CAT] {
        assert_eq!(direct(&world, user).len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_is_in_the_way_can_be_checked_from_the_report() {
    let world = three();
    world.stocktaker().handle_refresh(world.clock.now().plus(HOUR_MS)).await.unwrap();
    ask(&world).await;
    does(&world, ANN, "ann", answer(MONDAY, ["web-2", "web-3", "i-0123456789abcdef0 and \"web-1\" hang"]))
        .await;
    world.clock.later(2 * HOUR_MS).await;
    post(&world).await;
    assert_eq!(words(&channel(&world)[0])[3], "check i-0123456789abcdef0 | check web-1");
}
