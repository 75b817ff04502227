//! `matoi.yaml`: severities, people, escalation, alerts; what the plan cannot say yet stands as comments.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::routine::{Round, is_chore};
use super::yaml::{list, one_line, quoted, text};
use super::{ladder, lines};
use crate::import::model::{
    Contact, Document, Procedure, Route, Severity, Target, TargetKind, Threshold, Windowed,
};
use crate::import::word::figure::seconds_text;
use crate::import::word::hours::windows_in;
use crate::import::word::{fold, has_any};
use crate::language::Language;
use crate::plan::Clock;
use crate::plan::notation::{condition, limit};

/// A plan in the making.
pub(super) struct Sheet<'d> {
    pub(super) documents: &'d [Document],
    pub(super) language: Language,
    pub(super) text: String,
    /// People by id, with the contact that they are; those without one are named by an escalation only.
    pub(super) people: BTreeMap<String, Option<&'d Contact>>,
    /// The ids of people by what they are called, as it is compared.
    pub(super) called: BTreeMap<String, String>,
    /// Those for whom there is no room.
    pub(super) beyond: BTreeSet<String>,
    /// Severities with a ladder of their own.
    pub(super) own: Vec<String>,
    fullness: Fullness,
}

/// Whether there is room for more remarks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fullness {
    Room,
    /// It was said that there is none.
    Told,
}

/// What is written beyond this is no remark any more; a plan has a megabyte.
const REMARKS_BYTES_MAX: usize = 400 << 10;
/// Criteria of one severity.
const CRITERIA_MAX: usize = 50;

/// Work that comes round, with the names of its runbooks.
pub(super) struct Chores<'c, 'd> {
    pub(super) rounds: &'c [Round<'d>],
    pub(super) names: &'c [String],
}

pub(super) fn plan(
    documents: &[Document],
    runbooks: &[(String, &Document, &Procedure)],
    chores: &Chores<'_, '_>,
    language: Language,
) -> String {
    let mut sheet = Sheet {
        documents,
        language,
        text: String::new(),
        people: BTreeMap::new(),
        called: BTreeMap::new(),
        beyond: BTreeSet::new(),
        own: Vec::new(),
        fullness: Fullness::Room,
    };
    sheet.head();
    sheet.gather_people();
    sheet.own = ladder::own(&sheet);
    sheet.severities();
    sheet.scopes();
    sheet.people();
    sheet.outside();
    ladder::write(&mut sheet);
    sheet.alerts(runbooks);
    sheet.chores(chores.rounds, chores.names);
    sheet.conduct();
    sheet.notes();
    sheet.text
}

/// The clocks as plans write them.
const CLOCKS: [(Clock, &str); 7] = [
    (Clock::Acknowledge, "acknowledge"),
    (Clock::Respond, "respond"),
    (Clock::Update, "update"),
    (Clock::Escalate, "escalate"),
    (Clock::Resolve, "resolve"),
    (Clock::Report, "report"),
    (Clock::Review, "review"),
];

impl<'d> Sheet<'d> {
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(super) fn remark(&mut self, indent: usize, remark: &str) {
        if self.text.len() > REMARKS_BYTES_MAX {
            if self.fullness == Fullness::Room {
                self.fullness = Fullness::Told;
                let more = self.language.pick(
                    "注記が多すぎるため、以降は IMPORT.md だけにあります",
                    "there is too much to remark; the rest stands in IMPORT.md only",
                );
                let _ = writeln!(self.text, "{}# {more}", " ".repeat(indent));
            }
            return;
        }
        let _ = writeln!(self.text, "{}# {}", " ".repeat(indent), one_line(remark));
    }

    /// Says how many have no room; a plan that is silent about them would be believed.
    pub(super) fn left_out(&mut self, indent: usize, count: usize) {
        if count > 0 {
            let text = self.language.pick(
                format!("文書にはほかに {count} 件あり、計画には入りきりません。IMPORT.md に行があります"),
                format!("the document has {count} more than a plan takes; IMPORT.md has their lines"),
            );
            self.remark(indent, &text);
        }
    }

    /// An entry of a section that is off: `#   cpu: { … }`. Without its `# ` it is YAML.
    pub(super) fn off(&mut self, entry: &str) {
        if self.fullness == Fullness::Room && self.text.len() <= REMARKS_BYTES_MAX {
            let _ = writeln!(self.text, "#   {}", one_line(entry));
        } else {
            self.remark(0, entry);
        }
    }

