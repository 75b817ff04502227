//! A document that is imported again: what people edited stays, and what changed is shown.

use std::collections::BTreeMap;

use super::ACCOUNT_FILE;
use super::account::{MARK, hash};

/// Where a new version goes when people edited the old one.
const BESIDE: &str = "import-new/";

/// What becomes of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    New,
    Same,
    /// Nobody edited it, and the document changed.
    Updated,
    /// People edited it, and the document did not change.
    Kept,
    /// People edited it and the document changed too: theirs stays, the new one lies in `import-new/`.
    Beside,
    /// The document no longer says it; it stays where it is.
    Gone,
}

/// A file of an import that meets what is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    pub path: String,
    pub fate: Fate,
    /// What is to be written at `path`; nothing for files that stay as they are.
    pub text: Option<String>,
    /// Lines that go, and lines that come.
    pub gone: Vec<String>,
    pub come: Vec<String>,
}

/// Meets the files of a new import with those that are there, by what the last import wrote.
pub fn merge(there: &BTreeMap<String, Vec<u8>>, new: &BTreeMap<String, String>) -> Vec<Merged> {
    let account = there.get(ACCOUNT_FILE).map(|it| String::from_utf8_lossy(it).into_owned());
    let written = hashes(&account.unwrap_or_default());
    let mut merged: Vec<Merged> = Vec::new();
    for (path, text) in new {
        let old = there.get(path).map(|it| String::from_utf8_lossy(it).into_owned());
        merged.push(one(path, text, old, written.get(path)));
    }
    let gone = written.keys().filter(|it| !new.contains_key(*it) && there.contains_key(*it));
    merged.extend(gone.map(|path| Merged {
        path: path.clone(),
        fate: Fate::Gone,
        text: None,
        gone: Vec::new(),
        come: Vec::new(),
    }));
    merged
}

fn one(path: &str, text: &str, old: Option<String>, written: Option<&String>) -> Merged {
    let all = |fate| Merged {
        path: path.to_owned(),
        fate,
        text: Some(text.to_owned()),
        gone: Vec::new(),
        come: Vec::new(),
    };
    let Some(old) = old else { return all(Fate::New) };
    if old == text {
        return Merged { text: None, ..all(Fate::Same) };
    }
    let (gone, come) = differences(&old, text);
    // The account is the import's own.
    let unedited = path == ACCOUNT_FILE || written == Some(&hash(&old));
    if unedited {
        return Merged { gone, come, ..all(Fate::Updated) };
    }
    if written == Some(&hash(text)) {
        return Merged { text: None, ..all(Fate::Kept) };
    }
    Merged { path: format!("{BESIDE}{path}"), gone, come, ..all(Fate::Beside) }
}

/// What an account says that its import wrote: hash by path.
fn hashes(account: &str) -> BTreeMap<String, String> {
    let lines = account.lines().filter_map(|it| it.strip_prefix(MARK)?.strip_suffix(" -->"));
    let pairs = lines.filter_map(|it| it.split_once(' '));
    pairs.map(|(hash, path)| (path.to_owned(), hash.to_owned())).collect()
}

/// Lines that only the old text has, and lines that only the new one has.
fn differences(old: &str, new: &str) -> (Vec<String>, Vec<String>) {
    let count = |text: &str| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        text.lines().for_each(|it| *counts.entry(it.to_owned()).or_default() += 1);
        counts
    };
    let only = |text: &str, other: &str| {
        let mut others = count(other);
        let mut only = Vec::new();
        for line in text.lines() {
            match others.get_mut(line) {
                Some(left) if *left > 0 => *left -= 1,
                Some(_) | None => only.push(line.to_owned()),
            }
        }
        only
    };
    (only(old, new), only(new, old))
}
