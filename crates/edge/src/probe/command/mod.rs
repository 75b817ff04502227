//! `kind: command`: does a program say that all is well?
//!
//! The program is a list, never a text for a shell: nothing of the plan can be read as something else.
//! It sees a clean environment (`PATH`, `LANG` and what `env` adds), because the server's own holds secrets.
//! **Invariant:** the program and everything in its process group are gone when the question is over, answered or not.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, Either, join, select};
use jiff::SignedDuration;
use matoi_core::signal::{Answer, Measured};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Child;
use tokio::time::timeout;

use crate::config::{ConfigError, Fields};
use crate::excerpt::{excerpt, excerpt_without, hide};
use crate::fault::root_of;
use crate::probe::{Kind, Probe};

#[cfg(test)]
mod tests;

pub(super) const KIND: Kind = Kind {
    name: "command",
    summary: "Runs a program; exit status 0 is well.",
    example: r#"{ "argv": ["pg_isready", "--quiet", "--host", "db.internal"], "env": { "PGUSER": "matoi" } }"#,
    parse: |config| Ok(Box::new(Command::parse(config)?)),
};

/// Words of one command.
const WORDS_MAX: usize = 100;
/// Variables that one command is given.
const VARIABLES_MAX: usize = 50;
/// Bytes of each output that are kept; the rest is read and forgotten, so that the program does not wait for us.
const OUTPUT_BYTES_MAX: usize = 64 << 10;
/// Where programs are looked for.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// How long the outputs are read after the end: something that left the group may hold them open for ever.
const DRAIN_TIME: Duration = Duration::from_millis(200);

struct Command {
    program: String,
    arguments: Vec<String>,
    env: Vec<(String, String)>,
    /// What standard output must be, white space around it aside.
    expect: Option<String>,
}

/// What was seen of a program.
struct Seen {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Command {
    fn parse(config: &Value) -> Result<Command, ConfigError> {
        let fields = Fields::read(config, &["argv", "env", "expect"])?;
        let argv = fields.texts("argv", WORDS_MAX)?.ok_or_else(|| {
            fields.wrong("argv", "is missing: a list of the program and its arguments")
        })?;
        let Some((program, arguments)) = argv.split_first() else {
            return Err(fields.wrong("argv", "is empty"));
        };
        let env = fields.pairs("env", VARIABLES_MAX)?;
        if env.iter().any(|(name, _)| name.is_empty() || name.contains(['=', '\0'])) {
            return Err(fields.wrong("env", "has a name that no variable can have"));
        }
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Ok(Command {
            program: (*program).to_owned(),
            arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
            env: env.into_iter().map(owned).collect(),
            expect: fields.text("expect")?.map(|it| it.trim().to_owned()),
        })
    }

    async fn look(&self) -> std::io::Result<Seen> {
        // The order matters: dropped from the last to the first, the group dies before its leader is reaped, while its
        // number cannot belong to anybody else.
        let mut child = self.spawn()?;
        let group = Group::of(&child);
        let pipes = (child.stdout.take(), child.stderr.take());
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let status = {
            let reading = join(drain(pipes.0, &mut stdout), drain(pipes.1, &mut stderr));
            match select(pin!(child.wait()), pin!(reading)).await {
                Either::Left((status, reading)) => {
                    drop(group);
                    // Running into the limit is fine: what was read until now is the answer.
                    let _ = timeout(DRAIN_TIME, reading).await;
                    status
                }
                Either::Right((_, ending)) => ending.await,
            }
        }?;
        Ok(Seen { status, stdout, stderr })
    }

    fn spawn(&self) -> std::io::Result<Child> {
        tokio::process::Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .env("PATH", PATH)
            .env("LANG", "C.UTF-8")
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }

    fn judge(&self, seen: &Seen, started: Instant) -> Answer {
        let unwell = |reason: String| Answer::Unwell {
            reason: self.say(&reason),
            measured: Measured::new(),
        };
        if let Some(signal) = seen.status.signal() {
            return Answer::Unknown { reason: self.say(&format!("killed by signal {signal}")) };
        }
        if !seen.status.success() {
            let code = seen.status.code().unwrap_or_default();
            return unwell(format!("exit {code}: {}", self.first_line(seen)));
        }
        if let Some(expect) = &self.expect
            && String::from_utf8_lossy(&seen.stdout).trim() != expect
        {
            return unwell(format!("expected {expect:?}, said: {}", self.first_line(seen)));
        }
        let took = SignedDuration::try_from(started.elapsed()).unwrap_or(SignedDuration::MAX);
        Answer::Well { took, measured: Measured::new() }
    }

    /// `reason` with the program's name before it, and without the values that it was given.
    fn say(&self, reason: &str) -> String {
        let name = self.program.rsplit('/').next().unwrap_or(&self.program);
        format!("{}: {}", excerpt(name), hide(reason, self.secrets()))
    }

    /// What the program said: on standard output, or else on standard error.
    fn first_line(&self, seen: &Seen) -> String {
        let line = excerpt_without(&seen.stdout, self.secrets());
        if line.is_empty() { excerpt_without(&seen.stderr, self.secrets()) } else { line }
    }

    /// Any variable may be one.
    fn secrets(&self) -> impl Iterator<Item = &str> {
        self.env.iter().map(|(_, value)| value.as_str())
    }
}

impl Probe for Command {
    fn ask(&self) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            let started = Instant::now();
            match self.look().await {
                Ok(seen) => self.judge(&seen, started),
                Err(err) => Answer::Unknown {
                    reason: self.say(&format!("cannot start: {}", excerpt(&root_of(&err)))),
                },
            }
        })
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Command").finish_non_exhaustive()
    }
}

/// A process group; killed when dropped.
struct Group(Option<Pid>);

impl Group {
    fn of(leader: &Child) -> Group {
        Group(leader.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(pid) = self.0 {
            // An error means that everybody has left, which is what we want.
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}

/// Reads until the end, and keeps the beginning.
async fn drain(pipe: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>) {
    let Some(mut pipe) = pipe else { return };
    let mut chunk = [0; 8 << 10];
    // An error ends it as the end does: the pipe is ours, and what it held was read.
    while let Ok(count @ 1..) = pipe.read(&mut chunk).await {
        let room = OUTPUT_BYTES_MAX.saturating_sub(kept.len());
        kept.extend(chunk.iter().take(count.min(room)));
    }
}