    /// Where something comes from: `# ops.md 12-14`.
    pub(super) fn from(&self, document: &Document, numbers: &[usize]) -> String {
        let name = document.document.rsplit('/').next().unwrap_or_default();
        one_line(&format!("{name} {}", lines(numbers)))
    }

    fn head(&mut self) {
        let (documents, language) = (self.documents, self.language);
        self.remark(0, language.pick(
            "`matoi import` が文書から書いた計画です。どの行が何になったかは IMPORT.md にあります。",
            "Written by `matoi import`. IMPORT.md says what became of every line.",
        ));
        self.remark(
            0,
            language.pick(
                "質問に答え、`matoi check` と `matoi reach` で確かめてから使ってください。",
                "Answer its questions, then prove it with `matoi check` and `matoi reach`.",
            ),
        );
        let title =
            documents.iter().find_map(|it| it.title.clone()).filter(|it| !it.trim().is_empty());
        let title = title.or_else(|| documents.first().map(|it| it.document.clone()));
        let title = title.map(|it| quoted(&it)).filter(|it| it != "\"\"");
        self.line("matoi: 1");
        self.line(&format!("name: {}", title.unwrap_or_else(|| "plan".to_owned())));
        let zone = documents.first().map_or("UTC", Document::zone);
        let ask = language
            .pick("文書にありません。確かめてください", "not in the document: please check");
        self.line(&format!("timezone: {zone}    # {ask}"));
        self.line(&format!("language: {}", language.pick("ja", "en")));
        let counts_days =
            documents.iter().flat_map(|it| &it.severities).flat_map(|it| it.targets.values());
        if counts_days.into_iter().any(|it| it.kind == TargetKind::BusinessDays) {
            self.line("");
            self.remark(
                0,
                language.pick(
                    "営業日の約束があります。営業時間と休日を書いてください:",
                    "There are promises in business days. Say when business is done:",
                ),
            );
            self.remark(0, "calendar: { business_hours: mon-fri 09:00-18:00, holidays: [jp] }");
        }
    }

