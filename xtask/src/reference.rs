//! `cargo xtask docs`: the reference in `docs/reference`, as the program itself tells it.
//!
//! **Invariant:** nothing in that folder is written by hand; what the program does not name is removed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::test;
use crate::workshop::{Workshop, say};

/// Pages by file name.
pub type Pages = BTreeMap<String, String>;

/// Where the pages are kept, below the repository.
const FOLDER: &str = "docs/reference";
/// Lines that the difference of one page may show; the rest are counted.
const DIFF_LINES_MAX: usize = 60;

/// Writes the reference.
pub(crate) fn write_all(workshop: &Workshop) -> Result<()> {
    let folder = workshop.root().join(FOLDER);
    let told = ask_program(workshop)?;
    write(&folder, &told)?;
    say(format_args!("{FOLDER}: {} pages", told.len()));
    Ok(())
}

/// Fails if the reference is not what the program tells.
pub(crate) fn check_all(workshop: &Workshop) -> Result<()> {
    let kept = read(&workshop.root().join(FOLDER))?;
    let differences = compare(&kept, &ask_program(workshop)?);
    if differences.is_empty() {
        return Ok(());
    }
    bail!("{FOLDER} is stale; `cargo xtask docs` renews it\n{}", differences.join("\n"))
}

/// Builds the program and asks it, so that the answer is never an older one's.
fn ask_program(workshop: &Workshop) -> Result<Pages> {
    test::build(workshop)?;
    let metadata = workshop.metadata()?;
    let target = metadata["target_directory"].as_str().context("cargo names no target folder")?;
    let program = PathBuf::from(target).join("debug/matoi");
    pages(&workshop.read(&program, &["reference"])?)
}

/// Reads what the program tells: a JSON object of Markdown texts by file name.
pub fn pages(text: &str) -> Result<Pages> {
    let pages: Pages = serde_json::from_str(text)
        .context("`matoi reference` printed no JSON object of texts by file name")?;
    ensure!(!pages.is_empty(), "`matoi reference` named no page");
    for name in pages.keys() {
        let stem = name.strip_suffix(".md").unwrap_or_default();
        let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        ensure!(!stem.is_empty() && stem.chars().all(plain), "{name:?} is no plain `name.md`");
    }
    Ok(pages)
}

/// The pages of `folder`; none if it is not there.
pub fn read(folder: &Path) -> Result<Pages> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(err) if err.kind() == ErrorKind::NotFound => return Ok(Pages::new()),
        Err(err) => bail!("cannot list {}: {err}", folder.display()),
    };
    let mut pages = Pages::new();
    for entry in entries {
        let path = entry?.path();
        let text = fs::read_to_string(&path);
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        pages.insert(name, text);
    }
    Ok(pages)
}

/// Makes `folder` hold exactly `pages`.
pub fn write(folder: &Path, pages: &Pages) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for name in read(folder)?.keys().filter(|it| !pages.contains_key(*it)) {
        let path = folder.join(name);
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    for (name, text) in pages {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// What is different between the pages that are kept and those that the program tells; empty if nothing.
pub fn compare(kept: &Pages, told: &Pages) -> Vec<String> {
    let names: BTreeSet<&String> = kept.keys().chain(told.keys()).collect();
    let difference = |name: &String| match (kept.get(name), told.get(name)) {
        (Some(kept), Some(told)) if kept == told => None,
        (Some(kept), Some(told)) => Some(format!("{FOLDER}/{name}:\n{}", diff(kept, told))),
        (None, _) => Some(format!("{FOLDER}/{name} is missing")),
        (_, None) => Some(format!("{FOLDER}/{name} is no longer told by the program")),
    };
    names.into_iter().filter_map(difference).collect()
}

/// The lines between what both begin and both end with, as one hunk.
fn diff(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    let head = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    // What both begin with must not be counted again as what both end with.
    let rest = old.len().min(new.len()) - head;
    let ends = old.iter().rev().zip(new.iter().rev()).take(rest);
    let tail = ends.take_while(|(old, new)| old == new).count();
    let between = |lines: &[&str], sign: char| -> Vec<String> {
        let count = lines.len() - head - tail;
        lines.iter().skip(head).take(count).map(|it| format!("{sign}{it}")).collect()
    };
    let mut lines = vec![format!("@@ line {} @@", head + 1)];
    lines.extend(between(&old, '-'));
    lines.extend(between(&new, '+'));
    let more = lines.len().saturating_sub(DIFF_LINES_MAX);
    if more > 0 {
        lines.truncate(DIFF_LINES_MAX);
        lines.push(format!("… and {more} more lines"));
    }
    lines.join("\n")
}
