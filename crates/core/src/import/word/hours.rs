//! Hours within a text: `営業時間内（平日 9:00-18:00）`, `sec@example.com (24/7)`.

use crate::plan::calendar::Hours;
use crate::plan::notation::window;

/// The words of a text that are hours.
pub(in crate::import) fn hours_in(text: &str) -> Option<String> {
    if let Some(always) = ["24/7", "24x7"].iter().find(|it| text.contains(**it)) {
        return Some((*always).to_owned());
    }
    let is_hours = |it: &&str| it.chars().count() >= 3 && window::hours(it).is_ok();
    // What stands in brackets is one thing; only then is it taken apart.
    let wide = text.split(['、', '(', ')', '（', '）', '/']).map(str::trim);
    let narrow = text.split(['、', '(', ')', '（', '）', ' ', '/']).map(str::trim);
    wide.chain(narrow).find(is_hours).map(str::to_owned)
}

/// The windows that a text names; round the clock is no part of the day.
pub(in crate::import) fn windows_in(text: &str) -> Option<String> {
    hours_in(text).filter(|it| match window::hours(it) {
        Ok(Hours::Windows { .. }) => true,
        Ok(Hours::Always | Hours::EmergencyOnly) | Err(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::hours_in;

    #[test]
    fn hours_are_found_whole() {
        for (text, hours) in [
            ("営業時間内（平日 9:00-18:00）", Some("平日 9:00-18:00")),
            ("Business hours (mon-fri 09:00-17:00)", Some("mon-fri 09:00-17:00")),
            ("ops@example.com 平日9-18時", Some("平日9-18時")),
            ("ops@example.com (24/7)", Some("24/7")),
            ("夜間・休日", None),
            ("out of hours", None),
        ] {
            assert_eq!(hours_in(text).as_deref(), hours, "{text}");
        }
    }
}
