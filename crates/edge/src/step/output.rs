//! Reading what a step printed, while it prints and afterwards.
//!
//! A reader asks with a byte of the stream and is told where to go on. Parts end with a line wherever that can be, so
//! that what is shown in two parts reads as it would in one.
//!
//! **Invariant:** everything that leaves here went through the redactor, and no part ends within a secret.
//!
//! **Limit:** a secret is known by its value of today. One that was replaced since is not seen in what was printed before.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;

use super::attempt::stream::{HEAD, Kept};
use super::attempt::{Attempt, State};
use super::excerpt::{bytes, shown_text};
use super::redact::Redactor;

/// Bytes of one part: a few screens.
pub const PART_BYTES_MAX: u64 = 64 << 10;

/// One of the two streams of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    Stdout,
    Stderr,
}

/// Where to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// From this byte on.
    From(u64),
    /// From the first line that begins within this many bytes of the end.
    Last(u64),
}

/// A part of what was printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Empty where no line is complete yet.
    pub text: String,
    /// The byte with which it begins.
    pub from: u64,
    /// The byte to ask for next.
    pub next: u64,
    /// Bytes before `from` that were asked for and were not kept.
    pub dropped: u64,
    /// Printed until now.
    pub bytes: u64,
}

/// Reads the output of one attempt, and knows what must not be shown.
#[derive(Clone)]
pub struct Reader {
    folder: PathBuf,
    redactor: Redactor,
}

impl Reader {
    /// For the attempt in `folder`, whose secrets had these values.
    pub fn new(folder: PathBuf, secrets: &BTreeMap<String, String>) -> Reader {
        Reader { folder, redactor: Redactor::new(secrets) }
    }

    /// At most [`PART_BYTES_MAX`] bytes. A stream that was never opened is empty.
    pub async fn read(&self, stream: Stream, place: Place) -> io::Result<Part> {
        let reader = self.clone();
        spawn_blocking(move || reader.read_now(stream, place)).await.map_err(io::Error::other)?
    }

    fn read_now(&self, stream: Stream, place: Place) -> io::Result<Part> {
        let attempt = Attempt::at(&self.folder);
        let path = attempt.path(stream.name());
        // Looked at first, so that what is called the end was the end.
        let state = attempt.look()?;
        let len = match path.metadata() {
            Ok(it) => it.len(),
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(Part::default()),
            Err(err) => return Err(err),
        };
        let (kept, is_over) = match &state {
            // What it left in the background may print on; that is not the step's.
            State::Ended(exit) => (stream.kept(exit.stdout, exit.stderr), true),
            State::Lost { .. } => (Kept::of(len, 0), true),
            State::Open | State::Held(_) => (Kept::of(len, 0), false),
        };
        let from = start(kept, place);
        let stretch = Stretch::at(kept, from, self.redactor.longest() as u64);
        let mut part = self.stretch(&path, &stretch, is_over, matches!(place, Place::Last(_)))?;
        part.dropped = part.from.saturating_sub(from).min(stretch.from - from);
        part.bytes = kept.bytes;
        Ok(part)
    }

    fn stretch(
        &self,
        path: &Path,
        it: &Stretch,
        is_over: bool,
        at_a_line: bool,
    ) -> io::Result<Part> {
        let margin = self.redactor.longest() as u64;
        let start = it.from.saturating_sub(margin).max(it.first);
        // One more tells whether a character or a line ends there.
        let end = it.end.min(it.from + PART_BYTES_MAX + margin + 1);
        let bytes = bytes(path, start, end)?;
        let place = |at: u64| usize::try_from(at - start).unwrap_or(usize::MAX).min(bytes.len());
        let mut shown = place(it.from)..place(it.end.min(it.from + PART_BYTES_MAX));
        if at_a_line && it.from > 0 {
            shown.start = first_line(&bytes, &shown);
        }
        let behind = it.behind(is_over);
        let whole = || bytes.len() - self.redactor.begun(&bytes);
        shown.end = match behind {
            Behind::More => last_line(&bytes, &shown).unwrap_or_else(|| last_char(&bytes, &shown)),
            // Neither half a line nor the beginning of a secret is shown yet.
            Behind::NotYet => last_line(&bytes, &shown).unwrap_or(shown.start).min(whole()),
            // The rest of a secret is lost in it.
            Behind::Gap => shown.end.min(whole()),
            Behind::Nothing => shown.end,
        };
        if shown.is_empty() {
            let next = if behind == Behind::Gap { it.end } else { it.from };
            return Ok(Part { from: it.from, next, ..Part::default() });
        }
        let (masked, at) = self.redactor.mask_to(&bytes, shown.clone());
        let next = if behind == Behind::Gap { it.end } else { start + at as u64 };
        let text = shown_text(&masked, &self.redactor);
        Ok(Part { text, from: start + shown.start as u64, next, dropped: 0, bytes: 0 })
    }
}

