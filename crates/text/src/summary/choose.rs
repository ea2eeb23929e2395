//! Which sentences are taken, given what each is worth.

use std::cmp::Ordering;

use super::terms::Terms;

/// A sentence that is more alike to a chosen one says it again.
const SAME: f64 = 0.45;

/// How much likeness to chosen sentences counts against one that is not the same.
const NOVELTY: f64 = 0.8;

/// Only so many of the best are compared with each other, for each one wanted.
const CANDIDATES: usize = 12;

/// The places of at most `count` sentences, in ascending order.
pub(super) fn choose(scores: &[f64], terms: &Terms, count: usize) -> Vec<usize> {
    let mut candidates: Vec<(usize, f64)> = scores.iter().copied().enumerate().collect();
    // Of equals, the earlier.
    candidates.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    candidates.truncate(count.saturating_mul(CANDIDATES));
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < count {
        let best = candidates
            .iter()
            .enumerate()
            .filter_map(|(place, (sentence, score))| {
                let alike = chosen.iter().map(|other| terms.likeness(*sentence, *other)).fold(0.0, f64::max);
                (alike <= SAME).then(|| (place, score * (1.0 - NOVELTY * alike)))
            })
            .fold(None, |best: Option<(usize, f64)>, this| match best {
                Some(best) if best.1.total_cmp(&this.1) != Ordering::Less => Some(best),
                _ => Some(this),
            });
        let Some((place, _)) = best else { break };
        chosen.push(candidates.remove(place).0);
    }
    chosen.sort_unstable();
    chosen
}
