//! What steps say of one another: whether it is there, where it may stand, and whether it goes round in a circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::runbook::{Act, Kind, OnFail};

use super::draft::{Draft, Reference, Role};
use super::finding::{Findings, quote};
use super::suggest;

/// Checks all references, and lets a step that only answers a question fail without ending the run.
pub(super) fn check(drafts: &mut [Draft], findings: &mut Findings) {
    let index = Index::of(drafts);
    let mut called = BTreeSet::new();
    for (at, draft) in drafts.iter().enumerate() {
        for reference in &draft.references {
            let Some(target) = index.find(drafts, reference, findings) else { continue };
            called.insert(target);
            place(drafts, at, target, reference, findings);
        }
        careful(drafts, at, findings);
    }
    circles(drafts, &index, findings);
    for (at, draft) in drafts.iter().enumerate() {
        if !draft.step.kind.is_forward() && !called.contains(&at) {
            let word = draft.step.kind.word();
            findings
                .warning(
                    draft.span.clone(),
                    format!("no step calls this `{word}` step, so it never runs"),
                )
                .hint(if draft.step.kind == Kind::Undo {
                    "`undo=NAME`"
                } else {
                    "`on-fail=goto:NAME`"
                });
        }
    }
    questions(drafts);
}

/// The steps that have names of their own.
struct Index {
    named: BTreeMap<String, usize>,
}

impl Index {
    fn of(drafts: &[Draft]) -> Index {
        let named = drafts.iter().enumerate().filter(|(_, it)| it.name.is_some());
        Index { named: named.map(|(at, it)| (it.step.name.clone(), at)).collect() }
    }

    fn find(
        &self,
        drafts: &[Draft],
        reference: &Reference,
        findings: &mut Findings,
    ) -> Option<usize> {
        if let Some(at) = self.named.get(&reference.name) {
            return Some(*at);
        }
        let span = reference.span.clone();
        let word = reference.role.word();
        if drafts.iter().any(|it| it.step.name == reference.name) {
            findings
                .error(
                    span,
                    format!(
                        "`{word}`: {} is a name for display, which changes with the file",
                        quote(&reference.name)
                    ),
                )
                .hint("give that step a name of its own: `name=…`");
            return None;
        }
        let nearest = suggest::nearest(&reference.name, self.named.keys().map(String::as_str));
        let finding =
            findings.error(span, format!("`{word}`: no step is called {}", quote(&reference.name)));
        match nearest {
            Some(it) => finding.hint(format!("did you mean `{it}`?")),
            None => finding.hint("a step is named by `name=…` at its fence"),
        }
        None
    }
}

/// Whether a step may mention that one in this sense.
fn place(
    drafts: &[Draft],
    at: usize,
    target: usize,
    reference: &Reference,
    findings: &mut Findings,
) {
    let (Some(from), Some(to)) = (drafts.get(at), drafts.get(target)) else { return };
    let (word, name, kind) = (reference.role.word(), &reference.name, to.step.kind);
    let wrong = match reference.role {
        Role::Needs | Role::If if !kind.is_forward() => {
            format!(
                "`{word}{name}`: a `{}` step is not in the sequence, so it never has succeeded",
                kind.word()
            )
        }
        Role::Needs | Role::If if target >= at => {
            format!("`{word}{name}`: that step does not come before this one")
        }
        Role::Check if kind != Kind::Verify => {
            format!("`{word}{name}`: that step is no `kind=verify`")
        }
        Role::Undo if kind != Kind::Undo => format!("`{word}{name}`: that step is no `kind=undo`"),
        Role::Goto if kind == Kind::Handler => return,
        Role::Goto if from.step.kind == Kind::Handler => {
            format!("`{word}{name}`: a handler leads only to a handler")
        }
        Role::Goto if kind == Kind::Undo => {
            format!("`{word}{name}`: an `undo` step runs only through `undo=`")
        }
        Role::Goto if target <= at => format!(
            "`{word}{name}`: that step does not come after this one, so the run could go in a circle"
        ),
        Role::Goto => {
            jump(drafts, at, target, reference, findings);
            return;
        }
        Role::Needs | Role::If | Role::Check | Role::Undo => return,
    };
    findings.error(reference.span.clone(), wrong);
}

