//! What lies around the core in a story: channels that may be down, and pages that are tried again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use matoi_core::page::{Delivery, Page};

/// The ways out, and what is still to be sent.
#[derive(Default)]
pub(crate) struct Town {
    channels: BTreeMap<String, Channel>,
    pub(crate) owed: Vec<Owed>,
}

/// A page that the outbox holds.
pub(crate) struct Owed {
    pub(crate) page: Page,
    pub(crate) due: Timestamp,
    pub(crate) tries: u32,
}

/// How a channel answers when it does not simply work.
enum Channel {
    Down(String),
    Rejects(String),
}

impl Town {
    /// `mail down reason`, `mail rejects reason`, `mail up`.
    pub(crate) fn channel(&mut self, words: &str) {
        let mut words = words.splitn(3, ' ');
        let (name, state) = (words.next().unwrap().to_owned(), words.next().unwrap());
        let reason = words.next().unwrap_or("no answer").to_owned();
        match state {
            "up" => drop(self.channels.remove(&name)),
            "down" => drop(self.channels.insert(name, Channel::Down(reason))),
            "rejects" => drop(self.channels.insert(name, Channel::Rejects(reason))),
            other => panic!("a channel is up, down, or rejects, not {other}"),
        }
    }

    pub(crate) fn owe(&mut self, page: Page, due: Timestamp) {
        self.owed.push(Owed { page, due, tries: 0 });
    }

    /// The next page that is due, if its time has come.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<Owed> {
        let due = self.owed.iter().position(|it| it.due <= now)?;
        Some(self.owed.remove(due))
    }

    pub(crate) fn send(&self, page: &Page) -> Delivery {
        match self.channels.get(&page.channel) {
            None => Delivery::Accepted { reference: String::new() },
            Some(Channel::Down(reason)) => Delivery::Retry { after: None, reason: reason.clone() },
            Some(Channel::Rejects(reason)) => Delivery::Rejected { reason: reason.clone() },
        }
    }
}
