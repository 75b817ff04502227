//! The real program on a stage of its own: a plan in a temporary directory, a server that can be killed, a client.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use matoi_edge::client::address::Address;
use matoi_edge::client::{Caller, Client};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Nothing that is waited for takes longer on the slowest machine; a test that reaches it has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// A plan with two people and two severities.
pub(crate) const PLAN: &str = "\
matoi: 1
name: Test
timezone: UTC
language: en
severities:
  P0: { name: worst, targets: { acknowledge: 5m, resolve: 4h } }
  P1: { name: bad, targets: { acknowledge: 15m } }
people:
  ann: { name: Ann, hours: always, reach: [console] }
  bob: { name: Bob, hours: always, reach: [console] }
escalation:
  default:
    - page: [ann]
    - { after: 15m, unless: acknowledged, page: [bob] }
";

/// How a command ended.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Done {
    let output = command.output().unwrap();
    let text = |it: Vec<u8>| String::from_utf8(it).unwrap();
    Done {
        code: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// A plan, a data directory, and at most one server.
pub(crate) struct Stage {
    root: TempDir,
    server: Option<Child>,
    runtime: Runtime,
}

impl Stage {
    /// A stage without a plan.
    pub(crate) fn bare() -> Stage {
        Stage::with_plan(&[])
    }

    /// A stage with the files of a plan, by path.
    pub(crate) fn with_plan(files: &[(&str, &str)]) -> Stage {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join("plan").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Stage { root, server: None, runtime }
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn plan(&self) -> PathBuf {
        self.root.path().join("plan")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    /// The program, in an environment that says nothing of this machine's user.
    pub(crate) fn matoi(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_matoi"));
        command.env_clear();
        for name in ["PATH", "LANG", "TMPDIR"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("HOME", self.root.path()).env("USER", "tester").stdin(Stdio::null());
        command
    }

    /// A command for the server of this stage.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.matoi();
        command.args(args).arg("--data").arg(self.data());
        command
    }

    /// Starts the server, which asks nobody for a token, and waits until it answers.
    pub(crate) fn serve(&mut self) {
        self.serve_with(&["--dev"]);
    }

    /// The same with other arguments.
    pub(crate) fn serve_with(&mut self, args: &[&str]) {
        self.serve_at("127.0.0.1:0", args);
    }

    /// Where the server listens.
    pub(crate) fn host(&self) -> String {
        let address = fs::read_to_string(self.data().join("address")).unwrap();
        address.trim().trim_start_matches("http://").to_owned()
    }

    /// Starts the server at a place, such as that of one before it.
    pub(crate) fn serve_at(&mut self, listen: &str, args: &[&str]) {
        let log = fs::File::options().create(true).append(true).open(self.log()).unwrap();
        let address = self.data().join("address");
        let _ = fs::remove_file(&address);
        let child = self
            .matoi()
            .arg("serve")
            .arg(self.plan())
            .arg("--data")
            .arg(self.data())
            .args(["--listen", listen])
            .args(args)
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.server = Some(child);
        wait_until("the server is ready", || {
            let ended = self.server.as_mut().unwrap().try_wait().unwrap();
            assert!(
                ended.is_none(),
                "the server ended: {}",
                fs::read_to_string(self.log()).unwrap()
            );
            address.exists()
        });
    }

    pub(crate) fn pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(self.server.as_ref().unwrap())
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        let mut server = self.server.take().unwrap();
        server.kill().unwrap();
        server.wait().unwrap();
    }

    /// SIGTERM; answers whether it ended well.
    pub(crate) fn terminate(&mut self) -> bool {
        let mut server = self.server.take().unwrap();
        let pid = rustix::process::Pid::from_child(&server);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        server.wait().unwrap().success()
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.root.path().join("server.log")
    }

    pub(crate) fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Value {
        self.runtime.block_on(self.client().get(path, query)).unwrap()
    }

    pub(crate) fn post(&self, path: &[&str], body: &Value) -> Value {
        self.runtime.block_on(self.client().post(path, body)).unwrap()
    }

    fn client(&self) -> Client {
        let url = fs::read_to_string(self.data().join("address")).unwrap();
        let address = Address::parse(url.trim()).unwrap();
        Client::new(Caller {
            address,
            token: None,
            actor: Some("tester".to_owned()),
            language: None,
        })
        .unwrap()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
        for pid in shims(&self.data()) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }
}

/// The shims that work in this data directory.
pub(crate) fn shims(data: &Path) -> Vec<rustix::process::Pid> {
    let data = data.to_str().unwrap();
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    processes
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let command = fs::read(entry.path().join("cmdline")).ok()?;
            let command = String::from_utf8_lossy(&command).into_owned();
            let is_ours = command.contains("__shim") && command.contains(data);
            is_ours.then(|| rustix::process::Pid::from_raw(pid)).flatten()
        })
        .collect()
}

/// Waits for a level, never for an edge.
pub(crate) fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
