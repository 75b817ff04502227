//! Whether runbooks and plan agree: what a runbook names must be there.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::plan::finding::{Complaint, Findings};
use crate::plan::kinds::Kinds;
use crate::plan::load::RUNBOOK_DIRECTORY;
use crate::plan::{Plan, guess};
use crate::problem::Problem;
use crate::runbook::{ACTION, Act, Approval, Kind, Runbook, Step};

/// Checks every runbook against the plan. One whose gate can never open is marked unsound.
pub(super) fn check(
    plan: &mut Plan,
    files: &BTreeMap<String, Vec<u8>>,
    kinds: Option<Kinds>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut unsound = Vec::new();
    for runbook in plan.runbooks.values() {
        let file = format!("{RUNBOOK_DIRECTORY}{}.md", runbook.name);
        let text = files.get(&file).and_then(|it| std::str::from_utf8(it).ok());
        let text = text.unwrap_or_default();
        let mut checking = Checking { plan, text, kinds, findings: Findings::default() };
        checking.runbook(runbook);
        if checking.findings.has_errors() {
            unsound.push(runbook.name.clone());
        }
        problems.extend(checking.findings.into_problems(&file, checking.text));
    }
    for name in unsound {
        if let Some(runbook) = plan.runbooks.get_mut(&name) {
            runbook.sound = false;
        }
    }
    problems
}

struct Checking<'a> {
    plan: &'a Plan,
    text: &'a str,
    kinds: Option<Kinds>,
    findings: Findings,
}

impl Checking<'_> {
    fn runbook(&mut self, runbook: &Runbook) {
        if let Some(alert) = &runbook.for_alert {
            let watches = self.plan.services.values().flat_map(|it| &it.watch);
            let names: BTreeSet<&str> = self
                .plan
                .alerts
                .keys()
                .chain(watches.map(|it| &it.alert))
                .map(|it| self.plan.alert_called(it))
                .collect();
            if !names.contains(alert.as_str()) {
                self.unknown("alert", alert, names);
            }
        }
        if let Some(service) = &runbook.for_service
            && !self.plan.services.contains_key(service)
        {
            self.unknown(
                "service",
                service,
                self.plan.services.keys().map(String::as_str).collect(),
            );
        }
        for step in &runbook.steps {
            match &step.act {
                Act::Approve(approval) => self.gate(step, approval),
                Act::Perform { language, script } => self.performed(step, language, script),
                Act::Wait { .. } | Act::Tick { .. } => {}
            }
        }
    }

    /// A step that its kind would refuse is found now.
    fn performed(&mut self, step: &Step, language: &str, script: &str) {
        if language == ACTION && step.extra.values().any(String::is_empty) {
            // What it does, or with what, could not be read; that was told.
            return;
        }
        let checked = self.plan.performer(language, &step.extra).and_then(|performer| {
            let check = |kinds: Kinds| (kinds.step)(language, performer, script, &step.extra);
            self.kinds.map_or(Ok(()), check)?;
            // What a parameter names is known when the run begins.
            let on = step.extra.get("on").filter(|it| !it.contains('$'));
            self.plan.host(language, on.map(String::as_str)).map(drop)
        });
        if let Err(problem) = checked {
            let span = line(self.text, step.line);
            let message = format!("the step \"{}\": {problem}", step.name);
            // Nobody said that it is one; the page around it stays of use.
            match step.kind == Kind::Click && step.extra.is_empty() {
                true => self.findings.warning(&span, message),
                false => self.findings.error(&span, message),
            }
        }
    }

    /// A runbook may be written before what it answers, or for another system's alerts.
    fn unknown(&mut self, noun: &str, name: &str, known: BTreeSet<&str>) {
        let at = self.text.find(name).unwrap_or_default();
        let span = at..self.text.get(at..at + name.len()).map_or(at, |it| at + it.len());
        let complaint = Complaint::new(format!("the plan has no {noun} \"{name}\""));
        self.findings.warning(&span, complaint.maybe_hint(guess::hint(name, known)));
    }

    fn gate(&mut self, step: &Step, approval: &Approval) {
        let span = line(self.text, step.line);
        let mut voters: BTreeSet<&str> = BTreeSet::new();
        let mut is_known = true;
        for name in &approval.from {
            match voters_called(self.plan, name) {
                Ok(people) => voters.extend(people),
                Err(complaint) => {
                    self.findings.error(&span, complaint);
                    is_known = false;
                }
            }
        }
        if approval.from.is_empty() {
            voters.extend(self.plan.people.keys().map(String::as_str));
        }
        let needed = usize::try_from(approval.min).unwrap_or(usize::MAX);
        if is_known && voters.len() < needed {
            let (have, step) = (voters.len(), &step.name);
            let message =
                format!("the gate \"{step}\" needs {needed} people and only {have} may vote");
            self.findings.error(&span, Complaint::new(message).hint("it would never open"));
        }
    }
}

/// The people whom `ann` or `@dba` means.
fn voters_called<'p>(plan: &'p Plan, name: &str) -> Result<Vec<&'p str>, Complaint> {
    let known: Vec<String> = match name.strip_prefix('@') {
        Some(group) => {
            if let Some(people) = plan.groups.get(group) {
                return Ok(people.iter().map(String::as_str).collect());
            }
            plan.groups.keys().map(|it| format!("@{it}")).collect()
        }
        None => {
            if let Some((id, _)) = plan.people.get_key_value(name) {
                return Ok(vec![id]);
            }
            plan.people.keys().cloned().collect()
        }
    };
    let complaint = Complaint::new(format!("the plan has nobody called \"{name}\" who could vote"));
    Err(complaint.maybe_hint(guess::hint(name, known.iter().map(String::as_str))))
}

/// The bytes of a line, counted from 1.
fn line(text: &str, number: usize) -> Range<usize> {
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if index + 1 == number {
            return start..start + line.trim_end().len();
        }
        start += line.len();
    }
    0..0
}
