//! What the audience sees: short lines, in their language.

use std::cell::Cell;
use std::io::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use matoi_core::language::Language;

use super::Ended;

/// The stage.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) language: Language,
    acts: Cell<u32>,
}

impl Stage {
    pub(super) fn new(language: Language) -> Stage {
        Stage { language, acts: Cell::new(0) }
    }

    /// Something that everybody should notice.
    pub(super) fn title(&self, ja: &str, en: &str) {
        self.line(&format!("\n{}", self.language.pick(ja, en)));
    }

    /// The next act.
    pub(super) fn act(&self, ja: &str, en: &str) {
        self.acts.set(self.acts.get() + 1);
        self.line(&format!("\n{}. {}", self.acts.get(), self.language.pick(ja, en)));
    }

    pub(super) fn fact(&self, ja: &str, en: &str, value: &str) {
        self.line(&format!("   {}: {value}", self.language.pick(ja, en)));
    }

    pub(super) fn command(&self, command: &str) {
        self.line(&format!("   {command}"));
    }

    /// One line of the timeline.
    pub(super) fn event(&self, at: Timestamp, zone: &TimeZone, actor: &str, words: &str) {
        let time = at.to_zoned(zone.clone()).strftime("%H:%M:%S%.3f");
        self.line(&format!("   {time}  {actor}  {words}"));
    }

    pub(super) fn check(&self, held: Held, ja: &str, en: &str, detail: &str) {
        let mark = match held {
            Held::Yes => "✓",
            Held::No => "✗",
        };
        let detail = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
        self.line(&format!("   {mark} {}{detail}", self.language.pick(ja, en)));
    }

    pub(super) fn verdict(&self, ended: Ended) {
        match ended {
            Ended::Well => {
                self.title("復旧し、すべて確認できました。", "Recovered, and every proof holds.")
            }
            Ended::Badly => {
                self.title(
                    "確認できないことがあります。上の ✗ をご覧ください。",
                    "Not every proof holds; see the ✗ above.",
                );
            }
        }
    }

    fn line(&self, text: &str) {
        let clean: String =
            text.chars().map(|it| if it.is_control() && it != '\n' { '·' } else { it }).collect();
        // Whoever closed the pipe has seen enough; the demo goes on.
        let _ = writeln!(std::io::stdout().lock(), "{clean}");
    }
}

/// Whether a proof holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Yes,
    No,
}

impl From<bool> for Held {
    fn from(held: bool) -> Held {
        if held { Held::Yes } else { Held::No }
    }
}
