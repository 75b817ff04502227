//! `matoi arm`: lets a step of a runbook begin by itself, by somebody's word.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use matoi_core::language::Language;
use matoi_core::plan::load;
use matoi_core::runbook::arm::{self, Arming, Refusal};
use matoi_core::runbook::parse::parse;
use matoi_core::runbook::{Act, Kind, Runbook};
use matoi_engine::clock::Clock;
use serde_json::json;

use crate::argument::Format;
use crate::argument::arm::ArmArgs;
use crate::exit::{ExitKind, Failure};
use crate::terminal::Tone;
use crate::terminal::table::cell;

use super::Desk;
use super::hand::{consent, write_whole};

pub(super) fn perform(desk: &Desk, args: &ArmArgs) -> Result<(), Failure> {
    let (path, text) = read(args)?;
    let language = desk.terminal.language(Language::En);
    let (Some(step), Some(kind)) = (&args.step, args.kind) else {
        return list(desk, args, &path, &text, language);
    };
    let by = desk.everywhere.actor.clone().or_else(|| desk.surroundings.user());
    let by = by.ok_or_else(|| {
        Failure::new(ExitKind::Usage, "nobody knows who you are").hint("say it with --as NAME")
    })?;
    let arming = Arming {
        kind: kind.into(),
        name: args.name.clone(),
        check: args.check.clone(),
        undo: args.undo.clone(),
        by,
        on: jiff::tz::TimeZone::system().to_datetime(Clock::System.now()).date(),
    };
    let file = path.display().to_string();
    let armed = arm::arm(&file, &text, step, &arming, &named(args))
        .map_err(|it| refused(desk, &it, &text))?;
    let changed = difference(&text, &armed);
    if desk.terminal.format == Format::Human {
        for line in &changed {
            desk.terminal.say(&desk.terminal.toned(Tone::Good, &format!("  + {line}")));
        }
    }
    if !args.yes {
        let question = language.pick("自動で動けるようにしますか？", "Arm it?");
        consent(question).ok_or_else(|| {
            Failure::new(ExitKind::Refused, "nothing was armed")
                .hint("say it with --yes where nobody can be asked")
        })?;
    }
    write_whole(&path, &armed)?;
    if desk.terminal.format == Format::Json {
        desk.terminal.json(
            &json!({ "file": file, "step": step, "kind": arming.kind.word(), "by": arming.by }),
        );
        return Ok(());
    }
    let dir = args.dir.display();
    desk.terminal.say(&desk.terminal.toned(
        Tone::Good,
        &language.pick(
            format!("「{step}」は {} として、自動で動けるようになりました。", arming.kind.word()),
            format!("\"{step}\" may begin by itself from now on, as {}.", arming.kind.word()),
        ),
    ));
    desk.terminal.say(&language.pick(
        format!("次に:\n  matoi check {dir}        残る問題\n  matoi plan reload     サーバーに渡す"),
        format!("Next:\n  matoi check {dir}        what remains\n  matoi plan reload     give it to the server"),
    ));
    Ok(())
}

fn read(args: &ArmArgs) -> Result<(PathBuf, String), Failure> {
    let name = args.runbook.trim_end_matches(".md");
    let is_plain = !name.is_empty() && !name.contains(['/', '\\']) && !name.starts_with('.');
    let path = args.dir.join("runbooks").join(format!("{name}.md"));
    let failure = |why: String| {
        Failure::new(ExitKind::Plan, why)
            .hint("name a runbook of the plan, and the plan's directory with --dir")
    };
    if !is_plain {
        return Err(failure(format!("\"{}\" is no name of a runbook", args.runbook)));
    }
    let text =
        fs::read_to_string(&path).map_err(|err| failure(format!("{}: {err}", path.display())))?;
    Ok((path, text))
}

/// The languages that the plan beside the runbook names an interpreter for; none where there is no plan.
fn named(args: &ArmArgs) -> BTreeSet<String> {
    load::languages(&fs::read(args.dir.join(load::PLAN_FILE)).unwrap_or_default())
}

