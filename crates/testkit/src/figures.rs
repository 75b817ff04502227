//! Figures of many runs.

use std::time::Duration;

use serde_json::{Value, json};

/// Median, ninety-ninth percentile and extremes, in milliseconds.
pub fn of(mut times: Vec<Duration>) -> Value {
    times.sort_unstable();
    let at = |share: usize| {
        let index = (times.len() * share / 100).min(times.len().saturating_sub(1));
        times.get(index).map_or(0.0, ms)
    };
    json!({ "runs": times.len(), "min_ms": at(0), "p50_ms": at(50), "p99_ms": at(99), "max_ms": at(100) })
}

/// The median in milliseconds.
pub fn median(times: &[Duration]) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, ms)
}

fn ms(time: &Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
