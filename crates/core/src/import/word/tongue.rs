//! Which language a document is in.

use crate::import::Refusal;
use crate::language::Language;

/// Words that nearly every text of a language has.
const COMMON: [(&str, &[&str]); 5] = [
    ("English", &["the", "and", "to", "of", "is", "for", "if", "in", "on", "this", "with", "are"]),
    ("Spanish", &["el", "la", "los", "las", "que", "para", "con", "una", "por", "del", "es", "si"]),
    ("German", &["der", "die", "und", "das", "ist", "mit", "nicht", "wenn", "ein", "zu", "auf"]),
    ("French", &["le", "les", "des", "et", "une", "est", "pour", "dans", "sur", "avec", "du"]),
    ("Portuguese", &["os", "uma", "não", "para", "com", "em", "do", "da", "são", "ou", "se"]),
];
/// Signs that Japanese writes so, and Chinese otherwise.
const JAPANESE: &str = "対応発図覧様続関権検済処売読変単観総証歳庁竜広拡実戻込働枠々";
/// Signs that are common in Chinese, and rare or unknown in Japanese.
const CHINESE: &str = "这们对应请为务时报级员题测并的了是您需联系间个這們對應請個";
/// Enough to tell by.
const LOOKED_AT: usize = 200_000;

/// The language of a text, or why it cannot be read.
pub(in crate::import) fn tongue(text: &str) -> Result<Language, Refusal> {
    let mut kana = 0_usize;
    let mut han = 0_usize;
    let mut hangul = 0_usize;
    let mut cyrillic = 0_usize;
    let mut latin = 0_usize;
    for letter in text.chars().take(LOOKED_AT) {
        match letter {
            '\u{3041}'..='\u{30ff}' => kana += 1,
            '\u{4e00}'..='\u{9fff}' => han += 1,
            '\u{ac00}'..='\u{d7af}' => hangul += 1,
            '\u{0400}'..='\u{04ff}' => cyrillic += 1,
            it if it.is_alphabetic() => latin += 1,
            _ => (),
        }
    }
    if hangul > kana && hangul > 20 {
        return Err(Refusal::Language { seems: "Korean" });
    }
    // Tables of nouns have no kana in Japanese either; then the forms of the signs tell.
    if kana * 10 < han && count(text, CHINESE) > count(text, JAPANESE) {
        return Err(Refusal::Language { seems: "Chinese" });
    }
    if kana + han >= 5 && (kana + han) * 20 > latin {
        return Ok(Language::Ja);
    }
    if cyrillic > latin {
        return Err(Refusal::Language { seems: "Russian" });
    }
    latin_tongue(text)
}

fn count(text: &str, signs: &str) -> usize {
    text.chars().take(LOOKED_AT).filter(|it| signs.contains(*it)).count()
}

fn latin_tongue(text: &str) -> Result<Language, Refusal> {
    let mut counts = [0_usize; COMMON.len()];
    let words = text.split(|it: char| !it.is_alphabetic()).filter(|it| !it.is_empty());
    for word in words.take(20_000) {
        let word = word.to_lowercase();
        for ((_, common), count) in COMMON.iter().zip(&mut counts) {
            *count += usize::from(common.contains(&word.as_str()));
        }
    }
    let [english, others @ ..] = counts;
    let other = COMMON.iter().skip(1).zip(others).max_by_key(|it| it.1);
    match other {
        Some(((seems, _), count)) if count > english && count > 10 => {
            Err(Refusal::Language { seems })
        }
        Some(_) | None => Ok(Language::En),
    }
}