    /// The scale of the first document that has one.
    pub(super) fn scale(&self) -> Option<&'d Document> {
        self.documents.iter().find(|it| !it.severities.is_empty())
    }

    fn severities(&mut self) {
        self.line("");
        let Some(document) = self.scale() else {
            self.remark(
                0,
                self.language.pick(
                    "文書に重要度の段階がありません。一つだけ置きました。",
                    "The document has no severities; this one stands for all.",
                ),
            );
            self.line("severities:");
            self.line(&format!("  {}: {{}}", self.language.pick("障害", "incident")));
            return;
        };
        self.line("severities:");
        let mut taken: Vec<String> =
            document.severities.iter().map(|it| it.label.clone()).collect();
        for severity in &document.severities {
            self.severity(document, severity, &mut taken);
        }
        let others = self
            .documents
            .iter()
            .filter(|it| !std::ptr::eq(*it, document) && !it.severities.is_empty());
        for other in others.collect::<Vec<_>>() {
            let remark = self.language.pick(
                format!("{} にも段階があります。食い違いは IMPORT.md にあります", other.document),
                format!(
                    "{} has severities too; IMPORT.md tells where they disagree",
                    other.document
                ),
            );
            self.remark(2, &remark);
        }
    }

    fn severity(&mut self, document: &Document, severity: &Severity, taken: &mut Vec<String>) {
        let from = self.from(document, &severity.lines);
        self.line(&format!("  {}:    # {from}", text(&severity.label)));
        if let Some(name) = severity.name.as_ref().filter(|it| !one_line(it).is_empty()) {
            self.line(&format!("    name: {}", quoted(name)));
        }
        let aliases: Vec<String> =
            severity.aliases.iter().filter(|it| !taken.contains(it)).cloned().collect();
        if !aliases.is_empty() {
            self.line(&format!("    aliases: {}", list(&aliases)));
            taken.extend(aliases);
        }
        let says = |it: &&String| !one_line(it).is_empty();
        let criteria: Vec<&String> = severity.criteria.iter().filter(says).collect();
        if !criteria.is_empty() {
            self.line("    criteria:");
            for criterion in criteria.iter().take(CRITERIA_MAX) {
                self.line(&format!("      - {}", quoted(criterion)));
            }
            self.left_out(6, criteria.len().saturating_sub(CRITERIA_MAX));
        }
        let mut written = Vec::new();
        for (clock, word) in CLOCKS {
            let Some(target) = severity.targets.get(&clock) else { continue };
            match notation(target, clock) {
                Some(it) => {
                    written.push(format!("      {word}: {it}    # {}", one_line(&target.text)))
                }
                None => self.remark(4, &format!("{word}: {}", target.text)),
            }
        }
        let during = self.windows(severity);
        if !written.is_empty() || !during.is_empty() {
            self.line("    targets:");
            written.iter().chain(&during).for_each(|it| self.line(it));
        }
        self.page(document, severity);
        if self.own.contains(&severity.label) {
            self.line(&format!("    escalation: {}", text(&severity.label)));
        }
        if severity.name.is_none() && severity.criteria.is_empty() && written.is_empty() {
            self.line("    criteria: []");
        }
    }

    /// When the first page goes out, where the document says it of this severity, and says one thing only.
    fn page(&mut self, document: &Document, severity: &Severity) {
        let routes: Vec<_> = document.routes_of(severity).collect();
        let Some((first, every)) = routes.first() else { return };
        if routes.iter().any(|it| it.1 != *every) {
            let all: Vec<&str> = routes.iter().map(|it| it.0.how.as_str()).collect();
            return self.remark(4, &format!("page: {}", all.join(" / ")));
        }
        let from = self.from(document, &first.lines);
        self.line(&format!("    page: {every}    # {from}: {}", one_line(&first.how)));
    }

    /// The targets of windows whose hours the document says; the others are remarks.
    fn windows(&mut self, severity: &Severity) -> Vec<String> {
        let mut during = Vec::new();
        for Windowed { clock, target } in &severity.windows {
            let word = CLOCKS.iter().find(|it| it.0 == *clock).map_or("respond", |it| it.1);
            let window = target.window.as_deref().unwrap_or_default();
            let limit = notation(target, *clock);
            let hours = windows_in(window);
            match (hours, limit) {
                (Some(hours), Some(limit)) => during.push(format!(
                    "        - {{ hours: {}, {word}: {limit} }}    # {}",
                    quoted(&hours),
                    one_line(&format!("{window}: {}", target.text))
                )),
                (_, _) => {
                    let ask = self.language.pick(
                        "時間帯を決めて during に書いてください",
                        "write it under during once its hours are known",
                    );
                    self.remark(4, &format!("{word} {window}: {} ({ask})", target.text));
                }
            }
        }
        if !during.is_empty() {
            during.insert(0, "      during:".to_owned());
        }
        during
    }

    fn scopes(&mut self) {
        let scopes: Vec<_> = self.documents.iter().flat_map(|it| &it.scopes).collect();
        if scopes.is_empty() {
            return;
        }
        self.line("");
        self.line("scopes:");
        let mut seen = Vec::new();
        for scope in scopes {
            let is_whole = !one_line(&scope.label).is_empty() && !one_line(&scope.text).is_empty();
            if is_whole && !seen.contains(&&scope.label) {
                self.line(&format!("  {}: {}", text(&scope.label), quoted(&scope.text)));
                seen.push(&scope.label);
            }
        }
    }

    fn alerts(&mut self, runbooks: &[(String, &Document, &Procedure)]) {
        let documents = self.documents;
        let all = documents
            .iter()
            .flat_map(|document| document.thresholds.iter().map(move |it| (document, it)));
        let all: Vec<(&Document, &Threshold)> = all.collect();
        if all.is_empty() {
            return;
        }
        self.line("");
        self.remark(0, self.language.pick(
            "閾値です。重要度を決め、Matoi が測れる条件（host.cpu など）にして # を外すと監視を始めます。",
            "Thresholds. Give them a severity and a condition that Matoi can measure, take the # off, and they are watched.",
        ));
        self.remark(0, "alerts:");
        let mut seen: Vec<String> = Vec::new();
        for (document, threshold) in all {
            // Beyond that `remark` says once that there is more.
            if self.fullness == Fullness::Told {
                break;
            }
            let name = threshold.alert.clone().unwrap_or_else(|| threshold.metric.clone());
            let name = match &threshold.tier {
                Some(tier) if threshold.alert.is_none() => format!("{name}-{tier}"),
                Some(_) | None => name,
            };
            let name = one_line(&name);
            let count = seen.iter().filter(|it| **it == name).count();
            let key = if count == 0 { name.clone() } else { format!("{name}-{}", count + 1) };
            seen.push(name);
            let mut parts = vec![format!("when: {}", measured(threshold))];
            if let Some(seconds) = threshold.for_seconds {
                parts.push(format!("for: {}", seconds_text(seconds)));
            }
            if let Some(severity) = &threshold.severity {
                parts.push(format!("severity: {}", text(severity)));
            }
            let runbook =
                runbooks.iter().find(|it| it.2.alert.is_some() && it.2.alert == threshold.alert);
            if let Some((name, _, _)) = runbook {
                parts.push(format!("runbook: {}", text(name)));
            }
            let from = self.from(document, &threshold.lines);
            let parts = parts.join(", ");
            self.off(&format!("{}: {{ {parts} }}    # {from}: {}", text(&key), threshold.text));
        }
    }

    /// Where nobody decides alone, a recovery takes two people; it holds for steps once they are armed.
    fn conduct(&mut self) {
        let rule = self.documents.iter().find_map(|it| Some((it, it.forbids_alone()?)));
        let Some((document, rule)) = rule else { return };
        let from = self.from(document, &rule.lines);
        self.line("");
        let text = one_line(&rule.text);
        self.line(&format!("conduct: {{ second_person: [recover] }}    # {from}: {text}"));
    }

    /// What a plan does not say yet, for people.
    fn notes(&mut self) {
        let language = self.language;
        for document in self.documents {
            let mut notes: Vec<String> = Vec::new();
            // What became a severity's `page` is carried out.
            let is_left = |it: &&Route| {
                it.every.is_none() || it.severities.is_empty() || it.channel.is_some()
            };
            let routes = document.routes.iter().filter(is_left).map(|it| {
                let channel = it.channel.clone().unwrap_or_default();
                format!(
                    "{}: {} {channel}",
                    language.pick("通知", "route"),
                    if it.severities.is_empty() {
                        it.text.clone()
                    } else {
                        format!("{} {}", it.how, it.severities.join(", "))
                    }
                )
            });
            notes.extend(routes);
            notes.extend(document.schedules.iter().filter(|it| !is_chore(it)).map(|it| {
                format!("{}: {} {}", language.pick("定期作業", "chore"), it.rhythm, it.task)
            }));
            notes.extend(document.drills.iter().map(|it| {
                format!("{}: {} {}", language.pick("訓練", "drill"), it.rhythm, it.task)
            }));
            notes.extend(document.retention.iter().map(|it| {
                format!("{}: {} {}", language.pick("保存", "retention"), it.what, it.text)
            }));
            notes.extend(document.rules.iter().map(|it| {
                format!("{}: {} / {}", language.pick("心得", "conduct"), it.label, it.text)
            }));
            if notes.is_empty() {
                continue;
            }
            self.line("");
            self.remark(
                0,
                &language.pick(
                    format!("{} のうち、計画ではまだ動かないもの:", document.document),
                    format!("What {} says and a plan does not carry out yet:", document.document),
                ),
            );
            for note in notes {
                self.remark(0, &format!("  {note}"));
            }
        }
    }
}

