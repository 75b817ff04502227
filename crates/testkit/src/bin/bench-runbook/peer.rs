//! The same steps without a memory.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::ensure;

/// A bash of its own for each step, as the product has.
const STEP: &str = "bash --noprofile --norc -euo pipefail -c true";

/// A program that performs steps one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Bash,
    Make,
    Mask,
}

impl Peer {
    /// Those that are on this machine.
    pub(crate) fn here() -> Vec<Peer> {
        let is_here = |it: &Peer| {
            let mut version = Command::new(it.name());
            version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
            version.status().is_ok_and(|it| it.success())
        };
        [Peer::Bash, Peer::Make, Peer::Mask].into_iter().filter(is_here).collect()
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Peer::Bash => "bash",
            Peer::Make => "make",
            Peer::Mask => "mask",
        }
    }

    /// Writes what it reads to perform so many steps.
    pub(crate) fn write(self, dir: &Path, steps: usize) -> anyhow::Result<()> {
        let mut text = String::new();
        match self {
            Peer::Bash => text.push_str(&format!("{STEP}\n").repeat(steps)),
            Peer::Make => {
                text.push_str("all:");
                for step in 0..steps {
                    let _ = write!(text, " s{step}");
                }
                for step in 0..steps {
                    let _ = write!(text, "\ns{step}:\n\t@{STEP}");
                }
                text.push('\n');
            }
            // One command of the file calls `mask` for each step, which is its way to have several.
            Peer::Mask => {
                text.push_str("# It\n\n## step\n\n```bash\ntrue\n```\n\n## all\n\n```bash\n");
                text.push_str(&"$MASK step\n".repeat(steps));
                text.push_str("```\n");
            }
        }
        std::fs::write(dir.join(self.file()), text)?;
        Ok(())
    }

    fn file(self) -> &'static str {
        match self {
            Peer::Bash => "it.sh",
            Peer::Make => "Makefile",
            Peer::Mask => "maskfile.md",
        }
    }

    /// Performs them.
    pub(crate) fn run(self, dir: &Path) -> anyhow::Result<Duration> {
        let mut command = Command::new(self.name());
        match self {
            Peer::Bash => command.args(["--noprofile", "--norc", "it.sh"]),
            Peer::Make => command.arg("all"),
            Peer::Mask => command.arg("all"),
        };
        command.current_dir(dir).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let begun = Instant::now();
        let status = command.status()?;
        let taken = begun.elapsed();
        ensure!(status.success(), "{} failed", self.name());
        Ok(taken)
    }
}
