//! What differs between two plans, in words, and for whom.
//!
//! **Invariant:** two plans with the same meaning differ in nothing, whatever their files look like.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::language::Language;
use crate::plan::{Chore, Clock, Conduct, Plan, Severity, Verify};
use crate::runbook::Purpose;

mod duty;
mod runbook;

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// `severity`, `person`, `contact`, `chore`, `schedule`, `escalation`, `service`, `alert`, `runbook`, `interpreter`, `host`, `form`, `channel`, `calendar`, `conduct`, `plan`.
    pub section: &'static str,
    /// What it is about: a label, an id, a name.
    pub name: String,
    pub kind: ChangeKind,
    pub text: String,
    /// Ids of the people for whom it changes something.
    pub people: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    Added,
    Removed,
    Changed,
}

/// Two plans side by side.
struct Diff<'p> {
    old: &'p Plan,
    new: &'p Plan,
    language: Language,
    changes: Vec<Change>,
}

/// What changes when `new` rules instead of `old`.
pub fn diff(old: &Plan, new: &Plan, language: Language) -> Vec<Change> {
    let mut diff = Diff { old, new, language, changes: Vec::new() };
    diff.plan();
    diff.severities();
    diff.people();
    diff.contacts();
    diff.duties();
    diff.schedules();
    diff.services();
    diff.alerts();
    diff.chores();
    diff.channels();
    diff.runbooks();
    diff.interpreters();
    diff.hosts();
    diff.commands();
    diff.forms();
    diff.changes
}

