//! The relay: a process under the shim that has one attempt performed on a host, and passes on what it prints.
//!
//! It ends when the host told how the attempt ended, or when nothing certain can be learnt any more. Asked to end
//! (`SIGTERM`), it has the attempt ended on the host first, and waits for the host's word.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::link::{Frame, Link};
use super::{Remote, request};
use crate::step::attempt::exit::{How, Told};
use crate::step::attempt::{Attempt, OUTPUTS, SCRIPT, stream};

/// Between two calls of a host that cannot be reached.
const CALL_EVERY: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(5)];

/// Has the attempt in the folder that is the first of `args` performed.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut args = args.into_iter();
    let outcome = match (args.next(), args.next()) {
        (Some(folder), None) => run(Path::new(&folder)),
        (Some(_) | None, _) => Err(io::Error::other("the relay takes one folder")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            // Nobody may be listening any more, and that is nothing to fail for.
            let _ = writeln!(io::stderr(), "[matoi: the host cannot be called: {err}]");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn run(folder: &Path) -> io::Result<()> {
    let attempt = Attempt::at(folder);
    let mut asked = signal(SignalKind::terminate())?;
    let telling = attempt.telling()?;
    let Some(remote) = attempt.order().ok().and_then(|it| it.remote) else {
        let reason = "it was cancelled before it began".to_owned();
        return telling.tell(&Told { how: How::NotStarted { reason }, left: 0 });
    };
    let script = fs::read_to_string(attempt.path(SCRIPT))?;
    let ours: BTreeMap<OsString, OsString> = std::env::vars_os().collect();
    let values = request::run(&remote, &script, &ours);
    let mut relay =
        Relay { remote, values, attempt, sent: false, cancelled: false, machine: None, at: [0, 0] };
    let (told, link) = relay.settle(&mut asked).await;
    telling.tell(&told)?;
    // Only what was told, and is kept here, may be forgotten there. What stays is litter, taken away in two weeks.
    if let Some(link) = link {
        link.forget().await;
    }
    Ok(())
}

struct Relay {
    remote: Remote,
    /// What `run` is followed by.
    values: String,
    attempt: Attempt,
    /// The host may have begun.
    sent: bool,
    cancelled: bool,
    machine: Option<String>,
    /// Bytes of standard output and error that were passed on.
    at: [u64; 2],
}

/// Why a talk ended without an outcome.
struct Cut(String);

impl From<io::Error> for Cut {
    fn from(err: io::Error) -> Cut {
        let kind = err.kind();
        Cut(if matches!(kind, io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe) {
            "it was cut".to_owned()
        } else if kind == io::ErrorKind::TimedOut {
            "nothing was heard for a minute".to_owned()
        } else {
            err.to_string()
        })
    }
}

impl Relay {
    async fn settle(&mut self, asked: &mut Signal) -> (Told, Option<Link>) {
        let mut pause = CALL_EVERY[0];
        let mut told_of = false;
        loop {
            if self.cancelled && !self.sent {
                let reason = "it was cancelled before it began".to_owned();
                return (Told { how: How::NotStarted { reason }, left: 0 }, None);
            }
            let before = self.at;
            let Cut(why) = tokio::select! {
                talk = self.talk() => match talk {
                    Ok(told) => return told,
                    Err(cut) => cut,
                },
                // The talk is begun anew, to have it ended.
                _ = asked.recv(), if !self.cancelled => {
                    self.cancelled = true;
                    continue;
                }
            };
            let host = &self.remote.host;
            if !self.sent {
                let reason = format!("{host} cannot be reached: {why}");
                return (Told { how: How::NotStarted { reason }, left: 0 }, None);
            }
            if self.at != before {
                (pause, told_of) = (CALL_EVERY[0], false);
            }
            if !told_of {
                remark(&format!(
                    "the connection to {host} is lost ({why}); the step goes on there, and it is called again"
                ));
                told_of = true;
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => (),
                _ = asked.recv(), if !self.cancelled => self.cancelled = true,
            }
            pause = (pause * 2).min(CALL_EVERY[1]);
        }
    }

    /// One connection, from the call to the outcome.
    async fn talk(&mut self) -> Result<(Told, Option<Link>), Cut> {
        let mut link = Link::open(&self.remote.ssh, &self.remote.key).await.map_err(Cut)?;
        if let Some(how) = self.estranged(&link) {
            return Ok((Told { how, left: 0 }, None));
        }
        self.machine = Some(link.machine.clone());
        if self.cancelled {
            link.say("cancel").await?;
        } else {
            self.sent = true;
            link.send("run", &self.values).await?;
        }
        let [out, err] = self.at;
        link.say(&format!("follow {out} {err}")).await?;
        loop {
            let words = match link.frame().await? {
                Frame::Bytes { stream, bytes } => {
                    self.pass_on(stream, &bytes);
                    continue;
                }
                Frame::Words(words) => words,
            };
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            if let Some(told) = self.heard(&words) {
                // Of what was lost, the host keeps all that there is to look at.
                let is_over = words.first() == Some(&"end");
                return Ok((told, is_over.then_some(link)));
            }
        }
    }

    /// A host that knows nothing of what it was given may have begun and forgotten.
    fn estranged(&self, link: &Link) -> Option<How> {
        let host = &self.remote.host;
        let reason = match &self.machine {
            Some(known) if *known != link.machine => {
                format!("{host} now leads to another machine than when the step was sent")
            }
            Some(_) if self.sent && !link.is_known => {
                format!("{host} does not know the step any more, so nobody can tell how it ended")
            }
            Some(_) | None => return None,
        };
        Some(How::Lost { reason })
    }

    fn pass_on(&mut self, stream: char, bytes: &[u8]) {
        let [out, err] = &mut self.at;
        let written = match stream {
            'o' => {
                *out += bytes.len() as u64;
                io::stdout().write_all(bytes).and_then(|()| io::stdout().flush())
            }
            'e' => {
                *err += bytes.len() as u64;
                io::stderr().write_all(bytes)
            }
            _ => stream::open(&self.attempt.path(OUTPUTS)).and_then(|mut it| it.write_all(bytes)),
        };
        if let Err(err) = written {
            remark(&format!("{} bytes could not be written: {err}", bytes.len()));
        }
    }

    /// Takes note of what the helper says; an outcome ends the talk.
    fn heard(&mut self, words: &[&str]) -> Option<Told> {
        let host = self.remote.host.clone();
        let [out, err] = &mut self.at;
        let lost = |reason: String| Some(Told { how: How::Lost { reason }, left: 0 });
        match words {
            ["gap", stream, count] => {
                let at = if *stream == "stdout" { out } else { err };
                *at += count.parse::<u64>().unwrap_or_default();
                remark(&format!("{count} bytes of {stream} were not kept on {host}"));
                None
            }
            ["cut", stream] => {
                *(if *stream == "stdout" { out } else { err }) = 0;
                remark(&format!("the step emptied its {stream}"));
                None
            }
            ["end", rest @ ..] => Some(self.ended(rest)),
            ["lost", "restarted"] => lost(format!("{host} restarted while it ran")),
            ["lost", "gone"] => lost(format!("what watched it on {host} is gone")),
            ["lost", ..] => {
                lost(format!("{host} was told to begin, and nothing tells whether it did"))
            }
            _ => None,
        }
    }

    fn ended(&self, words: &[&str]) -> Told {
        let host = &self.remote.host;
        let number = |it: &str| it.parse::<i32>().ok();
        let none = |reason: String| How::NotStarted { reason };
        let left = |it: &str| it.parse().unwrap_or(0);
        let program = self.remote.command.first().map(String::as_str).unwrap_or_default();
        let (how, left) = match words {
            ["exited", code] if number(code).is_some() => {
                (How::Exited { code: number(code).unwrap_or_default() }, 0)
            }
            ["killed", it] if number(it).is_some() => {
                (How::Killed { signal: number(it).unwrap_or_default() }, 0)
            }
            ["timedout", it] => (How::TimedOut { after_ms: self.remote.timeout_ms }, left(it)),
            ["cancelled", it] => (How::Cancelled, left(it)),
            ["withdrawn"] => (none("it was cancelled before it began".to_owned()), 0),
            ["unready"] => {
                (none(format!("{host} could not make ready for it; is its disk full?")), 0)
            }
            ["unrecorded"] => (none(format!("its start could not be recorded on {host}")), 0),
            ["nodir"] => {
                let cwd = self.remote.cwd.as_deref().unwrap_or("the home directory");
                (none(format!("there is no directory {cwd} on {host}")), 0)
            }
            ["noprogram"] => (none(format!("{program} is not on {host}")), 0),
            ["noenvironment"] => (none(format!("{host} refuses a variable of its environment")), 0),
            _ => (How::Lost { reason: format!("{host} did not see how it ended") }, 0),
        };
        Told { how, left }
    }
}

/// A line of ours among lines of the step.
fn remark(text: &str) {
    // Where it cannot be written, nothing is left to say it with.
    let _ = writeln!(io::stderr(), "[matoi: {text}]");
}
