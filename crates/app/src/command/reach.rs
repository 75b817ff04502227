//! `matoi reach`: proves who is reached when, and shows the holes.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp, ToSpan};
use matoi_core::language::Language;
use matoi_core::plan::Plan;
use matoi_core::plan::load::load_with;
use matoi_core::problem::Weight;
use matoi_core::reach::{self, Hole, PolicyProof, Proof, SeverityProof};
use matoi_core::runbook::parse::parse;
use matoi_edge::kinds::KINDS;
use matoi_edge::plan_dir;
use matoi_engine::clock::Clock;

use crate::argument::Format;
use crate::argument::reach::ReachArgs;
use crate::exit::{ExitKind, Failure};
use crate::terminal::Tone;
use crate::terminal::table::cell;

use super::Desk;
use super::check::{show_problems, unreadable};

/// Holes of one severity that are shown to people; the rest is counted.
const HOLES_SHOWN: usize = 20;
const DAYS_JA: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];
const DAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

pub(super) fn perform(desk: &Desk, args: &ReachArgs) -> Result<(), Failure> {
    let plan = plan(desk, args)?;
    let language = desk.terminal.language(plan.language);
    if let Some(at) = args.at {
        return ask(desk, &plan, at, language);
    }
    let (from, to) = span(&plan, args)?;
    let proof = reach::prove(&plan, from, to);
    match desk.terminal.format {
        Format::Svg => desk.terminal.say(reach::picture(&proof, &plan, language).trim_end()),
        Format::Json => desk.terminal.json(&proof.to_json(&plan, language)),
        Format::Human => show(desk, &plan, &proof, language),
    }
    if proof.holds() { Ok(()) } else { Err(Failure::silent(ExitKind::Found)) }
}

/// The plan; one with errors proves nothing.
fn plan(desk: &Desk, args: &ReachArgs) -> Result<Plan, Failure> {
    let files = plan_dir::read(&args.dir).map_err(|err| unreadable(&err))?;
    let loaded = load_with(&files, parse, &KINDS);
    loaded.plan.ok_or_else(|| {
        let errors: Vec<_> =
            loaded.problems.into_iter().filter(|it| it.weight == Weight::Error).collect();
        if desk.terminal.format == Format::Human {
            show_problems(desk, &files, &errors);
        }
        let dir = args.dir.display();
        Failure::new(ExitKind::Plan, "the plan has errors, so nothing about it can be proved")
            .hint(format!("`matoi check {dir}` tells each with a way out"))
    })
}

fn span(plan: &Plan, args: &ReachArgs) -> Result<(Timestamp, Timestamp), Failure> {
    let today = || plan.zone.to_datetime(Clock::System.now()).date();
    let first = args.from.unwrap_or_else(today);
    let last = first.checked_add(i64::from(args.days).days());
    let begin = |date: Date| plan.zone.to_timestamp(date.to_datetime(Time::midnight()));
    let span = last.and_then(|last| Ok((begin(first)?, begin(last)?)));
    span.map_err(|_| Failure::new(ExitKind::Usage, "these days are beyond the calendar"))
}

/// One moment: who is paged first, and when somebody on duty is.
fn ask(desk: &Desk, plan: &Plan, at: DateTime, language: Language) -> Result<(), Failure> {
    let opened = plan
        .zone
        .to_timestamp(at)
        .map_err(|_| Failure::new(ExitKind::Usage, "that moment is beyond the calendar"))?;
    let mut answers = Vec::new();
    let mut rows = Vec::new();
    for severity in &plan.severities {
        for opening in reach::at(plan, severity, opened) {
            let seconds = match opening.wait {
                reach::Wait::For(it) => Some(it.as_secs()),
                reach::Wait::Forever => None,
            };
            answers.push(serde_json::json!({
                "severity": severity.label,
                "policy": opening.policy,
                "first": opening.first,
                "reached_after_seconds": seconds,
            }));
            rows.push([
                cell(&severity.label),
                cell(&opening.policy),
                cell(&names(plan, &opening.first, language)),
                opening.wait.words(language),
            ]);
        }
    }
    match desk.terminal.format {
        Format::Json => desk
            .terminal
            .json(&serde_json::json!({ "at": opened.to_string(), "openings": answers })),
        Format::Human | Format::Svg => {
            let heads = language.pick(
                ["重要度", "連絡体制", "最初の連絡先", "担当者に届くまで"],
                ["severity", "escalation", "paged first", "somebody on duty"],
            );
            desk.terminal.say(&desk.terminal.table(heads, rows));
        }
    }
    Ok(())
}

fn names(plan: &Plan, ids: &[String], language: Language) -> String {
    if ids.is_empty() {
        return language.pick("なし", "nobody").to_owned();
    }
    let name = |id: &String| plan.people.get(id).map_or(id.clone(), |it| it.name.clone());
    let names: Vec<String> = ids.iter().map(name).collect();
    names.join(language.pick("、", ", "))
}