/// The steps, and what each waits for.
fn list(
    desk: &Desk,
    args: &ArmArgs,
    path: &Path,
    text: &str,
    language: Language,
) -> Result<(), Failure> {
    let (runbook, _) = parse(&path.display().to_string(), text.as_bytes(), &named(args));
    let runbook = runbook.ok_or_else(|| refused(desk, &Refusal::NoRunbook, text))?;
    if desk.terminal.format == Format::Json {
        let steps = runbook.steps.iter().map(|it| {
            json!({ "name": it.name, "kind": it.kind.word(), "line": it.line, "armed": is_armed(it.kind) })
        });
        desk.terminal.json(&json!({ "runbook": runbook.name, "steps": steps.collect::<Vec<_>>() }));
        return Ok(());
    }
    desk.terminal.say(&table(desk, &runbook, language));
    let example = runbook.steps.iter().find(|it| it.kind == Kind::Click);
    if let Some(step) = example {
        desk.terminal.say("");
        desk.terminal.say(&format!(
            "  matoi arm {} {} --kind diagnose --dir {}",
            runbook.name,
            step.name,
            args.dir.display()
        ));
    }
    Ok(())
}

fn is_armed(kind: Kind) -> bool {
    !matches!(kind, Kind::Click | Kind::Durable)
}

fn table(desk: &Desk, runbook: &Runbook, language: Language) -> String {
    let heads = language.pick(["手順", "行", "種類", "内容"], ["step", "line", "kind", "what"]);
    let rows = runbook.steps.iter().map(|step| {
        let what = match &step.act {
            Act::Perform { script, .. } => {
                let lines = script.lines().map(str::trim);
                let first = lines.into_iter().find(|it| !it.is_empty() && !it.starts_with('#'));
                first.unwrap_or_default().to_owned()
            }
            Act::Tick { items } => items.join(" / "),
            Act::Approve(approval) => approval.text.clone(),
            Act::Wait { lasting } => language.duration(*lasting),
        };
        let what: String = what.chars().take(60).collect();
        let kind = if step.kind == Kind::Click {
            language.pick("人が押すまで待つ", "waits for a click")
        } else {
            step.kind.word()
        };
        [cell(&step.name), step.line.to_string(), kind.to_owned(), cell(&what)]
    });
    desk.terminal.table(heads, rows.collect())
}

fn refused(desk: &Desk, refusal: &Refusal, text: &str) -> Failure {
    let no = |why: String, hint: &str| Failure::new(ExitKind::Refused, why).hint(hint.to_owned());
    match refusal {
        Refusal::NoRunbook => no("this file is no runbook".to_owned(), "its front matter needs `runbook:`"),
        Refusal::NoStep { known } => no("the runbook has no such step".to_owned(), &format!("known: {}", known.join(", "))),
        Refusal::NotPerformed => no(
            "only what is performed is armed; lists, waits and gates begin by themselves or are done by people".to_owned(),
            "choose a step with a script",
        ),
        Refusal::Armed { kind } => no(
            format!("it is armed already, as {}", kind.word()),
            "change `kind=` in the file where that is wrong",
        ),
        Refusal::Placeholder { what } => no(
            format!("{what} is still to be filled in"),
            "write the value, or make it a parameter with a default",
        ),
        Refusal::Parameter { name } => no(
            format!("its parameter {name} has no default, and a run that begins by itself is given nothing"),
            "write `default:` for it in the front matter",
        ),
        Refusal::Attributes { line } => no(
            format!("the attributes in line {line} are written in a way that is not changed by machine"),
            "add `kind=` by hand",
        ),
        Refusal::Wrong { problems } => {
            for problem in problems {
                desk.remark(&desk.terminal.problem(problem, Some(text)));
            }
            no("the runbook would have errors then".to_owned(), "mend them, or arm it otherwise")
        }
    }
}

/// The lines that are new.
fn difference(before: &str, after: &str) -> Vec<String> {
    let old: std::collections::BTreeSet<&str> = before.lines().collect();
    after.lines().filter(|it| !old.contains(it)).map(str::to_owned).collect()
}
