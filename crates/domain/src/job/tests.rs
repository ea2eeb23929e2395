use super::*;
use crate::ids::{ChannelId, PlanHash, UserId};
use crate::job::machine::{MAX_TELLS, MAX_TRIES};

const NOW: Millis = Millis(1_000_000);
const LATER: Millis = Millis(1_100_000);

fn me() -> Owner {
    Owner::new("me")
}

/// A machine in `status`, free and due.
fn free(status: Status) -> Machine {
    Machine { status, due: Some(NOW), ..Machine::new(Owner::new("gateway"), Millis(0)) }
}

/// The same in the hands of `me`.
fn held(status: Status) -> Machine {
    Machine { writer: me(), held_until: Some(LATER), due: Some(LATER), takes: 1, ..free(status) }
}

fn awaiting() -> Status {
    Status::Awaiting { plan_hash: PlanHash::new("aa"), expires: LATER }
}

fn take() -> Move {
    Move::Take { owner: me(), until: LATER }
}

fn finish(ending: Ending) -> Move {
    Move::Finish { owner: me(), ending }
}

/// The status after `change`, or why not.
fn after(machine: &Machine, change: &Move, now: Millis) -> Result<Status, Refused> {
    step(machine, change, now).map(|next| {
        assert_eq!(next.epoch, machine.epoch + 1, "every write has an epoch of its own");
        next.status
    })
}

#[test]
fn a_worker_takes_up_what_is_free() {
    for (machine, expected) in [
        (free(Status::Pending), Ok(Status::Claimed)),
        (free(Status::Approved), Ok(Status::Claimed)),
        (free(Status::Claimed), Ok(Status::Claimed)),
        (free(Status::Executing), Ok(Status::Executing)),
        (free(Status::Waiting), Ok(Status::Waiting)),
        (free(Status::Unknown), Ok(Status::Unknown)),
        (free(awaiting()), Err(Refused::WrongStatus)),
        (held(Status::Claimed), Err(Refused::Held)),
        (held(Status::Executing), Err(Refused::Held)),
        (Machine { due: None, told: true, ..free(Status::Done) }, Err(Refused::Closed)),
        (Machine { takes: MAX_TRIES, ..free(Status::Claimed) }, Err(Refused::WornOut)),
        (Machine { drives: MAX_TRIES, ..free(Status::Pending) }, Ok(Status::Claimed)),
        (Machine { takes: MAX_TRIES, ..free(Status::Done) }, Ok(Status::Done)),
        (Machine { takes: MAX_TELLS, ..free(Status::Done) }, Err(Refused::WornOut)),
    ] {
        assert_eq!(after(&machine, &take(), NOW), expected, "{machine:?}");
    }
}

#[test]
fn a_hold_ends_when_its_time_is_over() {
    let machine = Machine { writer: Owner::new("other"), ..held(Status::Claimed) };
    assert_eq!(after(&machine, &take(), Millis(LATER.0 - 1)), Err(Refused::Held));
    assert_eq!(after(&machine, &take(), LATER), Ok(Status::Claimed));
    let taken = step(&machine, &Move::Take { owner: me(), until: Millis(LATER.0 + 5) }, LATER).unwrap();
    assert_eq!((taken.writer, taken.takes), (me(), 2));
    assert_eq!((taken.held_until, taken.due), (Some(Millis(LATER.0 + 5)), Some(Millis(LATER.0 + 5))));
}

