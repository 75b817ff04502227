//! What is wrong with a plan that is written well: promises that it cannot keep, and procedures that would fail.
//!
//! Everything found here is a warning, but a report form that cannot be filled in: the plan loads and rules, and somebody
//! should look before the night.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::plan::load::{PLAN_FILE, RUNBOOK_DIRECTORY, TEMPLATE_DIRECTORY};
use crate::plan::{Clock, Limit, Performer, Plan, Schedule, Severity, Target};
use crate::problem::{Problem, Weight};
use crate::report::own;
use crate::runbook::program::programs;
use crate::runbook::{Act, Kind, Purpose, Runbook, Step, backup, is_shell};

pub mod practice;

/// Whether this machine has a program of that name, or at that path.
pub type HasProgram<'a> = &'a dyn Fn(&str) -> bool;

/// Looks through a loaded plan. `files` are those that it was loaded from.
pub fn audit(
    plan: &Plan,
    files: &BTreeMap<String, Vec<u8>>,
    has_program: HasProgram<'_>,
) -> Vec<Problem> {
    let mut audit = Audit { plan, files, problems: Vec::new() };
    audit.severities();
    for runbook in plan.runbooks.values() {
        audit.gates(runbook);
        audit.programs(runbook, has_program);
        audit.budget(runbook);
    }
    audit.restores();
    audit.chores();
    audit.forms();
    audit.problems
}

struct Audit<'a> {
    plan: &'a Plan,
    files: &'a BTreeMap<String, Vec<u8>>,
    problems: Vec<Problem>,
}

