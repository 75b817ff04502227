//! Days on which no business is done.

use jiff::civil::Date;

use crate::plan::calendar::{Calendar, HolidaySet, britain, japan, states};

impl HolidaySet {
    /// Every set, by the word that plans use.
    pub const ALL: [(&'static str, HolidaySet); 3] =
        [("jp", HolidaySet::Japan), ("gb", HolidaySet::Britain), ("us", HolidaySet::States)];

    /// The name of the holiday on `date`, in the language of its country.
    pub fn holiday(self, date: Date) -> Option<&'static str> {
        match self {
            HolidaySet::Japan => japan::holiday(date),
            HolidaySet::Britain => britain::holiday(date),
            HolidaySet::States => states::holiday(date),
        }
    }
}

impl Calendar {
    /// The name of the holiday on `date`; the team's own name goes first.
    pub fn holiday(&self, date: Date) -> Option<&str> {
        match self.days.get(&date) {
            Some(name) => Some(name),
            None => self.sets.iter().find_map(|it| it.holiday(date)),
        }
    }

    /// Whether no business is done on `date`, whatever the day of the week.
    pub fn is_holiday(&self, date: Date) -> bool {
        self.holiday(date).is_some()
    }
}
