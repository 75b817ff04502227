//! A runbook's steps as a text for people: in order, with who may run each.

use jiff::SignedDuration;
use unicode_width::UnicodeWidthStr;

use crate::language::Language;
use crate::limits::cut;

use super::{ACTION, Act, Approval, Expect, Kind, OnFail, Runbook, Step, Wanted};

/// The text.
pub(super) fn text(runbook: &Runbook, language: Language) -> String {
    let overview = Overview { runbook, language };
    let mut lines = overview.head();
    let forward: Vec<&Step> = runbook.steps.iter().filter(|it| it.kind.is_forward()).collect();
    let called: Vec<&Step> = runbook.steps.iter().filter(|it| !it.kind.is_forward()).collect();
    let rows: Vec<Row> =
        forward.iter().enumerate().map(|(at, it)| overview.row((at + 1).to_string(), it)).collect();
    let called_rows: Vec<Row> = called.iter().map(|it| overview.row("-".to_owned(), it)).collect();
    let widths = widths(rows.iter().chain(&called_rows));
    let mut phase = None;
    for (step, row) in forward.iter().zip(&rows) {
        if phase != Some(step.phase) {
            phase = Some(step.phase);
            lines.push(String::new());
            lines.push(overview.phase(step.phase));
        }
        lines.push(line(row, &widths));
    }
    if !called_rows.is_empty() {
        lines.push(String::new());
        lines.push(language.pick("呼ばれたときだけ", "Only when called").to_owned());
        lines.extend(called_rows.iter().map(|it| line(it, &widths)));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Number, name, kind, time, who, and how it hangs together with others.
type Row = [String; 6];

struct Overview<'a> {
    runbook: &'a Runbook,
    language: Language,
}

impl Overview<'_> {
    fn say(&self, ja: &str, en: &str) -> String {
        self.language.pick(ja, en).to_owned()
    }

    fn head(&self) -> Vec<String> {
        let runbook = self.runbook;
        let mut facts =
            vec![format!("{} {}", runbook.name, runbook.hash.get(..12).unwrap_or(&runbook.hash))];
        if let Some(alert) = &runbook.for_alert {
            facts.push(format!("{} {alert}", self.say("アラート", "alert")));
        }
        if let Some(service) = &runbook.for_service {
            facts.push(format!("{} {service}", self.say("サービス", "service")));
        }
        if let Some(budget) = runbook.budget {
            facts.push(format!("{} {}", self.say("時間枠", "budget"), self.time(budget)));
        }
        if let Some(lock) = &runbook.lock {
            facts.push(format!("{} {lock}", self.say("ロック", "lock")));
        }
        let mut lines = vec![visible(&runbook.title), visible(&facts.join(" · "))];
        if !runbook.sound {
            lines.push(self.say(
                "エラーがあるため、無人では実行しません。`matoi check` を参照してください。",
                "It has errors and is refused for unattended use; see `matoi check`.",
            ));
        }
        if runbook.steps.is_empty() {
            lines.push(self.say("ステップはありません。", "It has no steps."));
        }
        lines
    }

    fn phase(&self, phase: usize) -> String {
        let Some(phase) = self.runbook.phases.get(phase) else { return String::new() };
        let title = visible(&phase.title);
        match phase.budget {
            Some(budget) => {
                format!("{title} ({} {})", self.say("時間枠", "budget"), self.time(budget))
            }
            None => title,
        }
    }

    fn row(&self, number: String, step: &Step) -> Row {
        [
            number,
            step.name.clone(),
            self.kind(step),
            self.bound(step),
            self.who(step),
            visible(&self.relations(step)),
        ]
    }

    fn kind(&self, step: &Step) -> String {
        match &step.act {
            Act::Perform { language, script } if language == ACTION => {
                format!("{} {}", step.kind.word(), visible(script))
            }
            Act::Perform { language, .. } => format!("{} {language}", step.kind.word()),
            Act::Approve(_) => "approval".to_owned(),
            Act::Wait { .. } => "wait".to_owned(),
            Act::Tick { .. } => self.say("チェックリスト", "checklist"),
        }
    }

    fn bound(&self, step: &Step) -> String {
        match &step.act {
            Act::Perform { .. } => self.time(step.timeout),
            Act::Wait { lasting } => self.time(*lasting),
            Act::Approve(Approval { expires: Some(expires), .. }) => self.time(*expires),
            Act::Approve(_) | Act::Tick { .. } => "-".to_owned(),
        }
    }

    /// Who may start a step; the plan may allow less.
    fn who(&self, step: &Step) -> String {
        let person = self.say("人", "a person");
        match (&step.act, step.kind) {
            (Act::Approve(approval), _) => visible(&self.voters(approval)),
            (Act::Wait { .. }, _) => "Matoi".to_owned(),
            (Act::Tick { items }, _) => match self.language {
                Language::Ja => format!("人（{}項目）", items.len()),
                Language::En if items.len() == 1 => "a person (1 item)".to_owned(),
                Language::En => format!("a person ({} items)", items.len()),
            },
            (Act::Perform { .. }, _) if !self.runbook.sound => person,
            (Act::Perform { .. }, Kind::Diagnose | Kind::Backup | Kind::Verify | Kind::Handler) => {
                "Matoi".to_owned()
            }
            (Act::Perform { .. }, Kind::Recover | Kind::Undo) => self.say(
                "Matoi（計画が許す場合）、または人",
                "Matoi if the plan allows, else a person",
            ),
            (Act::Perform { .. }, Kind::Click | Kind::Durable) => person,
        }
    }

    fn voters(&self, approval: &Approval) -> String {
        let from = if approval.from.is_empty() {
            self.say("全員", "anybody")
        } else {
            approval.from.join(self.language.pick("、", ", "))
        };
        let mut text = match self.language {
            Language::Ja => format!("{from} から{}人", approval.min),
            Language::En => format!("{} of {from}", approval.min),
        };
        if approval.not_initiator {
            text.push_str(self.language.pick("（開始者を除く）", ", not who started the run"));
        }
        text
    }

    fn relations(&self, step: &Step) -> String {
        let mut parts = Vec::new();
        if !step.needs.is_empty() {
            parts.push(format!("needs {}", step.needs.join(", ")));
        }
        if let Some(condition) = &step.condition {
            let sign = match condition.wanted {
                Wanted::Succeeded => "",
                Wanted::Failed => "!",
            };
            parts.push(format!("if {sign}{}", condition.step));
        }
        if let Some(check) = &step.check {
            parts.push(format!("check {check}"));
        }
        if let Some(undo) = &step.undo {
            parts.push(format!("undo {undo}"));
        }
        match &step.expect {
            Some(Expect::Text(text)) => parts.push(format!("expect {:?}", cut(text, 40))),
            Some(Expect::Pattern(pattern)) => parts.push(format!("expect /{}/", cut(pattern, 40))),
            None => (),
        }
        if step.retry > 0 {
            parts.push(format!("retry {} × {}", step.retry, self.time(step.every)));
        }
        if let Some(on_fail) = on_fail(step) {
            parts.push(format!("on-fail {on_fail}"));
        }
        parts.extend(step.extra.iter().map(|(key, value)| format!("{key} {}", cut(value, 40))));
        if step.optional {
            parts.push("optional".to_owned());
        }
        parts.join(" · ")
    }

    fn time(&self, duration: SignedDuration) -> String {
        let units = match self.language {
            Language::Ja => ["時間", "分", "秒"],
            Language::En => ["h", "m", "s"],
        };
        let seconds = duration.as_secs();
        let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60];
        let text: String = parts
            .iter()
            .zip(units)
            .filter(|(it, _)| **it > 0)
            .map(|(it, unit)| format!("{it}{unit}"))
            .collect();
        if text.is_empty() { format!("0{}", units[2]) } else { text }
    }
}

