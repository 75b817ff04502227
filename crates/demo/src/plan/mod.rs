//! The plan that the demo starts with: the operations document of the bulletin bot, in Japanese and in English.
//!
//! The texts are files of this crate. Two places in them are filled in when they are installed, since nobody can know
//! them before: `{{SMTP_PORT}}` and `{{DIR}}`.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use crate::durable::{self, Readers};

/// The language of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Ja,
    En,
}

/// Where the plan is to work.
#[derive(Clone, Debug)]
pub struct Installation<'a> {
    /// The system's directory, which becomes the plan's too. Absolute.
    pub directory: &'a Path,
    pub language: Language,
    /// Of the mail sink.
    pub smtp_port: u16,
    /// The program and its first arguments, to which a verb is added: `matoi`, `__patient`.
    pub program: &'a [&'a OsStr],
}

/// The plan's files, by their path in the plan's directory, with the places not yet filled in.
pub fn files(language: Language) -> Vec<(&'static str, &'static str)> {
    match language {
        Language::Ja => vec![
            ("matoi.yaml", include_str!("../../plan/ja/matoi.yaml")),
            (
                "runbooks/database-corruption.md",
                include_str!("../../plan/ja/runbooks/database-corruption.md"),
            ),
            ("runbooks/first-look.md", include_str!("../../plan/ja/runbooks/first-look.md")),
        ],
        Language::En => vec![
            ("matoi.yaml", include_str!("../../plan/en/matoi.yaml")),
            (
                "runbooks/database-corruption.md",
                include_str!("../../plan/en/runbooks/database-corruption.md"),
            ),
            ("runbooks/first-look.md", include_str!("../../plan/en/runbooks/first-look.md")),
        ],
    }
}

/// Writes the plan, and the `bot` by which its runbooks call the patient. Answers what was written.
pub fn install(it: &Installation<'_>) -> anyhow::Result<Vec<PathBuf>> {
    ensure!(it.directory.is_absolute(), "{} is not absolute", it.directory.display());
    let directory = it
        .directory
        .to_str()
        .with_context(|| format!("{} is not UTF-8, and the plan is", it.directory.display()))?;
    let mut written = Vec::new();
    for (name, text) in files(it.language) {
        let text = text
            .replace("{{SMTP_PORT}}", &it.smtp_port.to_string())
            .replace("{{DIR}}", &escaped(directory));
        let path = it.directory.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        durable::write(&path, text.as_bytes(), Readers::Everybody)
            .with_context(|| format!("cannot write {}", path.display()))?;
        written.push(path);
    }
    written.push(write_bot(it)?);
    Ok(written)
}

/// A path inside of a double-quoted text of YAML.
fn escaped(path: &str) -> String {
    path.chars().fold(String::new(), |mut text, it| {
        match it {
            '"' | '\\' => text.extend(['\\', it]),
            _ if it.is_control() => text.push_str(&format!("\\U{:08X}", u32::from(it))),
            _ => text.push(it),
        }
        text
    })
}

fn write_bot(it: &Installation<'_>) -> anyhow::Result<PathBuf> {
    let mut script = b"#!/bin/sh\n# ./bot VERB DIR: the bulletin bot.\nexec".to_vec();
    for word in it.program {
        script.push(b' ');
        script.extend(quoted(word));
    }
    script.extend(b" \"$@\"\n");
    let path = it.directory.join("bot");
    durable::remove_if_there(&path)?;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o755)
        .open(&path)
        .and_then(|mut it| it.write_all(&script))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// A word in single quotes, in which only the quote itself is special.
fn quoted(word: &OsStr) -> Vec<u8> {
    let mut quoted = vec![b'\''];
    for byte in word.as_bytes() {
        match byte {
            b'\'' => quoted.extend(b"'\\''"),
            _ => quoted.push(*byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

#[cfg(test)]
mod tests;
