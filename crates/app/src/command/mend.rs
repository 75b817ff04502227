//! `matoi check --fix`: words of the format, written right.

use std::path::Path;

use matoi_core::language::Language;
use matoi_core::plan::load::load_with;
use matoi_core::plan::mend::mend;
use matoi_core::runbook::parse::parse;
use matoi_edge::kinds::KINDS;
use matoi_edge::plan_dir;

use crate::exit::{ExitKind, Failure};
use crate::terminal::clean;

use super::Desk;
use super::check::unreadable;
use super::hand::{consent, write_whole};

/// Mends what can be, and says what is left as it is. What it says is not the answer, which the check gives.
pub(super) fn perform(desk: &Desk, dir: &Path, yes: bool) -> Result<(), Failure> {
    let files = plan_dir::read(dir).map_err(|err| unreadable(&err))?;
    let loaded = load_with(&files, parse, &KINDS);
    let language =
        desk.terminal.language(loaded.plan.as_ref().map_or(Language::En, |it| it.language));
    let mending = mend(&files, &loaded, parse);
    for it in &mending.left {
        desk.remark(&format!("{}: {}", it.file, it.why));
    }
    if mending.files.is_empty() {
        desk.remark(
            language.pick("機械的に直せる所はありません。", "Nothing can be mended by machine."),
        );
        return Ok(());
    }
    for mended in &mending.files {
        for word in &mended.words {
            let change = format!("{} → {}", clean(&word.was), clean(&word.is));
            let place = clean(&format!("{}:{}", mended.file, word.line));
            desk.remark(&format!("{place}  {change}"));
        }
    }
    if !yes && consent(language.pick("書き直しますか？", "Write it?")).is_none() {
        return Err(Failure::new(ExitKind::Refused, "nothing was written")
            .hint("say it with --yes where nobody can be asked"));
    }
    for it in &mending.files {
        write_whole(&dir.join(&it.file), &it.text)?;
    }
    Ok(())
}
