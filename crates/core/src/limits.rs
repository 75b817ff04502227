//! Every bound in one place, each with its reason. Reaching one is told to a person.

use jiff::SignedDuration;

/// A plan file; ten times the largest operations document seen.
pub const PLAN_BYTES_MAX: usize = 1 << 20;
/// A runbook file.
pub const RUNBOOK_BYTES_MAX: usize = 1 << 20;
/// Runbooks of one plan.
pub const RUNBOOKS_MAX: usize = 2_000;
/// A report form of the house.
pub const FORM_BYTES_MAX: usize = 256 << 10;
/// Report forms of one plan.
pub const FORMS_MAX: usize = 50;
/// Steps of one runbook; more cannot be overseen at night.
pub const STEPS_MAX: usize = 500;
/// Problems that one check reports; the rest are counted.
pub const PROBLEMS_MAX: usize = 200;
/// Alerts that one incident lists; more are counted, and the incident says so.
pub const ALERTS_PER_INCIDENT_MAX: usize = 200;
/// Pages one incident may make before it says that it stops; a broken policy must not ring for ever.
pub const PAGES_PER_INCIDENT_MAX: u32 = 500;
/// Characters of a reason, note, or answer that a person or the world gives.
pub const TEXT_CHARS_MAX: usize = 4_000;
/// Characters of output that go into an event; the whole output stays in its file.
pub const EXCERPT_CHARS_MAX: usize = 2_000;
/// Bytes of standard output that a step's `expect` looks at.
pub const ANSWER_BYTES_MAX: usize = 64 << 10;
/// Key-value pairs that one step may publish.
pub const OUTPUTS_PER_STEP_MAX: usize = 100;
/// How long a page is tried before it is given up, aloud.
pub const PAGE_TRIED_FOR_MAX: SignedDuration = SignedDuration::from_hours(24);
/// The longest pause between two tries of a page.
pub const PAGE_BACKOFF_MAX: SignedDuration = SignedDuration::from_secs(60);
/// How long a step may take when it says nothing.
pub const STEP_TIMEOUT: SignedDuration = SignedDuration::from_mins(5);
/// How long one try of a page may take.
pub const SEND_TIMEOUT: SignedDuration = SignedDuration::from_secs(15);
/// How long a probe may take when its watch says nothing.
pub const PROBE_TIMEOUT: SignedDuration = SignedDuration::from_secs(5);
/// How often a probe asks when its watch says nothing.
pub const PROBE_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// `text`, cut at `chars_max` characters, saying how much is gone.
pub fn cut(text: &str, chars_max: usize) -> String {
    let count = text.chars().count();
    if count <= chars_max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(chars_max).collect();
    format!("{kept}… ({} more characters)", count - chars_max)
}
