//! Whether a script could be performed: its place, its programs, and its writing. Nothing of it is performed.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::{Output, Stdio};
use std::time::Duration;

use matoi_core::plan::Interpreter;
use matoi_core::run::event::Finding;
use matoi_core::runbook::is_shell;
use matoi_core::runbook::program::programs;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::program::is_here;
use crate::step::{Call, environment};

/// How long an interpreter may read a script.
const READ_MAX: Duration = Duration::from_secs(10);

pub(super) async fn examine(interpreter: &Interpreter, call: &Call, has_text: bool) -> Finding {
    let reader = reader(interpreter).filter(|_| has_text);
    match lacks(interpreter, reader.as_deref(), call).await {
        Some(what) => Finding::Lacks { what },
        None if reader.is_some() || !has_text => Finding::Ready,
        None => {
            let program = program(interpreter);
            let why = format!("{program} is here; `check` of the interpreter would tell more");
            Finding::Unproved { why }
        }
    }
}

fn program(interpreter: &Interpreter) -> &str {
    interpreter.run.first().map(String::as_str).unwrap_or_default()
}

/// Whether a shell performs the script, whatever its language is called.
fn is_by_shell(interpreter: &Interpreter) -> bool {
    program(interpreter).rsplit('/').next().is_some_and(is_shell)
}

/// What reads a script and performs nothing: what the plan names, or a shell's `-n`.
fn reader(interpreter: &Interpreter) -> Option<Vec<String>> {
    if !interpreter.check.is_empty() {
        return Some(interpreter.check.clone());
    }
    is_by_shell(interpreter).then(|| vec![program(interpreter).to_owned(), "-n".to_owned()])
}

/// The first thing for which it would fail.
async fn lacks(
    interpreter: &Interpreter,
    reader: Option<&[String]>,
    call: &Call,
) -> Option<String> {
    if let Err(what) = super::elsewhere(call).and_then(|()| environment::check_all(call)) {
        return Some(what);
    }
    let place = call.place();
    if !place.is_dir() {
        return Some(format!("{} is no directory", place.display()));
    }
    let inherited = environment::inherited();
    let path = inherited.get(&OsString::from("PATH")).cloned().unwrap_or_default();
    let mut called = vec![program(interpreter).to_owned()];
    if is_by_shell(interpreter) && reader.is_some() {
        called.extend(programs(&call.script));
    }
    called.retain(|it| !is_here(&path, it));
    if !called.is_empty() {
        return Some(format!("not on this machine: {}", called.join(", ")));
    }
    unreadable(reader?, &call.script, &inherited).await
}

/// Why the script could not be read.
async fn unreadable(
    reader: &[String],
    script: &str,
    inherited: &BTreeMap<OsString, OsString>,
) -> Option<String> {
    let (program, arguments) = reader.split_first()?;
    let mut reader = Command::new(program);
    reader.args(arguments).env_clear().envs(inherited).kill_on_drop(true);
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
        Err(_) => Some(format!("{program} does not come to the end of the script")),
        Ok(Err(err)) => Some(format!("{program} cannot be started: {err}")),
        Ok(Ok(Output { status, .. })) if status.success() => None,
        Ok(Ok(Output { stderr, .. })) => {
            let said = essence(&String::from_utf8_lossy(&stderr));
            Some(format!("{program} cannot read it: {}", matoi_core::limits::cut(&said, 300)))
        }
    }
}

/// Where and what: some say it in their first line, some in the last.
fn essence(said: &str) -> String {
    let mut lines = said.lines().map(str::trim).filter(|it| !it.is_empty());
    match (lines.next(), lines.next_back()) {
        (Some(first), Some(last)) => format!("{first} … {last}"),
        (Some(only), None) => only.to_owned(),
        (None, _) => "it does not say why".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::essence;

    #[test]
    fn what_an_interpreter_complains_of_is_told_in_one_line() {
        for (said, told) in [
            ("bash: line 2: syntax error\n", "bash: line 2: syntax error"),
            ("Traceback:\n  File \"a\"\n\nSyntaxError: bad\n", "Traceback: … SyntaxError: bad"),
            (
                "syntax error at - line 1\n- had errors.\n",
                "syntax error at - line 1 … - had errors.",
            ),
            ("\n", "it does not say why"),
        ] {
            assert_eq!(essence(said), told);
        }
    }
}
