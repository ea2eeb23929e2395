use proptest::prelude::*;

use super::sentences;
use crate::summary::language::Language;

#[track_caller]
fn check(language: &str, expected: &[&str]) {
    let text = expected.join(if matches!(language, "ja" | "zh") { "" } else { " " });
    let found = sentences(&text, 0, &Language::new(language));
    let found: Vec<&str> = found.iter().map(|sentence| sentence.text).collect();
    assert_eq!(found, expected);
}

#[test]
fn abbreviations_end_no_english_sentence() {
    check(
        "en",
        &["Dr. Ada Quill of the U.S. Slope Survey said it moved 3.5 cm.", "It rained, e.g. on Monday."],
    );
    check(
        "en",
        &[
            "J. R. Hale and Mrs. Orr met at 5 p.m. Monday at St. Anne’s.",
            "The talk began at 6 p.m.",
            "It was long.",
        ],
    );
    check(
        "en",
        &[
            "He works for Acme Inc. in Jan. and Feb. 2021.",
            "See https://a.test/b.html?c=1.2 for more.",
            "Done.",
        ],
    );
    check("en", &["It sells to the U.S.", "It also sells to the U.K. and others.", "See No. 5 and Fig. 2."]);
}

#[test]
fn quotations_and_ellipses_stay_with_their_sentence() {
    check(
        "en",
        &[
            "“We left,” she said.",
            "“It was fast.”",
            "Then she paused ... and went on.",
            "Nobody knew…",
            "Why?!",
            "Because.",
        ],
    );
    check("en", &["“Fire!” he cried.", "(It was out.)", "“Walk.”"]);
    check("en", &["1. Fill the pot with water.", "2. Wait."]);
}

#[test]
fn each_language_has_its_own_stops() {
    check(
        "de",
        &[
            "Am 3. Oktober kamen ca. 1.000,50 Euro zusammen, d. h. mehr als erwartet.",
            "Dr. Weber u. a. sagten: „Das ist gut.“",
            "Er ging z. B. nach Hause.",
        ],
    );
    check("de", &["Der Rat tagte am 21.", "Der Bürgermeister kam nicht."]);
    check(
        "fr",
        &[
            "M. Dupont est venu.",
            "« C’est fini ! » a-t-il dit.",
            "« C’est fini ! »",
            "Mme Roux, cf. p. 12, a ri.",
            "Est-ce vrai ?",
        ],
    );
    check(
        "es",
        &[
            "El Sr. López llegó.",
            "¿Qué pasó?",
            "¡Nada!",
            "La Dra. Ruiz pagó 1.000,50 euros en EE. UU. el martes.",
        ],
    );
    check("pt", &["O Sr. Silva chegou às 15h.", "A Dra. Ana pagou R$ 1.000,50."]);
    check("ru", &["Г. Иванов приехал в 2021 г. и сказал, т. е. подтвердил.", "А. С. Зуев писал.", "Конец."]);
    check("ja", &["東京は晴れた。", "「そうですね。」と彼は言った。", "明日は雨だ！", "本当？"]);
    check("zh", &["北京下雨了。", "他说：“很好。”", "然后走了！"]);
    check("ar", &["وصل د. أحمد إلى المدينة.", "هل هذا صحيح؟", "دفع 1.5 مليون."]);
    check("hi", &["वह आया।", "वह गया।"]);
}

#[test]
fn what_never_ends_is_cut_at_spaces() {
    let text = "word ".repeat(2_000);
    let pieces = sentences(&text, 0, &Language::new("en"));
    assert!(pieces.len() > 5 && pieces.iter().all(|piece| piece.text.len() <= super::MAX_BYTES));
    let unbroken = "a".repeat(5_000);
    assert!(sentences(&unbroken, 0, &Language::new("en")).len() > 2);
}

#[test]
fn a_quotation_that_is_never_closed_hides_no_ends() {
    let text = format!("「{}", "これは文です。".repeat(400));
    assert!(sentences(&text, 0, &Language::new("ja")).len() > 100);
}

proptest! {
    #[test]
    fn nothing_is_lost_or_made_up(text in "([a-zA-Z0-9 .!?…。「」“”«»()'\"дЖ漢かไท\\[\\]-]|\\PC){0,300}", code in "en|de|fr|ja|th|ru|xx") {
        let found = sentences(&text, 0, &Language::new(&code));
        let mut rest = text.as_str();
        for sentence in &found {
            let (between, after) = rest.split_once(sentence.text).expect("in order");
            prop_assert!(between.trim().is_empty());
            rest = after;
        }
        prop_assert!(rest.trim().is_empty());
    }
}
