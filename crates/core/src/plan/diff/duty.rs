//! What changes for people: when they are there, how they are reached, and for what they are paged.

use std::collections::{BTreeMap, BTreeSet};

use super::{ChangeKind, Diff};
use crate::language::Language;
use crate::plan::{Escalation, Limit, Plan, Rotate, Schedule, Target, When};

impl Diff<'_> {
    pub(super) fn people(&mut self) {
        let (old, new) = (self.old, self.new);
        self.names(
            "person",
            ("担当者", "person"),
            &old.people,
            &new.people,
            |diff, id, old, new| {
                let language = diff.language;
                let whom = vec![id.to_owned()];
                if old.hours != new.hours {
                    let text =
                        language.pick("対応時間が変わります", "their hours change").to_owned();
                    diff.tell_of("person", id, ChangeKind::Changed, text, whom.clone());
                }
                if old.reach != new.reach {
                    let ways = |it: &[crate::plan::Reach]| {
                        let ways: Vec<String> = it.iter().map(way).collect();
                        ways.join(", ")
                    };
                    let what = language.pick("連絡手段", "ways to reach them");
                    let text = diff.turned(what, &ways(&old.reach), &ways(&new.reach));
                    diff.tell_of("person", id, ChangeKind::Changed, text, whom.clone());
                }
                if (&old.name, &old.role) != (&new.name, &new.role) {
                    let name = |it: &crate::plan::Person| match &it.role {
                        Some(role) => format!("{} ({role})", it.name),
                        None => it.name.clone(),
                    };
                    let text = diff.turned(
                        language.pick("名前・役割", "name and role"),
                        &name(old),
                        &name(new),
                    );
                    diff.tell_of("person", id, ChangeKind::Changed, text, whom);
                }
            },
        );
    }

    /// For what each person is paged, before and after.
    pub(super) fn duties(&mut self) {
        let (before, after) = (duties(self.old, self.language), duties(self.new, self.language));
        let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let none = BTreeSet::new();
        for id in ids {
            let (old, new) = (before.get(id).unwrap_or(&none), after.get(id).unwrap_or(&none));
            for duty in old.difference(new) {
                let text = self.language.pick(
                    format!("呼ばれなくなります: {duty}"),
                    format!("is no longer paged: {duty}"),
                );
                self.tell_of("escalation", id, ChangeKind::Removed, text, vec![id.clone()]);
            }
            for duty in new.difference(old) {
                let text = self.language.pick(
                    format!("呼ばれるようになります: {duty}"),
                    format!("is paged from now on: {duty}"),
                );
                self.tell_of("escalation", id, ChangeKind::Added, text, vec![id.clone()]);
            }
        }
    }

    pub(super) fn schedules(&mut self) {
        let (old, new) = (self.old, self.new);
        self.names(
            "schedule",
            ("当番表", "schedule"),
            &old.schedules,
            &new.schedules,
            |diff, name, old, new| {
                let language = diff.language;
                let mut people: Vec<String> =
                    old.people.iter().chain(&new.people).cloned().collect();
                people.sort();
                people.dedup();
                if old.people != new.people {
                    let what = language.pick("順番", "whose turn follows whose");
                    let text = diff.turned(what, &old.people.join(", "), &new.people.join(", "));
                    diff.tell_of("schedule", name, ChangeKind::Changed, text, people.clone());
                }
                let (before, after) = (rhythm(old, language), rhythm(new, language));
                if before != after || old.from != new.from {
                    let text = diff.turned(language.pick("交代", "handoff"), &before, &after);
                    diff.tell_of("schedule", name, ChangeKind::Changed, text, people);
                }
                if (&old.overrides, &old.layers) != (&new.overrides, &new.layers) {
                    let all =
                        old.overrides.iter().chain(&new.overrides).map(|it| it.person.clone());
                    let people: BTreeSet<String> = all.collect();
                    let text = language.pick(
                        "層や代わりの当番が変わります",
                        "its layers, or who stands in, change",
                    );
                    let people = people.into_iter().collect();
                    diff.tell_of("schedule", name, ChangeKind::Changed, text.to_owned(), people);
                }
            },
        );
    }
}

fn way(reach: &crate::plan::Reach) -> String {
    match reach.address.as_str() {
        "" => reach.channel.clone(),
        address => format!("{}:{address}", reach.channel),
    }
}

fn rhythm(schedule: &Schedule, language: Language) -> String {
    let rotate = match schedule.rotate {
        Rotate::Days(1) => language.pick("毎日", "daily").to_owned(),
        Rotate::Weeks(1) => language.pick("毎週", "weekly").to_owned(),
        Rotate::Days(days) => language.pick(format!("{days}日ごと"), format!("every {days} days")),
        Rotate::Weeks(weeks) => {
            language.pick(format!("{weeks}週間ごと"), format!("every {weeks} weeks"))
        }
    };
    format!("{rotate} {:?} {}", schedule.handoff_day, schedule.handoff_time)
}

/// For each person, what they are paged for: severity, level, and by which way into it.
fn duties(plan: &Plan, language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut duties: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for severity in &plan.severities {
        let Some(policy) = plan.escalation_for(None, None, &severity.label) else { continue };
        of_policy(plan, policy, &severity.label, language, &mut duties);
    }
    // Services and alerts may have ladders of their own.
    let services =
        plan.services.values().filter_map(|it| Some((&it.name, it.escalation.as_ref()?)));
    let alerts = plan.alerts.values().filter_map(|it| Some((&it.name, it.escalation.as_ref()?)));
    for (name, escalation) in services.chain(alerts) {
        if let Some(policy) = plan.escalations.get(escalation) {
            of_policy(plan, policy, name, language, &mut duties);
        }
    }
    duties
}

fn of_policy(
    plan: &Plan,
    policy: &Escalation,
    of: &str,
    language: Language,
    duties: &mut BTreeMap<String, BTreeSet<String>>,
) {
    let mut add = |targets: &[Target], when: &str| {
        for (id, by) in targets.iter().flat_map(|it| whom(plan, it, language)) {
            duties.entry(id).or_default().insert(format!("{of} {when}{by}"));
        }
    };
    for level in &policy.levels {
        let when = match level.after {
            Limit::Within(it) if it.is_zero() => language.pick("即時", "at once").to_owned(),
            it @ (Limit::Within(_) | Limit::BusinessHours(_) | Limit::BusinessDays(_)) => {
                let after = it.span(language);
                language.pick(format!("{after}後"), format!("after {after}"))
            }
        };
        add(&level.page, &when);
    }
    for level in &policy.conditions {
        let condition = match &level.when {
            When::RunFailed => "run failed",
            When::StepUnclear => "step unclear",
            When::RunLate => "run late",
            When::TargetMissed => "target missed",
            When::Said(text) => text,
        };
        add(
            &level.page,
            &language.pick(format!("条件「{condition}」"), format!("when {condition}")),
        );
    }
}

/// The people of a target, and how they come into it.
fn whom(plan: &Plan, target: &Target, language: Language) -> Vec<(String, String)> {
    match target {
        Target::Person(id) => vec![(id.clone(), String::new())],
        Target::Group(name) => {
            let people = plan.groups.get(name).into_iter().flatten();
            people.map(|it| (it.clone(), String::new())).collect()
        }
        Target::Schedule(name) => {
            let people = plan.schedules.get(name).into_iter().flat_map(Schedule::everybody);
            let by =
                language.pick(format!("（{name} の当番のとき）"), format!(" (on turn in {name})"));
            people.map(|it| (it.clone(), by.clone())).collect()
        }
    }
}
