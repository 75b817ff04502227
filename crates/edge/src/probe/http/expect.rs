//! What an answer must be.

use std::fmt;
use std::ops::RangeInclusive;

use serde_json::Value;

use crate::config::{ConfigError, Fields};

/// Entries of one list of statuses.
const STATUSES_MAX: usize = 20;
/// Every status that a server may send.
const STATUS: RangeInclusive<u16> = 100..=599;

/// The `expect` of a watch.
pub(super) struct Expect {
    pub(super) status: Statuses,
    /// Must stand somewhere in the body.
    pub(super) text: Option<String>,
}

/// Statuses that are well.
pub(super) struct Statuses(Vec<RangeInclusive<u16>>);

impl Expect {
    pub(super) fn parse(fields: &Fields<'_>) -> Result<Expect, ConfigError> {
        let Some(fields) = fields.fields("expect", &["status", "text"])? else {
            return Ok(Expect { status: Statuses::fine(), text: None });
        };
        let status = match fields.value("status") {
            None => Statuses::fine(),
            Some(value) => Statuses::parse(value).ok_or_else(|| {
                fields.wrong(
                    "status",
                    "must be a status such as 200, a range such as \"200-299\", or a list of them",
                )
            })?,
        };
        Ok(Expect { status, text: fields.text("text")?.map(str::to_owned) })
    }
}

impl Statuses {
    fn fine() -> Statuses {
        Statuses(vec![200..=299])
    }

    fn parse(value: &Value) -> Option<Statuses> {
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

    pub(super) fn contains(&self, status: u16) -> bool {
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
