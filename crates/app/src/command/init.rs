//! `matoi init`: a small commented plan to start from.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use matoi_core::language::Language;
use matoi_core::plan::template::{self, StarterFile};
use serde_json::json;

use crate::argument::Format;
use crate::exit::{ExitKind, Failure};

use super::Desk;

pub(super) fn perform(desk: &Desk, dir: &Path) -> Result<(), Failure> {
    let language = desk.terminal.language(Language::En);
    let files = language.pick(template::JA, template::EN);
    refuse_to_overwrite(dir, files)?;
    for file in files {
        write(dir, file)?;
    }
    if desk.terminal.format == Format::Json {
        let paths: Vec<String> =
            files.iter().map(|it| dir.join(it.path).display().to_string()).collect();
        desk.terminal.json(&json!({ "written": paths }));
        return Ok(());
    }
    for file in files {
        desk.terminal.say(&format!(
            "{}  {}",
            language.pick("作成", "wrote"),
            dir.join(file.path).display()
        ));
    }
    let dir = dir.display();
    desk.terminal.say(&language.pick(
        format!("\n次に:\n  matoi check {dir}          計画に問題がないか確かめます\n  matoi serve {dir} --dev    監視・連絡・実行を始めます"),
        format!("\nNext:\n  matoi check {dir}          tells every problem in it\n  matoi serve {dir} --dev    watches, pages, and runs"),
    ));
    Ok(())
}

/// Looks at all of them first, so that half a plan is never left behind.
fn refuse_to_overwrite(dir: &Path, files: &[StarterFile]) -> Result<(), Failure> {
    for file in files {
        let path = dir.join(file.path);
        if path.symlink_metadata().is_ok() {
            return Err(Failure::new(
                ExitKind::Refused,
                format!("{} is there already", path.display()),
            )
            .hint("nothing is written over; name another directory"));
        }
    }
    Ok(())
}

fn write(dir: &Path, file: &StarterFile) -> Result<(), Failure> {
    let path = dir.join(file.path);
    let folder = path.parent().unwrap_or(dir);
    let written = fs::create_dir_all(folder)
        .and_then(|()| OpenOptions::new().write(true).create_new(true).open(&path))
        .and_then(|mut it| it.write_all(file.text.as_bytes()));
    written.map_err(|err| {
        Failure::new(ExitKind::Refused, format!("cannot write {}: {err}", path.display()))
    })
}
