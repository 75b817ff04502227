//! The manifest of a backup, in the format of `sha256sum`, so that anybody can check it without us.
//!
//! **Invariant:** verifying follows no path out of the backup, whatever the manifest says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path};

use anyhow::{Context as _, bail, ensure};

use crate::backup::sync_folder;
use crate::digest;
use crate::durable::{self, Readers};

const NAME: &str = "manifest.sha256";
/// A manifest of ten thousand files.
const BYTES_MAX: u64 = 2 << 20;

/// Hashes every file below `folder`, syncs it, and writes the manifest. Answers how many files there are.
pub(crate) fn write(folder: &Path) -> anyhow::Result<usize> {
    let names = names(folder)?;
    let mut text = String::new();
    for name in &names {
        ensure!(!name.contains(['\n', '\r', '\\']), "{name:?} cannot stand in a manifest");
        text.push_str(&format!("{}  {name}\n", digest::of_file(&folder.join(name))?));
    }
    durable::write(&folder.join(NAME), text.as_bytes(), Readers::Everybody)?;
    if folder.join("cache").is_dir() {
        sync_folder(&folder.join("cache"))?;
    }
    sync_folder(folder)?;
    Ok(names.len())
}

/// Recomputes every hash of the manifest in `folder`. Answers how many files are as they were.
///
/// A file that changed, is gone, or was added is an error that names it.
pub fn verify(folder: &Path) -> anyhow::Result<usize> {
    let promised = read(folder)?;
    let found = names(folder)?;
    if let Some(added) = found.iter().find(|it| !promised.contains_key(*it)) {
        bail!("{added} is not in the manifest of {}", folder.display());
    }
    for (name, hash) in &promised {
        ensure!(found.contains(name), "{name} is gone from {}", folder.display());
        let path = folder.join(name);
        let is = digest::of_file(&path).with_context(|| format!("cannot read {name}"))?;
        ensure!(is == *hash, "{name} is not what it was when {} was made", folder.display());
    }
    Ok(promised.len())
}

fn read(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let path = folder.join(NAME);
    let mut text = String::new();
    File::open(&path)
        .and_then(|it| it.take(BYTES_MAX).read_to_string(&mut text))
        .with_context(|| format!("cannot read {}", path.display()))?;
    let entries: Option<BTreeMap<String, String>> = text.lines().map(entry).collect();
    let entries = entries.with_context(|| format!("{} is no manifest", path.display()))?;
    ensure!(!entries.is_empty(), "{} names no file", path.display());
    Ok(entries)
}

/// `<64 hex>  <name>`.
fn entry(line: &str) -> Option<(String, String)> {
    let (hash, name) = line.split_once("  ")?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|it| it.is_ascii_hexdigit());
    let stays = Path::new(name).components().all(|it| matches!(it, Component::Normal(_)));
    (is_hash && stays && !name.is_empty()).then(|| (name.to_owned(), hash.to_owned()))
}

/// Every file below `folder` but the manifest itself, two levels deep, which is all that a backup has.
fn names(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?
    {
        let entry = entry?;
        let name = plain(&entry)?;
        if entry.file_type()?.is_dir() {
            for below in fs::read_dir(entry.path())? {
                names.insert(format!("{name}/{}", plain(&below?)?));
            }
        } else if name != NAME {
            names.insert(name);
        }
    }
    Ok(names)
}

fn plain(entry: &fs::DirEntry) -> anyhow::Result<String> {
    let name = entry.file_name();
    name.into_string().map_err(|it| anyhow::anyhow!("{} is not UTF-8", it.display()))
}
