//! The verbs that recover the history.

use crate::argument::Arguments;
use crate::clock;
use crate::recovery::recreate::{self, Recreated};
use crate::recovery::repair::{self, Repaired};
use crate::recovery::restore::{self, Counts, Restored};
use crate::verb::{Answer, Out, system, tell_facts};

pub(super) fn held(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let system = system(args)?;
    args.end()?;
    restore::held(&system, out)?;
    Ok(Answer::Yes)
}

pub(super) fn repair(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let system = system(args)?;
    args.end()?;
    Ok(match repair::repair(&system, clock::now())? {
        Repaired::Intact => {
            writeln!(out, "history.db is intact; nothing was changed")?;
            Answer::Yes
        }
        Repaired::Done { rows, kept } => {
            writeln!(out, "repaired without loss\ntotal={rows}")?;
            tell_kept(kept.as_deref(), out)?;
            Answer::Yes
        }
        Repaired::Refused { rows, in_backup, nowhere, backup } => {
            writeln!(out, "repair would lose {in_backup} rows that the backup still holds")?;
            writeln!(out, "readable={rows}\nin_backup={in_backup}\nnowhere={nowhere}")?;
            writeln!(out, "backup={backup}\nnothing was changed")?;
            Answer::No
        }
        Repaired::Nothing => {
            writeln!(out, "there is no readable row in history.db; nothing was changed")?;
            Answer::No
        }
    })
}

pub(super) fn restore(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let system = system(args)?;
    args.end()?;
    Ok(match restore::restore(&system, clock::now())? {
        Restored::Intact { rows, absent } => {
            writeln!(out, "history.db is intact; nothing was changed")?;
            writeln!(out, "total={rows}\nabsent={absent}")?;
            Answer::Yes
        }
        Restored::Done(counts) => {
            tell_counts(&counts, out)?;
            Answer::Yes
        }
        Restored::Nothing => {
            writeln!(out, "there is neither a verified backup nor a readable row")?;
            Answer::No
        }
    })
}

fn tell_counts(counts: &Counts, out: Out<'_>) -> anyhow::Result<()> {
    for (folder, reason) in &counts.passed_over {
        writeln!(out, "passed over {}: {reason}", folder.display())?;
    }
    let Counts { from_backup, from_file, total, conflicts, nowhere, .. } = counts;
    tell_facts(&[("backup", &counts.backup)], out)?;
    for (name, count) in [
        ("from_backup", from_backup),
        ("from_file", from_file),
        ("total", total),
        ("conflicts", conflicts),
        ("nowhere", nowhere),
    ] {
        tell_facts(&[(name, &count.to_string())], out)?;
    }
    tell_kept(counts.kept.as_deref(), out)
}

pub(super) fn recreate(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let system = system(args)?;
    args.end()?;
    Ok(match recreate::recreate(&system, clock::now())? {
        Recreated::Done { kept } => {
            writeln!(out, "an empty history.db is in place")?;
            tell_kept(kept.as_deref(), out)?;
            Answer::Yes
        }
        Recreated::RefusedIntact => {
            writeln!(out, "history.db is intact and stays")?;
            Answer::No
        }
        Recreated::RefusedHeld { rows } => {
            writeln!(out, "{rows} rows can still be restored, so no empty history is made")?;
            Answer::No
        }
    })
}

fn tell_kept(kept: Option<&std::path::Path>, out: Out<'_>) -> anyhow::Result<()> {
    if let Some(kept) = kept {
        writeln!(out, "kept={}", kept.display())?;
    }
    Ok(())
}
