//! What the step prints that is being performed, below the timeline of its run.
//!
//! The timeline is the account; this is only so that nobody has to wonder whether something happens. What comes too fast
//! to be read is counted, and `matoi run output` has all of it.

use std::time::Duration;

use matoi_core::language::Language;
use matoi_edge::client::events::{Event, Events};
use matoi_edge::client::shape::{OutputPart, Run, StepState};

use crate::connection::{Connection, Next, Paused};
use crate::exit::Failure;
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
    /// None while the server is away, and once it is over.
    events: Option<Events>,
    /// What was seen last, to go on behind it.
    after: Option<String>,
    /// Or cannot be watched.
    is_over: bool,
    shown: usize,
    left_out: usize,
}

impl Watched {
    fn new(step: &str, attempt: u32) -> Watched {
        let step = step.to_owned();
        Watched { step, attempt, events: None, after: None, is_over: false, shown: 0, left_out: 0 }
    }
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
            return self.resume(connection);
        }
        self.finish(connection);
        let Some((step, attempt)) = performed else { return };
        let mut watched = Watched::new(step, attempt);
        // The timeline still tells how it ends.
        let following = self.follow(connection, &watched);
        watched.events =
            following.map_err(|it| self.say(&format!("({})", clean(&it.message)))).ok();
        watched.is_over = watched.events.is_none();
        self.watched = Some(watched);
    }

    fn follow(&self, connection: &Connection, watched: &Watched) -> Result<Events, Failure> {
        let attempt = watched.attempt.to_string();
        let place = match &watched.after {
            Some(after) => ("after", after.as_str()),
            None => ("attempt", attempt.as_str()),
        };
        connection.follow(&["runs", self.run, "steps", &watched.step, "output", "follow"], &[place])
    }

    /// Goes on after the server was away.
    fn resume(&mut self, connection: &Connection) {
        let Some(watched) = &self.watched else { return };
        if watched.events.is_none() && !watched.is_over {
            let events = self.follow(connection, watched).ok();
            self.watched = self.watched.take().map(|it| Watched { events, ..it });
        }
    }

    /// Shows what comes for a while.
    pub(super) fn pause(&mut self, connection: &Connection, time: Duration) -> Paused {
        let begun = std::time::Instant::now();
        loop {
            let left = time.saturating_sub(begun.elapsed());
            if left.is_zero() {
                // However much it prints, the timeline has its turn.
                return Paused::Over;
            }
            let Some(watched) = &mut self.watched else { return connection.pause(left) };
            let Some(events) = &mut watched.events else { return connection.pause(left) };
            match connection.next_within(events, left) {
                Ok(Some(Next::Event(event))) => self.show(connection, event),
                Ok(Some(Next::Ended)) => return Paused::Ended,
                Ok(None) => return Paused::Over,
                Ok(Some(Next::Closed)) | Err(_) => watched.events = None,
            }
        }
    }

    /// Shows what is left of the attempt that was watched.
    fn finish(&mut self, connection: &Connection) {
        self.resume(connection);
        let begun = std::time::Instant::now();
        while let Some(events) = self.watched.as_mut().and_then(|it| it.events.as_mut()) {
            let left = LAST_MAX.saturating_sub(begun.elapsed());
            if left.is_zero() {
                break;
            }
            match connection.next_within(events, left) {
                Ok(Some(Next::Event(event))) => self.show(connection, event),
                Ok(Some(Next::Closed | Next::Ended) | None) | Err(_) => break,
            }
        }
        let is_short = |it: &Watched| it.left_out > 0 || !it.is_over;
        let Some(watched) = self.watched.take().filter(is_short) else { return };
        let more = match watched.left_out {
            // The server was away, or it goes on for too long.
            0 => self.language.pick("続き".to_owned(), "more".to_owned()),
            count => self.language.pick(format!("ほか {count} 行"), format!("{count} more lines")),
        };
        let text = format!("{more}: matoi run output {} {}", self.run, watched.step);
        self.say(&format!("… {text}"));
    }

    fn show(&mut self, connection: &Connection, event: Event) {
        let Some(watched) = &mut self.watched else { return };
        if event.name != "output" {
            (watched.events, watched.is_over) = (None, true);
            return;
        }
        watched.after = event.id;
        let Ok(part) = connection.understood::<OutputPart>(event.data) else { return };
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
