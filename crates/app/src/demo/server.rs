//! The server as a process of its own, so that it can be killed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};

/// A server is ready in well under a second; a slow machine has more.
const READY_MAX: Duration = Duration::from_secs(30);
/// An orderly end takes a few seconds at most.
const END_MAX: Duration = Duration::from_secs(20);

/// A running server. Dropping it ends it.
pub(super) struct Server {
    child: Child,
    url: String,
    log: PathBuf,
}

impl Server {
    /// Starts a server and waits until it answers.
    pub(super) fn start(
        program: &Path,
        plan_dir: &Path,
        data_dir: &Path,
    ) -> anyhow::Result<Server> {
        let root = data_dir.parent().unwrap_or(data_dir);
        let log = root.join("server.log");
        let file = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .context("cannot write the server's log")?;
        // A killed server leaves its address behind.
        let address = data_dir.join("address");
        let _ = std::fs::remove_file(&address);
        let child = Command::new(program)
            .arg("serve")
            .arg(plan_dir)
            .arg("--data")
            .arg(data_dir)
            .args(["--listen", "127.0.0.1:0", "--dev"])
            .stdin(Stdio::null())
            // Pages on the console are printed for the audience; the log is not.
            .stdout(Stdio::inherit())
            .stderr(file)
            .spawn()
            .context("cannot start the server")?;
        let mut server = Server { child, url: String::new(), log };
        server.url = server.until_ready(&address)?;
        Ok(server)
    }

    fn until_ready(&mut self, address: &Path) -> anyhow::Result<String> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().context("cannot look at the server")? {
                bail!("the server ended with {status}; see {}", self.log.display());
            }
            if let Ok(url) = std::fs::read_to_string(address) {
                return Ok(url.trim().to_owned());
            }
            if begun.elapsed() > READY_MAX {
                bail!("the server is not ready after {READY_MAX:?}; see {}", self.log.display());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: nothing in it has a chance to tidy up.
    pub(super) fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill().context("cannot kill the server")?;
        self.child.wait().context("cannot wait for the server").map(drop)
    }

    /// SIGTERM, and waits.
    pub(super) fn end(mut self) -> anyhow::Result<()> {
        self.ask_to_end();
        let begun = Instant::now();
        while begun.elapsed() < END_MAX {
            if let Some(status) = self.child.try_wait().context("cannot look at the server")? {
                anyhow::ensure!(
                    status.success(),
                    "the server ended with {status}; see {}",
                    self.log.display()
                );
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("the server did not end within {END_MAX:?}")
    }

    fn ask_to_end(&self) {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // It may have ended by itself.
            let _ = kill_process(pid, Signal::TERM);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.ask_to_end();
            let begun = Instant::now();
            while begun.elapsed() < END_MAX && matches!(self.child.try_wait(), Ok(None)) {
                std::thread::sleep(Duration::from_millis(20));
            }
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
