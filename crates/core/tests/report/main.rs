//! The report of whole incidents: what people read, and what outside text cannot do to it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod fields;
mod forms;
mod hostile;
mod judgement;
mod lines;
mod own;
mod plan;
mod property;
mod reason;
mod run;
mod shape;
mod story;