fn show(desk: &Desk, plan: &Plan, proof: &Proof, language: Language) {
    let terminal = &desk.terminal;
    let day = |it: Timestamp| plan.zone.to_datetime(it).date();
    let last = day(proof.to - SignedDuration::from_secs(1));
    terminal.say(
        &terminal.toned(Tone::Strong, &format!("{}: {} – {last}", plan.name, day(proof.from))),
    );
    let heads = language.pick(
        ["重要度", "目標", "連絡体制", "最悪の場合", "穴"],
        ["severity", "target", "escalation", "worst case", "holes"],
    );
    let rows = proof.severities.iter().flat_map(|severity| {
        severity.policies.iter().map(|policy| row(severity, policy, language))
    });
    terminal.say(&terminal.table(heads, rows.collect()));
    for severity in &proof.severities {
        for policy in &severity.policies {
            holes(desk, plan, severity, policy, language);
        }
    }
    terminal.say("");
    firsts(desk, plan, proof, language);
    let (tone, text) = if proof.holds() {
        (
            Tone::Good,
            language.pick(
                "どの時刻でも、目標内に担当者に届きます。",
                "At every moment somebody on duty is reached in time.",
            ),
        )
    } else {
        (
            Tone::Bad,
            language.pick(
                "担当者に目標内に届かない時間があります。",
                "There are times at which nobody on duty is reached in time.",
            ),
        )
    };
    terminal.say(&terminal.toned(tone, text));
}

fn row(severity: &SeverityProof, policy: &PolicyProof, language: Language) -> [String; 5] {
    let target = severity.promise(language);
    [
        cell(&severity.label),
        target,
        cell(&policy.policy),
        policy.worst.words(language),
        policy.holes.len().to_string(),
    ]
}

fn holes(
    desk: &Desk,
    plan: &Plan,
    severity: &SeverityProof,
    policy: &PolicyProof,
    language: Language,
) {
    if policy.holes.is_empty() {
        return;
    }
    let terminal = &desk.terminal;
    terminal.say("");
    let open: SignedDuration = policy
        .holes
        .iter()
        .map(|it| it.to.duration_since(it.from))
        .fold(SignedDuration::ZERO, |a, b| a + b);
    let title = language.pick(
        format!(
            "{}（{}）: 穴 {} 件、合計 {} 時間",
            severity.label,
            policy.policy,
            policy.holes.len(),
            open.as_hours()
        ),
        format!(
            "{} ({}): {} holes, {} hours in all",
            severity.label,
            policy.policy,
            policy.holes.len(),
            open.as_hours()
        ),
    );
    terminal.say(&terminal.toned(Tone::Doubtful, &title));
    for hole in policy.holes.iter().take(HOLES_SHOWN) {
        terminal.say(&format!("  {}", terminal.toned(Tone::Doubtful, &line(plan, hole, language))));
    }
    if let Some(more) = policy.holes.len().checked_sub(HOLES_SHOWN).filter(|it| *it > 0) {
        let text = language.pick(
            format!("  ほか {more} 件。--format json で全て、--format svg で図になります。"),
            format!("  and {more} more; --format json tells all of them, --format svg shows them."),
        );
        terminal.say(&terminal.toned(Tone::Faint, &text));
    }
}

fn line(plan: &Plan, hole: &Hole, language: Language) -> String {
    let shown = |it: Timestamp| {
        let it = it.to_zoned(plan.zone.clone());
        let days = language.pick(DAYS_JA, DAYS_EN);
        let day = days.get(usize::from(it.weekday().to_monday_zero_offset().unsigned_abs()));
        let (date, time) = (it.strftime("%Y-%m-%d"), it.strftime("%H:%M"));
        format!("{date} {} {time}", day.copied().unwrap_or_default())
    };
    format!(
        "{} – {}  {}  {}",
        shown(hole.from),
        shown(hole.to),
        hole.wait.words(language),
        hole.why.words(plan, language)
    )
}

/// Who is paged first, by how much of the time.
fn firsts(desk: &Desk, plan: &Plan, proof: &Proof, language: Language) {
    let whole = proof.to.duration_since(proof.from).as_secs().max(1);
    let mut rows: Vec<[String; 4]> = Vec::new();
    for severity in &proof.severities {
        for policy in &severity.policies {
            let mut shares: Vec<(&[String], i64)> = Vec::new();
            for first in &policy.first {
                let seconds = first.to.duration_since(first.from).as_secs();
                match shares.iter_mut().find(|it| it.0 == first.people) {
                    Some(share) => share.1 += seconds,
                    None => shares.push((&first.people, seconds)),
                }
            }
            shares.sort_by_key(|it| std::cmp::Reverse(it.1));
            for (people, seconds) in shares {
                rows.push([
                    cell(&severity.label),
                    cell(&policy.policy),
                    cell(&names(plan, people, language)),
                    format!("{:.1} %", percent(seconds, whole)),
                ]);
            }
        }
    }
    let heads = language.pick(
        ["重要度", "連絡体制", "最初の連絡先", "時間の割合"],
        ["severity", "escalation", "paged first", "of the time"],
    );
    desk.terminal.say(&desk.terminal.table(heads, rows));
}

fn percent(part: i64, whole: i64) -> f64 {
    let permille = part.saturating_mul(1_000) / whole;
    f64::from(i32::try_from(permille).unwrap_or(i32::MAX)) / 10.0
}
