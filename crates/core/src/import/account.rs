//! The ledger of lines: what each became.

use std::ops::Range;

use super::model::{Account, Count, Standing};

/// An entry of the ledger.
#[derive(Clone, Debug)]
struct Entry {
    standing: Standing,
    object: Option<String>,
    reason: Option<String>,
}

/// One place a line; an entry is only replaced by one that says more.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    entries: Vec<Option<Entry>>,
}

impl Ledger {
    /// A ledger in which blank lines are settled.
    pub(super) fn of(text: &str) -> Ledger {
        let blank = Entry { standing: Standing::Blank, object: None, reason: None };
        let entries = text.lines().map(|it| it.trim().is_empty().then(|| blank.clone()));
        Ledger { entries: entries.collect() }
    }

    /// Lines that became an object.
    pub(super) fn used(&mut self, lines: &[usize], object: &str) {
        for line in lines {
            self.put(*line, Standing::Used, Some(object), None);
        }
    }

    pub(super) fn reference(&mut self, lines: Range<usize>, reason: &str) {
        lines.for_each(|it| self.put(it, Standing::Reference, None, Some(reason)));
    }

    pub(super) fn asked(&mut self, lines: &[usize], reason: &str) {
        for line in lines {
            self.put(*line, Standing::Asked, None, Some(reason));
        }
    }

    pub(super) fn left(&mut self, lines: Range<usize>, reason: &str) {
        lines.for_each(|it| self.put(it, Standing::Left, None, Some(reason)));
    }

    /// Lines that became what the line `lead` became, unless they say more.
    pub(super) fn follow(&mut self, lines: Range<usize>, lead: usize) {
        let Some(Entry { standing, object, reason }) = self.at(lead).cloned() else { return };
        for line in lines {
            self.put(line, standing, object.as_deref(), reason.as_deref());
        }
    }

    /// Whether a line has been used.
    pub(super) fn is_used(&self, line: usize) -> bool {
        self.at(line).is_some_and(|it| it.standing == Standing::Used)
    }

    fn at(&self, line: usize) -> Option<&Entry> {
        line.checked_sub(1).and_then(|it| self.entries.get(it)).and_then(Option::as_ref)
    }

    fn put(&mut self, line: usize, standing: Standing, object: Option<&str>, reason: Option<&str>) {
        let Some(place) = line.checked_sub(1).and_then(|it| self.entries.get_mut(it)) else {
            return;
        };
        let weight = |it: Standing| match it {
            Standing::Used => 0,
            Standing::Asked => 1,
            Standing::Reference => 2,
            Standing::Left => 3,
            Standing::Blank => 4,
        };
        let says_more = match place {
            None => true,
            // A blank line stays one, whatever it lies in.
            Some(it) => it.standing != Standing::Blank && weight(standing) < weight(it.standing),
        };
        if says_more {
            *place = Some(Entry {
                standing,
                object: object.map(str::to_owned),
                reason: reason.map(str::to_owned),
            });
        }
    }

    /// The account and its sum; what nobody spoke for is left, with `reason`.
    pub(super) fn finish(self, reason: &str) -> (Vec<Account>, Count) {
        let mut count = Count { lines: self.entries.len(), ..Count::default() };
        let lines = (1..).zip(self.entries).map(|(line, entry)| {
            let entry = entry.unwrap_or_else(|| Entry {
                standing: Standing::Left,
                object: None,
                reason: Some(reason.to_owned()),
            });
            match entry.standing {
                Standing::Used => count.used += 1,
                Standing::Reference => count.reference += 1,
                Standing::Left => count.left += 1,
                Standing::Asked => count.asked += 1,
                Standing::Blank => count.blank += 1,
            }
            Account { line, standing: entry.standing, object: entry.object, reason: entry.reason }
        });
        (lines.collect(), count)
    }
}
