//! Follows a timeline until there is nothing more to come.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use matoi_core::language::Language;
use matoi_edge::client::shape::{Line, Timeline};

use crate::connection::{Connection, Paused};
use crate::exit::Failure;
use crate::terminal::{Terminal, Tone, clean, time};

use super::Desk;

/// Quick enough to feel live, and seldom enough to be no load.
const PAUSE: Duration = Duration::from_millis(500);

/// Whether to go on with what happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follow {
    No,
    Yes,
}

impl From<bool> for Follow {
    fn from(follow: bool) -> Follow {
        if follow { Follow::Yes } else { Follow::No }
    }
}

/// Whose timeline it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of<'a> {
    Incident(&'a str),
    Run(&'a str),
}

/// A reader of a timeline, who gets every line once.
pub(super) struct Reader<'a> {
    of: Of<'a>,
    language: Language,
    zone: TimeZone,
    after: String,
}

/// What came since the last look, and what time it was for the server.
pub(super) struct News {
    pub(super) now: Timestamp,
    pub(super) lines: Vec<Line>,
}

/// What is looked at beside the timeline.
pub(super) trait Beside {
    /// Looks whether more may come.
    fn look(&mut self, connection: &Connection) -> Result<More, Failure>;

    /// Waits until it is time to look again, unless the person ends it.
    fn pause(&mut self, connection: &Connection, time: Duration) -> Paused {
        connection.pause(time)
    }
}

/// Whether more may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum More {
    Yes,
    No,
}

impl<'a> Reader<'a> {
    pub(super) fn new(of: Of<'a>, language: Language, timezone: &str) -> Reader<'a> {
        Reader { of, language, zone: time::zone(timezone), after: String::new() }
    }

    /// The lines that came since the last look.
    pub(super) fn news(&mut self, connection: &Connection) -> Result<News, Failure> {
        let (kind, id) = match self.of {
            Of::Incident(id) => ("incidents", id),
            Of::Run(id) => ("runs", id),
        };
        let query = [("after", self.after.as_str()), ("language", self.language.pick("ja", "en"))];
        let timeline: Timeline = connection.get_as(&[kind, id, "timeline"], &query)?;
        self.after = timeline.next;
        Ok(News { now: timeline.now, lines: timeline.lines })
    }

    /// Shows one line: when, who, what, with what result.
    pub(super) fn show(&self, terminal: &Terminal, line: &Line, now: Timestamp) {
        let at = terminal.toned(Tone::Faint, &time::short(line.at, &self.zone, now));
        let actor = clean(&line.actor);
        let action = clean(&line.action);
        let mut lines = line.result.lines();
        let first = lines.next().unwrap_or_default();
        let result =
            if first.is_empty() { String::new() } else { format!(" — {}", clean(first)) };
        terminal.say(&format!("{at}  {actor}  {action}{result}"));
        for line in lines {
            terminal.say(&format!("          {}", terminal.toned(Tone::Faint, line)));
        }
    }

    /// Shows what happens until no more may come, or the person ends it.
    ///
    /// A server that is away for a while is waited for: it is the worst moment to leave.
    pub(super) fn follow(
        &mut self,
        desk: &Desk,
        connection: &Connection,
        beside: &mut dyn Beside,
    ) -> Result<(), Failure> {
        let mut away = false;
        loop {
            // Looked at before the lines are read, so that the last line is not missed.
            let seen = beside.look(connection).and_then(|seen| Ok((seen, self.news(connection)?)));
            match seen {
                Ok((more, News { now, lines })) => {
                    away = false;
                    for line in &lines {
                        self.show(&desk.terminal, line, now);
                    }
                    if more == More::No {
                        return Ok(());
                    }
                }
                Err(failure) if failure.is_away() => {
                    if !away {
                        desk.remark(&format!("{}; waiting for it …", failure.message));
                    }
                    away = true;
                }
                Err(failure) => return Err(failure),
            }
            if beside.pause(connection, PAUSE) == Paused::Ended {
                return Ok(());
            }
        }
    }
}
