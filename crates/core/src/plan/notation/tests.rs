//! Tests of the small notations.

mod condition;
mod limit;
mod reach;
mod recurrence;
mod window;
