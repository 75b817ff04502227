//! The verbs: arguments in, lines and an exit code out.
//!
//! Lines are `name=value` or a sentence; the exit code is the answer, so that a step need not read them.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;

use crate::argument::{Arguments, Misuse};
use crate::backup::manifest;
use crate::system::System;
use crate::worker::{Work, Worked};
use crate::{audit, backup, check, clock, damage, init, salvage, status, stop, worker};

mod recover;

const USAGE: &str = "\
bot VERB DIR …, a bulletin bot that can be damaged and healed

  init DIR [--rows N]                                    begin a system with N deliveries
  work DIR [--max-members N] [--every MS] [--rounds N]   deliver notices
  stop DIR [--within SECONDS]                            emergency stop
  status DIR [--fresh SECONDS]                           does it live and deliver?
  backup DIR DEST [--label L]                            copy everything that matters
  verify-backup DEST                                     recompute the manifest
  rotate DIR                                             the hourly backup
  damage DIR [--pages N] [--seed S] [--target rows|index]  destroy pages of history.db
  salvage DIR OUT                                        read what the file still holds
  held DIR                                               list what backup and file still hold
  repair DIR | restore DIR | recreate DIR                recover history.db
  check DIR                                              is the history right?
  audit DIR --ledger FILE [--held FILE]                  is anything lost?
";

/// What a verb answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
}

impl Answer {
    fn of(yes: bool) -> Answer {
        if yes { Answer::Yes } else { Answer::No }
    }
}

type Out<'a> = &'a mut dyn Write;

pub(crate) fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    let mut out = io::stdout().lock();
    let answer = perform(args, &mut out);
    let (text, code) = match answer {
        Ok(Answer::Yes) => return ExitCode::SUCCESS,
        Ok(Answer::No) => return ExitCode::from(1),
        Err(error) if error.is::<Misuse>() => (format!("bot: {error:#}\n\n{USAGE}"), 2),
        Err(error) => (format!("bot: {error:#}\n"), 1),
    };
    // Where not even this can be written, the exit code is all that is left to say.
    let _ = io::stderr().write_all(text.as_bytes());
    ExitCode::from(code)
}

fn perform(mut args: impl Iterator<Item = OsString>, out: Out<'_>) -> anyhow::Result<Answer> {
    let verb = args.next().ok_or_else(|| Misuse("a verb is missing".to_owned()))?;
    let known: &[&str] = match verb.to_str() {
        Some("init") => &["rows"],
        Some("work") => &["max-members", "every", "rounds"],
        Some("stop") => &["within"],
        Some("status") => &["fresh"],
        Some("backup") => &["label"],
        Some("damage") => &["pages", "seed", "target"],
        Some("audit") => &["ledger", "held"],
        _ => &[],
    };
    let args = &mut Arguments::read(args, known)?;
    match verb.to_str() {
        Some("init") => begin(args, out),
        Some("work") => work(args, out),
        Some("stop") => stop(args, out),
        Some("status") => status(args, out),
        Some("backup") => backup(args, out),
        Some("verify-backup") => verify_backup(args, out),
        Some("rotate") => rotate(args, out),
        Some("damage") => damage(args, out),
        Some("salvage") => salvage(args, out),
        Some("held") => recover::held(args, out),
        Some("repair") => recover::repair(args, out),
        Some("restore") => recover::restore(args, out),
        Some("recreate") => recover::recreate(args, out),
        Some("check") => check(args, out),
        Some("audit") => audit(args, out),
        _ => Err(Misuse(format!("there is no verb {}", verb.display())).into()),
    }
}

fn system(args: &mut Arguments) -> Result<System, Misuse> {
    args.path("DIR").map(System::at)
}

fn begin(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let system = system(args)?;
    let rows = args.option("rows")?.unwrap_or(init::ROWS);
    args.end()?;
    init::init(&system, rows)?;
    writeln!(out, "rows={rows}")?;
    Ok(Answer::Yes)
}

fn work(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let system = system(args)?;
    let every: Option<u32> = args.option("every")?;
    let work = Work {
        members_max: args.option("max-members")?,
        every: every.map_or(worker::EVERY, |it| Duration::from_millis(it.into())),
        rounds: args.option("rounds")?,
    };
    args.end()?;
    let worked = worker::work(&system, &work)?;
    writeln!(out, "{worked}")?;
    Ok(match worked {
        Worked::Finished { .. } => Answer::Yes,
        Worked::Damaged { .. } => Answer::No,
    })
}

fn stop(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let system = system(args)?;
    let within = args.seconds("within")?.unwrap_or(stop::WITHIN);
    args.end()?;
    let stopped = stop::stop(&system, within)?;
    writeln!(out, "{stopped}")?;
    Ok(match stopped {
        stop::Stopped::StillRuns { .. } => Answer::No,
        stop::Stopped::NobodyRan
        | stop::Stopped::Finished
        | stop::Stopped::Terminated { .. }
        | stop::Stopped::Killed { .. } => Answer::Yes,
    })
}

