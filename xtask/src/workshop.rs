//! Where the work is done, and how other programs are started there.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// Folder of everything that tests need and the machine does not have, below the repository.
const TOOLS: &str = "target/test-tools";

/// The repository that is worked on.
#[derive(Clone, Debug)]
pub(crate) struct Workshop {
    root: PathBuf,
}

impl Workshop {
    /// Finds the repository around the current directory.
    ///
    /// Not by the path known at compile time: checkouts may share one target folder.
    pub(crate) fn find() -> Result<Workshop> {
        let here = std::env::current_dir().context("cannot tell the current directory")?;
        let root = here.ancestors().find(|it| it.join("xtask/Cargo.toml").is_file());
        let root = root.with_context(|| format!("{} is in no checkout", here.display()))?;
        Ok(Workshop { root: root.to_owned() })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where tools are installed that the machine lacks.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join(TOOLS)
    }

    /// A command that will run in the root, with nothing to read.
    ///
    /// Nothing to read, because a question that nobody sees would hang a CI.
    pub(crate) fn command(&self, program: impl AsRef<Path>, args: &[&str]) -> Command {
        let mut command = Command::new(program.as_ref());
        command.args(args).current_dir(&self.root).stdin(Stdio::null());
        command
    }

    /// Runs a program whose output people see as it comes.
    pub(crate) fn run(&self, program: impl AsRef<Path>, args: &[&str]) -> Result<()> {
        run(self.command(program, args))
    }

    /// Runs a program and answers with what it printed.
    pub(crate) fn read(&self, program: impl AsRef<Path>, args: &[&str]) -> Result<String> {
        let mut command = self.command(program, args);
        command.stderr(Stdio::inherit());
        let line = line_of(&command);
        let output = command.output().with_context(|| format!("cannot start `{line}`"))?;
        ensure!(output.status.success(), "`{line}` failed ({})", output.status);
        String::from_utf8(output.stdout).with_context(|| format!("`{line}` printed no UTF-8"))
    }

    /// What cargo knows of this workspace, without its dependencies.
    pub(crate) fn metadata(&self) -> Result<Value> {
        let text = self.read("cargo", &["metadata", "--no-deps", "--format-version", "1"])?;
        serde_json::from_str(&text).context("cargo metadata printed no JSON")
    }
}

/// Shows `command`, runs it, and makes a failure an error.
pub(crate) fn run(mut command: Command) -> Result<()> {
    let line = line_of(&command);
    say(format_args!("$ {line}"));
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Where `program` is on the PATH.
pub(crate) fn locate(program: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the PATH is where programs are looked for")]
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|it| it.join(program)).find(|it| it.is_file())
}

/// Says something to the person who called, on the channel on which cargo speaks.
#[expect(clippy::print_stderr, reason = "a task speaks to the person who called it")]
pub(crate) fn say(text: impl Display) {
    eprintln!("{text}");
}

fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|it| it.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
