//! What the sweeper does with a job that is due.

use domain::job::Move;

use super::{Who, writing, writing_with};
use crate::model::{HOLD_ENDS, NOW, Pc, With, Word, World, moved};

/// What the sweeper does with a job that is due.
pub(super) fn sweep(world: &World) -> Option<World> {
    let record = world.record.as_ref()?;
    let mut next = world.clone();
    let writer = next.new_owner();
    let park = Move::Park { writer: writer.clone(), until: HOLD_ENDS };
    let give_up = Move::GiveUp { writer: writer.clone() };
    if record.due.is_some_and(|due| due <= NOW)
        && let Some(expired) = expire(world)
    {
        return Some(expired);
    }
    let (after, then) = if let Some(after) = moved(record, &Move::Drive { writer }) {
        (after, Pc::Wake)
    } else if let Some(after) = moved(record, &park) {
        (after.clone(), Pc::Tell(after))
    } else if record.due.is_some_and(|due| due <= NOW) {
        (moved(record, &give_up)?, Pc::Idle)
    } else {
        return None;
    };
    Some(writing(next, Who::Sweeper, record.clone(), after, then))
}

/// The sweeper lets the plan lapse.
pub(super) fn expire(world: &World) -> Option<World> {
    let record = world.record.as_ref()?;
    let mut next = world.clone();
    let expire = Move::Expire { writer: next.new_owner(), until: HOLD_ENDS };
    let after = moved(record, &expire)?;
    let with = With::Word(world.plan, Word::Expired);
    Some(writing_with(next, Who::Sweeper, record.clone(), after.clone(), with, Pc::Tell(after)))
}