impl Stream {
    /// Both, in the order in which they are shown.
    pub const ALL: [Stream; 2] = [Stream::Stdout, Stream::Stderr];

    fn name(self) -> &'static str {
        match self {
            Stream::Stdout => "stdout",
            Stream::Stderr => "stderr",
        }
    }

    fn kept(self, stdout: Kept, stderr: Kept) -> Kept {
        match self {
            Stream::Stdout => stdout,
            Stream::Stderr => stderr,
        }
    }
}

/// An unbroken stretch of what was kept, and where reading begins in it.
struct Stretch {
    first: u64,
    end: u64,
    from: u64,
    is_before_a_gap: bool,
}

impl Stretch {
    fn at(kept: Kept, from: u64, margin: u64) -> Stretch {
        let has_gap = kept.tail > kept.head;
        if has_gap && from >= kept.head {
            // What comes first behind the gap may be the rest of a secret that began in it.
            let from = from.max((kept.tail + margin).min(kept.len));
            return Stretch { first: kept.tail, end: kept.len, from, is_before_a_gap: false };
        }
        let end = if has_gap { kept.head } else { kept.len };
        Stretch { first: 0, end, from, is_before_a_gap: has_gap }
    }

    fn behind(&self, is_over: bool) -> Behind {
        match (self.from + PART_BYTES_MAX < self.end, self.is_before_a_gap, is_over) {
            (true, ..) => Behind::More,
            (false, true, _) => Behind::Gap,
            (false, false, false) => Behind::NotYet,
            (false, false, true) => Behind::Nothing,
        }
    }
}

/// What comes behind a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Behind {
    /// The next part.
    More,
    /// Bytes that were not kept.
    Gap,
    /// What the step prints next, if anything.
    NotYet,
    /// The attempt is over.
    Nothing,
}

/// The byte that is asked for.
fn start(kept: Kept, place: Place) -> u64 {
    match place {
        Place::Last(bytes) => kept.len.saturating_sub(bytes.min(PART_BYTES_MAX)),
        Place::From(from) if from <= kept.len => from,
        // The file was made shorter: behind its head by us, where there can be no holes, or to nothing by the step.
        Place::From(_) if kept.len >= HEAD => HEAD,
        Place::From(_) => 0,
    }
}

/// Where the first whole line of `shown` begins; where there is none, `shown` begins.
fn first_line(bytes: &[u8], shown: &Range<usize>) -> usize {
    let before = shown.start.saturating_sub(1);
    let found = bytes.get(before..shown.end).and_then(|it| it.iter().position(|it| *it == b'\n'));
    found.map_or(shown.start, |it| (before + it + 1).max(shown.start))
}

/// Where the last whole line of `shown` ends.
fn last_line(bytes: &[u8], shown: &Range<usize>) -> Option<usize> {
    let is_end = |at: &usize| match bytes.get(*at) {
        Some(b'\n') => true,
        // A progress bar; together with a new line it is one end.
        Some(b'\r') => bytes.get(at + 1).is_some_and(|it| *it != b'\n'),
        Some(_) | None => false,
    };
    shown.clone().rev().find(is_end).map(|it| it + 1)
}

/// Where the last whole character of `shown` ends, for a line that is longer than a part.
fn last_char(bytes: &[u8], shown: &Range<usize>) -> usize {
    let is_begin = |at: &usize| bytes.get(*at).is_none_or(|it| it & 0b1100_0000 != 0b1000_0000);
    let near = shown.end.saturating_sub(3).max(shown.start + 1)..=shown.end;
    near.rev().find(is_begin).unwrap_or(shown.end)
}
