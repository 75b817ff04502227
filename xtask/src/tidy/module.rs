//! Files of Rust: how long they are and how they begin.

use super::{File, Finding};

/// More than this nobody reads in one go. Tests too: a long list of cases is better a folder of stories.
const LINES_MAX: usize = 500;

/// Is every file short enough?
pub(super) fn size(files: &[File]) -> Vec<Finding> {
    let rust = files.iter().filter(|it| it.rust().is_some());
    let long = rust.filter(|it| it.text.lines().count() > LINES_MAX);
    let finding = |it: &File| {
        let count = it.text.lines().count();
        Finding::new(
            it,
            LINES_MAX + 1,
            format!("{count} lines, {LINES_MAX} are allowed; split the file by noun"),
        )
    };
    long.map(finding).collect()
}

/// Does every module open with `//!`?
pub(super) fn purpose(files: &[File]) -> Vec<Finding> {
    let modules = files.iter().filter(|it| it.rust().is_some() && !it.is_test());
    let silent = modules.filter(|it| !opens_with_purpose(&it.text));
    silent
        .map(|it| Finding::new(it, 1, "the module does not open with `//!` and its purpose"))
        .collect()
}

fn opens_with_purpose(text: &str) -> bool {
    let first = text.lines().find(|it| !it.trim().is_empty());
    first.and_then(|it| it.strip_prefix("//!")).is_some_and(|it| !it.trim().is_empty())
}
