//! From a fence to a step: a script to perform, a gate, or a wait.
//!
//! **Invariant:** every fence that looks as if its author wanted a step becomes one or gets a finding.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::SignedDuration;

use crate::limits::STEP_TIMEOUT;
use crate::runbook::{ACTION, Act, Expect, Kind, OnFail, Step};

use super::action;
use super::attribute::Key;
use super::draft::{Draft, Role};
use super::finding::Findings;
use super::gate;
use super::language::{self, Languages, Meaning};
use super::opening::{self, Opening};
use super::outline::{Ending, Fence};
use super::reader::Reader;
use super::setting::Settings;

/// Attempts after the first that a look at something may make when it says nothing.
const DIAGNOSE_RETRY: u32 = 2;

/// The pause between two attempts when a step says nothing.
const EVERY: SignedDuration = SignedDuration::from_secs(5);

/// What `kind=` may be.
const KINDS: &[(&str, Kind)] = &[
    ("diagnose", Kind::Diagnose),
    ("backup", Kind::Backup),
    ("recover", Kind::Recover),
    ("verify", Kind::Verify),
    ("undo", Kind::Undo),
    ("handler", Kind::Handler),
];

/// Reads a fence; `None` where it is no step.
pub(super) fn read(
    text: &str,
    fence: Fence,
    languages: Languages<'_>,
    settings: &mut Settings,
    findings: &mut Findings,
) -> Option<Draft> {
    let opening = opening::read(text, fence.info.clone());
    let language = languages.meaning(&opening.language);
    if fence.ending == Ending::Open {
        findings
            .error(fence.span.clone(), "this fence is never closed, so it holds all that follows")
            .hint("end it with a line of as many backticks, indented alike");
    }
    match language {
        Meaning::Script | Meaning::Approval | Meaning::Wait => {
            ours(language, fence, opening, settings, findings)
        }
        Meaning::NotYet => {
            let message = format!("`{}` is not available yet", opening.language);
            not_performed(&fence, &opening, &message, "write it as `bash`", findings);
            None
        }
        Meaning::Unnamed => {
            let message = format!("the plan names no interpreter for `{}`", opening.language);
            let word = &opening.language;
            let hint = format!("write `interpreters: {{ {word}: [PROGRAM] }}` into the plan");
            not_performed(&fence, &opening, &message, &hint, findings);
            None
        }
        Meaning::Prose => {
            language::prose(text, &fence, opening, languages, findings);
            None
        }
    }
}

fn not_performed(
    fence: &Fence,
    opening: &Opening,
    message: &str,
    hint: &str,
    findings: &mut Findings,
) {
    let mut attributes = opening.attributes.clone();
    let ignored = attributes.as_mut().is_some_and(|it| it.take(Key::Ignore).is_some());
    if ignored || (attributes.is_none() && fence.off.is_some()) {
        return;
    }
    let hint = format!("{hint}, or mark it `{{ ignore }}`");
    if opening.attributes.is_some() {
        findings.error(opening.language_span.clone(), message.to_owned()).hint(hint);
    } else {
        findings
            .warning(
                opening.language_span.clone(),
                format!("{message}: it is shown, and is no step"),
            )
            .hint(hint);
    }
}

/// Reads a fence in a language that is a step.
fn ours(
    language: Meaning,
    fence: Fence,
    opening: Opening,
    settings: &mut Settings,
    findings: &mut Findings,
) -> Option<Draft> {
    findings.append(opening.findings);
    let written = opening.attributes.is_some();
    let mut reader = Reader {
        attributes: opening.attributes.unwrap_or_default(),
        findings,
        references: Vec::new(),
    };
    if let Some(ignore) = reader.attributes.take(Key::Ignore) {
        if reader.attributes.has(Key::Kind) {
            reader.findings.warning(ignore.key_span, "`ignore` outweighs `kind`: this is no step");
        }
        return None;
    }
    if fence.ending == Ending::Open {
        // A click must not perform the prose that it swallowed.
        return None;
    }
    if !written && is_shown(&opening.language, &fence, reader.findings) {
        return None;
    }
    if fence.off.is_some() {
        if written {
            reader
                .findings
                .error(fence.span, "a step with attributes stands below `steps: off`")
                .hint("take one of the two out; `steps: on` ends it");
        }
        return None;
    }
    let name = reader.name();
    if let Some((name, _)) = &name {
        merge(name, settings, &mut reader);
    }
    let mut step = blank(&mut reader);
    let on_fail = match language {
        Meaning::Approval => {
            let text = fence.script.text.trim().to_owned();
            step.act = Act::Approve(gate::approval(&fence, text, &mut reader));
            reader.refuse_rest("an `approval`");
            None
        }
        Meaning::Wait => {
            step.act = Act::Wait { lasting: gate::wait(&fence, &mut reader) };
            reader.refuse_rest("a `wait`");
            None
        }
        Meaning::Script | Meaning::NotYet | Meaning::Unnamed | Meaning::Prose => {
            let text = match opening.language.as_str() {
                ACTION => action::read(&mut step, &fence, settings, &mut reader),
                _ => fence.script.text.clone(),
            };
            step.act = Act::Perform { language: opening.language, script: text };
            script(&mut step, &fence, &mut reader)
        }
    };
    if let Some((name, _)) = &name {
        step.name.clone_from(name);
    }
    Some(Draft {
        step,
        name: name.map(|(_, span)| span),
        span: fence.span,
        heading: fence.heading,
        references: reader.references,
        on_fail,
        script: fence.script,
    })
}

