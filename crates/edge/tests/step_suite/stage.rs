//! What every test of a step needs: a folder, a call, and a way to wait for what must come.

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use matoi_core::gate::Switches;
use matoi_core::plan::{Interpreter, Performer};
use matoi_edge::step::{Call, KINDS, Performed, Step, Tools, adapter};
use tempfile::TempDir;

pub(crate) const SHIM: &str = env!("CARGO_BIN_EXE_matoi-shim");
pub(crate) const PERFORM: &str = env!("CARGO_BIN_EXE_matoi-perform");

/// Longer than anything takes on a busy machine, and only reached when a promise is broken.
const DEADLINE: Duration = Duration::from_secs(60);

/// A directory with the folder of one attempt.
pub(crate) struct Stage {
    dir: TempDir,
}

impl Stage {
    pub(crate) fn new() -> Stage {
        let stage = Stage { dir: TempDir::new().unwrap() };
        fs::create_dir(stage.folder()).unwrap();
        stage
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A file outside of the attempt, where scripts leave traces.
    pub(crate) fn trace(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.dir.path().join("attempt")
    }

    /// A call whose working directory is the stage's, so that scripts leave traces by name.
    pub(crate) fn call(&self, script: &str) -> Call {
        Call {
            host: None,
            folder: self.folder(),
            script: script.to_owned(),
            environment: Default::default(),
            secrets: Default::default(),
            timeout: SignedDuration::from_secs(120),
            cwd: self.dir.path().to_owned(),
            extra: Default::default(),
            reading_only: false,
        }
    }

    pub(crate) fn lines(&self, name: &str) -> usize {
        fs::read_to_string(self.trace(name)).map_or(0, |it| it.lines().count())
    }

    /// The process whose number a script wrote into a file.
    pub(crate) fn pid(&self, name: &str) -> Option<i32> {
        let text = fs::read_to_string(self.trace(name)).ok()?;
        text.ends_with('\n').then(|| text.trim().parse().ok())?
    }
}

pub(crate) fn step(kind: &str, tools: &Tools) -> Box<dyn Step> {
    let kind = KINDS.iter().find(|it| it.name == kind).unwrap();
    (kind.make)(tools)
}

/// A step of a language that only the plan knows.
pub(crate) fn interpreted(run: &[&str], check: &[&str]) -> Box<dyn Step> {
    let words = |it: &[&str]| it.iter().map(|&it| it.to_owned()).collect();
    let interpreter = Interpreter { run: words(run), check: words(check) };
    adapter("of-the-plan", Performer::Interpreter(&interpreter), &tools()).unwrap().step
}

/// Tools with little patience.
pub(crate) fn tools() -> Tools {
    Tools {
        grace: SignedDuration::from_millis(300),
        ..Tools::new(vec![SHIM.to_owned()], vec![SHIM.to_owned(), "relay".to_owned()])
    }
}

pub(crate) fn bash() -> Box<dyn Step> {
    step("bash", &tools())
}

pub(crate) async fn perform(step: &dyn Step, call: Call) -> Performed {
    step.perform(Switches::default().permit("test", call).unwrap()).await
}

/// Performs with bash.
pub(crate) async fn run(call: Call) -> Performed {
    perform(&*bash(), call).await
}

/// Waits until `condition` holds.
pub(crate) async fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < DEADLINE, "it never came to this: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Awaits `future` until `condition` holds, and drops it then. It must not end before.
pub(crate) async fn drop_when(
    what: &str,
    future: impl Future<Output = Performed>,
    condition: impl FnMut() -> bool,
) {
    tokio::select! {
        performed = future => panic!("it ended before {what}: {performed:?}"),
        () = wait_until(what, condition) => (),
    }
}

/// Whether the process runs; one that only waits to be reaped does not.
pub(crate) fn runs(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z') && !rest.starts_with('X'))
}

/// The number in a JSON file of the attempt.
pub(crate) fn pid_in(path: &Path) -> Option<i32> {
    let value: serde_json::Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    i32::try_from(value.get("pid")?.as_i64()?).ok()
}

pub(crate) fn kill(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}
