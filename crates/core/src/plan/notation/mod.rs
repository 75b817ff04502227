//! The small notations of a plan: windows, limits, handoffs, ways to people, conditions.
//!
//! **Invariant:** a notation is a pure function of a text, reads full-width and half-width alike, never panics, and
//! what it refuses it explains.

pub(crate) mod clockface;
pub(crate) mod condition;
pub(crate) mod handoff;
pub(crate) mod holiday;
pub(crate) mod limit;
pub(crate) mod reach;
pub(crate) mod recurrence;
pub(crate) mod when;
pub(crate) mod window;

#[cfg(test)]
mod tests;
