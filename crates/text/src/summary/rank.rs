//! The importance of each sentence by its ties to all others: `PageRank` over
//! how alike sentences are (Mihalcea and Tarau 2004, `TextRank`,
//! <https://aclanthology.org/W04-3252/>).

use super::terms::Terms;
use super::worth::Worth;

/// How likely a reader goes on to a sentence that is alike; otherwise they begin
/// anew. As in the paper.
const DAMPING: f64 = 0.85;

/// The ranks move by less than a thousandth after so many rounds: 0.85^40.
const ROUNDS: usize = 40;

/// The rank of each sentence; 1 on average.
pub(super) fn rank(terms: &Terms, worth: &[Worth]) -> Vec<f64> {
    #[allow(clippy::cast_precision_loss)] // no article has 2^52 sentences
    let count = terms.len() as f64;
    let all: f64 = worth.iter().map(|worth| worth.prior).sum();
    let prior: Vec<f64> = worth.iter().map(|worth| worth.prior / all * count).collect();
    let ones = vec![1.0; terms.len()];
    // A sentence is like itself by 1 (by 0 if it has no terms), which is no tie.
    let itself: Vec<f64> = (0..terms.len()).map(|index| terms.likeness(index, index)).collect();
    let ties: Vec<f64> = terms.spread(&ones).iter().zip(&itself).map(|(all, itself)| all - itself).collect();
    let mut ranks = prior.clone();
    for _ in 0..ROUNDS {
        let given: Vec<f64> = ranks
            .iter()
            .zip(&ties)
            .map(|(rank, ties)| if *ties > 1e-9 { rank / ties } else { 0.0 })
            .collect();
        let received = terms.spread(&given);
        ranks = received
            .iter()
            .zip(given.iter().zip(&itself))
            .zip(&prior)
            .map(|((received, (given, itself)), prior)| {
                (1.0 - DAMPING) * prior + DAMPING * (received - given * itself).max(0.0)
            })
            .collect();
    }
    ranks
}
