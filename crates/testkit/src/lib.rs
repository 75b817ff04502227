//! For tests: the simulated world.

pub mod world;
