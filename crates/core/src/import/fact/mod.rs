//! What a document says beside its procedures, a kind of fact per file.
//!
//! Forms come first, since nothing in them is plan; severities come before whatever names them.

mod card;
mod conduct;
mod contact;
mod escalation;
mod form;
mod link;
mod pair;
mod route;
mod routine;
mod scope;
mod severity;
mod threshold;

use super::reading::Reading;

pub(super) fn read(reading: &mut Reading<'_>) {
    form::read(reading);
    scope::read(reading);
    severity::read(reading);
    contact::read(reading);
    escalation::read(reading);
    threshold::read(reading);
    route::read(reading);
    routine::read(reading);
    conduct::read(reading);
    link::read(reading);
}