fn status(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let system = system(args)?;
    let fresh = args.seconds("fresh")?.unwrap_or(status::FRESH);
    args.end()?;
    match status::status(&system, fresh, clock::now())? {
        status::Health::Well { pid, age } => {
            writeln!(out, "process {pid} works; the last delivery was {} s ago", age.as_secs())?;
            Ok(Answer::Yes)
        }
        status::Health::Unwell { reason } => {
            writeln!(out, "{reason}")?;
            Ok(Answer::No)
        }
    }
}

fn backup(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let system = system(args)?;
    let folder = args.path("DEST")?;
    let label: Option<String> = args.option("label")?;
    args.end()?;
    let made = backup::backup(&system, &folder, label.as_deref())?;
    tell_of(&made, out)
}

fn tell_of(made: &backup::Backup, out: Out<'_>) -> anyhow::Result<Answer> {
    writeln!(out, "backed up to {}", made.folder.display())?;
    let (rows, files) = (made.rows.to_string(), made.files.to_string());
    let facts = [("label", made.label.as_str()), ("rows", &rows), ("files", &files)];
    tell_facts(&facts, out)?;
    tell_facts(&[("kind", made.form.word())], out)?;
    Ok(Answer::Yes)
}

/// Tells facts as `name=value`, to people and to the runbook whose step this is.
fn tell_facts(facts: &[(&str, &str)], out: Out<'_>) -> anyhow::Result<()> {
    let lines: String = facts.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    out.write_all(lines.as_bytes())?;
    let Some(to) = step_output() else { return Ok(()) };
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(&to)
        .and_then(|mut it| it.write_all(lines.as_bytes()))
        .with_context(|| format!("cannot write {}", to.display()))
}

/// Where a runbook's step leaves what it wants to say to the next.
#[expect(
    clippy::disallowed_methods,
    reason = "the patient's contract with its runbook gives this by environment"
)]
fn step_output() -> Option<PathBuf> {
    std::env::var_os("STEP_OUTPUT").filter(|it| !it.is_empty()).map(PathBuf::from)
}

fn verify_backup(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let folder = args.path("DEST")?;
    args.end()?;
    let files = manifest::verify(&folder)?;
    writeln!(out, "{files} files are as they were")?;
    Ok(Answer::Yes)
}

fn rotate(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let system = system(args)?;
    args.end()?;
    tell_of(&backup::rotate::rotate(&system, clock::now())?, out)
}

fn damage(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let system = system(args)?;
    let pages = args.option("pages")?.unwrap_or(damage::PAGES);
    let seed = args.option("seed")?.unwrap_or(0);
    let target = match args.option::<String>("target")?.as_deref() {
        None | Some("rows") => damage::Target::Rows,
        Some("index") => damage::Target::Index,
        Some(other) => return Err(Misuse(format!("--target cannot be {other}")).into()),
    };
    args.end()?;
    let done = damage::damage(&system, target, pages, seed)?;
    writeln!(out, "destroyed pages {:?}, of {} leaves", done.pages, done.leaves)?;
    writeln!(out, "SQLite says: {}", done.complaint)?;
    Ok(Answer::Yes)
}

fn salvage(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let system = system(args)?;
    let to = args.path("OUT")?;
    args.end()?;
    let found = salvage::salvage(&system.database())?;
    salvage::write(&found, &to)?;
    let (read, damaged) = (found.rows.len().to_string(), found.damaged().count().to_string());
    let pages = found.unreadable_pages.to_string();
    tell_facts(&[("read", &read), ("damaged", &damaged), ("pages", &pages)], out)?;
    Ok(Answer::Yes)
}

fn check(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let system = system(args)?;
    args.end()?;
    let checked = check::check(&system)?;
    match &checked {
        check::Checked::Broken { reason } => writeln!(out, "not intact: {reason}")?,
        check::Checked::Read(findings) => {
            writeln!(out, "integrity=ok\nrows={}", findings.rows)?;
            for (status, count) in &findings.by_status {
                writeln!(out, "{}={count}", status.word())?;
            }
            writeln!(out, "wrong={}\ndoubled={}", findings.wrong.len(), findings.doubled.len())?;
        }
    }
    Ok(Answer::of(checked.is_well()))
}

fn audit(args: &mut Arguments, out: Out<'_>) -> anyhow::Result<Answer> {
    let system = system(args)?;
    let ledger = args.raw("ledger").map(PathBuf::from);
    let ledger = ledger.ok_or_else(|| Misuse("--ledger is missing".to_owned()))?;
    let held = args.raw("held").map(PathBuf::from);
    args.end()?;
    let audit = audit::audit(&system, &ledger, held.as_deref())?;
    writeln!(out, "rows={}\npromised={}", audit.rows, audit.promised)?;
    tell_missing("missing", &audit.missing, out)?;
    if let Some(held) = &audit.held {
        writeln!(out, "held={}", held.promised)?;
        tell_missing("held_missing", &held.missing, out)?;
    }
    Ok(Answer::of(audit.is_well()))
}

/// How many, and the first few by number.
fn tell_missing(name: &str, ids: &[i64], out: Out<'_>) -> io::Result<()> {
    writeln!(out, "{name}={}", ids.len())?;
    match ids {
        [] => Ok(()),
        _ => {
            let first: Vec<String> = ids.iter().take(20).map(i64::to_string).collect();
            let more = if ids.len() > first.len() { " …" } else { "" };
            writeln!(out, "  no. {}{more}", first.join(", "))
        }
    }
}
