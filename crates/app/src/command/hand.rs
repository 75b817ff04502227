//! Writing into files that people wrote, by their leave.

use std::fs;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;

use crate::exit::{ExitKind, Failure};

/// Asks the person, who says yes by saying so; nothing is a no, and so is nobody.
pub(super) fn consent(question: &str) -> Option<()> {
    if !std::io::stdin().is_terminal() {
        return None;
    }
    let mut error = std::io::stderr().lock();
    let _ = write!(error, "{question} [y/N] ");
    let _ = error.flush();
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    match (read, answer.trim()) {
        (Ok(_), "y" | "Y" | "yes" | "はい") => Some(()),
        (Ok(_) | Err(_), _) => None,
    }
}

/// Beside first, so that a full disk leaves no half of a file.
pub(super) fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let mut beside = path.as_os_str().to_owned();
    beside.push("~");
    let failure =
        |err: std::io::Error| Failure::new(ExitKind::Refused, format!("{}: {err}", path.display()));
    fs::write(&beside, text).map_err(failure)?;
    fs::rename(&beside, path).map_err(failure)
}