#[test]
fn each_move_of_a_holder_has_its_status() {
    let all = [Status::Claimed, Status::Executing, Status::Waiting, Status::Done];
    let moves: [(Move, [bool; 4]); 11] = [
        (
            Move::Ask { owner: me(), plan_hash: PlanHash::new("aa"), expires: LATER },
            [true, false, false, false],
        ),
        (Move::Begin { owner: me() }, [true, false, false, false]),
        (Move::Accepted { owner: me() }, [false, true, false, false]),
        (Move::LookAgain { owner: me(), at: LATER }, [true, false, true, false]),
        (Move::Yield { owner: me() }, [true, false, false, false]),
        (finish(Ending::Done), [true, true, true, false]),
        (finish(Ending::Unfinished), [false, false, true, false]),
        (finish(Ending::Unknown), [false, true, true, false]),
        (Move::Told { owner: me() }, [false, false, false, true]),
        (Move::Note { owner: me() }, [true, true, true, true]),
        (Move::Release { owner: me() }, [true, true, true, true]),
    ];
    for (change, allowed) in moves {
        for (status, allowed) in all.iter().zip(allowed) {
            let machine = held(status.clone());
            assert_eq!(after(&machine, &change, NOW).is_ok(), allowed, "{change:?} from {status:?}");
            // Nobody else may, nor the holder when its time is over, nor anybody who holds nothing.
            let others = Machine { writer: Owner::new("other"), ..machine.clone() };
            assert_eq!(after(&others, &change, NOW), Err(Refused::NotHeld), "{change:?}");
            assert_eq!(after(&machine, &change, LATER), Err(Refused::NotHeld), "{change:?}");
            assert_eq!(after(&free(status.clone()), &change, NOW), Err(Refused::NotHeld), "{change:?}");
        }
    }
}

#[test]
fn a_run_without_time_uses_up_no_attempt() {
    let before = Machine { takes: MAX_TRIES - 1, ..free(Status::Claimed) };
    let taken = step(&before, &take(), NOW).unwrap();
    let yielded = step(&taken, &Move::Yield { owner: me() }, NOW).unwrap();
    assert_eq!((yielded.takes, yielded.held_until, yielded.due), (before.takes, None, Some(NOW)));
    // What the sweeper counts stays, so that a job which never gets enough time ends.
    let driven = Machine { drives: 3, ..taken };
    assert_eq!(step(&driven, &Move::Yield { owner: me() }, NOW).unwrap().drives, 3);
}

#[test]
fn waiting_for_what_is_out_of_reach_uses_up_no_attempt() {
    let machine = Machine { takes: MAX_TRIES, drives: MAX_TRIES, ..held(Status::Claimed) };
    let after = step(&machine, &Move::LookAgain { owner: me(), at: LATER }, NOW).unwrap();
    assert_eq!((after.takes, after.drives, after.due), (0, 0, Some(LATER)));
}

#[test]
fn a_decision_is_for_one_plan_in_time() {
    let approve = |hash: &str| Move::Approve { writer: me(), plan_hash: PlanHash::new(hash) };
    let deny = |hash: &str| Move::Deny { writer: me(), plan_hash: PlanHash::new(hash) };
    let machine = free(awaiting());
    for (change, now, expected) in [
        (approve("aa"), NOW, Ok(Status::Approved)),
        (deny("aa"), NOW, Ok(Status::Denied)),
        (approve("bb"), NOW, Err(Refused::OtherPlan)),
        (approve("aa"), LATER, Err(Refused::Expired)),
        (deny("aa"), LATER, Err(Refused::Expired)),
        (Move::Expire { writer: me(), until: LATER }, NOW, Err(Refused::NotDue)),
        (Move::Expire { writer: me(), until: LATER }, LATER, Ok(Status::Expired)),
    ] {
        assert_eq!(after(&machine, &change, now), expected, "{change:?}");
    }
    let approved = step(&machine, &approve("aa"), NOW).unwrap();
    for late in [approve("aa"), deny("aa")] {
        assert_eq!(after(&approved, &late, NOW), Err(Refused::WrongStatus), "the second click");
    }
}

