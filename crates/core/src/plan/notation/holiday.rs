//! Holidays of a plan: `jp`, `2026-12-29`, `2026-12-29..2027-01-03`, `holidays/company.ics`.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::plan::calendar::HolidaySet;
use crate::plan::calendar::ics::EVENT_DAYS_MAX;
use crate::plan::finding::Complaint;
use crate::plan::guess;
use crate::plan::notation::handoff::date;
use crate::plan::width::plain;

/// What one item of the list means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Set(HolidaySet),
    Days(Vec<Date>),
    /// A file of the plan, by its path.
    File(String),
}

/// Reads one item.
pub(crate) fn item(text: &str) -> Result<Item, Complaint> {
    let word = plain(text);
    if word.ends_with(".ics") {
        return Ok(Item::File(text.trim().to_owned()));
    }
    if let Some((_, set)) = HolidaySet::ALL.into_iter().find(|(name, _)| *name == word) {
        return Ok(Item::Set(set));
    }
    if let Some((first, last)) = word.split_once("..") {
        return range(text, date(first)?, date(last)?);
    }
    if word.starts_with(|it: char| it.is_ascii_digit()) {
        return Ok(Item::Days(vec![date(text)?]));
    }
    let guessed = guess::closest(&word, HolidaySet::ALL.map(|(name, _)| name));
    let hint = match (word.as_str(), guessed) {
        ("ja" | "japan" | "日本" | "祝日", _) => "did you mean \"jp\"?".to_owned(),
        ("uk" | "england" | "wales" | "英国" | "イギリス", _) => {
            "did you mean \"gb\"?".to_owned()
        }
        ("usa" | "america" | "米国" | "アメリカ", _) => "did you mean \"us\"?".to_owned(),
        (_, Some(it)) => format!("did you mean \"{it}\"?"),
        (_, None) => "write jp, gb, us, 2026-12-29, 2026-12-29..2027-01-03 or holidays/company.ics"
            .to_owned(),
    };
    Err(Complaint::new(format!("there is no set of holidays \"{text}\"")).hint(hint))
}

fn range(text: &str, first: Date, last: Date) -> Result<Item, Complaint> {
    if last < first {
        return Err(Complaint::new(format!("\"{text}\" ends before it begins")));
    }
    let days: Vec<Date> =
        first.series(1.day()).take_while(|it| *it <= last).take(EVENT_DAYS_MAX + 1).collect();
    if days.len() > EVENT_DAYS_MAX {
        return Err(Complaint::new(format!("\"{text}\" is longer than {EVENT_DAYS_MAX} days")));
    }
    Ok(Item::Days(days))
}
