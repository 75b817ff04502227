//! Whose turn it is.
//!
//! A turn begins and ends at the handoff, a local time of the plan's zone, so a turn over a change of the clocks is
//! an hour longer or shorter and the handoff stays where people expect it.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::plan::calendar::instant;
use crate::plan::{Rotate, Schedule};

/// Where turns are counted from when the plan does not say: a Monday.
const EPOCH: Date = jiff::civil::date(1970, 1, 5);

impl Schedule {
    /// The id of the person whose turn it is.
    pub fn on_call(&self, zone: &TimeZone, now: Timestamp) -> &str {
        let people = i64::try_from(self.people.len()).unwrap_or(i64::MAX).max(1);
        let turn = self.turns_since_anchor(self.turn_began_on(zone, now)).rem_euclid(people);
        let person = usize::try_from(turn).ok().and_then(|it| self.people.get(it));
        person.map_or("", String::as_str)
    }

    /// The instant at which the turn ends that holds `now`.
    pub fn handoff_after(&self, zone: &TimeZone, now: Timestamp) -> Timestamp {
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
        let anchor = self.handoff_on_or_before(self.from.unwrap_or(EPOCH));
        let days = anchor.duration_until(date).as_hours() / 24;
        days.div_euclid(self.turn_days())
    }

    fn handoff_on_or_before(&self, date: Date) -> Date {
        match self.rotate {
            Rotate::Daily => date,
            Rotate::Weekly => {
                let back = i64::from(date.weekday().since(self.handoff_day));
                date.checked_sub(back.days()).unwrap_or(date)
            }
        }
    }

    fn turn_days(&self) -> i64 {
        match self.rotate {
            Rotate::Daily => 1,
            Rotate::Weekly => 7,
        }
    }
}
