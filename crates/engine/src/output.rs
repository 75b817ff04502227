//! What steps print, for people who watch.
//!
//! **Invariant:** nothing is shown unless every secret of the runbook was looked up, since what is not known cannot be
//! masked. They are looked up once for a reader, who may follow for hours.

use std::time::Duration;

use matoi_core::id::RunId;
use matoi_core::run::command::Refusal;
use matoi_edge::step::output::{Part, Place, Reader, Stream};

use crate::handle::Handle;
use crate::incident::broken;
use crate::run::runbook_of;
use crate::tell::TellError;

/// Quick enough to feel live, and seldom enough to be no load.
const PAUSE: Duration = Duration::from_millis(250);

/// A reader of what one attempt of a step prints.
pub struct OutputReader {
    handle: Handle,
    run: RunId,
    step: String,
    attempt: u32,
    reader: Reader,
}

/// What a follower has read of both streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Read {
    pub stdout: u64,
    pub stderr: u64,
}

/// What a follower is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Followed {
    Part(Stream, Part),
    /// The attempt is over, and everything was read.
    Over,
    /// The server is about to end; the attempt goes on.
    Stopping,
}

type Told<T> = Result<T, TellError<Refusal>>;

impl Handle {
    /// Makes a reader for an attempt, counted from 1, or for the newest one.
    pub async fn output(
        &self,
        run: &RunId,
        step: &str,
        attempt: Option<u32>,
    ) -> Told<OutputReader> {
        let view = self.run_view(run).await?;
        let plan = self.it.plans.of(&view.run.plan).await.map_err(broken)?;
        let runbook = runbook_of(&plan, &view.run)?;
        if runbook.step(step).is_none() {
            return Err(missing(format!("step \"{step}\" in {}", view.run.runbook)));
        }
        let begun = view.run.attempts.get(step).copied().unwrap_or(0);
        let attempt = attempt.unwrap_or(begun.max(1));
        if attempt == 0 || attempt > begun {
            return Err(missing(format!("attempt {attempt} of {step}; {begun} began")));
        }
        let secrets = self.secrets(&plan, &runbook.secrets).await.map_err(|err| {
            let what = format!("the output is not shown, since its secrets are not known: {err}");
            TellError::Broken { what }
        })?;
        let folder = self.folder(run, step, attempt);
        if !view.run.awaits(step, attempt) && !folder.exists() {
            return Err(missing(format!("output of attempt {attempt} of {step} any more")));
        }
        let (handle, run, step) = (self.clone(), run.clone(), step.to_owned());
        Ok(OutputReader { handle, run, step, attempt, reader: Reader::new(folder, &secrets) })
    }
}

impl OutputReader {
    /// Counted from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// What there is now.
    pub async fn read(&self, stream: Stream, place: Place) -> Told<Part> {
        let read = self.reader.read(stream, place).await;
        read.map_err(|err| TellError::Broken { what: format!("the output cannot be read: {err}") })
    }

    /// Whether nothing more will be printed, as far as the run knows.
    pub async fn is_over(&self) -> Told<bool> {
        let view = self.handle.run_view(&self.run).await?;
        Ok(!view.run.awaits(&self.step, self.attempt))
    }

    /// Waits for what comes next, and counts it as read.
    pub async fn next(&self, read: &mut Read) -> Told<Followed> {
        let mut leaving = self.handle.it.leaving.subscribe();
        loop {
            // Asked first, so that what was printed last is not missed.
            let is_over = self.is_over().await?;
            for stream in Stream::ALL {
                let part = self.read(stream, Place::From(read.of(stream))).await?;
                if part.next != read.of(stream) {
                    read.count(stream, part.next);
                    return Ok(Followed::Part(stream, part));
                }
            }
            if is_over {
                return Ok(Followed::Over);
            }
            tokio::select! {
                _ = leaving.wait_for(|it| *it) => return Ok(Followed::Stopping),
                () = tokio::time::sleep(PAUSE) => (),
            }
        }
    }
}

impl Read {
    fn of(self, stream: Stream) -> u64 {
        match stream {
            Stream::Stdout => self.stdout,
            Stream::Stderr => self.stderr,
        }
    }

    fn count(&mut self, stream: Stream, next: u64) {
        match stream {
            Stream::Stdout => self.stdout = next,
            Stream::Stderr => self.stderr = next,
        }
    }
}

fn missing(what: String) -> TellError<Refusal> {
    TellError::Missing { what }
}
