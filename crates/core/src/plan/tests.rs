//! Tests of the small parts of a plan; whole plans are loaded in the crate's `tests`.

mod choice;
mod duration;
mod guess;
mod rotation;
mod width;
