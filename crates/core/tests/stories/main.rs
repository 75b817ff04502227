//! Stories: times and happenings on one side, the timeline that follows on the other.
//!
//! A story is a file beside this one; adding one adds no Rust. It opens with `# one promise`, then says what it needs,
//! then what happens, with the time since its beginning or, after `begin`, the local time:
//!
//! ```text
//! # Nobody answers, so the page moves on.
//! plan pair
//! 00:00 alert api bad 503
//! 07:00 ack bob
//! 30:00 end
//! ```
//!
//! `plan NAME` takes a file of `plans/`; an indented block below it replaces whole sections. `runbook NAME` takes the
//! Markdown of the indented block below it, and so does `unsound NAME`, which may have errors. What may happen is in [`happening`]. A page arrives at the first try unless
//! a channel is `down` or `rejects`; only what is worth a line is printed.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod happening;
mod script;
mod stage;
mod told;
mod town;

#[test]
fn every_story_goes_as_it_is_told() {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::glob!("*.story", |path| {
            let text = std::fs::read_to_string(path).unwrap();
            insta::assert_snapshot!(stage::play(&script::read(&text)));
        });
    });
}
