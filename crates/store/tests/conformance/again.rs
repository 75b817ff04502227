//! Tests that need a process of their own start themselves again, with a part to play.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Tells the child which directory it is to work on; its presence makes it the child.
pub(crate) const PART: &str = "MATOI_STORE_TEST_PART";

/// The directory to work on, in the child.
#[expect(clippy::disallowed_methods, reason = "the child learns its part from its environment")]
pub(crate) fn part() -> Option<PathBuf> {
    std::env::var_os(PART).map(PathBuf::from)
}

/// The program and the arguments that play only the test `name`, to be given to `part` by [`PART`].
pub(crate) fn program(name: &str) -> Vec<OsString> {
    let me = std::env::current_exe().unwrap();
    vec![me.into(), name.into(), "--exact".into(), "--nocapture".into()]
}

/// The same test as a child that works on `dir`.
pub(crate) fn again(name: &str, dir: &Path) -> Command {
    wrapped(&[], name, dir)
}

/// The same, started by another program, such as a shell that sets limits and then gives way.
pub(crate) fn wrapped(wrapper: &[&str], name: &str, dir: &Path) -> Command {
    let mut words: Vec<OsString> = wrapper.iter().map(OsString::from).collect();
    words.extend(program(name));
    let mut command = Command::new(words.remove(0));
    command.args(words).env(PART, dir);
    command
}

/// Says a line to the parent at once, past the capture of the test harness.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// Whether this user may do everything.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