/// What cannot be undone is asked about twice, each time with a plan of its own.
#[test]
fn people_may_be_asked_again_after_they_agreed() {
    let ask = |hash: &str| Move::Ask { owner: me(), plan_hash: PlanHash::new(hash), expires: LATER };
    let approve = |hash: &str| Move::Approve { writer: Owner::new("click"), plan_hash: PlanHash::new(hash) };
    let mut machine = Machine { takes: 4, drives: 3, ..held(Status::Claimed) };
    for (change, status) in [
        (ask("aa"), "awaiting"),
        (approve("aa"), "approved"),
        (take(), "claimed"),
        (ask("bb"), "awaiting"),
        (approve("bb"), "approved"),
        (take(), "claimed"),
        (Move::Begin { owner: me() }, "executing"),
    ] {
        if machine.status == (Status::Awaiting { plan_hash: PlanHash::new("bb"), expires: LATER }) {
            assert_eq!(after(&machine, &approve("aa"), NOW), Err(Refused::OtherPlan), "the first card");
        }
        machine = step(&machine, &change, NOW).unwrap();
        assert_eq!((machine.status.name(), machine.is_closed()), (status, false), "{change:?}");
        // Nobody holds what people are asked about, and the sweeper finds it when it lapses.
        let is_open = matches!(machine.status, Status::Awaiting { .. });
        assert!(!is_open || (machine.held_until, machine.due) == (None, Some(LATER)), "{machine:?}");
        assert!(machine.takes <= 1, "a person's word is progress");
    }
}

#[test]
fn that_nothing_was_run_is_told_too() {
    for (change, now, status) in [
        (Move::Deny { writer: Owner::new("click"), plan_hash: PlanHash::new("aa") }, NOW, Status::Denied),
        (Move::Expire { writer: Owner::new("sweeper"), until: LATER }, LATER, Status::Expired),
    ] {
        let ended = step(&free(awaiting()), &change, now).unwrap();
        assert_eq!((ended.duty(), ended.told, ended.is_closed()), (Some(Duty::Tell), false, false));
        let due = ended.due.unwrap();
        let driven = step(&ended, &Move::Drive { writer: Owner::new("sweeper") }, due).unwrap();
        let taken = step(&driven, &Move::Take { owner: me(), until: Millis(due.0 + 9) }, due).unwrap();
        assert_eq!((taken.status.clone(), taken.duty()), (status, Some(Duty::Tell)));
        for refused in [Move::Begin { owner: me() }, finish(Ending::Done)] {
            assert_eq!(after(&taken, &refused, due), Err(Refused::WrongStatus), "{refused:?}");
        }
        let told = step(&taken, &Move::Told { owner: me() }, due).unwrap();
        assert!(told.told && told.is_closed());
    }
}

#[test]
fn the_sweeper_drives_what_is_due_and_parks_what_is_worn_out() {
    let drive = Move::Drive { writer: me() };
    let park = Move::Park { writer: me(), until: LATER };
    let worn = |status| Machine { drives: MAX_TRIES, ..free(status) };
    for (machine, driven, parked) in [
        (free(Status::Pending), Ok(Status::Pending), Err(Refused::WrongStatus)),
        (free(Status::Waiting), Ok(Status::Waiting), Err(Refused::WrongStatus)),
        (free(awaiting()), Err(Refused::WrongStatus), Err(Refused::WrongStatus)),
        (Machine { due: Some(LATER), ..free(Status::Pending) }, Err(Refused::NotDue), Err(Refused::NotDue)),
        (Machine { due: Some(NOW), ..held(Status::Claimed) }, Err(Refused::Held), Err(Refused::Held)),
        (worn(Status::Pending), Err(Refused::WornOut), Ok(Status::Parked)),
        (worn(Status::Executing), Err(Refused::WornOut), Ok(Status::Parked)),
        (worn(Status::Done), Ok(Status::Done), Err(Refused::WrongStatus)),
    ] {
        assert_eq!(after(&machine, &drive, NOW), driven, "{machine:?}");
        assert_eq!(after(&machine, &park, NOW), parked, "{machine:?}");
    }
    let parked = step(&worn(Status::Executing), &park, NOW).unwrap();
    assert_eq!((parked.duty(), parked.is_closed(), parked.is_held(NOW)), (Some(Duty::Tell), false, true));
}

