//! Whose turn it is.
//!
//! A turn begins and ends at the handoff, a local time of the plan's zone, so a turn over a change of the clocks is
//! an hour longer or shorter and the handoff stays where people expect it.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::plan::calendar::{Calendar, instant};
use crate::plan::{Rotate, Schedule};

/// Where turns are counted from when the plan does not say: a Monday.
const EPOCH: Date = jiff::civil::date(1970, 1, 5);

/// How far ahead the hours of a layer are looked at.
const LOOKAHEAD: SignedDuration = SignedDuration::from_hours(24 * 8);

impl Schedule {
    /// The id of the person whose turn it is.
    pub fn on_call(&self, calendar: &Calendar, zone: &TimeZone, now: Timestamp) -> &str {
        if let Some(it) = self.overrides.iter().rev().find(|it| it.from <= now && now < it.to) {
            return &it.person;
        }
        let layer = self.layers.iter().rev().find(|it| it.hours.on_duty(calendar, zone, now));
        layer.map_or(self, |it| &it.rotation).in_turn(zone, now)
    }

    /// Everybody who may be on call, in the order of the plan, once each.
    pub fn everybody(&self) -> Vec<&String> {
        let layers = self.layers.iter().flat_map(|it| &it.rotation.people);
        let overrides = self.overrides.iter().map(|it| &it.person);
        let mut people: Vec<&String> = Vec::new();
        for person in self.people.iter().chain(layers).chain(overrides) {
            if !people.contains(&person) {
                people.push(person);
            }
        }
        people
    }

    fn in_turn(&self, zone: &TimeZone, now: Timestamp) -> &str {
        let people = i64::try_from(self.people.len()).unwrap_or(i64::MAX).max(1);
        let turn = self.turns_since_anchor(self.turn_began_on(zone, now)).rem_euclid(people);
        let person = usize::try_from(turn).ok().and_then(|it| self.people.get(it));
        person.map_or("", String::as_str)
    }

    /// The instant at which somebody else may take over: a turn ends, or an override or the hours of a layer begin or
    /// end. Hours are looked at for a week, and then looked at again.
    pub fn handoff_after(&self, calendar: &Calendar, zone: &TimeZone, now: Timestamp) -> Timestamp {
        let overrides = self.overrides.iter().flat_map(|it| [it.from, it.to]);
        let first =
            overrides.filter(|it| *it > now).fold(self.turn_ends(zone, now), Timestamp::min);
        self.layers.iter().fold(first, |first, layer| {
            let hours = layer.hours.change_after(calendar, zone, now, LOOKAHEAD);
            first.min(layer.rotation.turn_ends(zone, now)).min(hours)
        })
    }

    /// Every instant within `span` at which somebody else may take over, its beginning among them.
    pub(crate) fn changes(
        &self,
        calendar: &Calendar,
        zone: &TimeZone,
        span: &Range<Timestamp>,
    ) -> BTreeSet<Timestamp> {
        let mut changes = BTreeSet::from([span.start]);
        for rotation in std::iter::once(self).chain(self.layers.iter().map(|it| &it.rotation)) {
            let mut at = span.start;
            while at < span.end {
                at = rotation.turn_ends(zone, at).max(at + SignedDuration::from_secs(1));
                changes.insert(at);
            }
        }
        for layer in &self.layers {
            let hours = layer.hours.spans(calendar, zone, span.clone());
            changes.extend(hours.into_iter().flat_map(|it| [it.start, it.end]));
        }
        changes.extend(self.overrides.iter().flat_map(|it| [it.from, it.to]));
        changes.retain(|it| span.contains(it));
        changes
    }

    fn turn_ends(&self, zone: &TimeZone, now: Timestamp) -> Timestamp {
        let began = self.turn_began_on(zone, now);
        let next = began.checked_add(self.turn_days().days()).unwrap_or(Date::MAX);
        instant::begin(next, self.handoff_time, zone).unwrap_or(Timestamp::MAX)
    }

    /// The date on which the turn began that holds `now`.
    fn turn_began_on(&self, zone: &TimeZone, now: Timestamp) -> Date {
        let today = zone.to_datetime(now).date();
        let mut date = self.handoff_on_or_before(today.tomorrow().unwrap_or(today));
        // Twice at most: a handoff later today, or one tomorrow.
        while instant::begin(date, self.handoff_time, zone).is_some_and(|it| it > now) {
            match date.checked_sub(self.turn_days().days()) {
                Ok(it) => date = it,
                Err(_) => break,
            }
        }
        date
    }

    /// How many turns begin between the first person's and the one that begins on `date`.
    fn turns_since_anchor(&self, date: Date) -> i64 {
        let days = self.anchor().duration_until(date).as_hours() / 24;
        days.div_euclid(self.turn_days())
    }

    /// The last day on or before `date` on which a turn may begin, counted from the anchor.
    fn handoff_on_or_before(&self, date: Date) -> Date {
        let weekday = match self.rotate {
            Rotate::Days(_) => date,
            Rotate::Weeks(_) => self.handoff_day_before(date),
        };
        let anchor = self.anchor();
        let days = anchor.duration_until(weekday).as_hours() / 24;
        let late = days.rem_euclid(self.turn_days());
        weekday.checked_sub(late.days()).unwrap_or(weekday)
    }

    /// The day on which the first person's turn begins that all others are counted from.
    fn anchor(&self) -> Date {
        let from = self.from.unwrap_or(EPOCH);
        match self.rotate {
            Rotate::Days(_) => from,
            Rotate::Weeks(_) => self.handoff_day_before(from),
        }
    }

    fn handoff_day_before(&self, date: Date) -> Date {
        let back = i64::from(date.weekday().since(self.handoff_day));
        date.checked_sub(back.days()).unwrap_or(date)
    }

    fn turn_days(&self) -> i64 {
        match self.rotate {
            Rotate::Days(days) => i64::from(days.max(1)),
            Rotate::Weeks(weeks) => i64::from(weeks.max(1)) * 7,
        }
    }
}
