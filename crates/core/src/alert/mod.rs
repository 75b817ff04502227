//! An alert: a condition that is watched.
