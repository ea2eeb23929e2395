//! What people do with the plans that they see.

use domain::job::{Move, Status};

use super::{Who, writing_with};
use crate::model::{NOW, Pc, With, Word, World, hash, moved};

/// Somebody agrees to the plan that they see, or does not, or withdraws it;
/// whatever has become of it.
pub(super) fn click(world: &World, who: Who, seen: u8) -> Vec<World> {
    let Some(record) = &world.record else { return Vec::new() };
    let mut worlds = Vec::new();
    for word in [Word::Yes, Word::No] {
        let mut next = world.clone();
        next.budget.clicks -= 1;
        let (writer, plan_hash) = (next.new_owner(), hash(seen));
        let change = match word {
            Word::Yes => Move::Approve { writer, plan_hash },
            Word::No | Word::Expired => Move::Deny { writer, plan_hash },
        };
        if let Some(after) = moved(record, &change) {
            if let Status::Awaiting { expires, .. } = &record.status {
                assert!(NOW < *expires, "{word:?} is said too late: {world:#?}");
            }
            worlds.push(writing_with(next, who, record.clone(), after, With::Word(seen, word), Pc::Wake));
        }
    }
    worlds
}
