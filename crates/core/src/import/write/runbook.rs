//! A procedure as a runbook, in its own order, with nothing armed.

use std::fmt::Write as _;

use super::lines;
use super::yaml::{one_line, quoted};
use crate::import::model::{Document, Escalation, Procedure, Step, StepKind};
use crate::import::procedure::{dangers_of, with_params};
use crate::import::word::figure::seconds_text;
use crate::import::word::{figure, is_unseen};
use crate::language::Language;
use crate::runbook::environment::is_variable;

pub(super) fn runbook(document: &Document, procedure: &Procedure, language: Language) -> String {
    let mut page = Page { text: String::new(), language };
    page.front(procedure);
    page.head(document, procedure);
    let mut phase: Option<&String> = None;
    let mut before: Option<&Step> = None;
    for step in &procedure.steps {
        if step.phase.as_ref() != phase {
            phase = step.phase.as_ref();
            if let Some(phase) = phase {
                page.phase(phase);
            }
        }
        page.step(step, before);
        before = Some(step);
    }
    page.escalations(document, procedure);
    page.text
}

struct Page {
    text: String,
    language: Language,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn front(&mut self, procedure: &Procedure) {
        self.line("---");
        self.line(&format!("title: {}", quoted(&procedure.title)));
        let params: Vec<&String> = procedure.params.iter().filter(|it| is_variable(it)).collect();
        if params.is_empty() && procedure.budget_seconds.is_none() {
            self.line("runbook: {}");
        } else {
            self.line("runbook:");
            if let Some(budget) = procedure.budget_seconds {
                self.line(&format!("  budget: {}", seconds_text(budget)));
            }
            if !params.is_empty() {
                self.line("  params:");
                for param in params {
                    self.line(&format!("    {param}: {{ type: string, required: true }}"));
                }
            }
        }
        self.line("---");
    }

    fn head(&mut self, document: &Document, procedure: &Procedure) {
        self.line(&format!("# {}", prose(&procedure.title)));
        self.line("");
        let name = document.document.rsplit('/').next().unwrap_or_default();
        let from = self.language.pick(
            format!(
                "{name} の {} 行目から取り込みました。どの手順も、人が押すまで動きません。",
                lines(&procedure.lines)
            ),
            format!(
                "Imported from {name}, lines {}. No step runs before a person clicks it.",
                lines(&procedure.lines)
            ),
        );
        self.line(&prose(&from));
        if let Some(symptom) = &procedure.symptom {
            self.line("");
            let label = self.language.pick("症状", "Symptom");
            self.line(&format!("**{label}**: {}", prose(symptom)));
        }
    }

    /// When the document wants somebody else to be called, for whoever stands before the steps.
    fn escalations(&mut self, document: &Document, procedure: &Procedure) {
        let its = |it: &&Escalation| {
            document.procedure_of(it).is_some_and(|it| std::ptr::eq(it, procedure))
        };
        let conditions: Vec<&Escalation> = document.escalations.iter().filter(its).collect();
        if conditions.is_empty() {
            return;
        }
        self.line("");
        self.line(self.language.pick("## エスカレーションする条件", "## When to escalate"));
        self.line("");
        self.line(self.language.pick(
            "一つでも当てはまるときは、次の段階の人を呼びます: `matoi incident escalate ID`",
            "If one of these holds, call the next level: `matoi incident escalate ID`",
        ));
        self.line("");
        for escalation in conditions {
            self.line(&format!("- {}", prose(escalation.condition.as_deref().unwrap_or_default())));
        }
    }

    fn phase(&mut self, phase: &str) {
        let budget =
            figure::budget(phase).map(|it| format!(" <!-- budget={} -->", seconds_text(it)));
        let budget = budget.unwrap_or_default();
        self.line("");
        self.line(&format!("## {}{budget}", prose(phase)));
    }

    fn step(&mut self, step: &Step, before: Option<&Step>) {
        let follows = before.is_some_and(|it| it.title == step.title && it.phase == step.phase);
        // What people do under one title is one list.
        let ticks = |it: &Step| matches!(it.kind, StepKind::Manual | StepKind::Decision);
        if follows && ticks(step) && before.is_some_and(|it| ticks(it) && it.expect.is_none()) {
            return self.tick(&step.text);
        }
        self.line("");
        if let Some(title) = step.title.as_ref().filter(|_| !follows) {
            self.line(&format!("**{}**", prose(title)));
            self.line("");
        }
        let mut notes: Vec<String> = Vec::new();
        for (_, danger) in dangers_of(step, self.language) {
            if !notes.contains(&danger) {
                notes.push(danger);
            }
        }
        for danger in notes {
            self.line(&format!("> ⚠ {}", prose(&danger)));
            self.line("");
        }
        match step.kind {
            StepKind::Command | StepKind::Check => self.performed(step),
            StepKind::Code | StepKind::Sql => self.by_hand(step),
            StepKind::Manual | StepKind::Decision => self.tick(&step.text),
            StepKind::Wait => self.wait(step),
        }
        if let Some(expect) = &step.expect {
            self.line("");
            let label = self.language.pick("期待する結果", "Expected");
            self.line(&format!("{label}: {}", prose(expect)));
        }
        if let Some(undo) = &step.undo {
            self.line("");
            let label = self.language.pick("取り消し", "Taken back by");
            self.line(&format!("{label}: {}", prose(undo)));
        }
    }

    fn performed(&mut self, step: &Step) {
        self.fence("bash", &with_params(&step.text));
    }

    /// Code in a language that no step runs, and statements for a database that nobody named: a person does it.
    fn by_hand(&mut self, step: &Step) {
        let language = step.language.clone().unwrap_or_default();
        let told = self.language.pick(
            format!("次のコードを実行する（{language}）"),
            format!("Run this by hand ({language})"),
        );
        self.tick(&told);
        self.line("");
        let shown: String = language.chars().filter(char::is_ascii_alphanumeric).collect();
        self.fence(&format!("{shown} {{ ignore }}"), &step.text);
    }

    fn wait(&mut self, step: &Step) {
        let seconds = step.seconds.unwrap_or(60).clamp(1, 86_400);
        self.line(&format!("```wait {{ for={} }}", seconds_text(seconds)));
        self.line("```");
    }

    fn tick(&mut self, text: &str) {
        self.line(&format!("- [ ] {}", prose(text)));
    }

    /// A fence that nothing in its text closes.
    fn fence(&mut self, tag: &str, text: &str) {
        let longest = text
            .lines()
            .map(|it| it.trim_start().chars().take_while(|it| *it == '`').count())
            .max();
        let mark = "`".repeat(longest.unwrap_or(0).max(2) + 1);
        let _ = writeln!(self.text, "{mark}{tag}");
        for line in text.lines() {
            let clean: String = line.chars().filter(|it| !is_unseen(*it) || *it == '\t').collect();
            self.line(&clean);
        }
        self.line(&mark);
    }
}

/// A text as prose in one line: nothing in it is markup that a runbook obeys.
fn prose(text: &str) -> String {
    let mut safe = String::new();
    for letter in one_line(text).chars() {
        match letter {
            '<' => safe.push_str("&lt;"),
            '`' | '*' | '_' | '[' | ']' | '\\' | '#' | '|' | '~' => {
                safe.push('\\');
                safe.push(letter);
            }
            it => safe.push(it),
        }
    }
    safe
}
