//! What became of every page and announcement.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::id::PageId;
use crate::incident::event::{Event, Fact};
use crate::page::PageReason;
use crate::plan::Occasion;

/// One page, from the moment since which it is owed.
pub(super) struct Account<'a> {
    pub(super) page: &'a PageId,
    /// Absent when the timeline tells of a page that nothing in it began.
    pub(super) order: Option<Order<'a>>,
    pub(super) owed_since: Option<Timestamp>,
    /// How often it was tried, as far as the timeline says.
    pub(super) tries: u32,
    pub(super) fate: Fate<'a>,
}

/// What was to be said to whom.
pub(super) enum Order<'a> {
    Page {
        person: &'a str,
        channel: &'a str,
        address: &'a str,
        reason: &'a PageReason,
    },
    Announcement {
        channel: &'a str,
        occasion: Occasion,
    },
}

/// What became of it.
#[derive(Clone, Copy)]
pub(super) enum Fate<'a> {
    /// Not tried yet, as far as the timeline says.
    Owed,
    Delayed {
        reason: &'a str,
        next: Timestamp,
    },
    Delivered {
        at: Timestamp,
        reference: &'a str,
    },
    Rejected {
        reason: &'a str,
    },
    GivenUp {
        reason: &'a str,
    },
    Dropped {
        reason: &'a str,
    },
}

/// Every page in the order in which it became owed.
pub(super) fn accounts(events: &[Event]) -> Vec<Account<'_>> {
    let mut ledger = Ledger::default();
    for event in events {
        ledger.read(event);
    }
    ledger.accounts
}

#[derive(Default)]
struct Ledger<'a> {
    accounts: Vec<Account<'a>>,
    places: BTreeMap<&'a PageId, usize>,
}

impl<'a> Ledger<'a> {
    fn read(&mut self, event: &'a Event) {
        if let Fact::Paged { page, person, channel, address, reason } = &event.fact {
            let order = Order::Page { person, channel, address, reason };
            self.order(page, order, event.at);
        }
        if let Fact::Announced { page, channel, occasion } = &event.fact {
            let order = Order::Announcement { channel, occasion: *occasion };
            self.order(page, order, event.at);
        }
        if let Fact::PageDelivered { page, reference, tries } = &event.fact {
            self.end(page, Some(*tries), Fate::Delivered { at: event.at, reference });
        }
        if let Fact::PageDelayed { page, reason, tries, next } = &event.fact {
            self.end(page, Some(*tries), Fate::Delayed { reason, next: *next });
        }
        if let Fact::PageRejected { page, reason } = &event.fact {
            self.end(page, None, Fate::Rejected { reason });
        }
        if let Fact::PageGivenUp { page, reason, tries } = &event.fact {
            self.end(page, Some(*tries), Fate::GivenUp { reason });
        }
        if let Fact::PageDropped { page, reason } = &event.fact {
            self.end(page, None, Fate::Dropped { reason });
        }
    }

    fn order(&mut self, page: &'a PageId, order: Order<'a>, at: Timestamp) {
        let account = self.account(page);
        account.order = Some(order);
        account.owed_since = Some(at);
    }

    fn end(&mut self, page: &'a PageId, tries: Option<u32>, fate: Fate<'a>) {
        let account = self.account(page);
        account.tries = tries.unwrap_or(account.tries);
        account.fate = fate;
    }

    fn account(&mut self, page: &'a PageId) -> &mut Account<'a> {
        let place = *self.places.entry(page).or_insert_with(|| {
            let fate = Fate::Owed;
            self.accounts.push(Account { page, order: None, owed_since: None, tries: 0, fate });
            self.accounts.len() - 1
        });
        &mut self.accounts[place]
    }
}
