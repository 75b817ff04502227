//! Whether a script could be performed: its place, its programs, and its writing. Nothing of it is performed.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::{Output, Stdio};
use std::time::Duration;

use matoi_core::run::event::Finding;
use matoi_core::runbook::program::programs;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::check;
use crate::program;
use crate::step::{Call, environment};

/// How long a shell may read a script.
const READ_MAX: Duration = Duration::from_secs(10);

pub(super) async fn examine(interpreter: &[String], call: &Call) -> Finding {
    match lacks(interpreter, call).await {
        Some(what) => Finding::Lacks { what },
        None => Finding::Ready,
    }
}

/// The first thing for which it would fail.
async fn lacks(interpreter: &[String], call: &Call) -> Option<String> {
    if let Err(err) = check(&call.extra) {
        return Some(err.to_string());
    }
    if let Err(what) = environment::check_all(call) {
        return Some(what);
    }
    let place = call.place();
    if !place.is_dir() {
        return Some(format!("{} is no directory", place.display()));
    }
    let inherited = environment::inherited();
    let path = inherited.get(&OsString::from("PATH")).cloned().unwrap_or_default();
    let mut called = programs(&call.script);
    called.retain(|it| !program::is_here(&path, it));
    if !called.is_empty() {
        return Some(format!("not on this machine: {}", called.join(", ")));
    }
    unreadable(interpreter, &call.script, &inherited).await
}

/// Why the shell could not read the script. With `-n` it performs nothing.
async fn unreadable(
    interpreter: &[String],
    script: &str,
    inherited: &BTreeMap<OsString, OsString>,
) -> Option<String> {
    let shell = interpreter.first()?;
    let mut reader = Command::new(shell);
    reader.arg("-n").env_clear().envs(inherited).kill_on_drop(true);
    reader.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let reading = async {
        let mut reader = reader.spawn()?;
        if let Some(mut stdin) = reader.stdin.take() {
            // It stops reading where it understands no more, and says so itself.
            let _ = stdin.write_all(script.as_bytes()).await;
        }
        reader.wait_with_output().await
    };
    match tokio::time::timeout(READ_MAX, reading).await {
        Err(_) => Some(format!("{shell} does not come to the end of the script")),
        Ok(Err(err)) => Some(format!("{shell} cannot be started: {err}")),
        Ok(Ok(Output { status, .. })) if status.success() => None,
        Ok(Ok(Output { stderr, .. })) => {
            let said = String::from_utf8_lossy(&stderr);
            let first = said.lines().next().unwrap_or_default();
            Some(format!("{shell} cannot read it: {}", matoi_core::limits::cut(first, 200)))
        }
    }
}