/// What follows a failure, where it is not simply the end.
fn on_fail(step: &Step) -> Option<String> {
    match &step.on_fail {
        OnFail::Abort => None,
        OnFail::Continue => Some("continue".to_owned()),
        OnFail::Pause => Some("pause".to_owned()),
        OnFail::Escalate => Some("escalate".to_owned()),
        OnFail::Goto(name) => Some(format!("goto {name}")),
        OnFail::Undo => Some("undo".to_owned()),
    }
}

/// Text that a terminal may show: what it would obey, or hide, became a sign for a missing character.
pub(super) fn visible(text: &str) -> String {
    let obeyed = |it: char| {
        it.is_control() || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|it| if obeyed(it) { '\u{fffd}' } else { it }).collect()
}

fn widths<'a>(rows: impl Iterator<Item = &'a Row>) -> [usize; 6] {
    rows.fold([0; 6], |mut widths, row| {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
        widths
    })
}

fn line(row: &Row, widths: &[usize; 6]) -> String {
    let mut line = String::new();
    for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
        let pad = " ".repeat(width.saturating_sub(cell.width()));
        // Numbers end alike, words begin alike.
        let cell = if at == 0 { format!("{pad}{cell}") } else { format!("{cell}{pad}") };
        line.push_str("  ");
        line.push_str(&cell);
    }
    line.trim_end().to_owned()
}
