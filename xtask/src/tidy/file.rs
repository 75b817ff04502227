//! The files that the rules look at.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::rust::Rust;

/// A text of the repository.
#[derive(Clone, Debug)]
pub struct File {
    /// Relative to the repository, with slashes.
    pub path: String,
    pub text: String,
    rust: Option<Rust>,
}

impl File {
    /// A file with `text` at `path`.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> File {
        let (path, text) = (path.into(), text.into());
        let rust = path.ends_with(".rs").then(|| Rust::read(&text));
        File { path, text, rust }
    }

    /// Its code, comments, and strings, if it is Rust.
    pub(super) fn rust(&self) -> Option<&Rust> {
        self.rust.as_ref()
    }

    /// The last part of its path.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The folder that it is in; empty for the root.
    pub(super) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Whether it is only compiled for tests.
    pub(super) fn is_test(&self) -> bool {
        self.name() == "tests.rs" || self.path.split('/').any(|it| it == "tests")
    }

    /// Whether it is a document for people, rather than a runbook, a template, or a fixture.
    pub(super) fn is_document(&self) -> bool {
        let in_docs = self.path.starts_with("docs/") || self.folder().is_empty();
        let is_readme = self.name() == "README.md" || self.name() == "README.ja.md";
        self.path.ends_with(".md") && !self.is_test() && (in_docs || is_readme)
    }
}

/// Every text that git tracks or would track, at `root`; where git does not answer, every text there is.
///
/// New files are looked at before they are committed, because afterwards is too late.
pub fn tracked(root: &Path) -> Result<Vec<File>> {
    let paths = match ask_git(root) {
        Some(paths) => paths,
        None => walk(root, "")?,
    };
    let mut files = Vec::new();
    for path in paths {
        // A file may be deleted and still be tracked, and one that is no text has no rules.
        if let Ok(text) = fs::read_to_string(root.join(&path)) {
            files.push(File::new(path, text));
        }
    }
    Ok(files)
}

fn ask_git(root: &Path) -> Option<Vec<String>> {
    // A checkout may belong to another user, as in a container; reading its index is harmless.
    let args = "-c safe.directory=* ls-files -z --cached --others --exclude-standard";
    let mut git = Command::new("git");
    git.args(args.split(' ')).current_dir(root).stdin(Stdio::null()).stderr(Stdio::null());
    let output = git.output().ok().filter(|it| it.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let paths: Vec<String> = text.split_terminator('\0').map(str::to_owned).collect();
    // Inside another repository that ignores this one, git answers with nothing.
    (!paths.is_empty()).then_some(paths)
}

fn walk(root: &Path, folder: &str) -> Result<Vec<String>> {
    let here = root.join(folder);
    let mut paths = Vec::new();
    for entry in fs::read_dir(&here).with_context(|| format!("cannot list {}", here.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        if !entry.file_type()?.is_dir() {
            paths.push(path);
        } else if ![".git", ".matoi", "target"].contains(&name.as_str()) {
            paths.extend(walk(root, &path)?);
        }
    }
    paths.sort();
    Ok(paths)
}
