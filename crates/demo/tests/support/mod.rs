//! Systems driven through the program, as people and runbooks drive them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The program under test.
pub(crate) const PATIENT: &str = env!("CARGO_BIN_EXE_patient");

/// A system, and the directory that it lives in.
pub(crate) struct Bot {
    folder: TempDir,
}

/// What a verb answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) text: String,
}

impl Bot {
    /// A system of `rows` deliveries.
    pub(crate) fn begun(rows: u32) -> Bot {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let bot = Bot { folder };
        bot.must("init", &["--rows", &rows.to_string()]);
        bot
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn command(&self, verb: &str, rest: &[&str]) -> Command {
        let mut command = Command::new(PATIENT);
        command.arg(verb).arg(self.path()).args(rest).current_dir(self.path());
        command.env_remove("STEP_OUTPUT").stdin(Stdio::null());
        command
    }

    pub(crate) fn ask(&self, verb: &str, rest: &[&str]) -> Answer {
        Answer::of(self.command(verb, rest).output().unwrap())
    }

    /// Asks and insists on a yes.
    pub(crate) fn must(&self, verb: &str, rest: &[&str]) -> String {
        let answer = self.ask(verb, rest);
        assert_eq!(answer.code, Some(0), "{verb} {rest:?}: {}", answer.text);
        answer.text
    }

    /// A worker that delivers; returns when it does.
    pub(crate) fn worker(&self, rest: &[&str]) -> Worker {
        let lines = self.lines("ledger.jsonl");
        let mut command = self.command("work", rest);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let worker = Worker(child);
        wait_until("the worker delivers", || self.lines("ledger.jsonl") > lines);
        worker
    }

    /// How many lines a file of the system has.
    pub(crate) fn lines(&self, name: &str) -> usize {
        std::fs::read(self.join(name)).map_or(0, |it| it.iter().filter(|it| **it == b'\n').count())
    }

    /// What SQLite's own program says.
    pub(crate) fn sqlite3(&self, sql: &str) -> String {
        let mut command = Command::new("sqlite3");
        let out = command.arg(self.join("history.db")).arg(sql).output().unwrap();
        Answer::of(out).text.trim().to_owned()
    }
}

impl Answer {
    pub(crate) fn of(out: Output) -> Answer {
        let mut text = String::from_utf8(out.stdout).unwrap();
        text.push_str(&String::from_utf8_lossy(&out.stderr));
        Answer { code: out.status.code(), text }
    }
}

/// A process that does not outlive its test.
pub(crate) struct Worker(pub(crate) Child);

impl Worker {
    pub(crate) fn pid(&self) -> i32 {
        i32::try_from(self.0.id()).unwrap()
    }

    /// Sends a signal by the program `kill`.
    pub(crate) fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.pid().to_string()]).status().unwrap();
        assert!(status.success());
    }

    pub(crate) fn wait(&mut self) -> Option<i32> {
        self.0.wait().unwrap().code()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Runs a script as a step of a runbook is run.
pub(crate) fn bash(script: &str, folder: &Path, environment: &[(&OsStr, &OsStr)]) -> Answer {
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-euo", "pipefail", "-c", script]).current_dir(folder);
    command.envs(environment.iter().copied()).stdin(Stdio::null());
    Answer::of(command.output().unwrap())
}
