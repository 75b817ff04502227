//! What the step prints that is being performed, below the timeline of its run.
//!
//! The timeline is the account; this is only so that nobody has to wonder whether something happens. What comes too fast
//! to be read is counted, and `matoi run output` has all of it.

use std::time::Duration;

use matoi_core::language::Language;
use matoi_edge::client::events::Events;
use matoi_edge::client::shape::{OutputPart, Run, StepState};

use crate::connection::{Connection, Next, Paused};
use crate::terminal::{Terminal, Tone, clean};

/// Lines of one attempt; more flood a terminal, and the timeline is out of sight.
const LINES_MAX: usize = 200;
/// What an attempt printed last is there when its end is told, or soon after.
const LAST_MAX: Duration = Duration::from_secs(2);

/// Watches one attempt after the other.
pub(super) struct Live<'a> {
    terminal: &'a Terminal,
    run: &'a str,
    language: Language,
    watched: Option<Watched>,
}

/// The attempt that is watched.
struct Watched {
    step: String,
    attempt: u32,
    /// None once it is over, or where it cannot be watched.
    events: Option<Events>,
    shown: usize,
    left_out: usize,
}

impl<'a> Live<'a> {
    pub(super) fn new(terminal: &'a Terminal, run: &'a str, language: Language) -> Live<'a> {
        Live { terminal, run, language, watched: None }
    }

    /// Turns to what is being performed now. Of what was before, the last is shown first.
    pub(super) fn turn_to(&mut self, connection: &Connection, run: &Run) {
        let performed = run.steps.iter().find_map(|it| match it.state {
            Some(StepState::Performing { attempt, .. }) => Some((it.name.as_str(), attempt)),
            Some(_) | None => None,
        });
        let watched = self.watched.as_ref().map(|it| (it.step.as_str(), it.attempt));
        if performed == watched {
            return;
        }
        self.finish(connection);
        self.watched = performed.map(|(step, attempt)| {
            let path = ["runs", self.run, "steps", step, "output", "follow"];
            let following = connection.follow(&path, &[("attempt", &attempt.to_string())]);
            // The timeline still tells how it ends.
            let events =
                following.map_err(|it| self.say(&format!("({})", clean(&it.message)))).ok();
            Watched { step: step.to_owned(), attempt, events, shown: 0, left_out: 0 }
        });
    }

    /// Shows what comes for a while.
    pub(super) fn pause(&mut self, connection: &Connection, time: Duration) -> Paused {
        let begun = std::time::Instant::now();
        loop {
            let left = time.saturating_sub(begun.elapsed());
            let Some(watched) = &mut self.watched else { return connection.pause(left) };
            let Some(events) = &mut watched.events else { return connection.pause(left) };
            match connection.next_within(events, left) {
                Ok(Some(Next::Event(event))) => self.show(connection, &event.name, event.data),
                Ok(Some(Next::Ended)) => return Paused::Ended,
                Ok(None) => return Paused::Over,
                Ok(Some(Next::Closed)) | Err(_) => watched.events = None,
            }
        }
    }

    /// Shows what is left of the attempt that was watched.
    fn finish(&mut self, connection: &Connection) {
        let begun = std::time::Instant::now();
        while let Some(events) = self.watched.as_mut().and_then(|it| it.events.as_mut()) {
            let left = LAST_MAX.saturating_sub(begun.elapsed());
            match connection.next_within(events, left) {
                Ok(Some(Next::Event(event))) => self.show(connection, &event.name, event.data),
                Ok(Some(Next::Closed | Next::Ended) | None) | Err(_) => break,
            }
        }
        let Some(watched) = self.watched.take().filter(|it| it.left_out > 0) else { return };
        let count = watched.left_out;
        let text = self.language.pick(
            format!("ほか {count} 行: matoi run output {} {}", self.run, watched.step),
            format!("{count} more lines: matoi run output {} {}", self.run, watched.step),
        );
        self.say(&format!("… {text}"));
    }

    fn show(&mut self, connection: &Connection, name: &str, data: serde_json::Value) {
        let Some(watched) = &mut self.watched else { return };
        if name != "output" {
            watched.events = None;
            return;
        }
        let Ok(part) = connection.understood::<OutputPart>(data) else { return };
        let room = LINES_MAX.saturating_sub(watched.shown);
        let lines: Vec<String> = part.text.lines().take(room).map(clean).collect();
        watched.shown += lines.len();
        watched.left_out += part.text.lines().count() - lines.len();
        for line in lines {
            self.say(&line);
        }
    }

    fn say(&self, line: &str) {
        self.terminal.say(&self.terminal.toned(Tone::Faint, &format!("          │ {line}")));
    }
}
