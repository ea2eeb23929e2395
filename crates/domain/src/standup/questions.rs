//! What a question is about, as far as it is answered with more than words.

/// Whether `question` asks what somebody has done, so that what they did with
/// Bellhop is part of the answer.
pub fn is_about_yesterday(question: &str) -> bool {
    question.to_lowercase().contains("yesterday")
}

/// Whether `question` asks what is in somebody's way, so that an instance named
/// in the answer is worth a look.
pub fn is_about_hindrances(question: &str) -> bool {
    let question = question.to_lowercase();
    ["impediment", "block", "hinder", "hindr", "stuck", "obstacle"].iter().any(|word| question.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standup::QUESTIONS;

    #[test]
    fn what_a_question_is_about_shows_in_its_words() {
        for (question, yesterday, hindrances) in [
            (QUESTIONS[0], true, false),
            (QUESTIONS[1], false, false),
            (QUESTIONS[2], false, true),
            ("YESTERDAY?", true, false),
            ("Are you blocked?", false, true),
            ("Any Blockers since yesterday?", true, true),
            ("What hinders you?", false, true),
            ("Hindrances", false, true),
            ("Where are you STUCK", false, true),
            ("", false, false),
        ] {
            assert_eq!(is_about_yesterday(question), yesterday, "{question}");
            assert_eq!(is_about_hindrances(question), hindrances, "{question}");
        }
    }
}
