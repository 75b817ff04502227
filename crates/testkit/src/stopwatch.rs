//! Measuring: one run, the middle of several, and milliseconds for people.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::Value;

/// Measures, and prints the JSON object; a measurement that fails says why and ends with a failure.
pub fn report(bench: &str, measure: impl FnOnce() -> anyhow::Result<Value>) -> ExitCode {
    match measure() {
        Ok(report) => {
            let text = serde_json::to_string_pretty(&report).unwrap_or_default();
            // Whoever closed the pipe has seen enough.
            let _ = writeln!(std::io::stdout().lock(), "{text}");
            ExitCode::SUCCESS
        }
        Err(err) => {
            let _ = writeln!(std::io::stderr().lock(), "bench {bench}: {err:#}");
            ExitCode::FAILURE
        }
    }
}

/// Says what is being measured, for whoever waits.
pub fn progress(what: &str) {
    let _ = writeln!(std::io::stderr().lock(), "measuring {what} …");
}

/// What `work` gives, and how long it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begun = Instant::now();
    let result = work();
    (begun.elapsed(), result)
}

/// The middle of several runs; they are sorted by it.
pub fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Milliseconds with two digits behind the point.
pub fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 100_000.0).round() / 100.0
}