/// Leaving a gate out on the way is worth a word.
fn jump(
    drafts: &[Draft],
    at: usize,
    target: usize,
    reference: &Reference,
    findings: &mut Findings,
) {
    let between = drafts.get(at + 1..target).unwrap_or_default();
    let needs = drafts.get(target).map(|it| it.step.needs.as_slice()).unwrap_or_default();
    for gate in between.iter().filter(|it| matches!(it.step.act, Act::Approve(_))) {
        if !needs.contains(&gate.step.name) {
            let (name, gate) = (&reference.name, &gate.step.name);
            findings
                .warning(reference.span.clone(), format!("this leads around the gate `{gate}`"))
                .hint(format!(
                    "`{name}` is then performed without approval, unless it has `needs={gate}`"
                ));
        }
    }
}

/// A change without a way to see, or to take back, what it did.
fn careful(drafts: &[Draft], at: usize, findings: &mut Findings) {
    let Some(draft) = drafts.get(at) else { return };
    let before = drafts.get(..at).unwrap_or_default();
    let step = &draft.step;
    if step.kind == Kind::Recover
        && step.check.is_none()
        && step.undo.is_none()
        && !before.iter().any(|it| it.step.kind == Kind::Backup)
    {
        findings
            .warning(
                draft.span.clone(),
                "a `recover` step without `check`, `undo`, or a backup before it",
            )
            .hint("when it is cut off, a person must find out what it did");
    }
    if step.on_fail == OnFail::Undo
        && step.undo.is_none()
        && before.iter().all(|it| it.step.undo.is_none())
    {
        let span = draft.on_fail.clone().unwrap_or(draft.span.clone());
        findings
            .warning(span, "nothing up to here has an `undo`, so there is nothing to take back");
    }
}

/// Handlers that lead to one another for ever.
fn circles(drafts: &[Draft], index: &Index, findings: &mut Findings) {
    let next = |at: usize| -> Option<usize> {
        let OnFail::Goto(name) = &drafts.get(at)?.step.on_fail else { return None };
        index
            .named
            .get(name)
            .copied()
            .filter(|it| drafts.get(*it).is_some_and(|it| it.step.kind == Kind::Handler))
    };
    let mut told = BTreeSet::new();
    for start in 0..drafts.len() {
        let mut path = vec![start];
        while let Some(to) = path.last().and_then(|it| next(*it)) {
            if let Some(entry) = path.iter().position(|it| *it == to) {
                let circle = path.get(entry..).unwrap_or_default();
                if circle.iter().all(|it| told.insert(*it)) {
                    tell(drafts, circle, findings);
                }
                break;
            }
            path.push(to);
        }
    }
}

fn tell(drafts: &[Draft], circle: &[usize], findings: &mut Findings) {
    let Some(first) = circle.first().and_then(|it| drafts.get(*it)) else { return };
    let mut names: Vec<&str> =
        circle.iter().filter_map(|it| drafts.get(*it)).map(|it| it.step.name.as_str()).collect();
    names.push(&first.step.name);
    let span = first.on_fail.clone().unwrap_or(first.span.clone());
    findings.error(span, format!("`on-fail=goto:` goes round in a circle: {}", names.join(" → ")));
}

/// The failure of a step that `if=` asks for is an answer, unless its author says otherwise.
fn questions(drafts: &mut [Draft]) {
    let asked: BTreeSet<String> = drafts
        .iter()
        .filter_map(|it| it.step.condition.as_ref())
        .map(|it| it.step.clone())
        .collect();
    for draft in drafts.iter_mut() {
        if draft.on_fail.is_none() && draft.name.is_some() && asked.contains(&draft.step.name) {
            draft.step.on_fail = OnFail::Continue;
        }
    }
}
