//! What people see: lines without anything that a terminal would obey, in colours only where somebody looks.
//!
//! **Invariant:** every text from outside passes [`clean`] before it is shown.

use std::io::{IsTerminal, Write};

use matoi_core::language::Language;

use crate::argument::{Colour, Everywhere, Format};
use crate::surroundings::Surroundings;

pub(crate) mod problem;
pub(crate) mod table;
pub(crate) mod time;

/// Columns where nobody says how many there are.
const WIDTH: u16 = 100;
/// Narrower than this, tables are of no use, and a terminal is left to wrap them.
const WIDTH_MIN: u16 = 40;

/// Where a command speaks.
#[derive(Clone, Debug)]
pub(crate) struct Terminal {
    pub(crate) format: Format,
    /// What the person asked for; the plan's language is taken where they did not.
    wanted: Option<Language>,
    paint: Paint,
    width: u16,
}

/// Whether colours are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    On,
    Off,
}

/// What a text means; colour never says it alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Bad,
    Doubtful,
    Good,
    Strong,
    Faint,
}

impl Terminal {
    pub(crate) fn new(everywhere: &Everywhere, surroundings: &Surroundings) -> Terminal {
        let looked_at = std::io::stdout().is_terminal();
        let plain =
            surroundings.get("NO_COLOR").is_some() || surroundings.get("TERM") == Some("dumb");
        let paint = match everywhere.color {
            Colour::Always => Paint::On,
            Colour::Auto if looked_at && !plain => Paint::On,
            Colour::Auto | Colour::Never => Paint::Off,
        };
        let wanted = everywhere.language.map(Language::from).or_else(|| surroundings.language());
        Terminal { format: everywhere.format, wanted, paint, width: width(surroundings) }
    }

    /// The language, where the plan's is `plan`.
    pub(crate) fn language(&self, plan: Language) -> Language {
        self.wanted.unwrap_or(plan)
    }

    /// The language that the person asked for.
    pub(crate) fn wanted(&self) -> Option<Language> {
        self.wanted
    }

    pub(crate) fn paint(&self) -> Paint {
        self.paint
    }

    /// Columns of a line.
    pub(crate) fn width(&self) -> u16 {
        self.width
    }

    /// Prints lines. Whoever closed the pipe has seen enough, and that is no failure.
    pub(crate) fn say(&self, text: &str) {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    /// Prints one JSON value.
    pub(crate) fn json(&self, value: &serde_json::Value) {
        // Escaped as JSON wants it; what remains of control characters is not obeyed by a terminal.
        self.say(&serde_json::to_string_pretty(value).unwrap_or_default());
    }

    /// `text` in its tone, cleaned.
    pub(crate) fn toned(&self, tone: Tone, text: &str) -> String {
        self.paint.toned(tone, &clean(text))
    }
}

impl Paint {
    fn toned(self, tone: Tone, text: &str) -> String {
        if self == Paint::Off || text.is_empty() {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Bad => "1;31",
            Tone::Doubtful => "33",
            Tone::Good => "32",
            Tone::Strong => "1",
            Tone::Faint => "2",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// One line of `text` that a terminal shows and does not obey: no control characters, no change of direction.
pub(crate) fn clean(text: &str) -> String {
    let shown = |it: char| match it {
        '\n' | '\r' | '\t' => ' ',
        _ if is_obeyed(it) => '\u{fffd}',
        _ => it,
    };
    text.trim_end().chars().map(shown).collect()
}

/// The same of several lines.
pub(crate) fn clean_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(clean).collect();
    lines.join("\n")
}

fn is_obeyed(it: char) -> bool {
    it.is_control() || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn width(surroundings: &Surroundings) -> u16 {
    let told = surroundings.get("COLUMNS").and_then(|it| it.parse().ok());
    let asked = || rustix::termios::tcgetwinsize(std::io::stdout()).ok().map(|it| it.ws_col);
    told.or_else(asked).filter(|it| *it >= WIDTH_MIN).unwrap_or(WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_nothing_from_outside() {
        assert_eq!(clean("db\x1b[2J down"), "db\u{fffd}[2J down");
        assert_eq!(clean("a\r\nb\tc\n"), "a  b c");
        assert_eq!(clean("ok\u{202e}gnp.exe"), "ok\u{fffd}gnp.exe");
        assert_eq!(clean("障害 🚒"), "障害 🚒");
        assert_eq!(clean_lines("a\x07\nb"), "a\u{fffd}\nb");
    }

    #[test]
    fn colours_are_shown_only_where_they_are_on() {
        assert_eq!(Paint::Off.toned(Tone::Bad, "down"), "down");
        assert_eq!(Paint::On.toned(Tone::Bad, "down"), "\x1b[1;31mdown\x1b[0m");
        assert_eq!(Paint::On.toned(Tone::Bad, ""), "");
    }
}
