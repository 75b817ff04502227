//! An incident: what people work on, from the first bad signal to the report.

pub mod event;
