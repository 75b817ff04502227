//! From the folder of an attempt to what is told about it, without secrets.
//!
//! **Invariant:** everything that leaves here went through the redactor. The files of the folder did not.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};

use jiff::SignedDuration;
use matoi_core::limits::{ANSWER_BYTES_MAX, EXCERPT_CHARS_MAX, cut};
use matoi_core::run::event::Output;
use matoi_core::run::outcome::Ended;
use tokio::task::spawn_blocking;

use super::attempt::exit::Exit;
use super::attempt::stream::Kept;
use super::attempt::{Attempt, OUTPUTS};
use super::redact::Redactor;
use super::{Performed, excerpt, values};

/// Characters of an excerpt that our own remarks may take from the step's words.
const REMARKS_CHARS_MAX: usize = 600;
/// Stands between standard output and standard error.
const ERROR_RULE: &str = "--- standard error ---";

/// Reads what the attempt left. What cannot be read is said in the excerpt.
pub(super) async fn read(
    attempt: Attempt,
    ended: Ended,
    exit: Option<Exit>,
    secrets: &BTreeMap<String, String>,
) -> Performed {
    let redactor = Redactor::new(secrets);
    let known = ended.clone();
    match spawn_blocking(move || compose(&attempt, ended, exit.as_ref(), &redactor)).await {
        Ok(performed) => performed,
        Err(err) => {
            let output = Output { excerpt: remark(&err.to_string()), ..Output::default() };
            Performed { ended: known, answer: String::new(), output }
        }
    }
}

fn compose(attempt: &Attempt, ended: Ended, exit: Option<&Exit>, redactor: &Redactor) -> Performed {
    let mut remarks = Vec::new();
    let stdout = exit.map_or_else(|| kept(attempt, "stdout"), |it| it.stdout);
    let stderr = exit.map_or_else(|| kept(attempt, "stderr"), |it| it.stderr);
    let first = excerpt::first(&attempt.path("stdout"), stdout, redactor, ANSWER_BYTES_MAX);
    let (answer, more) = seen(first, "standard output", &mut remarks);
    if more {
        remarks.push(format!("only the first {ANSWER_BYTES_MAX} bytes count as the answer"));
    }
    for (what, kept) in [("standard output", stdout), ("standard error", stderr)] {
        if kept.dropped() > 0 {
            let (dropped, bytes) = (kept.dropped(), kept.bytes);
            remarks.push(format!("{dropped} of {bytes} bytes of {what} were not kept"));
        }
    }
    let values = published(attempt, redactor, &mut remarks);
    if let Some(left @ 1..) = exit.map(|it| it.left) {
        remarks.push(format!("{left} of its processes could not be ended"));
    }
    let output = Output {
        excerpt: put_together(attempt, stdout, stderr, redactor, remarks),
        values,
        exit: code(&ended),
        took: exit.map(|it| SignedDuration::from_millis(it.took_ms.cast_signed())),
        bytes: stdout.bytes + stderr.bytes,
        hash: exit.and_then(|it| it.sha256.clone()),
        // Relative to the data directory, which an adapter does not know.
        folder: None,
    };
    Performed { ended: masked(ended, redactor), answer, output }
}

/// What is kept of a stream whose end nobody recorded.
fn kept(attempt: &Attempt, name: &str) -> Kept {
    Kept::of(fs::metadata(attempt.path(name)).map_or(0, |it| it.len()), 0)
}

/// The last of standard output, then of standard error, then our remarks.
fn put_together(
    attempt: &Attempt,
    stdout: Kept,
    stderr: Kept,
    redactor: &Redactor,
    mut remarks: Vec<String>,
) -> String {
    let room = EXCERPT_CHARS_MAX - REMARKS_CHARS_MAX - ERROR_RULE.len();
    let last = |name, kept, chars_max, remarks: &mut Vec<String>| {
        seen(excerpt::last(&attempt.path(name), kept, redactor, chars_max), name, remarks)
    };
    // Standard error gets what standard output leaves, and half of the room at least.
    let out = last("stdout", stdout, room, &mut remarks);
    let errors = last("stderr", stderr, room - out.chars().count().min(room / 2), &mut remarks);
    let both = out.chars().count() + errors.chars().count();
    let out = if both > room {
        last("stdout", stdout, room - errors.chars().count(), &mut remarks)
    } else {
        out
    };
    let mut parts = Vec::new();
    if !out.is_empty() {
        parts.push(out);
    }
    if !errors.is_empty() {
        parts.push(format!("{ERROR_RULE}\n{errors}"));
    }
    let remarks: Vec<String> = remarks.iter().map(|it| remark(it)).collect();
    if !remarks.is_empty() {
        parts.push(cut(&redactor.text(&remarks.join("\n")), REMARKS_CHARS_MAX - 40));
    }
    parts.join("\n")
}

/// A line of ours among lines of the step.
fn remark(text: &str) -> String {
    format!("[matoi: {text}]")
}

/// What was read, or nothing and a remark. A stream that was never opened is empty.
fn seen<T: Default>(read: io::Result<T>, what: &str, remarks: &mut Vec<String>) -> T {
    match read {
        Ok(it) => it,
        Err(err) if err.kind() == io::ErrorKind::NotFound => T::default(),
        Err(err) => {
            remarks.push(format!("{what} cannot be read: {err}"));
            T::default()
        }
    }
}

fn published(
    attempt: &Attempt,
    redactor: &Redactor,
    remarks: &mut Vec<String>,
) -> BTreeMap<String, String> {
    let mut bytes = Vec::new();
    let read = File::open(attempt.path(OUTPUTS))
        .and_then(|it| it.take(values::BYTES_MAX as u64 + 1).read_to_end(&mut bytes));
    seen(read, "$STEP_OUTPUT", remarks);
    if bytes.len() > values::BYTES_MAX {
        let limit = values::BYTES_MAX;
        remarks.push(format!("$STEP_OUTPUT is longer than {limit} bytes: nothing is published"));
        return BTreeMap::new();
    }
    let masked = redactor.mask(&bytes, 0..bytes.len());
    let (values, complaints) = values::parse(&excerpt::shown_text(&masked, redactor));
    remarks.extend(complaints.iter().map(|it| format!("$STEP_OUTPUT: {it}")));
    values
}

fn code(ended: &Ended) -> Option<i32> {
    match ended {
        Ended::Exited { code } => Some(*code),
        Ended::Killed { .. }
        | Ended::TimedOut { .. }
        | Ended::Cancelled
        | Ended::Lost { .. }
        | Ended::NotStarted { .. } => None,
    }
}

fn masked(ended: Ended, redactor: &Redactor) -> Ended {
    match ended {
        Ended::Lost { reason } => Ended::Lost { reason: redactor.text(&reason) },
        Ended::NotStarted { reason } => Ended::NotStarted { reason: redactor.text(&reason) },
        Ended::Exited { .. } | Ended::Killed { .. } | Ended::TimedOut { .. } | Ended::Cancelled => {
            ended
        }
    }
}