#[test]
fn pauses_grow_with_the_tries() {
    let mut machine = free(Status::Pending);
    let mut now = NOW;
    let mut pauses = Vec::new();
    while let Ok(next) = step(&machine, &Move::Drive { writer: me() }, now) {
        let due = next.due.unwrap();
        pauses.push(due.since(now) / 1_000);
        (machine, now) = (next, due);
    }
    assert_eq!(pauses, [45, 55, 65, 85, 125]);
    assert!(machine.is_worn_out());
}

#[test]
fn getting_somewhere_counts_the_tries_anew() {
    for change in [finish(Ending::Done), Move::LookAgain { owner: me(), at: LATER }] {
        let machine = Machine { takes: 4, drives: 4, ..held(Status::Waiting) };
        let next = step(&machine, &change, NOW).unwrap();
        assert_eq!((next.takes, next.drives), (0, 0), "{change:?}");
    }
}

#[test]
fn nobody_gives_up_early() {
    let give_up = Move::GiveUp { writer: me() };
    let worn = Machine { drives: MAX_TELLS, ..free(Status::Done) };
    for (machine, expected) in [
        (free(Status::Done), Err(Refused::NotHeld)),
        (Machine { drives: MAX_TRIES, ..free(Status::Done) }, Err(Refused::NotHeld)),
        (worn.clone(), Ok(Status::Done)),
        (held(Status::Done), Ok(Status::Done)),
        (Machine { writer: Owner::new("other"), ..held(Status::Done) }, Err(Refused::Held)),
        (held(Status::Executing), Err(Refused::WrongStatus)),
    ] {
        assert_eq!(after(&machine, &give_up, NOW), expected, "{machine:?}");
    }
    let closed = step(&worn, &give_up, NOW).unwrap();
    assert!(closed.is_closed() && !closed.told, "that nobody was told stays on record");
}

#[test]
fn what_was_asked_for_more_than_ten_minutes_ago_is_late() {
    let job = Job::new(
        JobId::new("ec2#1"),
        TeamId::new("T1"),
        Request {
            user: UserId::new("U1"),
            channel: ChannelId::new("C1"),
            ask: Ask::command("start web-1"),
            answers: Answers::Letter,
        },
        Owner::new("gateway"),
        Millis(1_000_000),
    );
    for (asked_at, now, late_by) in [
        (Some(1_000), 601_000, None),
        (Some(1_000), 601_001, Some(600_001)),
        // A clock that is ahead of ours.
        (Some(2_000_000), 1_000_000, None),
        // What Bellhop does of itself is never late.
        (None, 900_000_000, None),
    ] {
        let job = Job { asked_at: asked_at.map(Millis), ..job.clone() };
        assert_eq!(job.late_by(Millis(now)), late_by, "{asked_at:?} {now}");
    }
}

#[test]
fn a_name_is_retyped_as_it_is_seen() {
    let target = PlanTarget {
        label: "we\u{200b}b-\u{202e}1\u{202c}".to_owned(),
        id: crate::ids::InstanceId::parse("i-0123456789abcdef0").unwrap(),
        account: Alias::new("home"),
        region: Region::new("eu-west-1"),
        launched_at: NOW,
        name: None,
        before: InstanceState::Running,
        progress: Progress::Planned,
        unseen: None,
        warnings: Vec::new(),
        tags: Vec::new(),
    };
    for (typed, is_it) in [
        ("web-1", true),
        (" web-1 ", true),
        ("we\u{200b}b-\u{202e}1\u{202c}", true),
        ("i-0123456789abcdef0", true),
        ("web-2", false),
        ("", false),
        ("\u{200b}", false),
    ] {
        assert_eq!(target.is_called(typed), is_it, "{typed:?}");
    }
}