/// A promise in the plan's notation; `None` where the plan has no word for it.
fn notation(target: &Target, clock: Clock) -> Option<String> {
    let written = match target.kind {
        TargetKind::Immediate => "at once".to_owned(),
        TargetKind::Duration => match clock {
            Clock::Update => format!("every {}", seconds_text(target.seconds?)),
            Clock::Acknowledge
            | Clock::Respond
            | Clock::Escalate
            | Clock::Resolve
            | Clock::Report
            | Clock::Review => seconds_text(target.seconds?),
        },
        TargetKind::BusinessDays => match target.days? {
            1 => "1 business day".to_owned(),
            days => format!("{days} business days"),
        },
        TargetKind::None => return None,
    };
    limit::limit(&written, clock).is_ok().then_some(written)
}

/// A threshold as a condition that Matoi measures, where it can; else in the document's words.
fn measured(threshold: &Threshold) -> String {
    let metric = fold(&threshold.metric);
    let name = if has_any(&metric, &["cpu"]) {
        "host.cpu"
    } else if has_any(&metric, &["メモリ", "memory", "mem"]) {
        "host.memory"
    } else if has_any(&metric, &["ディスク", "disk"]) {
        "host.disk(/)"
    } else {
        ""
    };
    let written = format!("{name} {} {}{}", threshold.op, threshold.value, threshold.unit);
    if !name.is_empty() && condition::condition(&written).is_ok() {
        return written;
    }
    quoted(&format!("{} {} {}{}", threshold.metric, threshold.op, threshold.value, threshold.unit))
}
