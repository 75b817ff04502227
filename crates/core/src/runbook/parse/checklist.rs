//! From items of task lists to steps that people do.
//!
//! What the file says about ticks is not read: who ticked what is known to the run.

use crate::runbook::Act;

use super::attribute::{Attributes, Key};
use super::draft::Draft;
use super::fence::{blank, merge};
use super::finding::Findings;
use super::opening;
use super::outline::{Script, Task};
use super::reader::Reader;
use super::setting::Settings;

/// Whether `next` belongs to the step of `before`.
///
/// An item with attributes of its own is a step of its own.
pub(super) fn continues(before: &Task, next: &Task) -> bool {
    before.list == next.list
        && before.heading == next.heading
        && before.directive.is_none()
        && next.directive.is_none()
}

/// Makes one step of items; there is at least one.
pub(super) fn read(
    text: &str,
    tasks: Vec<Task>,
    settings: &mut Settings,
    findings: &mut Findings,
) -> Option<Draft> {
    let first = tasks.first()?;
    let (span, heading) = (first.span.clone(), first.heading);
    let attributes = match &first.directive {
        Some(directive) => opening::pairs(text, directive.clone(), findings),
        None => Attributes::default(),
    };
    for task in &tasks {
        if task.text.is_empty() {
            findings.warning(task.span.clone(), "a task without words");
        }
    }
    let mut reader = Reader { attributes, findings, references: Vec::new() };
    let name = reader.name();
    if let Some((name, _)) = &name {
        merge(name, settings, &mut reader);
    }
    let mut step = blank(&mut reader);
    step.optional = reader.flag(Key::Optional);
    step.act = Act::Tick { items: tasks.into_iter().map(|it| it.text).collect() };
    if let Some((name, _)) = &name {
        step.name.clone_from(name);
    }
    reader.refuse_rest("a task");
    Some(Draft {
        step,
        name: name.map(|(_, span)| span),
        span,
        heading,
        references: reader.references,
        on_fail: None,
        script: Script::default(),
    })
}
