//! Tests that need a process of their own start themselves again, with a part to play.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Tells the child which directory it is to work on; its presence makes it the child.
const PART: &str = "MATOI_ENGINE_TEST_PART";

/// The directory to work on, in the child.
#[expect(clippy::disallowed_methods, reason = "the child learns its part from its environment")]
pub(crate) fn part() -> Option<PathBuf> {
    std::env::var_os(PART).map(PathBuf::from)
}

/// Plays the test `name` on `dir` in a child that `wrapper` starts, such as a shell that sets limits and gives way.
pub(crate) fn play(wrapper: &[&str], name: &str, dir: &Path) -> Output {
    let (program, arguments) = wrapper.split_first().unwrap();
    Command::new(program)
        .args(arguments)
        .arg(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(PART, dir)
        .output()
        .unwrap()
}
