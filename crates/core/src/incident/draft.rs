//! A decision in the making: facts are applied as they are decided, so that the next thought sees them.

use jiff::Timestamp;

use super::Incident;
use super::event::{Event, Fact};
use crate::effect::Effect;
use crate::id::PageId;
use crate::page::{Message, Page, PageReason, message};
use crate::plan::Plan;

/// What a decision needs beside the incident.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    pub plan: &'a Plan,
    /// Where people can open the incident, such as `https://matoi.example`.
    pub base_url: Option<&'a str>,
}

/// Events to store, effects to carry out, and the row that follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub incident: Incident,
    pub events: Vec<Event>,
    pub effects: Vec<Effect>,
}

impl Decision {
    /// Whether there is anything to store.
    pub fn is_nothing(&self) -> bool {
        self.events.is_empty() && self.effects.is_empty()
    }
}

/// A decision in the making.
pub(super) struct Draft<'a> {
    pub(super) incident: Incident,
    pub(super) world: World<'a>,
    pub(super) now: Timestamp,
    /// The version that this decision will have; page ids are made of it.
    version: u64,
    events: Vec<Event>,
    effects: Vec<Effect>,
}

/// A page to be made.
pub(super) struct Request<'r> {
    pub(super) to: &'r str,
    pub(super) channel: &'r str,
    pub(super) address: &'r str,
    pub(super) reason: PageReason,
}

impl<'a> Draft<'a> {
    pub(super) fn new(
        incident: Incident,
        world: World<'a>,
        version: u64,
        now: Timestamp,
    ) -> Draft<'a> {
        Draft { incident, world, now, version, events: Vec::new(), effects: Vec::new() }
    }

    /// A new incident begins with the event that makes it.
    pub(super) fn open(first: Fact, world: World<'a>, now: Timestamp) -> Option<Draft<'a>> {
        let event = Event { at: now, fact: first };
        let incident = Incident::from_first(&event)?;
        Some(Draft { incident, world, now, version: 1, events: vec![event], effects: Vec::new() })
    }

    pub(super) fn fact(&mut self, fact: Fact) {
        let event = Event { at: self.now, fact };
        self.incident.apply(&event);
        self.events.push(event);
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Stores that a page is owed and asks for it to be sent.
    pub(super) fn page(&mut self, request: Request<'_>) {
        let id = self.next_page_id();
        self.fact(Fact::Paged {
            page: id.clone(),
            person: request.to.to_owned(),
            channel: request.channel.to_owned(),
            address: request.address.to_owned(),
            reason: request.reason.clone(),
        });
        let message =
            message::compose(&self.incident, self.world, request.to, &request.reason, self.now);
        self.send(id, request, message);
    }

    /// Asks for a page whose fact is stored already to be sent.
    pub(super) fn send(&mut self, id: PageId, request: Request<'_>, message: Message) {
        self.effect(Effect::SendPage(Page {
            id,
            incident: self.incident.id.clone(),
            to: request.to.to_owned(),
            channel: request.channel.to_owned(),
            address: request.address.to_owned(),
            message,
            owed_since: self.now,
            urgency: self.urgency(&request.reason),
        }));
    }

    /// What this decision has stored so far.
    pub(super) fn events(&self) -> &[Event] {
        &self.events
    }

    pub(super) fn next_page_id(&self) -> PageId {
        PageId::new(&self.incident.id, self.version, self.effects.len())
    }

    pub(super) fn done(self) -> Decision {
        Decision { incident: self.incident, events: self.events, effects: self.effects }
    }
}
