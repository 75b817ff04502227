//! The two languages of pages, reports and the command line.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// A language that people read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Language {
    /// Picks the text of this language.
    pub fn pick<T>(self, ja: T, en: T) -> T {
        match self {
            Language::Ja => ja,
            Language::En => en,
        }
    }

    /// `1日2時間3分4秒`, `1 d 2 h 3 min 4 s`; parts that are zero are left out.
    pub fn duration(self, lasting: SignedDuration) -> String {
        let whole = lasting.unsigned_abs();
        let sign = if lasting.is_negative() { "-" } else { "" };
        let seconds = whole.as_secs();
        let (millis, tenths) = (whole.subsec_millis(), whole.subsec_millis() / 100);
        if seconds == 0 && millis > 0 {
            return self.pick(format!("{sign}{millis}ミリ秒"), format!("{sign}{millis} ms"));
        }
        if seconds < 10 && tenths > 0 {
            return self.pick(
                format!("{sign}{seconds}.{tenths}秒"),
                format!("{sign}{seconds}.{tenths} s"),
            );
        }
        let parts = [
            (seconds / 86_400, self.pick("日", "d")),
            (seconds / 3_600 % 24, self.pick("時間", "h")),
            (seconds / 60 % 60, self.pick("分", "min")),
            (seconds % 60, self.pick("秒", "s")),
        ];
        let said: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, unit)| self.pick(format!("{count}{unit}"), format!("{count} {unit}")))
            .collect();
        if said.is_empty() {
            return self.pick("0秒", "0 s").to_owned();
        }
        format!("{sign}{}", said.join(self.pick("", " ")))
    }
}
