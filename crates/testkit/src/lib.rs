//! For tests and measurements: the simulated world, and a stopwatch.

pub mod figures;
pub mod plain;
pub mod product;
pub mod stopwatch;
pub mod world;