impl Audit<'_> {
    fn text(&self, file: &str) -> &str {
        let bytes = self.files.get(file).map(Vec::as_slice).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    fn tell(&mut self, file: &str, span: Range<usize>, code: &str, message: String, hint: &str) {
        let problem = Problem::at(file, self.text(file), span, Weight::Warning, message);
        self.problems.push(problem.hint(hint).code(code));
    }

    fn tell_step(
        &mut self,
        runbook: &Runbook,
        step: &Step,
        code: &str,
        message: String,
        hint: &str,
    ) {
        let file = format!("{RUNBOOK_DIRECTORY}{}.md", runbook.name);
        let span = line(self.text(&file), step.line);
        self.tell(&file, span, code, message, hint);
    }

    /// A severity under whose escalation nobody has any way to be reached.
    fn severities(&mut self) {
        let plan = self.plan;
        if plan.people.is_empty() {
            return;
        }
        for severity in &plan.severities {
            let policy = plan.escalation_for(None, None, &severity.label);
            let levels = policy.into_iter().flat_map(|it| &it.levels);
            let targets: Vec<&Target> = levels.flat_map(|it| &it.page).collect();
            if targets.iter().any(|it| self.reaches(it)) {
                continue;
            }
            let span = place(self.text(PLAN_FILE), &severity.label);
            let message = format!(
                "the severity \"{}\" reaches nobody: nobody in its escalation has a way",
                severity.label
            );
            self.tell(PLAN_FILE, span, "nobody-reached", message, "write `reach:` for one of them");
        }
    }

    fn reaches(&self, target: &Target) -> bool {
        let plan = self.plan;
        let people: Vec<&String> = match target {
            Target::Person(id) => vec![id],
            Target::Group(name) => plan.groups.get(name).into_iter().flatten().collect(),
            Target::Schedule(name) => {
                plan.schedules.get(name).map(Schedule::everybody).unwrap_or_default()
            }
        };
        people.into_iter().any(|it| plan.people.get(it).is_some_and(|it| !it.reach.is_empty()))
    }

    /// A gate of people who cannot be called to it.
    fn gates(&mut self, runbook: &Runbook) {
        let plan = self.plan;
        for step in &runbook.steps {
            let Act::Approve(approval) = &step.act else { continue };
            let reachable = plan.reachable_voters(approval);
            let needed = usize::try_from(approval.min).unwrap_or(usize::MAX);
            if reachable < needed {
                let message = format!(
                    "the gate \"{}\" needs {needed} people, and {reachable} of those who may vote can be reached",
                    step.name
                );
                self.tell_step(
                    runbook,
                    step,
                    "gate-unreachable",
                    message,
                    "write `reach:` for them, or let others vote",
                );
            }
        }
    }

    /// Programs that are not on this machine; steps run where the server does.
    fn programs(&mut self, runbook: &Runbook, has_program: HasProgram<'_>) {
        for step in &runbook.steps {
            let Act::Perform { language, script } = &step.act else { continue };
            if step.extra.contains_key("on") {
                continue;
            }
            let interpreter = match self.plan.performer(language, &step.extra) {
                Ok(Performer::Interpreter(it)) => it.run.first(),
                Ok(Performer::Command(it)) => it.first(),
                Ok(Performer::Kind) | Err(_) => None,
            };
            let called = if is_shell(language) { programs(script) } else { Vec::new() };
            let used = interpreter.cloned().into_iter().chain(called);
            let missing: Vec<String> = used.filter(|it| !has_program(it)).collect();
            if missing.is_empty() {
                continue;
            }
            let message = format!(
                "the step \"{}\" uses what is not on this machine: {}",
                step.name,
                missing.join(", ")
            );
            self.tell_step(
                runbook,
                step,
                "command-missing",
                message,
                "install it on the machine of the server",
            );
        }
    }

    /// A runbook that may take longer than the severity that starts it promises.
    fn budget(&mut self, runbook: &Runbook) {
        let plan = self.plan;
        let phases = runbook.phases.iter().filter_map(|it| it.budget);
        let sum = phases.fold(jiff::SignedDuration::ZERO, |sum, it| sum.saturating_add(it));
        let budget = runbook.budget.unwrap_or(sum);
        let name = Some(runbook.name.as_str());
        for severity in &plan.severities {
            let starts = severity.start.iter().any(|it| Some(it.as_str()) == name);
            let of_alerts = plan.alerts.values().any(|it| {
                let is_its = plan.severity_for_alert(it.severity.as_deref(), it.service.as_deref());
                is_its.is_some_and(|it| it.label == severity.label)
                    && plan.runbook_for_alert(
                        &it.name,
                        it.runbook.as_deref(),
                        it.service.as_deref(),
                    ) == name
            });
            let Some(limit) = shortest(severity, Clock::Resolve) else { continue };
            if !(starts || of_alerts) || budget <= limit {
                continue;
            }
            let file = format!("{RUNBOOK_DIRECTORY}{}.md", runbook.name);
            let message = format!(
                "its budget of {} is longer than the severity \"{}\" promises to resolve in: {}",
                crate::language::Language::En.duration(budget),
                severity.label,
                crate::language::Language::En.duration(limit)
            );
            let span = place(self.text(&file), "budget");
            self.tell(
                &file,
                span,
                "target-shorter-than-budget",
                message,
                "shorten the budget, or promise what can be kept",
            );
        }
    }

    /// Chores that call a person each time, because a step of theirs begins by a click only.
    fn chores(&mut self) {
        let plan = self.plan;
        for chore in plan.chores.values().filter(|it| it.purpose == Purpose::Perform) {
            let Some(runbook) = plan.runbooks.get(&chore.runbook) else { continue };
            // One that is reached only through another waits for no click of its own.
            let in_order = |it: &&Step| !matches!(it.kind, Kind::Undo | Kind::Handler);
            let waits = |it: &&Step| in_order(it) && !plan.lets_alone(&runbook.name, it.kind);
            let Some(step) = runbook.steps.iter().find(waits) else { continue };
            let message = format!(
                "each time the chore \"{}\" is due, its step \"{}\" waits for a person to start it",
                chore.name, step.name
            );
            let hint = match step.kind {
                Kind::Recover => {
                    "name the runbook under `unattended` if it may change things alone"
                }
                Kind::Click
                | Kind::Undo
                | Kind::Handler
                | Kind::Diagnose
                | Kind::Verify
                | Kind::Backup
                | Kind::Durable => "let the step begin by itself: `matoi arm`",
            };
            let span = place(self.text(PLAN_FILE), &chore.name);
            self.tell(PLAN_FILE, span, "chore-waits", message, hint);
        }
    }

    /// Report forms that could not be filled in, tried on an incident that has one of everything.
    fn forms(&mut self) {
        for (name, text) in &self.plan.forms {
            let Err(err) = own::check(text, self.plan.language) else { continue };
            let file = format!("{TEMPLATE_DIRECTORY}{name}.md");
            let span = line(text, err.line.max(1));
            let problem = Problem::at(&file, text, span, Weight::Error, err.message);
            let hint = "the built-in form is used in its place, and says so";
            self.problems.push(problem.code("form").hint(hint));
        }
    }

    /// Restores from backups that no runbook of the plan makes.
    fn restores(&mut self) {
        let plan = self.plan;
        let mut lines: Vec<(usize, String)> = Vec::new();
        let mut steps: Vec<(&Runbook, &Step)> = Vec::new();
        for runbook in plan.runbooks.values() {
            for step in &runbook.steps {
                let Act::Perform { language, script } = &step.act else { continue };
                if is_shell(language) {
                    lines.extend(script.lines().map(|it| (steps.len(), it.to_owned())));
                    steps.push((runbook, step));
                }
            }
        }
        for (place, path) in backup::unwritten(&lines) {
            let Some((runbook, step)) = steps.get(place) else { continue };
            let message =
                format!("the step \"{}\" restores from {path}, which no runbook writes", step.name);
            self.tell_step(
                runbook,
                step,
                "restore-unwritten",
                message,
                "back up to that place first, or name the place that a backup is written to",
            );
        }
    }
}

/// The shortest elapsed time that a severity ever promises for a clock.
fn shortest(severity: &Severity, clock: Clock) -> Option<jiff::SignedDuration> {
    let all =
        std::iter::once(&severity.targets).chain(severity.during.iter().map(|it| &it.targets));
    all.filter_map(|it| match it.get(&clock) {
        Some(Limit::Within(limit)) => Some(*limit),
        Some(Limit::BusinessHours(_) | Limit::BusinessDays(_)) | None => None,
    })
    .min()
}

/// The bytes of a line, counted from 1.
fn line(text: &str, number: usize) -> Range<usize> {
    let start: usize =
        text.split_inclusive('\n').take(number.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    let length = rest.lines().next().unwrap_or_default().trim_end().len();
    start..start + length
}

/// Where a name stands first as a key.
fn place(text: &str, name: &str) -> Range<usize> {
    let keys = [format!("{name}:"), format!("\"{name}\":"), format!("{name} ")];
    let at = keys.iter().find_map(|it| text.find(it.as_str())).unwrap_or_default();
    at..(at + name.len()).min(text.len())
}
