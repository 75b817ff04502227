//! Marks of what is not finished, not run, or not looked at.

use super::{File, Finding};

/// Code that must not be committed, and what to do instead.
const CODE: &[(&str, &str)] = &[
    ("#[ignore", "a test runs or is deleted"),
    ("#[should_panic", "assert what is answered; panics are for bugs"),
    ("todo!(", "write it or leave it out"),
    ("unimplemented!(", "write it or leave it out"),
];
/// Words of comments that need the number of an issue, so that somebody owns them.
const WORDS: &[&str] = &["TODO", "FIXME", "HACK"];

/// Is everything finished, run, and reviewed?
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    files.iter().flat_map(|it| [code(it), comments(it), snapshots(it)].concat()).collect()
}

fn code(file: &File) -> Vec<Finding> {
    let code = file.rust().map_or("", |it| &it.code);
    let of_line = |(index, line): (usize, &str)| {
        let (mark, instead) = CODE.iter().find(|(mark, _)| line.contains(mark))?;
        Some(Finding::new(file, index + 1, format!("`{mark}`: {instead}")))
    };
    code.lines().enumerate().filter_map(of_line).collect()
}

fn comments(file: &File) -> Vec<Finding> {
    let is_script = [".sh", ".toml"].iter().any(|it| file.path.ends_with(it))
        || file.path.starts_with(".ci/")
        || file.name() == "justfile";
    let text = match file.rust() {
        Some(rust) => &rust.comments,
        None if is_script => &file.text,
        None => "",
    };
    let of_line = |(index, line): (usize, &str)| {
        let word = WORDS.iter().find(|it| has_word(line, it) && !has_issue(line))?;
        Some(Finding::new(file, index + 1, format!("{word} without the number of an issue")))
    };
    text.lines().enumerate().filter_map(of_line).collect()
}

fn snapshots(file: &File) -> Vec<Finding> {
    let pending = file.path.ends_with(".snap.new") || file.path.ends_with(".pending-snap");
    let finding = Finding::new(file, 1, "a snapshot that nobody accepted or refused");
    pending.then_some(finding).into_iter().collect()
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(|it: char| !it.is_alphanumeric() && it != '_').any(|it| it == word)
}

/// Whether `#` and a digit stand somewhere in the line.
fn has_issue(line: &str) -> bool {
    line.split('#').skip(1).any(|it| it.starts_with(|it: char| it.is_ascii_digit()))
}
