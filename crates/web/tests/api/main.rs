//! The HTTP interface over a real engine, as a program without our libraries meets it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod act;
mod guard;
mod health;
mod hostile;
mod no;
mod output;
mod read;
mod route;
mod site;
mod timeline;
