//! Who is paged, when, and why: levels by time, levels by condition, and the further ways to one person.

use jiff::{SignedDuration, Timestamp};

use super::draft::{Draft, Request, World};
use super::event::{Fact, SkipReason};
use super::{Incident, LadderState, PageKept, PageState, RunSeen, RunState};
use crate::limits::PAGES_PER_INCIDENT_MAX;
use crate::page::PageReason;
use crate::plan::calendar::Hours;
use crate::plan::choice::may_wait_for_duty;
use crate::plan::{Escalation, Limit, Occasion, Person, Plan, Reach, Target, When};

/// A level that is this late was not reached by waiting but by an outage; the next gap is counted from now.
const LATE: SignedDuration = SignedDuration::from_secs(60);

/// A further way to a person that becomes due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NextWay {
    pub(super) person: String,
    pub(super) reach: Reach,
    pub(super) at: Timestamp,
}

impl Incident {
    /// The next further way to somebody who was paged and is still wanted.
    pub(super) fn next_way(&self, plan: &Plan) -> Option<NextWay> {
        // At the limit, which is said once, nothing is due any more.
        if self.page_count >= PAGES_PER_INCIDENT_MAX && self.ladder.state == LadderState::Exhausted
        {
            return None;
        }
        plan.people.values().filter_map(|person| self.next_way_to(person)).min_by_key(|it| it.at)
    }

    fn next_way_to(&self, person: &Person) -> Option<NextWay> {
        let pages = || {
            self.pages
                .values()
                .filter(|it| it.to == person.id && it.reason != PageReason::Announced)
        };
        let base =
            pages().filter(|it| it.reason != PageReason::NextWay).max_by_key(|it| it.since)?;
        let since: Vec<&PageKept> = pages().filter(|it| it.since >= base.since).collect();
        let reach = person.reach.iter().find(|way| {
            !since.iter().any(|it| it.channel == way.channel && it.address == way.address)
        })?;
        let hopeless =
            since.iter().all(|it| matches!(it.state, PageState::Rejected | PageState::GivenUp));
        let is_wanted = self.is_needed(&base.reason) || (hopeless && self.is_since_taken(base));
        let at = if hopeless { base.since } else { base.since + reach.after };
        is_wanted.then(|| NextWay { person: person.id.clone(), reach: reach.clone(), at })
    }

    /// The reason behind a page: a further way has that of the page before which it was not answered.
    pub(super) fn need<'p>(&'p self, page: &'p PageKept) -> &'p PageReason {
        if page.reason != PageReason::NextWay {
            return &page.reason;
        }
        let base = self.pages.values().filter(|it| {
            it.to == page.to
                && it.since <= page.since
                && !matches!(it.reason, PageReason::NextWay | PageReason::Announced)
        });
        base.max_by_key(|it| it.since).map_or(&page.reason, |it| &it.reason)
    }

    /// Whether a page was made although somebody had the incident: then it has to arrive by some way.
    fn is_since_taken(&self, page: &PageKept) -> bool {
        self.acknowledged.as_ref().is_some_and(|it| page.since > it.at)
    }

    /// Whether the need behind a page still holds, so that silence means trying another way.
    fn is_needed(&self, reason: &PageReason) -> bool {
        match reason {
            PageReason::NeedsPerson { .. } => {
                let is_held = |it: &RunSeen| matches!(it.state, RunState::Held { .. });
                self.acknowledged.is_none() || self.runs.values().any(is_held)
            }
            PageReason::FirstLevel
            | PageReason::Unanswered { .. }
            | PageReason::Condition { .. }
            | PageReason::AskedBy { .. }
            | PageReason::NextWay
            | PageReason::NobodyOnDuty
            | PageReason::Undeliverable { .. }
            | PageReason::Repeated { .. }
            | PageReason::SeverityRaised
            | PageReason::Reopened => self.acknowledged.is_none(),
            PageReason::Announced | PageReason::Passed => false,
        }
    }

    /// Conditions of the policy that a person may state, and nobody has yet.
    pub fn conditions_to_state(&self, world: World<'_>) -> Vec<String> {
        let levels = self.policy(world).map(|it| it.conditions.as_slice()).unwrap_or_default();
        let open = levels.iter().filter(|it| !self.conditions.contains(&it.when));
        open.filter_map(|it| match &it.when {
            When::Said(text) => Some(text.clone()),
            When::RunFailed | When::StepUnclear | When::RunLate | When::TargetMissed => None,
        })
        .collect()
    }

    /// Whether nobody is woken for it.
    fn may_wait_for_duty(&self, plan: &Plan) -> bool {
        plan.severity(&self.severity)
            .is_some_and(|it| may_wait_for_duty(it, &plan.targets_of(it, self.opened_at)))
    }
}