impl Diff<'_> {
    fn tell(&mut self, section: &'static str, name: &str, kind: ChangeKind, text: String) {
        self.tell_of(section, name, kind, text, Vec::new());
    }

    fn tell_of(
        &mut self,
        section: &'static str,
        name: &str,
        kind: ChangeKind,
        text: String,
        people: Vec<String>,
    ) {
        self.changes.push(Change { section, name: name.to_owned(), kind, text, people });
    }

    /// `old → new`, or that something came or went.
    fn turned(&self, what: &str, old: &str, new: &str) -> String {
        format!("{what}: {} → {}", or_dash(old), or_dash(new))
    }

    /// Names that only one of two maps has; the others are given to `both`.
    fn names<T>(
        &mut self,
        section: &'static str,
        noun: (&str, &str),
        old: &BTreeMap<String, T>,
        new: &BTreeMap<String, T>,
        mut both: impl FnMut(&mut Self, &str, &T, &T),
    ) {
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let noun = self.language.pick(noun.0, noun.1);
        for name in names {
            match (old.get(name), new.get(name)) {
                (Some(old), Some(new)) => both(self, name, old, new),
                (None, Some(_)) => {
                    let text =
                        self.language.pick(format!("{noun}が加わります"), format!("a new {noun}"));
                    self.tell(section, name, ChangeKind::Added, text);
                }
                (Some(_), None) => {
                    let text = self
                        .language
                        .pick(format!("{noun}がなくなります"), format!("the {noun} goes"));
                    self.tell(section, name, ChangeKind::Removed, text);
                }
                (None, None) => (),
            }
        }
    }

    fn plan(&mut self) {
        let (old, new) = (self.old, self.new);
        let zone = |it: &Plan| it.zone.iana_name().unwrap_or("UTC").to_owned();
        let pairs = [
            (self.language.pick("時間帯", "time zone"), zone(old), zone(new)),
            (self.language.pick("名前", "name"), old.name.clone(), new.name.clone()),
            (
                self.language.pick("言語", "language"),
                old.language.pick("ja", "en").to_owned(),
                new.language.pick("ja", "en").to_owned(),
            ),
        ];
        for (what, before, after) in pairs {
            if before != after {
                let text = self.turned(what, &before, &after);
                self.tell("plan", what, ChangeKind::Changed, text);
            }
        }
        if old.calendar.business != new.calendar.business {
            let text = self.language.pick("営業時間が変わります", "business hours change");
            self.tell("calendar", "business_hours", ChangeKind::Changed, text.to_owned());
        }
        let days: Vec<_> = old.calendar.days.keys().chain(new.calendar.days.keys()).collect();
        let differing =
            days.into_iter().filter(|it| old.calendar.days.get(it) != new.calendar.days.get(it));
        let differing: BTreeSet<_> = differing.collect();
        if !differing.is_empty() || old.calendar.sets != new.calendar.sets {
            let text = self.language.pick(
                format!("休日が変わります（{}日）", differing.len()),
                format!("holidays change ({} days of your own)", differing.len()),
            );
            self.tell("calendar", "holidays", ChangeKind::Changed, text);
        }
        self.conduct();
        for name in new.unattended.difference(&old.unattended) {
            let text = self.language.pick(
                "人がいなくても復旧手順を実行するようになります",
                "its recoveries run with nobody there from now on",
            );
            self.tell("runbook", name, ChangeKind::Changed, text.to_owned());
        }
        for name in old.unattended.difference(&new.unattended) {
            let text = self.language.pick(
                "復旧手順は、人が押すまで動かなくなります",
                "its recoveries wait for a person from now on",
            );
            self.tell("runbook", name, ChangeKind::Changed, text.to_owned());
        }
    }

    fn conduct(&mut self) {
        let (old, new) = (&self.old.conduct, &self.new.conduct);
        let kinds = |it: &Conduct| {
            it.second_person.iter().map(|it| it.word()).collect::<Vec<_>>().join(", ")
        };
        let verify = |it: &Conduct| match it.verify {
            Verify::Required => "required".to_owned(),
            Verify::Optional => "optional".to_owned(),
        };
        let pairs = [
            (
                "second_person",
                self.language.pick("もう一人の同意が要る手順", "steps that need a second person"),
                kinds(old),
                kinds(new),
            ),
            (
                "verify",
                self.language.pick("変更後の確認", "verifying a change"),
                verify(old),
                verify(new),
            ),
        ];
        for (name, what, before, after) in pairs {
            if before != after {
                let text = self.turned(what, &before, &after);
                self.tell("conduct", name, ChangeKind::Changed, text);
            }
        }
    }

    fn severities(&mut self) {
        let by_label = |plan: &Plan| -> BTreeMap<String, (usize, Severity)> {
            let all = plan.severities.iter().cloned().enumerate();
            all.map(|(rank, it)| (it.label.clone(), (rank, it))).collect()
        };
        let (old, new) = (by_label(self.old), by_label(self.new));
        self.names("severity", ("重要度", "severity"), &old, &new, |diff, label, old, new| {
            diff.severity(label, old, new);
        });
    }

    fn severity(&mut self, label: &str, old: &(usize, Severity), new: &(usize, Severity)) {
        let language = self.language;
        if old.0 != new.0 {
            let text = self.turned(
                language.pick("順位（0 が最悪）", "rank, 0 is worst"),
                &old.0.to_string(),
                &new.0.to_string(),
            );
            self.tell("severity", label, ChangeKind::Changed, text);
        }
        let clocks: BTreeSet<Clock> =
            old.1.targets.keys().chain(new.1.targets.keys()).copied().collect();
        for clock in clocks {
            let words = |it: &Severity| it.targets.get(&clock).map(|it| it.words(clock, language));
            let (before, after) = (words(&old.1), words(&new.1));
            if before != after {
                let what = clock_word(clock, language);
                let text =
                    self.turned(what, &before.unwrap_or_default(), &after.unwrap_or_default());
                self.tell("severity", label, ChangeKind::Changed, text);
            }
        }
        if old.1.during != new.1.during {
            let all = |it: &Severity| {
                let all = it.during.iter().map(|it| {
                    let limits = it.targets.iter().map(|(clock, limit)| {
                        format!(
                            "{} {}",
                            clock_word(*clock, language),
                            limit.words(*clock, language)
                        )
                    });
                    format!("{}: {}", it.text, limits.collect::<Vec<_>>().join(", "))
                });
                all.collect::<Vec<_>>().join("; ")
            };
            let what = language.pick("時間帯ごとの目標", "targets of certain hours");
            let text = self.turned(what, &all(&old.1), &all(&new.1));
            self.tell("severity", label, ChangeKind::Changed, text);
        }
        let page = |it: &Severity| {
            let digest = it.digest.as_ref().map(|it| it.text.clone());
            digest.unwrap_or_else(|| language.pick("すぐに", "at once").to_owned())
        };
        if old.1.digest.as_ref().map(|it| &it.every) != new.1.digest.as_ref().map(|it| &it.every) {
            let what = language.pick("最初の連絡", "first page");
            let text = self.turned(what, &page(&old.1), &page(&new.1));
            self.tell("severity", label, ChangeKind::Changed, text);
        }
        let lists = [
            (
                language.pick("最初に始める手順", "runbooks that it starts"),
                &old.1.start,
                &new.1.start,
            ),
            (language.pick("別名", "aliases"), &old.1.aliases, &new.1.aliases),
            (language.pick("基準", "criteria"), &old.1.criteria, &new.1.criteria),
        ];
        for (what, before, after) in lists {
            if before != after {
                let text = self.turned(what, &before.join(", "), &after.join(", "));
                self.tell("severity", label, ChangeKind::Changed, text);
            }
        }
    }

    fn services(&mut self) {
        let (old, new) = (self.old, self.new);
        self.names(
            "service",
            ("サービス", "service"),
            &old.services,
            &new.services,
            |diff, name, old, new| {
                let language = diff.language;
                let options = [
                    (language.pick("重要度", "severity"), &old.severity, &new.severity),
                    (language.pick("手順", "runbook"), &old.runbook, &new.runbook),
                    (language.pick("連絡体制", "escalation"), &old.escalation, &new.escalation),
                    (language.pick("範囲", "scope"), &old.scope, &new.scope),
                ];
                for (what, before, after) in options {
                    if before != after {
                        let text = diff.turned(
                            what,
                            before.as_deref().unwrap_or(""),
                            after.as_deref().unwrap_or(""),
                        );
                        diff.tell("service", name, ChangeKind::Changed, text);
                    }
                }
                if old.watch != new.watch {
                    let text = language.pick(
                        format!(
                            "監視が変わります: {} 件 → {} 件",
                            old.watch.len(),
                            new.watch.len()
                        ),
                        format!(
                            "it is watched otherwise: {} → {} watches",
                            old.watch.len(),
                            new.watch.len()
                        ),
                    );
                    diff.tell("service", name, ChangeKind::Changed, text);
                }
            },
        );
    }

    fn alerts(&mut self) {
        let (old, new) = (self.old, self.new);
        self.names(
            "alert",
            ("アラート", "alert"),
            &old.alerts,
            &new.alerts,
            |diff, name, old, new| {
                if old == new {
                    return;
                }
                let language = diff.language;
                let mut told = false;
                let before =
                    diff.old.severity_for_alert(old.severity.as_deref(), old.service.as_deref());
                let after =
                    diff.new.severity_for_alert(new.severity.as_deref(), new.service.as_deref());
                let label =
                    |it: Option<&Severity>| it.map(|it| it.label.clone()).unwrap_or_default();
                let pairs = [
                    (language.pick("重要度", "severity"), label(before), label(after)),
                    (
                        language.pick("条件", "condition"),
                        condition(&old.source),
                        condition(&new.source),
                    ),
                    (
                        language.pick("継続", "lasting"),
                        language.duration(old.lasting),
                        language.duration(new.lasting),
                    ),
                    (
                        language.pick("手順", "runbook"),
                        old.runbook.clone().unwrap_or_default(),
                        new.runbook.clone().unwrap_or_default(),
                    ),
                ];
                for (what, before, after) in pairs {
                    if before != after {
                        told = true;
                        let text = diff.turned(what, &before, &after);
                        diff.tell("alert", name, ChangeKind::Changed, text);
                    }
                }
                if !told {
                    let text = language.pick("設定が変わります", "its settings change").to_owned();
                    diff.tell("alert", name, ChangeKind::Changed, text);
                }
            },
        );
    }

    fn contacts(&mut self) {
        let (old, new) = (self.old, self.new);
        self.names(
            "contact",
            ("社外の連絡先", "contact outside"),
            &old.contacts,
            &new.contacts,
            |diff, name, old, new| {
                let language = diff.language;
                let text = |it: &Option<String>| it.clone().unwrap_or_default();
                let pairs = [
                    (language.pick("名前", "name"), old.name.clone(), new.name.clone()),
                    (language.pick("役割", "role"), text(&old.role), text(&new.role)),
                    (language.pick("対応時間", "hours"), text(&old.hours), text(&new.hours)),
                    (language.pick("連絡手段", "ways"), old.at.join(", "), new.at.join(", ")),
                    (language.pick("備考", "note"), text(&old.note), text(&new.note)),
                    (
                        language.pick("サービス", "services"),
                        old.services.join(", "),
                        new.services.join(", "),
                    ),
                ];
                for (what, before, after) in pairs.iter().filter(|it| it.1 != it.2) {
                    let text = diff.turned(what, before, after);
                    diff.tell("contact", name, ChangeKind::Changed, text);
                }
            },
        );
    }

    fn chores(&mut self) {
        let (old, new) = (self.old, self.new);
        self.names(
            "chore",
            ("定期作業", "chore"),
            &old.chores,
            &new.chores,
            |diff, name, old, new| {
                let language = diff.language;
                let text = |it: &Option<String>| it.clone().unwrap_or_default();
                let what_of = |it: &Chore| match it.purpose {
                    Purpose::Perform => it.runbook.clone(),
                    Purpose::Rehearse => {
                        let runbook = &it.runbook;
                        language.pick(format!("{runbook} の予行"), format!("rehearses {runbook}"))
                    }
                };
                let params = |it: &BTreeMap<String, String>| {
                    it.iter()
                        .map(|(name, it)| format!("{name}={it}"))
                        .collect::<Vec<_>>()
                        .join(", ")
                };
                let pairs = [
                    (language.pick("期日", "when it is due"), old.text.clone(), new.text.clone()),
                    (language.pick("手順", "runbook"), what_of(old), what_of(new)),
                    (language.pick("値", "values"), params(&old.params), params(&new.params)),
                    (language.pick("担当", "owner"), text(&old.owner), text(&new.owner)),
                    (
                        language.pick("制限時間", "time for it"),
                        language.duration(old.within),
                        language.duration(new.within),
                    ),
                    (
                        language.pick("重要度", "severity"),
                        old.severity.clone(),
                        new.severity.clone(),
                    ),
                    (
                        language.pick("連絡体制", "escalation"),
                        text(&old.escalation),
                        text(&new.escalation),
                    ),
                    (language.pick("題名", "title"), text(&old.title), text(&new.title)),
                ];
                for (what, before, after) in pairs.iter().filter(|it| it.1 != it.2) {
                    let text = diff.turned(what, before, after);
                    diff.tell("chore", name, ChangeKind::Changed, text);
                }
            },
        );
    }

    fn channels(&mut self) {
        let (old, new) = (self.old, self.new);
        self.names(
            "channel",
            ("連絡手段", "channel"),
            &old.channels,
            &new.channels,
            |diff, name, old, new| {
                if old != new {
                    let text =
                        diff.language.pick("設定が変わります", "its settings change").to_owned();
                    diff.tell("channel", name, ChangeKind::Changed, text);
                }
            },
        );
        if old.notify != new.notify {
            let text = self
                .language
                .pick("知らせる先の規則が変わります", "who else is told changes")
                .to_owned();
            self.tell("plan", "notify", ChangeKind::Changed, text);
        }
    }
}

fn condition(source: &crate::plan::AlertSource) -> String {
    match source {
        crate::plan::AlertSource::When { condition, .. } => condition.text.clone(),
        crate::plan::AlertSource::From(system) => system.clone(),
    }
}

fn clock_word(clock: Clock, language: Language) -> &'static str {
    match clock {
        Clock::Acknowledge => language.pick("確認", "acknowledge"),
        Clock::Respond => language.pick("初動", "respond"),
        Clock::Update => language.pick("状況更新", "update"),
        Clock::Escalate => language.pick("エスカレーション", "escalate"),
        Clock::Resolve => language.pick("解決", "resolve"),
        Clock::Report => language.pick("報告", "report"),
        Clock::Review => language.pick("振り返り", "review"),
    }
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}