/// Adds what the front matter says of this step.
pub(super) fn merge(name: &str, settings: &mut Settings, reader: &mut Reader<'_>) {
    if let Some(more) = settings.steps.remove(name) {
        for attribute in more.attributes {
            reader.attributes.insert(attribute, reader.findings);
        }
    }
}

/// What every step has, whatever it does.
pub(super) fn blank(reader: &mut Reader<'_>) -> Step {
    Step {
        name: String::new(),
        phase: 0,
        kind: Kind::Durable,
        act: Act::Tick { items: Vec::new() },
        timeout: STEP_TIMEOUT,
        retry: 0,
        every: EVERY,
        needs: reader.needs(),
        condition: reader.condition(),
        on_fail: OnFail::Abort,
        check: None,
        undo: None,
        expect: None,
        optional: false,
        idempotent: false,
        extra: BTreeMap::new(),
        line: 0,
    }
}

fn script(step: &mut Step, fence: &Fence, reader: &mut Reader<'_>) -> Option<Range<usize>> {
    step.kind = reader.choice(Key::Kind, KINDS).unwrap_or(Kind::Click);
    step.timeout = reader.duration(Key::Timeout).unwrap_or(STEP_TIMEOUT);
    step.expect = reader.expect();
    step.optional = reader.flag(Key::Optional);
    let own: &[Key] = if is_in(step, "http") { &[Key::Status, Key::Json, Key::Ca] } else { &[] };
    for key in [Key::On, Key::Cwd].iter().chain(own) {
        if let Some(it) = reader.attributes.take(*key) {
            step.extra.insert(key.word().to_owned(), it.value);
        }
    }
    if is_in(step, "http") {
        expect_status(step);
    }
    if step.kind.changes_things() {
        step.check = reader.other_step(Key::Check, Role::Check);
        if step.kind != Kind::Undo {
            step.undo = reader.other_step(Key::Undo, Role::Undo);
        }
        step.idempotent = reader.flag(Key::Idempotent);
    } else {
        repeat(step, reader);
    }
    let on_fail = if step.kind == Kind::Undo { None } else { reader.on_fail() };
    step.on_fail = match (&on_fail, step.kind) {
        (Some((on_fail, _)), _) => on_fail.clone(),
        (None, Kind::Backup | Kind::Recover) => OnFail::Pause,
        (
            None,
            Kind::Click
            | Kind::Diagnose
            | Kind::Verify
            | Kind::Undo
            | Kind::Handler
            | Kind::Durable,
        ) => OnFail::Abort,
    };
    refuse_script_rest(step, fence, reader);
    on_fail.map(|(_, span)| span)
}

/// Whether a fence without attributes only shows something: what a server said, or what an action is.
fn is_shown(language: &str, fence: &Fence, findings: &mut Findings) -> bool {
    if language == ACTION {
        let finding = findings.warning(fence.span.clone(), "an `action` without `uses` is no step");
        finding.hint(action::WAY);
        return true;
    }
    language == "http" && fence.script.text.trim_start().starts_with("HTTP/")
}

fn is_in(step: &Step, wanted: &str) -> bool {
    matches!(&step.act, Act::Perform { language, .. } if language == wanted)
}

/// `expect="status 200"` of a request is about its status and not about its text.
fn expect_status(step: &mut Step) {
    if let Some(Expect::Text(text)) = &step.expect
        && let Some(status) = text.strip_prefix("status ")
        && !step.extra.contains_key("status")
    {
        step.extra.insert(Key::Status.word().to_owned(), status.trim().to_owned());
        step.expect = None;
    }
}

/// Only what changes nothing may be repeated.
fn repeat(step: &mut Step, reader: &mut Reader<'_>) {
    let default = if step.kind == Kind::Diagnose { DIAGNOSE_RETRY } else { 0 };
    step.retry = reader.number(Key::Retry).unwrap_or(default);
    if let (0, Some(span)) = (step.retry, reader.attributes.place(Key::Every)) {
        reader.findings.warning(span, "`every` without `retry` has no effect");
    }
    step.every = reader.duration(Key::Every).unwrap_or(EVERY);
}

fn refuse_script_rest(step: &Step, fence: &Fence, reader: &mut Reader<'_>) {
    let kind = step.kind;
    let place = if kind == Kind::Click {
        "a step without `kind`".to_owned()
    } else {
        format!("a `{}` step", kind.word())
    };
    if let Some(retry) = reader.attributes.take(Key::Retry) {
        reader
            .findings
            .error(
                retry.key_span,
                format!("{place} may change something, so it is never repeated by itself"),
            )
            .hint("a `verify` step with `retry` waits for the effect");
        reader.attributes.take(Key::Every);
    }
    if kind == Kind::Undo
        && let Some(undo) = reader.attributes.take(Key::Undo)
    {
        reader.findings.error(
            undo.key_span,
            "an `undo` step cannot be undone: that would go round in a circle",
        );
    }
    if let Some(flag) = reader.attributes.take(Key::Idempotent) {
        let message = format!("`{}` changes nothing, so `idempotent` says nothing", kind.word());
        reader.findings.warning(flag.key_span, message);
    }
    if fence.script.text.trim().is_empty() && !is_in(step, ACTION) {
        reader.findings.warning(fence.span.clone(), "there is nothing to perform");
    }
    reader.refuse_rest(&place);
}
