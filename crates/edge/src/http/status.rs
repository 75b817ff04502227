//! Which statuses of an answer are well: `200`, `200-299`, or a list of them.

use std::fmt;
use std::ops::RangeInclusive;

use serde_json::Value;

/// Entries of one list of statuses.
const STATUSES_MAX: usize = 20;
/// Every status that a server may send.
const STATUS: RangeInclusive<u16> = 100..=599;

/// Statuses that are well.
#[derive(Clone, Debug)]
pub(crate) struct Statuses(Vec<RangeInclusive<u16>>);

impl Statuses {
    pub(crate) fn fine() -> Statuses {
        Statuses(vec![200..=299])
    }

    pub(crate) fn parse(value: &Value) -> Option<Statuses> {
        match value {
            Value::Array(list) if (1..=STATUSES_MAX).contains(&list.len()) => {
                list.iter().map(range).collect::<Option<_>>().map(Statuses)
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => range(value).map(|range| Statuses(vec![range])),
        }
    }

    pub(crate) fn contains(&self, status: u16) -> bool {
        self.0.iter().any(|range| range.contains(&status))
    }
}

/// `200`, `"200"` or `"200-299"`.
fn range(value: &Value) -> Option<RangeInclusive<u16>> {
    let range = if let Some(number) = value.as_u64() {
        let status = u16::try_from(number).ok()?;
        status..=status
    } else {
        let text = value.as_str()?;
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        from.trim().parse().ok()?..=to.trim().parse().ok()?
    };
    let is_sound = STATUS.contains(range.start()) && STATUS.contains(range.end());
    (is_sound && !range.is_empty()).then_some(range)
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, range) in self.0.iter().enumerate() {
            let or = if at == 0 { "" } else { " or " };
            if range.start() == range.end() {
                write!(f, "{or}{}", range.start())?;
            } else {
                write!(f, "{or}{}-{}", range.start(), range.end())?;
            }
        }
        Ok(())
    }
}