impl Draft<'_> {
    /// Pages the level at `index`; `reason` is why it is due.
    ///
    /// Whoever is off duty is left out, with the reason. A level with nobody on duty hands over to the next at once;
    /// where the whole policy has nobody on duty, duty hours are set aside, since paging nobody is worse than waking
    /// somebody. Only a severity that promises business time waits instead, unless a person asks for the level now.
    pub(super) fn page_level(&mut self, index: usize, reason: PageReason) {
        let Some(policy) = self.incident.policy(self.world) else { return };
        let Some(level) = policy.levels.get(index) else { return };
        if let Some(until) = self.next_digest(&reason) {
            return self.fact(Fact::DigestWaits { until });
        }
        let on_duty = self.on_duty(&level.page);
        if !on_duty.is_empty() {
            self.fact(Fact::Escalated { level: Some(index), reason: reason.clone() });
            self.skip_off_duty(&level.page);
            self.page_people(&on_duty, &reason);
            return self.announce_escalation(&reason);
        }
        if self.incident.may_wait_for_duty(self.world.plan)
            && !matches!(reason, PageReason::AskedBy { .. })
            && let Some(until) = self.next_duty(&level.page)
        {
            self.skip_off_duty(&level.page);
            return self.wait_for_duty(policy, index, &reason, until);
        }
        let relief = (index + 1..policy.levels.len()).find(|next| {
            policy.levels.get(*next).is_some_and(|it| !self.on_duty(&it.page).is_empty())
        });
        self.skip_off_duty(&level.page);
        match relief {
            Some(next) => self.page_level(next, reason),
            None => {
                // The cause moves the ladder; that duty hours are set aside is told to whoever is paged.
                self.fact(Fact::Escalated { level: Some(index), reason: reason.clone() });
                let everybody = self.people(&level.page);
                self.page_people(&everybody, &PageReason::NobodyOnDuty);
                self.announce_escalation(&reason);
            }
        }
    }

    /// Waits until somebody of the level is on duty; the level, or the repetition, is due then.
    fn wait_for_duty(
        &mut self,
        policy: &Escalation,
        index: usize,
        reason: &PageReason,
        until: Timestamp,
    ) {
        let (level, gap) = match reason {
            PageReason::Repeated { .. } => {
                (None, policy.repeat.map_or(SignedDuration::ZERO, |it| it.every))
            }
            PageReason::FirstLevel
            | PageReason::Unanswered { .. }
            | PageReason::Condition { .. }
            | PageReason::AskedBy { .. }
            | PageReason::NeedsPerson { .. }
            | PageReason::NextWay
            | PageReason::NobodyOnDuty
            | PageReason::Undeliverable { .. }
            | PageReason::SeverityRaised
            | PageReason::Reopened
            | PageReason::Passed
            | PageReason::Announced => (Some(index), SignedDuration::ZERO),
        };
        let counted = match level {
            Some(index) => policy.levels.get(index),
            None => policy.levels.last(),
        };
        let anchor = match counted.map(|it| it.after) {
            Some(Limit::Within(after)) => until - after - gap,
            // Business time has no beginning for every end; the level itself is due at `until` all the same.
            Some(Limit::BusinessHours(_) | Limit::BusinessDays(_)) => self.incident.ladder.anchor,
            None => until - gap,
        };
        self.fact(Fact::LadderWaits { until, anchor, next: level });
    }

    /// The level by time that is due, if one is; one a wake-up, never a burst. That nobody is left is said with it.
    pub(super) fn climb(&mut self) {
        self.climb_one();
        let is_over = |it: &Incident, policy| it.next_level(policy).is_none();
        if self.incident.policy(self.world).is_some_and(|it| is_over(&self.incident, it)) {
            self.climb_one();
        }
    }

    fn climb_one(&mut self) {
        let Some(due) = self.incident.ladder_due(self.world).filter(|it| *it <= self.now) else {
            return;
        };
        let Some(policy) = self.incident.policy(self.world) else { return };
        match self.incident.next_level(policy) {
            Some(0) => self.page_level(0, PageReason::FirstLevel),
            Some(index) => {
                let after = self.waited(policy, index, due);
                self.page_level(index, PageReason::Unanswered { after });
            }
            None => self.repeat(policy),
        }
    }

    /// How long the level at `index` was waited for, so that the next is counted from there. In time it keeps the plan's
    /// own moments, so that small delays do not add up; late, or after a wait for duty, the next gap is kept.
    fn waited(&self, policy: &Escalation, index: usize, due: Timestamp) -> SignedDuration {
        let plan = self.world.plan;
        let Some(level) = policy.levels.get(index) else { return SignedDuration::ZERO };
        let late = self.now.duration_since(due);
        match level.after {
            Limit::Within(after) if late > LATE => after,
            Limit::Within(after) => late + after,
            Limit::BusinessHours(_) | Limit::BusinessDays(_) => {
                let is_moved = late > LATE || self.incident.ladder.waits.is_some();
                let begin = match is_moved {
                    true => level.after.begin(&plan.calendar, &plan.zone, self.now),
                    false => self.incident.ladder.anchor,
                };
                self.now.duration_since(begin)
            }
        }
    }

    fn repeat(&mut self, policy: &Escalation) {
        let round = self.incident.ladder.round + 1;
        match policy.repeat {
            Some(repeat) if round <= repeat.times => {
                self.page_level(0, PageReason::Repeated { round })
            }
            Some(_) | None => self.fact(Fact::Exhausted),
        }
    }

    /// The next level, whether its time has come or not; says whether there was one.
    pub(super) fn climb_now(&mut self, reason: PageReason) -> Climbed {
        let Some(policy) = self.incident.policy(self.world) else { return Climbed::NoFurther };
        let next = self.incident.ladder.next;
        if next >= policy.levels.len() {
            return Climbed::NoFurther;
        }
        self.page_level(next, reason);
        Climbed::Yes
    }

    /// Further ways to people that are due.
    pub(super) fn try_next_ways(&mut self) {
        // Each round uses one way up, and the plan has finitely many.
        while let Some(way) = self.incident.next_way(self.world.plan).filter(|it| it.at <= self.now)
        {
            if self.limit_reached(&way.person) {
                return;
            }
            self.page(Request {
                to: &way.person,
                channel: &way.reach.channel,
                address: &way.reach.address,
                reason: PageReason::NextWay,
            });
        }
    }

    /// A condition of the policy holds; its levels are paged once.
    pub(super) fn condition(&mut self, when: When, by: Option<String>) {
        if self.incident.conditions.contains(&when) {
            return;
        }
        let Some(policy) = self.incident.policy(self.world) else { return };
        let levels: Vec<_> = policy.conditions.iter().filter(|it| it.when == when).collect();
        if levels.is_empty() {
            return;
        }
        let text = condition_text(&when);
        self.fact(Fact::ConditionMet { when, by });
        let reason = PageReason::Condition { text };
        self.fact(Fact::Escalated { level: None, reason: reason.clone() });
        for level in levels {
            self.skip_off_duty(&level.page);
            let people = self.on_duty_or_all(&level.page);
            self.page_people(&people, &reason);
        }
        self.announce_escalation(&reason);
    }

    /// Tells the channels of an escalation. The first level is none, and what begins a ladder anew has its own word.
    fn announce_escalation(&mut self, reason: &PageReason) {
        match reason {
            PageReason::Unanswered { .. }
            | PageReason::Condition { .. }
            | PageReason::AskedBy { .. }
            | PageReason::Undeliverable { .. } => self.announce(Occasion::Escalated),
            PageReason::FirstLevel
            | PageReason::NeedsPerson { .. }
            | PageReason::NextWay
            | PageReason::NobodyOnDuty
            | PageReason::Repeated { .. }
            | PageReason::SeverityRaised
            | PageReason::Reopened
            | PageReason::Passed
            | PageReason::Announced => (),
        }
    }

    /// A person is needed: those named, else whoever has it, else the first level, at any hour.
    pub(super) fn call_for_a_person(&mut self, what: String, named: &[String]) {
        let reason = PageReason::NeedsPerson { what };
        let plan = self.world.plan;
        let named: Vec<Person> =
            named.iter().filter_map(|it| plan.people.get(it)).cloned().collect();
        if !named.is_empty() {
            return self.page_for(&named, &reason, Whose::Theirs);
        }
        let people: Vec<Person> = match self.holder() {
            Some(person) => vec![person.clone()],
            None => match self.incident.policy(self.world).and_then(|it| it.levels.first()) {
                Some(level) => self.on_duty_or_all(&level.page),
                None => Vec::new(),
            },
        };
        self.page_people(&people, &reason);
    }

    /// A second person is needed: whoever has it, if that is another than `by`; else the first level with another on
    /// duty, else with another at all. Nobody is left out for having answered: one person is not enough.
    pub(super) fn call_for_another(&mut self, what: String, by: &str) {
        let levels = self.incident.policy(self.world).map(|it| it.levels.as_slice());
        let levels = levels.unwrap_or_default();
        let others = |people: Vec<Person>| -> Option<Vec<Person>> {
            let others: Vec<Person> =
                people.into_iter().filter(|it| it.id != by && !it.reach.is_empty()).collect();
            (!others.is_empty()).then_some(others)
        };
        let holder = self.holder().filter(|it| it.id != by).cloned();
        let people = holder
            .map(|it| vec![it])
            .or_else(|| levels.iter().find_map(|it| others(self.on_duty(&it.page))))
            .or_else(|| levels.iter().find_map(|it| others(self.people(&it.page))));
        match people {
            Some(people) => {
                self.page_for(&people, &PageReason::NeedsPerson { what }, Whose::Theirs)
            }
            // Nobody else is in the escalation; whoever wants it has to find somebody.
            None => self.call_for_a_person(what, &[by.to_owned()]),
        }
    }

    pub(super) fn page_people(&mut self, people: &[Person], reason: &PageReason) {
        self.page_for(people, reason, Whose::Anybodys);
    }

    fn page_for(&mut self, people: &[Person], reason: &PageReason, whose: Whose) {
        for person in people {
            let Some(reach) = person.reach.first() else {
                self.fact(Fact::PageSkipped {
                    person: person.id.clone(),
                    reason: SkipReason::NoReach,
                });
                continue;
            };
            if self.is_owed(person, reach, whose) {
                self.fact(Fact::PageSkipped {
                    person: person.id.clone(),
                    reason: SkipReason::AlreadyPaged,
                });
                continue;
            }
            if self.limit_reached(&person.id) {
                return;
            }
            self.page(Request {
                to: &person.id,
                channel: &reach.channel,
                address: &reach.address,
                reason: reason.clone(),
            });
        }
    }

    /// A page that is still owed says the same again by itself once the way is open. An alarm is dropped when anybody
    /// answers, so it does not stand for what only this person can do.
    fn is_owed(&self, person: &Person, reach: &Reach, whose: Whose) -> bool {
        self.incident.owed().any(|(_, it)| {
            let is_same_way =
                it.to == person.id && it.channel == reach.channel && it.address == reach.address;
            let is_call = matches!(self.incident.need(it), PageReason::NeedsPerson { .. });
            is_same_way && (whose == Whose::Anybodys || is_call)
        })
    }

    /// Whoever has it: the lead, else who acknowledged it.
    fn holder(&self) -> Option<&Person> {
        let incident = &self.incident;
        let by = incident.lead.as_ref().or(incident.acknowledged.as_ref().map(|it| &it.by));
        self.world.plan.people.get(by?)
    }

    fn limit_reached(&mut self, person: &str) -> bool {
        if self.incident.page_count < PAGES_PER_INCIDENT_MAX {
            return false;
        }
        self.fact(Fact::PageSkipped {
            person: person.to_owned(),
            reason: SkipReason::PageLimit { limit: PAGES_PER_INCIDENT_MAX },
        });
        self.fact(Fact::Exhausted);
        true
    }

    fn people(&self, targets: &[Target]) -> Vec<Person> {
        let mut people: Vec<Person> = Vec::new();
        for person in targets.iter().flat_map(|it| self.world.plan.people_of(it, self.now)) {
            if !people.iter().any(|it| it.id == person.id) {
                people.push(person.clone());
            }
        }
        people
    }

    pub(super) fn on_duty(&self, targets: &[Target]) -> Vec<Person> {
        let plan = self.world.plan;
        let mut people = self.people(targets);
        people.retain(|it| match it.hours {
            Hours::EmergencyOnly => !self.incident.may_wait_for_duty(plan),
            Hours::Always | Hours::Windows { .. } => {
                it.hours.on_duty(&plan.calendar, &plan.zone, self.now)
            }
        });
        people
    }

    /// Whoever of a level is on duty; all of them where nobody is.
    pub(super) fn on_duty_or_all(&self, targets: &[Target]) -> Vec<Person> {
        let on_duty = self.on_duty(targets);
        if on_duty.is_empty() { self.people(targets) } else { on_duty }
    }

    pub(super) fn next_duty(&self, targets: &[Target]) -> Option<Timestamp> {
        let plan = self.world.plan;
        self.people(targets)
            .iter()
            .filter_map(|it| it.hours.next_duty(&plan.calendar, &plan.zone, self.now))
            .filter(|it| *it > self.now)
            .min()
    }

    fn skip_off_duty(&mut self, targets: &[Target]) {
        let on_duty = self.on_duty(targets);
        for person in self.people(targets) {
            if on_duty.iter().any(|it| it.id == person.id) {
                continue;
            }
            let plan = self.world.plan;
            let until = person.hours.next_duty(&plan.calendar, &plan.zone, self.now);
            self.fact(Fact::PageSkipped {
                person: person.id,
                reason: SkipReason::OffDuty { until },
            });
        }
    }
}

/// Whose answer to a page will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Anybodys,
    /// That of the people who are paged: a gate names them.
    Theirs,
}

/// Whether the ladder had a further level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Climbed {
    Yes,
    NoFurther,
}

/// A condition as the plan writes it.
pub(super) fn condition_text(when: &When) -> String {
    match when {
        When::RunFailed => "run failed".to_owned(),
        When::StepUnclear => "step unclear".to_owned(),
        When::RunLate => "run late".to_owned(),
        When::TargetMissed => "target missed".to_owned(),
        When::Said(text) => text.clone(),
    }
}
