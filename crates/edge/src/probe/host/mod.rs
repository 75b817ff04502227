//! `kind: host`: has this machine room left?
//!
//! The machine is the one that the server runs on.
//! **Invariant:** a figure that could not be read is left out, never guessed; it does not hide the others.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Instant;

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use matoi_core::signal::Answer;
use serde_json::Value;

use crate::config::{ConfigError, Fields};
use crate::probe::host::bound::{Bound, Unit};
use crate::probe::host::figure::{Figures, name_of_disk};
use crate::probe::{Kind, Probe};

mod bound;
mod figure;
#[cfg(test)]
mod tests;

pub(super) const KIND: Kind = Kind {
    name: "host",
    summary: "Looks at the processors, memory, load and disks of the machine that the server runs on.",
    example: r#"{ "expect": { "cpu": "< 80%", "memory": "< 90%", "load": "< 8", "disk": { "/": "< 90%" } } }"#,
    parse: |config| Ok(Box::new(Host::parse(config)?)),
};

/// Disks that one watch looks at.
const DISKS_MAX: usize = 50;

/// Measures `host.cpu`, `host.memory` and `host.disk(PATH)` in percent, and `host.load` over one minute.
///
/// The figure of a disk that cannot be looked at is missing, and the others are there: one path that is gone must not
/// blind the rules about everything else. Without any figure the answer is [`Answer::Unknown`].
pub fn measure(disks: &[String]) -> BoxFuture<'static, Answer> {
    let disks = disks.to_vec();
    Box::pin(async move {
        let started = Instant::now();
        let figures = Figures::read(disks).await;
        if figures.measured.is_empty() {
            return Answer::Unknown { reason: figures.missing_reasons() };
        }
        let took = SignedDuration::try_from(started.elapsed()).unwrap_or(SignedDuration::MAX);
        Answer::Well { took, measured: figures.measured }
    })
}

struct Host {
    /// By the figure's name: `host.disk(/var)`.
    bounds: BTreeMap<String, Bound>,
    disks: Vec<String>,
}

impl Host {
    fn parse(config: &Value) -> Result<Host, ConfigError> {
        let fields = Fields::read(config, &["expect"])?;
        let known = ["cpu", "memory", "load", "disk"];
        let expect =
            fields.fields("expect", &known)?.ok_or_else(|| fields.wrong("expect", "is missing"))?;
        let mut host = Host { bounds: BTreeMap::new(), disks: Vec::new() };
        for (key, unit) in
            [("cpu", Unit::Percent), ("memory", Unit::Percent), ("load", Unit::Number)]
        {
            if let Some(text) = expect.text(key)? {
                let bound = Bound::parse(text, unit).map_err(|it| expect.wrong(key, it))?;
                host.bounds.insert(format!("host.{key}"), bound);
            }
        }
        for (path, text) in expect.pairs("disk", DISKS_MAX)? {
            let key = format!("disk.{}", matoi_core::limits::cut(path, 60));
            if !path.starts_with('/') || path.contains('\0') {
                return Err(expect.wrong(&key, "must be a path from the root, such as /var"));
            }
            let bound = Bound::parse(text, Unit::Percent).map_err(|it| expect.wrong(&key, it))?;
            host.bounds.insert(name_of_disk(path), bound);
            host.disks.push(path.to_owned());
        }
        if host.bounds.is_empty() {
            return Err(fields.wrong("expect", "says nothing: any of cpu, memory, load, disk"));
        }
        Ok(host)
    }

    fn judge(&self, figures: Figures, started: Instant) -> Answer {
        let passed = self.bounds.iter().filter_map(|(name, bound)| {
            let value = *figures.measured.get(name)?;
            (!bound.holds(value)).then(|| bound.complaint(name, value))
        });
        let passed: Vec<String> = passed.collect();
        if !passed.is_empty() {
            return Answer::Unwell { reason: passed.join("; "), measured: figures.measured };
        }
        if self.bounds.keys().any(|name| !figures.measured.contains_key(name)) {
            return Answer::Unknown { reason: figures.missing_reasons() };
        }
        let took = SignedDuration::try_from(started.elapsed()).unwrap_or(SignedDuration::MAX);
        Answer::Well { took, measured: figures.measured }
    }
}

impl Probe for Host {
    fn ask(&self) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            let started = Instant::now();
            self.judge(Figures::read(self.disks.clone()).await, started)
        })
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}
