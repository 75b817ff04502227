//! `escalation`: a ladder for all, one for each severity that has its own, and conditions.

use super::plan::Sheet;
use super::yaml::{one_line, quoted, text};
use crate::import::model::{Document, Escalation};
use crate::import::word::figure::seconds_text;
use crate::import::word::label::label;

/// Levels of one policy; a plan has no more.
const LEVELS_MAX: usize = 40;
/// Times that are looked at before the first are taken.
const RUNGS_MAX: usize = 400;

/// When a level is paged; business time comes behind elapsed time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum After {
    Seconds(i64),
    BusinessDays(u32),
}

const AT_ONCE: After = After::Seconds(0);

/// A level of a ladder: after how long, whom, and the lines that say so.
#[derive(Clone, Debug)]
struct Rung {
    after: After,
    to: Vec<String>,
    from: String,
}

/// Who is paged by time, and by what is said; and how many of these a plan has no room for.
struct Ladder {
    rungs: Vec<Rung>,
    conditions: Vec<Condition>,
    beyond: usize,
}

/// Somebody is paged when a sentence holds.
struct Condition {
    when: String,
    to: Vec<String>,
    from: String,
}

pub(super) fn write(sheet: &mut Sheet<'_>) {
    if sheet.people.is_empty() {
        return;
    }
    let documents = sheet.documents;
    let all = documents
        .iter()
        .flat_map(|document| document.escalations.iter().map(move |it| (document, it)));
    let all: Vec<(&Document, &Escalation)> = all.filter(|it| it.1.procedure.is_none()).collect();
    let (of_all, of_one): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|it| it.1.severity.is_none());
    let mut base = ladder(sheet, &of_all);
    sheet.line("");
    if base.rungs.first().is_none_or(|it| it.after != AT_ONCE) {
        sheet.remark(
            0,
            sheet.language.pick(
                "最初に誰を呼ぶか文書にありません。連絡先の全員にしました。",
                "The document does not say who is paged first; everybody with a contact is.",
            ),
        );
        let everybody = sheet
            .people
            .iter()
            .filter(|it| it.1.is_some())
            .map(|it| it.0.clone())
            .collect::<Vec<_>>();
        let to =
            if everybody.is_empty() { sheet.people.keys().cloned().collect() } else { everybody };
        base.rungs.insert(0, Rung { after: AT_ONCE, to, from: String::new() });
    }
    sheet.line("escalation:");
    policy(sheet, "default", &base);
    for severity in sheet.own.clone() {
        own_policy(sheet, &severity, &of_severity(&of_one, &severity), &base.rungs);
    }
    unspoken(sheet, &of_one);
}

/// The escalations of one severity, by whatever way it is written.
fn of_severity<'d>(
    all: &[(&'d Document, &'d Escalation)],
    severity: &str,
) -> Vec<(&'d Document, &'d Escalation)> {
    let key = |text: &str| label(text).map(|it| it.key());
    let wanted = key(severity);
    let is_its = |it: &&(&Document, &Escalation)| {
        it.1.severity.as_deref().is_some_and(|it| key(it) == wanted)
    };
    all.iter().filter(is_its).copied().collect()
}

/// The severities that have a ladder of their own.
pub(super) fn own(sheet: &Sheet<'_>) -> Vec<String> {
    let documents = sheet.documents;
    let all: Vec<(&Document, &Escalation)> = documents
        .iter()
        .flat_map(|document| document.escalations.iter().map(move |it| (document, it)))
        .filter(|it| it.1.procedure.is_none() && it.1.severity.is_some())
        .collect();
    let Some(scale) = sheet.scale() else { return Vec::new() };
    let labels = scale.severities.iter().map(|it| it.label.clone());
    let has_ladder =
        |it: &String| *it != "default" && !ladder(sheet, &of_severity(&all, it)).rungs.is_empty();
    labels.filter(has_ladder).collect()
}

/// The ladder of one severity; who is paged first is as for all where it does not say.
fn own_policy(
    sheet: &mut Sheet<'_>,
    severity: &str,
    own: &[(&Document, &Escalation)],
    base: &[Rung],
) {
    let mut ladder = ladder(sheet, own);
    if ladder.rungs.first().is_none_or(|it| it.after != AT_ONCE)
        && let Some(first) = base.first()
    {
        ladder.rungs.insert(0, first.clone());
    }
    policy(sheet, severity, &ladder);
}

