//! Records of decisions: `docs/decisions/0001-a-name.md`.

use super::{File, Finding};

/// What a record must say, in this order.
const SECTIONS: &[&str] = &["## Context", "## Choice", "## Cost", "## What would change our mind"];
/// One page.
const LINES_MAX: usize = 70;

/// Is every record numbered, complete, and short?
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let records =
        files.iter().filter(|it| it.folder() == "docs/decisions" && it.name() != "README.md");
    let records: Vec<&File> = records.collect();
    let mut findings: Vec<Finding> = records.iter().filter_map(|it| complaint(it)).collect();
    for (index, file) in records.iter().enumerate() {
        let same = |it: &&&File| number(it).is_some() && number(it) == number(file);
        if let Some(twin) = records.iter().take(index).find(same) {
            let message = format!("{} has the same number", twin.path);
            findings.push(Finding::new(file, 1, message));
        }
    }
    findings
}

fn complaint(file: &File) -> Option<Finding> {
    if number(file).is_none() {
        return Some(Finding::new(file, 1, "name it `0001-a-name.md`"));
    }
    let found: Vec<&str> =
        file.text.lines().filter(|it| it.starts_with("## ")).map(str::trim_end).collect();
    if found != SECTIONS {
        return Some(Finding::new(
            file,
            1,
            format!("its sections must be {}", SECTIONS.join(", ")),
        ));
    }
    let count = file.text.lines().count();
    let message = format!("{count} lines; a decision fits on one page of {LINES_MAX}");
    (count > LINES_MAX).then(|| Finding::new(file, LINES_MAX + 1, message))
}

fn number(file: &File) -> Option<&str> {
    let (number, rest) = file.name().split_once('-')?;
    let well = number.len() == 4 && number.chars().all(|it| it.is_ascii_digit());
    (well && rest.len() > ".md".len() && rest.ends_with(".md")).then_some(number)
}
