//! The product as users have it: a release build, started as a process.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

/// Longer than any start.
const READY_MAX: Duration = Duration::from_secs(30);

/// The program.
pub struct Product {
    pub path: PathBuf,
}

/// A server that ends with this.
pub struct Running {
    child: Child,
    pub address: String,
    /// From the start of the process to the first answer of `/api/health`.
    pub ready: Duration,
}

impl Product {
    /// Builds the program and finds it.
    pub fn build() -> anyhow::Result<Product> {
        let status = Command::new(env!("CARGO"))
            .args(["build", "--release", "--package", "matoi"])
            .status()?;
        ensure!(status.success(), "the program cannot be built");
        let own = std::env::current_exe()?;
        let path = own.parent().context("this bench has no folder")?.join("matoi");
        ensure!(path.exists(), "{} is missing", path.display());
        Ok(Product { path })
    }

    /// Starts a server and waits for its first answer.
    pub fn serve(&self, plan: &Path, data: &Path) -> anyhow::Result<Running> {
        // A server that was killed leaves its address behind.
        let _ = std::fs::remove_file(data.join("address"));
        let begun = Instant::now();
        let mut child = Command::new(&self.path)
            .arg("serve")
            .arg(plan)
            .arg("--data")
            .arg(data)
            .args(["--listen", "127.0.0.1:0", "--dev"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start the server")?;
        loop {
            if let Some(status) = child.try_wait()? {
                bail!("the server ended with {status}");
            }
            if let Ok(url) = std::fs::read_to_string(data.join("address")) {
                let address = url.trim().trim_start_matches("http://").to_owned();
                if crate::plain::get(&address, "/api/health").is_ok_and(|it| it.contains(" 200 ")) {
                    return Ok(Running { child, address, ready: begun.elapsed() });
                }
            }
            ensure!(begun.elapsed() < READY_MAX, "the server is not ready");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Running {
    /// The server's process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Memory that is really there, in KiB.
    pub fn rss_kib(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|it| it.starts_with("VmRSS:")).context("no VmRSS")?;
        Ok(line.split_whitespace().nth(1).context("no figure")?.parse()?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
