//! For tests and measurements: the simulated world, and a stopwatch.

pub mod stopwatch;
pub mod world;