/// Levels by time in ascending order, and conditions.
fn ladder(sheet: &Sheet<'_>, all: &[(&Document, &Escalation)]) -> Ladder {
    let mut rungs: Vec<Rung> = Vec::new();
    let mut conditions: Vec<Condition> = Vec::new();
    let mut beyond = 0;
    for (document, escalation) in all {
        if escalation.to.is_empty() {
            continue;
        }
        let mut to: Vec<String> = Vec::new();
        for person in escalation.to.iter().map(|it| sheet.person(it)) {
            if !to.contains(&person) && sheet.people.contains_key(&person) {
                to.push(person);
            }
        }
        if to.is_empty() {
            continue;
        }
        let from = sheet.from(document, &escalation.lines);
        match (after(escalation), &escalation.condition) {
            (Some(after), _) => {
                let has_room = rungs.len() < RUNGS_MAX;
                match rungs.iter_mut().find(|it| it.after == after) {
                    Some(rung) => {
                        let new: Vec<String> =
                            to.into_iter().filter(|it| !rung.to.contains(it)).collect();
                        rung.to.extend(new);
                    }
                    None if has_room => rungs.push(Rung { after, to, from }),
                    None => beyond += 1,
                }
            }
            (None, Some(when)) => match conditions.iter_mut().find(|it| it.when == *when) {
                Some(condition) => {
                    let known = condition.to.clone();
                    condition.to.extend(to.into_iter().filter(|it| !known.contains(it)));
                }
                None => conditions.push(Condition { when: when.clone(), to, from }),
            },
            (None, None) => (),
        }
    }
    rungs.sort_by_key(|it| it.after);
    beyond += rungs.split_off(rungs.len().min(LEVELS_MAX)).len();
    conditions.retain(|it| !one_line(&it.when).is_empty());
    let room = LEVELS_MAX - rungs.len();
    beyond += conditions.split_off(conditions.len().min(room)).len();
    Ladder { rungs, conditions, beyond }
}

/// When an escalation is due by time, if a plan can wait so long.
fn after(escalation: &Escalation) -> Option<After> {
    let by_condition = escalation.after_seconds == Some(0) && escalation.condition.is_some();
    match (escalation.after_business_days, escalation.after_seconds) {
        (Some(days), _) => Some(After::BusinessDays(days)).filter(|_| (1..=100).contains(&days)),
        (None, Some(after)) => {
            Some(After::Seconds(after)).filter(|_| !by_condition && after <= 366 * 86_400)
        }
        (None, None) => None,
    }
}

fn policy(sheet: &mut Sheet<'_>, name: &str, ladder: &Ladder) {
    sheet.line(&format!("  {}:", text(name)));
    for rung in &ladder.rungs {
        let to: Vec<String> = rung.to.iter().map(|it| text(it)).collect();
        let after = match rung.after {
            AT_ONCE => String::new(),
            After::Seconds(it) => format!("after: {}, unless: resolved, ", seconds_text(it)),
            After::BusinessDays(1) => "after: 1 business day, unless: resolved, ".to_owned(),
            After::BusinessDays(it) => format!("after: {it} business days, unless: resolved, "),
        };
        let from =
            if rung.from.is_empty() { String::new() } else { format!("    # {}", rung.from) };
        sheet.line(&format!("    - {{ {after}page: [{}] }}{from}", to.join(", ")));
    }
    let mut seen: Vec<String> = Vec::new();
    for condition in &ladder.conditions {
        let when = one_line(&condition.when);
        if seen.contains(&when) {
            continue;
        }
        let to: Vec<String> = condition.to.iter().map(|it| text(it)).collect();
        sheet.line(&format!(
            "    - {{ when: {}, page: [{}] }}    # {}",
            quoted(&when),
            to.join(", "),
            condition.from
        ));
        seen.push(when);
    }
    sheet.left_out(4, ladder.beyond);
}

/// Escalations that name nobody, or wait longer than a plan can, are left to people. Those of a procedure stand in its
/// runbook.
fn unspoken(sheet: &mut Sheet<'_>, of_one: &[(&Document, &Escalation)]) {
    let documents = sheet.documents;
    let in_procedures = documents.iter().flat_map(|document| {
        document
            .escalations
            .iter()
            .filter(|it| it.procedure.is_some() && document.procedure_of(it).is_none())
            .map(move |it| (document, it))
    });
    let vague = of_one.iter().copied().filter(|it| {
        it.1.to.is_empty() || it.1.after_business_days.is_some() && after(it.1).is_none()
    });
    let all: Vec<(&Document, &Escalation)> = vague.chain(in_procedures).collect();
    if all.is_empty() {
        return;
    }
    sheet.remark(
        2,
        sheet.language.pick(
            "誰を呼ぶか書かれていない、または計画では待てない条件です:",
            "Conditions that name nobody, or that wait longer than a plan can:",
        ),
    );
    for (document, escalation) in all {
        let who = escalation.to.join(", ");
        let of = escalation.procedure.clone().or(escalation.severity.clone()).unwrap_or_default();
        let when = escalation.condition.clone().unwrap_or_default();
        let from = sheet.from(document, &escalation.lines);
        sheet.remark(2, &format!("  {of}: {when} {who} ({from})"));
    }
}
