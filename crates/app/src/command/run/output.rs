//! `matoi run output`: what a step printed, or prints.

use std::io::{ErrorKind, Write as _};
use std::time::Duration;

use matoi_edge::client::shape::{OutputPart, Run, Step, StepState};
use serde_json::Value;

use crate::argument::Format;
use crate::connection::{Connection, Next, Paused};
use crate::exit::{ExitKind, Failure};
use crate::terminal::clean;

use super::super::Desk;
use super::super::follow::{Follow, More};

/// A server that is started again is back in about this time.
const AWAY: Duration = Duration::from_millis(500);

pub(super) fn perform(
    desk: &Desk,
    id: &str,
    step: Option<String>,
    attempt: Option<u32>,
    follow: Follow,
) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let run: Run = connection.get_as(&["runs", id], &[])?;
    let step = match step {
        Some(step) => step,
        None => newest(&run)?,
    };
    // One attempt, also where another one begins in the middle of reading.
    let newest = run.steps.iter().find(|it| it.name == step).map(|it| it.attempts);
    let attempt = attempt.or(newest.filter(|it| *it > 0)).map(|it| it.to_string());
    let of = Of { desk, connection: &connection, id, step: &step, attempt: attempt.as_deref() };
    match follow {
        Follow::No => of.read(),
        Follow::Yes => of.follow(),
    }
}

/// The step that is being performed, or the last one that was.
fn newest(run: &Run) -> Result<String, Failure> {
    let is_performed = |it: &&Step| matches!(it.state, Some(StepState::Performing { .. }));
    let mut begun = run.steps.iter().filter(|it| it.attempts > 0);
    let performed = run.steps.iter().find(is_performed).or_else(|| begun.next_back());
    performed.map(|it| it.name.clone()).ok_or_else(|| {
        Failure::new(ExitKind::Refused, format!("no step of {} has begun", run.id))
            .hint(format!("matoi run show {}", run.id))
    })
}

/// The attempt that is meant.
struct Of<'a> {
    desk: &'a Desk,
    connection: &'a Connection,
    id: &'a str,
    step: &'a str,
    attempt: Option<&'a str>,
}

impl Of<'_> {
    fn query<'q>(&'q self, more: &[(&'q str, &'q str)]) -> Vec<(&'q str, &'q str)> {
        more.iter().copied().chain(self.attempt.map(|it| ("attempt", it))).collect()
    }

    /// Everything that there is now, standard output first.
    fn read(&self) -> Result<(), Failure> {
        let path = ["runs", self.id, "steps", self.step, "output"];
        for stream in ["stdout", "stderr"] {
            let mut from = 0;
            loop {
                let place = from.to_string();
                let query = self.query(&[("stream", stream), ("from", &place)]);
                let answer = self.connection.get(&path, &query)?;
                let part: OutputPart = self.connection.understood(answer.clone())?;
                if part.next == from {
                    break;
                }
                from = part.next;
                if self.show(&answer, &part)? == More::No {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// What there is, and what comes, until the attempt is over. A server that is away is waited for.
    fn follow(&self) -> Result<(), Failure> {
        let path = ["runs", self.id, "steps", self.step, "output", "follow"];
        let (mut after, mut away) = (None::<String>, false);
        loop {
            let query = match &after {
                Some(after) => vec![("after", after.as_str())],
                None => self.query(&[]),
            };
            let watched = self.connection.follow(&path, &query).and_then(|mut events| {
                away = false;
                self.watch(&mut events, &mut after)
            });
            match watched {
                Ok(Watched::Over) => return Ok(()),
                Ok(Watched::Closed) => (),
                Err(failure) if failure.is_away() && !away => {
                    self.desk.remark(&format!("{}; waiting for it …", failure.message));
                    away = true;
                }
                Err(failure) if failure.is_away() => (),
                Err(failure) => return Err(failure),
            }
            if self.connection.pause(AWAY) == Paused::Ended {
                return Ok(());
            }
        }
    }

    fn watch(
        &self,
        events: &mut matoi_edge::client::events::Events,
        after: &mut Option<String>,
    ) -> Result<Watched, Failure> {
        loop {
            let event = match self.connection.next(events)? {
                Next::Event(event) => event,
                Next::Closed => return Ok(Watched::Closed),
                Next::Ended => return Ok(Watched::Over),
            };
            match event.name.as_str() {
                "output" => {
                    let part: OutputPart = self.connection.understood(event.data.clone())?;
                    if self.show(&event.data, &part)? == More::No {
                        return Ok(Watched::Over);
                    }
                    *after = event.id.or(after.take());
                }
                "over" => return Ok(Watched::Over),
                "failed" => {
                    let detail = event.data["detail"].as_str().unwrap_or("it broke off");
                    return Err(Failure::new(ExitKind::Unavailable, clean(detail)));
                }
                _ => (),
            }
        }
    }

    /// Each stream of the step goes to the same stream of ours.
    fn show(&self, answer: &Value, part: &OutputPart) -> Result<More, Failure> {
        if self.desk.terminal.format == Format::Json {
            self.desk.terminal.json(answer);
            return Ok(More::Yes);
        }
        if part.dropped > 0 {
            self.desk.remark(&format!("[matoi: {} bytes were not kept]", part.dropped));
        }
        let text = harmless(&part.text);
        let written = match part.stream.as_str() {
            "stderr" => std::io::stderr().lock().write_all(text.as_bytes()),
            _ => std::io::stdout().lock().write_all(text.as_bytes()),
        };
        match written {
            Ok(()) => Ok(More::Yes),
            // `| head` has seen enough.
            Err(err) if err.kind() == ErrorKind::BrokenPipe => Ok(More::No),
            Err(err) => Err(anyhow::Error::from(err).into()),
        }
    }
}

/// Lines as they are, but for what a terminal would obey; the server has seen to it, if it is one of ours.
fn harmless(text: &str) -> String {
    let cells = |line: &str| line.split('\t').map(clean).collect::<Vec<_>>().join("\t");
    text.split('\n').map(cells).collect::<Vec<_>>().join("\n")
}

/// How watching ended.
enum Watched {
    Over,
    Closed,
}
