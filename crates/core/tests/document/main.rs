//! The manuals cannot lie: every example in them is read by the reader that they describe.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod fence;
mod plan;
mod runbook;
